"""Models that fail the machine, in a world in memory."""

from glimpsed.core import effects as do
from glimpsed.core import events as was
from machine_world import World

EYES = {"eyes": {"screen": 0}}
HEALTH, FORMAT = ("eyes", "screen", "health"), ("eyes", "screen", "format")
OPEN_S = 30.0


def fail(world: World, *codes: str) -> None:
    """Inferences end so, one after the other, on pictures of their own."""
    world.describe(*(f"{code} {n}" for n, code in enumerate(codes)))
    for code in codes:
        run = world.reach(do.StartInference)
        over = was.ModelDied(run.model, run.job.id, "x")
        world.tell(over if code == "died" else was.JobRefused(run.job.id, code, "x"))


def broken(models=EYES, **more) -> World:
    """The model for screens has failed too often; nothing is in the slot."""
    world = World(models=models, **more)
    fail(world, "malformed", "malformed", "malformed")
    world.settle()
    assert FORMAT in world.opened
    return world


def refused_to_load(world: World) -> None:
    """Two children die while they load."""
    world.describe("a")
    for _ in range(2):
        world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))


def later(world: World, by: float = OPEN_S) -> None:
    world.now += by
    world.tell(was.TimePassed())
