"""What is measured: glimpsed's own segmenter, and simple ones beside it that anything must beat.

Rules of this file: a segmenter is made of streams that it may learn from, and is then given sightings and
signals alone, or may ask besides what it has doubts about. To measure another, add it to `SEGMENTERS`.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec

from eval.day import Stream
from glimpsed.core.sessions.model import Boundary, Reason, Sighting, Signal, Stretch
from glimpsed.core.sessions.segmenting import segment

GAP_MS = 300_000
_FULL_MS = 60_000

_ROUNDS = 5

Ask = Callable[[str], bool | None]
"""Whether another piece of work begins at a shot; None: it cannot be said."""
Segment = Callable[[Sequence[Sighting], Sequence[Signal], Ask], Sequence[Stretch]]


class Segmenter(msgspec.Struct, frozen=True):
    """How to make one. With `learns` it is made anew for each persona, of the days of all others."""

    name: str
    make: Callable[[Sequence[Stream]], Segment]
    learns: bool = False


def active_ms(times: Sequence[int]) -> int:
    """Presence by the ticks alone: a gap up to a minute counts, up to five minutes a minute, more nothing."""
    gaps = (after - before for before, after in pairwise(times))
    return sum(min(gap, _FULL_MS) for gap in gaps if gap <= GAP_MS)


def cut(
    sightings: Sequence[Sighting], signals: Sequence[Signal], reasons: dict[int, Reason]
) -> list[Stretch]:
    """Stretches that begin at these indices, with the presence in them up to where the next begins."""
    begin = [0, *sorted(reasons)] if sightings else []
    there = sorted(
        {each.at_ms for each in sightings} | {each.at_ms for each in signals if each.kind == "present"}
    )
    made = []
    for first, last in zip(begin, [*begin[1:], len(sightings)], strict=True):
        shots = sightings[first:last]
        until = sightings[last].at_ms if last < len(sightings) else there[-1]
        times = [at for at in there if shots[0].at_ms <= at <= until]
        boundary = Boundary(shots[0].shot, shots[0].at_ms, (reasons.get(first, Reason.FIRST),), 1.0)
        ids = tuple(shot.shot for shot in shots)
        made.append(Stretch(boundary, shots[0].at_ms, shots[-1].at_ms, active_ms(times), ids))
    return made


def _never(sightings, signals, _) -> list[Stretch]:
    return cut(sightings, signals, {})


def _by_gap(sightings, signals, _) -> list[Stretch]:
    far = [at for at, (a, b) in enumerate(pairwise(sightings), 1) if b.at_ms - a.at_ms > GAP_MS]
    return cut(sightings, signals, dict.fromkeys(far, Reason.ABSENCE))


def _by_application(sightings, signals, _) -> list[Stretch]:
    other = [at for at, (a, b) in enumerate(pairwise(sightings), 1) if a.application != b.application]
    return cut(sightings, signals, dict.fromkeys(other, Reason.IDENTITY))


def _rules(sightings, signals, _) -> Sequence[Stretch]:
    return segment(sightings, signals)


def _told(sightings, signals, ask: Ask) -> Sequence[Stretch]:
    """What a model could make of it that is always right: asked of each doubt, and of those that follow."""
    told: dict[str, bool | None] = {}
    for _ in range(_ROUNDS):
        said = {shot: begins for shot, begins in told.items() if begins is not None}
        found = segment(sightings, signals, verdicts=said)
        asked = {doubt.shot for stretch in found for doubt in stretch.doubts} - set(told)
        if not asked:
            break
        told |= {shot: ask(shot) for shot in asked}
    return found


SEGMENTERS: tuple[Segmenter, ...] = (
    Segmenter("glimpsed", lambda _: _rules),
    Segmenter("glimpsed + truth", lambda _: _told),
    Segmenter("gap > 5 min", lambda _: _by_gap),
    Segmenter("no boundary", lambda _: _never),
    Segmenter("each application", lambda _: _by_application),
)
