"""Whatever befalls the slot, its models and its jobs: the invariants hold, and every job ends."""

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from machine_world import LEARNT, PROFILE, World

MODELS = {"eyes": {"screen": 1, "ask": 0}, "words": {"ask": 5, "session": 1}, "spare": {"screen": 0}}
PLANS = tuple(
    Plan(n, "f16", projector_on_gpu=False, need=Need({}, {"process": n}), last_resort=n < 300)
    for n in (400, 300, 200, 150)
)
POLICY = Policy(PROFILE, max_jobs=6, max_questions=3, yields=frozenset({"foreign_gpu", "on_battery"}))
QUIET = {"foreign_gpu": 0.0, "on_battery": 0.0}
REFUSALS = (
    *("malformed", "reply_cut", "out_of_memory", "run_limit", "run_failed", "child_error"),
    *("picture_gone", "deadline", "too_large"),
)


class AnyTrouble(RuleBasedStateMachine):
    """The world does what was asked in any order, well or badly, and everything around it changes."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(models=MODELS, plans=PLANS, policy=POLICY, looks_at_once=False)
        self.tickets: set[str] = set()

    @initialize(learnt=st.booleans())
    def something_may_be_learnt(self, learnt):
        if learnt:
            self.world.took = LEARNT
            self.world.load_ms = 4000

    # -- work

    @rule(
        urgency=st.sampled_from(Urgency),
        jobs=st.integers(1, 4),
        deadline_s=st.sampled_from([None, None, -1, 5, 15, 100]),
    )
    def pictures_are_to_be_described(self, urgency, jobs, deadline_s):
        ids = [self.world.new_id() for _ in range(jobs)]
        made = [Job(i, JobKind.DESCRIBE, f"picture {i}", self.world.wall_ms, urgency) for i in ids]
        self.world.owe(*(msgspec.structs.replace(job, deadline_ms=self.wall(deadline_s)) for job in made))

    @rule(deadline_s=st.sampled_from([None, None, -1, 5, 15, 100]), urgency=st.sampled_from(Urgency))
    def a_question_is_asked(self, deadline_s, urgency):
        deadline_ms = self.wall(deadline_s)
        self.world.ask(self.ticket(), picture="p", urgency=urgency, deadline_ms=deadline_ms)

    @precondition(lambda self: self.world.jobs)
    @rule(data=st.data())
    def a_job_is_cancelled(self, data):
        job = data.draw(st.sampled_from(sorted(self.world.jobs)))
        self.world.tell(was.JobCancelRequested(self.ticket(), job))

    # -- what becomes of it

    @precondition(lambda self: self.world.pending)
    @rule(data=st.data())
    def something_goes_well(self, data):
        self.world.succeed(self.drawn(data))

    @precondition(lambda self: self.world.pending)
    @rule(data=st.data())
    def something_goes_wrong(self, data):
        effect = self.drawn(data)
        if isinstance(effect, do.StopAttempt):
            self.world.stop(effect.job, killed=True)
        elif isinstance(effect, do.StopProbe):
            self.world.stop_probe(killed=True)
        elif events := _failures(effect):
            self.world.tell(data.draw(st.sampled_from(events)))
        else:
            self.world.succeed(effect)

    @rule()
    def all_goes_well_for_a_while(self):
        for _ in range(20):
            if self.world.pending:
                self.world.succeed(self.world.pending.pop(0))

    @rule(name=st.sampled_from(sorted(MODELS)), probed=st.booleans())
    def a_model_dies_over_everything_for_a_while(self, name, probed):
        """Until its breakers are open; then perhaps until its probe is out."""
        self.pictures_are_to_be_described(Urgency.CRITICAL, 2, None)
        for _ in range(20):
            if self.world.pending:
                effect = self.world.pending.pop(0)
                died = [e for e in _failures(effect) if isinstance(e, was.ModelDied) and e.model == name]
                self.world.tell(died[0]) if died else self.world.succeed(effect)
        if not probed:
            return
        self.time_passes(31.0)
        for _ in range(20):
            if self.world.pending and self.world.slot.activity != "probing":
                self.world.succeed(self.world.pending.pop(0))

    @precondition(lambda self: self.world.slot.activity == "probing")
    @rule(killed=st.sampled_from([None, False, True]))
    def a_person_asks_while_a_model_is_probed(self, killed):
        self.world.describe(self.world.new_id(), urgency=Urgency.INTERACTIVE)
        self.world.ask(self.ticket(), picture="p")
        if self.world.is_pending(do.TakeQuestion):
            self.world.succeed(self.world.take(do.TakeQuestion))
        if killed is not None and self.world.is_pending(do.StopProbe):
            self.world.take(do.StopProbe)
            self.world.stop_probe(killed=killed)

    @precondition(lambda self: self.world.is_pending(do.StartInference))
    @rule()
    def a_child_is_overweight_at_the_end_of_its_attempt(self):
        running = next(e for e in self.world.pending if isinstance(e, do.StartInference))
        self.world.tell(was.ModelOverweight(running.model))

    @rule(name=st.sampled_from(sorted(MODELS)))
    def a_child_that_may_do_nothing_is_found_to_be_gone(self, name):
        self.world.tell(was.ModelGone(name))

    # -- what goes on around

    @rule(by_ms=st.sampled_from([-(10**7), -60_000, 60_000, 10**7]))
    def somebody_sets_the_clock_of_the_wall(self, by_ms):
        self.world.wall_ahead_ms += by_ms
        self.world.tell(was.TimePassed())

    @rule(by=st.sampled_from([0.5, 5.0, 31.0, 400.0, 90_000.0]))
    def time_passes(self, by):
        self.world.now += by
        self.world.tell(was.TimePassed())

    @precondition(lambda self: self.world.machine.wake_at is not None)
    @rule()
    def nothing_happens_until_the_machine_is_woken(self):
        self.world.wake()

    @rule(name=st.sampled_from(sorted(MODELS)), good=st.booleans())
    def a_model_file_changes(self, name, good):
        self.world.inspect(name, "" if good else "short")

    @rule(main=st.sampled_from([0, 250, 350, 700, 1000, 3000]))
    def others_take_memory_or_give_it_back(self, main):
        self.world.tell(was.RoomSeen(Room(0, main)))

    @rule(name=st.sampled_from(sorted(QUIET)), value=st.sampled_from([None, 0.0, 1.0, 100.0]))
    def others_use_the_machine(self, name, value):
        self.world.tell(was.SurroundingsSeen(QUIET | {name: value}))

    @rule(vision=st.booleans())
    def a_feature_is_switched(self, vision):
        self.world.tell(was.FeaturesSet(vision, True))

    @precondition(lambda self: len(self.world.started) > 3)
    @rule(really=st.integers(0, 9))
    def it_is_told_to_stop(self, really):
        if not really:
            self.world.tell(was.StopRequested())

    def teardown(self):
        """When all goes well from here, everything comes to an end."""
        world = self.world
        for name in MODELS:
            world.inspect(name)
        world.tell(was.FeaturesSet(vision_model=True, session_model=True))
        world.settle()
        if world.machine.stopping:
            assert world.machine.wake_at is None
            return
        for _ in range(40):
            world.tell(was.RoomSeen(Room(0, 3000)))
            world.tell(was.SurroundingsSeen(QUIET))
            world.settle()
            world.now += 700.0
            world.tell(was.TimePassed())
        unended = [job for job in world.jobs.values() if not job.state.ended]
        assert not unended
        assert not world.opened
        assert not world.slot.residents
        assert self.tickets <= world.answers.keys()
        for job in world.jobs.values():
            done = world.results.get(job.picture, []).count(job.kind) if job.kind is JobKind.DESCRIBE else 0
            assert done == (job.state is JobState.DONE and job.kind is JobKind.DESCRIBE)

    def drawn(self, data) -> do.Effect:
        return self.world.pending.pop(data.draw(st.integers(0, len(self.world.pending) - 1)))

    def ticket(self) -> str:
        ticket = self.world.new_id()
        self.tickets.add(ticket)
        return ticket

    def wall(self, in_s: float | None) -> int | None:
        return None if in_s is None else self.world.wall_ms + in_s * 1000


def _failures(effect: do.Effect) -> list[was.Event]:
    match effect:
        case do.LoadModel(model=model):
            refused = [was.ModelRefused(model, code, "x") for code in ("load_failed", "out_of_memory")]
            return [was.ModelDied(model, None, "x"), was.ModelUnloaded(model), *refused]
        case do.ProbeModel(model=model):
            starved = was.ModelProbed(model, "out_of_memory", "x", killed=True)
            wedged = was.ModelProbed(model, "run_failed", "x")
            return [
                was.ModelProbed(model, "malformed", "x"),
                was.ModelDied(model, None, "x"),
                starved,
                wedged,
            ]
        case do.StartInference(job=job, model=model):
            died = [was.ModelDied(model, job.id, "x"), was.ModelLost(model, job.id)]
            died.append(was.ModelDied(model, job.id, "x", "out_of_memory"))
            return [*died, *(was.JobRefused(job.id, code, "x") for code in REFUSALS)]
    return []


AnyTrouble.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestAnyTrouble = AnyTrouble.TestCase
