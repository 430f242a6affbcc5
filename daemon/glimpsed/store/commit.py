"""The writer thread: many calls, one commit.

Rules of this file: this thread alone uses the writing connection. Whatever is queued while a commit runs goes
into the next one, so the price of a sync to the disk is shared by all who wait for it. A call that fails
rolls back only itself; an error of the disk fails the whole group. Nobody hears of success before COMMIT
returned.
"""

from asyncio import Future
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import apsw

from glimpsed.core.errors import StoreError
from glimpsed.store import search, tally
from glimpsed.store.connect import DATABASE_ERRORS, store_error
from glimpsed.store.tally import Tally
from glimpsed.store.writer import StoredEvent, Writer

Published = Callable[[list[StoredEvent]], None]


class _Call:
    """A write function, who waits for it, and how it went."""

    def __init__(self, fn: Callable[[Writer], Any], waiting: Future[Any]) -> None:
        self._fn = fn
        self.waiting = waiting
        self._value: Any = None
        self._error: Exception | None = None

    def run(self, writer: Writer) -> None:
        """Run the function in a savepoint. Raises `DATABASE_ERRORS` only; what else it raises is kept."""
        kept = len(writer.noted)
        writer.cx.execute("SAVEPOINT call")
        try:
            self._value = self._fn(writer)
        except DATABASE_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to the one who waits for this call
            self._error = _raisable(error)
            del writer.noted[kept:]
            writer.cx.execute("ROLLBACK TO call")
        writer.cx.execute("RELEASE call")

    def fail(self, error: StoreError) -> None:
        """The whole group came to nothing."""
        self._error = StoreError(error.code, error.detail)

    def settle(self) -> None:
        """Tell the one who waits, in the event loop's thread; it may have gone."""
        if self.waiting.done():
            return
        if self._error is None:
            self.waiting.set_result(self._value)
        else:
            self.waiting.set_exception(self._error)


class WriterThread(Thread):
    """Owns the writing connection from `start` until `stop`, and closes it."""

    def __init__(self, cx: apsw.Connection, path: Path, now_ms: Callable[[], int]) -> None:
        # A daemon thread: should the program end without `stop`, SQLite's own promises hold.
        super().__init__(name="store-writer", daemon=True)
        self._cx = cx
        self._path = path
        self._now_ms = now_ms
        self._queue: SimpleQueue[_Call | Future[None]] = SimpleQueue()
        self.published: Published = lambda _events: None
        self.tally = tally.read(cx)

    def submit(self, fn: Callable[[Writer], Any], waiting: Future[Any]) -> None:
        """Queue a call; `waiting` is settled in its own event loop."""
        self._queue.put(_Call(fn, waiting))

    def stop(self, stopped: Future[None]) -> None:
        """After what is queued: fold the write-ahead log into the file, close, settle `stopped`."""
        self._queue.put(stopped)

    def run(self) -> None:
        """Commit group after group until stopped."""
        stopped = None
        while stopped is None:
            calls, stopped = self._next_group()
            if calls:
                events, now = self._commit(calls)
                calls[0].waiting.get_loop().call_soon_threadsafe(self._tell, calls, events, now)
        error = self._close()
        stopped.get_loop().call_soon_threadsafe(_settle, stopped, error)

    def _next_group(self) -> tuple[list[_Call], Future[None] | None]:
        """Wait for one call and take all that are there; a stop comes last."""
        calls: list[_Call] = []
        item = self._queue.get()
        while isinstance(item, _Call):
            calls.append(item)
            try:
                item = self._queue.get_nowait()
            except Empty:
                return calls, None
        return calls, item

    def _commit(self, calls: list[_Call]) -> tuple[list[StoredEvent], Tally | None]:
        """Run and commit all calls; gives the events that are now so, and how much there is. Never raises."""
        try:
            writer = Writer(self._cx, self._now_ms())
            self._cx.execute("BEGIN IMMEDIATE")
            for call in calls:
                call.run(writer)
            now = tally.read(self._cx)
            self._cx.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - this thread must live, and all who wait must hear
            for call in calls:
                call.fail(store_error(error, self._path))
            with suppress(Exception):  # what stays open makes the next BEGIN fail, which is said then
                self._roll_back()
                if search.is_broken(error):  # who is started after us finds it empty, and fills it
                    search.rebuild(self._cx)
            return [], None
        return writer.noted, now

    def _roll_back(self) -> None:
        """Leave the connection usable; SQLite has often rolled back by itself."""
        if self._cx.in_transaction:
            self._cx.execute("ROLLBACK")

    def _tell(self, calls: list[_Call], events: list[StoredEvent], now: Tally | None) -> None:
        """In the event loop's thread: publish first, so that nobody acts before the event is out."""
        self.tally = now or self.tally
        try:
            if events:
                self.published(events)
        finally:
            for call in calls:
                call.settle()

    def _close(self) -> StoreError | None:
        try:
            with closing(self._cx):
                self._cx.execute("PRAGMA optimize")
                self._cx.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.BusyError:
            return None  # somebody reads the file with another program; the next start folds the log in
        except Exception as error:  # noqa: BLE001 - whoever awaits the end must hear of it
            return store_error(error, self._path)
        return None


def _raisable(error: Exception) -> Exception:
    """A future refuses `StopIteration`, which a careless `next` raises."""
    return (
        RuntimeError("a write function raised StopIteration") if isinstance(error, StopIteration) else error
    )


def _settle(stopped: Future[None], error: StoreError | None) -> None:
    if stopped.done():
        return
    if error is None:
        stopped.set_result(None)
    else:
        stopped.set_exception(error)
