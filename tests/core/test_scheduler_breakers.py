"""Models that fail are left alone for a while: what counts, what does not, probes, and what waits then."""

import itertools

import msgspec
import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_world import PLAN, PROFILE, World

EYES = {"eyes": {"screen": 0}}
HEALTH, FORMAT = ("eyes", "screen", "health"), ("eyes", "screen", "format")
OPEN_S = 30.0


def fail(world: World, *codes: str) -> None:
    """Inferences end so, one after the other, on pictures of their own."""
    world.describe(*(f"{code} {n}" for n, code in enumerate(codes)))
    for code in codes:
        run = world.reach(do.StartInference)
        over = was.ModelDied(run.model, run.job.id, "x")
        world.tell(over if code == "died" else was.JobRefused(run.job.id, code, "x"))


def broken(models=EYES, **more) -> World:
    """The model for screens has failed too often; nothing is in the slot."""
    world = World(models=models, **more)
    fail(world, "malformed", "malformed", "malformed")
    world.settle()
    assert FORMAT in world.opened
    return world


def refused_to_load(world: World) -> None:
    """Two children die while they load."""
    world.describe("a")
    for _ in range(2):
        world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))


def later(world: World, by: float = OPEN_S) -> None:
    world.now += by
    world.tell(was.TimePassed())


@pytest.mark.parametrize(
    ("codes", "opened"),
    [
        (["malformed"] * 2, set()),
        (["malformed"] * 3, {FORMAT}),
        (["reply_cut", "malformed", "reply_cut"], {FORMAT}),
        (["malformed"] * 2 + ["run_limit"] * 2, set()),
        (["run_failed"] * 2, set()),
        (["run_failed", "blind", "run_failed"], {HEALTH}),
        (["child_error"] * 3, {HEALTH}),
        (["bad_schema"] * 3, {FORMAT}),
        (["deadline"] * 9, set()),
        (["picture_gone"] * 9, set()),
        (["too_large"] * 9, set()),
        (["context_overflow"] * 9, set()),
        (["not_started"] * 9, set()),
    ],
)
def test_only_what_is_the_models_own_fault_counts(codes, opened):
    world = World(models=EYES)
    fail(world, *codes)
    assert world.opened == opened


def test_cancelled_jobs_never_count():
    world = World(models=EYES)
    for n in range(9):
        world.describe(f"{n}")
        world.reach(do.StartInference)
        world.tell(was.JobCancelRequested("t", f"{n}"))
        world.tell(was.JobStopped(f"{n}", killed=bool(n % 2)))
        world.settle()
    assert not world.opened


def test_questions_that_are_refused_at_the_door_never_count():
    world = World()
    for n in range(50):
        world.ask(f"t{n}", deadline_ms=-1)
    assert not world.opened


def test_two_deaths_on_one_job_poison_it_and_blame_nobody_else():
    world = World(models=EYES)
    world.describe("bad")
    for _ in range(2):
        world.tell(was.ModelDied("eyes", world.reach(do.StartInference).job.id, "x"))
    world.settle()
    assert world.jobs["bad"].state is JobState.POISONED
    assert not world.opened


def test_deaths_on_two_jobs_open_at_once():
    world = World(models=EYES)
    fail(world, "died", "died")
    assert world.opened == {HEALTH}


def test_the_one_retry_of_a_job_is_exempt():
    world = World(models=EYES)
    world.describe("slow")
    for _ in range(2):
        world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "run_limit", "x"))
    world.settle()
    ((*_, breaker),) = world.machine.casting.breakers
    assert (breaker.calls, breaker.failures) == (1, 1)
    assert (world.jobs["slow"].state, world.jobs["slow"].failures) == (JobState.FAILED, 2)


def test_a_persons_question_that_takes_too_long_is_not_put_again():
    world = World()
    job = world.ask()
    world.reach(do.StartInference)
    world.tell(was.JobRefused(job.id, "run_limit", "x"))
    world.settle()
    assert world.jobs[job.id].state is JobState.FAILED


@pytest.mark.parametrize("code", ["run_limit", "out_of_memory", "run_failed", "blind", "died"])
def test_a_job_that_a_model_failed_once_is_tried_once_more(code):
    world = World(models=EYES)
    fail(world, code)
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


# -- while it is open


def test_while_it_is_open_nothing_is_asked_and_what_waits_is_background_work():
    world = World(models=EYES)
    fail(world, *["malformed"] * 2)
    world.describe("a", "b", "c")
    world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "malformed", "x"))
    waiting = [job for job in world.jobs.values() if job.state is JobState.QUEUED]
    assert len(waiting) == 2
    assert {job.urgency for job in waiting} == {Urgency.BACKGROUND}
    assert not world.is_pending(do.StartInference)
    overview = world.machine.overview(world.now)
    assert overview.mode == "ocr_only"
    assert overview.missing["screen"] == "eyes: its breaker is open: 3 of 3 replies were malformed"


def test_another_model_of_the_role_takes_over_and_nothing_waits():
    world = World(models={"eyes": {"screen": 5}, "spare": {"screen": 0}})
    refused_to_load(world)
    assert world.opened == {HEALTH}
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
    assert world.jobs["a"].urgency is Urgency.NORMAL
    verdicts = {v.model: v.why for v in world.machine.selections()[0].verdicts}
    assert verdicts["spare"] == "it is the only one that can"


def test_what_was_failed_is_tried_again_in_the_background_once_it_has_closed_but_not_for_ever():
    world = broken()
    for job in world.jobs.values():
        assert (job.state, job.failures) == (JobState.FAILED, 1)
    for _ in range(10):
        later(world, 700.0)
        while world.pending:
            effect = world.pending.pop(0)
            if isinstance(effect, do.StartInference):
                world.tell(was.JobRefused(effect.job.id, "malformed", "x"))
            else:
                world.succeed(effect)
    assert {(job.state, job.failures, job.urgency) for job in world.jobs.values()} == {
        (JobState.FAILED, 3, Urgency.BACKGROUND)
    }
    assert sorted(world.started) == sorted(3 * list(world.jobs))
    assert not world.opened


def test_a_model_that_dies_over_all_its_work_and_passes_its_probes_is_left_alone_longer_each_time():
    world = World(models=EYES)
    world.describe(*(f"p{n}" for n in range(20)))
    opened_at, last = [], set()
    while len(opened_at) < 6:
        if not world.pending:
            world.wake()
            continue
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            world.tell(was.ModelDied(effect.model, effect.job.id, "x"))
        else:
            world.succeed(effect)
        if world.opened - last:
            opened_at.append(world.now)
        last = set(world.opened)
    waits = [later - before for before, later in itertools.pairwise(opened_at)]
    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0]
    assert len(world.started) == 2 * len(opened_at), "two deaths each time, retries or not"


def failed_before(world: World, *names: str) -> None:
    """An earlier daemon's model failed at these."""
    made = {"state": JobState.FAILED, "error": "run_limit: given up", "failures": 1}
    world.jobs |= {name: Job(name, JobKind.DESCRIBE, name, 0, **made) for name in names}


def test_what_was_failed_before_a_restart_is_tried_again_once_there_is_a_model():
    world = World(models=EYES, inspected=False)
    failed_before(world, *"abcde")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.FAILED}
    world.inspect("eyes")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}, "however many there are"


def test_what_was_failed_is_tried_again_by_another_model_where_there_was_none():
    world = World(models={"eyes": {"screen": 5}, "spare": {"screen": 0}}, inspected=False)
    world.inspect("eyes")
    world.inspect("spare", "short")
    fail(world, "malformed", "malformed", "malformed")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.FAILED}
    world.inspect("spare")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}
    assert world.opened == {FORMAT}


def test_the_store_is_not_asked_for_what_was_failed_as_long_as_a_model_is_there():
    world = World(models={"eyes": {"screen": 5}, "spare": {"screen": 0}})
    world.describe("a")
    asked = world.tell(was.RoomSeen(Room(0, 200))) + world.tell(was.TimePassed())
    world.settle()
    asked += world.tell(was.ModelInspected("eyes", "short"))
    assert not [effect for effect in asked if isinstance(effect, do.ReviveJobs)]


# -- probes


@pytest.mark.parametrize(("breaker", "reply"), [(FORMAT, True), (HEALTH, False)])
def test_it_is_tried_with_a_picture_of_our_own_and_closes_when_that_goes_well(breaker, reply):
    world = World(models=EYES)
    fail(world, *(["malformed"] * 3 if reply else ["died"] * 2))
    assert world.opened == {breaker}
    world.settle()
    assert not world.is_pending(do.ProbeModel)
    world.now += OPEN_S
    world.tell(was.TimePassed())
    probe = world.reach(do.ProbeModel)
    assert (probe.model, probe.role, probe.reply) == ("eyes", "screen", reply)
    world.succeed(probe)
    assert not world.opened
    world.settle()
    assert all(job.state is JobState.DONE for job in world.jobs.values())


def test_each_probe_that_fails_doubles_the_time_until_the_next_up_to_ten_minutes():
    world = broken()
    world.describe("waits")
    waits = []
    for _ in range(7):
        since = world.now
        while not world.is_pending(do.ProbeModel):
            if world.pending:
                world.succeed(world.pending.pop(0))
            else:
                world.wake()
        waits.append(world.now - since)
        world.tell(was.ModelProbed(world.take(do.ProbeModel).model, "malformed", "x"))
    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0]


def test_a_probe_whose_child_dies_or_whose_files_change_does_not_stick_half_open():
    world = broken()
    later(world)
    world.reach(do.ProbeModel)
    world.tell(was.ModelDied("eyes", None, "x"))
    assert world.opened == {FORMAT}
    later(world, 60.0)
    probe = world.reach(do.ProbeModel)
    world.inspect("eyes")
    assert not world.opened, "it is as new"
    world.succeed(probe)
    assert world.machine.overview(world.now).breakers == ()
    world.settle()
    world.describe("b")
    world.settle()
    assert world.jobs["b"].state is JobState.DONE


def test_a_model_that_cannot_be_loaded_is_loaded_once_for_all_of_its_roles_each_time_it_is_tried():
    world = World()
    refused_to_load(world)
    assert {role for _, role, _ in world.opened} == {"screen", "ask"}
    loads = []
    while len(loads) < 4:
        if world.is_pending(do.LoadModel):
            world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
            loads.append(world.now)
        elif world.pending:
            world.pending.clear()
        else:
            world.wake()
    assert loads == [30.0, 90.0, 210.0, 450.0]


def test_a_role_that_nobody_is_asked_in_yet_has_no_breaker_and_no_probe():
    world = World(models={"eyes": {"screen": 0, "session": 5}})
    refused_to_load(world)
    assert world.opened == {HEALTH}
    assert [breaker.role for breaker in world.machine.overview(world.now).breakers] == ["screen"]
    later(world)
    world.settle()
    assert not world.opened
    assert world.machine.overview(world.now).breakers[0].state == "closed"


def test_a_probe_of_what_does_not_fit_any_more_holds_nobody_up():
    world = World(models={"eyes": {"screen": 5}, "words": {"ask": 0}})
    large = msgspec.structs.replace(PLAN, need=Need({}, {"process": 900}))
    world.tell(was.ModelInspected("eyes", plans=(large,)))
    refused_to_load(world)
    assert world.opened == {HEALTH}
    world.tell(was.RoomSeen(Room(0, 800)))
    later(world)
    job = world.ask()
    world.settle()
    assert world.jobs[job.id].state is JobState.DONE
    later(world, 250.0)
    assert world.machine.wake_at > world.now
    world.tell(was.RoomSeen(Room(0, 900)))
    world.settle()
    assert not world.opened


def test_a_probe_waits_for_a_person_but_not_for_others():
    world = broken({"eyes": {"screen": 0}, "words": {"ask": 0}}, room=Room(0, 100))
    world.ask("t1")
    world.reach(do.StartInference)
    world.ask("t2")
    world.succeed(world.take(do.TakeQuestion))
    later(world)
    job = next(job.id for job in world.jobs.values() if job.kind is JobKind.ASK)
    world.tell(was.AnswerMade(job, "42", "words"))
    assert world.slot.activity == "running"
    world.settle()
    assert not world.opened


def test_probes_wait_while_background_work_yields():
    world = broken(policy=Policy(PROFILE, yields=frozenset({"on_battery"})))
    world.tell(was.SurroundingsSeen({"on_battery": 1.0}))
    later(world, 15.0)
    later(world, 60.0)
    assert world.machine.overview(world.now).yielding
    assert not world.pending
    assert world.machine.wake_at is None or world.machine.wake_at > world.now
    world.tell(was.SurroundingsSeen({"on_battery": 0.0}))
    world.wake()
    world.settle()
    assert not world.opened


# -- what only new files heal


def test_a_pair_that_does_not_match_stays_out_until_its_files_change():
    world = World(models=EYES)
    world.describe("a")
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("eyes", "mismatch", "the projector is another model's"))
    for _ in range(20):
        later(world, 700.0)
        assert not world.is_pending(do.LoadModel)
    assert world.machine.overview(world.now).missing["screen"] == "eyes: the projector is another model's"
    assert world.jobs["a"].urgency is Urgency.BACKGROUND
    world.inspect("eyes")
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
