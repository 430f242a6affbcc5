"""A GPU without enough memory, by a stand-in: what can be moved is moved, once, and the rest is said."""

import json

import pytest

import stand_in
from faulty_models import FAKE, REPLY, add, only_shot
from glimpsed.core.fit import GIB
from running_daemon import NO_OCR, RunningDaemon, until

FULL = {"error": {"code": "out_of_memory"}}
STARVED = {"abort": True, "words": "memory ran out\n"}


def with_a_gpu(root, config, **script):
    """A daemon that sees a GPU with much room, as far as the driver knows."""
    (root / "script.json").write_text(json.dumps({"steps": [REPLY], **script}))
    stand_in.gpus(root, 16 * GIB)
    return RunningDaemon(root, NO_OCR + FAKE + config, env=dict(stand_in.search(root)))


def not_used(client):
    """Wait until the model is used for nothing, for good or for a while; what is said of it."""

    def found():
        status = client.status()
        return status.models[0] if {"screen", "ask"} <= status.missing.keys() else None

    return until(found, what="the model not used")


@pytest.mark.parametrize("load", [FULL, STARVED], ids=["says so", "dies of it"])
def test_a_model_for_which_the_gpu_is_too_small_is_made_smaller_once(tmp_path, load):
    with with_a_gpu(tmp_path, "", load_on_gpu=load) as daemon, daemon.client() as client:
        add(daemon, 1)
        daemon.settled(client, shots=1)
        assert only_shot(client).result.rung == "vision"
        (resident,) = client.status().residents
        assert not resident.projector_on_gpu
        assert "the projector works on the CPU" in resident.changed
        (settings,) = (check for check in client.doctor().checks if check.name == "settings eyes")
        assert "projector cpu" in settings.detail
        log = daemon.log.read_text()
        assert log.count("model.refused") + log.count("model.died_loading") == 1


@pytest.mark.parametrize(
    ("step", "outcome"),
    [(STARVED, "out_of_memory"), ({"error": {"code": "run_failed"}}, "run_failed")],
    ids=["children die of it", "a wedged GPU"],
)
def test_what_fails_every_job_is_left_alone_soon_and_nothing_is_lost_for_good(tmp_path, step, outcome):
    with with_a_gpu(tmp_path, "", steps=[step]) as daemon, daemon.client() as client:
        for number in range(8):
            add(daemon, number)
        until(lambda: "screen" in client.status().missing, what="the model left alone")
        until(lambda: client.status().counts.shots == 8, what="all shots")
        jobs = [job for shot in client.shots().shots for job in shot.jobs]
        assert {job.deaths for job in jobs} == {0}
        assert sum(job.state == "failed" for job in jobs) <= 3
        assert "poisoned" not in client.status().counts.jobs
        assert {name for row in client.stats().calls for name in row.outcomes} == {outcome}
        (tmp_path / "script.json").write_text(json.dumps({"steps": [REPLY]}))
        until(lambda: len(client.shots(rung="vision").shots) == 8, what="all described")


@pytest.mark.parametrize(
    ("config", "script"),
    [
        ("", {"load": FULL}),
        ('projector = "gpu"\n', {"load_on_gpu": FULL}),
        ('context = 4096\nkv_type = "f16"\nprojector = "cpu"\n', {"load": FULL}),
    ],
    ids=["smaller", "but as configured", "nothing to make smaller"],
)
def test_a_second_failure_for_memory_has_the_model_left_alone_for_a_while(tmp_path, config, script):
    with with_a_gpu(tmp_path, config, **script) as daemon, daemon.client() as client:
        add(daemon, 1)
        model = not_used(client)
        assert (model.state, model.code) == ("idle", ""), "it will be tried again"
        status = client.status()
        assert {(breaker.role, breaker.state) for breaker in status.breakers} == {
            ("ask", "open"),
            ("screen", "open"),
        }
        assert daemon.log.read_text().count("model.refused") == 2


def test_what_less_memory_would_not_mend_is_not_tried_again(tmp_path):
    fault = {"error": {"code": "load_failed"}}
    with with_a_gpu(tmp_path, "", load_on_gpu=fault) as daemon, daemon.client() as client:
        add(daemon, 1)
        model = not_used(client)
        assert (model.state, model.code) == ("unavailable", "load_failed")
        assert model.hint.startswith("replace the file")
        assert daemon.log.read_text().count("model.refused") == 1


def test_a_gpu_that_no_driver_tells_of_has_as_much_room_as_models_find_there(tmp_path):
    script = {"steps": [REPLY], "buffers": {"Vulkan0": 3 * GIB}, "rss": GIB // 2}
    (tmp_path / "script.json").write_text(json.dumps(script))
    stand_in.gpus(tmp_path)
    config = NO_OCR + FAKE + 'keep_alive_s = 0\ncontext = 4096\nkv_type = "f16"\nprojector = "gpu"\n'
    with (
        RunningDaemon(tmp_path, config, env=dict(stand_in.search(tmp_path))) as daemon,
        daemon.client() as client,
    ):
        for number in (1, 2):
            add(daemon, number)
            daemon.settled(client, shots=number)
            until(lambda: not client.status().residents, what="the model taken back")
        assert len(client.shots(rung="vision").shots) == 2
        assert client.status().gpu_room == 0, "nobody knows"
