"""What a model is asked, from what the store knows of a picture."""

from pathlib import Path

import pytest

from glimpsed.attempts import Attempts
from glimpsed.config import Config, VisionConfig
from glimpsed.core.model import ApplicationType, Rung
from glimpsed.core.roles import ask, screen
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings
from glimpsed.store import jobs, results
from glimpsed.store.spool import Spool
from store_samples import accept, ask_job, describe_job, result, text, with_database

IMAGE = Path("picture.png")


def attempts(tmp_path, store, detail="high"):
    reader = Reader(ReaderSettings(engine="none", threads=1, languages=("eng",), spool=str(tmp_path)))
    config = Config(vision=VisionConfig(detail=detail))
    return Attempts(config, store, Spool(tmp_path, 2**20), reader, {})


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
