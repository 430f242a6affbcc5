"""What each model takes of memory, as expected and as measured, and how much there is for all of them.

Rules of this file: it looks (at files, GPUs and what was measured before) and says what it found. The policy
is in `core.fit` and `core.residency`; what becomes of a child that is too large is for the machine to say. A
model that cannot be looked into is loaded all the same: its child will say what is wrong. What is installed
and which GPUs are there is looked at anew each time: both change while a daemon runs.
"""

import asyncio
from collections.abc import Iterable
from functools import partial

import msgspec
import structlog

from glimpsed.config import Config, ModelConfig
from glimpsed.core import fit
from glimpsed.core.fit import GIB, MIB, Measurement, Need, Settings
from glimpsed.core.profiles import PROFILES, Profile, detect
from glimpsed.core.residency import (
    CONTEXT,
    KV_TYPE,
    LAYERS,
    PROJECTOR,
    UNKNOWN,
    Plan,
    Room,
    Variant,
    is_same,
    variants,
)
from glimpsed.engine.backend import build, offloads
from glimpsed.engine.contract import LoadedModel
from glimpsed.engine.shape import Survey, survey
from glimpsed.host import memory as main_memory
from glimpsed.host.gpu import Gpu, gpus
from glimpsed.store import measurements
from glimpsed.store.db import Database

log = structlog.get_logger()

MAIN_MARGIN = GIB
"""Main memory that is left to everything else, or a tenth of it where that is more."""


class Outlook(msgspec.Struct, frozen=True):
    """One way of loading a model, and what that needs.

    `files` is the fingerprint of its files, empty when they cannot be read, and `settings` names what else a
    measurement depends on. `in_force` is what its child said of its settings, empty before it is loaded;
    `guessed` has a sentence for each number that was.
    """

    files: str
    settings: str
    plan: Plan
    quantisation: str = ""
    in_force: dict[str, str] = {}
    guessed: tuple[str, ...] = ()

    @property
    def need(self) -> Need:
        """What it takes of memory."""
        return self.plan.need


class Memory:
    """What is known of the memory of every model, and of this machine."""

    def __init__(self, config: Config, store: Database) -> None:
        """Nothing is looked at yet."""
        self._config = config
        self._store = store
        self._ways: dict[str, tuple[Outlook, ...]] = {}
        self._loaded: dict[str, Outlook] = {}

    async def profile(self) -> Profile:
        """What suits this machine, or what was configured for it."""
        chosen = self._config.resources.profile
        if chosen != "auto":
            return PROFILES[chosen]
        return detect([card.total for card in await _usable()])

    async def room(self, held: Need, children: Iterable[int]) -> Room:
        """Bytes that models may take in all, where those in memory are counted for `held`.

        `children` are bytes of the processes that hold them: those that are not available to anybody else.
        """
        cards = await _usable()
        available, total = await asyncio.to_thread(main_memory.available)
        resources = self._config.resources
        gpu = _gpu_room(cards, held.gpu)
        main = max(0, available + sum(children) - max(MAIN_MARGIN, total // 10)) if total else UNKNOWN
        if resources.profile != "auto":
            gpu = min(gpu, PROFILES[resources.profile].budget)
        return Room(_at_most(gpu, resources.gpu_memory_mb), _at_most(main, resources.main_memory_mb))

    async def ways(self, name: str) -> tuple[Outlook, ...]:
        """Every way of loading a model, the best first: reads heads of its files and asks the GPUs."""
        model, profile = self._config.models[name], await self.profile()
        files = await asyncio.to_thread(survey, model)
        gpus = len(await _usable())
        settings = Settings(
            context=model.context or profile.context,
            kv_type="f16" if model.kv_type == "auto" else model.kv_type,
            flash_attn=model.flash_attn,
            gpu_layers=-1 if model.gpu_layers == "auto" else model.gpu_layers,
            projector_on_gpu=model.projector == "gpu" or (model.projector == "auto" and gpus > 0),
            slice_cache=self._slice_cache(model),
        )
        layers = files.shape.layers if files is not None and files.shape is not None else 0
        found = variants(settings, _automatic(model, gpus), profile.smallest_context, layers)
        self._ways[name] = tuple([await self._way(model, files, variant, gpus) for variant in found])
        return self._ways[name]

    def last(self, name: str) -> Outlook | None:
        """What the last load of a model was like, None when this daemon did not load it yet."""
        return self._loaded.get(name)

    async def loaded(self, name: str, plan: Plan, report: LoadedModel) -> Need:
        """Take in what a child said once its model was loaded; what it measured counts from now on."""
        known = (each for each in self._ways[name] if is_same(each.plan, plan))
        way = next(known, Outlook("", "", plan))  # its files, or the GPUs, changed meanwhile
        measurement = Measurement(report.buffers, report.rss)
        if report.buffers or report.rss:
            cache = self._slice_cache(self._config.models[name])
            need = fit.found(measurement, cache, way.need.lopsided)
            way = msgspec.structs.replace(way, plan=msgspec.structs.replace(way.plan, need=need), guessed=())
            if way.files:
                await self._store.write(lambda w: measurements.keep(w, way.files, way.settings, measurement))
        self._loaded[name] = msgspec.structs.replace(way, in_force=report.settings)
        return way.need

    def weigh(self, name: str, rss: int | None) -> bool:
        """Whether a child with so many resident bytes is over its model's ceiling, which is then logged."""
        outlook = self._loaded.get(name)
        if rss is None or outlook is None:
            return False
        ceiling = self.ceiling(name, outlook)
        if rss <= ceiling:
            return False
        log.warning("model.overweight", model=name, rss_mb=rss // MIB, ceiling_mb=ceiling // MIB)
        return True

    def ceiling(self, name: str, outlook: Outlook) -> int:
        """Resident bytes over which a model's child is not kept."""
        return fit.ceiling(outlook.need, self._config.models[name].memory_limit_mb)

    async def _way(self, model: ModelConfig, files: Survey | None, variant: Variant, gpus: int) -> Outlook:
        """One way of loading a model: as measured, or else as expected."""
        settings = variant.settings
        key = await asyncio.to_thread(_key, settings, gpus=gpus, projector=model.mmproj is not None)
        if files is None:
            return Outlook("", key, variant.plan(fit.unknown()))
        outlook = partial(Outlook, files.fingerprint, key, quantisation=files.quantisation)
        known = await self._store.read(partial(measurements.find, files=files.fingerprint, settings=key))
        need = fit.expected(files.shape, settings, gpus=gpus) if files.shape is not None else fit.unknown()
        if known is not None:
            need = fit.found(known, settings.slice_cache, need.lopsided)
        guessed = files.shape.guessed if files.shape is not None and known is None else ()
        return outlook(variant.plan(need), guessed=guessed)

    def _slice_cache(self, model: ModelConfig) -> int:
        return self._config.vision.slice_cache_mb * MIB if model.mmproj is not None else 0


async def _usable() -> tuple[Gpu, ...]:
    """The GPUs that models can use: none where the backend that is installed was built for the CPU."""
    cards = await asyncio.to_thread(gpus)
    return cards if cards and await offloads() else ()


def _automatic(model: ModelConfig, gpus: int) -> frozenset[str]:
    """What nobody decided of a model's settings, and memory may. Without a GPU no layer can leave one."""
    open_ = {CONTEXT: not model.context, KV_TYPE: model.kv_type == "auto"}
    open_[LAYERS] = model.gpu_layers == "auto" and gpus > 0
    open_[PROJECTOR] = model.mmproj is not None and model.projector == "auto"
    return frozenset(name for name, automatic in open_.items() if automatic)


def _gpu_room(cards: Iterable[Gpu], held: int) -> int:
    """What is free beside the margin of each GPU, and what is ours already, less what margins lack of it.

    Where the driver shows none there may be one of another maker: no model is expected there before one was.
    """
    free = [card.free for card in cards]
    lacking = sum(max(0, fit.GPU_MARGIN - each) for each in free)
    return fit.gpu_room(free) + max(0, held - lacking) if free else UNKNOWN


def _at_most(room: int, limit_mb: int) -> int:
    return min(room, limit_mb * MIB) if limit_mb else room


def _key(settings: Settings, *, gpus: int, projector: bool) -> str:
    """What a measurement depends on beside the files: settings, the backend, and how many GPUs there are."""
    place = ("gpu" if settings.projector_on_gpu else "cpu") if projector else "none"
    return (
        f"context={settings.context} kv_type={settings.kv_type} gpu_layers={settings.gpu_layers}"
        f" flash_attn={settings.flash_attn} projector={place} llama_cpp={build()} gpus={gpus}"
    )
