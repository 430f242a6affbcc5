"""Sessions as messages, and what they are made of.

Rules of this file: as in `messages`.
"""

from typing import Annotated

from msgspec import Meta, Struct, field

from glimpsed.wire.messages import MAX_PAGE, Filter, Instant, Reply, Request

MAX_IN_TASKS = 50
"""Most tasks of a session in one reply."""


class ShareView(Struct, array_like=True, frozen=True):
    """Time in front of something: on the wire an array; `part` is its share (0..1) of the session's."""

    name: str
    active_ms: int
    part: float


class InterruptionView(Struct, array_like=True, frozen=True):
    """A glance at something else within a session: on the wire an array."""

    start_ms: int
    end_ms: int
    application: str


class StepView(Struct, array_like=True, frozen=True):
    """One thing that was done, in one go: on the wire an array."""

    start_ms: int
    end_ms: int
    text: str


class JudgedView(Struct, kw_only=True, frozen=True):
    """What `model` said of a place where rules were in doubt: whether a session `begins` at `shot`.

    `confidence` (0..1) is how sure rules were that one does.
    """

    shot: str
    begins: bool
    confidence: float
    model: str


class InTaskView(Struct, kw_only=True, frozen=True):
    """A task that has a part in the session; `state` is `open`, `done` or `abandoned`."""

    id: str
    title: str
    state: str


class SessionView(Struct, kw_only=True, frozen=True):
    """A stretch of work; `state` is `open`, `closed` or `withdrawn` (it is part of others now).

    Its `shots` are those from `first_shot` to `last_shot`, in order of time. `reasons` say why it begins
    where it does, and `confidence` (0..1) how sure that is; `judged` is what a model said of that, None where
    none was asked. `rung` is `model`, `rules` or `boundaries`. Shares are the largest first. `dropped` counts
    what nothing bore out of the `claims` that a model made, both 0 without one.
    """

    id: str
    version: int
    state: str
    start_ms: int
    end_ms: int
    offset_s: int
    active_ms: int
    shots: int
    first_shot: str
    last_shot: str
    reasons: list[str]
    confidence: float
    judged: JudgedView | None = None
    rung: str
    title: str
    summary: str
    workflow: str
    focus: str
    applications: list[ShareView]
    projects: list[ShareView]
    documents: list[ShareView]
    activities: list[ShareView]
    interruptions: list[InterruptionView]
    steps: list[StepView]
    main_activities: list[str]
    tasks: list[str]
    efficiency: str
    recommendations: list[str]
    claims: int
    dropped: int
    model: str | None = None
    prompt_version: str | None = None


class EarlierView(Struct, kw_only=True, frozen=True):
    """What a session was taken for until `until_ms`."""

    until_ms: int
    session: SessionView


class SessionsRequest(Request, tag="sessions", frozen=True):
    """List sessions, the latest begun first, a page at a time.

    `since_ms` <= start < `until_ms`. `cursor` is `next` of the page before, with the same filters.
    """

    since_ms: Instant | None = None
    until_ms: Instant | None = None
    workflow: Filter | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50
    cursor: Filter | None = None


class SessionsReply(Reply, tag="sessions", frozen=True):
    """A page; `next` is None on the last one."""

    sessions: list[SessionView]
    next: str | None = None


class SessionRequest(Request, tag="session", frozen=True):
    """Show one session, with what it was taken for before when `history` is set.

    Either its id, or that of a `shot` that is in it.
    """

    session: Filter | None = None
    shot: Filter | None = None
    history: bool = False


class SessionReply(Reply, tag="session", frozen=True):
    """The session; `earlier` is None unless it was asked for, the latest first.

    `in_tasks` are the tasks that have a part in it, those first that most of its time was spent on,
    `MAX_IN_TASKS` at most.
    """

    session: SessionView
    earlier: list[EarlierView] | None = None
    in_tasks: list[InTaskView] = field(default_factory=list)
