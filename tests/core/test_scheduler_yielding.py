"""When background work waits, what is switched off, what is told of thresholds, and when it is woken."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_world import PROFILE, World, seen

NAMES = frozenset({"foreign_gpu", "on_battery"})
BUSY = {"foreign_gpu": 90.0}
QUIET = {"foreign_gpu": 0.0}
HOLD_S = 10.0


def world_that_yields(**more) -> World:
    return World(policy=Policy(PROFILE, yields=NAMES), **more)


def hold(world: World, readings: dict[str, float | None]) -> None:
    """It is so, and stays so until that has its effect."""
    world.tell(was.SurroundingsSeen(readings))
    if world.machine.scheduler.yielding.next_change is not None:
        assert world.machine.wake_at <= world.now + HOLD_S
        world.now += HOLD_S
        world.tell(was.TimePassed())


@pytest.mark.parametrize(
    ("readings", "sentence"),
    [
        (BUSY, "another process uses the GPU"),
        ({"on_battery": 1.0}, "the machine runs on its battery"),
    ],
)
def test_background_work_waits_and_says_why_and_the_rest_goes_on(readings, sentence):
    world = world_that_yields()
    hold(world, readings)
    assert world.machine.overview(world.now).yielding == (sentence,)
    world.describe("background", urgency=Urgency.BACKGROUND)
    assert not world.pending
    world.describe("low", urgency=Urgency.LOW)
    job = world.ask()
    world.settle()
    assert set(world.started) == {"low", job.id}
    hold(world, dict.fromkeys(readings, 0.0))
    world.settle()
    assert world.jobs["background"].state is JobState.DONE
    assert world.machine.overview(world.now).yielding == ()


def test_what_runs_in_the_background_is_stopped_keeps_its_place_and_bears_no_blame():
    world = world_that_yields()
    world.describe("a", urgency=Urgency.BACKGROUND)
    running = world.reach(do.StartInference)
    hold(world, BUSY)
    assert world.take(do.StopAttempt).job == "a"
    assert running.job.id == "a"
    world.tell(was.JobStopped("a"))
    world.settle()
    assert (world.jobs["a"].deaths, world.jobs["a"].failures) == (0, 0)
    hold(world, QUIET)
    world.settle()
    assert world.jobs["a"].state is JobState.DONE


def test_text_that_nobody_waits_for_is_not_read_either_but_files_are_taken_in():
    world = world_that_yields(models=())
    hold(world, BUSY)
    world.tell(seen(b"a.png", origin="scan"))
    world.settle()
    assert world.shots
    assert not world.results
    hold(world, QUIET)
    world.settle()
    assert world.results == {"a": [JobKind.READ]}


def test_a_rule_that_is_not_in_use_and_a_reading_that_is_not_known_hold_nothing_up():
    world = World(policy=Policy(PROFILE, yields=frozenset({"on_battery"})))
    hold(world, BUSY)
    hold(world, {"on_battery": None})
    world.describe("a", urgency=Urgency.BACKGROUND)
    world.settle()
    assert world.jobs["a"].state is JobState.DONE


def test_a_short_burst_changes_nothing():
    world = world_that_yields()
    world.tell(was.SurroundingsSeen(BUSY))
    world.now += 5.0
    world.tell(was.SurroundingsSeen(QUIET))
    world.now += 50.0
    world.tell(was.TimePassed())
    assert world.machine.overview(world.now).yielding == ()


def test_memory_is_given_back_while_background_work_waits():
    world = world_that_yields()
    world.describe("a")
    world.settle()
    hold(world, BUSY)
    world.describe("b", urgency=Urgency.BACKGROUND)
    while world.slot.residents:
        world.wake()
        world.settle()
    assert world.jobs["b"].state is JobState.QUEUED


# -- features


def test_the_emergency_switch_stops_what_runs_and_asks_nobody():
    world = World()
    job = world.ask("t")
    world.reach(do.StartInference)
    world.describe("a")
    world.tell(was.FeaturesSet(vision_model=False, session_model=True))
    assert world.take(do.StopAttempt).job == job.id
    world.tell(was.JobStopped(job.id))
    world.settle()
    assert world.jobs[job.id].state is JobState.FAILED
    assert world.jobs["a"].state is JobState.QUEUED
    assert not world.slot.residents
    overview = world.machine.overview(world.now)
    assert overview.mode == "ocr_only"
    assert overview.missing["screen"] == "eyes: switched off in the configuration"
    world.ask("u")
    assert world.answers["u"].code == "model_unavailable"
    world.tell(seen(b"new.png"))
    world.settle("new")
    assert world.results["new"] == [JobKind.READ]


def test_what_waited_while_it_was_off_is_done_once_it_is_on():
    world = World()
    world.tell(was.FeaturesSet(vision_model=False, session_model=True))
    world.describe("a")
    world.settle()
    world.tell(was.FeaturesSet(vision_model=True, session_model=True))
    world.settle()
    assert world.jobs["a"].state is JobState.DONE


@pytest.mark.parametrize(
    ("models", "vision", "session", "reads", "mode"),
    [
        ({"eyes": {"screen": 0}, "words": {"session": 0}}, True, True, True, "dual"),
        ({"eyes": {"screen": 0}, "words": {"session": 0}}, True, False, True, "vision_only"),
        ({"eyes": {"screen": 0}, "words": {"session": 0}}, False, True, True, "text_only"),
        ({"eyes": {"screen": 0}, "words": {"session": 0}}, False, False, True, "ocr_only"),
        ({"eyes": {"screen": 0}, "words": {"session": 0}}, False, False, False, "minimum"),
        ({"eyes": {"screen": 0}}, True, True, True, "vision_only"),
        ({}, True, True, True, "ocr_only"),
    ],
)
def test_the_mode_says_what_is_left(models, vision, session, reads, mode):
    world = World(models=models)
    world.tell(was.FeaturesSet(vision, session))
    world.tell(was.ReaderProbed("" if reads else "engine_missing", ""))
    assert world.machine.overview(world.now).mode == mode


# -- thresholds, and waking


def test_what_is_over_its_threshold_is_raised_once_and_cleared_once():
    world = World(models=())
    world.tell(was.ReaderProbed("engine_missing", "install it"))
    world.owe(Job("old", JobKind.READ, "p", 0))
    for _ in range(20):
        world.now += 300.0
        world.tell(was.SurroundingsSeen({}))
    raised = [(note.name, note.raised) for note in world.noted]
    assert raised == [("oldest_wait", True)]
    assert "has waited" in world.machine.overview(world.now).alarms[0].detail
    world.tell(was.ReaderProbed("", ""))
    world.settle()
    world.tell(was.SurroundingsSeen({}))
    world.now += 61.0
    world.tell(was.TimePassed())
    assert [(note.name, note.raised) for note in world.noted] == [*raised, ("oldest_wait", False)]


def test_a_model_that_fails_too_often_raises_an_alarm():
    world = World(models={"eyes": {"screen": 0}})
    world.describe(*(f"{n}" for n in range(20)))
    for n in range(20):
        run = world.reach(do.StartInference)
        bad = was.JobRefused(run.job.id, "malformed", "x")
        world.tell(bad) if n % 3 == 2 else world.succeed(run)
    world.tell(was.SurroundingsSeen({}))
    world.now += 61.0
    world.tell(was.TimePassed())
    assert [(note.name, note.raised) for note in world.noted] == [("error_rate", True)]


@pytest.mark.parametrize("failure", ["cannot be loaded", "malformed"])
def test_a_model_that_fails_always_raises_an_alarm_though_it_is_hardly_asked_any_more(failure):
    world = World(models={"eyes": {"screen": 0}})
    world.describe("a", "b", "c")
    for _ in range(60):
        effect = world.pending.pop(0) if world.pending else None
        match effect:
            case None:
                world.describe(f"new at {world.now}")
                world.wake()
            case do.LoadModel(model=model) if failure != "malformed":
                world.tell(was.ModelDied(model, None, "x"))
            case do.ProbeModel(model=model):
                world.tell(was.ModelProbed(model, "malformed", "x"))
            case do.StartInference(job=job):
                world.tell(was.JobRefused(job.id, "malformed", "x"))
            case _:
                world.succeed(effect)
    alarms = [(note.name, note.raised) for note in world.noted if isinstance(note, do.TellAlarm)]
    assert alarms == [("error_rate", True)]


@pytest.mark.parametrize("mended", [False, True])
def test_failures_of_an_hour_ago_or_of_other_files_are_not_told_any_more(mended):
    world = World(models={"eyes": {"screen": 0}})
    world.describe("a", "b", "c")
    for _ in range(3):
        world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "malformed", "x"))
    world.settle()
    world.tell(was.SurroundingsSeen({}))
    world.now += 61.0
    world.tell(was.TimePassed())
    assert world.noted[-1].raised
    if mended:
        world.inspect("eyes")
    for _ in range(2):
        world.now += 61.0 if mended else 3600.0
        world.tell(was.SurroundingsSeen({}))
    assert not world.noted[-1].raised


def test_models_that_hold_more_than_there_is_left_raise_an_alarm():
    world = World(models={"eyes": {"screen": 0}})
    world.describe("a")
    world.settle()
    world.tell(was.RoomSeen(Room(0, 0)))
    for _ in range(2):
        world.tell(was.SurroundingsSeen({}))
        world.now += 31.0
    assert [(note.name, note.raised) for note in world.noted] == [("memory", True)]
    assert world.machine.overview(world.now).alarms[0].detail.startswith("models take 1000%")


def test_a_machine_that_has_nothing_to_do_is_not_woken_again():
    world = world_that_yields()
    world.describe("a", urgency=Urgency.BACKGROUND)
    world.tell(was.SurroundingsSeen(BUSY))
    world.tell(seen(b"a.png"))
    wakes = 0
    while world.pending or world.machine.wake_at is not None:
        if world.pending:
            world.succeed(world.pending.pop(0))
        else:
            world.wake()
            wakes += 1
    assert wakes <= 4
