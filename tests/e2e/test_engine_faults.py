"""Faults of a real model under a running daemon: a client sees their names, and the daemon is as it was."""

import contextlib
import signal
import sys

import psutil
import pytest

import crash_checks as checks
import tiny_models
from faulty_models import TINY, add, in_state, only_shot, running, started
from running_daemon import NO_OCR, RunningDaemon, until

pytestmark = pytest.mark.models

IN_4_GIB = (
    *(sys.executable, "-c"),
    (
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32));"
        "os.execv(sys.argv[1], sys.argv[1:])"
    ),
)
"""Becomes a command that has four gigabytes of address space, as have its children."""


@pytest.fixture
def folder(tmp_path):
    tiny_models.byte_text_model(tmp_path / "text.gguf", reply=tiny_models.canned_description())
    tiny_models.projector(tmp_path / "mmproj.gguf")
    return tmp_path


def not_used(client):
    """Wait until the model is used for nothing, for good or for a while; what is said of it."""

    def found():
        status = client.status()
        return status.models[0] if {"screen", "ask"} <= status.missing.keys() else None

    return until(found, what="the model not used")


def assert_unharmed(daemon, client):
    assert daemon.process.poll() is None
    assert client.status().pid == daemon.process.pid
    daemon.stop()
    assert daemon.process.returncode == 0
    with contextlib.suppress(psutil.NoSuchProcess):
        assert not checks.family(daemon.process.pid)


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ({"declared_queries": 32}, "", "SIGABRT"),
        ({"drop": ["v.patch_embd.weight"]}, "", "SIGSEGV"),
        ({"drop": ["resampler.kv.weight"]}, "load_failed", "resampler.kv.weight"),
        ({"width": 256}, "wrong_pair", "256"),
    ],
    ids=["queries", "tensors", "resampler", "width"],
)
def test_a_projector_that_cannot_be_loaded_is_named_and_a_good_one_then_describes(folder, fault, code, said):
    tiny_models.projector(folder / "mmproj.gguf", **fault)
    with contextlib.closing(RunningDaemon(folder, NO_OCR + TINY)) as daemon:
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            model = not_used(client)
            assert model.code == code
            assert said in model.detail
            until(lambda: client.status().counts.shots == 1, what="the shot")
            assert only_shot(client).result.rung == "minimum"
            assert_unharmed(daemon, client)
        tiny_models.projector(folder / "mmproj.gguf")
        daemon.start()
        with daemon.client() as client:
            daemon.settled(client, shots=1)
            shot = only_shot(client)
            assert shot.result.rung == "vision"
            assert [(job.state, job.deaths) for job in shot.jobs] == [("done", 0)]


def test_a_model_for_which_memory_is_short_is_said_to_lack_it(folder):
    config = NO_OCR + TINY.replace("8192", "1048576") + 'kv_type = "f16"\n'  # nothing can be made smaller
    with contextlib.closing(RunningDaemon(folder, config, launcher=IN_4_GIB)) as daemon:
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            model = not_used(client)
            assert model.code == "", "it is tried again when there may be more"
            assert "failed to allocate" in model.detail
            until(lambda: client.status().counts.shots == 1, what="the shot")
            assert only_shot(client).result.rung == "minimum"
            assert_unharmed(daemon, client)


@pytest.mark.parametrize(
    ("change", "code"), [("context = 2048", "context_overflow"), ("max_output_tokens = 16", "reply_cut")]
)
def test_what_cannot_be_said_fails_its_job_alone_and_the_child_goes_on(folder, change, code):
    config = NO_OCR + (
        TINY.replace("context = 8192", change) if "context" in change else TINY + change + "\n"
    )
    with running(folder, config) as (daemon, client):
        engines = set()
        for number in (1, 2):
            add(daemon, number)
            daemon.settled(client, shots=number)
            engines.add(checks.child(daemon, "engine"))
        assert len(engines) == 1, "one child did both"
        for shot in client.shots().shots:
            (job,) = shot.jobs
            assert (job.state, job.deaths) == ("failed", 0)
            assert code in client.job(job.id).job.error
            assert shot.result.rung == "minimum"
        assert_unharmed(daemon, client)


def test_a_model_killed_over_a_job_is_forgiven_and_the_job_done(folder):
    with running(folder, NO_OCR + TINY) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        checks.child(daemon, "engine").send_signal(signal.SIGKILL)
        assert in_state(client, job, "done").deaths == 1
        assert only_shot(client).result.rung == "vision"
        daemon.settled(client, shots=1)
        assert_unharmed(daemon, client)
