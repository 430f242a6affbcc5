"""Which model plays which role, and how well it does.

Rules of this file: pure; time is an argument. A model is out while its files are wrong, while its role is
switched off, while its breaker is open, and when it cannot fit; one that has its memory fits, whatever others
took since. `selection` decides among the others and says why; what it said is kept until something that it
rests on changes.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.breaker import Breakers, Change, Outcome, Sort
from glimpsed.core.effects import Effect
from glimpsed.core.model import Job, JobKind
from glimpsed.core.places import KIND, NOT_INSPECTED, ROLE, Models, ModelState, Slot
from glimpsed.core.predict import Predictor, Sample
from glimpsed.core.profiles import Profile
from glimpsed.core.residency import Plan, Room, place, retry_from
from glimpsed.core.selection import Candidate, Selection, select

ROLES = ("screen", "session", "ask")
"""What models are asked to do."""

CALLS_JUDGED = 20
"""How many of the last calls the rate of errors is taken of; probes and failed loads count as calls."""

JUDGED_S = 3600.0
"""Calls that are older say nothing of how models do now."""

FEWEST_JUDGED = 3
"""Calls that there must be before a rate of errors is told: a breaker opens before there are many more."""


class Casting:
    """The models of the configuration, and who of them is asked for what."""

    def __init__(self, models: Iterable[ModelState], profile: Profile, slot: Slot) -> None:
        """Nothing is known of the models, nor of the room there is for them; they are loaded into `slot`."""
        self.models = Models(models)
        self.profile = profile
        self.room: Room | None = None
        self.breakers = Breakers()
        self.predictor = Predictor()
        self.on = dict.fromkeys(ROLES, True)
        self._slot = slot
        self._held = slot.held
        self._selections: dict[str, Selection] = {}
        self._by_kind: dict[JobKind, str] | None = None
        self._recent: deque[tuple[float, str, bool]] = deque(maxlen=CALLS_JUDGED)  # when, of whom, failed

    def selection(self, role: str) -> Selection:
        """Which model does what this role asks, and why no other."""
        self._mind_held()
        found = self._selections.get(role)
        if found is None:
            exclude = {model.name: why for model in self.models if (why := self._excluded(model, role))}
            room = self.room or Room(0, 0)
            candidates = [self._candidate(model, room) for model in self.models]
            found = self._selections[role] = select(role, self.profile, candidates, exclude, room)
        return found

    def model_for(self, kind: JobKind) -> str | None:
        """The model that does this kind of job as things stand."""
        return self.models_by_kind().get(kind)

    def models_by_kind(self) -> Mapping[JobKind, str]:
        """The model of every kind of job that has one."""
        self._mind_held()
        if self._by_kind is None:
            found = ((kind, self.selection(role).model) for kind, role in ROLE.items())
            self._by_kind = {kind: model for kind, model in found if model is not None}
        return self._by_kind

    def is_undecided(self, role: str) -> bool:
        """Whether some model of a role was not looked at yet, so that nothing can be said of it."""
        meant = self.models.meant_for(role)
        return any(model.code == NOT_INSPECTED for model in meant) or (bool(meant) and self.room is None)

    def is_hopeless(self, role: str) -> bool:
        """Whether no model can serve a role before files, the configuration or a breaker change.

        A lack of room says nothing of that: it may be over in a moment.
        """
        return not self.on[role] or all(map(partial(self._is_out, role), self.models.meant_for(role)))

    def _is_out(self, role: str, model: ModelState) -> bool:
        if model.code == NOT_INSPECTED:
            return False
        return not model.usable or not model.ways or bool(self.breakers.why_not(model.name, role))

    def is_meant(self, role: str) -> bool:
        """Whether a model is configured for a role, and models may be asked for it."""
        return self.on[role] and bool(self.models.meant_for(role))

    def is_of_use(self, name: str) -> bool:
        """Whether a model may be asked for anything at all."""
        model = self.models[name]
        return model.usable and any(self.on[role] for role in model.roles)

    def probes(self) -> Iterator[tuple[float, tuple[str, str, Sort]]]:
        """When probes of models of use are due, and their model, role and sort; the first one first."""
        for at, (model, role, sort) in self.breakers.probes():
            if self.models[model].usable and self.on[role] and self._fits(self.models[model]):
                yield at, (model, role, sort)

    def _fits(self, model: ModelState) -> bool:
        """Whether a model is in memory, or would fit into it alone."""
        if model.name in self._slot.held:
            return True
        return self.room is not None and place(model.ways, self.room, {}, most=1) is not None

    # -- what was learnt

    def room_seen(self, room: Room) -> None:
        """How much memory models may take in all."""
        if room != self.room:
            self.room = room
            self.reconsider()

    def features_set(self, event: was.FeaturesSet) -> None:
        """What may be used at all."""
        self.on.update(screen=event.vision_model, ask=event.vision_model, session=event.session_model)
        self.reconsider()

    def inspected(self, event: was.ModelInspected) -> list[Effect]:
        """A model's files were looked at; what was held against it before is forgotten."""
        model = self.models[event.model]
        model.code, model.detail, model.hint = event.code, event.detail, event.hint
        model.plans, model.quantisation = event.plans, event.quantisation
        model.loads_lost = 0
        self.use_best(event.model)
        self._recent = deque((each for each in self._recent if each[1] != event.model), CALLS_JUDGED)
        changes = self.breakers.forget(event.model)
        self.reconsider()
        return self._tell(changes)

    def use_less(self, name: str, tried: Plan | None) -> None:
        """A model that was loaded as `tried` found no memory: next time it is made smaller."""
        model = self.models[name]
        model.plan_from = retry_from(model.plans, tried, self.room)
        self.reconsider()

    def use_best(self, name: str) -> None:
        """From now on a model is loaded as is best."""
        self.models[name].plan_from = 0
        self.reconsider()

    def given_up(self, name: str, code: str, detail: str) -> None:
        """A model cannot be loaded, and is not tried again until its files change."""
        self.models.give_up(name, code, detail)
        self.reconsider()

    def concluded(
        self, name: str, job: Job, outcome: Outcome, now: float, took: Sample | None
    ) -> list[Effect]:
        """An attempt that says something of its model ended so."""
        model, role = self.models[name], ROLE[job.kind]
        self._recent.append((now, name, outcome != "ok"))
        if outcome == "ok":
            model.loads_lost = 0
        if took is not None:
            self.predictor.learn(name, model.device, role, took)
        return self._tell(self.breakers.outcome(name, role, outcome, now, job=job.session or job.id))

    def load_failed(self, name: str, now: float) -> list[Effect]:
        """A model could not be loaded at present: no role that it is asked in is tried again for a while."""
        self._recent.append((now, name, True))
        roles = [role for role in self.models[name].roles if role in KIND]
        out = self._tell([change for role in roles for change in self.breakers.trip(name, role, now)])
        for at, probe in self.breakers.probes():
            if probe[0] == name and at <= now:  # it was loaded for this, or might have been
                self.breakers.probe_began(*probe)
                out += self._tell(self.breakers.probe_ended(*probe, now, ok=False, code="load_failed"))
        return out

    def probe_over(
        self, name: str, role: str, sort: Sort, now: float, *, ok: bool | None, code: str = ""
    ) -> list[Effect]:
        """A probe of a breaker ended well, badly with a `code`, or was called off (None)."""
        if ok is not None:
            self._recent.append((now, name, not ok))
        if ok:
            self.models[name].loads_lost = 0
        return self._tell(self.breakers.probe_ended(name, role, sort, now, ok, code=code))

    def reconsider(self) -> None:
        """Something that selections rest on changed."""
        self._selections.clear()
        self._by_kind = None

    def _mind_held(self) -> None:
        """Selections rest on which models have their memory, too."""
        if self._held is not self._slot.held:
            self._held = self._slot.held
            self.reconsider()

    # -- what is expected

    def usual_s(self, kind: JobKind, name: str | None = None) -> float | None:
        """Seconds that a job of this kind usually takes, None as long as nothing was learnt.

        By the model of this `name`, or else the one that does it as things stand.
        """
        name = name or self.model_for(kind)
        if name is None:
            return None
        return self.predictor.predicted_s(name, self.models[name].device, ROLE[kind])

    def error_rate(self, now: float) -> float | None:
        """Share of the last calls that failed by a model's fault, None while there were few of late."""
        failed = [failed for at, _, failed in self._recent if now - at < JUDGED_S]
        return sum(failed) / len(failed) if len(failed) >= FEWEST_JUDGED else None

    def _excluded(self, model: ModelState, role: str) -> str:
        if not self.on[role]:
            return "switched off in the configuration"
        why = self.breakers.why_not(model.name, role)
        return f"{why}; {model.detail}" if why and model.detail else why

    def _candidate(self, model: ModelState, room: Room) -> Candidate:
        why = (model.detail or model.code) if model.code else ""
        if model.name in self._held:
            return Candidate(model.name, model.roles, model.quantisation, None, why)
        if not why and not model.ways:
            why = "nobody knows how it could be loaded"
        alone = place(model.ways, room, {}, most=1)
        smallest = model.ways[-1].need if model.ways else None
        need = alone.plan.need if alone is not None else smallest
        return Candidate(model.name, model.roles, model.quantisation, need, why)

    def _tell(self, changes: Iterable[Change]) -> list[Effect]:
        out: list[Effect] = []
        for change in changes:
            self.reconsider()
            out.append(do.TellBreaker(change.model, change.role, change.sort, change.state))
        return out
