"""Cohesion: how much of what the last minutes were about goes on in the next ones.

Rules of this file: pure. Two screens of one piece of work may share nothing; what several show on one side
of a place and on the other does. So words are compared over a window on either side, not between two looks:
lexical cohesion (Hearst 1997, TextTiling; lexical chains, Galley et al. 2003). It is the cosine of the two
sides, in which the square of a word is its weight (see `lexicon`), divided by e for every `FADES_MS` of
presence between the place and the nearest moment that shows it. A word then links its moment to the last one
before that had it, equally strongly at all places between them, so a new moment costs its words and the
places, not their product; a new place costs the words in reach. What follows a place for longer than
`BRIEF_MS` tells no more of it: else a session would end where that is best for how it began.
"""

from itertools import takewhile
from math import exp, log, sqrt
from typing import NamedTuple

from glimpsed.core.sessions.moments import Moment
from glimpsed.core.sessions.settings import BRIEF_MS, FADES_MS, MINUTE_MS

_FADES = FADES_MS / MINUTE_MS
_BRIEF = BRIEF_MS / MINUTE_MS

_EVEN, _CHANCE, _WEIGHT = 0.13, 0.04, 4.0
"""The cosine that says nothing; what chance adds to any; minutes squared of affinity for each e-fold of it.

In scripted days five of six places between two pieces of work have less than 0.15, and six of seven within
one have more than 0.3; between 0.12 and 0.14 it hardly matters."""

_APART, _SURE = 0.1, 5.0
"""Below this cosine two sides are of two matters, though screens of both may be of one folder or site; what
that takes off at most. In scripted days 618 of 713 places between two pieces of work have less, and none of
25,770 within one, twelve minutes of it or more on either side."""

_MOST = 3.0
"""What words add at most: while few pages were seen, words of the trade are not known to be on all."""

_TELLS = 400.0
"""What a side weighs that tells fully what it is about: some fifteen rare words."""


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
        self._shown: tuple[object, list[tuple[str, float]]] = (None, [])

    def __copy__(self) -> "Cohesion":
        """One that goes on from here on its own."""
        other = Cohesion()
        other._last, other._places, other._shown = self._last.copy(), self._places.copy(), self._shown
        return other

    def part(self, place: int, at: float, low: int) -> None:
        """Be asked from now on about the place before moment `place`, which comes next, at minute `at`.

        Moments before `low` are out of reach.
        """
        self._forget(low)
        left = sum(weight * exp((clock - at) / _FADES) for _, clock, weight in self._last.values())
        self._places[place] = _Sides(at, left)

    def drop(self, place: int) -> None:
        """Not be asked about a place again."""
        self._places.pop(place, None)

    def show(self, index: int, moment: Moment, low: int) -> None:
        """Go on with a moment; those before `low` are out of reach, and places there stay as they are."""
        self._forget(low)
        links = list[tuple[int, float, float]]()
        for term, weight in self._words(moment):
            before, clock, _ = self._last.pop(term, (-1, moment.clock, 0.0))
            self._last[term] = (index, moment.clock, weight)
            if self._places:
                near = exp((clock - moment.clock) / (2 * _FADES)) if before >= 0 else 0.0
                links.append((before, weight, weight * near))
        links.sort(reverse=True)
        fresh, linked = 0.0, 0.0
        since = moment.clock - _BRIEF
        late = takewhile(lambda item: item[0] >= low and item[1].at >= since, reversed(self._places.items()))
        for place, sides in reversed(list(late)):
            while links and links[-1][0] < place:
                _, weight, link = links.pop()
                fresh, linked = fresh + weight, linked + link
            right = sides.right + fresh * exp((sides.at - moment.clock) / _FADES)
            self._places[place] = sides._replace(right=right, both=sides.both + linked)

    def _forget(self, low: int) -> None:
        """Forget words that nothing from moment `low` on showed; they are in order of their last moment."""
        old = [term for term, _ in takewhile(lambda last: last[1][0] < low, self._last.items())]
        for term in old:
            del self._last[term]

    def _words(self, moment: Moment) -> list[tuple[str, float]]:
        """What each word on its screens tells, in order; pieces of one look come one after the other."""
        if self._shown[0] is not moment.faces:
            found = dict[str, float]()
            for shown in moment.faces:
                for term in shown.face.terms & shown.telling:
                    found[term] = max(shown.weights[term], found.get(term, 0.0))
            self._shown = (moment.faces, sorted(found.items()))
        return self._shown[1]

    def price(self, place: int, before: float, after: float) -> float:
        """What the words add to the cost of a boundary there, or take from it.

        `before` and `after` are minutes of the sessions that it would part. For a boundary less than
        `BRIEF_MS` of one says less by the square, as pairs of screens do, and what is sure of it by the
        cube: a page or two are no piece of work.
        """
        sides = self._places.get(place)
        if not sides or not sides.left or not sides.right:
            return 0.0
        cosine = min(1.0, sides.both / sqrt(sides.left * sides.right))
        price = min(_MOST, _WEIGHT * log((cosine + _CHANCE) / (_EVEN + _CHANCE)))
        told = min(1.0, min(sides.left, sides.right) / _TELLS)
        if price >= 0.0:
            return price * told
        lasts = max(0.0, min(1.0, before / _BRIEF, after / _BRIEF))
        sure = _SURE * told * lasts if cosine < _APART else 0.0
        return (price - sure) * told * lasts**2
