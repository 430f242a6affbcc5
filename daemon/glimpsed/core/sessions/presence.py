"""Presence: when somebody was there, from every sign of it, and what ended it.

Rules of this file: pure and total; times in any order. A *tick* is a sign that somebody is there: a shot, a
look that found nothing new (`present`), an unlocked screen. Between two ticks a gap up to `COUNTED_MS` is
presence, of one up to `BREAK_MS` the first `COUNTED_MS` are, and none of a longer one, which is a *break*. A
screen that was locked, or a machine that slept, for more than `COUNTED_MS` is a break however short the gap
is; presence is counted up to the lock. `idle` does not break presence of its own, for a person who reads is
idle; it says why a gap is one. But a screen may go on changing while nobody is there: after `idle`, until
`present` or `unlocked`, shots are ticks only in a run that lasts `COUNTED_MS` without a longer gap, all but
its first. So the screens of a film are ticks, and so are those of a person who came back though nothing told
it; a dashboard that changes now and then is not, nor are a few messages. Shots while locked are ticks as any:
a lost `unlocked` must not cost a day.
"""

from bisect import bisect_right
from collections.abc import Iterable
from math import inf

import msgspec

from glimpsed.core.sessions.model import Reason, Signal
from glimpsed.core.sessions.settings import BREAK_MS, COUNTED_MS

_AWAY = {"locked": Reason.LOCK, "slept": Reason.SLEEP}
BACK = ("present", "unlocked")
"""Signals that somebody is there."""


class Break(msgspec.Struct, frozen=True):
    """An end of presence: the next tick is `at_ms`, and why."""

    at_ms: int
    reasons: tuple[Reason, ...]


class Presence:
    """Somebody's presence over time, as a clock that runs while somebody is there."""

    def __init__(self, shots: Iterable[int], signals: Iterable[Signal]) -> None:
        """`shots` are their times."""
        self.breaks: list[Break] = []
        self._ticks: list[int] = []
        self._before: list[int] = []
        self._counted: list[int] = []
        self._marks: list[tuple[int, str]] = []
        self._away: dict[Reason, int] = {}
        self._last = 0
        self._waits_ms: int | None = None
        run_ms, shot_ms, idle, waiting = -inf, -inf, False, list[int]()
        events = [(at, 1, "shot") for at in shots]
        events += [(s.at_ms, 0 if s.kind in BACK else 2, s.kind) for s in signals]
        for at, _, kind in sorted(set(events)):
            self._last = at
            if kind == "shot" or kind in BACK:
                idle = idle and kind not in BACK
                if at - shot_ms > COUNTED_MS:
                    run_ms = at
                    waiting.clear()
                if not idle or at > run_ms:
                    waiting.append(at)
                shot_ms = at
                if not idle or at - run_ms >= COUNTED_MS:
                    for tick in waiting:
                        self._tick(tick, kind)
                    waiting.clear()
                self._waits_ms = at if idle and at - run_ms < COUNTED_MS else None
            elif kind != "woke":
                idle = idle or (kind == "idle" and bool(self._ticks))
                self._marks.append((at, kind))
                if kind in _AWAY:
                    self._away.setdefault(_AWAY[kind], at)
                    run_ms, shot_ms, self._waits_ms = -inf, -inf, None  # whoever may have been back is gone
                    waiting.clear()
        if self._ticks:
            self._counted.append(self._until_known_end())

    @property
    def known_ms(self) -> int:
        """The last tick: what comes in order changes nothing of the presence up to it."""
        return self._ticks[-1]

    def active_ms(self, at_ms: int) -> int:
        """Presence up to `at_ms`, counted from the first tick."""
        index = bisect_right(self._ticks, at_ms) - 1
        if index < 0:
            return 0
        return self._before[index] + min(at_ms - self._ticks[index], self._counted[index])

    def break_before(self, earlier_ms: int, later_ms: int) -> Break | None:
        """The last break after `earlier_ms`, up to `later_ms`."""
        index = bisect_right(self.breaks, later_ms, key=lambda b: b.at_ms) - 1
        return self.breaks[index] if index >= 0 and self.breaks[index].at_ms > earlier_ms else None

    def start_ms(self, at_ms: int) -> int:
        """When the unbroken presence began that `at_ms` lies in."""
        index = bisect_right(self.breaks, at_ms, key=lambda b: b.at_ms) - 1
        return self.breaks[index].at_ms if index >= 0 else self._ticks[0]

    def end_ms(self, at_ms: int) -> int:
        """When the unbroken presence ended, or is last known of, that `at_ms` lies in."""
        index = bisect_right(self.breaks, at_ms, key=lambda b: b.at_ms)
        if index == len(self.breaks):
            return self._ticks[-1] + self._counted[-1]
        last = bisect_right(self._ticks, self.breaks[index].at_ms - 1) - 1
        return self._ticks[last] + self._counted[last]

    def over(self, at_ms: int, now_ms: int | None) -> bool:
        """Whether the presence that `at_ms` lies in is over, at `now_ms` or when the last was heard.

        It is not as long as shots come that may turn out to be of somebody who is back.
        """
        if self.breaks and self.breaks[-1].at_ms > at_ms:
            return True
        now = self._last if now_ms is None else now_ms
        if self._waits_ms is not None and now - self._waits_ms <= COUNTED_MS:
            return False
        away = min(self._away.values(), default=now)
        return now - self._ticks[-1] > BREAK_MS or now - away > COUNTED_MS

    def _tick(self, at: int, kind: str) -> None:
        if self._ticks and at == self._ticks[-1]:
            return
        if self._ticks:
            gap = at - self._ticks[-1]
            reasons = tuple(why for why, since in self._away.items() if at - since > COUNTED_MS)
            if not reasons and gap > BREAK_MS:
                reasons = (Reason.IDLE if self._marks else Reason.ABSENCE,)
            if reasons:
                self.breaks.append(Break(at, reasons))
                self._counted.append(self._until_known_end())
            else:
                self._counted.append(min(gap, COUNTED_MS))
        self._before.append(self._before[-1] + self._counted[-1] if self._ticks else 0)
        self._ticks.append(at)
        self._marks.clear()
        if kind in BACK or len(self._ticks) == 1 or (self.breaks and self.breaks[-1].at_ms == at):
            self._away.clear()

    def _until_known_end(self) -> int:
        """Presence after the last tick, up to the first sign that somebody left."""
        if not self._marks:
            return 0
        gap = self._marks[0][0] - self._ticks[-1]
        return 0 if gap > BREAK_MS else min(gap, COUNTED_MS)
