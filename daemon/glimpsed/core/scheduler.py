"""What the slot does next, and which models are in memory for it.

Rules of this file: pure; time is an argument. One thing at a time is done with models: one is loaded, runs a
job, gives a sign of life, or is taken back. Models that fit beside each other stay in memory; which job runs
is a question of turns (`turn`), how a model is loaded one of room (`residency`), which model is asked at all
one of roles and breakers (`casting`). A model that is being taken back is no longer among those in memory, so
that nothing can be given to it; what needs its memory waits until its child is gone.
"""

import math
from collections.abc import Iterable, Mapping

import msgspec

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.alarms import Alarms
from glimpsed.core.breaker import Outcome, Sort
from glimpsed.core.casting import Casting
from glimpsed.core.effects import Effect
from glimpsed.core.model import Job, JobClass, JobKind, Urgency
from glimpsed.core.places import OUT_OF_MEMORY, ROLE, ModelState, Slot, idle_until
from glimpsed.core.predict import Sample
from glimpsed.core.profiles import PROFILES, Profile
from glimpsed.core.queue import JobQueue
from glimpsed.core.residency import Held, Placement, Plan, fits_beside, place
from glimpsed.core.turn import Head, Turn
from glimpsed.core.yielding import Yielding

MAX_LOADS_LOST = 2
"""Children that may end before they did anything, one after the other, until a model's breakers open."""


MOST_SHARE = 10.0
"""A larger share of the memory that is meant for models is told as this one: there may be next to none."""


class Policy(msgspec.Struct, frozen=True):
    """What the configuration says of scheduling.

    `ranks` are the urgencies of what sources see, by source; `yields` the names of the rules of yielding that
    are in use.
    """

    profile: Profile = PROFILES["development"]
    ranks: Mapping[str, Urgency] = {}
    max_jobs: int = 10_000
    max_questions: int = 32
    yields: frozenset[str] = frozenset()


class Scheduler:
    """Owner of the slot and of the models in it."""

    def __init__(self, models: Iterable[ModelState], queue: JobQueue, policy: Policy) -> None:
        """Nothing is loaded."""
        self.slot = Slot()
        self.casting = Casting(models, policy.profile, self.slot)
        self.queue = queue
        self.yielding = Yielding(policy.yields)
        self.alarms = Alarms()
        self.stopped: set[str] = set()
        """Jobs whose attempt was told to stop."""
        self._turn = Turn()
        self._plan: Plan | None = None
        self._outdated = False  # the files of what is being loaded have changed since
        self._overdue = False  # what runs was begun when it was overdue
        self._probing: tuple[str, str, Sort] | None = None
        self._alone: set[str] = set()  # models that found no memory: they are loaded next by themselves
        self._readings: Mapping[str, float | None] = {}

    @property
    def yields(self) -> bool:
        """Whether background work waits."""
        return bool(self.yielding.sentences)

    # -- what was learnt about the world

    def room_seen(self, event: was.RoomSeen, _now: float) -> list[Effect]:
        """How much memory models may take in all; while some changes hands nobody can tell."""
        if self.slot.activity not in ("loading", "unloading"):
            self.casting.room_seen(event.room)
        return []

    def features_set(self, event: was.FeaturesSet, _now: float) -> list[Effect]:
        """Which sorts of model may be used at all."""
        self.casting.features_set(event)
        return []

    def calls_remembered(self, event: was.CallsRemembered, _now: float) -> list[Effect]:
        """What earlier inferences took, on the device where models will most likely be again."""
        for name, device, role, took in event.calls:
            self.casting.predictor.learn(name, device, role, took)
            self.casting.models[name].device = device
        return []

    def surroundings_seen(self, event: was.SurroundingsSeen, now: float) -> list[Effect]:
        """What else goes on."""
        self._readings = event.readings
        return self.woken(now)

    def woken(self, now: float) -> list[Effect]:
        """What has been so for long enough has its effect; looks also for what is over its threshold."""
        self.yielding.feed(self._readings, now)
        readings = {
            "oldest_wait": self._oldest_wait(now),
            "error_rate": self.casting.error_rate(),
            "memory": self._memory_share(),
        }
        return [do.TellAlarm(c.name, c.raised, c.detail) for c in self.alarms.feed(readings, now)]

    def model_inspected(self, event: was.ModelInspected, _now: float) -> list[Effect]:
        """A model's files were looked at; what is in memory is from the files before."""
        if event.model in self.slot.residents:
            self.slot.residents[event.model].overweight = True
        self._outdated |= self.slot.activity == "loading" and self.slot.model == event.model
        self._alone.discard(event.model)
        return self.casting.inspected(event)

    # -- what became of a model

    def model_loaded(self, event: was.ModelLoaded, now: float) -> list[Effect]:
        """A child holds the model."""
        model, plan = self.casting.models[event.model], self._plan
        if plan is None or self.slot.model != event.model:
            raise RuntimeError(f"nobody wanted {event.model} to be loaded")
        measured = plan if event.need is None else msgspec.structs.replace(plan, need=event.need)
        model.plans = tuple(measured if each == plan else each for each in model.plans)
        model.device, model.detail = event.device, ""
        self.casting.predictor.loaded(event.model, event.device, event.ms)
        self.casting.reconsider()
        self.slot.loaded(event.model, measured, now)
        self.slot.residents[event.model].overweight = self._outdated
        self._alone.discard(event.model)
        return []

    def model_refused(self, event: was.ModelRefused, now: float) -> list[Effect]:
        """A model could not be loaded. Only for want of memory it is tried again, once, alone and smaller."""
        name = event.model
        self.slot.gone(name)
        if self._outdated:
            return []  # it says nothing of the files that are there now
        if event.code != OUT_OF_MEMORY:
            self.casting.given_up(name, event.code, event.detail)
            return []
        self.casting.models[name].detail = event.detail
        if name not in self._alone:
            self._next_time_alone(name)
            return []
        self._alone.discard(name)
        self.casting.use_best(name)
        return self.casting.load_failed(name, now)

    def lost(self, name: str, now: float) -> list[Effect]:
        """A model's child ended while it was loaded or probed, or before it was asked anything."""
        probing = self.slot.activity == "probing"
        self.slot.gone(name)
        if probing:
            return self._probe_over(now, ok=False, code="died")
        model = self.casting.models[name]
        model.loads_lost += 1
        return self.casting.load_failed(name, now) if model.loads_lost >= MAX_LOADS_LOST else []

    def model_probed(self, event: was.ModelProbed, now: float) -> list[Effect]:
        """A model gave a sign of life, or none."""
        self.slot.free(now)
        return self._probe_over(now, ok=not event.code, code=event.code)

    def model_overweight(self, event: was.ModelOverweight, _now: float) -> list[Effect]:
        """A model's child holds too much memory: it is taken back as soon as it does nothing."""
        if event.model in self.slot.residents:
            self.slot.residents[event.model].overweight = True
        return []

    def model_unloaded(self, event: was.ModelUnloaded, _now: float) -> list[Effect]:
        """A model's child has ended as it was told to."""
        self.gone(event.model)
        return []

    def gone(self, name: str) -> None:
        """A model's child has ended, and its memory is free: next time it may be loaded as is best."""
        self.slot.gone(name)
        if name not in self._alone:
            self.casting.use_best(name)

    def concluded(self, job: Job, outcome: Outcome | None, now: float, took: Sample | None) -> list[Effect]:
        """The attempt that the slot ran ended: `outcome` None says that its model is innocent."""
        name = self.slot.model
        self.slot.free(now)
        if name is None or outcome is None:
            return []
        if outcome == OUT_OF_MEMORY:  # what is beside it took what it lacked, or it takes more than was known
            self._next_time_alone(name)
            for resident in self.slot.residents.values():
                resident.overweight = True
        return self.casting.concluded(name, job, outcome, now, took)

    def _next_time_alone(self, name: str) -> None:
        self._alone.add(name)
        self.casting.use_less(name)

    def _probe_over(self, now: float, *, ok: bool, code: str = "") -> list[Effect]:
        if self._probing is None:
            raise RuntimeError("a sign of life that nobody asked for")
        probing, self._probing = self._probing, None
        return self.casting.probe_over(*probing, now, ok=ok, code=code)

    # -- what is done next

    def pump(self, now: float) -> list[Effect]:
        """Begin what is next, if nothing is done at present; stop what is in somebody's way."""
        if self.slot.activity == "running":
            return self._stop_if_in_the_way(now)
        if self.slot.activity != "idle":
            return []
        for name, resident in self.slot.residents.items():
            if resident.overweight or not self.casting.is_of_use(name):
                return self._unload(name, now)
        head = self._head(now)
        due = None if self.yields else self.casting.probe_due(now)
        if due is not None and (head is None or head.job.urgency is not Urgency.INTERACTIVE):
            return self._probe(*due, now)
        if (idle := self._idle(now)) is not None:
            return self._unload(idle, now)
        return self._start(head, now) if head is not None else []

    def _idle(self, now: float) -> str | None:
        """A model that has done nothing for long enough, and that nothing is waiting for."""
        residents, models = self.slot.residents, self.casting.models
        idle = [name for name in residents if now >= idle_until(models[name], residents[name])]
        return next((name for name in idle if not self._is_wanted(name)), None)

    def _is_wanted(self, name: str) -> bool:
        """Whether some job that may run now is for this model."""
        kinds = {kind for kind, model in self.casting.models_by_kind().items() if model == name}
        heads = (head.job for head in self.queue.heads() if head.job.kind in kinds)
        return any(not self.yields or job.urgency is not Urgency.BACKGROUND for job in heads)

    @property
    def wake_at(self) -> float | None:
        """When something is due of itself."""
        times = [self.yielding.next_change, self.alarms.next_change]
        if self.slot.activity == "idle":
            residents = self.slot.residents.items()
            times += [idle_until(self.casting.models[name], resident) for name, resident in residents]
            if not self.yields:
                times.append(self.casting.next_probe)
        return min((t for t in times if t is not None and t < math.inf), default=None)

    def predicted_s(self) -> float | None:
        """Seconds that what the slot does takes in all; None when nothing was learnt of it."""
        job, name = self._running, self.slot.model
        if job is not None:
            return self.casting.predicted_s(job)
        if self.slot.activity != "loading" or name is None:
            return None
        return self.casting.predictor.load_s(name, self.casting.models[name].device)

    def soonest_s(self, kind: JobKind, now: float) -> float:
        """Seconds until a job that comes now is begun at the earliest, as far as anything was learnt."""
        name = self.casting.model_for(kind)
        if name is None or name in self.slot.residents:
            return self._remaining_s(now)
        load = self.casting.predictor.load_s(name, self.casting.models[name].device) or 0.0
        return self._remaining_s(now) + load

    def _remaining_s(self, now: float) -> float:
        """Seconds that what runs will take yet; nothing when it would be stopped for a person."""
        job = self._running
        if job is None or job.urgency.job_class is JobClass.BACKGROUND:
            return 0.0
        return max(0.0, (self.casting.predicted_s(job) or 0.0) - (now - self.slot.since))

    @property
    def _running(self) -> Job | None:
        return None if self.slot.job is None else self.queue.get(self.slot.job)

    def _head(self, now: float) -> Head | None:
        by_kind = self.casting.models_by_kind()
        if not by_kind:
            return None
        here = {name for name in by_kind.values() if self._is_here(name)}
        return self._turn.choose(self.queue.heads(), by_kind, here, now, background=not self.yields)

    def _is_here(self, name: str) -> bool:
        """Whether a model is in memory, or has room beside those that are."""
        if name in self.slot.residents:
            return True
        if name in self._alone:
            return not self.slot.residents
        room, held = self.casting.room, [resident.plan.need for resident in self.slot.residents.values()]
        ways, most = self.casting.models[name].ways, self.casting.profile.residents
        return room is not None and fits_beside(ways, room, held, most)

    def _placement(self, name: str) -> Placement | None:
        model, casting = self.casting.models[name], self.casting
        if casting.room is None:
            return None
        held = {
            other: Held(resident.plan.need, casting.models[other].priority, resident.last_used, idle=True)
            for other, resident in self.slot.residents.items()
        }
        return place(model.ways, casting.room, held, casting.profile.residents)

    def _start(self, head: Head, now: float) -> list[Effect]:
        job, name = head.job, self.casting.model_for(head.job.kind)
        if name is None:
            raise RuntimeError(f"no model for {job.kind}")
        if name not in self.slot.residents:
            return self._load(name, now)
        self.slot.run(name, job.id, ROLE[job.kind], now)
        self._turn.granted(job, now)
        self._overdue = now > head.due
        left = None if head.deadline is None else head.deadline - now
        waited, device = max(0.0, now - head.arrival), self.casting.models[name].device
        return [do.StartInference(self.queue.start(job.id), name, left, waited, device)]

    def _load(self, name: str, now: float) -> list[Effect]:
        if name in self._alone and self.slot.residents:
            return self._unload(next(iter(self.slot.residents)), now)
        placement = self._placement(name)
        if placement is None:
            raise RuntimeError(f"there is no room for {name}, which was selected")
        if placement.evict:
            return self._unload(placement.evict[0], now)
        self._plan, self._outdated = placement.plan, False
        self.slot.load(name, now)
        return [do.LoadModel(name, placement.plan)]

    def _unload(self, name: str, now: float) -> list[Effect]:
        self.slot.unload(name, now)
        return [do.UnloadModel(name)]

    def _probe(self, name: str, role: str, sort: Sort, now: float) -> list[Effect]:
        if name not in self.slot.residents:
            return self._load(name, now)
        self.casting.breakers.probe_began(name, role, sort)
        self._probing = name, role, sort
        self.slot.probe(name, role, now)
        return [do.ProbeModel(name, role, sort == "format", self.casting.models[name].device)]

    def _stop_if_in_the_way(self, now: float) -> list[Effect]:
        job = self._running
        if job is None or job.id in self.stopped or not self._is_in_the_way(job, now):
            return []
        self.stopped.add(job.id)
        return [do.StopAttempt(job.id)]

    def _is_in_the_way(self, job: Job, now: float) -> bool:
        if not self.casting.on[ROLE[job.kind]]:
            return True
        if job.urgency.job_class is not JobClass.BACKGROUND:
            return False
        if self.yields:
            return True
        if self._overdue or not any(self.queue.waiting(kind, Urgency.INTERACTIVE) for kind in ROLE):
            return False  # or else it would never be done while people keep asking
        head = self._head(now)
        return head is not None and head.job.urgency is Urgency.INTERACTIVE

    # -- what is over its threshold

    def _oldest_wait(self, now: float) -> float:
        lines = self.queue.lines(now)
        awaited = (age for urgency, _, _, age in lines if urgency.job_class is not JobClass.BACKGROUND)
        return max(awaited, default=0.0)

    def _memory_share(self) -> float | None:
        room = self.casting.room
        if room is None:
            return None
        needs = [resident.plan.need for resident in self.slot.residents.values()]
        taken = (sum(need.gpu for need in needs), room.gpu), (sum(need.main for need in needs), room.main)
        return max((min(used / max(of, 1), MOST_SHARE) for used, of in taken))
