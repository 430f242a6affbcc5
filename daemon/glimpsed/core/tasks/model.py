"""The words of the task layer as types.

Rules of this file: values only, frozen. Times are milliseconds since 1970, UTC; durations are milliseconds.
"""

from enum import StrEnum

import msgspec

from glimpsed.core.tasks.names import Name

DAY_MS = 86_400_000


class Settings(msgspec.Struct, frozen=True):
    """`abandoned_after_ms`: how long nobody works at an open task until it counts as abandoned."""

    abandoned_after_ms: int = 14 * DAY_MS


class TaskState(StrEnum):
    """Where a task stands, as far as the screens show it."""

    OPEN = "open"
    DONE = "done"
    ABANDONED = "abandoned"


class Proof(msgspec.Struct, frozen=True):
    """Why a task is thought to be in its state: what was seen, when, and in which session."""

    at_ms: int
    session: str
    text: str


class Part(msgspec.Struct, frozen=True):
    """The share of a session that was spent on a task, from its first sight in it to its last."""

    session: str
    start_ms: int
    end_ms: int
    active_ms: int


class Evidence(msgspec.Struct, frozen=True):
    """What one session says of one piece of work: a part of it, and the names that it is known by.

    The first of `names` is what it is: a number, else a project, else the document that was there longest;
    all others are documents and pages.
    `wording` is what a model called it, empty if none did or if what it said names nothing of it. `done` is
    what was seen last that says it is done, if nothing that was seen later speaks against it.
    """

    part: Part
    names: tuple[Name, ...]
    wording: str = ""
    done: Proof | None = None


class Task(msgspec.Struct, frozen=True):
    """One thing that is worked at, over sessions and days; `parts` are in order of time.

    `proofs` say why its state is what it is; an open one needs none.
    """

    id: str
    title: str
    state: TaskState
    first_ms: int
    last_ms: int
    active_ms: int
    parts: tuple[Part, ...]
    proofs: tuple[Proof, ...] = ()


class Example(msgspec.Struct, frozen=True):
    """One time that a pattern was followed: in these sessions, one for each step, in order.

    The `day` is counted from 1970, where the person was.
    """

    day: int
    sessions: tuple[str, ...]
    start_ms: int
    end_ms: int


class Pattern(msgspec.Struct, frozen=True):
    """Steps that follow each other again and again: on `days` days, `times` times in all.

    At least one of the `examples` is there, the latest first.
    """

    steps: tuple[str, ...]
    days: int
    times: int
    examples: tuple[Example, ...]
