"""A GPU without enough memory, by a stand-in: what can be moved is moved, once, and the rest is said."""

import json

import pytest

import stand_in
from faulty_models import FAKE, REPLY, add, only_shot
from glimpsed.core.fit import GIB
from running_daemon import NO_OCR, RunningDaemon, until

FULL = {"error": {"code": "out_of_memory"}}


def with_a_gpu(root, config, **script):
    """A daemon that sees a GPU with much room, as far as the driver knows."""
    (root / "script.json").write_text(json.dumps({"steps": [REPLY], **script}))
    stand_in.gpus(root, 16 * GIB)
    return RunningDaemon(root, NO_OCR + FAKE + config, env=dict(stand_in.search(root)))


def given_up(client):
    """Wait until the model is unavailable; what is said of it."""

    def found():
        (model,) = client.status().models
        return model if model.state == "unavailable" else None

    return until(found, what="the model given up")


def test_a_projector_for_which_the_gpu_is_too_small_works_on_the_cpu(tmp_path):
    with with_a_gpu(tmp_path, "", load_on_gpu=FULL) as daemon, daemon.client() as client:
        add(daemon, 1)
        daemon.settled(client, shots=1)
        assert only_shot(client).result.rung == "vision"
        (settings,) = (check for check in client.doctor().checks if check.name == "settings eyes")
        assert "projector cpu" in settings.detail
        assert daemon.log.read_text().count("model.projector_on_cpu") == 1


@pytest.mark.parametrize(
    ("config", "script", "moved"),
    [
        ("", {"load": FULL}, 1),
        ('projector = "gpu"\n', {"load_on_gpu": FULL}, 0),
        ('projector = "cpu"\n', {"load": FULL}, 0),
        ("", {"load_on_gpu": {"error": {"code": "load_failed"}}}, 0),
    ],
    ids=["neither", "as configured", "no projector there", "another fault"],
)
def test_a_second_failure_and_one_that_moving_it_would_not_mend_are_final(tmp_path, config, script, moved):
    with with_a_gpu(tmp_path, config, **script) as daemon, daemon.client() as client:
        add(daemon, 1)
        model = given_up(client)
        short = "out_of_memory" in str(script)
        assert model.code == ("out_of_memory" if short else "load_failed")
        assert model.hint.startswith("close what uses the memory" if short else "replace the file")
        log = daemon.log.read_text()
        assert (log.count("model.projector_on_cpu"), log.count("model.refused")) == (moved, 1)
