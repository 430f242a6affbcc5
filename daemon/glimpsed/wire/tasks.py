"""Tasks as messages: what is worked at over sessions and days.

Rules of this file: as in `messages` and `views`.
"""

from typing import Annotated

from msgspec import Meta, Struct

from glimpsed.wire.messages import MAX_PAGE, Filter, Id, Instant, Reply, Request

MAX_PARTS = 1000
"""Most parts of a task in one reply."""


class ProofView(Struct, kw_only=True, frozen=True):
    """Why a task is thought to be in its state: what was seen, when, and in which session."""

    at_ms: int
    session: str
    text: str


class PartView(Struct, kw_only=True, frozen=True):
    """The share of a session that was spent on a task, from its first sight in it to its last."""

    session: str
    start_ms: int
    end_ms: int
    active_ms: int


class TaskView(Struct, kw_only=True, frozen=True):
    """One thing that is worked at. `state` is `open`, `done` or `abandoned`; `proofs` say why, of those two.

    `active_ms` is the time that was spent on it in all of its `sessions`, from `first_ms` to `last_ms`.
    """

    id: str
    title: str
    state: str
    first_ms: int
    last_ms: int
    active_ms: int
    sessions: int
    proofs: list[ProofView]


class TasksRequest(Request, tag="tasks", frozen=True):
    """Tasks, the last worked at first, a page at a time.

    In this `state`, and `since_ms` <= last worked at < `until_ms`. `cursor` is `next` of the page before, and
    belongs to the same filters.
    """

    state: Filter | None = None
    since_ms: Instant | None = None
    until_ms: Instant | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50
    cursor: Filter | None = None


class TasksReply(Reply, tag="tasks", frozen=True):
    """A page of tasks; `next` is None on the last page."""

    tasks: list[TaskView]
    next: str | None = None


class TaskRequest(Request, tag="task", frozen=True):
    """One task."""

    task: Id


class TaskReply(Reply, tag="task", frozen=True):
    """The task, and its latest parts in order of time, `MAX_PARTS` at most."""

    task: TaskView
    parts: list[PartView]
