"""The database as the daemon holds it: opened once, written and read by functions handed in.

Rules of this file: SQLite is only ever touched on the writer's or the reader's thread, never in the event
loop's, except while opening. A function handed in does its work and returns values; it keeps neither cursor
nor connection.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from glimpsed.core.errors import StoreError
from glimpsed.store import connect, migrate, tally
from glimpsed.store.commit import Published, WriterThread
from glimpsed.store.tally import Tally
from glimpsed.store.writer import Writer

FILE_NAME = "glimpsed.sqlite"

QUICK_CHECK_BYTES = 200 * 1024 * 1024
"""Above this size a database is not checked after an unclean stop, for that would take seconds."""

T = TypeVar("T")


class Database:
    """One SQLite file, one writer, one reader. All callers live in one event loop."""

    def __init__(
        self, path: Path, schema_version: int, writer: WriterThread, reader: apsw.Connection, epoch: str
    ) -> None:
        self.path = path
        self.schema_version = schema_version
        self.epoch = epoch
        self._writer = writer
        self._reader = reader
        self._reads = ThreadPoolExecutor(1, "store-reader")
        self._closed = False

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        new_id: Callable[[], str],
        now_ms: Callable[[], int],
        schema: migrate.Schema | None = None,
    ) -> "Database":
        """Open `glimpsed.sqlite` in `directory`; make what is missing, upgrade what is old. Blocks.

        Raises `StoreError`: `newer_schema`, `foreign` (another program's database), `corrupt`,
        `migration_failed`, `disk_full`, `io_error`, `busy`.
        """
        path = directory / FILE_NAME
        schema = schema or migrate.shipped()
        try:
            with connect.blamed_on(path):
                cx, reader, epoch = _opened(path, schema, new_id())
        except OSError as error:
            raise StoreError("io_error", f"{path}: {error.strerror}") from error
        writer = WriterThread(cx, path, now_ms)
        writer.start()
        return cls(path, schema.version, writer, reader, epoch)

    def on_events(self, published: Published) -> None:
        """Have committed events handed to `published`, in order, in the event loop's thread.

        It is called before those who wait for the writes resume, and must not raise.
        """
        self._writer.published = published

    @property
    def tally(self) -> Tally:
        """How much there is after the last commit that anybody was told of."""
        return self._writer.tally

    async def write(self, fn: Callable[[Writer], T]) -> T:
        """What `fn` returns, once it is committed and synced to the disk.

        What `fn` raises is raised here, and nothing of it is kept. Raises `StoreError` when the commit
        failed: `disk_full`, `io_error`, `busy`, `corrupt`; `closed` after `close`. Being cancelled does not
        take a write back: it happens whole, and nobody is told.
        """
        self._refuse_if_closed()
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.submit(fn, waiting)
        return await waiting

    async def read(self, fn: Callable[[apsw.Connection], T]) -> T:
        """What `fn` returns, from one moment's view of everything that is committed.

        Raises what `fn` raises, and `StoreError`: `io_error`, `corrupt`, `closed`.
        """
        self._refuse_if_closed()
        return await asyncio.get_running_loop().run_in_executor(self._reads, self._read, fn)

    async def close(self) -> None:
        """Finish what is queued, fold the write-ahead log into the file, close. Raises `StoreError`."""
        if self._closed:
            return
        self._closed = True
        loop = asyncio.get_running_loop()
        # The reader first: its view of the log would keep it from being folded in.
        await loop.run_in_executor(self._reads, self._reader.close)
        self._reads.shutdown(wait=False)
        stopped: asyncio.Future[None] = loop.create_future()
        self._writer.stop(stopped)
        await stopped

    def _read(self, fn: Callable[[apsw.Connection], T]) -> T:
        with connect.blamed_on(self.path):
            self._reader.execute("BEGIN")
            try:
                value = fn(self._reader)
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("ROLLBACK")
            if self._reader.txn_state() != apsw.SQLITE_TXN_NONE:
                raise RuntimeError(
                    "a read function left a cursor open, which would keep the log from shrinking"
                )
            return value

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreError("closed", f"{self.path} is closed")


def _opened(
    path: Path, schema: migrate.Schema, new_epoch: str
) -> tuple[apsw.Connection, apsw.Connection, str]:
    """The writing connection, the reading one and the database's epoch."""
    connect.make_private(path)
    log = Path(f"{path}-wal")
    unclean = log.exists() and log.stat().st_size > 0
    cx = connect.writer(path)
    try:
        if unclean and path.stat().st_size <= QUICK_CHECK_BYTES:
            _check(cx, path)
        migrate.bring_up(cx, path, schema, new_epoch)
        connect.make_durable(cx)
        cx.execute("PRAGMA foreign_keys = ON")
        tally.begin(cx)
        epoch = cx.execute("SELECT value FROM meta WHERE key = 'epoch'").get
        return cx, connect.reader(path), epoch
    except BaseException:
        cx.close()
        raise


def _check(cx: apsw.Connection, path: Path) -> None:
    found = cx.execute("PRAGMA quick_check(1)").get
    if found != "ok":
        raise StoreError("corrupt", f"{path}: {found}")
