"""Why a session begins where its content says, and how sure that is.

Rules of this file: pure. Both sides are judged within reach of the boundary, and pairs of screens within
their sessions, too.
"""

from collections.abc import Collection, Sequence
from math import exp

from glimpsed.core.sessions.cohesion import Cohesion
from glimpsed.core.sessions.cutting import between, reached, reaches
from glimpsed.core.sessions.identity import Face
from glimpsed.core.sessions.model import Reason
from glimpsed.core.sessions.moments import Moment
from glimpsed.core.sessions.settings import MINUTE_MS, PENALTY, REACH_MS, WINDOW

_REACH = REACH_MS / MINUTE_MS
_WITHIN = 2 * _REACH
_NEAR = 40
_SAMPLE = 20
_SPREAD = 2.0
"""Minutes squared of affinity that make a boundary e times as likely as none."""


def confidence(pieces: Sequence[Moment], before: int, begin: int, end: int) -> float:
    """How sure it is that a session begins at `begin`, by what parting the two sides saves (0..1)."""
    left, left_scale = _sample(pieces[max(before, begin - WINDOW) : begin])
    right, right_scale = _sample(pieces[begin : min(end, begin + WINDOW)])
    zero = pieces[begin].clock
    shared = sum(
        a.minutes * b.minutes * between(a, b) * exp((a.clock - b.clock) / _REACH)
        for a in left
        for b in right
        if zero - a.clock <= _WITHIN and b.clock - zero <= _WITHIN
    )
    words = by_words(pieces, before, end, (begin,))[begin]
    return sure(shared * left_scale * right_scale + words)


def by_words(pieces: Sequence[Moment], start: int, end: int, places: Collection[int]) -> dict[int, float]:
    """What words add to the cost of a boundary at each of `places`, parting the moments `start` to `end`."""
    if not places:
        return {}
    low = first = min(places)
    while low > 0 and reaches(pieces, low - 1, first):
        low -= 1
    cohesion = Cohesion()
    last = max(places)
    for index in range(low, end):
        if not reaches(pieces, last, index):
            break
        low = reached(pieces, low, index)
        if index in places:
            cohesion.part(index, pieces[index].begin, low)
        if pieces[index].minutes:
            cohesion.show(index, pieces[index], low)
    began, over = pieces[start].begin, pieces[end - 1].end
    at = {place: pieces[place].begin for place in places}
    return {place: cohesion.price(place, at[place] - began, over - at[place]) for place in places}


def sure(shared: float) -> float:
    """How sure a boundary is (0..1) whose two sides have so much in common."""
    saved = -shared - PENALTY
    return round(1.0 / (1.0 + exp(-max(-20.0, min(20.0, saved / _SPREAD)))), 3)


def _sample(pieces: Sequence[Moment]) -> tuple[Sequence[Moment], float]:
    """Evenly some of many, and what each stands for."""
    stride = -(-len(pieces) // _SAMPLE)
    return pieces[::stride], float(stride)


def reasons(pieces: Sequence[Moment], before: int, begin: int, end: int) -> tuple[Reason, ...]:
    """Identity where project, document or application change, topic where the words do."""
    left = _main(pieces[max(before, begin - _NEAR) : begin])
    right = _main(pieces[begin : min(end, begin + _NEAR)])
    named = _keys(left) and _keys(right) and _keys(left).isdisjoint(_keys(right))
    worded = (
        left.terms
        and right.terms
        and len(left.terms & right.terms) < min(len(left.terms), len(right.terms)) / 4
    )
    found = ((Reason.IDENTITY, named), (Reason.TOPIC, worded or not named))
    return tuple(reason for reason, holds in found if holds)


def _keys(face: Face) -> frozenset[str]:
    return face.projects or face.documents or face.applications


def _main(pieces: Sequence[Moment]) -> Face:
    """What was on the screen longest."""
    lasted: dict[Face, float] = {}
    for piece in pieces:
        for shown in piece.faces:
            lasted[shown.face] = lasted.get(shown.face, 0.0) + piece.minutes / len(piece.faces)
    return max(lasted, key=lambda face: lasted[face])
