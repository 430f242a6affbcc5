"""The daemon's end of a child: start it, call it, take it back.

Rules of this file: one call at a time. A child that dies, hangs past its limit or talks nonsense ends in
`WorkerDiedError` and is gone before that error is raised, so that memory it held is free again. A cancelled
call kills the child unless it ended within the grace period. What a child logs is read during calls only; in
between it waits in buffers of fixed size, and a child drops what they do not hold. Nothing here knows what
the child does.
"""

import asyncio
import contextlib
import errno
import os
import re
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from time import monotonic
from typing import Annotated, Literal, TypeVar

import msgspec

from glimpsed.core.errors import GlimpsedError, InputError, ModelError, WorkerDiedError
from glimpsed.worker.channel import BadFrameError, Decoder, LogFrame, Message, encode
from glimpsed.worker.child import CHANNEL_FD, MEMORY_RAN_OUT, PARENT_PID
from glimpsed.worker.resident import resident

_NOT_FOR_CHILDREN = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID")

_LAST_WORDS = re.compile(
    rb"^\S+:\d+: GGML_ASSERT\(.*\) failed$|^\S+:\d+: fatal error$|^CUDA error: out of memory$|CUDA error|"
    rb"^"
    + MEMORY_RAN_OUT.encode()
    + rb"$|out of memory|^terminate called( after throwing an instance of '[\w:]+'$)?|"
    rb"^  File \"[^\"]*\", line \d+, in [\w<>]+$|^(\w+\.)*\w+(Error|Exception)(?=:|$)"
)
"""What may be kept of a line of a native library's or Python's dying words: the match, never what is around
it, because a message may quote the screen."""

_OF_MEMORY = re.compile(
    rf"{MEMORY_RAN_OUT}|CUDA error: out of memory|terminate called .*(bad_alloc|OutOf(Device|Host)Memory).*"
    r"|MemoryError"
)
"""Last words, whole, that say that the child died for want of memory."""

Answer = TypeVar("Answer")

OnLog = Callable[[str, str], None]
"""Takes the level and the text of a line that a child logs. It must not raise."""


class _Failure(msgspec.Struct, frozen=True):
    """How a child says that it could not."""

    blame: Literal["input", "model", "child"]
    code: str
    detail: str
    figures: dict[str, Annotated[int, msgspec.Meta(ge=0, le=2**53)]] = {}

    def revived(self) -> GlimpsedError:
        """The error as the child raised it."""
        if self.blame == "input":
            return InputError(self.code, self.detail)
        return ModelError(self.code, self.detail, self.figures)


class CalledOff(msgspec.Struct, frozen=True):
    """How a cancelled call ended: after `ms` milliseconds the child was idle again, or `killed`."""

    ms: int
    killed: bool


class Worker:
    """A child process running `python -m MODULE`, which calls `glimpsed.worker.child.serve`."""

    def __init__(
        self, module: str, *arguments: str, env: Mapping[str, str] | None = None, on_log: OnLog | None = None
    ) -> None:
        """Nothing is started yet; `env` is laid over the daemon's own environment.

        `on_log` gets what the child logs, during calls; None discards it.
        """
        self._command = (sys.executable, "-P", "-m", module, *arguments)
        self._env = dict(env or {})
        self._on_log = on_log or _discard
        self.last_cancel: CalledOff | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._decoder = Decoder()
        self._words: deque[str] = deque(maxlen=8)
        self._drain: asyncio.Task[None] | None = None
        self._busy = False
        self._killed = False  # by us

    @property
    def pid(self) -> int | None:
        """Process id of the running child, None when there is none."""
        return self._process.pid if self.running and self._process else None

    @property
    def rss(self) -> int | None:
        """Bytes of memory that the running child holds, None when there is none."""
        if self.pid is None:
            return None
        try:
            return resident(self.pid) or None
        except OSError:  # it ended a moment ago
            return None

    @property
    def running(self) -> bool:
        """A child was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Spawn the child. Must be called from the main thread, whose end is what the child watches.

        Raises `WorkerDiedError` with code `not_started` when the system has no room for one.
        """
        with contextlib.ExitStack() as unless_started:
            try:
                heard = await self._spawn(unless_started)
            except BaseException as error:
                await self._end()  # a child that nobody can talk to
                if isinstance(error, OSError):
                    reason = os.strerror(error.errno or errno.EIO)
                    raise WorkerDiedError("not_started", f"no child can be started: {reason}") from error
                raise
            unless_started.pop_all()
        self._decoder, self._words, self._killed = Decoder(), deque(maxlen=8), False
        self._drain = asyncio.create_task(self._keep_last_words(heard))

    async def _spawn(self, unless_started: contextlib.ExitStack) -> socket.socket:
        """Start the process and connect to it; what hears its last words."""
        with contextlib.ExitStack() as childs:
            ours, theirs = _pair(unless_started, childs)
            # Not asyncio's pipe: that one takes a child for running as long as anything that it started does.
            heard, said = _pair(unless_started, childs)
            env = {k: v for k, v in os.environ.items() if k not in _NOT_FOR_CHILDREN}
            env |= self._env | {CHANNEL_FD: str(theirs.fileno()), PARENT_PID: str(os.getpid())}
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=said.fileno(),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C in the daemon's terminal is not for its children
                env=env,
            )
        self._reader, self._writer = await asyncio.open_unix_connection(sock=ours)
        return heard

    async def call(
        self, op: str, args: Message, *, answer: type[Answer], limit_s: float, grace_s: float = 2.0
    ) -> Answer:
        """Ask the child for one thing and await its answer, an `answer`, at most `limit_s` seconds.

        Raises `InputError` or `ModelError` as the child did, `WorkerDiedError` when there is no child left,
        which is also the end of one that answers anything else. When the caller is cancelled, the child is
        told and given `grace_s` seconds to come back to idle; it is killed otherwise. What it said then is
        the cause of the `CancelledError`.
        """
        if self._busy:
            raise RuntimeError("one call at a time")
        self._busy = True
        try:
            exchange = self._exchange(encode({"op": op, "args": args}), answer)
            return await self._within(exchange, limit_s, grace_s)
        finally:
            self._busy = False

    async def stop(self, grace_s: float = 2.0) -> None:
        """Close the channel, which ends an idle child at once; kill it after `grace_s`. Idempotent."""
        if self._process is None:
            return
        if self._writer is not None:
            self._writer.close()
        try:
            await asyncio.wait_for(self._process.wait(), grace_s)
        except TimeoutError:
            pass
        finally:
            await self._end()

    async def _within(self, work: Coroutine[None, None, Answer], limit_s: float, grace_s: float) -> Answer:
        # A task of its own: a cancelled caller must not leave half a request or an unread answer behind.
        exchange = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait((exchange,), timeout=limit_s)
        except asyncio.CancelledError as stopped:
            raise stopped from await self._call_off(exchange, grace_s)
        if not done:
            await self._abandon(exchange)
            raise WorkerDiedError("run_limit", f"killed after {limit_s:g} s without an answer")
        return exchange.result()

    async def _exchange(self, request: bytes, answer: type[Answer]) -> Answer:
        await self._send(request)
        message = await self._receive()
        try:
            if "error" not in message:
                return msgspec.convert(message["ok"], answer)
            failure = msgspec.convert(message["error"], _Failure)
        except (KeyError, msgspec.ValidationError):
            raise await self._died("bad_frame") from None  # the error quotes what the child said
        raise failure.revived()

    async def _call_off(self, exchange: asyncio.Future[Answer], grace_s: float) -> BaseException | None:
        """Have the child stop; how it says that it did, None when it was done or had to be killed."""
        begun, self.last_cancel, said = monotonic(), None, None
        try:
            if self._writer is not None:
                self._writer.write(encode({"op": "cancel", "args": {}}))
            await asyncio.wait((exchange,), timeout=grace_s)
        finally:  # even when cancelled once more
            if exchange.done():
                said = exchange.exception()
            else:
                await self._abandon(exchange)
            self.last_cancel = CalledOff(round((monotonic() - begun) * 1000), killed=not self.running)
        return said

    async def _abandon(self, exchange: asyncio.Future[Answer]) -> None:
        exchange.cancel()
        await self._end()
        await asyncio.wait((exchange,))

    async def _send(self, request: bytes) -> None:
        if self._writer is None or not self.running:
            raise await self._died("died")
        try:
            self._writer.write(request)
            await self._writer.drain()
        except OSError as error:
            raise await self._died("died") from error

    async def _receive(self) -> Message:
        if self._reader is None:
            raise RuntimeError("not started")
        while True:
            try:
                data = await self._reader.read(65536)
                messages = self._decoder.feed(data)
            except OSError:
                data, messages = b"", []
            except BadFrameError as error:
                raise await self._died("bad_frame") from error
            if answers := await self._without_log(messages):
                return answers[0]
            if not data:
                raise await self._died("died")

    async def _without_log(self, messages: list[Message]) -> list[Message]:
        """Hand on what the child logs; what is left are answers."""
        try:
            lines = [msgspec.convert(message, LogFrame).log for message in messages if "log" in message]
        except msgspec.ValidationError:
            raise await self._died("bad_frame") from None  # the error quotes what the child said
        for line in lines:
            self._on_log(line.level, line.text)
        return [message for message in messages if "log" not in message]

    async def _died(self, code: str) -> WorkerDiedError:
        # An end of file comes a moment before the exit status does; what still runs then talks to nobody.
        if self._process is not None and code == "died":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 2.0)
        await self._end()
        status = self._process.returncode if self._process is not None else None
        said = "; ".join(self._words)
        if code == "died":
            code = self._cause(status)
        return WorkerDiedError(code, _ending(status) + (f" ({said})" if said else ""))

    def _cause(self, status: int | None) -> str:
        if any(_OF_MEMORY.fullmatch(words) for words in self._words):
            return "out_of_memory"
        return "killed" if status == -signal.SIGKILL and not self._killed else "died"

    async def _end(self) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            self._killed = True
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._writer is not None:
            self._writer.close()
        if self._drain is not None:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self._drain, 1.0)

    async def _keep_last_words(self, heard: socket.socket) -> None:
        stream, writer = await asyncio.open_unix_connection(sock=heard)
        try:
            while line := await _line(stream):
                if found := _LAST_WORDS.search(line.rstrip()):
                    self._words.append(found.group().strip()[:200].decode("ascii", "replace"))
        finally:
            writer.close()


def _discard(_level: str, _text: str) -> None:
    """Nobody wants what this child logs."""


def _pair(mine: contextlib.ExitStack, childs: contextlib.ExitStack) -> tuple[socket.socket, socket.socket]:
    """Two connected sockets, each closed with what it belongs to."""
    one, other = socket.socketpair()
    return mine.enter_context(one), childs.enter_context(other)


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # a line over the stream's limit: not one of those we keep
        return b"\n"
    except OSError:
        return b""


def _ending(status: int | None) -> str:
    if status is None:
        return "never started"
    if status < 0:
        return f"killed by {next((s.name for s in signal.Signals if s == -status), f'signal {-status}')}"
    return f"exited with status {status}"
