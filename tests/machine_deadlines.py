"""Deadlines, in a world in memory in which it was learnt how long things take."""

from glimpsed.core import effects as do
from machine_world import LEARNT, World

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}


def learnt(**more) -> World:
    """Inferences take 10 s, loads 4 s, and the model is in memory."""
    world = World(**more)
    world.took, world.load_ms = LEARNT, 4000
    world.describe("first")
    world.ask("first")
    world.settle()
    return world


def refusal(world: World, in_s: float | None) -> str:
    """Why a question with this deadline is refused, empty when it is not."""
    job = world.ask("t", deadline_ms=None if in_s is None else world.wall_ms + round(in_s * 1000))
    refused = world.answers.get("t")
    if refused is None:
        world.succeed(world.take(do.TakeQuestion))
        assert world.machine.queue.get(job.id) is not None
        return ""
    assert refused.code == "deadline"
    return refused.detail
