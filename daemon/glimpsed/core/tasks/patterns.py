"""Patterns: kinds of work that follow each other on several days.

Rules of this file: pure, and the same for any order of its input. A step is a session by its kind of work and
its application, never by a document, for that is another one every day; sessions in a row that are the same
step are one. Steps of a pattern follow each other on one day, each another than the one before, with at most
one other between two of them. Work is bounded by the newest `MAX_STEPS` steps: each begins at most 62
sequences, since there are two ways to go on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from glimpsed.core.sessions.model import Session, SessionState
from glimpsed.core.sessions.outline import KINDS
from glimpsed.core.sessions.segmenting import day_of
from glimpsed.core.sessions.settings import Settings as SessionSettings
from glimpsed.core.tasks.model import Example, Pattern

MAX_STEPS = 2000
"""Steps that are looked at, the newest: at ten a day more than half a year."""

SHORTEST, LONGEST = 2, 6
MIN_DAYS = 3
_REACH = 2
"""How far on the next step of a pattern is at most."""

_EXAMPLES = 3


class Deed(msgspec.Struct, frozen=True):
    """One step as it was taken: on which day, counted from 1970 where the person was, in which session."""

    day: int
    start_ms: int
    end_ms: int
    step: str
    session: str


def deeds(
    sessions: Iterable[Session],
    settings: SessionSettings = SessionSettings(),  # noqa: B008 - frozen
) -> tuple[Deed, ...]:
    """The steps of sessions, in order of time; those of which nothing is known are left out."""
    found: list[Deed] = []
    for session in sorted(sessions, key=lambda each: (each.start_ms, each.id)):
        if session.state is SessionState.WITHDRAWN or not session.outline.applications:
            continue
        day = day_of(session.start_ms, session.offset_s, settings.day_start_ms)
        step = f"{KINDS[session.workflow]}: {session.outline.applications[0].name}"
        deed = Deed(day, session.start_ms, session.end_ms, step, session.id)
        if found and (found[-1].day, found[-1].step) == (day, step):
            found[-1] = msgspec.structs.replace(found[-1], end_ms=max(found[-1].end_ms, session.end_ms))
        else:
            found.append(deed)
    return tuple(found)


def patterns(every: Sequence[Deed], *, min_days: int = MIN_DAYS) -> tuple[Pattern, ...]:
    """Sequences of `SHORTEST` to `LONGEST` steps that were taken on `min_days` days or more, most days first.

    Only closed ones: none is part of a longer one that was taken on as many days. `times` counts those that
    do not overlap, and `examples` are the last of these.
    """
    newest = sorted(every, key=lambda deed: (deed.start_ms, deed.session))[-MAX_STEPS:]
    taken: dict[tuple[str, ...], list[tuple[int, ...]]] = defaultdict(list)
    for at in _sequences(newest):
        taken[tuple(newest[n].step for n in at)].append(at)
    days = {steps: len({newest[at[0]].day for at in times}) for steps, times in taken.items()}
    frequent = {steps: count for steps, count in days.items() if count >= min_days}
    found = [_pattern(steps, frequent[steps], taken[steps], newest) for steps in _closed(frequent)]
    return tuple(sorted(found, key=lambda p: (-p.days, -len(p.steps), -p.times, p.steps)))


def _sequences(newest: Sequence[Deed]) -> Iterator[tuple[int, ...]]:
    """Where every sequence of steps is, as indices: all those that may be a pattern."""
    begun: list[tuple[int, ...]] = [(n,) for n in range(len(newest))]
    for _ in range(LONGEST - 1):
        begun = [
            (*at, after)
            for at in begun
            for after in range(at[-1] + 1, min(at[-1] + 1 + _REACH, len(newest)))
            if newest[after].day == newest[at[0]].day and newest[after].step != newest[at[-1]].step
        ]
        yield from begun


def _closed(frequent: dict[tuple[str, ...], int]) -> list[tuple[str, ...]]:
    """Those that no longer one has within it with as many days."""
    open_ = {
        part
        for steps, count in frequent.items()
        for length in range(SHORTEST, len(steps))
        for part in combinations(steps, length)
        if frequent.get(part) == count
    }
    return [steps for steps in frequent if steps not in open_]


def _pattern(
    steps: tuple[str, ...], days: int, times: Sequence[tuple[int, ...]], newest: Sequence[Deed]
) -> Pattern:
    apart: list[tuple[int, ...]] = []
    for at in sorted(times, key=lambda each: (each[-1], tuple(-n for n in each))):
        if not apart or at[0] > apart[-1][-1]:
            apart.append(at)
    examples = [
        Example(
            newest[at[0]].day,
            tuple(newest[n].session for n in at),
            newest[at[0]].start_ms,
            newest[at[-1]].end_ms,
        )
        for at in reversed(apart[-_EXAMPLES:])
    ]
    return Pattern(steps, days, len(apart), tuple(examples))
