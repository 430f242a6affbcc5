"""What the slot does next, and which models are in memory for it.

Rules of this file: pure; time is an argument. One thing at a time is done with models: one is loaded, runs a
job, gives a sign of life, or is taken back. Models that fit beside each other stay in memory; which job runs
is a question of turns (`turn`), how a model is loaded one of room (`loading`, `residency`), which model is
asked at all one of roles and breakers (`casting`). A model that is being taken back is no longer among those
in memory, so that nothing can be given to it; what needs its memory waits until its child is gone.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.alarms import Alarms
from glimpsed.core.breaker import Outcome, Sort
from glimpsed.core.casting import Casting
from glimpsed.core.effects import Effect
from glimpsed.core.loading import Loading
from glimpsed.core.model import Job, JobClass, JobKind, Urgency
from glimpsed.core.places import KIND, OUT_OF_MEMORY, ROLE, ModelState, Slot, idle_until
from glimpsed.core.predict import Sample
from glimpsed.core.profiles import PROFILES, Profile
from glimpsed.core.queue import JobQueue
from glimpsed.core.refusals import OUTCOMES
from glimpsed.core.turn import Head, Turn
from glimpsed.core.yielding import Yielding

CANCELLED = "cancelled"
"""Code of a probe that was told to stop."""

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
        self.loading = Loading(self.slot, self.casting, self._is_wanted)
        self._turn = Turn()
        self._probing: tuple[str, str, Sort] | None = None
        self._called_off = False  # the probe that is out was told to stop
        self._readings: Mapping[str, float | None] = {}
        self._asked_at: dict[str, float] = {}
        self._person_asked_at: dict[str, float] = {}

    @property
    def yields(self) -> bool:
        """Whether background work waits."""
        return bool(self.yielding.sentences)

    # -- what was learnt about the world

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
            "error_rate": self.casting.error_rate(now),
            "memory": self._memory_share(),
        }
        return [do.TellAlarm(c.name, c.raised, c.detail) for c in self.alarms.feed(readings, now)]

    def asked(self, role: str, now: float, *, by_person: bool = False) -> None:
        """Somebody wants something of a role, whether or not there is a model for it."""
        self._asked_at[role] = now
        if by_person:
            self._person_asked_at[role] = now

    # -- what became of a model

    def lost(self, name: str, now: float) -> list[Effect]:
        """A model's child ended while it was loaded or probed, or before it was asked anything."""
        if self.slot.activity != "probing":
            return self.loading.lost(name, now)
        self.slot.gone(name)
        return self._probe_over(now, ok=False, code="died")

    def model_probed(self, event: was.ModelProbed, now: float) -> list[Effect]:
        """A model gave a sign of life, or none, or was told to stop before it could."""
        self.slot.free(now)
        self._failed_of(event.model, OUTCOMES.get(event.code), now)
        if event.killed:
            self.loading.gone(event.model)
        ok = None if event.code == CANCELLED else not event.code
        return self._probe_over(now, ok=ok, code=event.code)

    def concluded(self, job: Job, outcome: Outcome | None, now: float, took: Sample | None) -> list[Effect]:
        """The attempt that the slot ran ended: `outcome` None says that its model is innocent."""
        name = self.slot.model
        self.queue.ready_again(job.id, now)
        self.slot.free(now)
        if name is None or outcome is None:
            return []
        self._failed_of(name, outcome, now)
        return self.casting.concluded(name, job, outcome, now, took)

    def _failed_of(self, name: str, outcome: Outcome | None, now: float) -> None:
        """What an end says of the child that a model is in."""
        if outcome == OUT_OF_MEMORY:
            self.loading.ran_out(name, now)
        elif outcome == "run_failed":
            self.loading.suspect(name)

    def _probe_over(self, now: float, *, ok: bool | None, code: str = "") -> list[Effect]:
        if self._probing is None:
            raise RuntimeError("a sign of life that nobody asked for")
        probing, self._probing = self._probing, None
        if ok:  # what it could not do in its other roles may be over, too
            for role in self.casting.models[probing[0]].roles:
                self.asked(role, now)
        return self.casting.probe_over(*probing, now, ok=ok, code=code)

    # -- what is done next

    def pump(self, now: float) -> list[Effect]:
        """Begin what is next, if nothing is done at present; stop what is in somebody's way."""
        if self.slot.activity != "idle":
            return self._stop_for_others(now)
        self.loading.woken(now)
        if self.loading.looking:
            return []
        for name, resident in self.slot.residents.items():
            if resident.overweight or not self.casting.is_of_use(name):
                return self.loading.unload(name, now)
        head = self._head(now)
        if not _is_a_persons(head):
            if (due := self._probe_due(now)) is not None:
                return self._probe(*due, now)
            if (idle := self._idle(now)) is not None:
                return self.loading.unload(idle, now)
        return self._start(head, now) if head is not None else []

    def next_job(self, now: float) -> Head | None:
        """The job that would be begun now, or have its model loaded."""
        if self.slot.activity != "idle" or self.loading.looking:
            return None
        return self._head(now)

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
        times = [self.yielding.next_change, self.alarms.next_change, self.loading.wake_at]
        if self.slot.activity == "idle" and not self.loading.looking:
            residents = self.slot.residents.items()
            times += [idle_until(self.casting.models[name], resident) for name, resident in residents]
            times.append(next((at for at, _ in self.probes()), None))
        return min((t for t in times if t is not None and t < math.inf), default=None)

    def predicted_s(self) -> float | None:
        """Seconds that what the slot does takes in all; None when nothing was learnt of it."""
        job, name = self._running, self.slot.model
        if job is not None:
            return self.casting.usual_s(job.kind, name)
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
        usual_s = self.casting.usual_s(job.kind, self.slot.model)
        return max(0.0, (usual_s or 0.0) - (now - self.slot.since))

    @property
    def _running(self) -> Job | None:
        return None if self.slot.job is None else self.queue.get(self.slot.job)

    def _head(self, now: float) -> Head | None:
        by_kind = self.casting.models_by_kind()
        if not by_kind:
            return None
        here = {name for name in by_kind.values() if self.loading.is_here(name, now)}
        return self._turn.choose(self.queue.heads(), by_kind, here, now, background=not self.yields)

    def _start(self, head: Head, now: float) -> list[Effect]:
        job, name = head.job, self.casting.model_for(head.job.kind)
        if name is None:
            raise RuntimeError(f"no model for {job.kind}")
        if name not in self.slot.residents:
            return self.loading.load(name, now)
        self.slot.run(name, job.id, ROLE[job.kind], now)
        self._turn.granted(job, now)
        left = None if head.deadline is None else head.deadline - now
        waited, device = self.queue.waited_s(job.id, now), self.casting.models[name].device
        return [do.StartInference(self.queue.start(job.id), name, left, waited, device)]

    def _probe_due(self, now: float) -> tuple[str, str, Sort] | None:
        """The probe that is to go out now.

        One that would cost others their place waits until they have nothing to do, though not for ever.
        """
        for at, probe in self.probes():
            if at > now:
                break
            patient = now - at < self._turn.quantum_s
            if not (patient and any(map(self._is_wanted, self.loading.leaving_for(probe[0], now)))):
                return probe
        return None

    def probes(self) -> Iterator[tuple[float, tuple[str, str, Sort]]]:
        """Probes that are planned and when they are due, the first one first."""
        return (each for each in self.casting.probes() if self._is_worth_it(*each[1]))

    def _is_worth_it(self, model: str, role: str, sort: Sort) -> bool:
        """Whether a probe is planned.

        Of a model that was given up for the longest time only once somebody wants it again, so that one that
        is broken for good is not loaded every ten minutes of the night. While background work waits, only
        when a person has wanted what it would do.
        """
        breaker = self.casting.breakers.find(model, role, sort)
        if breaker is None:
            return False
        if self.yields:
            return self._person_asked_at.get(role, -math.inf) > breaker.opened_at
        if not breaker.resigned or self._asked_at.get(role, -math.inf) > breaker.opened_at:
            return True
        kind = KIND.get(role)
        return kind is not None and self.queue.wants(kind)

    def _probe(self, name: str, role: str, sort: Sort, now: float) -> list[Effect]:
        if name not in self.slot.residents:
            return self.loading.load(name, now)
        self.casting.breakers.probe_began(name, role, sort)
        self._probing, self._called_off = (name, role, sort), False
        self.slot.probe(name, role, now)
        return [do.ProbeModel(name, role, sort == "format", self.casting.models[name].device)]

    def _stop_for_others(self, now: float) -> list[Effect]:
        job, name = self._running, self.slot.model
        if self._probing is not None and self.slot.activity == "probing" and name is not None:
            if self._called_off or not (self._person_waits(now) or self._is_unwelcome(*self._probing)):
                return []
            self._called_off = True
            return [do.StopProbe(name)]
        if job is None or job.id in self.stopped:
            return []
        if not self._is_unwanted(job):
            if not self._is_in_the_way(job, now):
                return []
            self._turn.stopped()
        self.stopped.add(job.id)
        return [do.StopAttempt(job.id)]

    def _is_unwelcome(self, model: str, role: str, sort: Sort) -> bool:
        """Whether a probe that is out would not be begun now: its role is off, or the machine is wanted."""
        return not self.casting.on[role] or not self._is_worth_it(model, role, sort)

    def _is_unwanted(self, job: Job) -> bool:
        """Whether what runs would not be begun now, whoever else waits."""
        background = job.urgency.job_class is JobClass.BACKGROUND
        return not self.casting.on[ROLE[job.kind]] or (background and self.yields)

    def _is_in_the_way(self, job: Job, now: float) -> bool:
        """Whether a person waits for what nobody does; what has a turn of the overdue has it for itself."""
        if job.urgency.job_class is not JobClass.BACKGROUND or self._turn.lifted:
            return False
        return self._person_waits(now)

    def _person_waits(self, now: float) -> bool:
        if not any(self.queue.waiting(kind, Urgency.INTERACTIVE) for kind in ROLE):
            return False
        by_kind = self.casting.models_by_kind()
        return self._turn.favours_person(self.queue.heads(), by_kind, now, background=not self.yields)

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


def _is_a_persons(head: Head | None) -> bool:
    return head is not None and head.job.urgency is Urgency.INTERACTIVE
