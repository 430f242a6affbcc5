"""What `status` says of the last hour and of the days around it: looked up once for all who ask.

Rules of this file: who asks often never waits, for the look that he causes serves the next one who asks; who
asks for the first time in a while waits for his. How much there is, the store knows without a look.
"""

import asyncio
import math

import apsw
import msgspec

from glimpsed.core.histogram import Stage
from glimpsed.core.model import Job, Rung
from glimpsed.store import calls, results, shots, stages
from glimpsed.store.calls import CallSummary
from glimpsed.store.db import Database

HOUR_MS = 3_600_000

FRESH_S = 1.0
"""How old statistics are before they are looked up anew."""

OLDEST_S = 5.0
"""How old they may be when they are told."""


class Subject(msgspec.Struct, frozen=True):
    """The shot that a job is about, and its file."""

    job: str
    shot: str
    path: bytes


class Statistics(msgspec.Struct, frozen=True):
    """How it went: results that each rung made and calls of the last hour, stages since yesterday.

    `subject` is what the job in the slot is about. Days are those of UTC; two of them are a day's worth at
    least, wherever on earth it is midnight.
    """

    rungs: dict[Rung, int]
    calls: list[CallSummary]
    stages: dict[Stage, dict[int, int]]
    subject: Subject | None


class Looks:
    """The looks of `status`, one at a time."""

    def __init__(self) -> None:
        """Nothing was looked up yet."""
        self._known: tuple[float, Statistics] | None = None
        self._under_way: asyncio.Future[Statistics] | None = None

    async def statistics(
        self, store: Database, now: float, now_ms: int, in_slot: Job | None = None
    ) -> Statistics:
        """How it went, `OLDEST_S` ago at most; `now` is in seconds of a clock that only goes forward."""
        at, known = self._known or (-math.inf, None)
        if known is not None and now - at < FRESH_S:
            return known
        if self._under_way is None:
            self._under_way = asyncio.ensure_future(self._look(store, now, now_ms, in_slot))
            self._under_way.add_done_callback(lambda done: done.cancelled() or done.exception())
        if known is not None and now - at < OLDEST_S:
            return known
        return await asyncio.shield(self._under_way)

    async def _look(self, store: Database, now: float, now_ms: int, in_slot: Job | None) -> Statistics:
        try:
            found = await store.read(lambda cx: _statistics(cx, now_ms, in_slot))
            self._known = now, found
            return found
        finally:
            self._under_way = None


def _statistics(cx: apsw.Connection, now_ms: int, in_slot: Job | None) -> Statistics:
    since = now_ms - HOUR_MS
    yesterday = now_ms // stages.DAY_MS - 1
    return Statistics(
        rungs=results.rungs_since(cx, since),
        calls=calls.summary(cx, since),
        stages=stages.counts(cx, yesterday),
        subject=None if in_slot is None else _subject(cx, in_slot),
    )


def _subject(cx: apsw.Connection, job: Job) -> Subject | None:
    row = shots.latest_of(cx, job.picture) if job.shot is None else shots.shot(cx, job.shot)
    return None if row is None else Subject(job.id, row.shot.id, row.shot.path)
