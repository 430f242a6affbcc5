"""Attention: how presence was spread over what was in front, and what interrupted it.

Rules of this file: pure. Time is presence, and belongs to what the last shot showed; where several screens
showed something at one moment, to each an equal part. Chat beside work has none (see `moments`).
"""

from collections.abc import Callable, Sequence
from itertools import groupby

import msgspec

from glimpsed.core.sessions.affinity import affinity
from glimpsed.core.sessions.identity import Label, Work
from glimpsed.core.sessions.model import Focus, Interruption, Share
from glimpsed.core.sessions.moments import Look, Moment
from glimpsed.core.sessions.settings import BREAK_MS, GLANCE_MS, HOUR_MS, MINUTE_MS

_CHAT = frozenset((Work.TALK, Work.LEISURE))
_FOREIGN = -0.25
_OFTEN, _HEAVY, _HASTY = 4.0, 0.15, 1.0
_TWICE = 2
_SCATTERS_FROM_MS = 5 * MINUTE_MS


class Visit(msgspec.Struct, frozen=True):
    """Moments in a row with one application in front."""

    start_ms: int
    end_ms: int
    active_ms: int
    application: str
    work: Work
    moments: tuple[Moment, ...]


def shares(
    pieces: Sequence[Moment], looks: Sequence[Look], name: Callable[[Label], str]
) -> tuple[Share, ...]:
    """Presence by what `name` calls a shot, the longest first; what has no name is left out.

    Of what was seen without any time, each shot has an equal part.
    """
    timed = any(piece.active_ms for piece in pieces)
    spent: dict[str, float] = {}
    for piece in pieces:
        for index in piece.looks:
            called = name(looks[index].label)
            weight = piece.active_ms if timed else 1
            spent[called] = spent.get(called, 0.0) + weight / len(piece.looks)
    total = sum(spent.values())
    ranked = sorted(spent.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Share(called, round(weight) if timed else 0, round(weight / total, 3))
        for called, weight in ranked
        if called
    )


def visits(pieces: Sequence[Moment], looks: Sequence[Look], end_ms: int) -> list[Visit]:
    """The moments of a session by the application in front; it ends at `end_ms`."""
    runs = [
        list(run) for _, run in groupby(pieces, key=lambda piece: looks[piece.looks[0]].label.application)
    ]
    starts = [min(end_ms, looks[run[0].looks[0]].at_ms) for run in runs]
    return [
        Visit(
            start,
            end,
            sum(piece.active_ms for piece in run),
            looks[run[0].looks[0]].label.application,
            looks[run[0].looks[0]].label.work,
            tuple(run),
        )
        for run, start, end in zip(runs, starts, [*starts[1:], end_ms], strict=True)
    ]


def interruptions(every: Sequence[Visit]) -> tuple[Interruption, ...]:
    """Glances: visits within a session, to chat, mail or music, or to what contradicts both of its sides.

    Where chat and mail are most of a session, they interrupt nothing.
    """
    talk = sum(visit.active_ms for visit in every if visit.work in _CHAT)
    talkative = 2 * talk > sum(visit.active_ms for visit in every)
    return tuple(
        Interruption(visit.start_ms, visit.end_ms, visit.application)
        for before, visit, after in zip(every, every[1:], every[2:], strict=False)
        if (not talkative and visit.work in _CHAT and visit.active_ms <= BREAK_MS)
        or (visit.active_ms <= GLANCE_MS and _contradicts(visit, before) and _contradicts(visit, after))
    )


def focus(every: Sequence[Visit], interrupted: Sequence[Interruption]) -> Focus:
    """How attention was spent, with i interruptions, v visits to an application and h hours of presence.

    `interrupted`: i >= 2, and i / h >= 4 or interruptions last 15 % of the time at least. Else `scattered`:
    five minutes or more, and visits shorter than a minute on average, those that interrupt left out. Else
    `focused`.
    """
    active = sum(visit.active_ms for visit in every)
    count = len(interrupted)
    lost = sum(glance.end_ms - glance.start_ms for glance in interrupted)
    if count >= _TWICE and (count * HOUR_MS >= _OFTEN * active or lost >= _HEAVY * active):
        return Focus.INTERRUPTED
    switches = len(every) - 1 - 2 * count
    if active >= _SCATTERS_FROM_MS and switches * MINUTE_MS > _HASTY * active:
        return Focus.SCATTERED
    return Focus.FOCUSED


def _contradicts(visit: Visit, other: Visit) -> bool:
    return affinity(visit.moments[0].faces[0], other.moments[0].faces[0]) < _FOREIGN
