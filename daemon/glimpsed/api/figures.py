"""What `status` says of the last hour and of today: looked up once for all who ask at the same time.

Rules of this file: a look is shared by those who asked before it began, so nobody is told what is older than
his question, but for the second that statistics may be old. How much there is, the store knows without one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import apsw
import msgspec

from glimpsed.core.histogram import Stage
from glimpsed.core.model import Rung
from glimpsed.store import calls, results, stages
from glimpsed.store.calls import CallSummary
from glimpsed.store.db import Database

HOUR_MS = 3_600_000

STATISTICS_S = 1.0
"""How old statistics may be."""

T = TypeVar("T")


class Statistics(msgspec.Struct, frozen=True):
    """How it went: results by rung and calls of the last hour, stages of today."""

    rungs: dict[Rung, int]
    calls: list[CallSummary]
    stages: dict[Stage, dict[int, int]]


class Shared(Generic[T]):
    """A look that many may want at once."""

    def __init__(self) -> None:
        """Nobody wants it yet."""
        self._next: asyncio.Future[T] | None = None
        self._looking = asyncio.Lock()

    async def get(self, look: Callable[[], Awaitable[T]]) -> T:
        """What the next look finds; it is begun for this one, or was asked for by another and is to begin."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._look(look))
            self._next.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(self._next)

    async def _look(self, look: Callable[[], Awaitable[T]]) -> T:
        async with self._looking:
            self._next = None  # whoever asks from here on gets another one
            return await look()


class Looks:
    """The looks of `status`."""

    def __init__(self) -> None:
        """Nothing was looked up yet."""
        self._statistics = Shared[Statistics]()
        self._known: tuple[float, Statistics] | None = None

    async def statistics(self, store: Database, now: float, now_ms: int) -> Statistics:
        """How it went, at most `STATISTICS_S` ago; `now` is in seconds of a clock that only goes forward."""
        if self._known is None or now - self._known[0] >= STATISTICS_S:
            found = await self._statistics.get(lambda: store.read(lambda cx: _statistics(cx, now_ms)))
            self._known = now, found
        return self._known[1]


def _statistics(cx: apsw.Connection, now_ms: int) -> Statistics:
    since = now_ms - HOUR_MS
    today = now_ms // stages.DAY_MS
    return Statistics(results.rungs_since(cx, since), calls.summary(cx, since), stages.counts(cx, today))
