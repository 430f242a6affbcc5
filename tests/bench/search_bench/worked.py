"""Sessions over the shots of a store, as the daemon would have told them, every third by a model.

Rules of this file: where they begin is drawn, since it is not what is measured; what they are told of is what
their windows show, and they are kept by the store's own functions.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path

import apsw

from glimpsed.core.sessions.model import (
    Boundary,
    Outline,
    Reason,
    Session,
    SessionState,
    Share,
    Step,
    Telling,
    Workflow,
)
from glimpsed.store import sessions
from glimpsed.store.writer import Writer

SHORTEST, LONGEST = 30, 240
"""Shots of a session."""

BATCH = 500
TOLD = 3
"""Every so manieth session was told by a model."""

_MOST_SHARES, _MOST_STEPS = 12, 24
_WORKFLOWS = (Workflow.CODING, Workflow.RESEARCH, Workflow.COMMUNICATION, Workflow.MIXED)
_SHOWN = """
SELECT shot.id, shot.taken_ms, result.application, result.window_title
FROM shot JOIN result ON result.picture = shot.picture AND result.current = 1
ORDER BY shot.taken_ms, shot.id"""

Shown = tuple[str, int, str, str]
"""A shot: its id, when, the application and the window's title."""


def tell(file: Path, every_ms: int, seed: int = 3) -> int:
    """Have all shots, which come `every_ms`, in sessions; how many there are then."""
    many = 0
    reading = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    with closing(reading), closing(apsw.Connection(str(file))) as cx:
        cx.execute("PRAGMA synchronous = OFF")
        stretches = _stretches(reading, random.Random(seed))
        while batch := list(islice(stretches, BATCH)):
            with cx:
                w = Writer(cx, batch[-1][-1][1])
                for number, stretch in enumerate(batch, many):
                    sessions.put(w, _session(number, stretch, every_ms))
            many += len(batch)
        cx.execute("ANALYZE")
    return many


def _stretches(cx: apsw.Connection, chance: random.Random) -> Iterator[list[Shown]]:
    shown: Iterator[Shown] = iter(cx.execute(_SHOWN))
    while stretch := list(islice(shown, chance.randint(SHORTEST, LONGEST))):
        yield stretch


def _session(number: int, stretch: list[Shown], every_ms: int) -> Session:
    first, last, active_ms = stretch[0], stretch[-1], every_ms * len(stretch)
    return Session(
        f"0199a2f0-0000-7000-8000-{number:012}",
        1,
        SessionState.CLOSED,
        Boundary(first[0], first[1], (Reason.ABSENCE,), 0.97),
        first[1],
        last[1] + every_ms,
        7200,
        active_ms,
        len(stretch),
        last[0],
        last[1],
        outline=_outline(number, stretch, every_ms),
        told=_telling(stretch) if number % TOLD == 0 else None,
    )


def _outline(number: int, stretch: list[Shown], every_ms: int) -> Outline:
    documents = _shares((_document(each) for each in stretch), every_ms)
    applications = _shares((application for _, _, application, _ in stretch), every_ms)
    workflow, about = _WORKFLOWS[number % len(_WORKFLOWS)], documents[0].name
    return Outline(
        f"{workflow.value}: {about}",
        f"{workflow.value} for {len(stretch) // 6} min in {about}: "
        + ", ".join(share.name for share in documents[:3])
        + ". "
        + ", ".join(f"{share.name} {share.part:.0%}" for share in applications[:3]),
        workflow,
        applications=applications,
        projects=documents[:2],
        documents=documents,
        steps=_steps(stretch),
    )


def _telling(stretch: list[Shown]) -> Telling:
    words = " ".join(_document(each) for each in stretch[::10]).split()
    return Telling(
        " ".join(words[:6]),
        " ".join(words[:60]),
        activities=(" ".join(words[:8]), " ".join(words[8:16])),
        steps=_steps(stretch),
        tasks=(" ".join(words[3:9]),),
        model="llama3",
        prompt_version="1",
    )


def _steps(stretch: list[Shown]) -> tuple[Step, ...]:
    runs = [(title, list(run)) for title, run in groupby(stretch, _document)]
    return tuple(Step(run[0][1], run[-1][1], f"Editing {title}") for title, run in runs[:_MOST_STEPS])


def _shares(names: Iterator[str], every_ms: int) -> tuple[Share, ...]:
    counts = Counter(names)
    return tuple(
        Share(name, every_ms * count, round(count / counts.total(), 3))
        for name, count in counts.most_common(_MOST_SHARES)
    )


def _document(shown: Shown) -> str:
    return shown[3].partition(" - ")[0]
