"""What models take, with real files, a real store, and the GPU that this machine has or a stand-in for it."""

import msgspec
import pytest

import child_python
import stand_in
import tiny_models
from glimpsed.config import Config, ModelConfig, VisionConfig
from glimpsed.core import fit
from glimpsed.core.fit import GIB, MIB
from glimpsed.engine.backend import offloads
from glimpsed.engine.contract import LoadedModel
from glimpsed.host.gpu import gpus
from glimpsed.memory import Memory
from store_samples import with_database

REPORT = LoadedModel(512, vision=True, buffers={"CPU": 5 * MIB}, rss=400 * MIB, settings={"flash_attn": "on"})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    text = tiny_models.byte_text_model(folder / "text.gguf", reply="yes")
    return ModelConfig(file=text, mmproj=tiny_models.projector(folder / "mmproj.gguf"), projector="cpu")


def with_memory(tmp_path, model, body, **vision):
    """Run `body` with what is known of one model, `eyes`."""
    config = Config(models={"eyes": model}, vision=VisionConfig(**vision))
    with_database(tmp_path, lambda db: body(Memory(config, db)))


async def best(memory):
    """The best way of loading the model."""
    return (await memory.ways("eyes"))[0]


def test_what_a_load_measured_replaces_the_estimate_also_after_a_restart(tmp_path, tiny):
    async def load(memory):
        before = await best(memory)
        assert not before.need.measured
        assert {"weights", "kv", "compute", "projector", "process"} <= before.need.in_main.keys()
        need = await memory.loaded("eyes", before.plan, REPORT)
        loaded = memory.last("eyes")
        assert loaded.need == need
        assert loaded.in_force == {"flash_attn": "on"}
        assert msgspec.structs.replace(loaded, in_force={}) == await best(memory)

    async def look(memory):
        assert memory.last("eyes") is None
        found = await best(memory)
        assert found.need.measured
        assert found.need.main == (400 + 256) * MIB
        assert found.in_force == {}, "what is configured may have changed"

    with_memory(tmp_path, tiny, load)
    with_memory(tmp_path, tiny, look)


@pytest.mark.parametrize(
    "change",
    [
        {"context": 8192},
        {"kv_type": "q8_0"},
        {"gpu_layers": 0},
        {"flash_attn": "off"},
        {"projector": "gpu"},
        {"mmproj": None},
    ],
    ids=str,
)
def test_a_measurement_is_for_these_files_and_these_settings(tmp_path, tiny, change):
    async def load(memory):
        await memory.loaded("eyes", (await best(memory)).plan, REPORT)

    async def look(memory):
        assert not (await best(memory)).need.measured

    with_memory(tmp_path, tiny, load)
    with_memory(tmp_path, msgspec.structs.replace(tiny, **change), look)


def test_the_name_and_what_memory_does_not_depend_on_are_no_part_of_it(tmp_path, tiny):
    async def load(memory):
        await memory.loaded("eyes", (await best(memory)).plan, REPORT)

    async def look(memory):
        assert (await best(memory)).need.measured

    with_memory(tmp_path, tiny, load)
    with_memory(tmp_path, msgspec.structs.replace(tiny, threads=1, max_output_tokens=16), look)


def test_a_load_that_reported_nothing_measured_nothing(tmp_path, tiny):
    async def body(memory):
        before = await best(memory)
        await memory.loaded("eyes", before.plan, LoadedModel(512, vision=True))
        assert memory.last("eyes") == before == await best(memory)

    with_memory(tmp_path, tiny, body)


@pytest.mark.parametrize(("place", "on_gpu"), [("gpu", True), ("cpu", False), ("auto", None)])
def test_the_projector_goes_where_it_is_configured_or_where_there_is_room(tmp_path, tiny, place, on_gpu):
    async def body(memory):
        expected = bool(gpus()) and await offloads() if on_gpu is None else on_gpu
        assert (await best(memory)).plan.projector_on_gpu is expected

    with_memory(tmp_path, msgspec.structs.replace(tiny, projector=place), body)


LOOK = """
import asyncio
from pathlib import Path
from glimpsed.config import Config, ModelConfig
from glimpsed.core import residency
from glimpsed.core.fit import Need
from glimpsed.engine.contract import LoadedModel
from glimpsed.memory import Memory
from store_samples import database

async def main():
    async with database(Path({folder!r})) as db:
        for place in ("auto", "cpu", "gpu"):
            model = ModelConfig(file=Path({file!r}), mmproj=Path({mmproj!r}), projector=place)
            memory = Memory(Config(models=dict(eyes=model)), db)
            plans = [way.plan for way in await memory.ways("eyes")]
            placed = residency.place(plans, await memory.room(Need(), ()), dict(), most=1)
            plan = placed.plan if placed else plans[-1]
            print(place, "gpu" if plan.projector_on_gpu else "cpu", "measured" * plan.need.measured)
            await memory.loaded("eyes", plan, LoadedModel(512, True, dict(CPU=5), 400))

asyncio.run(main())
"""
"""Loads a model thrice and says for each time where its projector goes, and whether its need is known."""


def looked(tmp_path, tiny):
    """What a process says that finds in `tmp_path` what stands in for a driver and a backend."""
    code = LOOK.format(folder=str(tmp_path), file=str(tiny.file), mmproj=str(tiny.mmproj))
    done = child_python.run(code, tmp_path, stand_in.search(tmp_path))
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.parametrize(("free", "auto"), [((2 * GIB,), "gpu"), ((3 * GIB // 2,), "cpu"), ((), "cpu")])
def test_with_a_gpu_the_projector_goes_there_if_it_has_room_or_it_is_so_configured(
    tmp_path, tiny, free, auto
):
    stand_in.gpus(tmp_path, *free)
    assert [line[:2] for line in looked(tmp_path, tiny)] == [["auto", auto], ["cpu", "cpu"], ["gpu", "gpu"]]


def test_a_measurement_is_for_this_build_of_the_backend_and_for_a_machine_with_this_gpu_or_none(
    tmp_path, tiny
):
    def known():
        return [line[0] for line in looked(tmp_path, tiny) if line[2:]]

    stand_in.gpus(tmp_path)
    stand_in.backend(tmp_path, "libllama.so,sha256=1")
    assert known() == ["cpu"], "where it went the first time, when it was to choose"
    assert known() == ["auto", "cpu", "gpu"]
    stand_in.gpus(tmp_path, 8 * GIB)
    assert known() == ["gpu"], "where it went the first time, when it was to choose"
    stand_in.backend(tmp_path, "libllama.so,sha256=1\nlibggml-cuda.so,sha256=2")
    assert known() == ["gpu"], "a build for a GPU may have the version of one for a CPU"


def test_a_build_for_the_cpu_uses_no_gpu_however_much_room_there_is(tmp_path, tiny):
    stand_in.gpus(tmp_path, 80 * GIB)
    stand_in.offload(tmp_path, to_gpu=False)
    assert [line[1] for line in looked(tmp_path, tiny)] == ["cpu", "cpu", "gpu"], "the last is configured"


def test_a_model_that_cannot_be_looked_into_is_loaded_all_the_same(tmp_path, tiny):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GG")

    async def body(memory):
        found = await best(memory)
        assert (found.files, found.need) == ("", fit.unknown())
        await memory.loaded("eyes", found.plan, REPORT)
        assert memory.last("eyes").need.measured

    with_memory(tmp_path, msgspec.structs.replace(tiny, file=broken), body)


@pytest.mark.parametrize(
    ("limit_mb", "rss_mb", "over"),
    [(0, 600, False), (0, 601, True), (100, 100, False), (100, 101, True), (100, None, False)],
)
def test_a_ceiling_is_configured_or_half_as_much_again_as_was_measured(
    tmp_path, tiny, limit_mb, rss_mb, over
):
    async def body(memory):
        assert not memory.weigh("eyes", 2**40), "nothing is known of it yet"
        await memory.loaded("eyes", (await best(memory)).plan, REPORT)
        assert memory.weigh("eyes", None if rss_mb is None else rss_mb * MIB) is over

    model = msgspec.structs.replace(tiny, memory_limit_mb=limit_mb)
    with_memory(tmp_path, model, body, slice_cache_mb=0)
