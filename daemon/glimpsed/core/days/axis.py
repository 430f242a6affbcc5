"""A day's axis: when its picture begins and ends, and where the hours of the wall clock are on it.

Rules of this file: pure. The axis is real time, so nothing overlaps where the clock was set back; each
session says what the wall clock showed from its start on, and the hours follow that.
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from glimpsed.core.days.model import Entry
from glimpsed.core.sessions.settings import HOUR_MS

_LEAST_HOURS = 4
_STEPS = (1, 2, 3, 4, 6, 12, 24)


class Shift(msgspec.Struct, frozen=True):
    """The wall clock is `offset_s` east of UTC from here on."""

    at_ms: int
    offset_s: int


class Axis(msgspec.Struct, frozen=True):
    """From `start_ms` to `end_ms`; the first of `shifts` is at the start."""

    start_ms: int
    end_ms: int
    shifts: tuple[Shift, ...]

    def part(self, at_ms: int) -> float:
        """Where a moment is, from 0 at the start to 1 at the end."""
        return (at_ms - self.start_ms) / (self.end_ms - self.start_ms)


def axis(entries: Sequence[Entry]) -> Axis:
    """The axis of at least one session: whole hours, and four of them at least."""
    first, last_ms = entries[0], max(entry.end_ms for entry in entries)
    changed = [now for before, now in pairwise(entries) if now.offset_s != before.offset_s]
    start_ms = _hour(first.start_ms, first.offset_s)
    end_ms = -_hour(-last_ms, -entries[-1].offset_s)
    if missing := max(0, _LEAST_HOURS - (end_ms - start_ms) // HOUR_MS):
        start_ms -= missing // 2 * HOUR_MS
        end_ms = max(end_ms, start_ms + _LEAST_HOURS * HOUR_MS)
    shifts = (Shift(start_ms, first.offset_s), *(Shift(each.start_ms, each.offset_s) for each in changed))
    return Axis(start_ms, end_ms, shifts)


def hours(over: Axis, most: int) -> list[tuple[int, int]]:
    """About `most` full hours on the wall clock, at most: (when, hour of the day)."""
    long = (over.end_ms - over.start_ms) / HOUR_MS
    step = next((step for step in _STEPS if long / step <= most), _STEPS[-1])
    apart_ms = (over.end_ms - over.start_ms) / (2 * most)
    found: list[tuple[int, int]] = []
    ends = [*(shift.at_ms for shift in over.shifts[1:]), over.end_ms + 1]
    for shift, end_ms in zip(over.shifts, ends, strict=True):
        at_ms = -_hour(-shift.at_ms, -shift.offset_s)
        while at_ms < end_ms:
            hour = (at_ms + shift.offset_s * 1000) // HOUR_MS % 24
            if hour % step == 0 and (not found or at_ms - found[-1][0] >= apart_ms):
                found.append((at_ms, hour))
            at_ms += HOUR_MS
    return found


def _hour(at_ms: int, offset_s: int) -> int:
    """The full hour at or before a moment, on the wall clock."""
    return (at_ms + offset_s * 1000) // HOUR_MS * HOUR_MS - offset_s * 1000
