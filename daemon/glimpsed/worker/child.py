"""The child's end: take a request, do it, answer; leave when the daemon is gone.

Rules of this file: the main thread works, one request at a time; a second thread reads the channel, so that
a cancel or the end of the channel is seen during a long native call (they release the GIL). A child never
outlives the daemon: the kernel kills it when its parent dies, and end-of-file on the channel ends it too.
Any thread may log; work never waits for a log line, so a line that the channel has no room for is dropped.
Nothing is written to standard output or error except by native libraries and tracebacks; the daemon's end
filters those.
"""

import contextlib
import ctypes
import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from glimpsed.core.errors import GlimpsedError, InputError, ModelError, figures
from glimpsed.worker.channel import MAX_LINE, BadFrameError, Decoder, Message, encode

CHANNEL_FD = "GLIMPSED_CHANNEL_FD"
"""Environment variable with the number of the child's end of the channel."""

PARENT_PID = "GLIMPSED_PARENT_PID"
"""Environment variable with the daemon's process id, to see whether it died before the lead was on."""

MEMORY_RAN_OUT = "memory ran out"
"""A line on standard error by which a child that dies says why."""

_PR_SET_PDEATHSIG = 1

_AUTOGROUP = Path("/proc/self/autogroup")
_AUTOGROUP_TRIES = 5
_AUTOGROUP_PAUSE_S = 0.1

_PATIENCE_S = 0.05
"""How long a log line waits for a frame that another thread is sending."""

Cancelled = threading.Event
Handler = Callable[[dict[str, Any], Cancelled], dict[str, Any]]
"""Takes a request's arguments and an event that is set when the daemon no longer wants the answer."""


class _Mouth:
    """Sends whole frames, whichever thread they come from."""

    def __init__(self) -> None:
        self.channel: socket.socket | None = None
        self._lock = threading.Lock()

    def answer(self, frame: bytes) -> None:
        """Send a frame of any size. Raises `OSError` when the daemon is gone."""
        with self._lock:
            if self.channel is not None:
                self.channel.sendall(frame)

    def remark(self, frame: bytes) -> None:
        """Send a small frame, or drop it."""
        if not self._lock.acquire(timeout=_PATIENCE_S):
            return
        try:
            if self.channel is not None:
                sent = self.channel.send(frame, socket.MSG_DONTWAIT)
                if sent < len(frame):  # Linux takes so small a frame whole; if not, the rest has to follow
                    self.channel.sendall(frame[sent:])
        except OSError:
            pass  # no room, because nobody reads at present, or the daemon is gone
        finally:
            self._lock.release()


_MOUTH = _Mouth()


def say(level: str, text: str) -> None:
    """Log a line in the daemon's log, cut to `MAX_LINE` bytes; from any thread, at any time.

    `level` is "debug", "info", "warning" or "error". Never raises and hardly waits: a line is dropped when
    the daemon does not keep up, and when `serve` has not begun. Text from a screen must not be in it.
    """
    cut = text.encode("utf-8", "replace")[:MAX_LINE].decode("utf-8", "ignore")
    _MOUTH.remark(encode({"log": {"level": level, "text": cut}}))


def serve(handlers: Mapping[str, Handler], *, nice: int) -> NoReturn:
    """Answer requests with `handlers` by operation name until the channel closes. Never returns.

    `nice` is how far below the desktop this child runs (0..19). Errors of `InputError` and `ModelError`
    cross the channel whole; any other exception crosses as its class name alone, because its message may
    carry text from a screen.
    """
    _put_on_lead(nice)
    channel = socket.socket(fileno=int(os.environ[CHANNEL_FD]))
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    cancelled = Cancelled()
    _MOUTH.channel = channel
    threading.Thread(target=_listen, args=(channel, inbox, cancelled), daemon=True).start()
    while True:
        answer = _perform(handlers, inbox.get(), cancelled)
        try:
            _MOUTH.answer(answer)
        except OSError:
            os._exit(0)  # the daemon is gone; there is nobody to tell


def _put_on_lead(nice: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the daemon's to handle
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a service stop reaches us through the channel
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(os.environ[PARENT_PID]):
        os._exit(0)
    _be_nice(nice)
    with contextlib.suppress(OSError):  # when memory runs out, a child goes before anything of the person's
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _be_nice(nice: int) -> None:
    """Run `nice` below the daemon, also where the kernel shares the processor among sessions.

    A child is a session of its own; among sessions it is not its nice value that counts, but its group's.
    """
    own = os.nice(nice)
    for _ in range(_AUTOGROUP_TRIES):
        try:
            _AUTOGROUP.write_text(str(own), encoding="ascii")
        except BlockingIOError:  # the kernel lets users do this once in a tenth of a second, all together
            time.sleep(_AUTOGROUP_PAUSE_S)
        except OSError:  # a kernel without such groups
            return
        else:
            return


def _listen(channel: socket.socket, inbox: queue.SimpleQueue[Message], cancelled: Cancelled) -> None:
    decoder = Decoder()
    while True:
        try:
            data = channel.recv(65536)
            messages = decoder.feed(data)
        except (OSError, BadFrameError):
            os._exit(0)
        if not data:
            os._exit(0)
        for message in messages:
            if message.get("op") == "cancel":
                cancelled.set()
            else:
                cancelled.clear()
                inbox.put(message)


def _perform(handlers: Mapping[str, Handler], request: Message, cancelled: Cancelled) -> bytes:
    try:
        return encode({"ok": handlers[request["op"]](request["args"], cancelled)})
    except (InputError, ModelError) as error:
        blame = "input" if isinstance(error, InputError) else "model"
        return _failure(blame, error)
    except Exception as error:  # noqa: BLE001 - the channel is the one place where everything is caught
        name = type(error).__name__
        return _failure("child", GlimpsedError("child_error", f"unexpected {name}"))


def _failure(blame: str, error: GlimpsedError) -> bytes:
    said = {"blame": blame, "code": error.code, "detail": error.detail}
    return encode({"error": said | {"figures": dict(figures(error))}})
