"""How well tasks are found that live across sessions. README.md defines the figures in words.

Rules of this file: what is told is told from sightings and from the sessions that a segmenter found. Each
shot belongs to one told task at most.
"""

from collections import Counter
from collections.abc import Sequence

from eval.day import Stream
from eval.metrics import LEAST_TASK
from glimpsed.core.sessions.model import Stretch
from glimpsed.core.tasks import evidence
from glimpsed.core.tasks.evidence import Told
from task_samples import as_session
from taskbook import Taskbook


def figures(stream: Stream, stretches: Sequence[Stretch]) -> dict[str, float | None]:
    """Precision and recall of the tasks that are told of these sessions."""
    precision, recall = scores(stream.truth.task, told(stream, stretches))
    return {"task_precision": precision, "task_recall": recall}


def told(stream: Stream, stretches: Sequence[Stretch]) -> list[str]:
    """The id of the told task of each shot, empty for none."""
    sightings = {seen.shot: seen for seen in stream.sightings}
    book, works = Taskbook(), dict[str, tuple[Told, ...]]()
    for number, each in enumerate(stretches):
        shots = [sightings[shot] for shot in each.shots]
        session = as_session(each, shots, number)
        works[session.id] = evidence.told(session, shots)
        book.place(session.id, [work.evidence for work in works[session.id]])
    found: dict[str, str] = {}
    for session, every in works.items():
        parts = {task: each[session] for task, each in book.evidence.items() if session in each}
        for work in every:
            head = work.evidence.names[0]
            its = (task for task, part in parts.items() if any(head.is_same(name) for name in part.names))
            found |= dict.fromkeys((piece.shot for piece in work.pieces), next(its, ""))
    return [found.get(seen.shot, "") for seen in stream.sightings]


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
