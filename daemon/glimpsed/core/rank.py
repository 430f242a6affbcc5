"""The lines in which the jobs of one kind and urgency wait.

Rules of this file: pure; where a job belongs, and that it is in one line only, is the queue's to see to.
"""

from glimpsed.core.line import Entry, Line, Place
from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.turn import ALLOWANCE_S, Head


class Rank:
    """Those of one kind and urgency that wait: `ready`, or `aside` until their picture's text is there."""

    def __init__(self, kind: JobKind, urgency: Urgency) -> None:
        """Nobody waits."""
        self.kind, self.urgency = kind, urgency
        self.ready, self.aside = Line(), Line()
        self.head: tuple[Entry, Head] | None = None  # made once for the entry, which is asked for often

    def __len__(self) -> int:
        return len(self.ready) + len(self.aside)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self.ready or job_id in self.aside

    def offer(self, entry: Entry, job: Job, deadline: float | None) -> Head:
        """This job, of this entry, as one that could be next."""
        arrival = entry[0]
        head = Head(job, arrival, arrival + ALLOWANCE_S[self.urgency], deadline)
        self.head = entry, head
        return head

    def oldest(self) -> Entry | None:
        """The oldest of all."""
        ready, other = self.ready.first, self.aside.first
        return min(ready, other) if ready and other else ready or other

    def newest(self) -> Entry | None:
        """The newest of all."""
        ready, other = self.ready.last, self.aside.last
        return max(ready, other) if ready and other else ready or other


class Ranks:
    """Every rank there is."""

    def __init__(self) -> None:
        """Nobody waits."""
        self.of = {(kind, urgency): Rank(kind, urgency) for urgency in Urgency for kind in JobKind}
        self.for_slot = [rank for rank in self.of.values() if rank.kind is not JobKind.READ]
        self.waiting = dict.fromkeys(JobKind, 0)
        """How many jobs of each kind wait."""

    @property
    def waiting_for_slot(self) -> int:
        """How many jobs wait for a model."""
        return self.waiting[JobKind.DESCRIBE] + self.waiting[JobKind.ASK]

    def join(self, job: Job, place: Place, *, aside: bool) -> None:
        """A job that is in no line takes its place, `aside` or among those that are ready."""
        rank = self.of[job.kind, job.urgency]
        (rank.aside if aside else rank.ready).join(job.id, place)
        self.waiting[job.kind] += 1

    def leave(self, job: Job) -> bool:
        """A job waits here no longer; False when it did not."""
        rank = self.of[job.kind, job.urgency]
        stood = rank.ready.leave(job.id) or rank.aside.leave(job.id)
        self.waiting[job.kind] -= stood
        return stood

    def least_wanted(self) -> str | None:
        """The newest description of the lowest urgency."""
        newest = (self.of[JobKind.DESCRIBE, urgency].newest() for urgency in reversed(Urgency))
        return next((entry[2] for entry in newest if entry is not None), None)
