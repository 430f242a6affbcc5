"""Composition: puts the rooms together, runs the loop, takes them apart again.

Rules of this file: the only one that knows every room. Start is a list of steps, stop is the same list
backwards. The loop does two things: hand an event to the machine, hand its effects to the performer. The
watchdog is fed from that loop and nowhere else, so that a loop that hangs is seen.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import msgspec
import structlog

from glimpsed import __version__, calls
from glimpsed.api.context import Context
from glimpsed.api.dispatch import answer
from glimpsed.chronicle import Chronicle
from glimpsed.config import Config, load
from glimpsed.core import events as was
from glimpsed.core.errors import ConfigError
from glimpsed.core.events import Event
from glimpsed.core.machine import Machine
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.places import ModelState
from glimpsed.core.profiles import Profile
from glimpsed.core.scheduler import Policy
from glimpsed.core.seen import FileSeen
from glimpsed.core.sessions.settings import Settings
from glimpsed.core.tasks.model import Settings as TaskSettings
from glimpsed.host.clock import before, new_id, now_ms, uptime_s
from glimpsed.host.lock import InstanceLock
from glimpsed.host.notify import Notifier
from glimpsed.host.paths import Paths, config_file
from glimpsed.ipc.server import Server
from glimpsed.lookout import Lookout
from glimpsed.memory import Memory
from glimpsed.performer import Performer
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings
from glimpsed.sources.folder import FolderSource, SourceState
from glimpsed.store import calls as store_calls
from glimpsed.store import events, jobs, rejections, shots
from glimpsed.store.db import Database
from glimpsed.store.spool import Spool
from glimpsed.store.writer import StoredEvent
from glimpsed.wire.endpoint import Endpoint
from glimpsed.wire.messages import Event as WireEvent

log = structlog.get_logger()

INTAKE_BATCH = 500
"""Files that are compared with the store in one query."""

CALLS_REMEMBERED = 50
"""Calls of each model that predictions begin with after a start."""

STOP_S = 5.0
"""Seconds that a source may take to stop."""


class Daemon:
    """One running daemon: everything that lives as long as it does."""

    def __init__(self, config: Config, config_file: Path | None, paths: Paths, *, show: bool = False) -> None:
        """`show` also runs a client that prints what happens on this terminal."""
        self._config = config
        self._config_file = config_file
        self._paths = paths
        self._show = show
        self._endpoint = Endpoint(paths.runtime)
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._seen: asyncio.Queue[FileSeen] = asyncio.Queue()
        self._stop = asyncio.Event()
        self._notifier = Notifier()
        self._show_life_at = 0.0 if self._notifier.interval_s else None
        self._states: dict[str, SourceState] = {}
        self._server: Server | None = None
        self._reload = asyncio.Event()

    async def run(self) -> None:
        """Start, run until asked to stop, stop. Raises what ended it otherwise."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        # To who was started in a terminal it says that this is closed, to a service that it should reload.
        loop.add_signal_handler(signal.SIGHUP, self._stop.set if os.isatty(0) else self._reload.set)
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(InstanceLock(self._paths.runtime, self._paths.data))
            self._store = await stack.enter_async_context(self._opened_store())
            self._spool = Spool(self._paths.spool, self._config.store.spool_max_mb * 2**20)
            await self._store.write(lambda w: w.event("daemon.started", {"pid": os.getpid()}))
            self._performer = await stack.enter_async_context(self._performing())
            self._loop_task = await stack.enter_async_context(self._looping())
            await self._restore()  # before anybody can ask for something that is owed already
            features = self._config.features
            self._post(was.FeaturesSet(features.vision_model, features.session_model))
            self._lookout = Lookout(self._config, self._store, self._performer, self.machine, self._post)
            await self._lookout.look_around()
            for name in self._config.models:
                await self._lookout.inspect(name)
            await stack.enter_async_context(self._serving())
            folders = await stack.enter_async_context(self._watching())
            stack.callback(self._notifier.stopping)
            await stack.enter_async_context(self._showing())
            self._notifier.ready()
            log.info("daemon.ready", version=__version__, pid=os.getpid(), sources=folders)
            await self._until_stopped()
            self._post(was.StopRequested())
            await self._store.write(lambda w: w.event("daemon.stopping", {}))
        log.info("daemon.stopped")

    async def _until_stopped(self) -> None:
        stopped = asyncio.ensure_future(self._stop.wait())
        ended = (stopped, self._loop_task, self._performer.failed)
        await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in ended[1:]:
            if task.done():
                task.result()  # raises what ended it

    # -- the steps, in the order of starting

    @contextlib.asynccontextmanager
    async def _opened_store(self) -> AsyncIterator[Database]:
        store = await asyncio.to_thread(Database.open, self._paths.data, new_id=new_id, now_ms=now_ms)
        of_sessions = Settings(self._config.sessions.day_start_ms)
        self._chronicle = Chronicle(
            store,
            of_sessions,
            TaskSettings(self._config.tasks.abandoned_after_ms),
            more=lambda: len(self.machine.reading.intake) > 0 or not self._seen.empty(),
            tells=lambda: self.machine.casting.is_meant("session"),
            ask=lambda jobs: self._post(was.JobsAdded(jobs)),
        )
        store.on_events(self._publish)
        try:
            yield store
        finally:
            await store.close()

    @contextlib.asynccontextmanager
    async def _performing(self) -> AsyncIterator[Performer]:
        ocr = self._config.ocr
        settings = ReaderSettings(
            engine=ocr.engine, threads=ocr.threads, languages=ocr.languages, spool=str(self._paths.spool)
        )
        self._reader = Reader(settings)
        profile = await Memory(self._config, self._store).profile()
        self.machine = Machine(
            _model_states(self._config, profile),
            reads_text=ocr.engine != "none",
            policy=_policy(self._config, profile),
        )
        vision = msgspec.structs.replace(
            self._config.vision, detail=self._config.vision.detail_or(profile.detail)
        )
        self._config = msgspec.structs.replace(self._config, vision=vision)
        performer = Performer(self._config, self._store, self._spool, self._reader, self._post)
        try:
            yield performer
        finally:
            await performer.stop()

    @contextlib.asynccontextmanager
    async def _looping(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self._loop())
        self._performer.background(self._take_in())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait((task,))
            if not task.cancelled():
                task.result()

    @contextlib.asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        context = Context(
            config=self._config,
            config_file=self._config_file,
            paths=self._paths,
            store=self._store,
            spool=self._spool,
            machine=self.machine,
            ask=self._performer.ask,
            running_since=self._performer.started,
            pids=self._performer.pids,
            memory=self._performer.engines.memory,
            states=self._states,
            stop=self._stop.set,
            started_ms=now_ms(),
        )
        last = (await self._store.read(events.bounds))[1]
        server = Server(
            self._endpoint,
            os.getuid(),
            lambda request: answer(context, request),
            epoch=self._store.epoch,
            seq=last,
        )
        await server.start()
        self._performer.background(server.ended())  # a daemon that is deaf must not look healthy
        self._server = server
        try:
            yield
        finally:
            self._server = None  # what is committed from here on is for the next daemon to tell
            await server.close()

    async def _restore(self) -> None:
        """Take up what the last daemon left: its jobs and its spool."""
        await self._store.write(rejections.forgive)
        await self._store.write(store_calls.interrupt)
        restore = partial(jobs.restore, limit=self._config.queue.max_jobs)
        queued, poisoned, deferred = await self._store.write(restore)
        if poisoned:
            log.warning("jobs.poisoned", jobs=[job.id for job in poisoned])
        self._spool.keep_only(await self._store.read(jobs.owed))
        waiting = (
            Job(job, JobKind.DESCRIBE, picture, 0, state=JobState.DEFERRED) for job, picture in deferred
        )
        self._post(was.JobsRestored((*queued, *waiting)))
        for name in self._config.models:
            recent = await self._store.read(partial(store_calls.recent, model=name, limit=CALLS_REMEMBERED))
            self._post(was.CallsRemembered(calls.remembered(recent)))

    @contextlib.asynccontextmanager
    async def _watching(self) -> AsyncIterator[int]:
        async with contextlib.AsyncExitStack() as started:
            for name, folder in self._config.sources.items():
                source = FolderSource(name, folder, self._seen.put_nowait, self._source_changed)
                await source.start()
                started.push_async_callback(_stop, source)
            for watch in (
                *(self._lookout.keep_house, self._lookout.keep_looking, self._lookout.keep_indexing),
                *(self._keep_reloading, self._chronicle.keep),
            ):
                self._performer.background(watch())
            yield len(self._config.sources)

    @contextlib.asynccontextmanager
    async def _showing(self) -> AsyncIterator[None]:
        if not self._show:
            yield
            return
        client = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "glimpse_client.cli", "watch", "--recent", "50"),
            env=os.environ | {"GLIMPSED_RUNTIME_DIR": str(self._paths.runtime)},
            start_new_session=True,  # Ctrl-C is for us; the client ends when we say so, or are gone
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                client.terminate()
            await client.wait()

    # -- the loop

    def _post(self, event: Event) -> None:
        self._inbox.put_nowait(event)

    async def _loop(self) -> None:
        while True:
            await asyncio.sleep(
                0
            )  # one event a turn: a folder full of files must not keep the loop to itself
            try:
                event = await before(self._next_wake(), self._inbox.get)
            except TimeoutError:
                event = was.TimePassed()
            for effect in self.machine.handle(event, uptime_s(), now_ms()):
                self._performer.perform(effect)
            self._show_life(uptime_s())

    def _next_wake(self) -> float | None:
        wakes = (self.machine.wake_at, self._show_life_at)
        return min((wake for wake in wakes if wake is not None), default=None)

    def _show_life(self, now: float) -> None:
        # No oftener than asked for: a manager that is slow to read would slow down every event.
        if self._show_life_at is not None and self._notifier.interval_s and now >= self._show_life_at:
            self._notifier.alive()
            self._show_life_at = now + self._notifier.interval_s

    async def _take_in(self) -> None:
        """Hand on what the sources saw, less what the store knows already."""
        while True:
            batch = [await self._seen.get()]
            while len(batch) < INTAKE_BATCH and not self._seen.empty():
                batch.append(self._seen.get_nowait())
            for seen in await self._unknown(batch):
                self._post(seen)

    async def _unknown(self, batch: list[FileSeen]) -> list[FileSeen]:
        known: set[tuple[str, bytes]] = set()
        for source in {seen.source for seen in batch}:
            files = [(s.path, s.identity) for s in batch if s.source == source and s.identity is not None]
            paths = await self._store.read(partial(shots.known, source=source, files=files))
            known |= {(source, path) for path in paths}
        return [seen for seen in batch if (seen.source, seen.path) not in known]

    # -- what goes on beside it

    def _publish(self, committed: list[StoredEvent]) -> None:
        self._chronicle.heard(committed)
        if self._server is not None:
            for event in committed:
                wire = WireEvent(seq=event.seq, at_ms=event.at_ms, type=event.type, body=event.body)
                self._server.publish(wire)

    def _source_changed(self, state: SourceState) -> None:
        before = self._states.get(state.name)
        self._states[state.name] = state
        if before is None or before.state != state.state:
            log.info("source.changed", source=state.name, state=state.state, detail=state.detail)
            body = {"source": state.name, "state": state.state}
            self._performer.background(self._store.write(lambda w: w.event("source.changed", body)))

    async def _keep_reloading(self) -> None:
        """On SIGHUP switches are read anew, unless the file is wrong, and models are looked at again."""
        while True:
            await self._reload.wait()
            self._reload.clear()
            try:
                self._config_file = self._config_file or config_file(None)  # it may have come since
                features = (await asyncio.to_thread(load, self._config_file)).features
            except ConfigError as error:
                log.warning("config.not_reloaded", detail=error.detail)
            else:
                log.info("config.reloaded", **msgspec.structs.asdict(features))
                self._post(was.FeaturesSet(features.vision_model, features.session_model))
            await self._lookout.look_at_models(given_up=True)


async def _stop(source: FolderSource) -> None:
    # A source may be looking at a disk that does not answer; the jobs that ran must be released all the same.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(source.stop(), STOP_S)


def _model_states(config: Config, profile: Profile) -> list[ModelState]:
    """Every model with its roles; one for screens answers questions, too, where no other is named for it."""
    states = []
    answers = any("ask" in model.roles for model in config.models.values())
    for name, model in config.models.items():
        roles: dict[str, int] = {str(role): value for role, value in model.priorities.items()}
        if "screen" in roles and not answers:
            roles["ask"] = roles["screen"]
        keep_alive_s = profile.keep_alive_s if model.keep_alive_s is None else model.keep_alive_s
        states.append(ModelState(name, roles, keep_alive_s))
    return states


def _policy(config: Config, profile: Profile) -> Policy:
    rules = {"foreign_gpu": config.yielding.to_gpu_users, "on_battery": config.yielding.on_battery}
    return Policy(
        profile=profile,
        ranks={name: Urgency(source.rank) for name, source in config.sources.items()},
        max_jobs=config.queue.max_jobs,
        max_questions=config.queue.max_questions,
        yields=frozenset(name for name, minded in rules.items() if minded),
    )
