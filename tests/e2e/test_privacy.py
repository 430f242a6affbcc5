"""What the screen shows, a model says or a person asks is in the store for its owner, and nowhere else."""

import contextlib
import json
import signal

import apsw
import pytest

import crash_checks as checks
import drawn
import tiny_models
from faulty_models import FAKE, HANG, OCR, TINY, add, in_state, only_shot, script, started
from glimpse_client.errors import RequestFailedError
from running_daemon import NO_OCR, RunningDaemon, until

SECRETS = ("zanzibar", "quokka")
SCREEN = ("Zanzibar - Quokka - Visual Studio Code", "error: Zanzibar has no Quokka", "$ git clone Quokka")
SAID = "Zanzibar and Quokka"
LOUD = '\n[log]\nlevel = "debug"\n'


@contextlib.contextmanager
def running(tmp_path, config):
    """A daemon that logs all it can, and a client; afterwards neither log nor store has told a secret."""
    with RunningDaemon(tmp_path, config + LOUD) as daemon, daemon.client() as client:
        yield daemon, client
        daemon.stop()
        assert_nothing_told(daemon)


def assert_nothing_told(daemon):
    """No secret in the log, in a job's error, in an event, in a rejection or in a file's name."""
    connection = apsw.Connection(str(daemon.data / "glimpsed.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    with contextlib.closing(connection):
        told = {
            "log": daemon.log.read_text(encoding="utf-8"),
            "errors": str(list(connection.execute("SELECT error FROM job"))),
            "events": str(list(connection.execute("SELECT type, body FROM event"))),
            "rejections": str(list(connection.execute("SELECT code, detail FROM rejection"))),
            "names": str([str(path.relative_to(daemon.data)) for path in daemon.data.rglob("*")]),
        }
    assert "daemon.stopped" in told["log"]
    assert "daemon.started" in told["events"]
    assert "glimpsed.sqlite" in told["names"]
    found = [(where, secret) for where, text in told.items() for secret in SECRETS if secret in text.lower()]
    assert not found, {where: told[where] for where, _ in found}


def secretive(daemon):
    """A screenshot that shows the secrets, put into the watched folder whole."""
    picture = drawn.screenshot(daemon.root / "x.png", lines=SCREEN)
    picture.rename(daemon.shots / picture.name)


def told_to_its_owner(client, *, rung):
    """The shot, whose result carries a secret: what is looked for is really there to be found."""
    shot = only_shot(client)
    assert shot.result.rung == rung
    assert any(secret in str(shot.result).lower() for secret in SECRETS)
    return shot


def test_text_on_the_screen_is_not_told(tmp_path):
    with running(tmp_path, OCR) as (daemon, client):
        secretive(daemon)
        daemon.settled(client, shots=1)
        shot = told_to_its_owner(client, rung="ocr")
        lines = client.shot(shot.id, text=True).lines
        assert all(any(secret in line.text.lower() for line in lines) for secret in SECRETS)


@pytest.mark.models
@pytest.mark.parametrize(("limit", "rung"), [(512, "vision"), (16, "minimum")], ids=["whole", "cut"])
def test_what_a_model_says_is_not_told(tmp_path, limit, rung):
    reply = tiny_models.canned_description(application="Zanzibar", task=SAID)
    tiny_models.byte_text_model(tmp_path / "text.gguf", reply=reply)
    tiny_models.projector(tmp_path / "mmproj.gguf")
    with running(tmp_path, NO_OCR + TINY + f"max_output_tokens = {limit}\n") as (daemon, client):
        secretive(daemon)
        daemon.settled(client, shots=1)
        if rung == "vision":
            told_to_its_owner(client, rung="vision")
        else:
            (job,) = only_shot(client).jobs
            assert (job.state, job.error.partition(":")[0]) == ("failed", "reply_cut")


MALFORMED = (
    SAID,
    f'{{"Zanzibar": "{SAID}"',
    json.dumps({"zanzibar": SAID}),
    tiny_models.canned_description(application_type="Zanzibar"),
    tiny_models.canned_description(activity=SAID),
    tiny_models.canned_description(entities=[{"kind": "Zanzibar", "text": SAID}]),
    tiny_models.canned_description(confidence=SAID),
    tiny_models.canned_description(task=[SAID]),
)


def test_malformed_replies_are_not_told(tmp_path):
    good = {"reply": tiny_models.canned_description()}
    # Good ones between them, or the model would be left alone after a few.
    script(tmp_path, *(step for reply in MALFORMED for step in (good, good, {"reply": reply})))
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        for number in range(3 * len(MALFORMED)):
            add(daemon, number)
        daemon.settled(client, shots=3 * len(MALFORMED))
        jobs = [job for shot in client.shots().shots for job in shot.jobs if job.state != "done"]
        assert [job.state for job in jobs] == ["failed"] * len(MALFORMED)
        assert {job.error.partition(":")[0] for job in jobs} == {"malformed"}


def test_a_question_is_not_told_whatever_becomes_of_it(tmp_path):
    script(tmp_path, {"reply": tiny_models.canned_description()}, {"reply": SAID}, {"reply": ""}, HANG)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        secretive(daemon)
        daemon.settled(client, shots=1)
        shot = only_shot(client).id
        answered = client.ask(shot, f"Where is {SAID}?").job
        assert in_state(client, answered.id, "done").answer == SAID
        assert in_state(client, client.ask(shot, f"Really, {SAID}?").job.id, "failed").error
        hanging = client.ask(shot, f"And {SAID}?").job
        until(lambda: client.job(hanging.id).job.state == "running", what="a question that runs")
        client.cancel(hanging.id)
        in_state(client, hanging.id, "cancelled")
        with pytest.raises(RequestFailedError):
            client.ask(f"no shot of {SAID}", f"And {SAID}?")
        with pytest.raises(RequestFailedError):
            client.submit(daemon.root / "no file.png")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT], ids=["killed", "aborted"])
def test_a_reader_that_dies_over_a_picture_does_not_tell_it(tmp_path, number):
    with running(tmp_path, OCR) as (daemon, client):
        secretive(daemon)
        for attempt in (1, 2):
            job = started(client, "read", times=attempt)
            reader = until(lambda: checks.child(daemon, "reader"), what="a reader")
            reader.send_signal(number)
            checks.until_ended({reader})
        assert in_state(client, job, "poisoned").error


def test_a_reader_that_dies_over_a_file_does_not_tell_it(tmp_path):
    with running(tmp_path, OCR) as (daemon, client):
        add(daemon, 1)
        daemon.settled(client, shots=1)
        reader = checks.child(daemon, "reader")
        reader.suspend()
        secretive(daemon)
        until(lambda: client.status().queue.files, what="a file with the reader")
        reader.kill()
        daemon.settled(client, shots=2)
        assert {shot.result.rung for shot in client.shots().shots} == {"ocr"}


@pytest.mark.parametrize("step", [{"abort": True}, HANG], ids=["aborts", "is killed"])
def test_an_engine_that_dies_over_a_prompt_does_not_tell_it(tmp_path, step):
    script(tmp_path, step)
    with running(tmp_path, OCR + FAKE) as (daemon, client):
        secretive(daemon)
        for attempt in (1, 2):
            job = started(client, "describe", times=attempt)
            if step is HANG:
                engine = until(lambda: checks.child(daemon, "engine"), what="an engine")
                engine.kill()
                checks.until_ended({engine})
        assert in_state(client, job, "poisoned").error
        daemon.settled(client, shots=1)
        told_to_its_owner(client, rung="ocr")
