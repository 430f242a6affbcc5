"""How long the stages took, as histograms, one a day and stage.

Rules of this file: a day is one in UTC, numbered from 1970. Only counts are kept, so that a year is small
and any span of days can be added up; the oldest days are forgotten.
"""

import apsw

from glimpsed.core.histogram import Stage, bucket
from glimpsed.store.writer import Writer

DAY_MS = 86_400_000

KEEP_DAYS = 400
"""Days that are kept: a year, and some to compare it with the one before."""

_OBSERVE = """
INSERT INTO stage (day, stage, bucket, times) VALUES (?, ?, ?, 1)
ON CONFLICT (day, stage, bucket) DO UPDATE SET times = times + 1"""
_PRUNE = "DELETE FROM stage WHERE day <= ?"
_TOTAL = "SELECT stage, bucket, sum(times) FROM stage WHERE day >= ? GROUP BY stage, bucket"
_DAILY = "SELECT day, stage, bucket, times FROM stage WHERE day >= ? ORDER BY day"

Counts = dict[Stage, dict[int, int]]
"""How many times a stage took as long as a bucket of `core.histogram` says, by bucket."""


def observe(w: Writer, stage: Stage, ms: int) -> None:
    """Count that a stage took so long, today."""
    w.cx.execute(_OBSERVE, (w.now_ms // DAY_MS, stage, bucket(ms)))


def prune(w: Writer, keep_days: int = KEEP_DAYS) -> int:
    """Forget all but today and the days before, `keep_days` in all; gives how many counts that were."""
    w.cx.execute(_PRUNE, (w.now_ms // DAY_MS - keep_days,))
    return w.cx.changes()


def counts(cx: apsw.Connection, since_day: int) -> Counts:
    """The stages that were seen on a day or later, all days added up."""
    total: Counts = {}
    for stage, at, times in cx.execute(_TOTAL, (since_day,)):
        total.setdefault(Stage(stage), {})[at] = times
    return total


def days(cx: apsw.Connection, since_day: int) -> dict[int, Counts]:
    """The same for each day on which there was one, the oldest first."""
    found: dict[int, Counts] = {}
    for day, stage, at, times in cx.execute(_DAILY, (since_day,)):
        found.setdefault(day, {}).setdefault(Stage(stage), {})[at] = times
    return found
