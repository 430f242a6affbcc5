"""Connections to the database file, and what SQLite's errors mean to us.

Rules of this file: every connection is made here, with every setting that SQLite does not keep in the file.
The file is made before SQLite sees it, private from its first moment; SQLite gives -wal and -shm its mode.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from glimpsed.core.errors import StoreError
from glimpsed.store import ranking

BUSY_MS = 5000
WAL_PAGES = 1000
"""A commit that leaves more pages than this in the write-ahead log copies them into the file."""

WAL_BYTES = 64 * 1024 * 1024
"""What the write-ahead log is cut back to once it has grown beyond."""

CACHE_KIB = 16 * 1024
"""What a reader remembers of the file: the upper levels of every index of a large store are in it."""

_CODES: dict[type[Exception], str] = {
    apsw.FullError: "disk_full",
    apsw.IOError: "io_error",
    apsw.CantOpenError: "io_error",
    apsw.ReadOnlyError: "io_error",
    apsw.PermissionsError: "io_error",
    apsw.AuthError: "io_error",
    apsw.BusyError: "busy",
    apsw.LockedError: "busy",
    apsw.CorruptError: "corrupt",
    apsw.NotADBError: "corrupt",
}

DATABASE_ERRORS = tuple(_CODES)
"""Errors of the file or the disk under it, not of the statement that met them."""


def store_error(error: Exception, path: Path) -> StoreError:
    """What the daemon calls an error that came out of SQLite."""
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "unexpected")
    if code == "io_error" and _disk_is_full(path):  # SQLite's word for it when the log's index cannot grow
        return StoreError("disk_full", f"{path}: the disk is full")
    return StoreError(code, f"{path}: {error}")


def _disk_is_full(path: Path) -> bool:
    try:
        return os.statvfs(path.parent).f_bavail == 0
    except OSError:
        return False


@contextmanager
def blamed_on(path: Path) -> Iterator[None]:
    """Let `DATABASE_ERRORS` leave as `StoreError`."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise store_error(error, path) from error


def make_private(path: Path) -> None:
    """Make the directory (0700) and the file (0600), or tighten those that are there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for suffix in ("", "-wal", "-shm"):
        beside = Path(f"{path}{suffix}")
        if beside.exists():
            beside.chmod(0o600)


def writer(path: Path) -> apsw.Connection:
    """The one connection that writes; foreign keys are still off, as migrations need them."""
    cx = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    _settle(cx)
    return cx


def reader(path: Path) -> apsw.Connection:
    """A connection that cannot write, and can search."""
    cx = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    _settle(cx)
    cx.execute("PRAGMA query_only = ON")
    cx.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    ranking.register(cx)
    return cx


def make_durable(cx: apsw.Connection) -> None:
    """Have every commit survive a power cut: a write-ahead log that is synced before COMMIT returns."""
    cx.execute("PRAGMA journal_mode = WAL")
    cx.execute("PRAGMA synchronous = FULL")
    cx.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    cx.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")


def _settle(cx: apsw.Connection) -> None:
    """Settings of every connection; the timeout comes first, since the others may already have to wait."""
    cx.set_busy_timeout(BUSY_MS)
    for double_quoted_strings in (apsw.SQLITE_DBCONFIG_DQS_DML, apsw.SQLITE_DBCONFIG_DQS_DDL):
        cx.config(double_quoted_strings, 0)
    cx.execute("PRAGMA temp_store = MEMORY")
