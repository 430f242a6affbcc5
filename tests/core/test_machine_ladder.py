"""Which rung a picture is on, and what was said of another that goes for it."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobState, Rung
from machine_world import World, seen


def running() -> tuple[World, do.StartInference]:
    """A screenshot was taken and read, and is about to be described."""
    world = World()
    world.tell(seen(b"a.png"))
    return world, world.reach(do.StartInference)


def test_a_picture_climbs_the_rungs_as_its_jobs_are_done():
    world = World()
    world.tell(seen(b"a.png"))
    rungs = []
    while world.pending:
        world.succeed(world.pending.pop(0))
        rungs += [world.rungs["a"]] if "a" in world.rungs and world.rungs["a"] not in rungs else []
    assert rungs == [Rung.MINIMUM, Rung.OCR, Rung.VISION]


def test_what_was_said_of_another_picture_is_committed_as_such_and_says_nothing_of_the_model():
    world, run = running()
    world.repeat(run)
    assert world.is_pending(do.FinishReused)
    world.settle()
    assert world.rungs["a"] is Rung.REUSED
    assert world.jobs[run.job.id].state is JobState.DONE
    assert world.machine.casting.error_rate(world.now) is None
    assert world.slot.activity == "idle"
    assert set(world.slot.residents) == {"eyes"}


def test_it_is_not_kept_once_nobody_wants_it():
    world, run = running()
    world.tell(was.JobCancelRequested("c", run.job.id))
    world.repeat(run)
    assert not world.is_pending(do.FinishReused)
    world.settle()
    assert world.jobs[run.job.id].state is JobState.CANCELLED
    assert world.answers["c"] == do.Answer("c", run.job.id)
    assert world.rungs["a"] is Rung.OCR


@pytest.mark.parametrize("died", [False, True])
@pytest.mark.parametrize("committed", [False, True])
def test_a_restart_loses_what_was_not_committed_and_does_it_again_once(died, committed):
    world, run = running()
    world.repeat(run)
    if committed:
        world.succeed(world.take(do.FinishReused))
    world.restart(died=died)
    world.settle()
    assert world.jobs[run.job.id].state is JobState.DONE
    assert world.results["a"].count("describe") == 1
    assert world.started.count(run.job.id) == (1 if committed else 2)
    assert world.jobs[run.job.id].interruptions == (died and not committed)


def test_a_job_over_which_three_daemons_died_is_given_to_no_fourth():
    world, run = running()
    for _ in range(3):
        world.restart(died=True)
        if world.jobs[run.job.id].state is JobState.QUEUED:
            world.reach(do.StartInference)
    world.settle()
    assert world.jobs[run.job.id].state is JobState.POISONED
    assert world.started.count(run.job.id) == 3
