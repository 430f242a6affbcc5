"""Who goes first, who gives way, and what comes too late: people come first, and nobody is to blame."""

import contextlib
import json
import os
import signal

import pytest

import crash_checks as checks
import drawn
from faulty_models import FAKE, LONG, REPLY, add, in_state, only_shot, running, script, started
from glimpse_client.errors import RequestFailedError
from running_daemon import NO_OCR, RunningDaemon, until
from scheduled_daemon import ANSWER, begun, describing, doing, halted, picture, states, submit

REPLIED = {"reply": ANSWER}
SLOW = {"delay_s": 0.5, **REPLIED}


def outcomes(client):
    """How the attempts at each role ended."""
    return {row.role: row.outcomes for row in client.stats().calls}


@contextlib.contextmanager
def found_by_a_scan(root, config=NO_OCR + FAKE):
    """A daemon that found an old screenshot when it started: background work."""
    daemon = RunningDaemon(root, config)
    os.utime(drawn.screenshot(daemon.shots / "old.png"), (1.7e9, 1.7e9))
    with daemon, daemon.client() as client:
        yield daemon, client


def test_a_question_stops_background_work_which_is_then_done_and_to_no_blame(tmp_path):
    script(tmp_path, LONG, REPLIED, REPLY)
    with found_by_a_scan(tmp_path) as (daemon, client):
        job = started(client, "describe")
        assert client.job(job).job.urgency == "background"
        asked = client.ask(only_shot(client).id, "What is it?").job.id
        assert in_state(client, asked, "done").answer == ANSWER
        daemon.settled(client, shots=1)
        done = client.job(job).job
        assert (done.state, done.deaths, done.failures) == ("done", 0, 0)
        assert begun(client, "describe", "ask") == [job, asked, job]
        assert outcomes(client) == {"screen": {"cancelled": 1, "ok": 1}, "ask": {"ok": 1}}
        assert states(client, "eyes").count("loading") == 1
        assert {view.failures for view in client.status().breakers} == {0}


def test_background_work_that_is_deaf_is_killed_for_a_question_and_to_no_blame_either(tmp_path):
    script(tmp_path, LONG)
    with found_by_a_scan(tmp_path) as (daemon, client):
        job = started(client, "describe")
        script(tmp_path, REPLIED, REPLY)
        with halted(client, "eyes"):
            asked = client.ask(only_shot(client).id, "What is it?").job.id
            assert in_state(client, asked, "done").answer == ANSWER
        done = in_state(client, job, "done")
        assert (done.deaths, done.failures) == (0, 0)
        assert states(client, "eyes").count("loading") == 2
        daemon.settled(client, shots=1)
        assert {view.failures for view in client.status().breakers} == {0}


def test_a_question_waits_for_a_screenshot_that_is_being_described_and_no_longer(tmp_path):
    script(tmp_path, REPLY, REPLY, REPLIED, REPLY)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 0)
        daemon.settled(client, shots=1)
        with halted(client, "eyes"):
            for number in (1, 2):
                add(daemon, number)
            until(lambda: client.status().counts.shots == 3, what="two more shots")
            job = started(client, "describe", times=2)
            asked = client.ask(client.shots().shots[0].id, "What is it?").job.id
            assert client.status().slot.job == job
        daemon.settled(client, shots=3)
        before, first, second, third = begun(client, "describe", "ask")
        assert (first, second) == (job, asked)
        assert third not in (before, job, asked)
        assert outcomes(client) == {"screen": {"ok": 3}, "ask": {"ok": 1}}


def test_a_question_that_cannot_be_answered_in_time_is_refused_with_the_prediction(tmp_path):
    script(tmp_path, SLOW)
    with running(tmp_path, NO_OCR + FAKE + 'role = "ask"\n') as (daemon, client):
        shot = submit(daemon, client, 1)
        in_state(client, client.ask(shot.id, "What is it?").job.id, "done")
        with pytest.raises(RequestFailedError, match=r"about 0\.[5-9] s, of 0\.1 s left") as refused:
            client.ask(shot.id, "What is it?", deadline_s=0.1)
        assert refused.value.code == "deadline"
        ended = daemon.cli("ask", "--deadline", "0.1", "What is it?")
        assert ended.returncode != 0
        assert "would take about" in ended.stderr
        assert len(begun(client, "ask")) == 1
        assert client.status().counts.jobs == {"done": 1}
        assert in_state(client, client.ask(shot.id, "And?", deadline_s=60).job.id, "done").answer == ANSWER


def test_a_question_that_waited_too_long_fails_and_never_reaches_the_model(tmp_path):
    script(tmp_path)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        shot = submit(daemon, client, 1)
        daemon.settled(client, shots=1)
        with halted(client, "eyes"):
            submit(daemon, client, 2)
            doing(client, "running", "eyes")
            asked = client.ask(shot.id, "What is it?", deadline_s=0.3).job
            assert asked.deadline_ms - asked.created_ms == 300
            failed = in_state(client, asked.id, "failed")
        assert failed.error == "deadline: it could not be begun in time"
        daemon.settled(client, shots=2)
        assert begun(client, "ask") == []
        assert outcomes(client) == {"screen": {"ok": 2}}


def test_an_answer_that_takes_too_long_is_given_up_at_its_deadline_and_the_model_is_innocent(tmp_path):
    script(tmp_path, REPLY, LONG, REPLIED)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        shot = submit(daemon, client, 1)
        daemon.settled(client, shots=1)
        child = checks.child(daemon, "engine")
        asked = client.ask(shot.id, "What is it?", deadline_s=0.5).job
        failed = in_state(client, asked.id, "failed")
        assert failed.error.startswith("deadline: ")
        assert (failed.deaths, failed.failures) == (0, 0)
        assert outcomes(client)["ask"] == {"deadline": 1}
        assert client.stats().calls[0].errors == 0
        assert {view.failures for view in client.status().breakers} <= {0}
        assert in_state(client, client.ask(shot.id, "And now?").job.id, "done").answer == ANSWER
        assert checks.child(daemon, "engine") == child


def test_a_screenshot_that_cannot_be_described_in_time_keeps_what_it_has(tmp_path):
    script(tmp_path, {"delay_s": 0.5, **REPLY})
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        submit(daemon, client, 1)
        daemon.settled(client, shots=1)
        late = client.submit(picture(daemon, 2), deadline_s=0.2).shot
        daemon.settled(client, shots=2)
        job = describing(client, late)
        assert job.state == "failed"
        assert job.error.startswith("deadline: ")
        shot = client.shot(late.id).shot
        assert (shot.result.rung, shot.awaiting) == ("minimum", [])
        assert "deadline" in shot.result.why
        assert len(begun(client, "describe")) == 1


def switched(daemon, config, *, on):
    """The emergency switch in the configuration, and its reload."""
    daemon.config.write_text(config + f"\n[features]\nvision_model = {json.dumps(on)}\n")
    daemon.process.send_signal(signal.SIGHUP)


def test_vision_switched_off_stops_what_runs_and_nothing_is_asked_until_it_is_on_again(tmp_path):
    config = NO_OCR + FAKE
    script(tmp_path, LONG)
    with running(tmp_path, config) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        shot = only_shot(client)
        asked = client.ask(shot.id, "What is it?").job.id
        switched(daemon, config, on=False)
        until(lambda: checks.child(daemon, "engine") is None, what="the child's end")
        assert in_state(client, asked, "failed").error.startswith("model_unavailable: ")
        until(lambda: client.status().slot.activity == "idle", what="an idle slot")
        status = client.status()
        assert status.mode == "minimum"
        assert "switched off in the configuration" in status.missing["screen"]
        waiting = client.job(job).job
        assert (waiting.state, waiting.deaths, waiting.failures) == ("queued", 0, 0)
        assert client.shot(shot.id).shot.awaiting == []
        with pytest.raises(RequestFailedError, match="switched off in the configuration"):
            client.ask(shot.id, "What is it?")
        add(daemon, 2)
        until(lambda: client.status().counts.shots == 2, what="another shot")
        assert "switched off" in client.shots().shots[0].result.why
        assert len(begun(client, "describe", "ask")) == 1
        assert "switched off" in daemon.cli("models", "why", "screen").stdout

        daemon.config.write_text("[features]\nvision_model = 1\n")
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: "config.not_reloaded" in daemon.log.read_text(), what="a complaint")
        assert client.status().mode == "minimum"

        script(tmp_path)
        switched(daemon, config, on=True)
        daemon.settled(client, shots=2)
        assert len(client.shots(rung="vision").shots) == 2
        done = client.job(job).job
        assert (done.state, done.deaths, done.failures) == ("done", 0, 0)
        assert client.status().mode == "vision_only"
