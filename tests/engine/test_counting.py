"""Tokens are counted as a prompt has them: by the test double and by real llama.cpp alike."""

import asyncio
import json

import pytest

import tiny_models
from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError
from glimpsed.engine.slot import InferenceRequest, Slot
from tiny_engine import loaded

REQUEST = InferenceRequest(
    system="Describe.", image=None, excerpt="| main.py", question="What is shown?", schema=None, max_tokens=8
)
TEXTS = (REQUEST.system, REQUEST.excerpt, REQUEST.question, "", "| word " * 500, "<|eot_id|> größer 東京")


def fake(folder):
    file = folder / "script.json"
    file.write_text(json.dumps({"steps": [{"reply": "a"}], "vision": False}))
    return ModelConfig(file=file, backend="fake", context=8192)


def llama(folder):
    return ModelConfig(file=tiny_models.byte_text_model(folder / "tiny.gguf"), context=1024)


EVERY_BACKEND = pytest.mark.parametrize("made", [fake, pytest.param(llama, marks=pytest.mark.models)])


@EVERY_BACKEND
def test_what_is_counted_is_what_a_prompt_takes(made, tmp_path):
    config = made(tmp_path)

    async def walk():
        async with loaded(config) as slot:
            count = await slot.count(TEXTS)
            taken = (await slot.run(REQUEST)).counts.prompt_tokens
            assert taken == sum(count.tokens[:3]) + count.frame
            assert count.context == config.context
            assert count.tokens[3] == 0
            assert count.tokens[4] > 500, "what would not fit is counted all the same"
            assert await slot.count(TEXTS) == count
            assert (await slot.count([])).tokens == ()

    asyncio.run(walk())


@EVERY_BACKEND
def test_nothing_is_counted_without_a_model(made, tmp_path):
    async def walk():
        with pytest.raises(ModelError) as error:
            await Slot("tiny", made(tmp_path)).count(TEXTS)
        assert error.value.code == "not_loaded"

    asyncio.run(walk())
