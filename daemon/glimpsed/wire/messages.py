"""The messages of the protocol as types: requests, each followed by its reply, and events.

Rules of this file: a subject of its own has a module beside this one, and `catalogue` lists all messages.
`daemon/PROTOCOL.md` documents each type and each field; a golden frame exists for each
request and reply. Unknown fields are ignored. Enumerations are plain strings here, because a client must be
able to show a value that only a newer daemon knows. Times are milliseconds since the Unix epoch, UTC;
durations are milliseconds. Paths that come out are text for people, and may have lost bytes on the way; a
path that goes in may be bytes. A field added in a minor version has a default.
"""

import os
from typing import Annotated, Any

from msgspec import Meta, Struct

from glimpsed.wire.scheduling import (
    AlarmView,
    BreakerView,
    CallStatsView,
    CallsView,
    CandidateView,
    ResidentView,
    SelectionView,
    SlotView,
    StageView,
    WaitingView,
)
from glimpsed.wire.version import MAJOR
from glimpsed.wire.views import (
    CheckView,
    CountsView,
    ErrorView,
    JobView,
    LineView,
    ModelView,
    OcrView,
    PathsView,
    QueueView,
    RejectionView,
    ResultView,
    RunningView,
    ShotView,
    SourceView,
    SpoolView,
    StoreView,
)

MAX_QUESTION = 2000
"""Longest question in characters."""

MAX_PATH = 4096
"""Longest path in bytes, as on Linux."""

MAX_PAGE = 200
"""Most shots, rejections or results of a search in one reply."""

MAX_EVENTS = 1000
"""Most events in one reply."""

MAX_DAYS = 366
"""Most days that statistics are asked of."""

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Filter = Annotated[str, Meta(max_length=200)]
Instant = Annotated[int, Meta(ge=0, le=2**53)]
Deadline = Annotated[float, Meta(gt=0, le=86_400)]


class Request(Struct, tag_field="type", kw_only=True, frozen=True):
    """What every request has: `v`, the major version, and `id`, made by the client and repeated to it."""

    v: int = MAJOR
    id: Id


class Reply(Struct, tag_field="type", kw_only=True, frozen=True):
    """What every reply has. `type` is the request's; `id` is filled in when the reply is encoded."""

    v: int = MAJOR
    id: str = ""
    ok: bool = True


class Event(Struct, kw_only=True, frozen=True):
    """Something that happened. `seq` grows by one from event to event; `body` names things by id only.

    Types of this version are `EVENT_TYPES`; the set is open. The `welcome` that answers a subscription is no
    event of its own: its `seq` is the last event's and its body has the store's `epoch`.
    """

    v: int = MAJOR
    seq: int
    at_ms: int
    type: str
    body: dict[str, Any]


WELCOME = "welcome"

EVENT_TYPES = (
    *("daemon.started", "daemon.stopping"),
    *("shot.added", "shot.read", "shot.described", "shot.rejected"),
    *("job.queued", "job.deferred", "job.started", "job.done", "job.failed", "job.cancelled", "job.poisoned"),
    *("task.opened", "task.revised", "task.done", "task.abandoned", "task.reopened", "task.withdrawn"),
    *("source.changed", "model.changed"),
    *("session.opened", "session.revised", "session.closed", "session.judged", "session.summarised"),
    "machine.slept",
    *("breaker.opened", "breaker.closed", "alarm.raised", "alarm.cleared"),
)


class HelloRequest(Request, tag="hello", frozen=True):
    """Who is there? `client` names the asking program, for the log."""

    client: Filter


class HelloReply(Reply, tag="hello", frozen=True):
    """The daemon introduces itself; `protocol` is (major, minor), `seq` the last event's."""

    protocol: tuple[int, int]
    daemon: str
    epoch: str
    pid: int
    seq: int


class StatusRequest(Request, tag="status", frozen=True):
    """Ask how everything is."""


class StatusReply(Reply, tag="status", frozen=True):
    """Everything that a person needs to see whether it works.

    `mode` is `dual`, `vision_only`, `text_only`, `ocr_only` or `minimum`. Of memory, `room` is what models
    may take in all and `used` what those in it are counted for. Something stood in the way of `put_off` jobs,
    the first of which is tried again in `next_try_in_ms`. `yielding` and `missing` are sentences: why
    background work waits, and, by role, why no model serves it. `rungs_last_hour` counts what each rung made,
    also what a better one superseded; `calls` are those of the last hour, `stages` those since yesterday
    began (UTC).
    """

    version: str
    pid: int
    started_ms: int
    uptime_s: int
    mode: str
    paths: PathsView
    sources: list[SourceView]
    ocr: OcrView
    models: list[ModelView]
    queue: QueueView
    running: list[RunningView]
    counts: CountsView
    rejected: dict[str, int]
    store: StoreView
    spool: SpoolView
    seq: int
    profile: str = ""
    slot: SlotView = SlotView()
    residents: list[ResidentView] = []
    gpu_room: int = 0
    gpu_used: int = 0
    main_room: int = 0
    main_used: int = 0
    waiting: list[WaitingView] = []
    deferred: int = 0
    put_off: int = 0
    next_try_in_ms: int | None = None
    breakers: list[BreakerView] = []
    yielding: list[str] = []
    alarms: list[AlarmView] = []
    missing: dict[str, str] = {}
    rungs_last_hour: dict[str, int] = {}
    stages: list[StageView] = []
    calls: CallsView = CallsView()


class SubmitRequest(Request, tag="submit", frozen=True):
    """Take the file with this absolute path, which is text, or bytes where it is not UTF-8.

    A description that is not there `deadline_s` seconds from now is not wanted any more.
    """

    path: Any  # msgspec decodes no union of str and bytes
    deadline_s: Deadline | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError`, which decoding turns into a bad request."""
        if not isinstance(self.path, str | bytes):
            raise ValueError("Expected `str | bytes` - at `$.path`")  # noqa: TRY004 - msgspec's own wording
        if (
            not self.path_bytes.startswith(b"/")
            or b"\0" in self.path_bytes
            or len(self.path_bytes) > MAX_PATH
        ):
            raise ValueError(f"Expected an absolute path of at most {MAX_PATH} bytes - at `$.path`")

    @property
    def path_bytes(self) -> bytes:
        """The path as the file system knows it."""
        return os.fsencode(self.path)


class SubmitReply(Reply, tag="submit", frozen=True):
    """The shot; `new` is false when this very file was already known."""

    shot: ShotView
    new: bool


class ShotRequest(Request, tag="shot", frozen=True):
    """One shot; `text` asks for its lines of text too, `history` for the results of every rung."""

    shot: Id
    text: bool = False
    history: bool = False


class ShotReply(Reply, tag="shot", frozen=True):
    """`lines` in reading order, `results` newest first; None unless asked for (`lines` also when unread).

    `session` is the id of the one that the shot is in, None while it is in none.
    """

    shot: ShotView
    lines: list[LineView] | None = None
    results: list[ResultView] | None = None
    session: str | None = None


class ShotsRequest(Request, tag="shots", frozen=True):
    """Shots, newest first, a page at a time; or, with `rejected`, the files that were refused.

    `since_ms` <= taken (or last seen, with `rejected`) < `until_ms`. `application` is compared without regard
    to case; neither it nor `rung` nor `session` goes with `rejected`. `cursor` is `next` of the page before,
    and belongs to the same filters.
    """

    since_ms: Instant | None = None
    until_ms: Instant | None = None
    application: Filter | None = None
    rung: Filter | None = None
    source: Filter | None = None
    rejected: bool = False
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50
    cursor: Filter | None = None
    session: Filter | None = None


class ShotsReply(Reply, tag="shots", frozen=True):
    """A page of the one or the other; `next` is None on the last page."""

    shots: list[ShotView]
    rejections: list[RejectionView]
    next: str | None = None


class JobRequest(Request, tag="job", frozen=True):
    """One job."""

    job: Id


class JobReply(Reply, tag="job", frozen=True):
    """The job as it stands."""

    job: JobView


class CancelRequest(Request, tag="cancel", frozen=True):
    """Let this job be; one that has ended stays as it is."""

    job: Id


class CancelReply(Reply, tag="cancel", frozen=True):
    """The job as it stands; a running one may take a moment to end."""

    job: JobView


class AskRequest(Request, tag="ask", frozen=True):
    """A free question about a shot; the answer is the job's, when `job.done` says so.

    An answer that is not there `deadline_s` seconds from now is not wanted any more.
    """

    shot: Id
    question: Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION)]
    deadline_s: Deadline | None = None


class AskReply(Reply, tag="ask", frozen=True):
    """The job that will answer."""

    job: JobView


class EventsRequest(Request, tag="events", frozen=True):
    """Events after `since`, oldest first; 0 asks for all that are kept."""

    since: Annotated[int, Meta(ge=0, le=2**53)]
    limit: Annotated[int, Meta(ge=1, le=MAX_EVENTS)] = 500


class EventsReply(Reply, tag="events", frozen=True):
    """`latest` and `oldest` are the kept events' ends; ask again from the last one until it is `latest`."""

    events: list[Event]
    latest: int
    oldest: int


class ModelsRequest(Request, tag="models", frozen=True):
    """Ask which models there are, and which of them does what."""


class ModelsReply(Reply, tag="models", frozen=True):
    """Every configured model, and for each role which one it has and why."""

    profile: str
    models: list[CandidateView]
    selections: list[SelectionView]


class StatsRequest(Request, tag="stats", frozen=True):
    """Ask how it went of late: today and the days before it (UTC), `days` in all."""

    days: Annotated[int, Meta(ge=1, le=MAX_DAYS)] = 1


class StatsReply(Reply, tag="stats", frozen=True):
    """Attempts at models, lengths of stages, and results by rung, all of them since `since_ms`."""

    days: int
    since_ms: int
    calls: list[CallStatsView]
    stages: list[StageView]
    rungs: dict[str, int]


class ShutdownRequest(Request, tag="shutdown", frozen=True):
    """Stop cleanly."""


class ShutdownReply(Reply, tag="shutdown", frozen=True):
    """The daemon stops; the end of its lock says that it has."""


class DoctorRequest(Request, tag="doctor", frozen=True):
    """Ask what is wrong and what to do."""


class DoctorReply(Reply, tag="doctor", frozen=True):
    """One check a row, in the order in which a person should mend them."""

    checks: list[CheckView]


class ErrorReply(Reply, tag="error", kw_only=True, frozen=True):
    """The request failed, or was none; `id` is empty when it could not be read."""

    ok: bool = False
    error: ErrorView
