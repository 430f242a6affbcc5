"""Models that fail are left alone for a while: what counts, what does not, probes, and what waits then."""

import msgspec
import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.model import JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_failures import EYES, FORMAT, HEALTH, OPEN_S, broken, fail, later, refused_to_load
from machine_world import PLAN, PROFILE, World


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


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("died", "died", JobState.POISONED),
        ("died", "run_limit", JobState.FAILED),
        ("run_limit", "died", JobState.FAILED),
        ("out_of_memory", "died", JobState.FAILED),
        ("run_limit", "run_limit", JobState.FAILED),
    ],
)
def test_a_job_has_one_retry_whatever_it_failed_of(first, second, state):
    world = World(models=EYES)
    world.describe("a")
    for code in (first, second):
        run = world.reach(do.StartInference)
        died = was.ModelDied(run.model, run.job.id, "x")
        world.tell(died if code == "died" else was.JobRefused(run.job.id, code, "x"))
    world.settle()
    assert world.started == ["a", "a"]
    assert world.jobs["a"].state is state


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


def test_a_model_of_screens_and_sessions_that_cannot_be_loaded_is_left_alone_in_both_roles():
    world = World(models={"eyes": {"screen": 0, "session": 5}})
    refused_to_load(world)
    assert world.opened == {HEALTH, ("eyes", "session", "health")}
    for _ in range(2):  # each role has a probe of its own
        later(world)
        world.settle()
    assert not world.opened
    assert {breaker.state for breaker in world.machine.overview(world.now).breakers} == {"closed"}


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
