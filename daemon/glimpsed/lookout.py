"""What nobody tells us of: engines and models that appear or change, memory, and others at this machine.

Rules of this file: it looks every now and then, and says what it saw as events; it decides nothing. A look
that takes long never holds up the loop.
"""

import asyncio
import itertools
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog

from glimpsed.config import Config
from glimpsed.core import events as was
from glimpsed.core.events import Event
from glimpsed.core.fit import Need
from glimpsed.core.machine import Machine
from glimpsed.core.places import ROLE
from glimpsed.core.tasks.model import Settings
from glimpsed.engine.inspect import inspect
from glimpsed.host.gpu import foreign_use
from glimpsed.host.power import on_battery
from glimpsed.performer import Performer
from glimpsed.store import calls, events, pictures, search, stages, tasks
from glimpsed.store.db import Database
from glimpsed.store.writer import Writer

log = structlog.get_logger()

HOUSEKEEPING_S = 30.0
"""Seconds between looks at the model files and at a missing OCR engine."""

LOOK_S = 5.0
"""Seconds between looks at what else goes on at this machine."""

IDLE_TURNS = 12
"""Where no model matters, only every so manieth of these looks is taken: once a minute."""

INDEX_BATCH = 64
"""Pictures or sessions that are indexed in one write, which others have to wait for: some 50 ms."""

PRUNE_EVERY = 120
"""What grows old in the store is let go at every so manieth look at the files: once an hour."""

TILES_BATCH = 100
"""Pictures whose tiles are looked at in one write: some 10 ms."""

_Signature = tuple[tuple[int, int, int] | None, ...]


class Lookout:
    """Looks around for the machine."""

    def __init__(
        self,
        config: Config,
        store: Database,
        performer: Performer,
        machine: Machine,
        post: Callable[[Event], None],
    ) -> None:
        """Nothing was looked at yet; `post` puts an event in front of the machine."""
        self._config = config
        self._store = store
        self._performer = performer
        self._machine = machine
        self._post = post
        self._inspected: dict[str, _Signature] = {}

    async def keep_house(self) -> None:
        """What nobody tells us of: engines and models that appear or change, what grows old in the store."""
        await self._probe()
        for turn in itertools.count():
            if turn % PRUNE_EVERY == 0:
                await self._store.write(lambda w: events.prune(w, self._config.store.events_keep))
                await self._store.write(lambda w: calls.prune(w, self._config.store.calls_keep))
                await self._store.write(stages.prune)
                await self._let_go_of_tiles()
                await self._store.write(self._abandon)
            await asyncio.sleep(HOUSEKEEPING_S)
            if self._machine.reading.reader.code:
                await self._probe()
            await self.look_at_models()

    def _abandon(self, w: Writer) -> None:
        tasks.sweep(w, w.now_ms, Settings(self._config.tasks.abandoned_after_ms))

    async def _let_go_of_tiles(self) -> None:
        after = 0
        while after := await self._store.write(partial(pictures.let_go, after=after, most=TILES_BATCH)):
            pass

    async def keep_indexing(self) -> None:
        """Have all that there is found: what is not indexed is, a little at a time."""
        loop, told = asyncio.get_running_loop(), False
        while True:
            begun = loop.time()
            more = await self._store.write(lambda w: search.fill(w, INDEX_BATCH))
            if more != told:
                told = more
                log.info("search.indexing" if more else "search.indexed")
            # As long again for everybody else, who may wait for the disk or the processor.
            await asyncio.sleep(loop.time() - begun if more else HOUSEKEEPING_S)

    async def look_at_models(self, *, given_up: bool = False) -> None:
        """Inspect the models whose files changed; with `given_up` also those that cannot be used."""
        for name, before in list(self._inspected.items()):
            changed = await asyncio.to_thread(_signature, self._config, name) != before
            if changed or (given_up and not self._machine.casting.models[name].usable):
                await self.inspect(name)

    async def keep_looking(self) -> None:
        """Look around every few seconds while models are in use or wanted, else every now and then."""
        for turn in itertools.count(1):
            await asyncio.sleep(LOOK_S)
            if self._models_matter() or turn % IDLE_TURNS == 0:
                await self.look_around()

    def _models_matter(self) -> bool:
        """Whether a model is in memory, or a job waits for one. Asking a driver may wake a sleeping GPU."""
        scheduler, queue = self._machine.scheduler, self._machine.queue
        waiting = any(queue.waiting(kind) for kind in ROLE)
        return waiting or bool(scheduler.slot.residents) or scheduler.slot.activity != "idle"

    async def look_around(self) -> None:
        """What there is of memory, whose child is gone, and whether somebody else wants this machine."""
        for name in self._performer.engines.gone(self._machine.scheduler.slot.residents):
            self._post(was.ModelGone(name))
        await self._look_at_memory()
        readings: dict[str, float | None] = {}
        if self._config.yielding.on_battery:
            battery = await asyncio.to_thread(on_battery)
            readings["on_battery"] = None if battery is None else float(battery)
        if self._config.yielding.to_gpu_users and self._models_matter():
            ours = frozenset((os.getpid(), *self._performer.pids().values()))
            readings["foreign_gpu"] = await asyncio.to_thread(foreign_use, ours)
        self._post(was.SurroundingsSeen(readings))

    async def _look_at_memory(self) -> None:
        before = self._held()
        if before is None:
            return
        room = await self._performer.engines.room(sum((need for _, _, need in before), Need()))
        if self._held() == before:
            self._post(was.RoomSeen(room))

    def _held(self) -> list[tuple[str, float, Need]] | None:
        """The models in memory, since when, and what they need.

        None while one is loaded or taken back: what it has by then is neither held nor free.
        """
        slot = self._machine.scheduler.slot
        if slot.activity in ("loading", "unloading"):
            return None
        return [(name, each.since, each.plan.need) for name, each in slot.residents.items()]

    async def inspect(self, name: str) -> None:
        """Look into a model's files, and how they could be loaded."""
        self._inspected[name] = await asyncio.to_thread(_signature, self._config, name)
        problem = await asyncio.to_thread(inspect, self._config.models[name])
        if problem is None:
            ways = await self._performer.engines.memory.ways(name)
            plans = tuple(way.plan for way in ways)
            self._post(was.ModelInspected(name, plans=plans, quantisation=ways[0].quantisation))
            return
        log.warning("model.unavailable", model=name, code=problem.code, detail=problem.detail)
        self._post(was.ModelInspected(name, problem.code, problem.detail, problem.hint))

    async def _probe(self) -> None:
        if self._config.ocr.engine == "none":
            return
        code, detail = await self._performer.probe()
        if code and code != self._machine.reading.reader.code:
            log.warning("ocr.unavailable", code=code, detail=detail)
        self._post(was.ReaderProbed(code, detail))


def _signature(config: Config, name: str) -> _Signature:
    """What `stat` says of a model's files: changes when they do."""
    model = config.models[name]
    return tuple(_stat(path) for path in (model.file, model.mmproj) if path is not None)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)
