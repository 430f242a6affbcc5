"""The slot contract, held by the shipped test double and by real llama.cpp alike."""

import asyncio
import contextlib
import json
import os
import re
import signal
from pathlib import Path

import msgspec
import psutil
import pytest
from structlog.testing import capture_logs

import tiny_models
from glimpsed.config import ModelConfig
from glimpsed.core.errors import InputError, ModelError, WorkerDiedError
from glimpsed.engine.slot import CHILD_ENV, InferenceRequest, Slot

REPLY = "The editor shows main.py and a failing test below it."
REQUEST = InferenceRequest(
    system="Describe.", image=None, excerpt="| main.py", question="What is shown?", schema=None, max_tokens=64
)
LONG = msgspec.structs.replace(REQUEST, excerpt="", max_tokens=7000)


def script(path: Path, **parts) -> ModelConfig:
    """A fake model that does what `parts` say."""
    path.write_text(json.dumps(parts))
    return ModelConfig(file=path, backend="fake", context=8192)


class FakeModels:
    """What the contract needs, from the test double."""

    def __init__(self, folder: Path) -> None:
        self.answering = script(folder / "answering.json", vision=False, steps=[{"reply": REPLY}])
        steps = [{"delay_s": 60, "reply": "too late"}, {"reply": REPLY}]
        self.slow = script(folder / "slow.json", vision=False, steps=steps)


class LlamaModels:
    """What the contract needs, from llama.cpp: random weights never end a turn by themselves."""

    def __init__(self, folder: Path) -> None:
        canned = tiny_models.byte_text_model(folder / "canned.gguf", reply=REPLY)
        self.answering = ModelConfig(file=canned, context=1024)
        endless = tiny_models.byte_text_model(folder / "endless.gguf", layers=4)
        self.slow = ModelConfig(file=endless, context=8192)


@pytest.fixture(params=[FakeModels, pytest.param(LlamaModels, marks=pytest.mark.models)])
def models(request, tmp_path):
    return request.param(tmp_path)


@contextlib.asynccontextmanager
async def loaded(config: ModelConfig, *, verbose: bool = False):
    slot = Slot("tiny", config, verbose=verbose)
    await slot.load()
    try:
        yield slot
    finally:
        await slot.unload()


def cancels(logs) -> list[dict]:
    """What our log says of inferences that were cancelled."""
    found = [entry for entry in logs if entry["event"] == "engine.cancelled"]
    assert all(entry["log_level"] == "info" for entry in found)
    return [{key: entry[key] for key in ("model", "ms", "killed")} for entry in found]


@contextlib.contextmanager
def said_by_a_person(said: dict[str, str]):
    """The daemon's environment says this, and no more, about what its children are told."""
    before = dict(os.environ)
    for name in CHILD_ENV:
        os.environ.pop(name, None)
    os.environ.update(said)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_load_says_what_it_holds(models):
    async def walk():
        slot = Slot("tiny", models.answering)
        assert not slot.running
        assert slot.pid is None
        model = await slot.load()
        assert model.context == models.answering.context
        assert not model.vision
        assert slot.running
        assert alive(slot.pid)
        assert psutil.Process(slot.pid).nice() == 15
        await slot.unload()

    asyncio.run(walk())


def test_equal_prompts_get_equal_replies(models):
    async def walk():
        async with loaded(models.answering) as slot:
            first = await slot.run(REQUEST)
            second = await slot.run(REQUEST)
        assert first.text == second.text == REPLY
        assert first.finish == "stop"
        assert first.counts.prompt_tokens == second.counts.prompt_tokens > 0
        assert 0 < first.counts.output_tokens < REQUEST.max_tokens
        for reply in (first, second):
            assert list(reply.timings) == ["picture", "encode", "prefill", "generate"]
            assert all(ms >= 0 for ms in reply.timings.values())
            assert (reply.counts.encoded, reply.counts.reused) == (0, 0), "there was no picture"
            assert 0 <= reply.counts.kept_tokens < reply.counts.prompt_tokens
            assert reply.counts.forced_tokens == 0, "there was no schema"
            assert reply.counts.steps <= reply.counts.output_tokens

    asyncio.run(walk())


def test_a_reply_over_the_limit_is_said_to_be_cut(models):
    async def walk():
        async with loaded(models.answering) as slot:
            reply = await slot.run(InferenceRequest("Describe.", None, "", "What?", None, max_tokens=3))
        assert reply.finish == "length"
        assert reply.counts.output_tokens == 3
        assert REPLY.startswith(reply.text)

    asyncio.run(walk())


async def overflow(slot: Slot, request: InferenceRequest) -> tuple[int, ...]:
    """The numbers that the slot gives for not doing it."""
    with pytest.raises(ModelError) as error:
        await slot.run(request)
    assert error.value.code == "context_overflow"
    return tuple(int(number) for number in re.findall(r"\d+", error.value.detail))


def test_a_prompt_over_the_context_is_refused_with_the_numbers(models):
    async def walk():
        long = msgspec.structs.replace(REQUEST, excerpt="| word " * 10_000, max_tokens=8)
        async with loaded(models.answering) as slot:
            prompt, answer, context = await overflow(slot, long)
            assert prompt > 10_000
            assert (answer, context) == (8, models.answering.context)
            assert (await slot.run(REQUEST)).text == REPLY

    asyncio.run(walk())


def test_the_context_holds_prompt_and_answer_to_the_last_token(models):
    async def walk():
        async with loaded(models.answering) as slot:
            context = models.answering.context
            prompt = (await slot.run(REQUEST)).counts.prompt_tokens
            fitting = msgspec.structs.replace(REQUEST, max_tokens=context - prompt)
            assert (await slot.run(fitting)).text == REPLY
            one_more = msgspec.structs.replace(REQUEST, max_tokens=context - prompt + 1)
            assert await overflow(slot, one_more) == (prompt, context - prompt + 1, context)

    asyncio.run(walk())


@pytest.mark.parametrize("deadline_s", [0.0, 0.2])
def test_a_deadline_ends_the_run_and_leaves_the_model_loaded(models, deadline_s):
    async def walk():
        async with loaded(models.slow) as slot:
            pid = slot.pid
            with pytest.raises(ModelError) as error:
                await slot.run(msgspec.structs.replace(LONG, deadline_s=deadline_s))
            assert error.value.code == "deadline"
            assert slot.pid == pid
            assert slot.last_cancel is None
            in_time = msgspec.structs.replace(REQUEST, deadline_s=60.0)
            assert (await slot.run(in_time)).counts.output_tokens <= REQUEST.max_tokens

    asyncio.run(walk())


def test_a_probe_shows_that_the_model_lives_and_changes_nothing(models):
    async def walk():
        async with loaded(models.answering) as slot:
            before = await slot.run(REQUEST)
            await slot.probe()
            after = await slot.run(REQUEST)
            assert (after.text, after.finish) == (before.text, before.finish) == (REPLY, "stop")
        with pytest.raises(ModelError) as error:
            await slot.probe()
        assert error.value.code == "not_loaded"

    asyncio.run(walk())


@pytest.mark.parametrize("verbose", [True, False])
def test_what_the_native_side_logs_is_in_our_log_when_it_is_asked_for(models, verbose):
    async def walk():
        with capture_logs() as logs:
            async with loaded(models.answering, verbose=verbose) as slot:
                assert (await slot.run(REQUEST)).text == REPLY
        lines = [entry for entry in logs if entry["event"] == "engine.native"]
        assert bool(lines) == verbose
        for entry in lines:
            assert (entry["log_level"], entry["model"]) == ("debug", "tiny")
            assert entry["severity"] in {"debug", "info", "warning", "error"}
            assert entry["text"]
            assert not any(secret in entry["text"] for secret in ("main.py", "Describe", "editor shows"))

    asyncio.run(walk())


def test_a_childs_libraries_are_told_not_to_spin_unless_a_person_says_otherwise(models):
    async def environment():
        async with loaded(models.answering) as slot:
            return psutil.Process(slot.pid).environ()

    with said_by_a_person({}):
        assert asyncio.run(environment()).items() >= CHILD_ENV.items()
    with said_by_a_person({"OMP_WAIT_POLICY": "active"}):
        found = asyncio.run(environment())
        assert found.items() >= (CHILD_ENV | {"OMP_WAIT_POLICY": "active"}).items()


def test_a_model_without_a_projector_refuses_pictures(models, tmp_path):
    async def walk():
        request = InferenceRequest("Describe.", str(tmp_path / "x.png"), "", "What?", None, max_tokens=8)
        async with loaded(models.answering) as slot:
            with pytest.raises(ModelError) as error:
                await slot.run(request)
        assert error.value.code == "no_vision"

    asyncio.run(walk())


def test_a_cancelled_run_leaves_the_model_loaded(models):
    async def walk():
        async with loaded(models.slow) as slot:
            pid = slot.pid
            assert slot.last_cancel is None
            with capture_logs() as logs, pytest.raises(TimeoutError):
                await asyncio.wait_for(slot.run(LONG), 0.5)
            assert slot.pid == pid, "the child stopped by itself, between two tokens"
            ended = slot.last_cancel
            assert not ended.killed
            assert cancels(logs) == [{"model": "tiny", "ms": ended.ms, "killed": False}]
            reply = await slot.run(REQUEST)
            assert reply.counts.output_tokens <= REQUEST.max_tokens

    asyncio.run(walk())


def test_unloading_ends_the_child_and_loading_brings_it_back(models):
    async def walk():
        slot = Slot("tiny", models.answering)
        await slot.load()
        pid = slot.pid
        await slot.unload()
        await slot.unload()
        assert not slot.running
        assert slot.pid is None
        assert not alive(pid)
        with pytest.raises(ModelError) as error:
            await slot.run(REQUEST)
        assert error.value.code == "not_loaded"
        await slot.load()
        assert (await slot.run(REQUEST)).text == REPLY
        await slot.unload()

    asyncio.run(walk())


def test_loading_twice_replaces_the_child(models):
    async def walk():
        async with loaded(models.answering) as slot:
            first = slot.pid
            await slot.load()
            assert slot.pid != first
            assert not alive(first)

    asyncio.run(walk())


def test_a_killed_child_is_said_to_have_died_and_can_be_loaded_again(models):
    async def walk():
        async with loaded(models.slow) as slot:
            running = asyncio.create_task(slot.run(LONG))
            done, _ = await asyncio.wait((running,), timeout=0.3)
            assert not done, "this run takes far longer"
            os.kill(slot.pid, signal.SIGKILL)
            with pytest.raises(WorkerDiedError) as error:
                await running
            assert error.value.code == "killed"
            assert "SIGKILL" in error.value.detail
            assert not slot.running
            with pytest.raises(WorkerDiedError):
                await slot.run(REQUEST)
            await slot.load()
            assert slot.running

    asyncio.run(walk())


def test_a_missing_file_fails_the_load_and_leaves_no_child(models, tmp_path):
    async def walk():
        config = ModelConfig(file=tmp_path / "none.gguf", backend=models.answering.backend)
        slot = Slot("tiny", config)
        with pytest.raises(ModelError) as error:
            await slot.load()
        assert error.value.code == "load_failed"
        assert not slot.running
        assert not psutil.Process().children()

    asyncio.run(walk())


def test_the_double_plays_its_script(tmp_path):
    async def walk():
        steps = [
            {"error": {"code": "run_failed"}},
            {"reply": "then this"},
            {"abort": True},
        ]
        async with loaded(script(tmp_path / "s.json", steps=steps)) as slot:
            with pytest.raises(ModelError) as error:
                await slot.run(REQUEST)
            assert error.value.code == "run_failed"
            assert (await slot.run(REQUEST)).text == "then this"
            with pytest.raises(WorkerDiedError) as death:
                await slot.run(REQUEST)
            assert "SIGABRT" in death.value.detail

    asyncio.run(walk())


def test_a_picture_that_is_gone_is_the_inputs_fault(tmp_path):
    async def walk():
        request = InferenceRequest("Describe.", str(tmp_path / "gone.png"), "", "What?", None, max_tokens=8)
        async with loaded(script(tmp_path / "s.json")) as slot:
            with pytest.raises(InputError) as error:
                await slot.run(request)
        assert error.value.code == "picture_gone"

    asyncio.run(walk())


@pytest.mark.parametrize(("limit_s", "deadline_s"), [(0.3, None), (300.0, 0.3)])
def test_a_child_that_hangs_is_killed_at_its_limit_or_its_callers(tmp_path, limit_s, deadline_s):
    async def walk():
        hanging = script(tmp_path / "s.json", steps=[{"hang": True}])
        config = ModelConfig(file=hanging.file, backend="fake", run_limit_s=limit_s)
        async with loaded(config) as slot:
            pid = slot.pid
            with pytest.raises((WorkerDiedError, ModelError)) as error:
                await slot.run(msgspec.structs.replace(REQUEST, deadline_s=deadline_s))
            assert error.value.code == ("run_limit" if deadline_s is None else "deadline")
            assert isinstance(error.value, ModelError) == (deadline_s is not None), "who is to blame"
            assert not slot.running
            assert not alive(pid)

    asyncio.run(walk())


def test_a_child_that_is_deaf_to_cancelling_is_killed(tmp_path):
    async def walk():
        async with loaded(script(tmp_path / "s.json", steps=[{"hang": True}])) as slot:
            pid = slot.pid
            with capture_logs() as logs, pytest.raises(TimeoutError):
                await asyncio.wait_for(slot.run(REQUEST), 0.2)
            assert slot.last_cancel.killed
            assert cancels(logs) == [{"model": "tiny", "ms": slot.last_cancel.ms, "killed": True}]
            assert not slot.running
            assert not alive(pid)

    asyncio.run(walk())


@pytest.mark.parametrize("end", ["limit", "cancel"])
def test_a_load_that_never_ends_leaves_no_child(tmp_path, end):
    async def walk():
        file = script(tmp_path / "s.json", load={"hang": True}).file
        slot = Slot("tiny", ModelConfig(file=file, backend="fake", load_limit_s=0.3))
        with pytest.raises(WorkerDiedError if end == "limit" else TimeoutError):
            await asyncio.wait_for(slot.load(), 60 if end == "limit" else 0.1)
        assert not slot.running
        assert not psutil.Process().children()

    asyncio.run(walk())
