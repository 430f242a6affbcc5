"""Dates and offsets of scripted days: the rule of the European Union, so that no time zone files are needed.

Rules of this file: pure; milliseconds since 1970 UTC, offsets in seconds east of UTC.
"""

import datetime as dt
from random import Random

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY_STARTS_MS = 4 * 3_600_000
DAY_MS = 86_400_000


def change(year: int, month: int) -> dt.date:
    """The last Sunday of a month, on which clocks change at 01:00 UTC in March and October."""
    last = dt.date(year, month, 31)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


def offset_s(at_ms: int, base_s: int, *, dst: bool) -> int:
    """Seconds east of UTC on the wall clock at a time."""
    year = moment(at_ms, 0).year
    begins, ends = (to_ms(change(year, month)) + 3_600_000 for month in (3, 10))
    return base_s + (3600 if dst and begins <= at_ms < ends else 0)


def to_ms(date: dt.date) -> int:
    """Midnight of a date, as if it were in UTC."""
    return (date - _EPOCH.date()).days * DAY_MS


def midnight_ms(date: dt.date, base_s: int, *, dst: bool) -> int:
    """Local midnight of a date."""
    local = to_ms(date)
    return local - 1000 * offset_s(local - 1000 * base_s, base_s, dst=dst)


def moment(at_ms: int, offset: int) -> dt.datetime:
    """What the wall clock shows."""
    return _EPOCH + dt.timedelta(milliseconds=at_ms + 1000 * offset)


def local_day(at_ms: int, offset: int) -> int:
    """Number of the day that a time belongs to, when days begin at 04:00 local."""
    return (at_ms + 1000 * offset - _DAY_STARTS_MS) // DAY_MS


def first_date(rng: Random, *, weekend: bool) -> dt.date:
    """A script's first day; with `weekend`, half the time, the eve of a night in which clocks change."""
    if weekend and rng.random() < 0.5:
        return change(2026, rng.choice((3, 10))) - dt.timedelta(days=1)
    date = dt.date(2026, 1, 1) + dt.timedelta(days=rng.randrange(360))
    return date if weekend else date - dt.timedelta(days=max(0, date.weekday() - 4))
