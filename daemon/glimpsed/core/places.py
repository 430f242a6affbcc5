"""Where work happens, as the machine knows it: the reader child, the slot, and the configured models.

Rules of this file: pure. Each place changes by the methods here, and they hold what must always hold: the
slot does one thing at a time, a model that is being taken back is not in memory any more for whoever asks,
and nothing works where nothing is loaded.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from glimpsed.core.events import FileKey
from glimpsed.core.model import JobKind
from glimpsed.core.overview import Activity
from glimpsed.core.residency import Plan

IDLE_S = 300.0
"""Seconds without work after which the reader is ended and its memory given back."""

OUT_OF_MEMORY = "out_of_memory"
"""Code of a model that did not find the memory that it needs."""

NOT_INSPECTED = "not_inspected"
"""Code of a model whose files were not looked at yet."""

ROLE: Mapping[JobKind, str] = {
    JobKind.DESCRIBE: "screen",
    JobKind.ASK: "ask",
    JobKind.SESSION: "session",
}
"""The role of a model that does a kind of job."""

KIND: Mapping[str, JobKind] = {role: kind for kind, role in ROLE.items()}

_HINT = "replace the file, or correct the configuration and restart"


class ModelState(msgspec.Struct):
    """A configured model: what it is for, how it can be loaded, and what is wrong with it.

    `roles` have a priority each, larger first. `plans` are ways of loading it, the best first; those before
    `plan_from` were tried and found no memory. An empty `code` says that its files look right and that it has
    not failed since they changed; `detail` without it says why it could not be loaded last. `loads_lost`
    counts children that ended before they did anything.
    """

    name: str
    roles: Mapping[str, int]
    keep_alive_s: float = 300.0
    code: str = NOT_INSPECTED
    detail: str = ""
    hint: str = ""
    quantisation: str = ""
    plans: tuple[Plan, ...] = ()
    plan_from: int = 0
    loads_lost: int = 0
    device: str = ""

    @property
    def usable(self) -> bool:
        """Its files look right and it has not failed since they changed."""
        return not self.code

    @property
    def ways(self) -> tuple[Plan, ...]:
        """The plans that it may be loaded by now."""
        return self.plans[self.plan_from :]

    @property
    def priority(self) -> int:
        """How much it is worth to have it in memory: what it is worth in its best role."""
        return max(self.roles.values(), default=0)


class Resident(msgspec.Struct):
    """A model in memory, loaded by `plan`. An `overweight` child is taken back as soon as it does nothing."""

    plan: Plan
    since: float
    last_used: float
    overweight: bool = False


class Slot(msgspec.Struct):
    """What is done with models, one thing at a time; several may be in memory, `residents`.

    Something is done with `model`, since `since`: it runs `job`, and does so in `role`. Models are `held`
    that have their memory: the residents, and one that is being loaded.
    """

    activity: Activity = "idle"
    model: str | None = None
    job: str | None = None
    role: str | None = None
    since: float = 0.0
    residents: dict[str, Resident] = {}
    held: frozenset[str] = frozenset()

    def load(self, model: str, now: float) -> None:
        """A child is started for this model."""
        self._begin("loading", model, now)
        self.held |= {model}

    def loaded(self, model: str, plan: Plan, now: float) -> None:
        """A child holds the model and waits for work."""
        self.residents[model] = Resident(plan, now, now)
        self.rest()

    def run(self, model: str, job: str, role: str, now: float) -> None:
        """A model that is in memory works on this job."""
        self._begin("running", model, now)
        self.job, self.role = job, role

    def probe(self, model: str, role: str, now: float) -> None:
        """A model that is in memory is asked for a sign of life."""
        self._begin("probing", model, now)
        self.role = role

    def free(self, now: float) -> None:
        """The model is done and waits for work."""
        if self.model in self.residents:
            self.residents[self.model].last_used = now
        self.rest()

    def unload(self, model: str, now: float) -> None:
        """The model's child is to end: from here on it is not in memory for anybody who asks."""
        self._begin("unloading", model, now)
        del self.residents[model]
        self.held -= {model}

    def gone(self, model: str) -> None:
        """There is no child of this model any more."""
        self.residents.pop(model, None)
        self.held -= {model}
        if self.model == model:
            self.rest()

    def rest(self) -> None:
        """Nothing is done."""
        self.activity, self.model, self.job, self.role = "idle", None, None, None

    def _begin(self, activity: Activity, model: str, now: float) -> None:
        if self.activity != "idle":
            raise RuntimeError(f"{activity} {model} while {self.activity} {self.model}")
        if activity != "loading" and model not in self.residents:
            raise RuntimeError(f"{activity} {model}, which is not in memory")
        self.activity, self.model, self.since = activity, model, now


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

    def meant_for(self, role: str) -> list[ModelState]:
        """The models of a role, usable or not."""
        return [model for model in self if role in model.roles]

    def give_up(self, name: str, code: str, detail: str) -> None:
        """A model cannot be loaded, and is not tried again until its files change."""
        model = self._models[name]
        model.code, model.detail, model.hint = code, detail, _HINT


def idle_until(model: ModelState, resident: Resident) -> float:
    """When a model that does nothing has done so for long enough; infinity when it is kept forever."""
    return math.inf if model.keep_alive_s < 0 else resident.last_used + model.keep_alive_s
