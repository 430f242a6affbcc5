"""What a model says of a session, before and after it was held against what was seen.

Rules of this file: values only, frozen. Times are milliseconds since 1970, UTC; those that a model says are
of the clock on the wall, as `HH:MM`.
"""

import msgspec

from glimpsed.core.sessions.model import Step, Telling, Workflow


class SaidStep(msgspec.Struct, frozen=True):
    """A step as a model says it."""

    start: str
    end: str
    text: str


class PartSaid(msgspec.Struct, frozen=True):
    """A reply about a part of a session."""

    steps: tuple[SaidStep, ...]
    summary: str
    tasks: tuple[str, ...]


class WholeSaid(msgspec.Struct, frozen=True):
    """A reply about a session."""

    summary: str
    title: str
    workflow: Workflow
    activities: tuple[str, ...]
    tasks: tuple[str, ...]
    efficiency: str
    recommendations: tuple[str, ...]


class BoundarySaid(msgspec.Struct, frozen=True):
    """A reply about a place where another piece of work may begin, and what is on both sides of it."""

    before: str
    after: str
    begins: bool


class Note(msgspec.Struct, frozen=True):
    """What is known of a part of a session: what of a reply was borne out, or what rules make of it.

    `dropped` counts the claims that nothing supported, of `claims` in all; a note by rules claims nothing.
    """

    summary: str = ""
    steps: tuple[Step, ...] = ()
    tasks: tuple[str, ...] = ()
    claims: int = 0
    dropped: int = 0


class Judged(msgspec.Struct, frozen=True):
    """An answer about a boundary in doubt: whether a session `begins` at `shot`.

    `confidence` is how sure rules were of it (0..1). Without a `prompt_version` it is as rules have it: there
    was nothing to ask, or no reply was taken. `key` says which prompt it was; it is not kept.
    """

    shot: str
    at_ms: int
    begins: bool
    confidence: float
    prompt_version: str = ""
    key: str = ""


class PartTold(msgspec.Struct, frozen=True):
    """A part has its note, a model's or where that failed the rules', under the `key` of its content."""

    key: str
    note: Note
    prompt_version: str


class WholeTold(msgspec.Struct, frozen=True):
    """A version of a session is told; None: it is given up, and what rules say stands."""

    key: str
    session: str
    version: int
    telling: Telling | None
    prompt_version: str


class Objected(msgspec.Struct, frozen=True):
    """The first reply to a prompt is not taken, and why; `key` says which it was."""

    key: str
    why: str


SessionStep = Judged | PartTold | WholeTold | Objected
"""What one reply about a session comes to."""


class Refused(msgspec.Struct, frozen=True):
    """A reply is not taken, be it that too little is borne out; `why` says to the model what was wrong."""

    why: str
