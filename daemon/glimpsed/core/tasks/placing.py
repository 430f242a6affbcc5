"""Placing: evidence finds the task that it belongs to, and only what finds none makes a new one.

Rules of this file: pure; ties go to the older task. The same number or project is the same task whatever
else differs, and two of them are two. Where documents alone tell, each speaks for the tasks that it was seen
in, by the time that it had there, so that a page which everything leads to decides nothing. What was placed
before stays where it is as long as most of what bound it there still does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from glimpsed.core.sessions.settings import MINUTE_MS
from glimpsed.core.tasks.model import Evidence, Part
from glimpsed.core.tasks.names import STRONG, Name, NameKind, gathered

NEW_MS = 2 * MINUTE_MS
"""Less than this was a look at something; it makes no task, though it may be part of one."""

_ENOUGH = 0.25
"""Part of the time of documents that binds to a task."""

_STAYS = 0.5


class Known(msgspec.Struct, frozen=True):
    """A task that evidence may belong to: its `kind`, and `names` that other sessions know it by, with time.

    Only those of its names need be among them that are readings of the evidence's. `was` are those that it
    has of the session which is placed anew, from before.
    """

    id: str
    kind: NameKind
    names: tuple[Name, ...] = ()
    was: tuple[Name, ...] = ()


class Placed(msgspec.Struct, frozen=True):
    """Evidence, and the task that it belongs to: None is a new one."""

    evidence: Evidence
    task: str | None


def place(evidence: Sequence[Evidence], known: Sequence[Known]) -> tuple[Placed, ...]:
    """Where each evidence of one session belongs; what is too slight for a task of its own may be nowhere.

    Documents alone tell one of them at most.
    No task is named twice. Any order of `known` gives the same, and what this gave gives the same again.
    """
    new: list[Placed] = []
    tasks = sorted(known, key=lambda task: task.id)
    found, left = _staying(_distinct(evidence), tasks)
    for each in left:
        bonds = _bonds(each, tasks)
        best = max(bonds, key=lambda task: bonds[task], default=None)
        if best is not None and bonds[best] >= _ENOUGH:
            found[best] = together(found[best], each) if best in found else each
        elif each.part.active_ms >= NEW_MS:
            new.append(Placed(each, None))
    return (*(Placed(each, task) for task, each in found.items()), *new)


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Evidence in order, what says to be the same put together."""
    found: list[Evidence] = []
    for each in sorted(evidence, key=lambda e: (e.part.start_ms, [name.key for name in e.names])):
        same = next((n for n, other in enumerate(found) if other.names[0].is_same(each.names[0])), None)
        if same is None:
            found.append(each)
        else:
            found[same] = together(found[same], each)
    return found


def _staying(
    evidence: Sequence[Evidence], tasks: Iterable[Known]
) -> tuple[dict[str, Evidence], list[Evidence]]:
    """What stays in the task that it was in before, and what is left."""
    found: dict[str, Evidence] = {}
    left = list(evidence)
    for least in (1.0 + _STAYS, _STAYS):  # what is not changed at all comes first
        for task in tasks:
            if task.id in found or not left:
                continue
            stays = max(left, key=lambda each: _kept(each, task))
            if _kept(stays, task) >= least:
                found[task.id] = stays
                left.remove(stays)
    return found, left


def together(a: Evidence, b: Evidence) -> Evidence:
    """Two pieces of evidence of one session for one task."""
    _, last = sorted((a, b), key=lambda each: (each.part.end_ms, each.names[0].key))
    part = Part(
        a.part.session,
        min(a.part.start_ms, b.part.start_ms),
        last.part.end_ms,
        a.part.active_ms + b.part.active_ms,
    )
    longer, other = sorted((a, b), key=lambda each: (-each.part.active_ms, each.names[0].key))
    names = gathered((*longer.names, *other.names))
    head = next(name for name in names if name.is_same(longer.names[0]))
    return Evidence(
        part,
        (head, *(name for name in names if name is not head)),
        longer.wording or other.wording,
        last.done,
    )


def kind_of(names: Iterable[Name]) -> NameKind:
    """What a task is, by its strongest name."""
    kinds = {name.kind for name in names}
    return next((kind for kind in NameKind if kind in kinds), NameKind.PAGE)


def _kept(evidence: Evidence, task: Known) -> float:
    """How much of it was in this task's part of the session before, by time; 2 if nothing is different."""
    if evidence.names == task.was:
        return 2.0
    head = evidence.names[0]
    if not task.was or (kind_of(task.was) in STRONG and kind_of(task.was) is not head.kind):
        return 0.0
    if head.kind in STRONG:
        return float(any(head.is_same(name) for name in task.was))
    return _shared(evidence.names, lambda name: float(any(name.is_same(other) for other in task.was)))


def _shared(names: Iterable[Name], weight: Callable[[Name], float]) -> float:
    """The mean of `weight`, by time."""
    each = [(max(1, name.active_ms), weight(name)) for name in names]
    whole = sum(ms for ms, _ in each)
    return sum(ms * part for ms, part in each) / whole if whole else 0.0


def _bonds(evidence: Evidence, tasks: Sequence[Known]) -> dict[str, float]:
    """How much binds evidence to each task, from 0 to 1."""
    documents = [name for name in evidence.names if name.kind not in STRONG]
    spent = _spent(documents, tasks)
    return {task.id: _bond(evidence.names[0], documents, task, spent) for task in tasks if task.names}


def _bond(
    head: Name, documents: Sequence[Name], task: Known, spent: Mapping[str, Mapping[str, float]]
) -> float:
    if head.kind in STRONG and (like := [name for name in task.names if head.is_same(name)]):
        return 1.0 if any(head.key == name.key for name in like) else 0.9
    if (head.kind in STRONG and task.kind is head.kind) or NameKind.NUMBER in (task.kind, head.kind):
        return 0.0
    return _shared(documents, lambda name: spent[name.key].get(task.id, 0.0))


def _spent(documents: Iterable[Name], tasks: Iterable[Known]) -> dict[str, dict[str, float]]:
    """How the time that each document was seen is spread over tasks."""
    led: dict[str, list[tuple[str, Name]]] = {}
    for task in tasks:
        for name in task.names:
            for key in (name.key, *(name.near or ())):
                led.setdefault(key, []).append((task.id, name))
    found: dict[str, dict[str, float]] = {}
    for name in documents:
        near = {pair for key in (name.key, *(name.near or ())) for pair in led.get(key, ())}
        by_task: dict[str, int] = {}
        for task_id, other in near:
            if name.is_same(other):
                by_task[task_id] = by_task.get(task_id, 0) + other.active_ms
        whole = sum(by_task.values())
        found[name.key] = {task_id: ms / whole for task_id, ms in by_task.items() if ms}
    return found
