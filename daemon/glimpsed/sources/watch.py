"""Hears of changes below a folder, through watchdog and inotify.

Rules of this file: what is heard is a hint and may be late, double or lost; whoever gets it has to
look. Callbacks come on watchdog's threads. A stopped watch has left no thread and no descriptor behind.
Starting and stopping block, so they are done in a thread.
"""

import errno
import logging
import os
import warnings
from collections.abc import Callable

import msgspec
from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.inotify import InotifyObserver

_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirMovedEvent,
    FileAttribEvent,  # a file that could not be read may be readable now
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
"""What we ask the kernel for: the less, the later its queue overflows."""

_log = logging.getLogger("watchdog.observers.inotify_c")

NO_ROOM = "too many folders are watched (fs.inotify.max_user_watches)"


class Hint(msgspec.Struct, frozen=True):
    """Something happened at `path`. `settled`: its writer closed it, or renamed it into place."""

    path: bytes
    folder: bool
    settled: bool

    @property
    def name(self) -> bytes:
        """The last part of the path."""
        return self.path.rpartition(b"/")[2]


class Watch(FileSystemEventHandler):
    """A watch of the folder `root`, from `start` to `stop`."""

    def __init__(
        self,
        root: bytes,
        *,
        recursive: bool,
        on_hint: Callable[[Hint], None],
        on_lost: Callable[[], None],
    ) -> None:
        """`on_lost` is called when the kernel dropped hints, and only a scan can tell what happened."""
        self._root = root
        # inotify is told not to follow symbolic links; "/." makes a root that is one mean what it points at.
        self._watched = root.rstrip(b"/") + b"/."
        self._recursive = recursive
        self._on_hint = on_hint
        self._overflow = _Overflow(on_lost)
        self._observer: InotifyObserver | None = None

    @property
    def alive(self) -> bool:
        """False once the watched folder itself was deleted, or a thread of watchdog's has failed."""
        if self._observer is None:
            return False
        reader = self._observer._inotify_fd  # noqa: SLF001 - nothing else tells that we have gone deaf
        return all(thread.is_alive() for thread in (self._observer, reader, *self._observer.emitters))

    def start(self) -> None:
        """Hear of everything from here on. Raises `OSError`: no such folder, or no room (see `reason`)."""
        # `mkdir -p` makes watchdog watch a folder twice: harmless, but it warns, and that ends its thread
        # where warnings are errors.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        _log.addHandler(self._overflow)
        try:
            self._observer = InotifyObserver()
            self._observer.schedule(
                self, os.fsdecode(self._watched), recursive=self._recursive, event_filter=_EVENTS
            )
            self._observer.start()
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Hear nothing more. Idempotent."""
        _log.removeHandler(self._overflow)
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            if observer.ident is not None:
                observer.join()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Pass on what watchdog says."""
        path = os.fsencode(event.dest_path or event.src_path)
        if path.startswith(self._watched + b"/"):
            own = self._root.rstrip(b"/") + path[len(self._watched) :]
            settled = event.event_type in ("closed", "moved")
            self._on_hint(Hint(own, folder=event.is_directory, settled=settled))


def has_room(path: bytes) -> bool:
    """The kernel lets us watch one more folder; `path` is tried.

    watchdog leaves out, without a word, those folders below the root that there was no room for.
    """
    trial = Watch(path, recursive=False, on_hint=_ignore, on_lost=lambda: None)
    try:
        trial.start()
    except OSError as error:
        # Every other error says nothing about folders that are watched already.
        return error.errno != errno.ENOSPC
    trial.stop()
    return True


def reason(error: OSError) -> str:
    """Why a watch could not be started, for a person."""
    match error.errno:
        case errno.ENOSPC:
            return NO_ROOM
        case errno.EMFILE:
            return "too many programs watch folders (fs.inotify.max_user_instances)"
        case code:
            return f"changes cannot be watched ({os.strerror(code or 0)})"


class _Overflow(logging.Handler):
    """watchdog says only in its log that the kernel's queue overflowed."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_lost = on_lost

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - whatever it warns of, hints were lost
        self._on_lost()


def _ignore(hint: Hint) -> None:
    pass
