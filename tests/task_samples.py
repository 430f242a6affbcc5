"""Evidence for the tests of tasks and of those who keep them.

Rules of this file: everything follows from small numbers; a session lasts an hour, the next is a day later.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from glimpsed.core.sessions.keeping import kept
from glimpsed.core.sessions.model import Session, Sighting, Stretch
from glimpsed.core.tasks.model import Evidence, Part, Proof
from glimpsed.core.tasks.names import Name, NameKind

HOUR, DAY = 3_600_000, 86_400_000
START = 1_700_000_000_000
KINDS = {"#": NameKind.NUMBER, "@": NameKind.PROJECT}


def session_id(number: int) -> str:
    return f"session-{number:04}"


def begin(number: int) -> int:
    """When session `number` begins."""
    return START + number * DAY


def name(text: str, ms: int = HOUR) -> Name:
    """`#12` is a number, `@shop` a project, `a.example/b` a page, all else a document."""
    document = NameKind.PAGE if "/" in text else NameKind.DOCUMENT
    kind = document if " " in text else KINDS.get(text[0], document)
    return Name(kind, "", text.removeprefix("@"), ms)


def evidence(
    number: int, *names: str | tuple[str, int], minutes: int = 60, wording: str = "", done: str = ""
) -> Evidence:
    """What session `number` says of a piece of work that it spent `minutes` on; `done` at its end."""
    start, ms = begin(number), minutes * 60_000
    each = tuple(name(*((text, ms) if isinstance(text, str) else text)) for text in names)
    proof = Proof(start + ms, session_id(number), done) if done else None
    return Evidence(Part(session_id(number), start, start + ms, ms), each, wording, proof)


def groups(placed: dict[str, Sequence[str]]) -> set[frozenset[str]]:
    """Which sessions are together, whatever the ids of their tasks are."""
    return {frozenset(sessions) for sessions in placed.values()}


def as_session(stretch: Stretch, shots: Sequence[Sighting], number: int = 1, **more: Any) -> Session:
    """A stretch as it is kept."""
    whole = kept(session_id(number), stretch, {seen.shot: seen for seen in shots})
    return msgspec.structs.replace(whole, **more)
