"""Does what the machine asks for, and tells it what came of it.

Rules of this file: one method an effect; no decisions. An effect that takes time runs as a task and ends by
posting the event that its docstring in `core.effects` names, whatever happens. Errors that have no such
event (the store fails, a bug) end the daemon: its supervisor starts it again, and the store is the truth.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from glimpsed.attempts import Attempts
from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core import rules
from glimpsed.core.errors import InputError, ModelError, RequestError, WorkerDiedError
from glimpsed.core.events import Event
from glimpsed.core.model import (
    Description,
    FileIdentity,
    Job,
    JobState,
    OpenedFile,
    Rejection,
    Result,
    Rung,
    Shot,
    TakenAt,
)
from glimpsed.core.taken import taken_at
from glimpsed.engine.slot import Slot
from glimpsed.host.clock import local_offset, new_id, now_ms
from glimpsed.memory import Memory, Outlook
from glimpsed.reader.process import Reader
from glimpsed.store import jobs, rejections, results, shots
from glimpsed.store.db import Database
from glimpsed.store.spool import Spool

log = structlog.get_logger()

NOT_STARTED = "not_started"
"""Code of `WorkerDiedError` when there was no child to die: the machine lacks something, for a while."""

NOT_STARTED_PAUSE_S = 10.0
"""Seconds until a model is loaded again that no child could be started for."""


class Performer:
    """The hands of the machine."""

    def __init__(
        self, config: Config, store: Database, spool: Spool, reader: Reader, post: Callable[[Event], None]
    ) -> None:
        """`post` puts an event in front of the machine."""
        self._config = config
        self._store = store
        self._spool = spool
        self._reader = reader
        self._post = post
        verbose = config.log.level == "debug"
        self._slots = {
            name: Slot(name, model, config.vision, verbose=verbose) for name, model in config.models.items()
        }
        self.memory = Memory(config, store)
        self._try = Attempts(config, store, spool, reader, self._slots)
        self.started: dict[str, float] = {}
        self._attempts: dict[str, asyncio.Task[object]] = {}
        self._stopped: set[str] = set()
        self._tickets: dict[str, asyncio.Future[do.Answer]] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._methods: dict[type, Callable[[Any], Coroutine[Any, Any, None] | None]] = {
            do.LookAtFile: self._look_at_file,
            do.OpenFile: self._open_file,
            do.AcceptFile: self._accept_file,
            do.RejectFile: self._reject_file,
            do.StartRead: self._start_read,
            do.StopReader: self._stop_reader,
            do.LoadModel: self._load_model,
            do.UnloadModel: self._unload_model,
            do.TellModel: self._tell_model,
            do.StartInference: self._start_inference,
            do.StopAttempt: self._stop_attempt,
            do.FinishRead: self._finish_read,
            do.FinishDescription: self._finish_description,
            do.FinishQuestion: self._finish_question,
            do.RequeueJob: self._requeue_job,
            do.EndJob: self._end_job,
            do.TakeQuestion: self._take_question,
            do.DropSpooled: self._drop_spooled,
            do.Answer: self._answer,
            do.Refuse: self._refuse,
        }

    def perform(self, effect: do.Effect) -> None:
        """Begin an effect; what it ends in comes back through `post`."""
        work = self._methods[type(effect)](effect)
        if work is None:
            return
        task = self.background(work)
        if isinstance(effect, do.StartRead | do.StartInference):
            self._attempts[effect.job.id] = task
            self.started[effect.job.id] = asyncio.get_running_loop().time()
            model = effect.model if isinstance(effect, do.StartInference) else None
            task.add_done_callback(partial(self._attempt_done, effect.job.id, model))

    def background(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        """Run beside everything else until `stop`; its failure is the daemon's."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    async def probe(self) -> tuple[str, str]:
        """Code and sentence of what keeps the reader from reading text, both empty when nothing does."""
        for _ in range(2):  # one death is forgiven here, too
            try:
                found = await self._reader.probe()
            except WorkerDiedError as error:
                died = error.detail
            else:
                return ("", "") if found.ok else (found.code, found.detail)
        return ("reader_died", died)

    def pids(self) -> dict[str, int]:
        """Process ids of the children that run, by model name, the reader's as `reader`."""
        found = {name: slot.pid for name, slot in self._slots.items()} | {"reader": self._reader.pid}
        return {name: pid for name, pid in found.items() if pid is not None}

    async def ask(self, event: Callable[[str], Event]) -> do.Answer:
        """Post the event that `event` makes of a fresh ticket and await its answer.

        Raises `RequestError` with the code of the refusal.
        """
        ticket = new_id()
        answered: asyncio.Future[do.Answer] = asyncio.get_running_loop().create_future()
        self._tickets[ticket] = answered
        try:
            self._post(event(ticket))
            return await answered
        finally:
            del self._tickets[ticket]

    async def stop(self) -> None:
        """End every attempt and both kinds of children; jobs that ran wait again, without blame.

        Raises what a task failed with, should it have.
        """
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(self._reader.stop(), *(slot.unload() for slot in self._slots.values()))
        if self.failed.done():
            self.failed.result()  # and whatever ran then is counted as interrupted: it may be the cause
        # Also those whose attempt is over, but what came of it was not committed.
        await self._store.write(jobs.release)

    def _task_done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self.failed.done():
            self.failed.set_exception(error)

    # -- files

    async def _look_at_file(self, effect: do.LookAtFile) -> None:
        try:
            found = await asyncio.to_thread(os.lstat, effect.key[1])
        except OSError:
            self._post(was.FileLooked(effect.key, None))
        else:
            identity = FileIdentity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
            self._post(was.FileLooked(effect.key, identity))

    async def _open_file(self, effect: do.OpenFile) -> None:
        try:
            spool = effect.spool and self._spool.has_room()
            opened = await self._reader.open_file(effect.key[1], spool=spool)
        except (InputError, ModelError) as error:
            self._post(was.FileRefused(effect.key, error.code, error.detail))
        except WorkerDiedError as error:
            log.warning("reader.died", detail=error.detail)
            if error.code == NOT_STARTED:
                self._post(was.FileRefused(effect.key, error.code, error.detail))
            else:
                self._post(was.ReaderDied(effect.key, error.detail))
        else:
            if opened.spooled:
                self._spool.added(opened.picture.sha256)
            self._post(was.FileOpened(effect.key, opened))

    async def _accept_file(self, effect: do.AcceptFile) -> None:
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
        owed = tuple(
            Job(new_id(), kind, picture.sha256, now, urgency=effect.urgency) for kind in effect.kinds
        )
        accepted = await self._store.write(lambda w: shots.accept(w, shot, effect.opened, minimum, owed))
        self._post(
            was.ShotCommitted(
                effect.key, accepted.shot.id, picture.sha256, new=accepted.new_shot, jobs=accepted.jobs
            )
        )

    async def _reject_file(self, effect: do.RejectFile) -> None:
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
        self._post(was.RejectionCommitted(effect.key, effect.code, effect.detail))

    # -- the reader

    async def _start_read(self, effect: do.StartRead) -> None:
        job = effect.job
        await self._attempt(job, self._try.read(job), lambda detail: was.ReaderDied(job.id, detail))

    async def _stop_reader(self, _effect: do.StopReader) -> None:
        await self._reader.stop()

    async def _finish_read(self, effect: do.FinishRead) -> None:
        job = effect.job
        row = await self._store.read(partial(shots.latest_of, sha256=job.picture))
        if row is None:
            raise RuntimeError(f"picture {job.picture} has a job and no shot")
        describe = partial(rules.describe, file_name=_file_name(row.shot.path))
        size = row.picture.width, row.picture.height
        description = await asyncio.to_thread(describe, effect.text, *size)  # a dense screen takes a while
        result = _result(job, Rung.OCR, description, {"ocr": effect.ms})
        await self._store.write(lambda w: results.finish_read(w, job.id, effect.text, result))
        self._post(was.JobEnded(job.id))

    # -- the slot

    async def _load_model(self, effect: do.LoadModel) -> None:
        name = effect.model
        try:
            await self._load(name, await self.memory.outlook(name))
        except ModelError as error:
            await self._slots[name].unload()
            log.warning("model.refused", model=name, code=error.code, detail=error.detail)
            self._post(was.ModelRefused(name, error.code, error.detail))
        except WorkerDiedError as error:
            log.warning("model.died_loading", model=name, detail=error.detail)
            if error.code == NOT_STARTED:
                await asyncio.sleep(NOT_STARTED_PAUSE_S)
                self._post(was.ModelUnloaded(name))  # no fault of the model's: it is loaded again
            else:
                self._post(was.ModelDied(name, None, error.detail))
        else:
            self._post(was.ModelLoaded(name))

    async def _load(self, name: str, outlook: Outlook) -> None:
        try:
            report = await self._slots[name].load(projector_on_gpu=outlook.projector_on_gpu)
        except ModelError as error:
            if not (less := await self.memory.relieved(name, outlook, error)):
                raise
            await self._load(name, less)
        else:
            await self.memory.loaded(name, outlook, report)

    async def _unload_model(self, effect: do.UnloadModel) -> None:
        await self._slots[effect.model].unload()
        self._post(was.ModelUnloaded(effect.model))

    async def _tell_model(self, effect: do.TellModel) -> None:
        body = {"model": effect.model, "state": effect.state}
        await self._store.write(lambda w: w.event("model.changed", body))

    async def _start_inference(self, effect: do.StartInference) -> None:
        job, model = effect.job, effect.model
        await self._attempt(
            job, self._try.infer(job, model), lambda detail: was.ModelDied(model, job.id, detail), model
        )

    async def _finish_description(self, effect: do.FinishDescription) -> None:
        job = effect.job
        made_by = effect.model, effect.prompt_version
        result = _result(job, Rung.VISION, effect.description, effect.timings, made_by)
        await self._store.write(lambda w: results.finish_describe(w, job.id, result))
        self._post(was.JobEnded(job.id))

    async def _finish_question(self, effect: do.FinishQuestion) -> None:
        job = effect.job
        await self._store.write(lambda w: results.finish_ask(w, job.id, effect.answer, effect.model))
        self._post(was.JobEnded(job.id))

    # -- jobs

    async def _attempt(
        self, job: Job, work: Awaitable[Event], died: Callable[[str], Event], model: str | None = None
    ) -> None:
        """Run an attempt at a job and post what came of it; when it is stopped, `_attempt_done` does."""
        try:
            event = await work
        except (InputError, ModelError) as error:
            log.warning("attempt.refused", job=job.id, kind=job.kind, code=error.code)
            event = was.JobRefused(job.id, error.code, error.detail)
        except WorkerDiedError as error:
            log.warning("attempt.died", job=job.id, kind=job.kind, detail=error.detail)
            refused = was.JobRefused(job.id, error.code, error.detail)
            event = refused if error.code == NOT_STARTED else died(error.detail)
        self._forget_attempt(job.id)
        self._weigh(model)
        self._post(event)

    def _attempt_done(self, job: str, model: str | None, task: asyncio.Task[object]) -> None:
        # Not in the attempt itself: a task that is cancelled before its first step never enters it.
        if task.cancelled() and job in self._stopped:
            self._forget_attempt(job)
            self._weigh(model)
            killed = model is not None and not self._slots[model].running
            self._post(was.JobStopped(job, killed=killed))

    def _forget_attempt(self, job: str) -> None:
        del self._attempts[job], self.started[job]
        self._stopped.discard(job)

    def _weigh(self, model: str | None) -> None:
        if model is not None and self.memory.weigh(model, self._slots[model].rss):
            self._post(was.ModelOverweight(model))

    def _stop_attempt(self, effect: do.StopAttempt) -> None:
        if task := self._attempts.get(effect.job):
            self._stopped.add(effect.job)
            task.cancel()

    async def _requeue_job(self, effect: do.RequeueJob) -> None:
        await self._store.write(partial(jobs.requeue, job_id=effect.job, died=effect.died))

    async def _end_job(self, effect: do.EndJob) -> None:
        end = partial(jobs.end, job_id=effect.job, state=effect.state, error=effect.error, died=effect.died)
        await self._store.write(end)
        if effect.state is JobState.POISONED:
            log.warning("job.poisoned", job=effect.job, error=effect.error)
        self._post(was.JobEnded(effect.job))

    async def _take_question(self, effect: do.TakeQuestion) -> None:
        await self._store.write(lambda w: jobs.add(w, effect.job))
        self._post(was.QuestionCommitted(effect.ticket, effect.job))

    def _drop_spooled(self, effect: do.DropSpooled) -> None:
        self._spool.drop(effect.picture)

    # -- clients that wait

    def _answer(self, effect: do.Answer) -> None:
        if (waiting := self._tickets.get(effect.ticket)) and not waiting.done():
            waiting.set_result(effect)

    def _refuse(self, effect: do.Refuse) -> None:
        if (waiting := self._tickets.get(effect.ticket)) and not waiting.done():
            waiting.set_exception(RequestError(effect.code, effect.detail))


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


def _taken_at(path: bytes, opened: OpenedFile) -> TakenAt:
    return taken_at(path, opened.embedded_time, opened.identity.mtime_ns, local_offset)


def _file_name(path: bytes) -> str:
    return path.rpartition(b"/")[2].decode("utf-8", "replace")
