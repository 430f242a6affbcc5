"""The jobs that are owed, and which of them is next.

Rules of this file: pure and in memory; the store has the same jobs on disk and is written first. Order is by
urgency, then by age. A description waits for the text of its picture, which is part of its prompt, as long as
that can still come soon. A job that something passing stood in the way of (a file that is away, a full
disk) is put off, longer each time, and given up in the end.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

import msgspec

from glimpsed.core.model import Job, JobKind, JobState, Urgency

PUT_OFF_S = (60.0, 600.0, 3600.0, 6 * 3600.0)
"""How long a job is put off, the first time and after; then it is given up."""


class JobQueue:
    """Every job that has not ended, by id."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._waiting: dict[tuple[JobKind, Urgency], dict[str, None]] = {}
        self._owed: Counter[str] = Counter()
        self._unread: set[str] = set()
        self._put_off: dict[str, float] = {}
        self._times_put_off: Counter[str] = Counter()
        self._ending: set[str] = set()

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._jobs

    def add(self, jobs: Iterable[Job]) -> None:
        """Take on queued jobs, oldest first; one that is known already is left as it is."""
        for job in jobs:
            if job.id not in self._jobs:
                self._jobs[job.id] = job
                self._owed[job.picture] += 1
                if job.kind is JobKind.READ:
                    self._unread.add(job.picture)
                self._waiting.setdefault((job.kind, job.urgency), {})[job.id] = None

    def get(self, job_id: str) -> Job | None:
        """The job as it stands, None when it has ended."""
        return self._jobs.get(job_id)

    def next_read(self, urgency: Urgency) -> Job | None:
        """The oldest waiting read of this urgency."""
        ids = self._waiting.get((JobKind.READ, urgency))
        return self._jobs[next(iter(ids))] if ids else None

    def next_inference(self, kinds: AbstractSet[JobKind], ready: Callable[[Job], bool]) -> Job | None:
        """The most urgent, then oldest, waiting question or description of these kinds that is `ready`."""
        for urgency in Urgency:
            for kind in (JobKind.ASK, JobKind.DESCRIBE):
                if kind not in kinds:
                    continue
                for job_id in self._waiting.get((kind, urgency), ()):
                    if ready(self._jobs[job_id]):
                        return self._jobs[job_id]
        return None

    def start(self, job_id: str) -> Job:
        """The job leaves the waiting line for the reader or the slot."""
        return self._move(job_id, JobState.RUNNING)

    def requeue(self, job_id: str, *, died: bool) -> Job:
        """The job's attempt is over without a result; it waits again, behind its peers."""
        job = self._jobs[job_id]
        self._jobs[job_id] = msgspec.structs.replace(job, deaths=job.deaths + died)
        return self._move(job_id, JobState.QUEUED)

    def questions(self) -> list[str]:
        """The questions that wait."""
        return [job_id for u in Urgency for job_id in self._waiting.get((JobKind.ASK, u), ())]

    def put_off(self, job_id: str, now: float) -> bool:
        """The running job waits again, but not before a while; False when that was done often enough."""
        times = self._times_put_off[job_id]
        if times >= len(PUT_OFF_S):
            return False
        job = self.requeue(job_id, died=False)
        self._unqueue(job)
        if job.kind is JobKind.READ:
            self._unread.discard(job.picture)
        self._times_put_off[job_id] += 1
        self._put_off[job_id] = now + PUT_OFF_S[times]
        return True

    def resume(self, now: float) -> None:
        """Jobs that were put off until now wait like any other again."""
        for job_id in [job_id for job_id, until in self._put_off.items() if until <= now]:
            self._resume(self._jobs[job_id])

    def next_resume(self) -> float | None:
        """When the next job that was put off waits again."""
        return min(self._put_off.values(), default=None)

    def ending(self, job_id: str) -> None:
        """The job will not be run again; its end is on the way to the store."""
        self._unqueue(self._jobs[job_id])
        self._put_off.pop(job_id, None)
        self._ending.add(job_id)

    def is_ending(self, job_id: str) -> bool:
        """The job's end is on its way to the store."""
        return job_id in self._ending

    def ended(self, job_id: str) -> Job:
        """The job's end is committed: forget it."""
        job = self._jobs.pop(job_id)
        self._unqueue(job)
        self._ending.discard(job_id)
        self._put_off.pop(job_id, None)
        self._times_put_off.pop(job_id, None)
        if job.kind is JobKind.READ:
            self._unread.discard(job.picture)
        self._owed[job.picture] -= 1
        if not self._owed[job.picture]:
            del self._owed[job.picture]
        return job

    def owes(self, picture: str) -> bool:
        """Some job of this picture has not ended."""
        return picture in self._owed

    def expedite(self, picture: str) -> None:
        """A person waits for this picture: its waiting jobs become interactive."""
        for job in [j for j in self._jobs.values() if j.picture == picture]:
            if job.state is JobState.QUEUED and job.id not in self._ending:
                self._unqueue(job)
                self._jobs[job.id] = msgspec.structs.replace(job, urgency=Urgency.INTERACTIVE)
                self._resume(self._jobs[job.id])

    def owes_text(self, picture: str) -> bool:
        """The picture's text is still to come, and soon: not when its reading was put off."""
        return picture in self._unread

    def waiting(self, kind: JobKind) -> int:
        """How many jobs of a kind wait."""
        return sum(len(ids) for (k, _), ids in self._waiting.items() if k is kind)

    def validate(self) -> None:
        """Raise AssertionError unless the parts agree with each other; for tests."""
        queued = [job_id for ids in self._waiting.values() for job_id in ids]
        assert len(queued) == len(set(queued)), "a job waits in two lines"  # noqa: S101 - this is its purpose
        for job_id, job in self._jobs.items():
            waits = job.state is JobState.QUEUED and job_id not in self._ending | self._put_off.keys()
            assert waits == (job_id in queued), f"{job_id} is {job.state}"  # noqa: S101 - as above
        assert self._owed == Counter(j.picture for j in self._jobs.values())  # noqa: S101 - as above
        reads = [j for j in self._jobs.values() if j.kind is JobKind.READ]
        waiting = {j.picture for j in reads if j.id not in self._put_off.keys() | self._ending}
        assert waiting <= self._unread <= {j.picture for j in reads}  # noqa: S101 - as above

    def _resume(self, job: Job) -> None:
        self._put_off.pop(job.id, None)
        if job.kind is JobKind.READ:
            self._unread.add(job.picture)
        self._waiting.setdefault((job.kind, job.urgency), {})[job.id] = None

    def _move(self, job_id: str, state: JobState) -> Job:
        job = self._jobs[job_id]
        self._unqueue(job)
        moved = msgspec.structs.replace(job, state=state)
        self._jobs[job_id] = moved
        if state is JobState.QUEUED:
            self._waiting.setdefault((job.kind, job.urgency), {})[job_id] = None
        return moved

    def _unqueue(self, job: Job) -> None:
        self._waiting.get((job.kind, job.urgency), {}).pop(job.id, None)
