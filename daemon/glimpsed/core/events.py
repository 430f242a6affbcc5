"""What happened: everything that the machine can be told.

Rules of this file: past tense, frozen values. An event says what is so, never what to do.
`FileSeen` lives in `core.seen`, where the sources find it without the rest.
"""

import re

import msgspec

from glimpsed.core.breaker import Outcome
from glimpsed.core.fit import Need
from glimpsed.core.model import Description, FileIdentity, Job, OpenedFile, PictureText, Result
from glimpsed.core.predict import Sample
from glimpsed.core.residency import Plan, Room
from glimpsed.core.seen import FileSeen
from glimpsed.core.sessions.told import SessionStep

FileKey = tuple[str, bytes]
"""Source and path: what names a file while it is on its way to become a shot."""


class JobsRestored(msgspec.Struct, frozen=True):
    """The store was read at start; these jobs are still owed, the deferred ones among them."""

    jobs: tuple[Job, ...]


class JobsAdded(msgspec.Struct, frozen=True):
    """Jobs were queued in the store, for nobody who waits."""

    jobs: tuple[Job, ...]


class JobsRecalled(msgspec.Struct, frozen=True):
    """Jobs that were deferred, or had failed for a reason that may be gone, are queued in the store again.

    There may be `more` that had failed.
    """

    jobs: tuple[Job, ...]
    more: bool = False


class CallsRemembered(msgspec.Struct, frozen=True):
    """What earlier inferences took, oldest first: model, device, role and figures of each."""

    calls: tuple[tuple[str, str, str, Sample], ...]


class FeaturesSet(msgspec.Struct, frozen=True):
    """The configuration was read, at start or anew: which sorts of model may be used at all."""

    vision_model: bool
    session_model: bool


class RoomSeen(msgspec.Struct, frozen=True):
    """How much memory models may take in all, those in memory included, was looked at.

    The machine had asked for it when they `held` so much; None: it had not.
    """

    room: Room
    held: Need | None = None


class SurroundingsSeen(msgspec.Struct, frozen=True):
    """What else goes on at this machine, by the names of the rules that it matters to; None: unknown."""

    readings: dict[str, float | None]


class ReaderProbed(msgspec.Struct, frozen=True):
    """The reader said whether it can read text: `code` is empty when it can."""

    code: str
    detail: str


class ModelInspected(msgspec.Struct, frozen=True):
    """A model's files were looked at; `code` is empty when they can be loaded.

    `plans` are the ways of loading it, the best first.
    """

    model: str
    code: str = ""
    detail: str = ""
    hint: str = ""
    plans: tuple[Plan, ...] = ()
    quantisation: str = ""


class FileSubmitted(msgspec.Struct, frozen=True):
    """A client handed in a file and waits for the answer under `ticket`.

    After `deadline_ms` it does not want a model's description of it any more.
    """

    ticket: str
    source: str
    path: bytes
    deadline_ms: int | None = None


class FileLooked(msgspec.Struct, frozen=True):
    """A file that may still be growing was looked at again; None: it is gone."""

    key: FileKey
    identity: FileIdentity | None


class FileOpened(msgspec.Struct, frozen=True):
    """The reader found a picture in a file."""

    key: FileKey
    opened: OpenedFile


class FileRefused(msgspec.Struct, frozen=True):
    """The reader found no picture in a file."""

    key: FileKey
    code: str
    detail: str


class ShotCommitted(msgspec.Struct, frozen=True):
    """A file is a shot for good; `jobs` are those that it newly owes."""

    key: FileKey
    shot: str
    picture: str
    new: bool
    jobs: tuple[Job, ...]


class RejectionCommitted(msgspec.Struct, frozen=True):
    """A file is known to be no shot, and why."""

    key: FileKey
    code: str
    detail: str


class ReaderDied(msgspec.Struct, frozen=True):
    """The reader ended while it owed an answer about a file or a job."""

    work: FileKey | str
    detail: str


class TextRead(msgspec.Struct, frozen=True):
    """The reader read a picture's text in `ms` milliseconds."""

    job: str
    text: PictureText
    ms: int


class QuestionAsked(msgspec.Struct, frozen=True):
    """A client asks about a shot and waits under `ticket` to learn whether the job was taken on."""

    ticket: str
    job: Job


class QuestionCommitted(msgspec.Struct, frozen=True):
    """A question is a job for good."""

    ticket: str
    job: Job


class JobCancelRequested(msgspec.Struct, frozen=True):
    """A client wants a job no more and waits under `ticket` for its end."""

    ticket: str
    job: str


class ModelLoaded(msgspec.Struct, frozen=True):
    """A child holds the model and is ready.

    It took `ms` milliseconds on `device`; `need` is what it takes, as measured.
    """

    model: str
    ms: int = 0
    device: str = ""
    need: Need | None = None


class ModelRefused(msgspec.Struct, frozen=True):
    """A model could not be loaded. But for memory, it will not be until its files change."""

    model: str
    code: str
    detail: str


class ModelProbed(msgspec.Struct, frozen=True):
    """A model was asked for a sign of life, with a built-in picture; `code` is empty when it gave one.

    It is `cancelled` when that was stopped on request. Its child may have been `killed` for it, or by it, if
    it ran out of memory.
    """

    model: str
    code: str = ""
    detail: str = ""
    killed: bool = False


class ModelDied(msgspec.Struct, frozen=True):
    """The model's child ended: while loading or when probed (`job` None), or while it ran `job`.

    With `code` `out_of_memory` it is known what it died of.
    """

    model: str
    job: str | None
    detail: str
    code: str = "died"


class ModelLost(msgspec.Struct, frozen=True):
    """The model's child had ended before `job` was begun in it: no fault of the job's."""

    model: str
    job: str


class ModelGone(msgspec.Struct, frozen=True):
    """The model's child had ended when somebody looked, though nothing was done with it."""

    model: str


class ModelOverweight(msgspec.Struct, frozen=True):
    """The model's child was over its ceiling of memory when the attempt that is about to end was done."""

    model: str


class ModelUnloaded(msgspec.Struct, frozen=True):
    """The model's child has ended and its memory is free."""

    model: str


class DescriptionMade(msgspec.Struct, frozen=True):
    """A model described a picture, validly."""

    job: str
    description: Description
    model: str
    prompt_version: str
    timings: dict[str, int]
    took: Sample | None = None


class DescriptionReused(msgspec.Struct, frozen=True):
    """Nothing that counts changed since a picture that is described: `result` repeats what was said of it."""

    job: str
    result: Result


class AnswerMade(msgspec.Struct, frozen=True):
    """A model answered a question."""

    job: str
    answer: str
    model: str
    took: Sample | None = None


class SessionStepMade(msgspec.Struct, frozen=True):
    """What the next step of what is told of a session came to; None: there was none to be made.

    `outcome` is what the reply says of the model that was asked for it, None where none was asked. Of a reply
    that was malformed or cut the step says what follows: it is put again, or what rules have stands.
    """

    job: str
    step: SessionStep | None
    model: str
    outcome: Outcome | None = None
    took: Sample | None = None


class JobRefused(msgspec.Struct, frozen=True):
    """A job's attempt came back without a result and without a death: the input or the reply is at fault.

    `killed`: it was too late, and the model's child did not stop by itself in time, and is gone.
    """

    job: str
    code: str
    detail: str
    killed: bool = False


class JobStopped(msgspec.Struct, frozen=True):
    """The attempt at a job was stopped on request; nothing of it is kept.

    `killed`: the model's child did not stop by itself in time, and is gone.
    """

    job: str
    killed: bool = False


class JobEnded(msgspec.Struct, frozen=True):
    """A job's end is committed, and with it these that follow from it."""

    job: str
    then: tuple[Job, ...] = ()


class TimePassed(msgspec.Struct, frozen=True):
    """The moment that the machine had asked to be woken at has come."""


class StopRequested(msgspec.Struct, frozen=True):
    """The daemon is to stop: nothing new is begun."""


Event = (
    JobsRestored
    | JobsAdded
    | JobsRecalled
    | CallsRemembered
    | FeaturesSet
    | RoomSeen
    | SurroundingsSeen
    | ReaderProbed
    | ModelInspected
    | FileSeen
    | FileSubmitted
    | FileLooked
    | FileOpened
    | FileRefused
    | ShotCommitted
    | RejectionCommitted
    | ReaderDied
    | TextRead
    | QuestionAsked
    | QuestionCommitted
    | JobCancelRequested
    | ModelLoaded
    | ModelRefused
    | ModelProbed
    | ModelDied
    | ModelLost
    | ModelGone
    | ModelOverweight
    | ModelUnloaded
    | DescriptionMade
    | DescriptionReused
    | AnswerMade
    | SessionStepMade
    | JobRefused
    | JobStopped
    | JobEnded
    | TimePassed
    | StopRequested
)


def handler_name(kind: type) -> str:
    """Handlers are named as their event: `FileSeen` is handled by `file_seen`."""
    return re.sub(r"(?!^)(?=[A-Z])", "_", kind.__name__).lower()
