"""The children that hold models: loaded as planned, asked for a sign of life, weighed, taken back.

Rules of this file: it does what the machine asks and says what came of it, as an event; it decides nothing.
How long a load took is counted with the stages, and what a model takes is measured.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable

import structlog

from glimpsed.attempts import Attempts
from glimpsed.calls import Recording
from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.errors import InputError, ModelError, WorkerDiedError
from glimpsed.core.events import Event
from glimpsed.core.fit import Need
from glimpsed.core.histogram import Stage
from glimpsed.core.places import OUT_OF_MEMORY
from glimpsed.core.residency import Room
from glimpsed.engine.slot import Slot
from glimpsed.memory import Memory
from glimpsed.store import stages
from glimpsed.store.db import Database
from glimpsed.worker.resident import own

log = structlog.get_logger()

NOT_STARTED = "not_started"
"""Code of `WorkerDiedError` when there was no child to die: the machine lacks something, for a while."""

KILLED = "killed"
"""Code of `WorkerDiedError` when somebody else killed the child. While it loads, that is what the kernel does
where there is no memory for the model."""

NOT_STARTED_PAUSE_S = 10.0
"""Seconds until a model is loaded again that no child could be started for."""


class Engines:
    """One slot for each configured model; which of them hold a child is the machine's to say."""

    def __init__(self, config: Config, store: Database) -> None:
        """Nothing is started yet."""
        verbose = config.log.level == "debug"
        self.slots = {
            name: Slot(name, model, config.vision, verbose=verbose) for name, model in config.models.items()
        }
        self.memory = Memory(config, store)
        self._store = store

    def pids(self) -> dict[str, int]:
        """Process ids of the children that run, by model name."""
        return {name: slot.pid for name, slot in self.slots.items() if slot.pid is not None}

    def gone(self, names: Iterable[str]) -> list[str]:
        """Those of these models that were in memory and whose child has ended since."""
        return [name for name in names if not self.slots[name].running]

    async def room(self, held: Need) -> Room:
        """Bytes that models may take in all, those in memory counted for `held`."""
        return await self.memory.room(held, self.own_bytes())

    def own_bytes(self) -> list[int]:
        """Bytes of main memory that the children hold for themselves, each; what is of files is not."""
        found = []
        for pid in self.pids().values():
            with contextlib.suppress(OSError):  # it ended a moment ago
                found.append(own(pid))
        return found

    def overweight(self, name: str) -> bool:
        """Whether a model's child holds more memory than it should."""
        return self.memory.weigh(name, self.slots[name].rss)

    async def load(self, effect: do.LoadModel) -> Event:
        """Start a child that holds the model."""
        name, began = effect.model, time.monotonic()
        try:
            report = await self.slots[name].load(effect.plan)
        except ModelError as error:
            await self.slots[name].unload()
            log.warning("model.refused", model=name, code=error.code, detail=error.detail)
            return was.ModelRefused(name, error.code, error.detail)
        except WorkerDiedError as error:
            log.warning("model.died_loading", model=name, detail=error.detail)
            if error.code == NOT_STARTED:
                await asyncio.sleep(NOT_STARTED_PAUSE_S)
                return was.ModelUnloaded(name)  # no fault of the model's: it is loaded again
            if error.code in (OUT_OF_MEMORY, KILLED):
                return was.ModelRefused(
                    name, OUT_OF_MEMORY, f"there was not enough memory for it: {error.detail}"
                )
            return was.ModelDied(name, None, error.detail)
        ms = round((time.monotonic() - began) * 1000)
        need = await self.memory.loaded(name, effect.plan, report)
        await self._store.write(lambda w: stages.observe(w, Stage.LOAD, ms))
        return was.ModelLoaded(name, ms, _device(report.buffers), need)

    async def unload(self, effect: do.UnloadModel) -> Event:
        """End the child that holds the model."""
        await self.slots[effect.model].unload()
        return was.ModelUnloaded(effect.model)

    async def probe(self, effect: do.ProbeModel, attempts: Attempts) -> Event:
        """Ask for a sign of life: one token, or with `reply` all that the role asks for."""
        name = effect.model
        try:
            async with Recording(self._store, name, effect.role, effect.device) as call:
                alive = self.slots[name].probe
                await (attempts.rehearse(name, effect.role, call) if effect.reply else alive())
        except (InputError, ModelError) as error:
            log.warning("model.probe_failed", model=name, code=error.code, detail=error.detail)
            return was.ModelProbed(name, error.code, error.detail)
        except WorkerDiedError as error:
            log.warning("model.died_probed", model=name, detail=error.detail)
            if error.code == OUT_OF_MEMORY:
                return was.ModelProbed(name, error.code, error.detail, killed=True)
            return was.ModelDied(name, None, error.detail)
        return was.ModelProbed(name)

    async def stop(self) -> None:
        """End every child."""
        await asyncio.gather(*(slot.unload() for slot in self.slots.values()))


def _device(buffers: dict[str, int]) -> str:
    """The device that holds most of a model, by llama.cpp's name; empty when nothing was said."""
    return max(buffers, key=lambda device: buffers[device], default="")
