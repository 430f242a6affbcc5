"""A world in which everything may go wrong, and what must become of all that began in it.

The rules by which it goes wrong are those of whoever tries it: `core/test_scheduler_properties.py`.
"""

import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.model import Job, JobKind, JobState, Rung, Urgency
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from machine_memory import Memory
from machine_troubles import troubles
from machine_world import PROFILE, World

MODELS = {"eyes": {"screen": 1, "ask": 0}, "words": {"ask": 5, "session": 1}, "spare": {"screen": 0}}


def plan(context: int, gpu: int, main: int, **more) -> Plan:
    need = Need({"weights": gpu}, {"process": main})
    return Plan(context, "f16", projector_on_gpu=False, need=need, **more)


PLANS = (
    plan(8192, 400, 100),
    plan(4096, 300, 100),
    plan(4096, 200, 200, last_resort=True),
    plan(4096, 0, 300, last_resort=True),
)
TOTAL, NOTHING = Room(900, 700), Room(0, 0)
QUIET = {"foreign_gpu": 0.0, "on_battery": 0.0}
POLICY = Policy(PROFILE, max_jobs=6, max_questions=3, yields=frozenset(QUIET))

MOST = 25
"""Most things that end one after the other in one step."""

LONG = 40
"""Steps of 700 seconds, in which whatever was put off comes back, and every breaker is tried."""

MOST_AT_ONCE = 500
"""Things done without any time in between after which the machine does not come to rest."""

MOST_TRIES = 6
"""Attempts at a job, those after a breaker closed included, when none goes well."""

REACHED = {
    JobKind.DESCRIBE: (Rung.VISION, Rung.REUSED),
    JobKind.READ: (Rung.OCR,),
    None: (Rung.MINIMUM,),
}
"""The rungs that a kind of job leads to; the last is part of accepting a picture."""


class Trial(RuleBasedStateMachine):
    """Steps for rules to take, and the end of all things."""

    counted: ClassVar[Counter[str] | None] = None
    """In how many examples each thing happened, if that is to be known."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory(TOTAL)
        self.world = World(models=MODELS, plans=PLANS, policy=POLICY, looks_at_once=False, memory=self.memory)
        self.tickets: set[str] = set()
        self.vision = True
        self.broken: tuple[type, str] | None = None
        """Where models fail and how, if for a long time none is to work."""
        self.numbers = count()

    # -- what becomes of everything

    def teardown(self) -> None:
        """As long as no model works nothing is tried for ever; when all do again, everything ends."""
        if sys.exc_info()[0] is not None:
            return  # a rule has failed, and what follows from that is nobody's concern
        self.is_as_it_should_be()
        if self.broken:
            self.no_model_ever_works()
        self.all_models_work_again()
        if self.counted is not None:
            self.counted.update(set(self.world.happened))

    def no_model_ever_works(self):
        world, before, (stage, fate) = self.world, len(self.world.started), self.broken
        for _ in range(LONG):
            world.tell(was.RoomSeen(self.memory.seen))
            for _ in range(MOST_AT_ONCE // MOST):
                self.goes_on(lambda effect: fate if isinstance(effect, stage) else None)
            assert not world.pending, "it never rests"
            self.time_passes(700.0)
        files = Counter(world.contents.values())  # each that is taken in has what failed tried anew
        for job, tries in Counter(world.started[before:]).items():
            assert tries <= MOST_TRIES * max(1, files[world.jobs[job].picture]), "a job is tried for ever"
        for job in map(world.jobs.get, self.open_jobs):
            assert job.kind in (JobKind.DESCRIBE, JobKind.SESSION), "somebody waits for what will never be"
            rank_given_up = job.state is JobState.DEFERRED or job.urgency is Urgency.BACKGROUND
            assert rank_given_up, f"{job} waits as if it could be done: {world.machine.overview(world.now)}"

    def all_models_work_again(self):
        world = self.world
        self.memory.percent, self.memory.growth = 100, 0
        self.files_are_good()  # whatever else was wrong with models is found to be over
        self.time_passes(1.0)
        self.ask()
        self.pictures_are_to_be_described(Urgency.NORMAL, 1, None)
        self.owe(JobKind.SESSION, Urgency.BACKGROUND)
        for _ in range(LONG):
            world.settle()
            self.time_passes(700.0)
            world.tell(was.RoomSeen(self.memory.seen))
        assert not self.open_jobs
        assert not world.opened
        assert not world.slot.residents
        assert self.tickets <= world.answers.keys()
        for session, left in world.store.steps.items():
            ends = [job.state for job in world.jobs.values() if job.session == session]
            assert not left or ends[-1] is not JobState.DONE, "a session is not told to its end"
        self.every_ladder_ended()

    def every_ladder_ended(self):
        """Every picture has an answer on the best rung that one of its jobs reached, and each but once."""
        world = self.world
        assert {self.world.contents[key] for key in world.shots} <= world.rungs.keys()
        for picture, rung in world.rungs.items():
            of = [job for job in world.jobs.values() if job.picture == picture]
            done = {job.kind for job in of if job.state is JobState.DONE}
            made = world.results.get(picture, [])
            assert sorted(made) == sorted(job.kind for job in of if job.state is JobState.DONE)
            assert rung in next(rungs for kind, rungs in REACHED.items() if kind is None or kind in done)

    def may_mend(self, mended: bool) -> None:
        """Perhaps nothing around is in the way, and the files of all models are good."""
        if mended:
            self.is_as_it_should_be()
            self.files_are_good()

    def files_are_good(self):
        for model in self.world.machine.casting.models:
            if model.code:
                self.world.inspect(model.name)

    def is_as_it_should_be(self):
        """But for models that do not work."""
        self.memory.others = self.memory.hidden = Room(0, 0)
        self.a_feature_is_switched(vision=True)
        self.world.tell(was.ReaderProbed("", ""))
        self.world.tell(was.SurroundingsSeen(QUIET))
        self.world.tell(was.RoomSeen(self.memory.seen))

    # -- steps that several of these share

    @property
    def open_jobs(self) -> list[str]:
        return sorted(job.id for job in self.world.jobs.values() if not job.state.ended)

    def befalls(self, effect: do.Effect, fate: str | None) -> None:
        """What became of an effect: a trouble, if it can have that one, or success."""
        world = self.world
        if fate == "killed" and isinstance(effect, do.StopAttempt):
            world.stop(effect.job, killed=True)
        elif fate == "killed" and isinstance(effect, do.StopProbe):
            world.stop_probe(killed=True)
        elif fate in (trouble := troubles(effect)):
            world.tell(trouble[fate])
        elif not isinstance(effect, do.StartInference):
            world.succeed(effect)
        elif fate == "reused" and effect.job.kind is JobKind.DESCRIBE:
            world.repeat(effect)
        else:
            if fate == "heavy":
                world.tell(was.ModelOverweight(effect.model))
            world.succeed(effect)

    def fates(self, effect: do.Effect) -> list[str]:
        """What may become of an effect besides plain success."""
        match effect:
            case do.StartInference():
                return ["reused", "reused", "heavy", "heavy", *troubles(effect)]
            case do.StopAttempt() | do.StopProbe():
                return ["killed"]
        return list(troubles(effect))

    def goes_on(self, fate: Callable[[do.Effect], str | None] = lambda _: None) -> None:
        """What is pending ends, one after the other, and so does what that leads to; most of it well."""
        for _ in range(MOST):
            if (effect := self.next_pending()) is not None:
                self.befalls(effect, fate(effect))

    def next_in_the_background(self) -> do.StartInference | None:
        """Let everything go well until a background job is begun, and take that; None when none is."""
        for _ in range(MOST):
            run = self.world.next_of(do.StartInference)
            if run is None or run.job.urgency is Urgency.BACKGROUND:
                return run
            self.world.succeed(run)
        return None

    def is_probed(self, probe: do.ProbeModel, fate: str) -> None:
        """A probe ends; one that is called off or killed is so for a person."""
        if fate not in ("called off", "killed"):
            self.befalls(probe, fate)
            return
        self.world.pending.append(probe)
        self.somebody_wants("person", "")
        self.ends_at_once(do.StopProbe, fate)

    def ends_at_once(self, stop: type, fate: str) -> None:
        """What is told to stop does so, before anything else is heard."""
        if fate in ("stopped", "called off", "killed") and self.world.is_pending(stop):
            self.befalls(self.world.take(stop), fate)

    def somebody_wants(self, why: str, job: str) -> None:
        """Something happens that has background work stopped, such as this job."""
        match why:
            case "person":
                self.owe(JobKind.ASK, Urgency.INTERACTIVE)
                self.owe(JobKind.DESCRIBE, Urgency.INTERACTIVE)
            case "cancelled":
                self.cancel(job)
            case "yields":
                self.others_use_the_machine("foreign_gpu", 100.0)
                self.time_passes(10.5)
            case "switched off":
                self.a_feature_is_switched(vision=False)

    def owe(self, kind: JobKind, urgency: Urgency, age_s: float = 0.0) -> str:
        """A job of somebody's, about a picture of its own, or about a session that nobody waits for."""
        number = next(self.numbers)
        made_ms = round(self.world.wall_ms - age_s * 1000)
        if kind is JobKind.SESSION:
            job = self.world.store.session(f"session {number}", made_ms, steps=1)
            self.world.tell(was.JobsAdded((job,)))
            return job.id
        name = f"picture {number}"
        self.world.owe(Job(name, kind, name, made_ms, urgency, question="?"))
        return name

    def ask(self, **what) -> None:
        self.world.ask(self.ticket(), picture="p", **what)

    def cancel(self, job: str) -> None:
        self.world.tell(was.JobCancelRequested(self.ticket(), job))

    def next_pending(self) -> do.Effect | None:
        return self.world.pending.pop(0) if self.world.pending else None

    def ticket(self) -> str:
        ticket = self.world.new_id()
        self.tickets.add(ticket)
        return ticket

    def wall(self, in_s: float | None) -> int | None:
        return None if in_s is None else self.world.wall_ms + in_s * 1000
