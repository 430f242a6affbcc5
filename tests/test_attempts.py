"""What a model is asked, from what the store knows of a picture."""

import json
from pathlib import Path

import pytest

import tiny_models
from glimpsed.attempts import Attempts
from glimpsed.config import Config, ModelConfig, VisionConfig
from glimpsed.core import effects as do
from glimpsed.core.model import ApplicationType, Rung
from glimpsed.core.roles import ask, screen
from glimpsed.engine.slot import Slot
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings
from glimpsed.store import jobs, results
from glimpsed.store.spool import Spool
from store_samples import accept, ask_job, describe_job, result, text, with_database

IMAGE = Path("picture.png")
GOOD = tiny_models.canned_description()


def attempts(tmp_path, store, detail="high"):
    config = Config(vision=VisionConfig(detail=detail))
    return Attempts(config, store, Spool(tmp_path, 2**20), idle_reader(tmp_path), {})


def idle_reader(tmp_path):
    return Reader(ReaderSettings(engine="none", threads=1, languages=("eng",), spool=str(tmp_path)))


def read_as_code(w):
    accept(w, 1, 1)
    jobs.start(w, job_id="read-1", model=None)
    results.finish_read(w, "read-1", text(), result("r", 1, Rung.OCR, "Code"))


@pytest.mark.parametrize("detail", ["low", "full"])
def test_a_description_is_told_what_the_rules_found(tmp_path, detail):
    async def body(store):
        await store.write(read_as_code)
        request = await attempts(tmp_path, store, detail)._request(describe_job(1), IMAGE, 77)
        assert request.system == screen.INSTRUCTIONS
        assert request.excerpt == screen.excerpt(text(), window_title="model.py", application="Code")
        assert request.question == screen.question(ApplicationType.CODE_EDITOR)
        assert request.schema == screen.SCHEMA
        assert (request.image, request.max_tokens, request.detail) == (str(IMAGE), 77, detail)

    with_database(tmp_path, body)


def test_a_description_without_text_has_no_guess_to_go_by(tmp_path):
    async def body(store):
        request = await attempts(tmp_path, store)._request(describe_job(1), IMAGE, 77)
        assert request.excerpt == ""
        assert request.question == screen.question(ApplicationType.UNKNOWN)

    with_database(tmp_path, body)


def test_an_answer_is_asked_for_in_the_persons_words(tmp_path):
    async def body(store):
        await store.write(read_as_code)
        job = ask_job("ask-1", 1, "shot-000001")
        request = await attempts(tmp_path, store)._request(job, IMAGE, 77)
        assert (request.system, request.schema) == (ask.INSTRUCTIONS, None)
        assert request.question == ask.question("What is open?")
        assert request.excerpt == ask.excerpt(text(), window_title="model.py", application="Code")

    with_database(tmp_path, body)


def test_a_prompt_that_is_too_long_is_tried_without_what_was_read(tmp_path):
    async def body(store):
        await store.write(read_as_code)
        job = describe_job(1)
        spool = Spool(tmp_path, 2**20)
        spool.path(job.picture).write_bytes(b"a picture")
        (tmp_path / "script.json").write_text(json.dumps({"steps": [{"reply": GOOD}]}))
        asked = f"{screen.INSTRUCTIONS} {screen.question(ApplicationType.CODE_EDITOR)}"
        room = len(asked.split()) + 512
        model = ModelConfig(file=tmp_path / "script.json", backend="fake", context=room)
        slot = Slot("tiny", model)
        await slot.load()
        try:
            config = Config(models={"tiny": model})
            tries = Attempts(config, store, spool, idle_reader(tmp_path), {"tiny": slot})
            made = await tries.infer(do.StartInference(job, "tiny"))
        finally:
            await slot.unload()
        assert made.description.task == "Editing main.py"

    with_database(tmp_path, body)
