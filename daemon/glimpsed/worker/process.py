"""The daemon's end of a child: start it, call it, take it back.

Rules of this file: one call at a time. A child that dies, hangs past its limit or talks nonsense ends in
`WorkerDiedError` and is gone before that error is raised, so that memory it held is free again. A cancelled
call kills the child unless it ended within the grace period. Nothing here knows what the child does.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping
from typing import Any

from glimpsed.core.errors import GlimpsedError, InputError, ModelError, WorkerDiedError
from glimpsed.worker.channel import BadFrameError, Decoder, Message, encode
from glimpsed.worker.child import CHANNEL_FD, PARENT_PID

_NOT_FOR_CHILDREN = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID")

_LAST_WORDS = re.compile(
    rb"GGML_ASSERT|GGML_ABORT|CUDA error|out of memory|terminate called|Segmentation|"
    rb"^  File \"[^\"]*\", line \d+, in [\w<>]+$|^(\w+\.)*\w+(Error|Exception)(?=:|$)"
)
"""Lines of a native library's or Python's dying words that cannot carry text from a screen."""


class Worker:
    """A child process running `python -m MODULE`, which calls `glimpsed.worker.child.serve`."""

    def __init__(self, module: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Nothing is started yet; `env` is laid over the daemon's own environment."""
        self._command = (sys.executable, "-P", "-m", module, *arguments)
        self._env = dict(env or {})
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._decoder = Decoder()
        self._words: deque[str] = deque(maxlen=8)
        self._drain: asyncio.Task[None] | None = None
        self._busy = False

    @property
    def pid(self) -> int | None:
        """Process id of the running child, None when there is none."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """A child was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Spawn the child. Must be called from the main thread, whose end is what the child watches."""
        ours, theirs = socket.socketpair()
        env = {k: v for k, v in os.environ.items() if k not in _NOT_FOR_CHILDREN}
        env |= self._env | {CHANNEL_FD: str(theirs.fileno()), PARENT_PID: str(os.getpid())}
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C in the daemon's terminal is not for its children
                env=env,
            )
        ours.setblocking(False)  # noqa: FBT003 - socket's own signature
        self._decoder, self._words = Decoder(), deque(maxlen=8)
        self._reader, self._writer = await asyncio.open_unix_connection(sock=ours)
        self._drain = asyncio.create_task(self._keep_last_words())

    async def call(self, op: str, args: Message, *, limit_s: float, grace_s: float = 2.0) -> dict[str, Any]:
        """Ask the child for one thing and await its answer, at most `limit_s` seconds.

        Raises `InputError` or `ModelError` as the child did, `WorkerDiedError` when there is no child left.
        When the caller is cancelled, the child is told and given `grace_s` seconds to come back to idle; it
        is killed otherwise.
        """
        if self._busy:
            raise RuntimeError("one call at a time")
        self._busy = True
        try:
            await self._send({"op": op, "args": args})
            answer = await self._answer_within(limit_s, grace_s)
        finally:
            self._busy = False
        if "error" in answer:
            raise _revived(answer["error"])
        result: dict[str, Any] = answer["ok"]
        return result

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

    async def _answer_within(self, limit_s: float, grace_s: float) -> Message:
        receiving = asyncio.ensure_future(self._receive())
        try:
            done, _ = await asyncio.wait((receiving,), timeout=limit_s)
        except asyncio.CancelledError:
            with contextlib.suppress(OSError, WorkerDiedError):
                await self._send({"op": "cancel", "args": {}})
            done, _ = await asyncio.wait((receiving,), timeout=grace_s)
            if not done:
                receiving.cancel()
                await self._end()
            raise
        if not done:
            receiving.cancel()
            await self._end()
            raise WorkerDiedError("run_limit", f"killed after {limit_s:g} s without an answer")
        return receiving.result()

    async def _send(self, message: Message) -> None:
        if self._writer is None or not self.running:
            raise await self._died("died")
        try:
            self._writer.write(encode(message))
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
            if messages:
                return messages[0]
            if not data:
                raise await self._died("died")

    async def _died(self, code: str) -> WorkerDiedError:
        # An end of file comes a moment before the exit status does; what still runs then talks to nobody.
        if self._process is not None and code == "died":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 2.0)
        await self._end()
        status = self._process.returncode if self._process is not None else None
        said = "; ".join(self._words)
        return WorkerDiedError(code, _ending(status) + (f" ({said})" if said else ""))

    async def _end(self) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._writer is not None:
            self._writer.close()
        if self._drain is not None:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self._drain, 1.0)

    async def _keep_last_words(self) -> None:
        stream = self._process.stderr if self._process is not None else None
        while stream is not None:
            try:
                line = await stream.readline()
            except ValueError:  # a line over the stream's limit: not one of those we keep
                continue
            if not line:
                return
            if found := _LAST_WORDS.search(line.rstrip()):
                kept = found.group() if found.group().endswith((b"Error", b"Exception")) else line.strip()
                self._words.append(kept[:200].decode("ascii", "replace"))


def _revived(error: dict[str, Any]) -> GlimpsedError:
    code, detail = str(error["code"]), str(error["detail"])
    match error["blame"]:
        case "input":
            return InputError(code, detail)
        case "model":
            return ModelError(code, detail, retryable=bool(error["retryable"]))
        case _:
            return ModelError(code, detail, retryable=False)


def _ending(status: int | None) -> str:
    if status is None:
        return "never started"
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exited with status {status}"
