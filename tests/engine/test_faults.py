"""Faults of files, prompts and processes, with real llama.cpp: each has a name, and what comes next
is done well.
"""

import asyncio
import json
import os
import re
import signal
import struct
from pathlib import Path

import msgspec
import psutil
import pytest

import tiny_engine
import tiny_models
from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError, WorkerDiedError
from glimpsed.core.roles import screen
from glimpsed.engine.inspect import inspect
from glimpsed.engine.slot import Slot
from running_daemon import until
from tiny_engine import ANSWER, SHORT, describing, loaded, native_lines, run, seeing

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tiny_engine.write_models(tmp_path_factory.mktemp("models"))
    tiny_engine.write_noise(folder / "noise.png", 896, 896)
    tiny_engine.write_noise(folder / "other.png", 896, 896)
    return folder


def refusal(config: ModelConfig) -> ModelError:
    """How loading fails; the slot is left without a child, and fit for another try."""

    async def walk():
        slot = Slot("tiny", config)
        with pytest.raises(ModelError) as error:
            await slot.load()
        assert not slot.running
        assert not psutil.Process().children()
        return error.value

    return asyncio.run(walk())


def death(config: ModelConfig) -> WorkerDiedError:
    """How loading kills the child; the slot is left without one."""

    async def walk():
        slot = Slot("tiny", config)
        with pytest.raises(WorkerDiedError) as error:
            await slot.load()
        assert not slot.running
        assert not psutil.Process().children()
        return error.value

    return asyncio.run(walk())


def cut(path: Path, size: int) -> None:
    os.truncate(path, size)


def patch(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


SPOILT = pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: cut(path, 0), "short"),
        (lambda path: cut(path, 100), "short"),
        (lambda path: cut(path, path.stat().st_size // 2), "short"),
        (lambda path: patch(path, 0, b"<!DO"), "not_gguf"),
        (lambda path: patch(path, 4, struct.pack("<I", 99)), "unsupported_version"),
    ],
    ids=["empty", "beginning", "half", "not_gguf", "version_99"],
)


@SPOILT
def test_a_spoilt_text_model_is_named_in_advance_and_fails_to_load(tmp_path, spoil, code):
    config = ModelConfig(file=tiny_models.byte_text_model(tmp_path / "text.gguf"))
    spoil(config.file)
    problem = inspect(config)
    assert problem.code == code
    assert str(config.file) in problem.detail
    assert refusal(config).code == "load_failed"


def test_a_text_model_one_byte_short_is_refused_by_both(tmp_path):
    config = ModelConfig(file=tiny_models.byte_text_model(tmp_path / "text.gguf"))
    cut(config.file, config.file.stat().st_size - 1)
    assert inspect(config).code == "short"
    assert refusal(config).code == "load_failed"


@SPOILT
def test_a_spoilt_projector_is_named_in_advance_and_fails_to_load(folder, tmp_path, spoil, code):
    config = seeing(folder, mmproj=tiny_models.projector(tmp_path / "mmproj.gguf"))
    spoil(config.mmproj)
    problem = inspect(config)
    assert problem.code == code
    assert str(config.mmproj) in problem.detail
    error = refusal(config)
    assert error.code == "load_failed"
    assert str(config.mmproj) in error.detail, "it says which of the two files"


def test_a_projector_one_byte_short_is_named_though_llama_cpp_loads_it(folder, tmp_path):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf")
    size = mmproj.stat().st_size
    cut(mmproj, size - 1)
    config = seeing(folder, mmproj=mmproj)
    problem = inspect(config)
    assert problem.code == "short"
    assert str(size) in problem.detail
    assert str(size - 1) in problem.detail
    run(config)  # reads are unchecked there: nobody else would say so


def test_a_projector_of_another_width_is_named_and_fails_to_load(folder, tmp_path):
    config = seeing(folder, mmproj=tiny_models.projector(tmp_path / "mmproj.gguf", width=256))
    problem = inspect(config)
    assert problem.code == "wrong_pair"
    assert "256" in problem.detail
    assert "128" in problem.detail
    error = refusal(config)
    assert error.code == "load_failed"
    assert "n_embd" in error.detail, "llama.cpp's own reason is passed on"


@pytest.mark.parametrize("version", [1, 100])
def test_an_unknown_version_is_named_and_fails_to_load(folder, tmp_path, version):
    config = seeing(folder, mmproj=tiny_models.projector(tmp_path / "mmproj.gguf", version))
    problem = inspect(config)
    assert problem.code == "wrong_pair"
    assert f"version {version}" in problem.detail
    with pytest.raises((ModelError, WorkerDiedError)) as error:  # some builds of llama.cpp abort
        run(config)
    assert error.value.code in {"load_failed", "died"}


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        ({"drop": ["v.patch_embd.weight"]}, "SIGSEGV"),
        ({"drop": ["v.blk.0.attn_q.weight"]}, "SIGSEGV"),
        ({"declared_queries": 32}, "SIGABRT (ggml.c"),
        ({"version_as_uint32": True}, "SIGABRT (gguf.cpp"),
    ],
    ids=["patches", "attention", "queries", "version_type"],
)
def test_faults_that_only_llama_cpp_sees_kill_only_the_child(folder, tmp_path, fault, ending):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", **fault)
    config = seeing(folder, "answer.gguf", mmproj=mmproj)
    error = death(config)
    assert error.code == "died"
    assert ending in error.detail
    assert "GGML_ASSERT" in error.detail or "SIGSEGV" in error.detail


def test_a_slot_whose_child_died_loading_takes_the_mended_file(folder, tmp_path):
    mmproj = tiny_models.projector(tmp_path / "mmproj.gguf", declared_queries=32)

    async def walk():
        slot = Slot("tiny", seeing(folder, "answer.gguf", mmproj=mmproj))
        for _ in range(2):
            with pytest.raises(WorkerDiedError):
                await slot.load()
        tiny_models.projector(mmproj)
        await slot.load()
        try:
            assert (await slot.run(describing(folder, schema=None))).text == ANSWER
        finally:
            await slot.unload()

    asyncio.run(walk())


@pytest.mark.parametrize("tensor", ["resampler.kv.weight", "v.blk.1.ffn_up.weight"])
def test_missing_tensors_fail_the_load(folder, tmp_path, tensor):
    config = seeing(folder, mmproj=tiny_models.projector(tmp_path / "mmproj.gguf", drop=[tensor]))
    error = refusal(config)
    assert error.code == "load_failed"
    assert tensor in error.detail


def test_a_text_model_without_a_tensor_fails_the_load(tmp_path):
    file = tiny_models.byte_text_model(tmp_path / "text.gguf", drop=["output_norm.weight"])
    error = refusal(ModelConfig(file=file))
    assert error.code == "load_failed"
    assert "output_norm" in error.detail


# -- prompts, schemas, replies


@pytest.mark.parametrize(("picture", "context"), [("picture.png", 768), ("noise.png", 2048)])
def test_a_prompt_over_the_context_is_refused_with_both_numbers_and_nothing_is_encoded(
    folder, picture, context
):
    config = seeing(folder, "answer.gguf")
    excerpt = "| a line of the screen" * 80
    request = describing(folder, image=str(folder / picture), excerpt=excerpt, schema=None)
    (fitting,) = run(config, request)

    async def walk():
        async with loaded(msgspec.structs.replace(config, context=context)) as slot:
            with pytest.raises(ModelError) as error:
                await slot.run(request)
            assert error.value.code == "context_overflow"
            numbers = [int(number) for number in re.findall(r"\d+", error.value.detail)]
            assert numbers == [fitting.counts.prompt_tokens, request.max_tokens, context]
            small = msgspec.structs.replace(SHORT, image=request.image)
            reply = await slot.run(small)
            assert (reply.counts.reused, reply.counts.encoded) == (0, fitting.counts.encoded)
            assert reply.text == ANSWER

    asyncio.run(walk())


NO_SCHEMAS = (
    {"type": "nonsense"},
    {"$ref": "#/nowhere"},
    {"type": "object", "properties": {"a": {"$ref": "https://example.org/schema"}}},
    {"type": "string", "pattern": "(["},
    {"not": {"type": "string"}},
    {"enum": []},
    {"type": "integer", "minimum": 5, "maximum": 2},
    {"properties": 3},
)


def test_a_schema_that_cannot_be_compiled_is_refused_and_never_gives_free_text(folder):
    async def walk():
        async with loaded(seeing(folder, "answer.gguf")) as slot:
            pid = slot.pid
            for schema in NO_SCHEMAS:
                with pytest.raises(ModelError) as error:
                    await slot.run(msgspec.structs.replace(SHORT, schema=schema))
                assert error.value.code == "bad_schema", schema
                assert error.value.detail
            assert (await slot.run(SHORT)).text == ANSWER
            assert slot.pid == pid

    asyncio.run(walk())


def test_a_reply_that_the_limit_cuts_is_said_to_be_cut_at_every_length(folder):
    """Also where what is there would do: 12 is a number, and half of 1234."""
    number = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}

    async def walk():
        async with loaded(seeing(folder, "random.gguf")) as slot:
            for schema in (number | {"additionalProperties": False}, {"type": "integer", "minimum": 10**8}):
                request = msgspec.structs.replace(SHORT, schema=schema)
                whole = await slot.run(request)
                assert whole.finish == "stop"
                length = whole.counts.output_tokens
                for limit in range(1, length):
                    reply = await slot.run(msgspec.structs.replace(request, max_tokens=limit))
                    assert (reply.finish, reply.counts.output_tokens) == ("length", limit)
                    assert whole.text.startswith(reply.text)
                assert json.loads(whole.text) is not None

    asyncio.run(walk())


def test_a_description_cut_anywhere_is_no_description(folder):
    async def walk():
        async with loaded(seeing(folder)) as slot:
            request = describing(folder, image=None)
            whole = await slot.run(request)
            for limit in (1, 7, whole.counts.output_tokens - 1):
                reply = await slot.run(msgspec.structs.replace(request, max_tokens=limit))
                assert reply.finish == "length"
                with pytest.raises(ModelError):
                    screen.parse(reply.text)
            exact = await slot.run(msgspec.structs.replace(request, max_tokens=whole.counts.output_tokens))
            assert (exact.finish, exact.text) == ("stop", whole.text)

    asyncio.run(walk())


# -- processes


async def killed_at(slot: Slot, request, sign: str, times: int) -> WorkerDiedError:
    """Kill the child once it logged so many lines with `sign` in them."""
    with native_lines() as lines:
        running = asyncio.create_task(slot.run(request))
        await lines.until(running, sign, times)
        os.kill(slot.pid, signal.SIGKILL)
        with pytest.raises(WorkerDiedError) as error:
            await running
    return error.value


async def killed_writing(slot: Slot, request) -> WorkerDiedError:
    """Kill the child once it has worked for so long that it must be writing its answer."""
    child = psutil.Process(slot.pid)
    begun = child.cpu_times().user
    running = asyncio.create_task(slot.run(request))
    await asyncio.to_thread(until, lambda: child.cpu_times().user > begun + 0.5)
    os.kill(slot.pid, signal.SIGKILL)
    with pytest.raises(WorkerDiedError) as error:
        await running
    return error.value


def test_a_child_killed_at_any_stage_is_named_and_a_fresh_one_says_the_same(folder):
    picture = msgspec.structs.replace(SHORT, image=str(folder / "other.png"), excerpt="| a line" * 500)
    endless = msgspec.structs.replace(SHORT, schema={"type": "string", "minLength": 9000}, max_tokens=8000)
    short = msgspec.structs.replace(SHORT, image=str(folder / "noise.png"))

    async def walk():
        async with loaded(seeing(folder, "random.gguf"), verbose=True) as slot:
            reference = await slot.run(short)
            slices = reference.counts.encoded
            for kill in (
                lambda: killed_at(slot, picture, "decoding image batch", 1),
                lambda: killed_at(slot, picture, "image decoded", slices),
                lambda: killed_writing(slot, endless),
            ):
                error = await kill()
                assert (error.code, error.detail) == ("killed", "killed by SIGKILL")
                assert not slot.running
                await slot.load()
                assert (await slot.run(short)).text == reference.text

    asyncio.run(walk())


@pytest.mark.parametrize("sign", ["loaded meta data", "load_hparams: projector"])
def test_a_child_killed_while_it_loads_is_named_and_the_next_one_loads(folder, sign):
    async def walk():
        slot = Slot("tiny", seeing(folder, "answer.gguf"), verbose=True)
        with native_lines() as lines:
            loading = asyncio.create_task(slot.load())
            await lines.until(loading, sign)
            (child,) = psutil.Process().children()
            child.kill()
            with pytest.raises(WorkerDiedError) as error:
                await loading
        assert (error.value.code, error.value.detail) == ("killed", "killed by SIGKILL")
        assert not slot.running
        await slot.load()
        try:
            assert (await slot.run(SHORT)).text == ANSWER
        finally:
            await slot.unload()

    asyncio.run(walk())
