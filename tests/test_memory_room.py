"""How models could be loaded, and how much there is for all of them, with the GPUs of a stand-in driver."""

import json

import msgspec
import pytest

import child_python
import stand_in
import tiny_models
from glimpsed.config import Config, ModelConfig, ResourcesConfig
from glimpsed.core.fit import GIB, MIB, Need
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import UNKNOWN, Plan
from glimpsed.engine.contract import LoadedModel
from glimpsed.host.memory import available
from glimpsed.memory import MAIN_MARGIN, Memory
from store_samples import with_database

SMALL = PROFILES["constrained_16gb"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    text = tiny_models.byte_text_model(folder / "text.gguf", reply="yes")
    return ModelConfig(file=text, mmproj=tiny_models.projector(folder / "mmproj.gguf"))


def ways(tmp_path, model, profile="constrained_16gb"):
    """Every way of loading a model on a machine like this."""
    found = []

    async def body(store):
        config = Config(models={"eyes": model}, resources=ResourcesConfig(profile=profile))
        found.extend(await Memory(config, store).ways("eyes"))

    with_database(tmp_path, body)
    return found


def test_what_nobody_decided_is_made_smaller_step_by_step_down_to_what_the_profile_allows(tmp_path, tiny):
    found = ways(tmp_path, msgspec.structs.replace(tiny, projector="cpu"))
    assert [(way.plan.context, way.plan.kv_type) for way in found] == [
        (SMALL.context, "f16"),
        (SMALL.smallest_context, "f16"),
        (SMALL.smallest_context, "q8_0"),
    ]
    assert [len(way.plan.changed) for way in found] == [0, 1, 2], "it is said what was made smaller"
    needs = [way.need.main for way in found]
    assert needs == sorted(needs, reverse=True)


@pytest.mark.parametrize(
    ("decided", "as_planned"),
    [
        ({"context": 5000}, lambda plan: plan.context == 5000),
        ({"kv_type": "f16"}, lambda plan: plan.kv_type == "f16"),
        ({"kv_type": "q8_0"}, lambda plan: plan.kv_type == "q8_0"),
        ({"projector": "gpu"}, lambda plan: plan.projector_on_gpu),
        ({"projector": "cpu"}, lambda plan: not plan.projector_on_gpu),
        ({"flash_attn": "off"}, lambda plan: plan.kv_type == "f16"),  # a quantised cache needs it
    ],
    ids=str,
)
def test_what_somebody_decided_is_the_same_in_every_way(tmp_path, tiny, decided, as_planned):
    found = ways(tmp_path, msgspec.structs.replace(tiny, **decided))
    assert found
    assert all(as_planned(way.plan) for way in found)


WAYS = """
import asyncio
from pathlib import Path
from glimpsed.config import Config, ModelConfig
from glimpsed.memory import Memory
from store_samples import database

async def main():
    async with database(Path({folder!r})) as db:
        model = ModelConfig(file=Path({file!r}), mmproj=Path({mmproj!r}), **{decided!r})
        for way in await Memory(Config(models=dict(eyes=model)), db).ways("eyes"):
            print(way.plan.gpu_layers, way.plan.need.gpu > 0, way.plan.last_resort)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("to_gpu", "decided", "layers"),
    [
        (True, {}, {-1: True, 1: True, 0: False}),
        (True, {"gpu_layers": -1}, {-1: True}),
        (True, {"gpu_layers": 1}, {1: True}),
        (True, {"gpu_layers": 0, "projector": "cpu"}, {0: False}),
        (False, {}, {-1: False}),
    ],
    ids=str,
)
def test_layers_leave_the_gpu_where_one_is_used_and_nobody_decided(tmp_path, tiny, to_gpu, decided, layers):
    stand_in.gpus(tmp_path, 8 * GIB)
    stand_in.offload(tmp_path, to_gpu=to_gpu)
    deep = tiny_models.byte_text_model(tmp_path / "deep.gguf", reply="yes", layers=2)
    code = WAYS.format(folder=str(tmp_path), file=str(deep), mmproj=str(tiny.mmproj), decided=decided)
    done = child_python.run(code, tmp_path, stand_in.search(tmp_path))
    assert done.returncode == 0, done.stderr
    found = [line.split() for line in done.stdout.splitlines()]
    assert dict.fromkeys(int(line[0]) for line in found).keys() == layers.keys()
    for count, on_gpu, last_resort in found:
        assert on_gpu == str(layers[int(count)])
        assert last_resort == str(int(count) != next(iter(layers)))


def test_a_load_by_a_plan_of_yesterday_is_measured_and_kept_under_no_name(tmp_path, tiny):
    async def body(store):
        memory = Memory(Config(models={"eyes": tiny}), store)
        await memory.ways("eyes")
        yesterday = Plan(777, "f16", projector_on_gpu=False, need=Need())
        report = LoadedModel(777, vision=True, buffers={"CPU": 5 * MIB}, rss=400 * MIB)
        need = await memory.loaded("eyes", yesterday, report)
        assert need.measured
        assert not any(way.need.measured for way in await memory.ways("eyes"))

    with_database(tmp_path, body)


ROOM = """
import asyncio, json
from pathlib import Path
from glimpsed.config import Config, ResourcesConfig
from glimpsed.core.fit import Need
from glimpsed.memory import Memory
from store_samples import database

async def main():
    async with database(Path({folder!r})) as db:
        memory = Memory(Config(resources=ResourcesConfig(**{resources!r})), db)
        room = await memory.room(Need(dict(weights={held!r})), [{children!r}])
        print(json.dumps(dict(gpu=room.gpu, main=room.main, profile=(await memory.profile()).name)))

asyncio.run(main())
"""


def room(tmp_path, *free, held=0, children=0, offload=True, **resources):
    """What a process says that finds GPUs with so many bytes `free`, and a backend that can `offload`."""
    stand_in.gpus(tmp_path, *free)
    stand_in.offload(tmp_path, to_gpu=offload)
    code = ROOM.format(folder=str(tmp_path), held=held, children=children, resources=resources)
    done = child_python.run(code, tmp_path, stand_in.search(tmp_path))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("free", "held", "resources", "expected"),
    [
        ((8 * GIB,), 0, {}, 7 * GIB),
        ((8 * GIB, GIB // 2), 0, {}, 7 * GIB),  # each GPU keeps its own margin
        ((3 * GIB,), 5 * GIB, {}, 7 * GIB),  # what models hold is theirs to give back
        ((GIB // 2,), 5 * GIB, {}, 4 * GIB + GIB // 2),
        ((0,), 5 * GIB, {}, 4 * GIB),  # so that it is seen when they take what is to stay free
        ((0,), GIB // 2, {}, 0),
        ((), 0, {}, UNKNOWN),  # a GPU of another maker
        ((), 0, {"gpu_memory_mb": 2048}, 2 * GIB),
        ((30 * GIB,), 0, {"profile": "constrained_6gb"}, PROFILES["constrained_6gb"].budget),
        ((3 * GIB,), 0, {"profile": "constrained_6gb"}, 2 * GIB),  # a profile makes no memory
        ((30 * GIB,), 0, {"gpu_memory_mb": 2048}, 2 * GIB),
    ],
)
def test_room_on_gpus_is_what_is_free_and_ours_up_to_what_is_configured(
    tmp_path, free, held, resources, expected
):
    assert room(tmp_path, *free, held=held, **resources)["gpu"] == expected


@pytest.mark.parametrize(
    ("free", "profile"),
    [
        ((), "development"),
        ((4 * GIB,), "development"),
        ((16 * GIB - GIB,), "constrained_16gb"),
        ((15 * GIB, 15 * GIB), "multi_gpu_2x16gb"),
        ((95 * GIB,), "generous_96gb"),
    ],
)
def test_the_profile_is_that_of_the_gpus_which_are_there(tmp_path, free, profile):
    assert room(tmp_path, *free)["profile"] == profile


def test_gpus_are_nothing_to_a_build_for_the_cpu(tmp_path):
    found = room(tmp_path, 95 * GIB, offload=False)
    assert (found["profile"], found["gpu"]) == ("development", UNKNOWN)


def test_a_profile_that_was_chosen_holds_on_any_machine(tmp_path):
    assert room(tmp_path, 95 * GIB, profile="development")["profile"] == "development"


def test_room_in_main_memory_leaves_some_to_everything_else_and_counts_what_models_hold(tmp_path):
    free, total = available()
    margin = max(MAIN_MARGIN, total // 10)
    found = room(tmp_path, children=free + margin)["main"]
    assert free < found < free + total, "what the children hold comes on top of what is free, less the margin"
    assert room(tmp_path, main_memory_mb=1)["main"] == MIB
