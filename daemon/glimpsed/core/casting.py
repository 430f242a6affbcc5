"""Which model plays which role, and how well it does.

Rules of this file: pure; time is an argument. A model is out while its files are wrong, while its role is
switched off, while its breaker is open, and when it cannot fit. `selection` decides among the others and says
why; what it said is kept until something that it rests on changes.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.breaker import Breakers, Change, Outcome, Sort
from glimpsed.core.effects import Effect
from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.places import KIND, NOT_INSPECTED, ROLE, Models, ModelState
from glimpsed.core.predict import Predictor, Sample
from glimpsed.core.profiles import Profile
from glimpsed.core.queue import JobQueue
from glimpsed.core.residency import Room, place
from glimpsed.core.selection import Candidate, Selection, select

ROLES = ("screen", "session", "ask")
"""What models are asked to do."""

CALLS_JUDGED = 20
"""How many of the last calls the rate of errors is taken of, once there are half as many."""


class Casting:
    """The models of the configuration, and who of them is asked for what."""

    def __init__(self, models: Iterable[ModelState], profile: Profile, queue: JobQueue) -> None:
        """Nothing is known of the models, nor of the room there is for them."""
        self.models = Models(models)
        self.profile = profile
        self.room: Room | None = None
        self.breakers = Breakers()
        self.predictor = Predictor()
        self.on = dict.fromkeys(ROLES, True)
        self._queue = queue
        self._selections: dict[str, Selection] = {}
        self._recent: deque[bool] = deque(maxlen=CALLS_JUDGED)

    def selection(self, role: str) -> Selection:
        """Which model does what this role asks, and why no other."""
        found = self._selections.get(role)
        if found is None:
            exclude = {model.name: why for model in self.models if (why := self._excluded(model, role))}
            room = self.room or Room(0, 0)
            candidates = [_candidate(model, room) for model in self.models]
            found = self._selections[role] = select(role, self.profile, candidates, exclude, room)
        return found

    def model_for(self, kind: JobKind) -> str | None:
        """The model that does this kind of job as things stand."""
        return self.selection(ROLE[kind]).model if kind in ROLE else None

    def models_by_kind(self) -> Mapping[JobKind, str]:
        """The model of every kind of job that has one."""
        return {kind: model for kind in ROLE if (model := self.model_for(kind)) is not None}

    def is_undecided(self, role: str) -> bool:
        """Whether some model of a role was not looked at yet, so that nothing can be said of it."""
        meant = self.models.meant_for(role)
        return any(model.code == NOT_INSPECTED for model in meant) or (bool(meant) and self.room is None)

    def is_of_use(self, name: str) -> bool:
        """Whether a model may be asked for anything at all."""
        model = self.models[name]
        return model.usable and any(self.on[role] for role in model.roles)

    def probe_due(self, now: float) -> tuple[str, str, Sort] | None:
        """Model, role and sort of the breaker whose probe has been due for longest, of those of use."""
        return next((probe for at, probe in self._probes() if at <= now), None)

    @property
    def next_probe(self) -> float | None:
        """When the next probe is due of a breaker whose model is of use."""
        return next((at for at, _ in self._probes()), None)

    def _probes(self) -> Iterator[tuple[float, tuple[str, str, Sort]]]:
        for at, (model, role, sort) in self.breakers.probes():
            if self.models[model].usable and self.on[role]:
                yield at, (model, role, sort)

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

    def inspected(self, event: was.ModelInspected, now: float) -> list[Effect]:
        """A model's files were looked at; what was held against it before is forgotten."""
        model = self.models[event.model]
        model.code, model.detail, model.hint = event.code, event.detail, event.hint
        model.plans, model.quantisation = event.plans, event.quantisation
        model.plan_from = model.loads_lost = 0
        changes = self.breakers.forget(event.model)
        self.reconsider()
        return self._tell(changes, now)

    def given_up(self, name: str, code: str, detail: str) -> None:
        """A model cannot be loaded, and is not tried again until its files change."""
        self.models.give_up(name, code, detail)
        self.reconsider()

    def concluded(
        self, name: str, job: Job, outcome: Outcome, now: float, took: Sample | None
    ) -> list[Effect]:
        """An attempt that says something of its model ended so."""
        model, role = self.models[name], ROLE[job.kind]
        self._recent.append(outcome != "ok")
        if outcome == "ok":
            model.loads_lost = 0
        if took is not None:
            self.predictor.learn(name, model.device, role, took)
        retry = job.deaths + job.failures > 0
        return self._tell(self.breakers.outcome(name, role, outcome, now, job=job.id, retry=retry), now)

    def load_failed(self, name: str, now: float) -> list[Effect]:
        """A model could not be loaded at present: none of its roles is tried again for a while."""
        roles = self.models[name].roles
        return self._tell([c for role in roles for c in self.breakers.trip(name, role, now)], now)

    def probe_over(self, name: str, role: str, sort: Sort, now: float, *, ok: bool | None) -> list[Effect]:
        """A probe of a breaker ended well, badly, or was called off (None)."""
        return self._tell(self.breakers.probe_ended(name, role, sort, now, ok), now)

    def reconsider(self) -> None:
        """Something that selections rest on changed."""
        self._selections.clear()

    # -- what is expected

    def predicted_s(self, job: Job) -> float | None:
        """Seconds that a job will take, None as long as nothing was learnt."""
        name = self.model_for(job.kind)
        if name is None:
            return None
        return self.predictor.predicted_s(name, self.models[name].device, ROLE[job.kind])

    def error_rate(self) -> float | None:
        """Share of the last calls that failed by a model's fault, None while there were few."""
        enough = 2 * len(self._recent) >= CALLS_JUDGED
        return sum(self._recent) / len(self._recent) if enough else None

    def _excluded(self, model: ModelState, role: str) -> str:
        if not self.on[role]:
            return "switched off in the configuration"
        return self.breakers.why_not(model.name, role)

    def _tell(self, changes: Iterable[Change], now: float) -> list[Effect]:
        """A breaker that opens sends what waited to the background; one that closes has it tried again."""
        out: list[Effect] = []
        for change in changes:
            self.reconsider()
            out.append(do.TellBreaker(change.model, change.role, change.sort, change.state))
            kind = KIND.get(change.role)
            if kind is not JobKind.DESCRIBE:
                continue
            if change.state == "closed":
                out.append(do.ReviveJobs(kind))
            elif self.model_for(kind) is None:
                demoted = tuple(job.id for job in self._queue.demote(kind, now))
                out += [do.RankJobs(demoted, Urgency.BACKGROUND)] if demoted else []
        return out


def use_less(model: ModelState) -> None:
    """A model found no memory where it was thought to have it: next time it is loaded as small as may be."""
    model.plan_from = max(len(model.plans) - 1, 0)


def _candidate(model: ModelState, room: Room) -> Candidate:
    why = (model.detail or model.code) if model.code else ""
    alone = place(model.plans, room, {}, most=1)
    smallest = model.plans[-1].need if model.plans else None
    need = alone.plan.need if alone is not None else smallest
    return Candidate(model.name, model.roles, model.quantisation, need, why)
