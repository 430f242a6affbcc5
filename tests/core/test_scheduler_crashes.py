"""A child that crashes as its model is loaded, and jobs that are cancelled when they have been begun."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Description, JobState
from glimpsed.core.residency import Room
from machine_world import World

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}


def asked(*, beside: bool) -> World:
    """A question waits for the model of another role, which is about to be loaded, perhaps beside one."""
    world = World(models=TWO, room=Room(0, 1000))
    if beside:
        world.describe("a")
        world.settle()
    world.ask("t")
    world.succeed(world.take(do.TakeQuestion))
    return world


def crash(world: World) -> do.LoadModel:
    load = world.take(do.LoadModel)
    world.tell(was.ModelDied(load.model, None, "SIGSEGV"))
    return load


def test_a_child_that_crashes_as_it_is_loaded_beside_others_is_loaded_once_more_and_disturbs_nobody():
    world = asked(beside=True)
    assert crash(world) == world.pending[0], "in the same way: nobody said that it was for want of memory"
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}
    assert set(world.slot.residents) == {"eyes", "words"}
    assert not world.opened


@pytest.mark.parametrize("beside", [False, True])
def test_the_second_crash_is_the_last_for_a_while_and_who_waits_is_told_at_once(beside):
    world = asked(beside=beside)
    crash(world)
    crash(world)
    assert not world.is_pending(do.LoadModel)
    assert world.opened == {("words", "ask", "health")}
    ended = world.take(do.EndJob)
    assert (ended.state, ended.error.partition(":")[0]) == (JobState.FAILED, "model_unavailable")
    assert set(world.slot.residents) == ({"eyes"} if beside else set())
    world.ask("again")
    assert world.answers["again"].code == "model_unavailable"


def test_a_load_that_is_known_to_have_died_for_want_of_memory_has_others_leave_and_is_tried_alone():
    world = asked(beside=True)
    load = world.take(do.LoadModel)
    world.tell(was.ModelRefused(load.model, "out_of_memory", "killed by SIGKILL"))
    assert world.take(do.UnloadModel).model == "eyes"
    world.tell(was.ModelUnloaded("eyes"))
    assert world.is_pending(do.LoadModel)
    world.settle()
    assert set(world.slot.residents) == {"words"}
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


@pytest.mark.parametrize(
    ("end", "stays"),
    [
        pytest.param(was.JobStopped("a"), True, id="granted and not taken, or decoding"),
        pytest.param(was.JobStopped("a", killed=True), False, id="encoding, and deaf"),
        pytest.param(was.ModelLost("eyes", "a"), False, id="granted to a child that is gone"),
        pytest.param(was.ModelDied("eyes", "a", "x"), False, id="died as it was told"),
        pytest.param(was.JobRefused("a", "run_limit", "x"), True, id="gave up as it was told"),
        pytest.param(was.DescriptionMade("a", Description(), "eyes", "v1", {}), True, id="was done already"),
    ],
)
def test_a_job_that_is_cancelled_when_it_was_begun_ends_so_however_its_attempt_does(end, stays):
    world = World(models=TWO)
    world.describe("a", "b")
    world.reach(do.StartInference)
    world.tell(was.JobCancelRequested("c1", "a"))
    world.tell(was.JobCancelRequested("c2", "a"))
    assert world.pending == [do.StopAttempt("a")], "once"
    world.pending.clear()
    world.tell(end)
    assert ("eyes" in world.slot.residents) == stays
    world.settle()
    assert (world.jobs["a"].state, world.jobs["b"].state) == (JobState.CANCELLED, JobState.DONE)
    assert {ticket: world.answers[ticket] for ticket in ("c1", "c2")} == {
        ticket: do.Answer(ticket, "a") for ticket in ("c1", "c2")
    }
    assert world.started == ["a", "b"]
    assert not world.opened
