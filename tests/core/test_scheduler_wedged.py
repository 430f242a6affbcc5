"""A model that can do nothing: its child is replaced, it is left alone, and nothing is lost for good."""

import re
from pathlib import Path

import pytest

import glimpsed.engine
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobState
from glimpsed.core.refusals import AT_LOAD, INNOCENT, OUTCOMES, TRIED_AGAIN
from machine_world import World

EYES = {"eyes": {"screen": 0}}
HEALTH = ("eyes", "screen", "health")
CODE = re.compile(r'ModelError\(\s*"(\w+)"')


def later(world: World, by: float = 30.0) -> None:
    world.now += by
    world.tell(was.TimePassed())


def test_a_wedged_gpu_does_not_empty_the_queue_and_what_it_failed_is_done_when_it_works_again():
    world = World(models=EYES)
    world.describe(*(f"p{n}" for n in range(50)))
    while HEALTH not in world.opened:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            world.tell(was.JobRefused(effect.job.id, "run_failed", "status -3"))
        else:
            world.succeed(effect)
    assert len(world.started) <= 6, "three jobs, and a retry of each at most"
    later(world)
    world.settle()
    later(world)
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


@pytest.mark.parametrize(("code", "loads"), [("run_failed", 2), ("malformed", 1)])
def test_what_failed_at_its_work_is_tried_again_in_a_fresh_child(code, loads):
    world = World(models=EYES)
    world.describe("a", "b")
    begun = []
    world.tell(was.JobRefused(world.reach(do.StartInference).job.id, code, "x"))
    while world.pending:
        begun.append(type(world.pending[0]))
        world.succeed(world.pending.pop(0))
    assert begun.count(do.LoadModel) == loads - 1


def test_a_probe_that_failed_for_a_wedged_child_is_followed_by_one_in_a_fresh_child():
    world = World(models=EYES, keep_alive_s=float("inf"))
    world.describe("a", "b", "c")
    while HEALTH not in world.opened:
        world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "run_failed", "x"))
    later(world)
    world.tell(was.ModelProbed(world.reach(do.ProbeModel).model, "run_failed", "x"))
    assert world.is_pending(do.UnloadModel)
    later(world, 60.0)
    assert world.reach(do.LoadModel)


def test_every_code_that_the_engine_has_is_decided():
    source = Path(glimpsed.engine.__file__).parent
    found = {code for path in source.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert {"run_failed", "blind", "load_failed"} <= found
    decided = [set(OUTCOMES), INNOCENT, AT_LOAD]
    assert found <= set().union(*decided)
    assert sum(map(len, decided)) == len(set().union(*decided)), "each once"
    assert set(OUTCOMES) >= TRIED_AGAIN
