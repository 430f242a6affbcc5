"""A connection that reads, on a thread of its own.

Rules of this file: a function handed in sees one moment's view and leaves no cursor open, which would keep
the write-ahead log from shrinking.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from glimpsed.store import connect

T = TypeVar("T")


class ReaderThread:
    """One reading connection to the database at `path`. All callers live in one event loop."""

    def __init__(self, path: Path, name: str) -> None:
        """Connect; blocks."""
        self._path = path
        self._cx = connect.reader(path)
        self._thread = ThreadPoolExecutor(1, name)

    async def read(self, fn: Callable[[apsw.Connection], T]) -> T:
        """What `fn` returns, after all that was asked for before. Raises what it raises, or `StoreError`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, fn)

    async def close(self) -> None:
        """Close, after what is asked for already."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._cx.close)
        self._thread.shutdown(wait=False)

    def _read(self, fn: Callable[[apsw.Connection], T]) -> T:
        with connect.blamed_on(self._path):
            self._cx.execute("BEGIN")
            try:
                value = fn(self._cx)
            finally:
                if self._cx.in_transaction:
                    self._cx.execute("ROLLBACK")
            if self._cx.txn_state() != apsw.SQLITE_TXN_NONE:
                raise RuntimeError(
                    "a read function left a cursor open, which would keep the log from shrinking"
                )
            return value
