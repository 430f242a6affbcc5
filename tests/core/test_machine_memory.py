"""The machine and the memory of models: a child past its ceiling is recycled between jobs."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobKind, JobState
from machine_world import World, seen


def done(world: World, ends, names=(b"a.png", b"b.png")) -> list[str]:
    """Let everything go well, but `ends` say how inferences end; the effects on the slot, in order."""
    for name in names:
        world.tell(seen(name))
    slot = []
    pictures = iter(("a", "b"))
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.LoadModel | do.UnloadModel | do.StartInference):
            slot.append(type(effect).__name__)
        if isinstance(effect, do.StartInference):
            ends(effect)
        else:
            world.succeed(effect, next(pictures) if isinstance(effect, do.OpenFile) else "a")
    return slot


def test_a_child_past_its_ceiling_is_recycled_after_each_job_and_every_job_ends_well():
    world = World()

    def overweight(effect):
        world.tell(was.ModelOverweight("eyes"))
        assert world.slot.job == effect.job.id, "not before its job is over"
        world.succeed(effect)

    assert done(world, overweight) == ["LoadModel", "StartInference", "UnloadModel"] * 2
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}
    model = world.machine.casting.models["eyes"]
    assert (model.usable, model.loads_lost) == (True, 0)
    assert not world.slot.residents, "its memory is given back although nothing waits for it"


def test_a_fresh_child_is_not_overweight_because_the_last_one_was():
    world = World()
    heavy = iter((True, False))

    def first_alone(effect):
        if next(heavy):
            world.tell(was.ModelOverweight("eyes"))
        world.succeed(effect)

    once = ["LoadModel", "StartInference", "UnloadModel", "LoadModel", "StartInference"]
    assert done(world, first_alone) == once


@pytest.mark.parametrize("killed", [False, True])
def test_a_cancelled_job_leaves_no_overweight_child_either(killed):
    world = World()

    def cancelled(effect):
        world.tell(was.JobCancelRequested("t", effect.job.id))
        world.take(do.StopAttempt)
        world.tell(was.ModelOverweight("eyes"))
        world.tell(was.JobStopped(effect.job.id, killed=killed))

    slot = done(world, cancelled, names=(b"a.png",))
    assert slot == ["LoadModel", "StartInference", *([] if killed else ["UnloadModel"])]
    assert not world.slot.residents
    assert {job.state for job in world.jobs.values() if job.kind is JobKind.DESCRIBE} == {JobState.CANCELLED}


def test_an_overweight_child_that_dies_is_just_dead():
    world = World()
    deaths = iter((True, False))

    def first_dies(effect):
        if next(deaths):
            world.tell(was.ModelOverweight("eyes"))
            world.tell(was.ModelDied("eyes", effect.job.id, "killed by SIGKILL"))
        else:
            world.succeed(effect)

    assert done(world, first_dies, names=(b"a.png",)) == ["LoadModel", "StartInference"] * 2


def test_what_is_said_of_a_model_that_is_not_there_any_more_is_of_no_account():
    world = World(models=("eyes", "spare"))
    assert done(world, world.succeed, names=(b"a.png",))
    world.tell(was.ModelOverweight("spare"))
    assert not world.pending
    assert set(world.slot.residents) == {"eyes"}


def test_an_overweight_child_that_is_wanted_no_more_is_not_touched_by_a_machine_that_stops():
    world = World()

    def stopping(effect):
        world.tell(was.ModelOverweight("eyes"))
        world.tell(was.StopRequested())
        world.succeed(effect)

    assert done(world, stopping, names=(b"a.png",)) == ["LoadModel", "StartInference"]
