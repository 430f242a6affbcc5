"""What is promised of every job and every model, whatever goes wrong: how often each is tried.

It goes by what the machine is told and asks for. What it takes from the machine is which models are in memory
(`machine_invariants` sees that this is so) and what is meant to be loaded next.
"""

from collections import Counter
from collections.abc import Iterable

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.admission import LATE
from glimpsed.core.machine import Machine
from glimpsed.core.model import JobKind, JobState, Urgency
from glimpsed.core.places import KIND, ROLE
from glimpsed.core.queue import PUT_OFF_S
from glimpsed.core.refusals import ENGINE_MISSING, OUTCOMES, PASSING_FOR_JOBS

ONCE_MORE = ("out_of_memory", "run_limit", "run_failed", "blind", "not_loaded")
"""A model's failures after which a job is tried once more; a death is another."""

OUT_OF_MEMORY, RUN_FAILED = "out_of_memory", "run_failed"
"""Faults after which every model leaves, or the one whose child may be wedged."""

MOST_BLAMED = 2
"""Attempts that end by somebody's fault, of one job, until it is set aside."""

Start = do.StartRead | do.StartInference
Finish = do.FinishRead | do.FinishDescription | do.FinishReused | do.FinishQuestion


class Promises:
    """Raises AssertionError as soon as one is broken."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._cancelled: set[str] = set()
        self._stopped: set[str] = set()
        self._called_off = False
        self._probed: tuple[str, str, str] | None = None
        self._blamed: Counter[str] = Counter()
        self._deaths: Counter[str] = Counter()
        self._put_off: Counter[str] = Counter()
        self._final: set[str] = set()
        self._event: was.Event | None = None
        self._leaving: set[str] = set()
        self._outdated: set[str] = set()
        self._refused: Counter[str] = Counter()
        self._died_loading: Counter[str] = Counter()
        self._open: set[tuple[str, str, str]] = set()

    def told(self, event: was.Event, _now: float) -> None:
        """The machine is about to be told of an event."""
        self._event = event
        self._of_job(event)
        self._of_model(event)

    def asked(self, effects: Iterable[do.Effect], now: float) -> None:
        """The machine asks for these, after it was told of something."""
        self._leaving &= set(self._machine.scheduler.slot.residents)
        probed = self._probed if isinstance(self._event, was.ModelProbed) and not self._event.code else None
        for effect in effects:
            match effect:
                case do.StartRead() | do.StartInference():
                    self._may_begin(effect)
                case do.StopAttempt(job=job) | do.EndJob(job=job):
                    self._may_end(job, effect)
                case do.FinishSessionStep() | do.FinishQuestion():
                    assert effect.job.id not in self._cancelled, "an answer that nobody wants any more"
                case do.FinishRead() | do.FinishDescription() | do.FinishReused():
                    assert effect.job.id not in self._cancelled, "a result that nobody wants any more"
                case do.StopProbe():
                    assert not self._called_off, "a probe is called off twice"
                    self._called_off = True
                case do.TellBreaker():
                    self._breaker(effect)
            self._on_model(effect, now)
        self._left_alone()
        assert probed not in self._open, "a probe went well, and its breaker stays open"
        self._nothing_runs_in_vain()

    # -- jobs

    def _of_job(self, event: was.Event) -> None:
        queue = self._machine.queue
        match event:
            case (
                was.JobsRestored(jobs=jobs)
                | was.JobsAdded(jobs=jobs)
                | was.JobsRecalled(jobs=jobs)
                | was.ShotCommitted(jobs=jobs)
                | was.JobEnded(then=jobs)
            ):
                for job in jobs:
                    self._blamed.pop(job.id, None)
                    self._put_off[job.id] = job.put_off
                    self._deaths[job.id] = job.deaths
                    self._final.discard(job.id)
            case was.JobCancelRequested(job=job) if job in queue and not queue.is_ending(job):
                self._cancelled.add(job)
            case was.ModelDied(job=str(job), code="out_of_memory"):
                self._blamed[job] += 1
            case was.ModelDied(job=str(job)) | was.ReaderDied(work=str(job)):
                self._deaths[job] += 1
                self._blamed[job] += 1
            case was.JobRefused(job=job, code=code):
                self._job_refused(job, code)
        if (ended := _whose_attempt_ends(event)) is not None:
            self._stopped.discard(ended)

    def _job_refused(self, job: str, code: str) -> None:
        kind = self._machine.queue[job].kind
        if code in ONCE_MORE:
            self._blamed[job] += 1
        elif code in PASSING_FOR_JOBS and kind is not JobKind.ASK:
            self._put_off[job] += 1
        elif code not in ENGINE_MISSING and not (code == LATE and self._machine.queue.is_reprieved(job)):
            self._final.add(job)

    def _may_begin(self, effect: Start) -> None:
        job = effect.job.id
        assert job not in self._cancelled, "what nobody wants any more is begun"
        assert job not in self._final, "what would fail the same way again is tried again"
        assert self._deaths[job] < MOST_BLAMED, "a job that killed two children is given to a third"
        assert self._blamed[job] < MOST_BLAMED, "a job is tried again and again"
        assert self._put_off[job] <= len(PUT_OFF_S), "a job is put off again and again"

    def _may_end(self, job: str, effect: do.StopAttempt | do.EndJob) -> None:
        if isinstance(effect, do.StopAttempt):
            assert job not in self._stopped, "an attempt is stopped twice"
            assert job in self._running(), "what does not run is stopped"
            self._stopped.add(job)
            return
        assert (effect.state is JobState.CANCELLED) == (job in self._cancelled), (
            f"{effect} says what is not so"
        )
        poisoned = job not in self._cancelled and self._deaths[job] >= MOST_BLAMED
        assert (effect.state is JobState.POISONED) == poisoned, f"{effect} says what is not so"

    def _nothing_runs_in_vain(self) -> None:
        """What is not wanted any more, or not now, is told to stop at once, and is all that is."""
        machine, running = self._machine, self._running()
        assert machine.scheduler.stopped <= set(running), "somebody is held to be stopped who does not run"
        unstopped = [machine.queue[job] for job in running if job not in self._stopped]
        for job in unstopped:
            assert job.id not in self._cancelled, "somebody is waited for who wants it no more"
            if job.kind in ROLE and not machine.stopping:
                assert machine.casting.on[ROLE[job.kind]], "what is switched off goes on"
                held_back = machine.scheduler.yields and job.urgency is Urgency.BACKGROUND
                assert not held_back, "background work goes on that is to yield"

    def _running(self) -> list[str]:
        machine = self._machine
        works = (machine.scheduler.slot.job, machine.reading.reader.work)
        return [work for work in works if isinstance(work, str) and not machine.queue.is_ending(work)]

    # -- models

    def _of_model(self, event: was.Event) -> None:
        slot = self._machine.scheduler.slot
        match event:
            case was.ModelOverweight(model=model):
                self._leaving |= {model} & slot.residents.keys()
            case was.ModelDied(job=None) if slot.activity == "loading":
                self._died_loading[event.model] += 1
            case was.JobRefused(job=job, code=code) | was.ModelDied(job=job, code=code) if job == slot.job:
                self._failed_at_work(OUTCOMES.get(code))
            case was.ModelProbed(code=code):
                self._failed_at_work(OUTCOMES.get(code))
            case was.ModelInspected(model=model):
                self._refused.pop(model, None)
                self._died_loading.pop(model, None)
                self._leaving |= {model} & slot.residents.keys()
                self._outdated |= {model} if (slot.activity, slot.model) == ("loading", model) else set()
            case was.ModelLoaded(model=model):
                self._refused.pop(model, None)
                self._died_loading.pop(model, None)
                self._leaving |= {model} & self._outdated
            case was.ModelRefused(model=model, code="out_of_memory") if model not in self._outdated:
                self._refused[model] += 1
        if isinstance(event, was.ModelLoaded | was.ModelRefused | was.ModelDied | was.ModelUnloaded):
            self._outdated.discard(event.model)

    def _failed_at_work(self, outcome: str | None) -> None:
        slot = self._machine.scheduler.slot
        if outcome == OUT_OF_MEMORY:
            self._leaving |= slot.residents.keys()  # what is beside it took what it lacked
        elif outcome == RUN_FAILED:
            self._leaving |= {slot.model} & slot.residents.keys()

    def _breaker(self, effect: do.TellBreaker) -> None:
        key = effect.model, effect.role, effect.sort
        if effect.state == "open":
            self._open.add(key)
            return
        self._open.discard(key)
        proven = isinstance(self._event, was.ModelProbed) and not self._event.code
        assert proven or isinstance(self._event, was.ModelInspected), "a breaker closes for nothing"

    def _on_model(self, effect: do.Effect, now: float) -> None:
        match effect:
            case do.LoadModel(model=model):
                assert not self._leaving, "memory is wanted, and one that is to leave stays"
                assert self._is_wanted(model, now), "a model is loaded that nobody wants"
            case do.StartInference() | do.ProbeModel():
                assert not self._leaving, "something is asked while a model is to leave"
                self._called_off = False
                if isinstance(effect, do.ProbeModel):
                    self._probed = effect.model, effect.role, "format" if effect.reply else "health"

    def _is_wanted(self, model: str, now: float) -> bool:
        scheduler, queue = self._machine.scheduler, self._machine.queue
        held_back = {Urgency.BACKGROUND} if scheduler.yields else set()
        kinds = {kind for kind, name in scheduler.casting.models_by_kind().items() if name == model}
        jobs = [head.job for head in queue.heads() if head.job.urgency not in held_back]
        probed = any(at <= now and probe[0] == model for at, probe in scheduler.probes())
        return probed or any(job.kind in kinds for job in jobs)

    def _left_alone(self) -> None:
        """A model that could not be loaded twice in a row is out until a probe of it goes well."""
        for model in self._machine.casting.models:
            if max(self._refused[model.name], self._died_loading[model.name]) < MOST_BLAMED:
                continue
            for role in model.roles.keys() & KIND.keys():
                assert (model.name, role, "health") in self._open, f"{model.name} is loaded again and again"


def _whose_attempt_ends(event: was.Event) -> str | None:
    match event:
        case was.ReaderDied(work=str(job)):
            return job
        case (
            was.TextRead(job=job)
            | was.DescriptionMade(job=job)
            | was.DescriptionReused(job=job)
            | was.AnswerMade(job=job)
            | was.SessionStepMade(job=job)
            | was.JobRefused(job=job)
            | was.JobStopped(job=job)
            | was.ModelDied(job=job)
            | was.ModelLost(job=job)
        ):
            return job
    return None
