"""A terminal that is drawn on as a whole, and is left as it was.

Rules of this file: whatever ends the drawing (a key, an error, a signal that can be caught) undoes what was
done to the terminal, once. What is drawn was made harmless before.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import termios
import tty
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

import click

from glimpse_client.cli.frame import Line, Size

_KEYS = 0  # standard input
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"  # another screen, no cursor, lines that are too long are cut
_LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l"
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal asks for the end, which is no error; `number` is which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Terminal:
    """The terminal on standard output, with the keys from standard input if that is one, too."""

    def __init__(self, woken: socket.socket) -> None:
        """`woken` becomes readable when a signal came."""
        self._woken = woken
        self._keys: list[Any] = [_KEYS] if os.isatty(_KEYS) else []

    @property
    def size(self) -> Size:
        """How large it is now, without its last column: erasing from there on would take what is in it."""
        try:
            columns, lines = os.get_terminal_size(sys.stdout.fileno())
            return Size(max(1, columns - 1), lines)
        except OSError:
            return Size(80, 24)

    def draw(self, lines: Iterable[Line]) -> None:
        """Show these lines, which fit, and nothing else."""
        plain = bool(os.environ.get("NO_COLOR"))
        shown = [text if plain or not colour else click.style(text, fg=colour) for text, colour in lines]
        body = f"{_REST_OF_LINE}\n".join(shown)
        _write(f"{_HOME}{body}{_REST_OF_LINE}{_REST_OF_SCREEN}")

    def key(self, timeout_s: float) -> str:
        """The next key, empty when there is none in time or when something else should be looked at.

        Raises `EOFError` when there is nobody to press any more.
        """
        ready, _, _ = select.select([*self._keys, self._woken], [], [], timeout_s)
        if self._woken in ready:
            self._woken.recv(4096)
        if _KEYS not in ready:
            return ""
        pressed = os.read(_KEYS, 1)
        if not pressed:
            raise EOFError
        return pressed.decode("ascii", "replace")


@contextlib.contextmanager
def taken_over() -> Iterator[Terminal]:
    """The terminal, to draw on; when this is left, it is as it was.

    A signal that asks for the end raises `Ended` inside, once. Suspended, it gives the terminal back for as
    long as that lasts.
    """
    attributes = termios.tcgetattr(_KEYS) if os.isatty(_KEYS) else None
    with contextlib.ExitStack() as undo:
        woken = _waking(undo)
        _handling(undo, attributes)
        undo.callback(_give_back, attributes)
        undo.callback(_be_deaf)
        _take(attributes)
        yield Terminal(woken)


def _take(attributes: list[Any] | None) -> None:
    if attributes is not None:
        tty.setcbreak(_KEYS)  # keys come at once and unseen; Ctrl-C stays what it is
    _write(_ENTER)


def _give_back(attributes: list[Any] | None) -> None:
    with contextlib.suppress(OSError):  # it may be gone
        _write(_LEAVE)
    if attributes is not None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(_KEYS, termios.TCSADRAIN, attributes)


def _waking(undo: contextlib.ExitStack) -> socket.socket:
    """A socket that becomes readable when a signal came, so that a wait for keys ends."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
        undo.callback(end.close)
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    undo.callback(signal.set_wakeup_fd, before)
    return ours


def _handling(undo: contextlib.ExitStack, attributes: list[Any] | None) -> None:
    """Have signals raise `Ended`, or do what they must, until `undo`."""

    def end(number: int, _frame: FrameType | None) -> None:
        _be_deaf()
        raise Ended(number)

    def suspend(_number: int, _frame: FrameType | None) -> None:
        _give_back(attributes)
        os.kill(os.getpid(), signal.SIGSTOP)
        _take(attributes)

    for number in _ENDS:
        undo.callback(signal.signal, number, signal.signal(number, end))
    undo.callback(signal.signal, signal.SIGTSTP, signal.signal(signal.SIGTSTP, suspend))
    undo.callback(signal.signal, signal.SIGWINCH, signal.signal(signal.SIGWINCH, lambda *_: None))


def _be_deaf() -> None:
    """What is being undone is not to be interrupted."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
