"""Telling: what a task is called, and where it stands, from all that was placed into it.

Rules of this file: pure; whatever order its evidence came in, it is told the same.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from glimpsed.core.sessions.settings import BREAK_MS
from glimpsed.core.tasks.model import Evidence, Part, Proof, Settings, Task, TaskState
from glimpsed.core.tasks.names import Name, NameKind, gathered
from glimpsed.core.tasks.placing import kind_of

MAX_TITLE = 120
LEFT = "last worked at then, and not again since"
"""A glance that is too short to be work may have shown it later."""


class Standing(msgspec.Struct, frozen=True):
    """Where a task stands, and why."""

    state: TaskState
    proofs: tuple[Proof, ...] = ()


def told(id_: str, evidence: Sequence[Evidence], now_ms: int, settings: Settings) -> Task:
    """A task that this is all evidence of, one a session; at least one."""
    parts = tuple(sorted((each.part for each in evidence), key=lambda p: (p.start_ms, p.session)))
    wordings: dict[str, int] = {}
    for each in evidence:
        wordings[each.wording] = wordings.get(each.wording, 0) + each.part.active_ms
    last = max(evidence, key=lambda each: (each.part.end_ms, each.part.session))
    stands = standing(last.part, last.done, now_ms, settings)
    return Task(
        id_,
        title((name for each in evidence for name in each.names), wordings),
        stands.state,
        parts[0].start_ms,
        last.part.end_ms,
        sum(part.active_ms for part in parts),
        parts,
        stands.proofs,
    )


def title(names: Iterable[Name], wordings: Mapping[str, int]) -> str:
    """What most of the time says: a model's wording, or the name under which it is known.

    `wordings` have the time of the sessions that have them, an empty one that of all others.
    """
    best = min(wordings, key=lambda each: (-wordings[each], each), default="")
    every = list(names)
    kind = kind_of(every)
    shown = NameKind.DOCUMENT if kind is NameKind.NUMBER else kind  # the page's title has the number in it
    named = gathered(name for name in every if name.kind is shown) or gathered(every)
    text = " ".join((best or named[0].text).split())
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1].rstrip() + "…"


def standing(last: Part, done: Proof | None, now_ms: int, settings: Settings) -> Standing:
    """Where a task stands that was last worked at in `last`, where `done` says that it is done.

    Work that goes on for more than a few minutes after the proof says that it is not.
    """
    if done is not None and last.end_ms - done.at_ms <= BREAK_MS:
        return Standing(TaskState.DONE, (done,))
    if now_ms - last.end_ms > settings.abandoned_after_ms:
        return Standing(TaskState.ABANDONED, (Proof(last.end_ms, last.session, LEFT),))
    return Standing(TaskState.OPEN)
