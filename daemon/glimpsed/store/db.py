"""The database as the daemon holds it: opened once, written and read by functions handed in.

Rules of this file: SQLite is only ever touched on the writer's or a reader's thread, never in the event
loop's, except while opening. What takes longer than a page of a list has a reader of its own. A function
handed in does its work and returns values; it keeps neither cursor nor connection.
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw

from glimpsed.core.errors import StoreError
from glimpsed.store import connect, migrate, search, tally
from glimpsed.store.commit import Published, WriterThread
from glimpsed.store.reading import ReaderThread
from glimpsed.store.tally import Tally
from glimpsed.store.writer import Writer

FILE_NAME = "glimpsed.sqlite"

QUICK_CHECK_BYTES = 200 * 1024 * 1024
"""Above this size a database is not checked after an unclean stop, for that would take seconds."""

_OF_INDEX = re.compile(r"\bfts5\b.* table \S*\b(?:session_)?search\b", re.IGNORECASE)
"""What SQLite says of an index for searching that does not hold together."""

T = TypeVar("T")


class Database:
    """One SQLite file, one writer, two readers. All callers live in one event loop."""

    def __init__(
        self,
        path: Path,
        schema_version: int,
        writer: WriterThread,
        readers: tuple[ReaderThread, ReaderThread],
        epoch: str,
    ) -> None:
        self.path = path
        self.schema_version = schema_version
        self.epoch = epoch
        self._writer = writer
        self._reader, self._searcher = readers
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
                cx, readers, epoch = _opened(path, schema, new_id())
        except OSError as error:
            raise StoreError("io_error", f"{path}: {error.strerror}") from error
        writer = WriterThread(cx, path, now_ms)
        writer.start()
        return cls(path, schema.version, writer, readers, epoch)

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
        return await self._reader.read(fn)

    async def search(self, fn: Callable[[apsw.Connection], T]) -> T:
        """As `read`, for what may take a while: nobody but another search waits for it."""
        self._refuse_if_closed()
        return await self._searcher.read(fn)

    async def close(self) -> None:
        """Finish what is queued, fold the write-ahead log into the file, close. Raises `StoreError`."""
        if self._closed:
            return
        self._closed = True
        loop = asyncio.get_running_loop()
        # The readers first: their view of the log would keep it from being folded in.
        await self._reader.close()
        await self._searcher.close()
        stopped: asyncio.Future[None] = loop.create_future()
        self._writer.stop(stopped)
        await stopped

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreError("closed", f"{self.path} is closed")


def _opened(
    path: Path, schema: migrate.Schema, new_epoch: str
) -> tuple[apsw.Connection, tuple[ReaderThread, ReaderThread], str]:
    """The writing connection, those that read and the database's epoch."""
    connect.make_private(path)
    log = Path(f"{path}-wal")
    unclean = log.exists() and log.stat().st_size > 0
    cx = connect.writer(path)
    try:
        broken = unclean and path.stat().st_size <= QUICK_CHECK_BYTES and _index_is_broken(cx, path)
        migrate.bring_up(cx, path, schema, new_epoch)
        connect.make_durable(cx)
        cx.execute("PRAGMA foreign_keys = ON")
        search.begin(cx, anew=broken)
        tally.begin(cx)
        epoch = cx.execute("SELECT value FROM meta WHERE key = 'epoch'").get
        return cx, (ReaderThread(path, "store-reader"), ReaderThread(path, "store-search")), epoch
    except BaseException:
        cx.close()
        raise


def _index_is_broken(cx: apsw.Connection, path: Path) -> bool:
    """Whether what is wrong is only in what can be made anew. Raises `StoreError` `corrupt` for all else."""
    rows = cx.execute("PRAGMA quick_check").fetchall()
    found = [str(message) for (message,) in rows if message != "ok"]
    for message in found:
        if not _OF_INDEX.search(message):
            raise StoreError("corrupt", f"{path}: {message}")
    return bool(found)
