"""Children that hold models: loaded, asked for a sign of life, taken back."""

import asyncio

import psutil
import pytest

import tiny_models
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.histogram import Stage
from performing import perform
from running_daemon import until

MIB = 2**20
GOOD = tiny_models.canned_description()


def that_loads() -> psutil.Process | None:
    """The child of ours that was started to hold a model."""
    children = psutil.Process().children()
    return next((child for child in children if "script.json" in " ".join(child.cmdline())), None)


def test_a_load_says_how_long_it_took_and_where_the_model_is_and_is_counted(tmp_path):
    async def body(world):
        loaded = await world.load()
        assert (loaded.model, loaded.device) == ("eyes", "CUDA0")
        assert loaded.ms > 0
        assert (loaded.need.measured, loaded.need.gpu > 4 * MIB) == (True, True)
        assert await world.stages() == {Stage.LOAD: 1}

    perform(tmp_path, body, script={"buffers": {"CPU": MIB, "CUDA0": 4 * MIB}, "rss": 2 * MIB})


@pytest.mark.parametrize(
    ("load", "told"),
    [
        ({"error": {"code": "out_of_memory"}}, was.ModelRefused),
        ({"error": {"code": "load_failed"}}, was.ModelRefused),
        ({"abort": True}, was.ModelDied),
        ({"delay_s": 300}, was.ModelDied),
    ],
    ids=["memory", "refused", "aborts", "late"],
)
def test_a_load_that_fails_leaves_no_child_and_is_not_counted(tmp_path, load, told):
    async def body(world):
        event = await world.load(kind=told)
        assert event.model == "eyes"
        if told is was.ModelRefused:
            assert event.code == load["error"]["code"]
        else:
            assert event.job is None
        assert world.performer.pids() == {}
        assert await world.stages() == {}

    perform(tmp_path, body, script={"load": load}, load_limit_s=60 if "delay_s" not in load else 0.5)


@pytest.mark.parametrize("words", ["memory ran out\n", "CUDA error: out of memory\n"])
def test_a_child_that_dies_of_want_of_memory_while_it_loads_is_a_model_that_found_none(tmp_path, words):
    async def body(world):
        refused = await world.load(kind=was.ModelRefused)
        assert refused.code == "out_of_memory"
        assert "SIGABRT" in refused.detail
        assert world.performer.pids() == {}

    perform(tmp_path, body, script={"load": {"abort": True, "words": words}})


def test_a_child_that_somebody_else_kills_while_it_loads_is_taken_for_one_that_found_no_memory(tmp_path):
    async def body(world):
        loading = asyncio.ensure_future(world.load(kind=was.ModelRefused))
        child = await asyncio.to_thread(until, that_loads, what="a child that loads")
        child.kill()
        refused = await loading
        assert refused.code == "out_of_memory"
        assert "SIGKILL" in refused.detail

    perform(tmp_path, body, script={"load": {"delay_s": 300}})


def test_a_child_that_dies_of_want_of_memory_when_it_is_asked_for_a_sign_of_life_says_so(tmp_path):
    async def body(world):
        await world.load()
        probed = await world.done(do.ProbeModel("eyes", "screen", reply=False), was.ModelProbed)
        assert (probed.code, probed.killed) == ("out_of_memory", True)
        assert world.performer.pids() == {}

    perform(tmp_path, body, {"abort": True, "words": "memory ran out\n"})


def test_several_models_are_in_memory_until_they_are_taken_back(tmp_path):
    async def body(world):
        for name in ("eyes", "voice"):
            await world.load(name)
        engines = world.performer.engines
        assert engines.pids().keys() == {"eyes", "voice"}
        assert all(size > MIB for size in engines.own_bytes())
        await world.done(do.UnloadModel("eyes"), was.ModelUnloaded)
        assert engines.pids().keys() == {"voice"}
        assert len(engines.own_bytes()) == 1
        await world.done(do.ProbeModel("voice", "ask", reply=False), was.ModelProbed)

    perform(tmp_path, body, models=("eyes", "voice"))


@pytest.mark.parametrize(
    ("role", "reply", "step", "event"),
    [
        ("screen", False, {"reply": "yes"}, was.ModelProbed("eyes")),
        (
            "screen",
            False,
            {"error": {"code": "blind"}},
            was.ModelProbed("eyes", "blind", "as the script says"),
        ),
        ("screen", True, {"reply": GOOD}, was.ModelProbed("eyes")),
        ("ask", True, {"reply": "A window."}, was.ModelProbed("eyes")),
    ],
)
def test_a_sign_of_life_is_a_token_or_all_that_the_role_asks(tmp_path, role, reply, step, event):
    async def body(world):
        await world.load()
        assert await world.done(do.ProbeModel("eyes", role, reply=reply), was.ModelProbed) == event

    perform(tmp_path, body, step)


@pytest.mark.parametrize(
    ("reply", "code"),
    [("no description", "malformed"), ("word " * 999, "reply_cut")],
    ids=["malformed", "cut"],
)
def test_a_reply_that_would_fail_a_job_is_no_sign_of_life(tmp_path, reply, code):
    async def body(world):
        await world.load()
        probed = await world.done(do.ProbeModel("eyes", "screen", reply=True), was.ModelProbed)
        assert probed.code == code

    perform(tmp_path, body, {"reply": reply}, max_output_tokens=512)


def test_a_child_that_dies_when_it_is_asked_for_a_sign_of_life_died_over_no_job(tmp_path):
    async def body(world):
        await world.load()
        died = await world.done(do.ProbeModel("eyes", "screen", reply=False), was.ModelDied)
        assert (died.model, died.job) == ("eyes", None)
        assert "SIGABRT" in died.detail

    perform(tmp_path, body, {"abort": True})
