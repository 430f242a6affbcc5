"""What each model takes of memory: as expected, as measured, and when it is too much.

Rules of this file: it looks (at files, GPUs and what was measured before) and says what it found. The policy
is in `core.fit`, and what becomes of a child that is too large is for the machine to say. A model that cannot
be looked into is loaded all the same: its child will say what is wrong. What is installed and which GPUs are
there is looked at anew each time: both change while a daemon runs.
"""

import asyncio
import hashlib
from functools import partial
from importlib import metadata

import msgspec
import structlog

from glimpsed.config import Config, ModelConfig
from glimpsed.core import fit
from glimpsed.core.errors import ModelError
from glimpsed.core.fit import MIB, Measurement, Need, Settings
from glimpsed.core.places import OUT_OF_MEMORY
from glimpsed.engine.contract import LoadedModel
from glimpsed.engine.shape import Survey, survey
from glimpsed.host.gpu import gpus
from glimpsed.store import measurements
from glimpsed.store.db import Database

log = structlog.get_logger()


class Outlook(msgspec.Struct, frozen=True):
    """How a model is loaded as things stand, and what that needs.

    `files` is the fingerprint of its files, empty when they cannot be read, and `settings` names what else a
    measurement depends on. `in_force` is what its child said of its settings, empty before it is loaded;
    `guessed` has a sentence for each number that was.
    """

    files: str
    settings: str
    projector_on_gpu: bool
    need: Need
    in_force: dict[str, str] = {}
    guessed: tuple[str, ...] = ()


class Memory:
    """What is known of the memory of every model."""

    def __init__(self, config: Config, store: Database) -> None:
        """Nothing is looked at yet."""
        self._config = config
        self._store = store
        self._loaded: dict[str, Outlook] = {}

    async def outlook(self, name: str) -> Outlook:
        """What loading a model would mean now: reads heads of its files and asks the GPUs."""
        model = self._config.models[name]
        files = await asyncio.to_thread(survey, model)
        cards = await asyncio.to_thread(gpus)
        with_gpu = await self._placed(model, files, bool(cards), projector_on_gpu=True)
        room = fit.gpu_room(card.free for card in cards)
        if _on_gpu(model, with_gpu.need, room):
            return with_gpu
        return await self._placed(model, files, bool(cards), projector_on_gpu=False)

    async def relieved(self, name: str, outlook: Outlook, failed: ModelError) -> Outlook | None:
        """How to load a model that failed for memory with less of it on the GPU; None when that is no way."""
        model = self._config.models[name]
        movable = model.mmproj is not None and model.projector == "auto" and outlook.projector_on_gpu
        if failed.code != OUT_OF_MEMORY or not movable:
            return None
        log.warning("model.projector_on_cpu", model=name, detail=failed.detail)
        files, cards = await asyncio.to_thread(survey, model), await asyncio.to_thread(gpus)
        return await self._placed(model, files, bool(cards), projector_on_gpu=False)

    def last(self, name: str) -> Outlook | None:
        """What the last load of a model was like, None when this daemon did not load it yet."""
        return self._loaded.get(name)

    async def loaded(self, name: str, outlook: Outlook, report: LoadedModel) -> None:
        """Take in what a child said once its model was loaded; what it measured counts from now on."""
        measurement = Measurement(report.buffers, report.rss)
        if report.buffers or report.rss:
            need = fit.found(measurement, self._slice_cache(self._config.models[name]))
            outlook = msgspec.structs.replace(outlook, need=need, guessed=())
            if outlook.files:
                await self._store.write(
                    lambda w: measurements.keep(w, outlook.files, outlook.settings, measurement)
                )
        self._loaded[name] = msgspec.structs.replace(outlook, in_force=report.settings)

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

    async def _placed(
        self, model: ModelConfig, files: Survey | None, gpu: bool, *, projector_on_gpu: bool
    ) -> Outlook:
        """What loading a model means with its projector there or not: as measured, or else as expected."""
        key = await asyncio.to_thread(_key, model, gpu=gpu, projector_on_gpu=projector_on_gpu)
        if files is None:
            return Outlook("", key, projector_on_gpu, fit.unknown())
        known = await self._store.read(partial(measurements.find, files=files.fingerprint, settings=key))
        if known is not None:
            need = fit.found(known, self._slice_cache(model))
            return Outlook(files.fingerprint, key, projector_on_gpu, need)
        if files.shape is None:
            return Outlook(files.fingerprint, key, projector_on_gpu, fit.unknown())
        settings = Settings(
            context=model.context,
            kv_type=model.kv_type,
            flash_attn=model.flash_attn,
            gpu_layers=model.gpu_layers,
            projector_on_gpu=projector_on_gpu,
            slice_cache=self._slice_cache(model),
        )
        need = fit.expected(files.shape, settings, gpu=gpu)
        return Outlook(files.fingerprint, key, projector_on_gpu, need, guessed=files.shape.guessed)

    def _slice_cache(self, model: ModelConfig) -> int:
        return self._config.vision.slice_cache_mb * MIB if model.mmproj is not None else 0


def _on_gpu(model: ModelConfig, with_gpu: Need, room: int) -> bool:
    """Where the projector goes: as configured, or where there is room for it."""
    if model.projector == "auto":
        return fit.projector_on_gpu(with_gpu, room)
    return model.projector == "gpu"


def _key(model: ModelConfig, *, gpu: bool, projector_on_gpu: bool) -> str:
    """What a measurement depends on beside the files: settings, the backend, and whether there is a `gpu`."""
    projector = "gpu" if projector_on_gpu else "cpu"
    return (
        f"context={model.context} kv_type={model.kv_type} gpu_layers={model.gpu_layers}"
        f" flash_attn={model.flash_attn} projector={projector} llama_cpp={_build()} gpu={gpu}"
    )


def _build() -> str:
    """The llama-cpp-python that is installed, empty when none is.

    Builds of one version, for a CPU and for a GPU, differ in their files, of which the installer kept hashes.
    """
    try:
        installed = metadata.distribution("llama-cpp-python")
    except metadata.PackageNotFoundError:
        return ""
    files = installed.read_text("RECORD") or ""
    return f"{installed.version}-{hashlib.sha256(files.encode()).hexdigest()[:12]}"
