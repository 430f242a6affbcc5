"""What a model says of a session, before and after it was held against what was seen.

Rules of this file: values only, frozen. Times are milliseconds since 1970, UTC; those that a model says are
of the clock on the wall, as `HH:MM`.
"""

import msgspec

from glimpsed.core.sessions.model import Step, Workflow


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


class Refused(msgspec.Struct, frozen=True):
    """Too little of a reply was borne out; `why` says to the model what was wrong with it."""

    why: str
