"""What to do: everything that the machine can ask for.

Rules of this file: imperative, frozen values, no behaviour. Each effect that takes time names the events, one
of which must come back, also when it is cancelled.
"""

import msgspec

from glimpsed.core.events import FileKey
from glimpsed.core.fit import Need
from glimpsed.core.model import (
    Description,
    FileIdentity,
    Job,
    JobKind,
    JobState,
    OpenedFile,
    PictureText,
    Result,
    Urgency,
)
from glimpsed.core.residency import Plan
from glimpsed.core.sessions.told import SessionStep


class LookAtFile(msgspec.Struct, frozen=True):
    """Stat a file without opening it -> `FileLooked`."""

    key: FileKey


class OpenFile(msgspec.Struct, frozen=True):
    """Have the reader open a file -> `FileOpened`, `FileRefused` or `ReaderDied`."""

    key: FileKey
    spool: bool


class AcceptFile(msgspec.Struct, frozen=True):
    """Commit a shot, its picture and the jobs of these kinds that are not there yet -> `ShotCommitted`.

    `deadline_ms` is that of the jobs for a model. The file was complete `waited_s` seconds ago.
    """

    key: FileKey
    opened: OpenedFile
    jobs: tuple[tuple[JobKind, Urgency], ...]
    deadline_ms: int | None = None
    waited_s: float = 0.0


class RejectFile(msgspec.Struct, frozen=True):
    """Commit a rejection -> `RejectionCommitted`; without `identity` it is tried whenever it is seen."""

    key: FileKey
    identity: FileIdentity | None
    code: str
    detail: str


class StartRead(msgspec.Struct, frozen=True):
    """Mark a job as running, then have the reader do it.

    -> `TextRead`, `JobRefused`, `JobStopped` or `ReaderDied`.
    """

    job: Job


class StopReader(msgspec.Struct, frozen=True):
    """End the reader child, which is idle; it comes back when it is needed."""


class LoadModel(msgspec.Struct, frozen=True):
    """Start a child that holds the model, by this plan -> `ModelLoaded`, `ModelRefused` or `ModelDied`."""

    model: str
    plan: Plan


class TellModel(msgspec.Struct, frozen=True):
    """Note for everybody that a model's state changed."""

    model: str
    state: str


class ProbeModel(msgspec.Struct, frozen=True):
    """Ask a loaded model for a sign of life, with a built-in picture -> `ModelProbed` or `ModelDied`.

    With `reply` it has to do what `role` asks of it, validly; otherwise one token will do. The model is on
    `device`.
    """

    model: str
    role: str
    reply: bool
    device: str = ""


class StopProbe(msgspec.Struct, frozen=True):
    """Cancel the probe of a model; its own event comes back from it, at best that it was cancelled."""

    model: str


class LookAtRoom(msgspec.Struct, frozen=True):
    """Look at how much memory models may take, those in memory counted for `held` -> `RoomSeen`."""

    held: Need


class TellBreaker(msgspec.Struct, frozen=True):
    """Note for everybody that a breaker opened or closed."""

    model: str
    role: str
    sort: str
    state: str


class TellAlarm(msgspec.Struct, frozen=True):
    """Note for everybody that a threshold was passed, or is no longer."""

    name: str
    raised: bool
    detail: str


class UnloadModel(msgspec.Struct, frozen=True):
    """End the child that holds the model -> `ModelUnloaded`."""

    model: str


class StartInference(msgspec.Struct, frozen=True):
    """Mark a job as running, then have the loaded model do it, in `deadline_s` seconds if that is not None.

    It has waited for its turn for `waited_s` seconds, since it came, was last tried or put off; `device` is
    the one that the model is on.
    -> `DescriptionMade`, `DescriptionReused`, `AnswerMade`, `SessionStepMade`, `JobRefused`, `JobStopped`,
    `ModelDied` or `ModelLost`; before it `ModelOverweight`, should its child be that.
    """

    job: Job
    model: str
    deadline_s: float | None = None
    waited_s: float = 0.0
    device: str = ""


class StopAttempt(msgspec.Struct, frozen=True):
    """Cancel the attempt at a job; its own event comes back from it, `JobStopped` at best."""

    job: str


class FinishRead(msgspec.Struct, frozen=True):
    """Commit a picture's text, its `ocr` result and the job's end -> `JobEnded`."""

    job: Job
    text: PictureText
    ms: int


class FinishDescription(msgspec.Struct, frozen=True):
    """Commit a `vision` result and the job's end -> `JobEnded`."""

    job: Job
    description: Description
    model: str
    prompt_version: str
    timings: dict[str, int]


class FinishReused(msgspec.Struct, frozen=True):
    """Commit a `reused` result and the job's end -> `JobEnded`."""

    job: Job
    result: Result


class FinishQuestion(msgspec.Struct, frozen=True):
    """Commit an answer and the job's end -> `JobEnded`."""

    job: Job
    answer: str
    model: str


class FinishSessionStep(msgspec.Struct, frozen=True):
    """Commit what a step came to, the job's end, and the job for the next one if any -> `JobEnded`."""

    job: Job
    step: SessionStep | None
    model: str


class RequeueJob(msgspec.Struct, frozen=True):
    """Commit that a running job waits again, where and as often tried and put off as it is now."""

    job: Job


class DeferJobs(msgspec.Struct, frozen=True):
    """Commit that queued jobs wait in the store alone."""

    jobs: tuple[str, ...]


class RankJobs(msgspec.Struct, frozen=True):
    """Commit that jobs are as urgent, and stand where in line, as they are now."""

    jobs: tuple[Job, ...]


class RecallJobs(msgspec.Struct, frozen=True):
    """Commit that as many deferred jobs are queued again, the most urgent and oldest -> `JobsRecalled`."""

    limit: int


class ReviveJobs(msgspec.Struct, frozen=True):
    """Commit that jobs of a kind that a model had failed are queued again, in the background.

    -> `JobsRecalled`.
    """

    kind: JobKind


class EndJob(msgspec.Struct, frozen=True):
    """Commit that a job ended without a result; its last attempt may have failed or died -> `JobEnded`."""

    job: str
    state: JobState
    error: str
    died: bool = False
    failed: bool = False


class TakeQuestion(msgspec.Struct, frozen=True):
    """Commit a question as a job -> `QuestionCommitted`."""

    ticket: str
    job: Job


class DropSpooled(msgspec.Struct, frozen=True):
    """Delete the clean copy of a picture that owes nothing any more."""

    picture: str


class Answer(msgspec.Struct, frozen=True):
    """Tell the client that waits under `ticket` that what it asked for is so."""

    ticket: str
    subject: str
    new: bool = False


class Refuse(msgspec.Struct, frozen=True):
    """Tell the client that waits under `ticket` why not."""

    ticket: str
    code: str
    detail: str


Effect = (
    LookAtFile
    | OpenFile
    | AcceptFile
    | RejectFile
    | StartRead
    | StopReader
    | LoadModel
    | ProbeModel
    | StopProbe
    | LookAtRoom
    | TellModel
    | TellBreaker
    | TellAlarm
    | UnloadModel
    | StartInference
    | StopAttempt
    | FinishRead
    | FinishDescription
    | FinishReused
    | FinishQuestion
    | FinishSessionStep
    | RequeueJob
    | DeferJobs
    | RankJobs
    | RecallJobs
    | ReviveJobs
    | EndJob
    | TakeQuestion
    | DropSpooled
    | Answer
    | Refuse
)
