"""Doubts: where rules hardly know whether a session begins, and what a word from elsewhere changes.

Rules of this file: pure. A place is as sure as what a boundary there would save, all others left as they are.
A *verdict* is what a model said of a place. It weighs as much as evidence does of which it would take
`VERDICT` to decide otherwise, so a clear case stays what it is, and nothing that a clock made is asked about.
A yes is about its place alone, a no about all places that a person would not tell from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import exp

from glimpsed.core.sessions.boundaries import by_words, sure
from glimpsed.core.sessions.cutting import between, reached
from glimpsed.core.sessions.model import Doubt, Sighting
from glimpsed.core.sessions.moments import Moment
from glimpsed.core.sessions.settings import ABOUT_MS, MINUTE_MS, PENALTY, REACH_MS, VERDICT

_REACH = REACH_MS / MINUTE_MS
_NEARLY, _BARELY = 0.07, 0.93
"""How sure a boundary is that was nearly made, at least, and one that was barely made, at most.

In scripted days that is three questions in four hours, and a third of the boundaries that are wrong."""

Judged = tuple[tuple[int, bool], ...]
"""The verdicts of a bout in order, each by the index of its sighting."""


def judged(sightings: Sequence[Sighting], verdicts: Mapping[str, bool]) -> Judged:
    """Those of the verdicts that are about these sightings."""
    if not verdicts:
        return ()
    return tuple((n, verdicts[seen.shot]) for n, seen in enumerate(sightings) if seen.shot in verdicts)


def prices(pieces: Sequence[Moment], said: Judged) -> list[float]:
    """What a boundary costs at each moment."""
    cost = [PENALTY] * len(pieces)
    own = _places(pieces, said)
    for place, begins in own.items():
        for index in () if begins else _about(pieces, place):
            cost[index] = PENALTY + VERDICT
    for place, begins in own.items():
        cost[place] = PENALTY - VERDICT if begins else PENALTY + VERDICT
    return cost


def doubts(
    pieces: Sequence[Moment],
    sightings: Sequence[Sighting],
    said: Judged,
    edge: tuple[int, int],
    confidence: float,
) -> tuple[Doubt, ...]:
    """The doubts about a session that nothing in order can change, in order of time.

    `edge` has the moments with which it and the next one begin; `confidence` is that of its own beginning,
    above `_BARELY` if a clock made it.
    """
    begin, end = edge
    passed = {near for place in _places(pieces, said) for near in _about(pieces, place)}
    found = {begin: confidence} if confidence <= _BARELY and begin not in passed else {}
    inner = _inner(pieces, begin, end)
    for place, how_sure in sorted(
        _margins(pieces, begin, end, inner).items(), key=lambda kv: (-kv[1], kv[0])
    ):
        if how_sure < _NEARLY:
            break
        if place not in passed:
            passed |= set(_about(pieces, place))
            found[place] = how_sure
    seen = {place: sightings[pieces[place].looks[0]] for place in sorted(found)}
    return tuple(Doubt(its.shot, its.at_ms, found[place]) for place, its in seen.items())


def _places(pieces: Sequence[Moment], said: Judged) -> dict[int, bool]:
    """The moments that verdicts are about: each the one that its sighting is part of, or goes on with."""
    found = dict[int, bool]()
    place = 0
    for sighting, begins in said:
        for index in range(place, len(pieces)):
            if pieces[index].looks[0] > sighting:
                break
            if pieces[index].begins:
                place = index
        found[place] = begins
    return found


def _start_ms(piece: Moment) -> int:
    return round(piece.begin * MINUTE_MS)


def _about(pieces: Sequence[Moment], place: int) -> Iterator[int]:
    """The moments that begin where a person would say that `place` is."""
    at = _start_ms(pieces[place])
    for step in (-1, 1):
        index = place
        while 0 <= index < len(pieces) and abs(_start_ms(pieces[index]) - at) <= ABOUT_MS:
            yield index
            index += step


def _inner(pieces: Sequence[Moment], begin: int, end: int) -> set[int]:
    """The moments within a session that are about neither of its ends, and may begin one."""
    first = _start_ms(pieces[begin]) + ABOUT_MS
    last = round(pieces[end - 1].end * MINUTE_MS) - ABOUT_MS
    return {
        index
        for index in range(begin + 1, end)
        if pieces[index].begins and pieces[index].minutes and first < _start_ms(pieces[index]) < last
    }


def _margins(pieces: Sequence[Moment], begin: int, end: int, places: set[int]) -> dict[int, float]:
    """How sure a boundary would be at places within a session: by words, and by all pairs that it parts."""
    words = by_words(pieces, begin, end, places)
    changes = [0.0] * (end - begin + 1)
    low = begin
    for index in range(begin, end):
        low = reached(pieces, low, index)
        moment, known = pieces[index], dict[int, float]()
        for other in range(low, index) if moment.minutes else ():
            earlier = pieces[other]
            if earlier.minutes:
                key = id(earlier.faces)
                if key not in known:
                    known[key] = between(earlier, moment)
                near = exp((earlier.clock - moment.clock) / _REACH)
                shared = moment.minutes * earlier.minutes * known[key] * near
                changes[other - begin + 1] += shared
                changes[index - begin + 1] -= shared
    parted, found = 0.0, dict[int, float]()
    for index in range(begin + 1, end):
        parted += changes[index - begin]
        if index in places:
            found[index] = sure(parted + words[index])
    return found
