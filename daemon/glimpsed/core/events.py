"""What happened: everything that the machine can be told.

Rules of this file: past tense, frozen values. An event says what is so, never what to do.
`FileSeen` lives in `core.seen`, where the sources find it without the rest.
"""

import re

import msgspec

from glimpsed.core.model import Description, FileIdentity, Job, OpenedFile, PictureText
from glimpsed.core.seen import FileSeen

FileKey = tuple[str, bytes]
"""Source and path: what names a file while it is on its way to become a shot."""


class JobsRestored(msgspec.Struct, frozen=True):
    """The store was read at start; these jobs are still owed."""

    jobs: tuple[Job, ...]


class ReaderProbed(msgspec.Struct, frozen=True):
    """The reader said whether it can read text: `code` is empty when it can."""

    code: str
    detail: str


class ModelInspected(msgspec.Struct, frozen=True):
    """A model's files were looked at; `code` is empty when they can be loaded."""

    model: str
    code: str = ""
    detail: str = ""
    hint: str = ""


class FileSubmitted(msgspec.Struct, frozen=True):
    """A client handed in a file and waits for the answer under `ticket`."""

    ticket: str
    source: str
    path: bytes


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
    """A child holds the model and is ready."""

    model: str


class ModelRefused(msgspec.Struct, frozen=True):
    """A model cannot be loaded, and will not be until its files change."""

    model: str
    code: str
    detail: str


class ModelDied(msgspec.Struct, frozen=True):
    """The model's child ended: while loading (`job` None) or while it ran `job`."""

    model: str
    job: str | None
    detail: str


class ModelLost(msgspec.Struct, frozen=True):
    """The model's child had ended before `job` was begun in it: no fault of the job's."""

    model: str
    job: str


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


class AnswerMade(msgspec.Struct, frozen=True):
    """A model answered a question."""

    job: str
    answer: str
    model: str


class JobRefused(msgspec.Struct, frozen=True):
    """A job's attempt came back without a result and without a death: the input or the reply is at fault."""

    job: str
    code: str
    detail: str


class JobStopped(msgspec.Struct, frozen=True):
    """The attempt at a job was stopped on request; nothing of it is kept.

    `killed`: the model's child did not stop by itself in time, and is gone.
    """

    job: str
    killed: bool = False


class JobEnded(msgspec.Struct, frozen=True):
    """A job's end is committed."""

    job: str


class TimePassed(msgspec.Struct, frozen=True):
    """The moment that the machine had asked to be woken at has come."""


class StopRequested(msgspec.Struct, frozen=True):
    """The daemon is to stop: nothing new is begun."""


Event = (
    JobsRestored
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
    | ModelDied
    | ModelLost
    | ModelOverweight
    | ModelUnloaded
    | DescriptionMade
    | AnswerMade
    | JobRefused
    | JobStopped
    | JobEnded
    | TimePassed
    | StopRequested
)


def handler_name(kind: type) -> str:
    """Handlers are named as their event: `FileSeen` is handled by `_file_seen`."""
    return re.sub(r"(?=[A-Z])", "_", kind.__name__).lower()
