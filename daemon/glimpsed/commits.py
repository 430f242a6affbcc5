"""What the machine decided goes into the store: one method an effect, one commit each.

Rules of this file: an effect is done when it is committed; the event that then holds is given back. What is
found to be so on the way there (a shot that is known, a job that has ended) is the store's to say.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import structlog

from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core import rules
from glimpsed.core.events import Event
from glimpsed.core.histogram import Stage
from glimpsed.core.model import (
    Description,
    Job,
    JobKind,
    JobState,
    OpenedFile,
    Rejection,
    Result,
    Rung,
    Shot,
    TakenAt,
    Urgency,
)
from glimpsed.core.places import ROLE
from glimpsed.core.refusals import OUTCOMES
from glimpsed.core.taken import taken_at
from glimpsed.host.clock import local_offset, new_id, now_ms
from glimpsed.store import jobs, rejections, results, shots, stages, telling
from glimpsed.store.db import Database
from glimpsed.store.spool import Spool
from glimpsed.store.writer import Writer

log = structlog.get_logger()

REVIVED = frozenset({"died", *OUTCOMES})
"""Codes of failures that a model may not repeat once its breaker has closed."""

MOST_FAILURES = 3
"""Attempts that a model may fail at a job until it is left alone."""


class Commits:
    """The machine's decisions, on disk."""

    def __init__(self, config: Config, store: Database, spool: Spool) -> None:
        """Nothing is written yet."""
        self._store = store
        self._spool = spool
        self._ignored = {name: source.ignore for name, source in config.sources.items()}
        self._began_ms = now_ms()
        self._complete: dict[str, float] = {}
        """When files of pictures that somebody waits for were complete, in seconds of the monotonic clock,
        until nothing is owed of them."""

    async def accept_file(self, effect: do.AcceptFile) -> Event:
        """A file is a shot, with what it owes."""
        source, path = effect.key
        now = now_ms()
        picture = effect.opened.picture
        shot = Shot(
            id=new_id(),
            picture=picture.sha256,
            source=source,
            path=path,
            taken_at=_taken_at(path, effect.opened),
            added_ms=now,
        )
        minimum = Result(new_id(), picture.sha256, Rung.MINIMUM, rules.minimum(_file_name(path)), now)
        owed = tuple(_owed(effect, kind, urgency, now) for kind, urgency in effect.jobs)
        ignore = self._ignored.get(source, ())
        accepted = await self._store.write(
            lambda w: shots.accept(w, shot, effect.opened, minimum, owed, ignore=ignore)
        )
        if any(job.urgency is not Urgency.BACKGROUND for job in accepted.jobs):
            self._complete[picture.sha256] = time.monotonic() - effect.waited_s
        return was.ShotCommitted(
            effect.key, accepted.shot.id, picture.sha256, new=accepted.new_shot, jobs=accepted.jobs
        )

    async def reject_file(self, effect: do.RejectFile) -> Event:
        """A file is no shot. A shot whose file was deleted stays one."""
        source, path = effect.key
        rejection = Rejection(
            new_id(),
            source,
            path,
            effect.code,
            effect.detail,
            now_ms(),
            identity=effect.identity,
        )
        was_shot = await self._store.read(lambda cx: shots.is_shot(cx, source, path))
        if effect.code != "vanished" or not was_shot:  # a shot whose file was deleted stays a shot
            await self._store.write(lambda w: rejections.reject(w, rejection))
        return was.RejectionCommitted(effect.key, effect.code, effect.detail)

    async def finish_read(self, effect: do.FinishRead) -> Event:
        """A picture's text is known, and what the rules make of it."""
        job = effect.job
        row = await self._store.read(partial(shots.latest_of, sha256=job.picture))
        if row is None:
            raise RuntimeError(f"picture {job.picture} has a job and no shot")
        describe = partial(rules.describe, file_name=_file_name(row.shot.path))
        size = row.picture.width, row.picture.height
        description = await asyncio.to_thread(describe, effect.text, *size)  # a dense screen takes a while
        result = _result(job, Rung.OCR, description, {"ocr": effect.ms})
        return await self._finish(
            job, lambda w: results.finish_read(w, job.id, effect.text, result), Stage.FILE_TO_OCR
        )

    async def finish_description(self, effect: do.FinishDescription) -> Event:
        """A model described a picture."""
        job = effect.job
        made_by = effect.model, effect.prompt_version
        result = _result(job, Rung.VISION, effect.description, effect.timings, made_by)
        described = partial(results.finish_describe, job_id=job.id, result=result)
        return await self._finish(job, described, Stage.FILE_TO_DESCRIPTION)

    async def finish_reused(self, effect: do.FinishReused) -> Event:
        """What was said of another picture holds for this one."""
        job = effect.job
        repeated = partial(results.finish_reused, job_id=job.id, result=effect.result)
        return await self._finish(job, repeated, Stage.FILE_TO_DESCRIPTION)

    async def finish_question(self, effect: do.FinishQuestion) -> Event:
        """A model answered a question."""
        job = effect.job
        return await self._finish(job, lambda w: results.finish_ask(w, job.id, effect.answer, effect.model))

    async def finish_session_step(self, effect: do.FinishSessionStep) -> Event:
        """A step of what is told of a session was made."""
        job = effect.job
        finished = partial(telling.finish, job=job, step=effect.step, model=effect.model, next_id=new_id())
        return was.JobEnded(job.id, await self._store.write(finished))

    async def _finish(self, job: Job, write: Callable[[Writer], object], stage: Stage | None = None) -> Event:
        """Commit a result and the end of its job, and how long the way to it was."""
        way = self._way(job)

        def finish(w: Writer) -> None:
            write(w)
            if stage is not None and way is not None:
                stages.observe(w, stage, way())

        await self._store.write(finish)
        return was.JobEnded(job.id)

    def _way(self, job: Job) -> Callable[[], int] | None:
        """Says how many milliseconds ago the file was complete; None where nobody waits for what it says.

        Of a job from before a restart it is known when it was made, by the clock on the wall.
        """
        complete = self._complete.get(job.picture)
        if complete is not None:
            return lambda: round((time.monotonic() - complete) * 1000)
        if job.created_ms >= self._began_ms or job.urgency is Urgency.BACKGROUND:
            return None
        return lambda: now_ms() - job.created_ms

    async def requeue_job(self, effect: do.RequeueJob) -> None:
        """A job waits again."""
        await self._store.write(partial(jobs.requeue, job=effect.job))

    async def defer_jobs(self, effect: do.DeferJobs) -> None:
        """Jobs wait in the store alone."""
        await self._store.write(partial(jobs.defer, job_ids=effect.jobs))

    async def rank_jobs(self, effect: do.RankJobs) -> None:
        """Jobs have another urgency from now on."""
        await self._store.write(partial(jobs.rank, jobs=effect.jobs))

    async def recall_jobs(self, effect: do.RecallJobs) -> Event:
        """Deferred jobs are queued again."""
        recalled = await self._store.write(partial(jobs.recall, limit=effect.limit))
        return was.JobsRecalled(tuple(recalled))

    async def revive_jobs(self, effect: do.ReviveJobs) -> Event:
        """Jobs that a model had failed are queued again, as many as are at once."""
        revive = partial(jobs.revive, kind=effect.kind, codes=REVIVED, most_failures=MOST_FAILURES)
        revived = await self._store.write(revive)
        return was.JobsRecalled(tuple(revived), more=len(revived) == jobs.REVIVED_AT_ONCE)

    async def end_job(self, effect: do.EndJob) -> Event:
        """A job ended without a result."""
        ended = partial(jobs.end, job_id=effect.job, state=effect.state, error=effect.error)
        await self._store.write(partial(ended, died=effect.died, failed=effect.failed))
        if effect.state is JobState.POISONED:
            log.warning("job.poisoned", job=effect.job, error=effect.error)
        return was.JobEnded(effect.job)

    async def take_question(self, effect: do.TakeQuestion) -> Event:
        """A question is a job."""
        await self._store.write(lambda w: jobs.add(w, effect.job))
        return was.QuestionCommitted(effect.ticket, effect.job)

    def drop_spooled(self, effect: do.DropSpooled) -> None:
        """Nothing is owed of a picture any more: its clean copy is deleted."""
        self._complete.pop(effect.picture, None)
        self._spool.drop(effect.picture)

    async def tell(self, effect: do.TellModel | do.TellBreaker | do.TellAlarm) -> None:
        """Something is noted for everybody."""
        kind, body = _told(effect)
        await self._store.write(lambda w: w.event(kind, body))


def _result(
    job: Job,
    rung: Rung,
    description: Description,
    timings: dict[str, int],
    made_by: tuple[str | None, str | None] = (None, None),
) -> Result:
    """A result of now; `made_by` names a model and the version of its prompt."""
    model, prompt = made_by
    now = now_ms()
    return Result(new_id(), job.picture, rung, description, now, model, prompt, timings=timings)


def _owed(effect: do.AcceptFile, kind: JobKind, urgency: Urgency, now: int) -> Job:
    """A job that a file brings with it; only a model's work can come too late."""
    deadline_ms = effect.deadline_ms if kind in ROLE else None
    return Job(new_id(), kind, effect.opened.picture.sha256, now, urgency, deadline_ms=deadline_ms)


def _told(effect: do.TellModel | do.TellBreaker | do.TellAlarm) -> tuple[str, dict[str, str]]:
    """Type and body of the event that says so."""
    match effect:
        case do.TellModel(model=model, state=state):
            return "model.changed", {"model": model, "state": state}
        case do.TellBreaker(model=model, role=role, sort=sort, state=state):
            kind = "breaker.opened" if state == "open" else "breaker.closed"
            return kind, {"model": model, "role": role, "sort": sort}
        case do.TellAlarm(name=name, raised=raised, detail=detail):
            return ("alarm.raised" if raised else "alarm.cleared"), {"alarm": name, "detail": detail}


def _taken_at(path: bytes, opened: OpenedFile) -> TakenAt:
    return taken_at(path, opened.embedded_time, opened.identity.mtime_ns, local_offset)


def _file_name(path: bytes) -> str:
    return path.rpartition(b"/")[2].decode("utf-8", "replace")
