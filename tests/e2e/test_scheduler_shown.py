"""What status, top, models and stats show of models and their work is what is so."""

import json
import signal

import pytest

import tiny_models
from faulty_models import REPLY, in_state, running
from running_daemon import NO_OCR, until
from scheduled_daemon import (
    ANSWER,
    EYES_AND_VOICE,
    describing,
    doing,
    halted,
    model,
    submit,
    within,
    write_eyes_and_voice,
)

TELLER = """
[models.teller]
role = "session"
file = "teller.gguf"
"""
"""A model that sees nothing and sums up sessions."""

pytestmark = pytest.mark.models


@pytest.fixture
def folder(tmp_path):
    write_eyes_and_voice(tmp_path)
    tiny_models.byte_text_model(tmp_path / "teller.gguf")
    return tmp_path


def looked_at(client):
    """Wait until the files of every model were looked at."""

    def found():
        return all(view.code != "not_inspected" for view in client.status().models)

    until(found, what="a look at the files")


@pytest.mark.parametrize(
    ("models", "mode"),
    [
        (EYES_AND_VOICE + TELLER, "dual"),
        (TELLER, "text_only"),
        (EYES_AND_VOICE, "vision_only"),
        ("", "minimum"),
    ],
)
def test_the_mode_follows_from_the_roles_that_are_served(folder, models, mode):
    with running(folder, NO_OCR + models) as (daemon, client):
        looked_at(client)
        status = client.status()
        assert status.mode == mode
        assert sorted({"screen", "session", "ask"} - set(status.missing)) == sorted(
            {role for view in status.models for role in view.roles}
        )
        selections = {each.role: each.model for each in client.models().selections}
        assert selections == {
            "screen": "eyes" if "eyes" in models else None,
            "session": "teller" if "teller" in models else None,
            "ask": "voice" if "voice" in models else None,
        }
        for role, name in selections.items():
            said = daemon.cli("models", "why", role).stdout
            assert said.startswith(f"{role}: {name or 'nobody'}, ")


def test_the_switches_take_roles_away_and_give_them_back_on_reload(folder):
    config = NO_OCR + EYES_AND_VOICE + TELLER
    with running(folder, config) as (daemon, client):
        looked_at(client)
        for vision, session, mode in (
            (True, False, "vision_only"),
            (False, True, "text_only"),
            (False, False, "minimum"),
            (True, True, "dual"),
        ):
            switches = f"vision_model = {json.dumps(vision)}\nsession_model = {json.dumps(session)}\n"
            daemon.config.write_text(f"{config}\n[features]\n{switches}")
            daemon.process.send_signal(signal.SIGHUP)
            until(lambda mode=mode: client.status().mode == mode, what=mode)
            (told,) = (each for each in client.models().selections if each.role == "session")
            assert ("switched off" in told.why) is not session


def test_what_is_shown_of_two_models_at_work_is_what_they_do(folder):
    with running(folder, within(4000)) as (daemon, client):
        shot = submit(daemon, client, 0)
        daemon.settled(client, shots=1)
        in_state(client, client.ask(shot.id, "What is it?").job.id, "done")
        with halted(client, "eyes"):
            busy = submit(daemon, client, 1)
            slot = doing(client, "running", "eyes")
            assert (slot.role, slot.job) == ("screen", describing(client, busy).id)
            assert slot.predicted_ms > 0
            client.ask(shot.id, "And what is that?")
            status = client.status()
            assert [(view.urgency, view.kind, view.jobs) for view in status.waiting] == [
                ("interactive", "ask", 1)
            ]
            by_name = {view.model: view for view in status.residents}
            assert by_name["eyes"].unload_in_ms is None
            assert 0 < by_name["voice"].unload_in_ms <= 300_000
            assert all(view.measured for view in status.residents)
            for shown in (daemon.cli("top").stdout, daemon.cli("status").stdout):
                assert "running eyes (screen) for" in shown
                assert "1 asked" in shown
                assert "voice" in shown
            table = {view.name: view for view in client.models().models}
            assert table["eyes"].resident
            assert table["eyes"].main_bytes == by_name["eyes"].main_bytes
            assert (table["eyes"].state, model(client, "eyes").state) == ("ready", "ready")
        daemon.settled(client, shots=2)
        assert_counted(daemon, client)


def assert_counted(daemon, client):
    stats = client.stats()
    rows = {row.role: row for row in stats.calls}
    assert (rows["screen"].model, rows["ask"].model) == ("eyes", "voice")
    assert {role: (row.calls, row.outcomes, row.retries) for role, row in rows.items()} == {
        "screen": (2, {"ok": 2}, 0),
        "ask": (2, {"ok": 2}, 0),
    }
    assert rows["screen"].encoded > 0
    assert rows["ask"].kept_tokens > 0, "two questions about one picture share all but the question"
    assert 0 < rows["screen"].forced_tokens < rows["screen"].output_tokens
    stages = {stage.name: stage.count for stage in stats.stages}
    assert stages["load"] == 2
    assert stages["queue_wait"] == stages["decode"] == 4
    assert stages["file_to_description"] == 2
    assert stats.rungs["vision"] == 2
    assert "eyes" in daemon.cli("stats").stdout


def test_the_preferred_model_serves_and_the_next_one_when_it_fails_and_both_are_explained(tmp_path):
    config = f"""{NO_OCR}
[models.second]
backend = "fake"
file = "second.json"

[models.first]
backend = "fake"
file = "first.json"
priority = {{screen = 10}}
"""
    (tmp_path / "second.json").write_text(json.dumps({"steps": [REPLY]}))
    (tmp_path / "first.json").write_text(json.dumps({"load": {"error": {"code": "load_failed"}}}))
    with running(tmp_path, config) as (daemon, client):
        looked_at(client)
        why = daemon.cli("models", "why", "screen").stdout
        assert why.startswith("screen: first, its priority of 10 is the highest")
        assert "its priority is 0, that of first is 10" in why
        assert daemon.cli("models", "why", "ask").stdout.startswith("ask: second, ")
        shot = submit(daemon, client, 1)
        daemon.settled(client, shots=1)
        assert describing(client, shot).model == "second"
        assert client.status().mode == "vision_only"
        selection = next(each for each in client.models().selections if each.role == "screen")
        assert (selection.model, selection.verdicts[0].model) == ("second", "first")
        assert selection.verdicts[0].why == "as the script says"
        (tmp_path / "first.json").write_text(json.dumps({"steps": [REPLY, {"reply": ANSWER}]}))
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: model(client, "first").state == "idle", what="another try")
        again = submit(daemon, client, 2)
        daemon.settled(client, shots=2)
        assert describing(client, again).model == "first"
