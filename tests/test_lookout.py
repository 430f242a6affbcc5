"""What nobody tells of is seen: files of models that change, memory, and others at this machine."""

import asyncio
import json

import pytest

import tiny_models
from glimpsed.app import _model_states
from glimpsed.config import Config, ModelConfig, OcrConfig, YieldConfig
from glimpsed.core import events as was
from glimpsed.core.fit import GIB, Need
from glimpsed.core.machine import Machine
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import Plan
from glimpsed.lookout import Lookout
from performing import performing

PLAN = Plan(4096, "f16", projector_on_gpu=False, need=Need({}, {"process": GIB}))


class Watch:
    """A lookout, the machine that it looks at, and what it said."""

    def __init__(self, world, machine):
        self.machine = machine
        self.said = []
        performer = world.performer
        self.lookout = Lookout(world.config, world.store, performer, machine, self.said.append)

    async def sees(self, look):
        """What is said after a look."""
        self.said.clear()
        await look
        return {type(event): event for event in self.said}


def watch(tmp_path, body, **config):
    """Run `body` with a lookout over the model `eyes`, which is a script."""

    async def main():
        file = tmp_path / "eyes.json"
        write(file)
        eyes = ModelConfig(file=file, mmproj=file, backend="fake")
        settings = Config(models={"eyes": eyes}, ocr=OcrConfig(engine="none"), **config)
        machine = Machine(_model_states(settings, PROFILES["development"]), reads_text=False)
        async with performing(tmp_path, settings) as world:
            await body(Watch(world, machine), file)

    asyncio.run(main())


def write(file, reply=""):
    """A script of a model; one with another reply has another size."""
    file.write_text(json.dumps({"steps": [{"reply": reply or tiny_models.canned_description()}]}))


def test_a_model_is_looked_into_once_and_again_when_its_files_change(tmp_path):
    async def body(watch, file):
        look = watch.lookout
        inspected = (await watch.sees(look.inspect("eyes")))[was.ModelInspected]
        assert (inspected.model, inspected.code) == ("eyes", "")
        assert inspected.plans[0].context == PROFILES["development"].context
        assert await watch.sees(look.look_at_models()) == {}
        write(file, "something else")
        assert was.ModelInspected in await watch.sees(look.look_at_models())
        assert await watch.sees(look.look_at_models()) == {}

    watch(tmp_path, body)


def test_what_is_wrong_with_a_models_files_is_said_until_they_are_there(tmp_path):
    async def body(watch, file):
        file.unlink()
        missing = (await watch.sees(watch.lookout.inspect("eyes")))[was.ModelInspected]
        assert missing.code
        assert str(file) in missing.detail
        assert missing.plans == ()
        write(file)
        found = (await watch.sees(watch.lookout.look_at_models()))[was.ModelInspected]
        assert (found.code, found.detail) == ("", "")

    watch(tmp_path, body)


def test_a_model_that_was_given_up_is_looked_into_again_when_somebody_asks_for_it(tmp_path):
    async def body(watch, _file):
        look, models = watch.lookout, watch.machine.casting.models
        await look.inspect("eyes")
        models["eyes"].code = ""
        assert await watch.sees(look.look_at_models(given_up=True)) == {}
        models.give_up("eyes", "load_failed", "no")
        assert await watch.sees(look.look_at_models()) == {}
        assert was.ModelInspected in await watch.sees(look.look_at_models(given_up=True))

    watch(tmp_path, body)


@pytest.mark.parametrize(
    ("yielding", "readings"),
    [
        (YieldConfig(), {"on_battery"}),  # nobody asks a GPU while no model matters
        (YieldConfig(on_battery=False), set()),
    ],
    ids=["all", "no battery"],
)
def test_only_what_matters_is_looked_at(tmp_path, yielding, readings):
    async def body(watch, _file):
        seen = await watch.sees(watch.lookout.look_around())
        assert seen[was.SurroundingsSeen].readings.keys() == readings
        watch.machine.scheduler.slot.loaded("eyes", PLAN, 0.0)
        seen = await watch.sees(watch.lookout.look_around())
        assert seen[was.SurroundingsSeen].readings.keys() == readings | {"foreign_gpu"}

    watch(tmp_path, body, yielding=yielding)


def test_who_does_not_yield_to_others_does_not_look_at_them(tmp_path):
    async def body(watch, _file):
        watch.machine.scheduler.slot.loaded("eyes", PLAN, 0.0)
        seen = await watch.sees(watch.lookout.look_around())
        assert seen[was.SurroundingsSeen].readings == {}

    watch(tmp_path, body, yielding=YieldConfig(on_battery=False, to_gpu_users=False))


def test_an_idle_child_that_has_ended_is_missed_once_the_machine_knows_of_it_no_more(tmp_path):
    async def body(watch, _file):
        slot = watch.machine.scheduler.slot
        assert was.ModelGone not in await watch.sees(watch.lookout.look_around())
        slot.loaded("eyes", PLAN, 0.0)  # and no child has it
        seen = await watch.sees(watch.lookout.look_around())
        assert seen[was.ModelGone] == was.ModelGone("eyes")
        slot.gone("eyes")
        assert was.ModelGone not in await watch.sees(watch.lookout.look_around())

    watch(tmp_path, body)


def test_memory_is_not_measured_while_a_model_comes_or_goes(tmp_path):
    async def body(watch, _file):
        slot = watch.machine.scheduler.slot
        assert was.RoomSeen in await watch.sees(watch.lookout.look_around())
        slot.load("eyes", 1.0)
        assert was.RoomSeen not in await watch.sees(watch.lookout.look_around())
        slot.loaded("eyes", PLAN, 2.0)
        assert was.RoomSeen in await watch.sees(watch.lookout.look_around())
        slot.unload("eyes", 3.0)
        assert was.RoomSeen not in await watch.sees(watch.lookout.look_around())
        slot.gone("eyes")
        assert was.RoomSeen in await watch.sees(watch.lookout.look_around())

    watch(tmp_path, body)


def test_a_model_that_came_while_memory_was_measured_spoils_the_measurement(tmp_path):
    async def body(watch, _file):
        look = asyncio.ensure_future(watch.lookout.look_around())
        await asyncio.sleep(0)  # it has begun
        watch.machine.scheduler.slot.loaded("eyes", PLAN, 1.0)
        await look
        assert [type(event) for event in watch.said] == [was.SurroundingsSeen]

    watch(tmp_path, body)
