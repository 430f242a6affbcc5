"""Two real models and the memory there is: what fits stays, what does not takes turns."""

import psutil
import pytest

import crash_checks as checks
from faulty_models import in_state, running
from running_daemon import until
from scheduled_daemon import (
    ANSWER,
    EYES_AND_VOICE,
    begun,
    describing,
    doing,
    halted,
    model,
    resident,
    states,
    submit,
    within,
    write_eyes_and_voice,
)

pytestmark = pytest.mark.models

ROOM_FOR_LESS, ROOM_FOR_ONE, ROOM_FOR_BOTH = 485, 620, 4000


@pytest.fixture
def folder(tmp_path):
    write_eyes_and_voice(tmp_path)
    return tmp_path


def wanted_at_once(daemon, client):
    """While the eyes are kept busy both models are wanted in turn; the jobs in the order of their arrival."""
    first = submit(daemon, client, 0)
    daemon.settled(client, shots=1)
    with halted(client, "eyes"):
        jobs = [describing(client, first).id]
        for number in (1, 2):
            jobs.append(describing(client, submit(daemon, client, number)).id)
            jobs.append(client.ask(first.id, f"What is it, asked {number} times?").job.id)
        doing(client, "running", "eyes")
    daemon.settled(client, shots=3)
    return jobs


def test_models_of_which_one_fits_take_turns_and_each_is_loaded_once(folder):
    with running(folder, within(ROOM_FOR_ONE)) as (daemon, client):
        before, a, b, a_again, b_again = wanted_at_once(daemon, client)
        assert begun(client, "describe", "ask") == [before, a, a_again, b, b_again]
        assert [client.job(job).job.answer for job in (b, b_again)] == [ANSWER, ANSWER]
        assert states(client, "eyes") == ["idle", "loading", "ready", "idle"]
        assert states(client, "voice") == ["idle", "loading", "ready"]
        status = client.status()
        assert [view.model for view in status.residents] == ["voice"]
        assert 0 < status.main_used <= status.main_room <= ROOM_FOR_ONE * 2**20


def test_models_that_fit_stay_in_memory_and_serve_in_the_order_of_arrival(folder):
    with running(folder, within(ROOM_FOR_BOTH)) as (daemon, client):
        jobs = wanted_at_once(daemon, client)
        assert begun(client, "describe", "ask") == jobs
        for name in ("eyes", "voice"):
            assert states(client, name) == ["idle", "loading", "ready"]
        status = client.status()
        assert [view.model for view in status.residents] == ["eyes", "voice"]
        assert status.main_used == sum(view.main_bytes for view in status.residents) <= status.main_room
        assert all(psutil.pid_exists(view.pid) for view in status.models)


def test_the_second_model_waits_for_the_end_of_the_first_ones_child(folder):
    with running(folder, within(ROOM_FOR_ONE)) as (daemon, client):
        shot = submit(daemon, client, 0)
        daemon.settled(client, shots=1)
        with halted(client, "eyes") as child:
            asked = client.ask(shot.id, "What is it?").job.id
            doing(client, "unloading", "eyes")
            assert model(client, "voice").state == "idle"
            assert checks.child(daemon, "engine") == child
            assert states(client, "voice") == ["idle"]
        assert in_state(client, asked, "done").answer == ANSWER
        assert checks.has_ended(child)


def test_a_model_that_cannot_fit_is_not_loaded_and_the_numbers_say_why(folder):
    config = within(200)
    with running(folder, config) as (daemon, client):
        shot = submit(daemon, client, 0)
        assert shot.result.rung == "minimum"
        missing = client.status().missing
        assert "models may take 200 MiB" in missing["screen"]
        assert "models may take 200 MiB" in shot.result.why
        explained = daemon.cli("models", "why", "screen").stdout
        assert "it needs" in explained
        assert "models may take 200 MiB" in explained
        assert resident(client) == set()
        assert client.status().mode == "minimum"


def test_what_nobody_decided_is_made_smaller_where_memory_is_short_and_said(folder):
    config = within(ROOM_FOR_LESS, EYES_AND_VOICE.replace("context = 8192", "context = 0"))
    with running(folder, config) as (daemon, client):
        submit(daemon, client, 0)
        (view,) = until(lambda: client.status().residents, what="a model in memory")
        assert (view.context, view.kv_type) == (3072, "q8_0")
        assert view.changed == [
            "the context has 3072 tokens, not 4096",
            "the context is kept as q8_0, not as f16",
        ]
        assert view.changed[0] in daemon.cli("status").stdout


def test_what_somebody_decided_is_never_made_smaller(folder):
    decided = EYES_AND_VOICE.replace("context = 8192", 'context = 8192\nkv_type = "f16"')
    with running(folder, within(ROOM_FOR_LESS, decided)) as (daemon, client):
        shot = submit(daemon, client, 0)
        assert f"models may take {ROOM_FOR_LESS} MiB" in client.status().missing["screen"]
        assert "at present" in client.shot(shot.id).shot.result.why
        assert resident(client) == set()


@pytest.mark.parametrize(("keep_alive", "stays"), [(0, False), (-1, True)])
def test_a_model_is_taken_back_at_once_or_never_as_it_is_configured(folder, keep_alive, stays):
    kept = EYES_AND_VOICE.replace('role = "screen"', f'role = "screen"\nkeep_alive_s = {keep_alive}')
    with running(folder, within(ROOM_FOR_BOTH, kept)) as (daemon, client):
        submit(daemon, client, 0)
        daemon.settled(client, shots=1)
        if not stays:
            until(lambda: checks.child(daemon, "engine") is None, what="the child's end")
        assert resident(client) == ({"eyes"} if stays else set())
        assert model(client, "eyes").state == ("ready" if stays else "idle")
        (eyes, voice) = client.models().models
        assert eyes.keep_alive_s == (None if stays else 0)
        assert voice.keep_alive_s == 300
        assert [view.unload_in_ms for view in client.status().residents] == ([None] if stays else [])
