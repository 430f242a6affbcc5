"""What a store keeps of jobs and pictures, in memory: the truth that a machine is started from."""

from typing import Any

import msgspec

from glimpsed.core import effects as do
from glimpsed.core.model import Job, JobKind, JobState, Rung, Urgency
from glimpsed.core.places import ROLE
from glimpsed.core.sessions.told import Objected

REVIVED_OF = ("run_limit", "out_of_memory", "run_failed", "malformed", "reply_cut", "bad_schema")
"""What a job may have failed of that is tried again once a breaker has closed."""

REVIVED = 2
"""Most failed jobs that are queued again together."""

UNMOVED: dict[str, Any] = {"moved_ms": None, "put_off": 0, "resumes_ms": None}
"""A job that stands where its age puts it."""

MAX_INTERRUPTIONS = 3
"""Daemons that may die while they run a job, until it is set aside."""

RUNGS = {do.FinishRead: Rung.OCR, do.FinishDescription: Rung.VISION, do.FinishReused: Rung.REUSED}
"""The rung that a commit leads to."""

Finish = do.FinishRead | do.FinishDescription | do.FinishReused | do.FinishQuestion


class Store:
    """Jobs by id, the kinds of results that each picture has, and its best rung since it was accepted."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.results: dict[str, list[str]] = {}
        self.rungs: dict[str, Rung] = {}
        self.steps: dict[str, int] = {}

    def owe(self, job: Job) -> None:
        """A picture is accepted that owes this job."""
        self.jobs[job.id] = job
        if job.picture:
            self.accept(job.picture)

    def session(self, name: str, made_ms: int = 0, steps: int = 2) -> Job:
        """A session is to be told, in so many steps; its first job has its name."""
        self.steps[name] = steps
        self.jobs[name] = Job(name, JobKind.SESSION, "", made_ms, Urgency.BACKGROUND, session=name)
        return self.jobs[name]

    def next_step(self, job: Job) -> Objected | None:
        """What a reply about a session comes to, as long as there are steps to make."""
        return Objected("key", "") if self.steps.get(job.session or "", 0) else None

    def finish_step(self, effect: do.FinishSessionStep, next_id: str, now_ms: int) -> tuple[Job, ...]:
        """A job about a session ended; the one for the next step, while there is one."""
        job, session = effect.job, effect.job.session or ""
        assert self.jobs[job.id].state is JobState.RUNNING, "a step of a job that does not run"
        self.end(job.id, JobState.DONE)
        if effect.step is None:
            assert not self.steps.get(session), "a session is not told to its end"
            return ()
        self.steps[session] -= 1
        self.jobs[next_id] = Job(next_id, JobKind.SESSION, "", now_ms, job.urgency, session=session)
        return (self.jobs[next_id],)

    def accept(self, picture: str) -> None:
        """A picture has its lowest rung from the moment it is accepted."""
        self.rungs.setdefault(picture, Rung.MINIMUM)

    def become(self, job_id: str, **what: object) -> Job:
        """A job is otherwise from now on."""
        self.jobs[job_id] = msgspec.structs.replace(self.jobs[job_id], **what)
        return self.jobs[job_id]

    def finish(self, effect: Finish) -> None:
        """A job ended well, with its result."""
        job = effect.job
        self.end(job.id, JobState.DONE)
        self.results.setdefault(job.picture, []).append(job.kind)
        if (rung := RUNGS.get(type(effect))) is not None:
            self.accept(job.picture)
            self.rungs[job.picture] = min(rung, self.rungs[job.picture], key=lambda each: each.rank)

    def end(self, job_id: str, state: JobState, **what: object) -> None:
        """A job ended, and not for the second time."""
        assert not self.jobs[job_id].state.ended, f"{job_id} ended twice"
        self.become(job_id, state=state, **what)

    def requeue(self, job: Job) -> None:
        """A job that ran waits again, where and as often tried and put off as it is now."""
        assert self.jobs[job.id].state is JobState.RUNNING, "what waits again did not run"
        tried = {"deaths": job.deaths, "failures": job.failures, "put_off": job.put_off}
        self.become(job.id, state=JobState.QUEUED, **tried, **_place(job))

    def rank(self, job: Job) -> None:
        """A job is as urgent, and stands where in line, as it does now."""
        self.become(job.id, urgency=job.urgency, **_place(job))

    def restore(self, *, died: bool) -> tuple[Job, ...]:
        """What is owed after the daemon stopped or `died`: what ran then waits again."""
        for job in [job for job in self.jobs.values() if job.state is JobState.RUNNING]:
            times = job.interruptions + died
            state = JobState.POISONED if times >= MAX_INTERRUPTIONS else JobState.QUEUED
            self.become(job.id, state=state, interruptions=times)
        return tuple(job for job in self.jobs.values() if not job.state.ended)

    def deferred(self) -> list[Job]:
        """The jobs that are only kept here, the most urgent first."""
        waiting = [job for job in self.jobs.values() if job.state is JobState.DEFERRED]
        return sorted(waiting, key=lambda job: list(Urgency).index(job.urgency))

    def failed(self, kind: JobKind) -> list[Job]:
        """The jobs that a model failed and that may be tried again."""
        failed = [job for job in self.jobs.values() if job.kind is kind and job.state is JobState.FAILED]
        told = {job.session for job in self.jobs.values() if job.session and not job.state.ended}
        failed = list({job.session or job.id: job for job in failed if job.session not in told}.values())
        return [j for j in failed if j.failures < 3 and str(j.error).partition(":")[0] in REVIVED_OF]

    def owed(self, made: Job) -> Job | None:
        """A job that a file owes: a new one, or one that had failed, or was deferred and is hurried now."""
        made = made if made.kind in ROLE else msgspec.structs.replace(made, deadline_ms=None)
        same = (job for job in self.jobs.values() if (job.kind, job.picture) == (made.kind, made.picture))
        known = next(same, None)
        if known is None:
            self.jobs[made.id] = made
            return made
        hurried = known.state is JobState.DEFERRED and made.urgency is Urgency.INTERACTIVE
        if not known.state.ended:
            both = (known.deadline_ms, made.deadline_ms)
            made = msgspec.structs.replace(made, deadline_ms=None if None in both else max(both))
            self.become(known.id, deadline_ms=made.deadline_ms)
        if known.state is not JobState.FAILED and not hurried:
            return None
        wish = {"urgency": made.urgency, "created_ms": made.created_ms, "deadline_ms": made.deadline_ms}
        return self.become(known.id, state=JobState.QUEUED, error=None, **wish, **UNMOVED)


def _place(job: Job) -> dict[str, Any]:
    return {"moved_ms": job.moved_ms, "resumes_ms": job.resumes_ms}
