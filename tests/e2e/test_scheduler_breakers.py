"""Breakers from open to closed: meanwhile the ladder answers, and what missed its description gets it."""

import json

import pytest

from faulty_models import LONG, OCR, REPLY, add, in_state, running
from glimpse_client.errors import RequestFailedError
from running_daemon import until
from scheduled_daemon import ANSWER, begun, describing, events

FAKES = """
[models.eyes]
backend = "fake"
role = "screen"
file = "eyes.json"

[models.voice]
backend = "fake"
role = "ask"
file = "voice.json"
run_limit_s = 0.3
"""

OPENED = [
    {"model": "eyes", "role": "screen", "sort": "format"},
    {"model": "voice", "role": "ask", "sort": "health"},
]


def told(client, kind: str):
    """Wait until both breakers did this; what was said of them."""

    def found():
        bodies = [event.body for event in events(client, kind)]
        return sorted(bodies, key=lambda body: body["model"]) if len(bodies) >= 2 else None

    return until(found, what=f"two of {kind}", deadline_s=180)  # three texts are read before it


@pytest.mark.timeout(600)
def test_breakers_open_the_ladder_answers_they_close_by_a_probe_and_what_was_missed_is_made_up_for(tmp_path):
    """One of each sort at once, since each is open for half a minute."""
    nonsense, answer = {"reply": "What a nice picture."}, {"reply": ANSWER}
    (tmp_path / "eyes.json").write_text(json.dumps({"steps": [*[nonsense] * 3, REPLY]}))
    (tmp_path / "voice.json").write_text(json.dumps({"steps": [*[LONG] * 3, answer]}))
    with running(tmp_path, OCR + FAKES) as (daemon, client):
        for number in (1, 2, 3):
            add(daemon, number)
        until(lambda: client.status().counts.shots == 3, what="the shots")
        shots = client.shots().shots
        for shot in shots:
            asked = client.ask(shot.id, "What is it?").job
            assert in_state(client, asked.id, "failed").error == "run_limit: given up after 0.3 s"
        assert told(client, "breaker.opened") == OPENED

        status = client.status()
        assert {(view.model, view.state) for view in status.breakers if view.state != "closed"} == {
            ("eyes", "open"),
            ("voice", "open"),
        }
        assert status.mode == "ocr_only"
        assert "replies were malformed" in status.missing["screen"]
        with pytest.raises(RequestFailedError, match="its breaker is open: 3 of 3 calls failed") as refused:
            client.ask(shots[0].id, "What is it?")
        assert refused.value.code == "model_unavailable"
        before = {shot.id: client.shot(shot.id).shot for shot in shots}
        for shot in before.values():
            assert shot.result.rung == "ocr"
            assert "its description failed: malformed" in shot.result.why
        attempts = len(begun(client, "describe", "ask"))

        assert told(client, "breaker.closed") == OPENED
        daemon.settled(client, shots=3)
        for shot in before.values():
            results = client.shot(shot.id, history=True).results
            assert sorted(result.rung for result in results) == ["minimum", "ocr", "vision"]
            assert client.shot(shot.id).shot.result.rung == "vision"
            assert shot.result.id in {result.id for result in results}
            job = describing(client, shot)
            assert (job.state, job.urgency, job.deaths, job.failures) == ("done", "background", 0, 1)
        assert len(begun(client, "describe", "ask")) == attempts + 3, "no picture of a user was a probe"
        assert in_state(client, client.ask(shots[0].id, "What is it?").job.id, "done").answer == ANSWER
        stats = {(row.model, row.role): row.outcomes for row in client.stats().calls}
        assert stats["eyes", "screen"]["malformed"] == 3
        assert stats["voice", "ask"]["run_limit"] == 3
