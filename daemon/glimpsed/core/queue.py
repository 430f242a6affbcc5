"""The jobs that are owed, and which of them could be next.

Rules of this file: pure and in memory; the store has the same jobs on disk and is written first. `now` is
seconds of a monotonic clock. What a question costs does not grow with the number of jobs, but by a logarithm;
the exceptions say so. What is changed here of a job is given back, for the store to keep the same.

Each kind and urgency has a line, by age. A description waits for the text of its picture, which is part of
its prompt, as long as that can still come soon; until then it stands aside. A job that something passing
stood in the way of (a file that is away, a full disk) is put off, longer each time, and given up in the end.
The slot's lines are bounded. Of what is too much for them, the newest descriptions of the lowest urgency are
deferred: the store keeps their order. That they are owed is known here all the same, so that memory is not
bounded by the lines: it grows with what is deferred, put off, or still to be read. A question is never
deferred: somebody waits for it. Nor is a job about a session, of which there are few; it has no picture.
"""

import math
from collections.abc import Iterable
from itertools import count

import msgspec

from glimpsed.core.deadlines import Deadlines, latest
from glimpsed.core.line import Entry, Line, Place
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.rank import Rank, Ranks
from glimpsed.core.turn import Head

PUT_OFF_S = (60.0, 600.0, 3600.0, 6 * 3600.0)
"""How long a job is put off, the first time and after; then it is given up."""

_TICK_S = 0.001
"""What lies at least between two places that jobs move to: the store keeps milliseconds."""


class JobQueue:
    """Every job that has not ended, by id. With `reads_possible` False no description waits for its text."""

    def __init__(self, max_jobs: int = 10_000) -> None:
        """`max_jobs` descriptions and questions wait here at most, those that are put off not counted."""
        self.reads_possible = True
        self._max_jobs = max_jobs
        self._jobs: dict[str, Job] = {}
        self._of: dict[str, list[str]] = {}
        self._places: dict[str, Place] = {}
        self._ranks = Ranks()
        self._deadlines = Deadlines()
        self._put_off = Line()
        self._reprieved: set[str] = set()
        self._moved = -math.inf
        self._ending: set[str] = set()
        self._deferred: set[str] = set()
        self._numbers = count()
        self._ready_at: dict[str, float] = {}  # of those that were not ready since they came

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._jobs

    def add(self, jobs: Iterable[Job], now: float, wall_ms: int) -> list[Job]:
        """Take on jobs; those that had to be deferred for it, the newest of the lowest urgency.

        `wall_ms` is now on the clock of the jobs' own times: a job is as old here as it is there, but
        not from the future. A queued one that was deferred is taken up; any other that is known is left as it
        is. A job whose state is deferred is only remembered, one that was put off still is.
        """
        for job in jobs:
            if job.id in self._deferred and job.state is not JobState.DEFERRED:
                self._deferred.discard(job.id)
            elif job.id in self._jobs:
                continue
            elif job.picture:
                self._of.setdefault(job.picture, []).append(job.id)
            self._jobs[job.id] = job
            if job.state is JobState.DEFERRED:
                self._deferred.add(job.id)
                continue
            self._places[job.id] = (now - max(0, wall_ms - job.since_ms) / 1000, next(self._numbers))
            late = None if job.deadline_ms is None else now + (job.deadline_ms - wall_ms) / 1000
            self._deadlines.give(job.id, late)
            if job.resumes_ms is None or job.resumes_ms <= wall_ms:
                self._line_up(job)
            else:
                self._stand_off(job, now + min((job.resumes_ms - wall_ms) / 1000, PUT_OFF_S[-1]))
            self._text_may_have_come(job)
        return self._defer_surplus()

    def get(self, job_id: str) -> Job | None:
        """The job as it stands, None when it has ended."""
        return self._jobs.get(job_id)

    def __getitem__(self, job_id: str) -> Job:
        """The job as it stands. Raises `KeyError` when it has ended."""
        return self._jobs[job_id]

    def next_read(self, *urgencies: Urgency) -> Job | None:
        """The waiting read of these urgencies that is due first: of one urgency, the oldest."""
        if not self._ranks.waiting[JobKind.READ]:
            return None
        ranks = [self._ranks.of[JobKind.READ, urgency] for urgency in urgencies]
        heads = [self._head(rank, entry) for rank in ranks if (entry := rank.ready.first) is not None]
        return min(heads, key=lambda head: head.due).job if heads else None

    def heads(self) -> list[Head]:
        """Of each kind that the slot does and each urgency, the oldest that is ready."""
        heads = []
        for rank in self._ranks.for_slot:
            entry = rank.ready.first if self.reads_possible else rank.oldest()
            if entry is not None:
                known = rank.head
                heads.append(known[1] if known and known[0] is entry else self._head(rank, entry))
        return heads

    def start(self, job_id: str) -> Job:
        """The job leaves the waiting line for the reader or the slot."""
        job = self._jobs[job_id]
        self._leave(job)
        self._reprieved.discard(job_id)
        return self._change(job, state=JobState.RUNNING)

    def wait_again(self, job_id: str) -> Job:
        """The job's attempt came to nothing, for no fault of anybody: it waits in its place."""
        job = self._change(self._jobs[job_id], state=JobState.QUEUED)
        self._line_up(job)
        return job

    def requeue(
        self, job_id: str, now: float, wall_ms: int, *, died: bool = False, failed: bool = False
    ) -> Job:
        """The job's attempt is over without a result, and it waits again, behind its peers.

        It is a death or a failure older if its attempt `died` or `failed`.
        """
        job = self._move(self._jobs[job_id], now, wall_ms)
        tries = {"deaths": job.deaths + died, "failures": job.failures + failed}
        job = self._change(job, state=JobState.QUEUED, resumes_ms=None, **tries)
        self._line_up(job)
        return job

    def questions(self) -> list[str]:
        """The questions that wait."""
        return [job_id for u in Urgency for job_id in self._ranks.of[JobKind.ASK, u].ready]

    def put_off(self, job_id: str, now: float, wall_ms: int) -> Job | None:
        """The running job waits again, but not before a while; None when that was done often enough."""
        job = self._jobs[job_id]
        if job.put_off >= len(PUT_OFF_S):
            return None
        pause_s = PUT_OFF_S[job.put_off]
        job = self._move(job, now, wall_ms)
        resumes_ms = wall_ms + round(pause_s * 1000)
        job = self._change(job, state=JobState.QUEUED, put_off=job.put_off + 1, resumes_ms=resumes_ms)
        self._stand_off(job, now + pause_s)
        self._text_may_have_come(job)
        return job

    def resume(self, now: float) -> None:
        """Jobs that were put off until now wait like any other again."""
        for job_id in self._put_off.until(now):
            self._put_off.leave(job_id)
            self.ready_again(job_id, now)
            self._line_up(self._jobs[job_id])
            self._text_may_have_come(self._jobs[job_id])

    def ready_again(self, job_id: str, now: float) -> None:
        """The job was run or put off until now: should it wait on, it is for its turn alone."""
        self._ready_at[job_id] = now

    def waited_s(self, job_id: str, now: float) -> float:
        """Seconds that the job has waited for its turn, in one go; what kept it before is not among them."""
        arrival = self._places[job_id][0]
        return max(0.0, now - max(arrival, self._ready_at.get(job_id, arrival)))

    def next_resume(self) -> float | None:
        """When the next job that was put off waits again."""
        first = self._put_off.first
        return None if first is None else first[0]

    @property
    def later(self) -> Line:
        """Jobs that were put off, by when they wait again; to be looked at and not changed."""
        return self._put_off

    def expired(self, now: float) -> list[str]:
        """The waiting jobs whose deadline has passed, until they are ended."""
        return self._deadlines.passed(now)

    @property
    def next_deadline(self) -> float | None:
        """When the deadline of a waiting job passes next."""
        return self._deadlines.next

    def ending(self, job_id: str) -> None:
        """The job will not be run again; its end is on the way to the store."""
        job = self._jobs[job_id]
        if job.state is JobState.QUEUED:
            self._leave(job)
        self._deferred.discard(job_id)
        self._ending.add(job_id)
        self._text_may_have_come(job)

    def is_ending(self, job_id: str) -> bool:
        """The job's end is on its way to the store."""
        return job_id in self._ending

    def ended(self, job_id: str) -> Job:
        """The job's end is committed: forget it."""
        job = self._jobs.pop(job_id)
        self._ready_at.pop(job_id, None)
        if self._waits(job):
            self._leave(job)
        self._ending.discard(job_id)
        self._deferred.discard(job_id)
        self._reprieved.discard(job_id)
        self._places.pop(job_id, None)
        self._deadlines.give(job_id, None)
        if job.picture:
            self._of[job.picture].remove(job_id)
            if not self._of[job.picture]:
                del self._of[job.picture]
        self._text_may_have_come(job)
        return job

    def owes(self, picture: str) -> bool:
        """Some job of this picture has not ended."""
        return picture in self._of

    def owes_text(self, picture: str) -> bool:
        """The picture's text is still to come, and soon: not when its reading was put off."""
        ids = self._of.get(picture, ())
        return any(self._jobs[i].kind is JobKind.READ and i not in self._put_off for i in ids)

    def widen(self, picture: str, deadline_ms: int | None) -> None:
        """Somebody wants a picture's description until then, None for ever: it has the later deadline.

        What is on its way to its end gets none: the store has it queued anew once it has failed.
        """
        for job_id in self._of.get(picture, ()):
            job = self._jobs[job_id]
            before, wanted = job.deadline_ms, latest((job.deadline_ms, deadline_ms))
            if job.kind is not JobKind.DESCRIBE or job_id in self._ending or before is None:
                continue
            self._deadlines.postpone(job_id, None if wanted is None else (wanted - before) / 1000)
            if job.state is JobState.RUNNING and wanted != before:
                self._reprieved.add(job_id)
            stands = self._ranks.leave(job)
            job = self._change(job, deadline_ms=wanted)
            if stands:
                self._line_up(job)

    def is_reprieved(self, job_id: str) -> bool:
        """The job runs, and has a later deadline than its attempt was told, or none."""
        return job_id in self._reprieved

    def expedite(self, picture: str, now: float, wall_ms: int) -> list[Job]:
        """A person waits for this picture from now on: its jobs become interactive, also those that run.

        Gives these as they are now. Those that are deferred stay so.
        """
        expedited = []
        for job_id in self._of.get(picture, ()):
            job = self._jobs[job_id]
            theirs = job.urgency is Urgency.INTERACTIVE
            if job.state is JobState.RUNNING and job_id not in self._ending and not theirs:
                expedited.append(self._reclass(job, Urgency.INTERACTIVE, now, wall_ms))
            if not self._waits(job) or (theirs and job_id not in self._put_off):
                continue
            self._leave(job)
            job = self._change(self._reclass(job, Urgency.INTERACTIVE, now, wall_ms), resumes_ms=None)
            self._line_up(job)
            self._text_may_have_come(job)
            expedited.append(job)
        return expedited

    def demote(self, kind: JobKind, now: float, wall_ms: int) -> list[Job]:
        """Nobody waits for this kind from now on: its waiting jobs become background.

        Gives these as they are now, in their order. Looks at every job.
        """
        found = [j for j in self._jobs.values() if j.kind is kind and j.urgency is not Urgency.BACKGROUND]
        demoted = []
        for job in sorted((j for j in found if self._waits(j)), key=lambda j: self._places[j.id]):
            stands = self._ranks.leave(job)
            demoted.append(self._reclass(job, Urgency.BACKGROUND, now, wall_ms))
            if stands:
                self._line_up(demoted[-1])
        return demoted

    @property
    def deferred(self) -> int:
        """How many jobs only the store keeps."""
        return len(self._deferred)

    def is_deferred(self, job_id: str) -> bool:
        """Only the store keeps the job, until there is room."""
        return job_id in self._deferred

    @property
    def recallable(self) -> int:
        """How many deferred jobs there is room for: none before the lines are half empty, then half of all.

        Those that are put off come back to the lines, and are counted here.
        """
        half = self._max_jobs // 2
        if not self._deferred or self._ranks.waiting_for_slot + len(self._put_off) > half:
            return 0
        return min(len(self._deferred), self._max_jobs - half)

    def waiting(self, kind: JobKind, *urgencies: Urgency) -> int:
        """How many jobs of a kind wait: of these urgencies, or else of any."""
        ranks = self._ranks
        return sum(len(ranks.of[kind, u]) for u in urgencies) if urgencies else ranks.waiting[kind]

    def wants(self, kind: JobKind) -> bool:
        """Whether any job of a kind waits in a line, or is deferred."""
        return bool(self._ranks.waiting[kind]) or any(self._jobs[i].kind is kind for i in self._deferred)

    def waits(self, job_id: str) -> bool:
        """Whether the job waits, in a line or put off."""
        job = self._jobs.get(job_id)
        return job is not None and self._waits(job)

    def lines(self, now: float) -> list[tuple[Urgency, JobKind, int, float]]:
        """Of each urgency and kind of which jobs wait: how many, and for how many seconds the oldest has."""
        oldest = [(rank, first) for rank in self._ranks.of.values() if (first := rank.oldest()) is not None]
        return [(rank.urgency, rank.kind, len(rank), max(0.0, now - first[0])) for rank, first in oldest]

    def _head(self, rank: Rank, entry: Entry) -> Head:
        job_id = entry[2]
        return rank.offer(entry, self._jobs[job_id], self._deadlines.of(job_id))

    def _waits(self, job: Job) -> bool:
        """In a line, or put off."""
        return job.state is JobState.QUEUED and job.id not in self._ending

    def _line_up(self, job: Job) -> None:
        aside = job.kind is JobKind.DESCRIBE and self.owes_text(job.picture)
        self._ranks.join(job, self._places[job.id], aside=aside)
        self._deadlines.wait(job.id)

    def _stand_off(self, job: Job, until: float) -> None:
        self._put_off.join(job.id, (until, next(self._numbers)))
        self._deadlines.wait(job.id)

    def _leave(self, job: Job) -> None:
        """Wherever it waits, it does so no longer."""
        self._ranks.leave(job)
        self._put_off.leave(job.id)
        self._deadlines.leave(job.id)

    def _text_may_have_come(self, job: Job) -> None:
        """After a read changed: the descriptions of its picture stand where they belong."""
        if job.kind is not JobKind.READ:
            return
        for job_id in self._of.get(job.picture, ()):
            other = self._jobs[job_id]
            if other.kind is JobKind.DESCRIBE and self._ranks.leave(other):
                self._line_up(other)

    def _change(self, job: Job, **what: object) -> Job:
        self._jobs[job.id] = job = msgspec.structs.replace(job, **what)
        return job

    def _move(self, job: Job, now: float, wall_ms: int) -> Job:
        """Behind all that came before now, and all that were moved."""
        self._moved = max(now, self._moved + _TICK_S)
        self._places[job.id] = (self._moved, next(self._numbers))
        return self._change(job, moved_ms=wall_ms + round((self._moved - now) * 1000))

    def _reclass(self, job: Job, urgency: Urgency, now: float, wall_ms: int) -> Job:
        """Of another urgency as of now."""
        return self._change(self._move(job, now, wall_ms), urgency=urgency)

    def _defer_surplus(self) -> list[Job]:
        ranks = self._ranks
        deferred: list[Job] = []
        while ranks.waiting_for_slot > self._max_jobs and (newest := ranks.least_wanted()) is not None:
            job = self._jobs[newest]
            self._leave(job)
            self._deferred.add(newest)
            deferred.append(self._change(job, state=JobState.DEFERRED))
        return deferred
