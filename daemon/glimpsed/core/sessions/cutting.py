"""Where one piece of work ends and the next begins, found by dynamic programming over moments.

Rules of this file: pure. The segmentation that is looked for has nearly the least total of

    price of each boundary  +  what cohesion adds to it (see `cohesion`)
                            +  SHORT * (1 - length / BRIEF) of each session that a boundary ends sooner,
                               less where what comes after it does not go on with what was before it
                            -  sum over all pairs of moments within one session of
                               minutes * minutes * affinity * exp(-|presence between them| / REACH)

so that screens which belong together are kept together, those that contradict each other are parted, and what
lies further apart counts less: it is min-cut segmentation (Malioutov and Barzilay 2006) with signed
affinities, as in correlation clustering, and a kernel in place of a fixed window. A visit elsewhere inside a
session costs what it contradicts its neighbours, and cutting it out costs two penalties and all that the
neighbours have in common; so a glance stays, and a meeting does not.

Pairs beyond `DELAY_MS` count nothing. From then on all places where a session may have begun change by the
same amounts, so only the best of them is kept, and the work for a moment is bounded by the window. Cohesion
counts what follows a place within its session alone, and is known when that ends; it counts less beside a
short session, which is why the total is only nearly the least: the one before a place is chosen first. What
lies back further than `DELAY_MS` of presence is *settled* with every moment: other places are given up, so
that nothing which comes in order changes it any more.
"""

from collections.abc import Sequence
from copy import copy
from math import exp, inf

from glimpsed.core.sessions.affinity import affinity
from glimpsed.core.sessions.cohesion import Cohesion
from glimpsed.core.sessions.moments import Moment
from glimpsed.core.sessions.settings import (
    BRIEF_MS,
    DELAY_MS,
    MINUTE_MS,
    PARTED,
    PENALTY,
    REACH_MS,
    SHORT,
    WINDOW,
)

_REACH = REACH_MS / MINUTE_MS
_DELAY = DELAY_MS / MINUTE_MS
_BRIEF = BRIEF_MS / MINUTE_MS

_BEFORE, _ELSEWHERE = 6, 0.4
"""Moments before a session that may go on after it; and the part that is left, if none of them does, of what
the session costs for being short."""


def between(a: Moment, b: Moment) -> float:
    """The affinity of two moments: the mean over what their screens show."""
    every = [affinity(x, y) for x in a.faces for y in b.faces]
    return sum(every) / len(every)


def reaches(moments: Sequence[Moment], earlier: int, index: int) -> bool:
    """Whether two moments are near enough to be compared."""
    return index - earlier <= WINDOW and moments[index].clock - moments[earlier].clock <= _DELAY


def reached(moments: Sequence[Moment], low: int, index: int) -> int:
    """The first moment from `low` on that `index` is compared with, or itself."""
    while not reaches(moments, low, index):
        low += 1
    return low


class Cutter:
    """Takes moments in order and says where sessions begin. `comparisons` counts its work."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.moments: list[Moment] = []
        self.comparisons = 0
        self.settled = 0
        self._costs: dict[int, float] = {}
        self._before: dict[int, int] = {}
        self._best = 0
        self._low = 0
        self._cohesion = Cohesion()

    def __copy__(self) -> "Cutter":
        """One that goes on from here on its own."""
        other = Cutter()
        other.__dict__ |= self.__dict__ | {
            "moments": self.moments.copy(),
            "_costs": self._costs.copy(),
            "_before": self._before.copy(),
            "_cohesion": copy(self._cohesion),
        }
        return other

    def push(self, moment: Moment, price: float = PENALTY, *, settle: bool) -> None:
        """Take the next moment; do not `settle` by one that may still change.

        `price` is what a boundary before it costs.
        """
        index = len(self.moments)
        self.moments.append(moment)
        self._low = reached(self.moments, self._low, index)
        alike = self._compared(index, moment)
        if index == 0:
            self._costs[index], self._before[index] = 0.0, 0
        elif moment.begins and moment.minutes:
            cost, before = min(
                (self._cost(begin, moment.begin) + self._brevity(begin, index, alike), begin)
                for begin in self._costs
            )
            self._costs[index], self._before[index] = cost + price, before
            self._cohesion.part(index, moment.begin, self._low)
        self._weigh(index, moment, alike)
        self._forget()
        self._best = min(self._costs, key=lambda begin: (self._cost(begin, moment.end), begin))
        if settle:
            self._settle(moment.clock - _DELAY)

    def begins(self) -> list[int]:
        """Indices of the moments with which sessions begin, the first of all included."""
        chain = [self._best]
        while chain[-1] > 0:
            chain.append(self._before[chain[-1]])
        return chain[::-1]

    def _cost(self, begin: int, now: float) -> float:
        """What all costs up to a time if the last session began at `begin`."""
        if not begin:
            return self._costs[begin]
        at = self.moments[begin].begin
        before = at - self.moments[self._before[begin]].begin
        return self._costs[begin] + self._cohesion.price(begin, before, now - at)

    def _brevity(self, begin: int, end: int, alike: dict[int, float]) -> float:
        """What a session costs for being short that lasts from one moment to another.

        A few minutes elsewhere are mostly part of the work that goes on after them. Where what comes after is
        not what was before, they may be a short piece of work. `alike` are affinities with moment `end`.
        """
        length = self.moments[end].begin - self.moments[begin].begin
        if length >= _BRIEF:
            return 0.0
        before = [alike[other] for other in range(max(0, begin - _BEFORE), begin) if other in alike]
        elsewhere = max(before, default=PARTED) <= PARTED
        return SHORT * (1.0 - length / _BRIEF) * (_ELSEWHERE if elsewhere else 1.0)

    def _compared(self, index: int, moment: Moment) -> dict[int, float]:
        """Its affinity with each moment in reach that weighs anything."""
        known, alike = dict[int, float](), dict[int, float]()
        for other in range(index - 1, self._low - 1, -1) if moment.minutes else ():
            earlier = self.moments[other]
            if earlier.minutes:
                key = id(earlier.faces)
                if key not in known:
                    known[key] = between(earlier, moment)
                    self.comparisons += 1
                alike[other] = known[key]
        return alike

    def _weigh(self, index: int, moment: Moment, alike: dict[int, float]) -> None:
        """Add what `moment` and those before it have in common to every place where its session may begin."""
        shared, gains = 0.0, dict[int, float]()
        for other in range(index - 1, self._low - 1, -1) if moment.minutes else ():
            earlier = self.moments[other]
            if other in alike:
                near = exp((earlier.clock - moment.clock) / _REACH)
                shared += moment.minutes * earlier.minutes * alike[other] * near
            gains[other] = shared
        for begin in self._costs:
            self._costs[begin] -= gains.get(begin, 0.0 if begin == index else shared)
        if moment.minutes:
            self._cohesion.show(index, moment, self._low)

    def _forget(self) -> None:
        """Keep one of the places out of reach, the best if their sessions last; all else is known of them.

        Where `WINDOW` bounds what is in reach, that may be less than `BRIEF_MS`.
        """
        old = [begin for begin in self._costs if begin < self._low]
        kept = min(old, key=lambda begin: (self._cost(begin, inf), begin), default=None)
        for begin in old:
            if begin != kept:
                self._drop(begin)

    def _drop(self, begin: int) -> None:
        """Give up a place where a session may begin."""
        del self._costs[begin]
        self._cohesion.drop(begin)

    def _settle(self, until: float) -> None:
        """Give up every way that began its session at `until` elsewhere than the best one did."""
        found = dict[int, int]()
        chosen = self._anchor(self._best, until, found)
        for begin in [b for b in self._costs if self._anchor(b, until, found) != chosen]:
            self._drop(begin)
        self.settled = chosen

    def _anchor(self, begin: int, until: float, found: dict[int, int]) -> int:
        """The last beginning at or before `until` on the way to `begin`."""
        if begin not in found:
            early = begin == 0 or self.moments[begin].clock <= until
            found[begin] = begin if early else self._anchor(self._before[begin], until, found)
        return found[begin]
