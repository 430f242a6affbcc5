"""How well tasks are found that live across sessions. README.md defines the figures in words.

Rules of this file: what is told is told from sightings and from the sessions that a segmenter found. Each
shot belongs to one told task at most: that whose part of the shot's session it lies in, the shortest where
parts overlap.
"""

from collections import Counter
from collections.abc import Sequence

from eval.day import Stream
from eval.metrics import LEAST_TASK
from glimpsed.core.sessions.model import Session, Stretch
from glimpsed.core.tasks.shown import pieces
from taskbook import Taskbook


def figures(stream: Stream, stretches: Sequence[Stretch]) -> dict[str, float | None]:
    """Precision and recall of the tasks that are told of these sessions."""
    precision, recall = scores(stream.truth.task, told(stream, stretches))
    return {"task_precision": precision, "task_recall": recall}


def told(stream: Stream, stretches: Sequence[Stretch]) -> list[str]:
    """The id of the told task of each shot, empty for none."""
    index = {seen.shot: number for number, seen in enumerate(stream.sightings)}
    book, found = Taskbook(), [""] * len(stream.sightings)
    kept = [(_session(number, each), each.shots) for number, each in enumerate(stretches)]
    for session, shots in kept:
        book.add(session, [stream.sightings[index[shot]] for shot in shots])
    parts = {
        session.id: sorted(
            ((each[session.id].part, task) for task, each in book.evidence.items() if session.id in each),
            key=lambda part: part[0].end_ms - part[0].start_ms,
        )
        for session, _ in kept
    }
    for session, shots in kept:
        own = {piece.at_ms for piece in pieces(session, [stream.sightings[index[s]] for s in shots])}
        for shot in shots:
            at = stream.sightings[index[shot]].at_ms
            its = (task for part, task in parts[session.id] if part.start_ms <= at < part.end_ms)
            found[index[shot]] = next(its, "") if at in own else ""
    return found


def scores(true: Sequence[str], found: Sequence[str]) -> tuple[float | None, float]:
    """Share of told tasks that are a true one, and of true ones that are told; of `LEAST_TASK` shots or more.

    Two tasks are one if each has more than half of the other's shots; so each is one other at most. Shots of
    no true task count against nobody. Precision is None where nothing is told.
    """
    pairs = [(a, b) for a, b in zip(true, found, strict=True) if a]
    trues, tolds = Counter(a for a, _ in pairs), Counter(b for _, b in pairs if b)
    shared = Counter(pairs)
    same = [(a, b) for (a, b), n in shared.items() if b and 2 * n > trues[a] and 2 * n > tolds[b]]
    large = {a for a, n in trues.items() if n >= LEAST_TASK}
    enough = {b for b, n in tolds.items() if n >= LEAST_TASK}
    hits, right = {a for a, _ in same} & large, {b for _, b in same} & enough
    return (len(right) / len(enough) if enough else None), (len(hits) / len(large) if large else 1.0)


def _session(number: int, each: Stretch) -> Session:
    return Session(
        f"session-{number:06}",
        1,
        "closed",
        each.boundary,
        each.start_ms,
        each.end_ms,
        0,
        each.active_ms,
        len(each.shots),
        each.shots[-1],
        each.interruptions,
        each.outline,
    )
