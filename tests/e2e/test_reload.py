"""SIGHUP has the switches read anew, while the daemon runs and whatever it does."""

import json
import signal

import crash_checks as checks
from faulty_models import FAKE, LONG, REPLY, add, in_state, only_shot, running, script, started
from running_daemon import NO_OCR, until

OFF = "[features]\nvision_model = false\n"


def reload(daemon, config):
    """Have the daemon read another configuration."""
    daemon.config.write_text(config)
    daemon.process.send_signal(signal.SIGHUP)


def missing(client):
    """Why no screen is described at present."""
    return client.status().missing.get("screen", "")


def test_the_switch_stops_what_runs_and_waits_until_it_is_back(tmp_path):
    script(tmp_path, LONG)
    config = NO_OCR + FAKE
    with running(tmp_path, config) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        reload(daemon, config + OFF)
        waiting = in_state(client, job, "queued")
        assert (waiting.deaths, waiting.failures) == (0, 0), "it is not to blame"
        assert "switched off" in missing(client)
        until(lambda: not client.status().residents, what="the model's memory given back")
        script(tmp_path)
        reload(daemon, config)
        in_state(client, job, "done")
        assert only_shot(client).result.rung == "vision"
        assert not missing(client)


def test_what_comes_while_models_are_switched_off_is_described_when_they_are_back(tmp_path):
    script(tmp_path)
    with running(tmp_path, NO_OCR + FAKE + OFF) as (daemon, client):
        add(daemon, 1)
        (line,) = until(lambda: client.status().waiting, what="a job that waits")
        assert (line.kind, line.urgency, line.jobs) == ("describe", "normal", 1)
        assert only_shot(client).result.rung == "minimum"
        assert checks.child(daemon, "engine") is None
        reload(daemon, NO_OCR + FAKE)
        daemon.settled(client, shots=1)
        assert only_shot(client).result.rung == "vision"


def test_a_configuration_that_is_wrong_changes_nothing_and_is_logged(tmp_path):
    script(tmp_path)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        for wrong in (OFF + "more = 1\n", OFF + "[", ""):
            daemon.config.write_text(wrong)
            if not wrong:
                daemon.config.unlink()
            before = daemon.log.read_text().count("config.not_reloaded")
            daemon.process.send_signal(signal.SIGHUP)
            until(
                lambda n=before: daemon.log.read_text().count("config.not_reloaded") > n, what="the warning"
            )
        add(daemon, 1)
        daemon.settled(client, shots=1)
        assert only_shot(client).result.rung == "vision"


def test_a_model_that_could_not_be_used_is_looked_at_again(tmp_path):
    file = tmp_path / "script.json"
    file.write_text("no script at all")
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        until(lambda: client.status().models[0].state == "unavailable", what="the model given up")
        file.write_text(json.dumps({"steps": [REPLY]}))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.settled(client, shots=1)
        assert only_shot(client).result.rung == "vision"
