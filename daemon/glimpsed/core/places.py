"""The two places where work happens, and the models that one of them can hold, as the machine knows them.

Rules of this file: pure state, and the steps from one state to the next; only `core.machine` takes them.
Others may read it to show it.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from glimpsed.core.events import FileKey
from glimpsed.core.model import JobKind

MAX_LOAD_DEATHS = 2
"""Children that may die while loading a model before it is given up."""

IDLE_S = 300.0
"""Seconds without work after which a child is ended and its memory given back."""

OUT_OF_MEMORY = "out_of_memory"
"""Code of a model that did not find the memory that it needs."""

NOT_INSPECTED = "not_inspected"
"""Code of a model whose files were not looked at yet."""


_HINT = "replace the file, or correct the configuration and restart"
_NO_MEMORY_HINT = "close what uses the memory, or set a smaller context or fewer gpu_layers, and restart"


class ModelState(msgspec.Struct):
    """A configured model: what it may be used for, and what is wrong with it (`code` empty: nothing)."""

    name: str
    kinds: frozenset[JobKind]
    code: str = NOT_INSPECTED
    detail: str = ""
    hint: str = ""
    load_deaths: int = 0

    @property
    def usable(self) -> bool:
        """Its files look right and it has not failed since they changed."""
        return not self.code


Phase = Literal["empty", "loading", "ready", "running", "unloading"]


class Slot(msgspec.Struct):
    """The one place where an inference runs.

    An `overweight` child is taken back after its job, and the next job gets a fresh one.
    """

    phase: Phase = "empty"
    model: str | None = None
    job: str | None = None
    idle_since: float = 0.0
    overweight: bool = False

    @property
    def idle_until(self) -> float | None:
        """When its child has been idle for long enough, None when it is not idle."""
        return self.idle_since + IDLE_S if self.phase == "ready" else None

    def load(self, model: str) -> None:
        """A child is started for this model."""
        self.phase, self.model, self.overweight = "loading", model, False

    def loaded(self, model: str, now: float) -> None:
        """A child holds the model and waits for work."""
        self.phase, self.model, self.job, self.idle_since = "ready", model, None, now

    def run(self, job: str) -> None:
        """The child that waited works on this job."""
        self.phase, self.job = "running", job

    def free(self, now: float) -> None:
        """The child is done with its job and waits for work."""
        self.phase, self.job, self.idle_since = "ready", None, now

    def unload(self) -> str:
        """Its child is to end; gives the name of the model."""
        if self.model is None:
            raise RuntimeError("nothing is loaded")
        self.phase, self.job = "unloading", None
        return self.model

    def empty(self) -> None:
        """There is no child any more."""
        self.phase, self.model, self.job = "empty", None, None


class Reader(msgspec.Struct):
    """The reader child as the machine knows it; `code` says why it cannot read text.

    Until it was `probed` nothing is held against it, and nothing is read.
    """

    work: FileKey | str | None = None
    probed: bool = False
    code: str = ""
    detail: str = ""
    idle_since: float = 0.0
    started: bool = False

    @property
    def idle_until(self) -> float | None:
        """When it has been idle for long enough, None when it is not idle or not there."""
        return self.idle_since + IDLE_S if self.started and self.work is None else None

    def answered(self, code: str, detail: str, now: float) -> None:
        """It was asked whether it can read; being asked is what starts it."""
        self.probed, self.code, self.detail = True, code, detail
        if not self.started:
            self.started, self.idle_since = True, now

    def take(self, work: FileKey | str) -> None:
        """It works on a file or a job."""
        self.work, self.started = work, True

    def free(self, now: float) -> None:
        """It waits for work."""
        self.work, self.idle_since = None, now


class Models:
    """The configured models, in order of preference."""

    def __init__(self, models: Iterable[ModelState]) -> None:
        """None of them is known to be usable yet."""
        self._models = {model.name: model for model in models}

    def __iter__(self) -> Iterator[ModelState]:
        return iter(self._models.values())

    def __getitem__(self, name: str) -> ModelState:
        return self._models[name]

    @property
    def describes(self) -> bool:
        """Whether some model is meant for describing pictures, usable or not."""
        return any(JobKind.DESCRIBE in model.kinds for model in self)

    def usable_for(self, kind: JobKind) -> ModelState | None:
        """The first usable model for this kind of job."""
        return next((model for model in self if model.usable and kind in model.kinds), None)

    def hopeless(self, kind: JobKind) -> bool:
        """Whether every model that is meant for this kind of job was looked at, and none is usable."""
        return all(model.code not in ("", NOT_INSPECTED) for model in self if kind in model.kinds)

    def complaint(self, kind: JobKind) -> str:
        """Why no model is usable for this kind of job."""
        none = f"no model that can {kind} is configured"
        return next((model.detail or model.code for model in self if kind in model.kinds), none)

    def inspected(self, name: str, code: str, detail: str, hint: str) -> None:
        """A model's files were looked at; what was held against it before is forgotten."""
        model = self._models[name]
        model.code, model.detail, model.hint, model.load_deaths = code, detail, hint, 0

    def proved(self, name: str) -> None:
        """A model did what it was asked."""
        self._models[name].load_deaths = 0

    def died_loading(self, name: str, detail: str) -> None:
        """A child died of loading a model, or before it was asked anything.

        After `MAX_LOAD_DEATHS` of these without a result in between the model is given up.
        """
        model = self._models[name]
        model.load_deaths += 1
        if model.load_deaths >= MAX_LOAD_DEATHS:
            self.give_up(name, "died_loading", detail)

    def give_up(self, name: str, code: str, detail: str) -> None:
        """A model cannot be loaded, and is not tried again until its files change."""
        model = self._models[name]
        model.code, model.detail = code, detail
        model.hint = _NO_MEMORY_HINT if code == OUT_OF_MEMORY else _HINT
