"""Models that fail in the middle of work: what failed is named, the rest is done, and the ladder answers."""

import hashlib
import json
import shutil
import signal

import pytest

import crash_checks as checks
import tiny_models
from faulty_models import FAKE, HANG, OCR, REPLY, TINY, add, only_shot, running, script
from running_daemon import NO_OCR, until
from scheduled_daemon import begun, describing, events, model, picture, resident, submit

SEEING = '[vision]\ndetail = "low"\n' + TINY + "threads = 1\n"


def reload(daemon):
    daemon.process.send_signal(signal.SIGHUP)


def outcomes(client, role="screen"):
    """How the attempts at a role ended, as stats has it."""
    return {k: n for row in client.stats().calls if row.role == role for k, n in row.outcomes.items()}


def test_a_picture_that_aborts_every_child_is_set_aside_and_the_others_are_described(tmp_path):
    script(tmp_path)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        deadly = picture(daemon, 0)
        poison = hashlib.sha256(deadly.read_bytes()).hexdigest()
        (tmp_path / "script.json").write_text(json.dumps({"steps": [REPLY], "poison": [poison]}))
        shot = client.submit(deadly).shot
        for number in (1, 2, 3):
            submit(daemon, client, number)
        daemon.settled(client, shots=4)
        job = describing(client, shot)
        assert (job.state, job.deaths) == ("poisoned", 2)
        assert begun(client, "describe").count(job.id) == 2
        assert client.shot(shot.id).shot.result.rung == "minimum"
        assert "was given up" in client.shot(shot.id).shot.result.why
        assert len(client.shots(rung="vision").shots) == 3
        assert outcomes(client) == {"died": 2, "ok": 3}
        assert not events(client, "breaker.opened")
        assert {view.state for view in client.status().breakers} == {"closed"}
        assert [row.retries for row in client.stats().calls] == [1]


def test_a_child_that_hangs_once_is_killed_at_its_limit_and_its_job_done_after_the_others(tmp_path):
    script(tmp_path, HANG)
    with running(tmp_path, NO_OCR + FAKE + "run_limit_s = 0.5\n") as (daemon, client):
        first = submit(daemon, client, 0)
        until(lambda: begun(client, "describe"), what="the first attempt")
        script(tmp_path)
        second = submit(daemon, client, 1)
        daemon.settled(client, shots=2)
        jobs = describing(client, first), describing(client, second)
        assert [(job.state, job.deaths) for job in jobs] == [("done", 1), ("done", 0)]
        assert begun(client, "describe") == [jobs[0].id, jobs[1].id, jobs[0].id]
        assert outcomes(client) == {"run_limit": 1, "ok": 2}


def test_deaths_over_two_pictures_open_the_breaker_and_new_files_close_it(tmp_path):
    script(tmp_path, {"abort": True})
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        add(daemon, 2)
        (opened,) = until(lambda: events(client, "breaker.opened"), what="an open breaker")
        assert opened.body == {"model": "eyes", "role": "screen", "sort": "health"}
        add(daemon, 3)
        until(lambda: client.status().counts.shots == 3, what="another shot")
        status = client.status()
        (breaker,) = status.breakers
        assert (breaker.state, breaker.failures) == ("open", 2)
        assert 0 < breaker.probe_in_ms <= 30_000
        assert "it died over 2 jobs in a row" in status.missing["screen"]
        assert status.mode == "minimum"
        assert {view.urgency for view in status.waiting} == {"normal"}, "it may be over soon"
        for shot in client.shots().shots:
            assert (shot.result.rung, shot.awaiting) == ("minimum", [])
            assert "its breaker is open" in shot.result.why
        assert "its breaker is open" in daemon.cli("models", "why", "screen").stdout
        assert "screen (health) open" in daemon.cli("top").stdout

        script(tmp_path)
        reload(daemon)
        daemon.settled(client, shots=3)
        assert [event.body for event in events(client, "breaker.closed")] == [opened.body]
        assert len(client.shots(rung="vision").shots) == 3
        assert {(view.state, view.failures) for view in client.status().breakers} == {("closed", 0)}


@pytest.fixture
def whole(tmp_path):
    """A model that is in its place, and once more beside it."""
    tiny_models.projector(tmp_path / "mmproj.gguf", shape=tiny_models.QUICK)
    copy = tiny_models.byte_text_model(tmp_path / "copy.gguf", reply=tiny_models.canned_description())
    shutil.copy(copy, tmp_path / "text.gguf")
    return copy


def replace_by_garbage(file):
    """Other bytes in the place of a file; whoever has it open still reads what it was."""
    garbage = file.with_suffix(".new")
    garbage.write_bytes(b"no model " * 1000)
    garbage.rename(file)


def unavailable(client):
    """Wait until the model is; what is said of it."""

    def found():
        view = model(client, "eyes")
        return view if view.state == "unavailable" else None

    return until(found, what="the fault")


@pytest.mark.models
def test_a_model_whose_file_becomes_garbage_is_named_and_put_back_it_describes_again(tmp_path, whole):
    with running(tmp_path, OCR + SEEING + "keep_alive_s = 0\n") as (daemon, client):
        until(lambda: model(client, "eyes").code == "", what="a look at the files")
        replace_by_garbage(tmp_path / "text.gguf")
        add(daemon, 1)
        broken = unavailable(client)
        assert broken.code in ("load_failed", "not_gguf"), "said by who loads it or who looks at files"
        assert "text.gguf" in broken.detail
        until(lambda: only_shot(client).result.rung == "ocr", what="its text")
        shot = only_shot(client)
        assert shot.awaiting == []
        assert "text.gguf" in shot.result.why
        assert client.status().mode == "ocr_only"
        assert "text.gguf" in daemon.cli("models", "why", "screen").stdout

        whole.rename(tmp_path / "text.gguf")
        reload(daemon)
        daemon.settled(client, shots=1)
        history = client.shot(shot.id, history=True).results
        assert {result.rung for result in history} == {"vision", "ocr", "minimum"}
        assert model(client, "eyes").code == ""


@pytest.mark.models
def test_a_model_in_memory_whose_file_becomes_garbage_is_taken_back(tmp_path, whole):
    with running(tmp_path, NO_OCR + SEEING) as (daemon, client):
        add(daemon, 1)
        daemon.settled(client, shots=1)
        assert resident(client) == {"eyes"}
        replace_by_garbage(tmp_path / "text.gguf")
        reload(daemon)
        assert unavailable(client).code == "not_gguf"
        until(lambda: checks.child(daemon, "engine") is None, what="the child's end")
        add(daemon, 2)
        until(lambda: client.status().counts.shots == 2, what="another shot")
        assert len(client.shots(rung="minimum").shots) == 1
        whole.rename(tmp_path / "text.gguf")
        reload(daemon)
        daemon.settled(client, shots=2)
        assert len(client.shots(rung="vision").shots) == 2


@pytest.mark.models
@pytest.mark.usefixtures("whole")
def test_a_model_that_is_back_as_it_was_before_anybody_looked_is_tried_again_on_request(tmp_path):
    file, aside = tmp_path / "text.gguf", tmp_path / "aside.gguf"
    with running(tmp_path, NO_OCR + SEEING) as (daemon, client):
        until(lambda: model(client, "eyes").code == "", what="a look at the files")
        file.rename(aside)
        add(daemon, 1)
        assert "text.gguf" in unavailable(client).detail
        aside.rename(file)
        reload(daemon)
        daemon.settled(client, shots=1)
        assert only_shot(client).result.rung == "vision"
