"""Memory that ends while a real model is loaded or at work: it has a name, whoever notices it."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest

import tiny_engine
from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.errors import InputError, ModelError, WorkerDiedError
from glimpsed.engine.contract import InferenceReply, LoadedModel
from glimpsed.engine.llama.model import require_success
from glimpsed.engine.llama.native import Log
from tiny_engine import ANSWER, SHORT, seeing
from tripped_engine import tripped_worker

pytestmark = pytest.mark.models

MIB = 2**20


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_engine.write_models(tmp_path_factory.mktemp("models"))


async def load_within(config: ModelConfig, address_space: int) -> None:
    worker = tripped_worker(config, VisionConfig(), address_space=address_space)
    await worker.start()
    try:
        await worker.call("load", {}, answer=LoadedModel, limit_s=60)
    finally:
        await worker.stop()


@pytest.mark.parametrize(("context", "address_space"), [(2**20, 4096 * MIB), (2**25, 4096 * MIB)])
def test_a_model_that_does_not_fit_is_said_to_lack_memory(folder, context, address_space):
    """A million tokens take no room in this model, but looking at all of them at once does; a context of
    thirty million does not fit itself.
    """
    config = seeing(folder, context=context)
    with pytest.raises(ModelError) as error:
        asyncio.run(load_within(config, address_space))
    assert error.value.code == "out_of_memory"
    assert re.search(r"failed to allocate .*buffer of size \d+", error.value.detail), "how much it wanted"


@pytest.mark.parametrize("mib", [150, 250, 300, 350, 420, 500])
def test_wherever_memory_ends_the_child_ends_with_a_name(folder, mib):
    """From where not even Python starts up to where the model nearly fits."""
    with pytest.raises((ModelError, WorkerDiedError)) as error:
        asyncio.run(load_within(seeing(folder), mib * MIB))
    assert error.value.code in {"out_of_memory", "died"}
    assert error.value.detail


async def pinched(folder: Path, slack: int) -> None:
    """A model that is loaded is asked while memory is short, and again when it is not."""
    request = msgspec.structs.replace(SHORT, image=str(folder / "large.png"))
    asked = msgspec.to_builtins(request)
    worker = tripped_worker(seeing(folder, "answer.gguf"), VisionConfig())
    await worker.start()
    try:
        await worker.call("load", {}, answer=LoadedModel, limit_s=60)
        await worker.call("pinch", {"slack": slack}, answer=dict, limit_s=60)
        with pytest.raises(ModelError) as error:
            await worker.call("run", asked, answer=InferenceReply, limit_s=60)
        assert error.value.code == "out_of_memory"
        await worker.call("pinch", {"slack": None}, answer=dict, limit_s=60)
        assert (await worker.call("run", asked, answer=InferenceReply, limit_s=60)).text == ANSWER
    finally:
        await worker.stop()


@pytest.mark.parametrize("mib", [1, 8, 44], ids=["nothing", "no picture", "no slices"])
def test_memory_that_ends_in_the_middle_of_work_is_named_and_the_child_goes_on(folder, mib):
    """Python finds none, or llama.cpp does, which says so in its log alone."""
    tiny_engine.write_noise(folder / "large.png", 2000, 1500)
    asyncio.run(pinched(folder, mib * MIB))


def test_a_child_that_aborts_for_want_of_memory_says_so_though_ggml_has_it_in_its_log_alone(folder):
    async def walk():
        worker = tripped_worker(seeing(folder, "answer.gguf"), VisionConfig())
        await worker.start()
        try:
            await worker.call("load", {}, answer=LoadedModel, limit_s=60)
            with pytest.raises(WorkerDiedError) as error:
                await worker.call("gorge", {}, answer=dict, limit_s=60)
        finally:
            await worker.stop()
        assert error.value.code == "out_of_memory"
        assert "SIGABRT" in error.value.detail
        assert "GGML_ASSERT" in error.value.detail

    asyncio.run(walk())


@pytest.mark.parametrize(
    ("status", "code"), [(-2, "out_of_memory"), (-3, "run_failed"), (-1, "run_failed"), (1, "run_failed")]
)
def test_of_what_llama_cpp_returns_one_number_says_that_it_could_not_allocate(status, code):
    with pytest.raises(ModelError) as error:
        require_success(status)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("level", "line", "code"),
    [
        (4, "CUDA error: out of memory", "out_of_memory"),
        (4, "ggml_gallocr_reserve_n: failed to allocate CUDA0 buffer of size 1234", "out_of_memory"),
        (4, "ggml_aligned_malloc: insufficient memory (attempted to allocate 12.00 MB)", "out_of_memory"),
        (4, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED", "out_of_memory"),
        (4, "ggml_vulkan: Device memory allocation of size 1234 failed.", "out_of_memory"),
        (4, "CUDA error: an illegal memory access was encountered", "run_failed"),
        (1, "add_text: out of memory", "run_failed"),
    ],
)
def test_what_the_libraries_say_at_work_tells_want_of_memory_from_other_failures(level, line, code):
    log, failed = Log(), ModelError("run_failed", "x")
    log.loading = False
    log.work_begins()
    log._take(level, line.encode(), None)
    assert log.blamed(failed).code == code
    others = InputError("picture_gone", "x"), ModelError("deadline", "x")
    assert all(log.blamed(other) is other for other in others)
    log.work_begins()
    assert log.blamed(failed) is failed, "that was another request"
    assert log.blamed(MemoryError()).code == "out_of_memory"
