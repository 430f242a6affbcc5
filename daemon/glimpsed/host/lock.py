"""One daemon on a directory: a file that only one process can hold locked.

Rules of this file: the kernel lets go of a lock when its holder ends, however it ends, so a lock is never
stale and its file is never removed (removing it would let two processes hold two files of one name). What the
file says, a process id, is for people only. The descriptor is closed in children that are spawned.
"""

import contextlib
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from glimpsed.core.errors import GlimpsedError, StoreError

_PATIENCE_S = 0.5
_PAUSE_S = 0.02


class AlreadyRunningError(GlimpsedError):
    """Another process holds `directory`; `pid` is its process id when it could be read."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        holder = f"process {pid}" if pid is not None else "another process"
        super().__init__("already_running", f"{directory} is in use by {holder}")
        self.directory = directory
        self.pid = pid


class InstanceLock:
    """A context in which this process alone uses some directories: all of them, or none.

    Clients test a lock by taking it for a moment, so one that is held is tried again for half a second.
    Entering raises `AlreadyRunningError`, or `StoreError` when a lock file cannot be made (a full disk, say).
    """

    def __init__(self, *directories: Path) -> None:
        """The file `lock` in each of `directories` will be locked, in this order; nothing is held yet."""
        self._directories = {os.path.realpath(directory): directory for directory in directories}
        self._held = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as held:
            for directory in self._directories.values():
                try:
                    held.callback(os.close, _locked(directory))
                except OSError as error:
                    raise StoreError("io_error", f"{directory}/lock: {error.strerror}") from error
            self._held = held.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


def _locked(directory: Path) -> int:
    file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _wait_for(file, directory)
        os.ftruncate(file, 0)
        os.pwrite(file, b"%d\n" % os.getpid(), 0)
    except BaseException:
        os.close(file)
        raise
    return file


def _wait_for(file: int, directory: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise AlreadyRunningError(directory, _holder(file))
        time.sleep(_PAUSE_S)


def _holder(file: int) -> int | None:
    try:
        return int(os.pread(file, 32, 0))
    except ValueError:
        return None
