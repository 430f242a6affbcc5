"""The words of the task layer as types.

Rules of this file: values only, frozen. Times are milliseconds since 1970, UTC; durations are milliseconds.
"""

from enum import StrEnum

import msgspec


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
    """One time that a pattern was followed, within a session."""

    session: str
    start_ms: int
    end_ms: int


class Pattern(msgspec.Struct, frozen=True):
    """Steps that follow each other again and again: on `days` days, `times` times in all, with examples."""

    steps: tuple[str, ...]
    days: int
    times: int
    examples: tuple[Example, ...]
