"""Figures of a segmentation against the truth. README.md defines each in words.

Rules of this file: pure. A segmentation is, for each shot in order, the number of its session; a boundary is
the index of a session's first shot, and the very first is none.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from nltk.metrics.segmentation import pk, windowdiff

from eval.day import TrueSession, Truth
from glimpsed.core.rules.folding import fold
from glimpsed.core.sessions.model import Stretch

_DASHES = re.compile(r"\s*[-\u2013\u2014]\s*")

WITHIN = 1
"""Shots by which a boundary may be off."""

_HARDLY = 5
"""Shots within which a boundary and another place are not told apart by who is asked."""

LEAST_TASK = 3
"""Shots that a task has at least to be asked for."""


def figures(truth: Truth, stretches: Sequence[Stretch], shots: Sequence[str]) -> dict[str, float | None]:
    """All figures of what a segmenter said; raises ValueError unless each shot is in exactly one stretch."""
    found = labels(stretches, shots)
    true = truth.session
    precision, recall, f1 = boundary_scores(truth.boundaries, starts(found))
    length = window(true)
    active_ms = [each.active_ms for each in stretches]
    error, everything = time_errors(truth.sessions, active_ms, matched(true, found))
    within, _ = time_errors(truth.sessions, active_ms, bounded(truth.boundaries, found))
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "pk": pk(marks(true), marks(found), length),
        "windowdiff": windowdiff(marks(true), marks(found), length),
        "tasks": task_recall(truth, groups(found)),
        "time_error_bounded": within,
        "time_error": error,
        "time_error_all": everything,
        **doubted(truth, stretches, shots),
    }


def doubted(truth: Truth, stretches: Sequence[Stretch], shots: Sequence[str]) -> dict[str, float | None]:
    """Doubts in an hour of presence; shares of the wrong boundaries, and of the doubts, that are the others.

    A boundary is wrong that was found and is none, or was missed. None where there are none of them.
    """
    where = {shot: index for index, shot in enumerate(shots)}
    places = [where[doubt.shot] for each in stretches for doubt in each.doubts]
    missed, wrong = mistaken(truth.boundaries, starts(labels(stretches, shots)))
    near = [any(first - WITHIN <= at <= last + WITHIN for at in places) for first, last in missed]
    near += [at in places for at in wrong]
    right = [
        at in wrong or any(first - WITHIN <= at <= last + WITHIN for first, last in missed) for at in places
    ]
    hours = sum(each.active_ms for each in truth.sessions) / 3_600_000
    return {
        "doubts": len(places) / hours if hours else None,
        "doubted": sum(near) / len(near) if near else None,
        "doubted_rightly": sum(right) / len(right) if right else None,
    }


def answer(truth: Truth, shots: Sequence[str], shot: str) -> bool | None:
    """Whether a session begins at a shot; None if one begins so near that nobody would say no."""
    at = shots.index(shot)
    if any(first - WITHIN <= at <= last + WITHIN for first, last in truth.boundaries):
        return True
    near = any(first - _HARDLY <= at <= last + _HARDLY for first, last in truth.boundaries)
    return None if near else False


def labels(stretches: Sequence[Stretch], shots: Sequence[str]) -> list[int]:
    """The number of the stretch of each shot."""
    where = {shot: number for number, each in enumerate(stretches) for shot in each.shots}
    if sum(len(each.shots) for each in stretches) != len(shots) or any(shot not in where for shot in shots):
        raise ValueError("a shot is in no stretch, or in two")
    return [where[shot] for shot in shots]


def starts(session: Sequence[int]) -> list[int]:
    """Indices of shots at which another session begins."""
    return [at for at in range(1, len(session)) if session[at] != session[at - 1]]


def marks(session: Sequence[int]) -> str:
    """A letter for each place between two shots: 1 is a boundary. As nltk wants it."""
    at = set(starts(session))
    return "".join("1" if index in at else "0" for index in range(1, len(session)))


def window(session: Sequence[int]) -> int:
    """Half the mean length of a true session, in shots, as both metrics are defined; at least 1."""
    return max(1, min(len(session) - 1, round(len(session) / (2 * (len(starts(session)) + 1)))))


def boundary_scores(
    true: Sequence[tuple[int, int]], found: Sequence[int], within: int = WITHIN
) -> tuple[float, float, float]:
    """Precision, recall and F1; a boundary matches one at most. Where none is and none is said, all are 1."""
    hits = len(true) - len(mistaken(true, found, within)[0])
    precision = hits / len(found) if found else float(not true)
    recall = hits / len(true) if true else 1.0
    return (
        precision,
        recall,
        2 * precision * recall / (precision + recall) if hits else float(not true and not found),
    )


def mistaken(
    true: Sequence[tuple[int, int]], found: Sequence[int], within: int = WITHIN
) -> tuple[list[tuple[int, int]], list[int]]:
    """The true boundaries that were missed, and the ones found that are none."""
    missed, left = [], sorted(found)
    for first, last in sorted(true, key=lambda pair: pair[1]):
        if match := next((at for at in left if first - within <= at <= last + within), None):
            left.remove(match)
        else:
            missed.append((first, last))
    return missed, left


def matched(true: Sequence[int], found: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of a true session and one found that share more than half of all the shots that they have."""
    shared = Counter(zip(true, found, strict=True))
    sizes, others = Counter(true), Counter(found)
    return [(a, b) for (a, b), both in shared.items() if 2 * both > sizes[a] + others[b] - both]


def bounded(true: Sequence[tuple[int, int]], found: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of a true session and one found that begin and end alike; each is in one pair at most."""
    edges = [(0, 0), *true, (len(found), len(found))]
    left = list(pairwise([0, *starts(found), len(found)]))
    pairs = []
    for number, (first, last) in enumerate(pairwise(edges)):
        its = next(((begin, end) for begin, end in left if _alike(first, begin) and _alike(last, end)), None)
        if its is not None:
            left.remove(its)
            pairs.append((number, found[its[0]]))
    return pairs


def _alike(true: tuple[int, int], at: int) -> bool:
    return true[0] - WITHIN <= at <= true[1] + WITHIN


def time_errors(
    sessions: Sequence[TrueSession], active_ms: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> tuple[float | None, float]:
    """Error of the active time of pairs of a true session and one found, and of all sessions.

    The first is the sum of absolute differences over the pairs, over their true active time; None where there
    are none. The second adds the time of what is in no pair on either side, over all true active time.
    """
    off = sum(abs(sessions[a].active_ms - active_ms[b]) for a, b in pairs)
    of = sum(sessions[a].active_ms for a, _ in pairs)
    every = sum(each.active_ms for each in sessions)
    missed = every - of + sum(active_ms) - sum(active_ms[b] for _, b in pairs)
    return (off / of if of else None), ((off + missed) / every if every else 0.0)


def groups(session: Sequence[int]) -> list[set[int]]:
    """The shots of each session: until tasks are told, each session is taken for one."""
    made: dict[int, set[int]] = {}
    for index, number in enumerate(session):
        made.setdefault(number, set()).add(index)
    return list(made.values())


def task_recall(truth: Truth, found: Iterable[Collection[int]]) -> float:
    """Share of true tasks that a group of shots is about: most of it, and most of a visit of theirs.

    A visit is the task's shots within one session; interruptions are of no task and count nowhere.
    """
    visits: dict[str, list[set[int]]] = {}
    for (_, task), shots in _visits(truth).items():
        visits.setdefault(task, []).append(shots)
    visits = {task: each for task, each in visits.items() if sum(map(len, each)) >= LEAST_TASK}
    told = {task for group in found if (task := _about(truth, group, visits))}
    return len(told) / len(visits) if visits else 1.0


def _visits(truth: Truth) -> dict[tuple[int, str], set[int]]:
    made: dict[tuple[int, str], set[int]] = {}
    for index, (session, task) in enumerate(zip(truth.session, truth.task, strict=True)):
        if task:
            made.setdefault((session, task), set()).add(index)
    return made


def _about(truth: Truth, group: Collection[int], visits: dict[str, list[set[int]]]) -> str:
    its = Counter(task for index in group if (task := truth.task[index]))
    task, count = its.most_common(1)[0] if its else ("", 0)
    if 2 * count <= its.total():
        return ""
    within = set(group)
    return task if any(2 * len(visit & within) > len(visit) for visit in visits.get(task, ())) else ""


def unsupported(claims: Sequence[str], evidence: Iterable[str]) -> float | None:
    """Share of claimed titles, names and files that no text has, as `fold` compares; None without claims.

    Parts of a title are compared by themselves, too: folding joins what stands on both sides of a dash.
    """
    said = "\n".join(fold(part) for text in evidence for part in (text, *_DASHES.split(text)))
    wanted = [folded for claim in claims if (folded := fold(claim))]
    return sum(claim not in said for claim in wanted) / len(wanted) if wanted else None
