"""What `doctor` says of models: the settings in force, and the memory they take."""

import json

import faulty_models
from faulty_models import FAKE, add, running
from glimpsed.host.gpu import gpus
from running_daemon import NO_OCR


def rows(client):
    return {check.name: check for check in client.doctor().checks}


def test_settings_and_need_are_estimated_until_a_load_told_them_also_after_a_restart(tmp_path):
    faulty_models.script(tmp_path)
    script = json.loads((tmp_path / "script.json").read_text())
    report = {"buffers": {"CUDA0": 3 * 2**30, "CPU": 1}, "rss": 2**30, "settings": {"flash_attn": "on"}}
    (tmp_path / "script.json").write_text(json.dumps(script | report))
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        before = rows(client)["settings eyes"]
        assert "flash_attn auto" in before.detail
        assert "(estimated)" in before.detail
        add(daemon, 1)
        daemon.settled(client, shots=1)
        loaded = rows(client)["settings eyes"].detail
        daemon.stop()
        daemon.start()
        with daemon.client() as again:
            restarted = rows(again)["settings eyes"]
    for detail in (loaded, restarted.detail):
        for said in ("flash_attn on", "kv_type f16", "gpu_layers -1", "context 4096", "detail high"):
            assert said in detail
        for said in (
            "threads ",
            "projector ",
            "slice_cache_mb 256",
            "OMP_WAIT_POLICY ",
            "GGML_NO_BACKTRACE ",
        ):
            assert said in detail
        assert "takes 3.4 GiB of a GPU and 1.2 GiB of main memory (measured)" in detail
    assert restarted.ok is True


def test_a_model_that_cannot_be_loaded_has_no_settings_in_force(tmp_path):
    with running(tmp_path, NO_OCR + FAKE) as (_, client):
        found = rows(client)
    assert found["model eyes"].ok is False
    assert "settings eyes" not in found


def test_gpus_are_named_if_there_are_any(tmp_path):
    with running(tmp_path, NO_OCR) as (_, client):
        found = rows(client)["gpu"]
    assert (found.ok is True) == bool(gpus())
    assert (" free" in found.detail) == bool(gpus())
