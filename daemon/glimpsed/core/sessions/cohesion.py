"""Cohesion: how much of what the last minutes were about goes on in the next ones.

Rules of this file: pure. Two screens of one piece of work may share nothing; what several show on one side
of a place and on the other does. So words are compared over a window on either side, not between two looks:
lexical cohesion (Hearst 1997, TextTiling; lexical chains, Galley et al. 2003). It is the cosine of the two
sides, in which the square of a word is its weight (see `lexicon`), less by e for every `FADES_MS` of presence
between the place and the nearest moment that shows it. A word then links its moment to the last one before
that had it, equally strongly at all places between them, so a new moment costs its words and the places,
not their product.
"""

from itertools import takewhile
from math import exp, log, sqrt
from typing import NamedTuple

from glimpsed.core.sessions.moments import Moment
from glimpsed.core.sessions.settings import BRIEF_MS, FADES_MS, MINUTE_MS

_FADES = FADES_MS / MINUTE_MS
_BRIEF = BRIEF_MS / MINUTE_MS

_EVEN, _CHANCE, _WEIGHT = 0.12, 0.04, 4.0
"""The cosine that says nothing; what chance adds to any; minutes squared of affinity for each e-fold of it.

In scripted days five of six places between two pieces of work have less than 0.15, six of seven within one
have more than 0.3, and less than 0.06 is a thousand times as frequent between as within."""

_TELLS = 800.0
"""What a side weighs that says fully that it is about something else: some thirty rare words."""


class _Sides(NamedTuple):
    """Of the place at a time (minutes): squares of both sides, and their product."""

    at: float
    left: float
    right: float = 0.0
    both: float = 0.0


class Cohesion:
    """Takes moments in order, and says of places between them what a boundary there costs."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._last: dict[str, tuple[int, float, float]] = {}
        self._places: dict[int, _Sides] = {}

    def __copy__(self) -> "Cohesion":
        """One that goes on from here on its own."""
        other = Cohesion()
        other._last, other._places = self._last.copy(), self._places.copy()
        return other

    def part(self, place: int, at: float) -> None:
        """Be asked from now on about the place before moment `place`, which comes next, at minute `at`."""
        left = sum(weight * exp((clock - at) / _FADES) for _, clock, weight in self._last.values())
        self._places[place] = _Sides(at, left)

    def drop(self, place: int) -> None:
        """Not be asked about a place again."""
        self._places.pop(place, None)

    def show(self, index: int, moment: Moment, low: int) -> None:
        """Go on with a moment; those before `low` are out of reach, and places there stay as they are."""
        while self._last and next(iter(self._last.values()))[0] < low:
            del self._last[next(iter(self._last))]
        links = list[tuple[int, float, float]]()
        for term, weight in sorted(_weights(moment).items()):
            before, clock, _ = self._last.pop(term, (-1, moment.clock, 0.0))
            near = exp((clock - moment.clock) / (2 * _FADES)) if before >= 0 else 0.0
            links.append((before, weight, weight * near))
            self._last[term] = (index, moment.clock, weight)
        links.sort(reverse=True)
        fresh, linked = 0.0, 0.0
        for place in reversed(list(takewhile(lambda place: place >= low, reversed(self._places)))):
            sides = self._places[place]
            while links and links[-1][0] < place:
                _, weight, link = links.pop()
                fresh, linked = fresh + weight, linked + link
            right = sides.right + fresh * exp((sides.at - moment.clock) / _FADES)
            self._places[place] = sides._replace(right=right, both=sides.both + linked)

    def price(self, place: int, before: float, after: float) -> float:
        """What the words add to the cost of a boundary there, or take from it.

        `before` and `after` are minutes of the sessions that it would part. Less than `BRIEF_MS` of one says
        less by the square, as pairs of screens do: a page or two elsewhere at the end are no piece of work.
        """
        sides = self._places.get(place)
        if not sides or not sides.left or not sides.right:
            return 0.0
        cosine = min(1.0, sides.both / sqrt(sides.left * sides.right))
        price = _WEIGHT * log((cosine + _CHANCE) / (_EVEN + _CHANCE))
        if price >= 0.0:
            return price
        told = min(1.0, min(sides.left, sides.right) / _TELLS)
        return price * told * max(0.0, min(1.0, before / _BRIEF, after / _BRIEF)) ** 2


def _weights(moment: Moment) -> dict[str, float]:
    """What each word on its screens tells."""
    found = dict[str, float]()
    for shown in moment.faces:
        for term in shown.face.terms & shown.telling:
            found[term] = max(shown.weights[term], found.get(term, 0.0))
    return found
