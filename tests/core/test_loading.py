"""Before a load memory is looked at, and children that end without being asked anything are noticed."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.loading import FRESH_S, MAX_LOADS_LOST
from glimpsed.core.model import JobState
from glimpsed.core.residency import Room
from machine_world import PLAN, World

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}


def idle(**more) -> World:
    """A machine that has had nothing to do for a while; looks are answered by the test."""
    world = World(models=TWO, looks_at_once=False, **more)
    world.now = 50.0
    return world


def test_memory_is_looked_at_once_before_a_load_when_that_was_not_done_of_late():
    world = idle()
    world.describe("a")
    assert world.pending == [do.LookAtRoom(Need())]
    world.tell(was.TimePassed())
    world.describe("b")
    assert world.pending == [do.LookAtRoom(Need())], "it is on its way"
    assert world.machine.wake_at is None or world.machine.wake_at > world.now
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_what_is_seen_then_decides():
    world = idle()
    world.describe("a")
    world.take(do.LookAtRoom)
    world.tell(was.RoomSeen(Room(0, 50), Need()))
    assert not world.pending, "somebody took it meanwhile"
    assert "screen" in world.machine.overview(world.now).missing
    world.tell(was.RoomSeen(Room(0, 500)))
    assert world.take(do.LoadModel).model == "eyes"


@pytest.mark.parametrize(("ago", "looks"), [(FRESH_S, False), (FRESH_S + 0.1, True)])
def test_what_was_seen_of_late_is_good_enough(ago, looks):
    world = idle()
    world.tell(was.RoomSeen(Room(0, 500)))
    world.now += ago
    world.describe("a")
    assert world.is_pending(do.LookAtRoom) is looks
    assert world.is_pending(do.LoadModel) is not looks


def test_what_somebody_else_saw_meanwhile_is_no_answer():
    world = idle()
    world.describe("a")
    world.tell(was.RoomSeen(Room(0, 500)))
    assert not world.is_pending(do.LoadModel), "what was asked for will come in the middle of the load"
    world.succeed(world.take(do.LookAtRoom))
    assert world.is_pending(do.LoadModel)


def test_a_look_that_counted_a_child_that_is_gone_is_taken_again():
    world = idle(room=Room(0, 200))
    world.describe("a")
    world.settle()
    world.now += 50.0
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    look = world.take(do.LookAtRoom)
    assert look.held == PLAN.need
    world.tell(was.ModelGone("eyes"))
    world.tell(was.RoomSeen(Room(0, 50), look.held))
    assert world.take(do.LookAtRoom).held == Need()
    world.tell(was.RoomSeen(Room(0, 200), Need()))
    assert world.take(do.LoadModel).model == "words"


def test_a_child_that_died_idle_is_shown_as_ready_no_longer_and_comes_back_when_it_is_wanted():
    world = World(models=TWO)
    world.describe("a")
    world.settle()
    world.tell(was.ModelGone("eyes"))
    assert world.told[-1] == ("eyes", "idle")
    assert not world.machine.overview(world.now).residents
    world.describe("b")
    world.settle()
    assert world.jobs["b"].state is JobState.DONE
    assert not world.opened


def test_what_is_said_of_a_child_that_is_busy_or_not_there_is_of_no_account():
    world = World(models=TWO)
    world.describe("a")
    for kind in (do.LoadModel, do.StartInference):
        effect = world.reach(kind)
        world.tell(was.ModelGone("eyes"))
        world.tell(was.ModelGone("words"))
        world.succeed(effect)
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
    assert set(world.slot.residents) == {"eyes"}


def test_a_child_that_ends_again_and_again_before_it_did_anything_is_left_alone():
    world = World(models=TWO)
    for n in range(MAX_LOADS_LOST):
        world.describe(f"{n}")
        world.tell(was.JobCancelRequested("t", f"{n}"))
        world.settle()
        world.tell(was.ModelGone("eyes"))
    assert world.opened == {("eyes", "screen", "health")}
