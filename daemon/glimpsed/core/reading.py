"""What the reader does next: which file is opened, which text is read, and what a new picture owes.

Rules of this file: pure; time is an argument. Taking a file is never put off; reading the text of what nobody
waits for may be.
"""

from collections.abc import Mapping

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.casting import Casting
from glimpsed.core.deadlines import latest
from glimpsed.core.effects import Effect
from glimpsed.core.events import FileKey
from glimpsed.core.intake import Intake, Lane
from glimpsed.core.model import JobClass, JobKind, Urgency
from glimpsed.core.places import Reader
from glimpsed.core.queue import JobQueue
from glimpsed.core.seen import FileSeen

RANKS = tuple(urgency for urgency in Urgency if urgency.job_class is JobClass.NORMAL)
"""The urgencies of what nobody waits for in person, and what is not background work either."""


class Reading:
    """Owner of the reader and of the files on their way to become shots."""

    def __init__(
        self, queue: JobQueue, casting: Casting, ranks: Mapping[str, Urgency], *, reads_text: bool
    ) -> None:
        """`ranks` by source; `reads_text` False when the configuration wants no OCR."""
        self.reader = Reader()
        self.intake = Intake()
        self._queue = queue
        self._casting = casting
        self._ranks = ranks
        self._reads_text = reads_text
        self._deadlines: dict[str, int] = {}

    @property
    def possible(self) -> bool:
        """Whether text can be read as things stand."""
        return self._reads_text and not self.reader.code

    @property
    def wake_at(self) -> float | None:
        """When something is due of itself."""
        times = (self.intake.next_due(), self.reader.idle_until)
        return min((t for t in times if t is not None), default=None)

    # -- what happened to files

    def file_seen(self, event: FileSeen, now: float) -> list[Effect]:
        """A source saw a file."""
        gone = self.intake.seen(event, now)
        return [_vanished((event.source, event.path))] if gone else []

    def submitted(self, event: was.FileSubmitted, now: float) -> None:
        """A person handed in a file."""
        self.intake.submitted((event.source, event.path), event.ticket, now)
        if event.deadline_ms is not None:
            self._deadlines[event.ticket] = event.deadline_ms

    def file_looked(self, event: was.FileLooked, now: float) -> list[Effect]:
        """A file that may still be growing was looked at again."""
        gone = self.intake.looked(event.key, event.identity, now)
        return [_vanished(event.key)] if gone else []

    def file_opened(self, event: was.FileOpened, now: float) -> list[Effect]:
        """There is a picture in the file: it is accepted, with all that it owes."""
        self.reader.free(now)
        self.intake.opened(event.key, event.opened.identity)
        jobs = tuple((kind, self._urgency(event.key)) for kind in self._planned)
        waited_s = now - self.intake.complete_at(event.key)
        deadline_ms = self._deadline(event.key)
        # Now, not when it is committed: nothing may end meanwhile that is wanted for longer.
        self._queue.widen(event.opened.picture.sha256, deadline_ms)
        return [do.AcceptFile(event.key, event.opened, jobs, deadline_ms, waited_s)]

    def file_refused(self, event: was.FileRefused, now: float) -> list[Effect]:
        """There is no picture in the file, or not yet."""
        self.reader.free(now)
        identity = self.intake.refused_as(event.key, event.code)
        if not self.intake.refused(event.key, event.code, now):
            return []
        return [do.RejectFile(event.key, identity, event.code, event.detail)]

    def died_over(self, key: FileKey, detail: str) -> list[Effect]:
        """The reader died over a file."""
        if not self.intake.died(key):
            return []
        identity = self.intake.refused_as(key, "reader_died")
        return [do.RejectFile(key, identity, "reader_died", detail)]

    def committed(self, key: FileKey, now: float) -> list[str]:
        """A file is a shot or a rejection now: the tickets that wait for it."""
        tickets = self.intake.committed(key, now)
        for ticket in tickets:
            self._deadlines.pop(ticket, None)
        return tickets

    def woken(self, now: float) -> list[Effect]:
        """A reader that had nothing to do for long is ended."""
        until = self.reader.idle_until
        if until is None or now < until:
            return []
        self.reader.started = False
        return [do.StopReader()]

    def reader_probed(self, event: was.ReaderProbed, now: float) -> list[Effect]:
        """The reader said whether it can read text."""
        self.reader.answered(event.code, event.detail, now)
        return []

    # -- what is done next

    def pump(self, now: float, *, background: bool) -> list[Effect]:
        """Whoever waits first; then what is new on disk before old text, then text before the backlog.

        The backlog of a first scan is taken one file at a time between reads, so that the spool stays small
        and what is accepted is soon readable. Without `background` the text of it waits.
        """
        looks: list[Effect] = [do.LookAtFile(key) for key in self.intake.due(now)]
        if self.reader.work is not None or not (self.intake.waits or self._queue.waiting(JobKind.READ)):
            return looks
        last = (*RANKS, Urgency.BACKGROUND) if background else RANKS
        return looks + (
            self._open_next(Lane.SUBMITTED)
            or self._read_next(Urgency.INTERACTIVE)
            or self._open_next(Lane.EVENT)
            or self._read_next(*last)
            or self._open_next(Lane.SCAN)
        )

    def _open_next(self, lane: Lane) -> list[Effect]:
        key = self.intake.take(lane)
        if key is None:
            return []
        self.reader.take(key)
        return [do.OpenFile(key, spool=bool(self._planned))]

    def _read_next(self, *urgencies: Urgency) -> list[Effect]:
        if not self.reader.probed or not self.possible:
            return []
        job = self._queue.next_read(*urgencies)
        if job is None:
            return []
        self.reader.take(job.id)
        return [do.StartRead(self._queue.start(job.id))]

    @property
    def _planned(self) -> tuple[JobKind, ...]:
        """The jobs that a new picture owes."""
        describes = bool(self._casting.models.meant_for("screen"))  # also while they are switched off
        return (JobKind.READ,) * self._reads_text + (JobKind.DESCRIBE,) * describes

    def _deadline(self, key: FileKey) -> int | None:
        """When nobody wants a model's work on a file any more; None: somebody always does.

        A watched folder always wants what is in it, whether or not it has seen it yet.
        """
        tickets = () if key[0] in self._ranks else self.intake.waiting(key)
        return latest(self._deadlines.get(ticket) for ticket in tickets)

    def _urgency(self, key: FileKey) -> Urgency:
        """How urgent the jobs for a new file are."""
        if self.intake.waiting(key):
            return Urgency.INTERACTIVE
        if self.intake.lane(key) is Lane.SCAN:
            return Urgency.BACKGROUND
        return self._ranks.get(key[0], Urgency.NORMAL)


def _vanished(key: FileKey) -> Effect:
    return do.RejectFile(key, None, "vanished", "the file was gone before it could be read")
