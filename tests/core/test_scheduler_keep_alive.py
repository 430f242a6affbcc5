"""How long a model stays in memory that nobody needs."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobState
from machine_world import World

NEVER, FOREVER = 0.0, -1.0


def loading(**more) -> World:
    """A model is being loaded for a description."""
    world = World(models={"eyes": {"screen": 0}}, **more)
    world.describe("a")
    assert world.is_pending(do.LoadModel)
    return world


@pytest.mark.parametrize(("keep_alive_s", "after"), [(NEVER, 0.0), (300.0, 300.0), (30.0, 30.0)])
def test_a_model_that_does_nothing_is_taken_back_after_its_own_time(keep_alive_s, after):
    world = loading(keep_alive_s=keep_alive_s)
    while world.jobs["a"].state is not JobState.DONE:
        world.succeed(world.pending.pop(0))
    if after:
        assert world.machine.wake_at == after
        world.wake()
    assert world.take(do.UnloadModel).model == "eyes"


def test_a_model_that_is_kept_forever_is():
    world = loading(keep_alive_s=FOREVER)
    world.settle()
    world.now += 1e9
    world.tell(was.TimePassed())
    assert not world.is_pending(do.UnloadModel)
    assert world.machine.overview(world.now).residents[0].unload_in_s is None


def test_a_model_that_nothing_waits_for_is_taken_back_while_another_one_is_busy():
    world = World(models={"eyes": {"screen": 0}, "words": {"ask": 0}})
    world.describe("a")
    world.ask()
    world.settle()
    assert set(world.slot.residents) == {"eyes", "words"}
    for n in range(7):
        world.now += 50.0
        world.describe(f"{n}")
        world.settle()
    assert set(world.slot.residents) == {"eyes"}


def test_a_model_that_never_stays_stays_for_what_waits_for_it():
    world = World(keep_alive_s=NEVER)
    world.describe("a", "b", "c")
    loads = 0
    while world.pending:
        effect = world.pending.pop(0)
        loads += isinstance(effect, do.LoadModel)
        world.succeed(effect)
    assert loads == 1


def test_a_model_with_no_way_of_being_loaded_is_not_waited_for():
    world = World(plans=())
    world.describe("a")
    assert not world.pending
    assert "nobody knows" in world.machine.overview(world.now).missing["screen"]


def test_a_model_that_works_for_longer_than_it_is_kept_alive_is_not_taken_back():
    world = World(keep_alive_s=30.0)
    world.describe("a")
    run = world.reach(do.StartInference)
    world.now += 100.0
    world.tell(was.TimePassed())
    assert not world.is_pending(do.UnloadModel)
    world.succeed(run)
    assert not world.is_pending(do.UnloadModel), "its time begins when it is done"


def test_somebody_who_leaves_does_not_take_the_model_with_them():
    world = World()
    job = world.ask()
    world.reach(do.StartInference)
    world.tell(was.JobCancelRequested("c", job.id))
    world.tell(was.JobStopped(job.id))
    world.pending.remove(do.StopAttempt(job.id))
    world.settle()
    assert set(world.slot.residents) == {"eyes"}


def test_a_load_that_nobody_wants_any_more_leaves_the_model_for_the_next():
    world = loading()
    world.tell(was.JobCancelRequested("c", "a"))
    world.settle()
    assert world.started == []
    world.describe("b")
    assert world.is_pending(do.StartInference)
