"""Does what the machine asks for, and tells it what came of it.

Rules of this file: one method an effect; no decisions. An effect that takes time runs as a task and ends by
posting the event that its docstring in `core.effects` names, whatever happens. Errors that have no such
event (the store fails, a bug) end the daemon: its supervisor starts it again, and the store is the truth.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from inspect import iscoroutinefunction
from typing import Any

import structlog

from glimpsed.attempts import Attempts
from glimpsed.commits import Commits
from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.errors import InputError, ModelError, RequestError, WorkerDiedError
from glimpsed.core.events import Event
from glimpsed.core.model import FileIdentity, Job
from glimpsed.core.scheduler import CANCELLED
from glimpsed.engines import NOT_STARTED, Engines
from glimpsed.host.clock import new_id
from glimpsed.reader.process import Reader
from glimpsed.store import jobs
from glimpsed.store.db import Database
from glimpsed.store.spool import Spool

log = structlog.get_logger()


class Performer:
    """The hands of the machine."""

    def __init__(
        self,
        config: Config,
        store: Database,
        spool: Spool,
        reader: Reader,
        post: Callable[[Event], None],
    ) -> None:
        """`post` puts an event in front of the machine."""
        self._store = store
        self._spool = spool
        self._reader = reader
        self._post = post
        self.engines = Engines(config, store)
        self._try = Attempts(config, store, spool, reader, self.engines.slots)
        commits = Commits(config, store, spool)
        self.started: dict[str, float] = {}
        self._attempts: dict[str, asyncio.Task[object]] = {}
        self._probe: asyncio.Task[object] | None = None
        self._stopped: set[str] = set()
        self._tickets: dict[str, asyncio.Future[do.Answer]] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._methods: dict[type, Callable[[Any], Coroutine[Any, Any, Event | None] | None]] = {
            do.LookAtFile: self._look_at_file,
            do.OpenFile: self._open_file,
            do.AcceptFile: commits.accept_file,
            do.RejectFile: commits.reject_file,
            do.StartRead: self._start_read,
            do.StopReader: self._stop_reader,
            do.LoadModel: self.engines.load,
            do.UnloadModel: self.engines.unload,
            do.ProbeModel: self._probe_model,
            do.StopProbe: self._stop_probe,
            do.LookAtRoom: self._look_at_room,
            do.TellModel: commits.tell,
            do.TellBreaker: commits.tell,
            do.TellAlarm: commits.tell,
            do.StartInference: self._start_inference,
            do.StopAttempt: self._stop_attempt,
            do.FinishRead: commits.finish_read,
            do.FinishDescription: commits.finish_description,
            do.FinishReused: commits.finish_reused,
            do.FinishQuestion: commits.finish_question,
            do.FinishSessionStep: commits.finish_session_step,
            do.RequeueJob: commits.requeue_job,
            do.DeferJobs: commits.defer_jobs,
            do.RankJobs: commits.rank_jobs,
            do.RecallJobs: commits.recall_jobs,
            do.ReviveJobs: commits.revive_jobs,
            do.EndJob: commits.end_job,
            do.TakeQuestion: commits.take_question,
            do.DropSpooled: commits.drop_spooled,
            do.Answer: self._answer,
            do.Refuse: self._refuse,
        }

    def perform(self, effect: do.Effect) -> None:
        """Begin an effect; what it ends in comes back through `post`."""
        method = self._methods[type(effect)]
        if not iscoroutinefunction(method):
            method(effect)
            return
        task = self.background(self._posted(method, effect))
        if isinstance(effect, do.ProbeModel):
            self._probe = task
        if isinstance(effect, do.StartRead | do.StartInference):
            self._attempts[effect.job.id] = task
            self.started[effect.job.id] = asyncio.get_running_loop().time()
            model = effect.model if isinstance(effect, do.StartInference) else None
            task.add_done_callback(partial(self._attempt_done, effect.job.id, model))

    async def _posted(
        self, method: Callable[[do.Effect], Awaitable[Event | None]], effect: do.Effect
    ) -> None:
        # Called only here: a task that is cancelled before its first step leaves nothing half begun.
        if (event := await method(effect)) is not None:
            self._post(event)

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
        reader = {} if self._reader.pid is None else {"reader": self._reader.pid}
        return self.engines.pids() | reader

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
        await asyncio.gather(self._reader.stop(), self.engines.stop())
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

    async def _look_at_file(self, effect: do.LookAtFile) -> Event:
        try:
            found = await asyncio.to_thread(os.lstat, effect.key[1])
        except OSError:
            return was.FileLooked(effect.key, None)
        identity = FileIdentity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        return was.FileLooked(effect.key, identity)

    async def _open_file(self, effect: do.OpenFile) -> Event:
        try:
            spool = effect.spool and self._spool.has_room()
            opened = await self._reader.open_file(effect.key[1], spool=spool)
        except (InputError, ModelError) as error:
            return was.FileRefused(effect.key, error.code, error.detail)
        except WorkerDiedError as error:
            log.warning("reader.died", detail=error.detail)
            if error.code == NOT_STARTED:
                return was.FileRefused(effect.key, error.code, error.detail)
            return was.ReaderDied(effect.key, error.detail)
        if opened.spooled:
            self._spool.added(opened.picture.sha256)
        return was.FileOpened(effect.key, opened)

    # -- the reader

    async def _start_read(self, effect: do.StartRead) -> None:
        job = effect.job
        await self._attempt(job, self._try.read(job), lambda error: was.ReaderDied(job.id, error.detail))

    async def _stop_reader(self, _effect: do.StopReader) -> None:
        await self._reader.stop()

    # -- the slot

    async def _probe_model(self, effect: do.ProbeModel) -> Event:
        return await self.engines.probe(effect, self._try)

    def _stop_probe(self, effect: do.StopProbe) -> None:
        if self._probe is not None and self._probe.cancel():
            self._probe.add_done_callback(partial(self._probe_stopped, effect.model))

    def _probe_stopped(self, model: str, task: asyncio.Task[object]) -> None:
        if task.cancelled():  # or else it has said itself how it ended
            killed = not self.engines.slots[model].running
            self._post(was.ModelProbed(model, CANCELLED, killed=killed))

    async def _look_at_room(self, effect: do.LookAtRoom) -> Event:
        return was.RoomSeen(await self.engines.room(effect.held), effect.held)

    async def _start_inference(self, effect: do.StartInference) -> None:
        job, model = effect.job, effect.model
        await self._attempt(
            job,
            self._try.infer(effect),
            lambda error: was.ModelDied(model, job.id, error.detail, error.code),
            model,
        )

    # -- jobs

    async def _attempt(
        self,
        job: Job,
        work: Awaitable[Event],
        died: Callable[[WorkerDiedError], Event],
        model: str | None = None,
    ) -> None:
        """Run an attempt at a job and post what came of it; when it is stopped, `_attempt_done` does."""
        try:
            event = await work
        except (InputError, ModelError) as error:
            log.warning("attempt.refused", job=job.id, kind=job.kind, code=error.code)
            killed = model is not None and not self.engines.slots[model].running
            event = was.JobRefused(job.id, error.code, error.detail, killed)
        except WorkerDiedError as error:
            log.warning("attempt.died", job=job.id, kind=job.kind, detail=error.detail)
            refused = was.JobRefused(job.id, error.code, error.detail)
            event = refused if error.code == NOT_STARTED else died(error)
        self._forget_attempt(job.id)
        self._weigh(model)
        self._post(event)

    def _attempt_done(self, job: str, model: str | None, task: asyncio.Task[object]) -> None:
        # Not in the attempt itself: a task that is cancelled before its first step never enters it.
        if task.cancelled() and job in self._stopped:
            self._forget_attempt(job)
            self._weigh(model)
            killed = model is not None and not self.engines.slots[model].running
            self._post(was.JobStopped(job, killed=killed))

    def _forget_attempt(self, job: str) -> None:
        del self._attempts[job], self.started[job]
        self._stopped.discard(job)

    def _weigh(self, model: str | None) -> None:
        if model is not None and self.engines.overweight(model):
            self._post(was.ModelOverweight(model))

    def _stop_attempt(self, effect: do.StopAttempt) -> None:
        if task := self._attempts.get(effect.job):
            self._stopped.add(effect.job)
            task.cancel()

    # -- clients that wait

    def _answer(self, effect: do.Answer) -> None:
        if (waiting := self._tickets.get(effect.ticket)) and not waiting.done():
            waiting.set_result(effect)

    def _refuse(self, effect: do.Refuse) -> None:
        if (waiting := self._tickets.get(effect.ticket)) and not waiting.done():
            waiting.set_exception(RequestError(effect.code, effect.detail))
