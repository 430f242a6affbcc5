"""Cancels, deaths and stops at each state that a job or a model can be in."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_world import PROFILE, World

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}


def queued(world: World) -> None:
    world.describe("before", "job")
    world.reach(do.StartInference)
    world.pending.append(do.StartInference(world.jobs["before"], "eyes"))


def deferred(world: World) -> None:
    world.describe("before", "between", "job")
    assert world.jobs["job"].state is JobState.DEFERRED


def put_off(world: World) -> None:
    world.describe("job")
    world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "picture_gone", "x"))


def loading(world: World) -> None:
    world.describe("job")
    assert world.is_pending(do.LoadModel)


def running(world: World) -> None:
    world.describe("job")
    world.pending.append(world.reach(do.StartInference))


def being_stopped(world: World) -> None:
    world.describe("job", urgency=Urgency.BACKGROUND)
    world.pending.append(world.reach(do.StartInference))
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    assert world.is_pending(do.StopAttempt)


def waiting_for_a_swap(world: World) -> None:
    world.ask()
    world.settle()
    world.describe("job")
    assert world.is_pending(do.UnloadModel)


def being_recalled(world: World) -> None:
    deferred(world)
    while not world.is_pending(do.RecallJobs):
        world.succeed(world.pending.pop(0))


STATES = (queued, deferred, put_off, loading, running, being_stopped, waiting_for_a_swap, being_recalled)


def small() -> World:
    """A world with memory for one model and a queue for two jobs."""
    return World(models=TWO, room=Room(0, 100), policy=Policy(PROFILE, max_jobs=2))


def settle(world: World) -> None:
    """Let everything go well; what is told to stop does so first."""
    while world.pending:
        stops = [effect for effect in world.pending if isinstance(effect, do.StopAttempt)]
        effect = stops[0] if stops else world.pending[0]
        world.pending.remove(effect)
        world.succeed(effect)


@pytest.mark.parametrize("state", STATES)
def test_a_job_that_is_cancelled_ends_once_and_says_so_wherever_it_is(state):
    world = small()
    state(world)
    for ticket in ("c1", "c2"):
        world.tell(was.JobCancelRequested(ticket, "job"))
    settle(world)
    assert world.jobs["job"].state is JobState.CANCELLED
    assert world.answers["c1"] == do.Answer("c1", "job")
    assert world.answers["c2"] == do.Answer("c2", "job")
    assert all(job.state.ended for job in world.jobs.values())
    assert not world.opened


@pytest.mark.parametrize("state", STATES)
def test_whatever_stands_in_its_way_a_job_is_done_in_the_end(state):
    world = small()
    state(world)
    settle(world)
    while not world.jobs["job"].state.ended:
        world.wake()
        settle(world)
    assert world.jobs["job"].state is JobState.DONE


@pytest.mark.parametrize("state", STATES)
def test_a_machine_that_stops_begins_nothing_and_loses_nothing(state):
    world = small()
    state(world)
    world.tell(was.JobCancelRequested("c", "job"))
    world.tell(was.StopRequested())
    assert world.answers["c"].code == "shutting_down"
    assert world.machine.wake_at is None
    begun = list(world.started)
    settle(world)
    assert world.started == begun


@pytest.mark.parametrize(
    ("until", "event", "blamed"),
    [
        (do.LoadModel, lambda _: was.ModelDied("eyes", None, "x"), 0),
        (do.LoadModel, lambda _: was.ModelUnloaded("eyes"), 0),
        (do.StartInference, lambda e: was.ModelLost("eyes", e.job.id), 0),
        (do.StartInference, lambda e: was.ModelDied("eyes", e.job.id, "x"), 1),
        (do.StartInference, lambda e: was.JobStopped(e.job.id), 0),
        (do.StartInference, lambda e: was.JobStopped(e.job.id, killed=True), 0),
    ],
)
def test_a_child_that_is_killed_in_any_state_costs_one_attempt_at_most(until, event, blamed):
    world = World(models={"eyes": {"screen": 0}})
    world.describe("job")
    world.tell(event(world.reach(until)))
    settle(world)
    assert world.jobs["job"].state is JobState.DONE
    assert world.jobs["job"].deaths == blamed
    assert not world.opened


def test_a_child_that_dies_while_it_is_probed_is_as_good_as_a_probe_that_failed():
    world = World(models={"eyes": {"screen": 0}})
    world.describe("a", "b")
    for _ in range(2):
        run = world.reach(do.StartInference)
        world.tell(was.ModelDied("eyes", run.job.id, "x"))
    settle(world)
    world.wake()
    world.reach(do.ProbeModel)
    world.tell(was.ModelDied("eyes", None, "x"))
    settle(world)
    assert world.opened
    assert world.machine.wake_at >= world.now + 60.0
    world.now += 60.0
    world.tell(was.TimePassed())
    settle(world)
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_a_child_that_died_idle_is_found_out_by_the_next_job_and_not_held_against_either():
    world = World(models={"eyes": {"screen": 0}})
    for name in "abc":
        world.describe(name)
        run = world.reach(do.StartInference)
        world.tell(was.ModelLost("eyes", run.job.id))
        settle(world)
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}
    assert not world.opened


def test_a_job_that_was_stopped_and_lost_its_child_can_be_stopped_again():
    world = small()
    being_stopped(world)
    world.take(do.StopAttempt)
    world.take(do.StartInference)
    world.tell(was.ModelLost("eyes", "job"))
    question = next(job.id for job in world.jobs.values() if job.kind is JobKind.ASK)
    world.tell(was.JobCancelRequested("c", question))
    while "job" not in world.started[1:]:
        world.succeed(world.pending.pop(0))
    world.tell(was.JobCancelRequested("c", "job"))
    assert world.take(do.StopAttempt).job == "job"


def test_a_stop_that_kills_the_reader_says_nothing_of_the_model_in_the_slot():
    world = World()
    running(world)
    world.tell(was.FileSubmitted("t", "submit", b"/a.png"))
    for kind in (do.OpenFile, do.AcceptFile):
        world.succeed(world.take(kind))
    read = world.take(do.StartRead)
    world.tell(was.JobCancelRequested("c", read.job.id))
    world.take(do.StopAttempt)
    world.tell(was.JobStopped(read.job.id, killed=True))
    assert world.slot.activity == "running"
    settle(world)
    assert world.jobs["job"].state is JobState.DONE
