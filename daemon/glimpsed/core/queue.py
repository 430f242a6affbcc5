"""The jobs that are owed, and which of them could be next.

Rules of this file: pure and in memory; the store has the same jobs on disk and is written first. `now` is
seconds of a monotonic clock. What a question costs does not grow with the number of jobs, but by a logarithm;
the exceptions say so.

Each kind and urgency has a line, by age. A description waits for the text of its picture, which is part of
its prompt, as long as that can still come soon; until then it stands aside. A job that something passing
stood in the way of (a file that is away, a full disk) is put off, longer each time, and given up in the end.
The slot's lines are bounded. Of what is too much for them, the newest descriptions of the lowest urgency are
deferred: the store keeps their order. That they are owed is known here all the same, so that memory is not
bounded by the lines: it grows with what is deferred, put off, or still to be read. A question is never
deferred: somebody waits for it.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import count

import msgspec

from glimpsed.core.line import Entry, Line, Place
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.turn import ALLOWANCE_S, Head

PUT_OFF_S = (60.0, 600.0, 3600.0, 6 * 3600.0)
"""How long a job is put off, the first time and after; then it is given up."""


class _Rank:
    """Those of one kind and urgency that wait: `ready`, or `aside` until their picture's text is there."""

    def __init__(self, kind: JobKind, urgency: Urgency) -> None:
        self.kind, self.urgency = kind, urgency
        self.ready, self.aside = Line(), Line()
        self.head: tuple[Entry, Head] | None = None  # made once for the entry, which is asked for often

    def __len__(self) -> int:
        return len(self.ready) + len(self.aside)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self.ready or job_id in self.aside

    def oldest(self) -> Entry | None:
        """The oldest of all."""
        ready, other = self.ready.first, self.aside.first
        return min(ready, other) if ready and other else ready or other

    def newest(self) -> Entry | None:
        """The newest of all."""
        ready, other = self.ready.last, self.aside.last
        return max(ready, other) if ready and other else ready or other


class JobQueue:
    """Every job that has not ended, by id. With `reads_possible` False no description waits for its text."""

    def __init__(self, max_jobs: int = 10_000) -> None:
        """`max_jobs` descriptions and questions wait here at most, those that are put off not counted."""
        self.reads_possible = True
        self._max_jobs = max_jobs
        self._jobs: dict[str, Job] = {}
        self._of: dict[str, list[str]] = {}
        self._places: dict[str, Place] = {}
        self._ranks = {(k, u): _Rank(k, u) for u in Urgency for k in JobKind}
        self._for_slot = [rank for rank in self._ranks.values() if rank.kind is not JobKind.READ]
        self._in_lines = dict.fromkeys(JobKind, 0)
        self._expiry: dict[str, float] = {}
        self._deadlines = Line()
        self._put_off = Line()
        self._times_put_off: Counter[str] = Counter()
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
        is. A job whose state is deferred is only remembered.
        """
        for job in jobs:
            if job.id in self._deferred and job.state is not JobState.DEFERRED:
                self._deferred.discard(job.id)
            elif job.id in self._jobs:
                continue
            else:
                self._of.setdefault(job.picture, []).append(job.id)
            self._jobs[job.id] = job
            if job.state is JobState.DEFERRED:
                self._deferred.add(job.id)
                continue
            self._places[job.id] = (now - max(0, wall_ms - job.created_ms) / 1000, next(self._numbers))
            self._expiry.pop(job.id, None)  # of one that was deferred and is wanted otherwise now
            if job.deadline_ms is not None:
                self._expiry[job.id] = now + (job.deadline_ms - wall_ms) / 1000
            self._line_up(job)
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
        if not self._in_lines[JobKind.READ]:
            return None
        ranks = [self._ranks[JobKind.READ, urgency] for urgency in urgencies]
        heads = [self._head(rank, entry) for rank in ranks if (entry := rank.ready.first) is not None]
        return min(heads, key=lambda head: head.due).job if heads else None

    def heads(self) -> list[Head]:
        """Of each kind that the slot does and each urgency, the oldest that is ready."""
        heads = []
        for rank in self._for_slot:
            entry = rank.ready.first if self.reads_possible else rank.oldest()
            if entry is not None:
                known = rank.head
                heads.append(known[1] if known and known[0] is entry else self._head(rank, entry))
        return heads

    def start(self, job_id: str) -> Job:
        """The job leaves the waiting line for the reader or the slot."""
        job = self._jobs[job_id]
        self._leave(job)
        return self._change(job, state=JobState.RUNNING)

    def requeue(
        self, job_id: str, now: float, *, died: bool = False, failed: bool = False, keeps_place: bool = False
    ) -> Job:
        """The job's attempt is over without a result, and it waits again: behind its peers, or in its place.

        It is a death or a failure older if its attempt `died` or `failed`.
        """
        if not keeps_place:
            self._places[job_id] = (now, next(self._numbers))
        job = self._jobs[job_id]
        job = self._change(
            job, state=JobState.QUEUED, deaths=job.deaths + died, failures=job.failures + failed
        )
        self._line_up(job)
        return job

    def questions(self) -> list[str]:
        """The questions that wait."""
        return [job_id for u in Urgency for job_id in self._ranks[JobKind.ASK, u].ready]

    def put_off(self, job_id: str, now: float) -> bool:
        """The running job waits again, but not before a while; False when that was done often enough."""
        times = self._times_put_off[job_id]
        if times >= len(PUT_OFF_S):
            return False
        job = self.requeue(job_id, now)
        self._leave_line(job)
        self._times_put_off[job_id] += 1
        self._put_off.join(job_id, (now + PUT_OFF_S[times], next(self._numbers)))
        self._text_may_have_come(job)
        return True

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
        return self._deadlines.until(now)

    @property
    def next_deadline(self) -> float | None:
        """When the deadline of a waiting job passes next."""
        first = self._deadlines.first
        return None if first is None else first[0]

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
        for about in (self._places, self._expiry, self._times_put_off):
            about.pop(job_id, None)
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

    def expedite(self, picture: str, now: float) -> list[Job]:
        """A person waits for this picture from now on: its jobs become interactive, those that run included.

        Gives these as they are now. Those that are deferred stay so.
        """
        expedited = []
        for job_id in self._of.get(picture, ()):
            job = self._jobs[job_id]
            theirs = job.urgency is Urgency.INTERACTIVE
            if job.state is JobState.RUNNING and job_id not in self._ending and not theirs:
                expedited.append(self._reclass(job, Urgency.INTERACTIVE, now))
            if not self._waits(job) or (theirs and job_id not in self._put_off):
                continue
            self._leave(job)
            job = self._reclass(job, Urgency.INTERACTIVE, now)
            self._line_up(job)
            self._text_may_have_come(job)
            expedited.append(job)
        return expedited

    def demote(self, kind: JobKind, now: float) -> list[Job]:
        """Nobody waits for this kind from now on: its waiting jobs become background.

        Gives these as they are now, in their order. Looks at every job.
        """
        found = [j for j in self._jobs.values() if j.kind is kind and j.urgency is not Urgency.BACKGROUND]
        demoted = []
        for job in sorted((j for j in found if self._waits(j)), key=lambda j: self._places[j.id]):
            stands = self._leave_line(job)
            demoted.append(self._reclass(job, Urgency.BACKGROUND, now))
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
        if not self._deferred or self._for_slot_in_lines + len(self._put_off) > half:
            return 0
        return min(len(self._deferred), self._max_jobs - half)

    def waiting(self, kind: JobKind, *urgencies: Urgency) -> int:
        """How many jobs of a kind wait: of these urgencies, or else of any."""
        return sum(len(self._ranks[kind, u]) for u in urgencies) if urgencies else self._in_lines[kind]

    def wants(self, kind: JobKind) -> bool:
        """Whether any job of a kind waits in a line, or is deferred."""
        return bool(self._in_lines[kind]) or any(self._jobs[i].kind is kind for i in self._deferred)

    def waits(self, job_id: str) -> bool:
        """Whether the job waits, in a line or put off."""
        job = self._jobs.get(job_id)
        return job is not None and self._waits(job)

    def lines(self, now: float) -> list[tuple[Urgency, JobKind, int, float]]:
        """Of each urgency and kind of which jobs wait: how many, and for how many seconds the oldest has."""
        oldest = [(rank, rank.oldest()) for rank in self._ranks.values()]
        return [(r.urgency, r.kind, len(r), now - first[0]) for r, first in oldest if first is not None]

    def validate(self) -> None:
        """Raise AssertionError unless the parts agree with each other; for tests. Looks at every job."""
        for job in self._jobs.values():
            self._validate(job)
        if any(self._in_lines[kind] != self.waiting(kind, *Urgency) for kind in JobKind):
            raise AssertionError("the lines are longer or shorter than is counted")
        in_lines = [i for r in self._ranks.values() for line in (r.ready, r.aside) for i in line]
        for ids in (in_lines, self._put_off, self._deadlines, self._ending, self._deferred):
            if not self._jobs.keys() >= set(ids):
                raise AssertionError("somebody waits who has ended")
        owed = {picture: len(ids) for picture, ids in self._of.items()}
        if Counter(job.picture for job in self._jobs.values()) != owed:
            raise AssertionError("what is owed is not what there is")

    def _validate(self, job: Job) -> None:
        deferred, ending = job.id in self._deferred, job.id in self._ending
        ranks = [r for r in self._ranks.values() if job.id in r]
        waits = job.state is JobState.QUEUED and not ending
        put_off = job.id in self._put_off
        text = job.kind is JobKind.DESCRIBE and self.owes_text(job.picture)
        for holds, what in (
            (len(ranks) + put_off == waits, "waits in one place when it waits"),
            (not ranks or ranks == [self._ranks[job.kind, job.urgency]], "waits in its own line"),
            (not ranks or (job.id in ranks[0].aside) == text, "stands aside for its text"),
            (
                (job.id in self._deadlines) == (waits and job.id in self._expiry),
                "has a deadline while it waits",
            ),
            (deferred == (job.state is JobState.DEFERRED and not ending), "is deferred when it says so"),
        ):
            if not holds:
                raise AssertionError(f"{job} violates: {what}")

    def _head(self, rank: _Rank, entry: Entry) -> Head:
        arrival, _, job_id = entry
        due = arrival + ALLOWANCE_S[rank.urgency]
        head = Head(self._jobs[job_id], arrival, due, self._expiry.get(job_id))
        rank.head = entry, head
        return head

    @property
    def _for_slot_in_lines(self) -> int:
        return self._in_lines[JobKind.DESCRIBE] + self._in_lines[JobKind.ASK]

    def _waits(self, job: Job) -> bool:
        """In a line, or put off."""
        return job.state is JobState.QUEUED and job.id not in self._ending

    def _line_up(self, job: Job) -> None:
        rank = self._ranks[job.kind, job.urgency]
        aside = job.kind is JobKind.DESCRIBE and self.owes_text(job.picture)
        (rank.aside if aside else rank.ready).join(job.id, self._places[job.id])
        self._in_lines[job.kind] += 1
        if job.id in self._expiry:
            self._deadlines.join(job.id, (self._expiry[job.id], self._places[job.id][1]))

    def _leave_line(self, job: Job) -> bool:
        rank = self._ranks[job.kind, job.urgency]
        stood = rank.ready.leave(job.id) or rank.aside.leave(job.id)
        self._in_lines[job.kind] -= stood
        return stood

    def _leave(self, job: Job) -> None:
        """Wherever it waits, it does so no longer."""
        self._leave_line(job)
        self._put_off.leave(job.id)
        self._deadlines.leave(job.id)

    def _text_may_have_come(self, job: Job) -> None:
        """After a read changed: the descriptions of its picture stand where they belong."""
        if job.kind is not JobKind.READ:
            return
        for job_id in self._of.get(job.picture, ()):
            other = self._jobs[job_id]
            if other.kind is JobKind.DESCRIBE and self._leave_line(other):
                self._line_up(other)

    def _change(self, job: Job, **what: object) -> Job:
        self._jobs[job.id] = job = msgspec.structs.replace(job, **what)
        return job

    def _reclass(self, job: Job, urgency: Urgency, now: float) -> Job:
        """Of another urgency as of now; those that change together keep their order."""
        self._places[job.id] = (now, self._places[job.id][1])
        return self._change(job, urgency=urgency)

    def _defer_surplus(self) -> list[Job]:
        deferred: list[Job] = []
        while self._for_slot_in_lines > self._max_jobs and (newest := self._least_wanted()) is not None:
            self._leave(newest)
            self._deferred.add(newest.id)
            deferred.append(self._change(newest, state=JobState.DEFERRED))
        return deferred

    def _least_wanted(self) -> Job | None:
        """The newest description of the lowest urgency."""
        for urgency in reversed(Urgency):
            newest = self._ranks[JobKind.DESCRIBE, urgency].newest()
            if newest is not None:
                return self._jobs[newest[2]]
        return None
