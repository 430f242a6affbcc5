"""What must hold of the machine after every event, whatever happened.

It watches what the machine is told and what it asks for, and keeps its own account of the children.
"""

from collections.abc import Iterable

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.machine import MAX_DEATHS, Machine
from glimpsed.core.model import Job, JobState, Urgency
from queue_checks import validate

SlotWork = do.LoadModel | do.UnloadModel | do.ProbeModel | do.StartInference
ReaderWork = do.OpenFile | do.StartRead


class Invariants:
    """Raises AssertionError as soon as one does not hold."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._slot: SlotWork | None = None
        self._reader: ReaderWork | None = None
        self.children: dict[str, Need] = {}
        self._loaded: set[str] = set()
        self._looking = False

    def told(self, event: was.Event, _now: float) -> None:
        """The machine is about to be told of an event."""
        if _ends_in_slot(self._slot, event):
            if isinstance(event, was.JobStopped | was.JobRefused | was.ModelProbed) and event.killed:
                self._gone(self._slot.model)
            self._slot = None
        if _ends_in_reader(self._reader, event):
            self._reader = None
        match event:
            case was.ModelLoaded(model=model, need=need):
                self._loaded.add(model)
                self.children[model] = need or self.children[model]
            case (
                was.ModelRefused(model=model)
                | was.ModelDied(model=model)
                | was.ModelLost(model=model)
                | was.ModelUnloaded(model=model)
            ):
                self._gone(model)
            case was.ModelGone(model=model) if self._slot is None or self._slot.model != model:
                self._gone(model)
            case was.RoomSeen(held=held) if held is not None:
                self._looking = False

    def asked(self, effects: Iterable[do.Effect], _now: float) -> None:
        """The machine asks for these."""
        assert not self._machine.stopping or not any(isinstance(e, SlotWork | ReaderWork) for e in effects), (
            "something is begun by a machine that stops"
        )
        if not self._machine.scheduler.loading.looking:
            self._looking = False  # it was answered, or has taken too long
        for effect in effects:
            assert not isinstance(effect, SlotWork | do.LookAtRoom) or not self._looking, "it looks already"
            if isinstance(effect, do.LookAtRoom):
                self._looking = True
            elif isinstance(effect, SlotWork):
                self._work(effect)
            elif isinstance(effect, ReaderWork):
                assert self._reader is None, f"{effect} while {self._reader}"
                self._reader = effect

    def validate(self, jobs: Iterable[Job], now: float, *, woken: bool) -> None:
        """After an event; `jobs` are those of the store, `woken` says that the event was a wake."""
        machine = self._machine
        validate(machine.queue)
        self._places_agree()
        self._nothing_is_lost([job for job in jobs if not job.state.ended])
        self._one_probe_at_most()
        if machine.stopping:
            return
        self._nobody_idles()
        due = machine.queue.next_deadline
        assert due is None or due > now, "somebody waits who is wanted no more"
        if woken and machine.wake_at is not None:
            assert machine.wake_at > now, "it wants to be woken at once again"

    def _gone(self, model: str) -> None:
        self.children.pop(model, None)
        self._loaded.discard(model)

    def _work(self, effect: SlotWork) -> None:
        assert self._slot is None, f"{effect} while {self._slot}"
        self._slot = effect
        match effect:
            case do.LoadModel(model=model, plan=plan):
                self._fits(model, plan.need)
                self.children[model] = plan.need
            case do.UnloadModel(model=model):
                self._loaded.remove(model)
            case do.ProbeModel(model=model):
                assert model in self._loaded, "a probe of what is not in memory"
            case do.StartInference(model=model, job=job):
                assert model in self._loaded, "a grant to a model that is not there, or on its way out"
                assert effect.deadline_s is None or effect.deadline_s > 0, "it was begun too late"
                assert job.deaths < MAX_DEATHS, "a poisoned job was begun"

    def _fits(self, model: str, need: Need) -> None:
        casting = self._machine.casting
        assert model not in self.children, "a model has one child at most"
        assert len(self.children) < casting.profile.residents
        together = sum(self.children.values(), need)
        assert together.fits(casting.room.gpu, casting.room.main), "memory is used that is not free yet"

    def _places_agree(self) -> None:
        slot, reader, queue = self._machine.scheduler.slot, self._machine.reading.reader, self._machine.queue
        assert (slot.activity == "idle") == (self._slot is None) == (slot.model is None)
        assert (slot.activity == "running") == (slot.job is not None)
        assert (reader.work is None) == (self._reader is None)
        assert set(slot.residents) == self._loaded
        running = [job for job in (slot.job, reader.work) if isinstance(job, str)]
        assert all(queue[job].state is JobState.RUNNING for job in running), "what runs is not running"

    def _nothing_is_lost(self, owed: list[Job]) -> None:
        queue = self._machine.queue
        missing = [job for job in owed if job.id not in queue]
        assert not missing, "the machine has forgotten a job"
        assert len(queue) == len(owed), "the machine has a job that ended"

    def _one_probe_at_most(self) -> None:
        states = [breaker.state for *_, breaker in self._machine.casting.breakers]
        assert states.count("half_open") <= (self._machine.scheduler.slot.activity == "probing")

    def _nobody_idles(self) -> None:
        machine = self._machine
        if machine.scheduler.slot.activity != "idle" or self._looking:
            return
        for head in machine.queue.heads():
            held_back = machine.scheduler.yields and head.job.urgency is Urgency.BACKGROUND
            able = head.job.kind in machine.casting.models_by_kind()
            assert held_back or not able, f"{head.job} waits for nothing"


def _ends_in_slot(work: SlotWork | None, event: was.Event) -> bool:
    match work:
        case do.LoadModel(model=model):
            ends = (was.ModelLoaded, was.ModelRefused, was.ModelDied, was.ModelUnloaded)
        case do.UnloadModel(model=model):
            ends = (was.ModelUnloaded,)
        case do.ProbeModel(model=model):
            ends = (was.ModelProbed, was.ModelDied)
        case do.StartInference(job=job):
            return _ends_attempt(job.id, event)
        case _:
            return False
    return isinstance(event, ends) and event.model == model


def _ends_in_reader(work: ReaderWork | None, event: was.Event) -> bool:
    match work:
        case do.OpenFile(key=key):
            if isinstance(event, was.ReaderDied):
                return event.work == key
            return isinstance(event, was.FileOpened | was.FileRefused) and event.key == key
        case do.StartRead(job=job):
            return _ends_attempt(job.id, event)
    return False


def _ends_attempt(job: str, event: was.Event) -> bool:
    if isinstance(event, was.ReaderDied):
        return event.work == job
    ends = (was.TextRead, was.DescriptionMade, was.DescriptionReused, was.AnswerMade, was.SessionStepMade)
    ends += (was.JobRefused, was.JobStopped, was.ModelDied, was.ModelLost)
    return isinstance(event, ends) and event.job == job
