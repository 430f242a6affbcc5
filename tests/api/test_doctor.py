"""What `doctor` says of models: the settings in force, and the memory they take."""

import json
import os

import faulty_models
from faulty_models import FAKE, add, running
from glimpsed.host.gpu import gpus
from running_daemon import NO_OCR, until

HIGH = f'{NO_OCR}[vision]\ndetail = "high"\n'


def rows(client):
    return {check.name: check for check in client.doctor().checks}


def test_a_need_is_estimated_until_a_load_told_it_and_settings_are_a_childs_while_it_runs(tmp_path):
    faulty_models.script(tmp_path)
    script = json.loads((tmp_path / "script.json").read_text())
    report = {"buffers": {"CUDA0": 3 * 2**30, "CPU": 1}, "rss": 2**30}
    report["settings"] = {"flash_attn": "on", "threads": "7", "slice_cache_mb": "1"}
    (tmp_path / "script.json").write_text(json.dumps(script | report))
    with running(tmp_path, HIGH + FAKE) as (daemon, client):
        before = rows(client)["settings eyes"]
        assert "flash_attn auto" in before.detail
        assert f"threads {len(os.sched_getaffinity(0))}," in before.detail
        assert "(estimated)" in before.detail
        add(daemon, 1)
        daemon.settled(client, shots=1)
        loaded = rows(client)["settings eyes"].detail
        ceiling = rows(client)["model eyes"].detail
        daemon.stop()
        daemon.config.write_text(HIGH + FAKE + "threads = 3\n")
        daemon.start()
        with daemon.client() as again:
            restarted = rows(again)["settings eyes"]
        daemon.stop()
        daemon.config.write_text(HIGH + FAKE + "gpu_layers = 7\n")
        daemon.start()
        with daemon.client() as again:
            assert "gpu_layers 7" in rows(again)["settings eyes"].detail
    for detail in (loaded, restarted.detail):
        for said in ("kv_type f16", "gpu_layers -1", "context 4096", "detail high"):
            assert said in detail
        for said in ("projector ", "OMP_WAIT_POLICY ", "GGML_NO_BACKTRACE "):
            assert said in detail
        assert "takes 3.4 GiB of a GPU and 1.2 GiB of main memory (measured)" in detail
    for said in ("flash_attn on", "threads 7", "slice_cache_mb 1"):
        assert f"{said}, " in loaded
    for said in ("flash_attn auto", "threads 3", "slice_cache_mb 256"):
        assert f"{said}, " in restarted.detail
    assert restarted.ok is True
    assert ceiling.endswith("script.json; its child is recycled over 1.9 GiB of main memory")


def test_a_model_that_cannot_be_loaded_has_no_settings_in_force(tmp_path):
    with running(tmp_path, NO_OCR + FAKE) as (_, client):
        found = rows(client)
    assert found["model eyes"].ok is False
    assert "settings eyes" not in found


def test_what_no_model_does_at_present_is_a_fault_unless_somebody_wanted_it(tmp_path):
    faulty_models.script(tmp_path, load={"abort": True})
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        assert "role screen" not in rows(client)
        add(daemon, 1)
        until(lambda: client.status().missing.get("screen"), what="the model left alone")
        found = rows(client)
        assert found["model eyes"].ok is True, "its files are as they should be"
        assert (found["role screen"].ok, found["role ask"].ok) == (False, False)
        assert "SIGABRT" in found["role screen"].detail
        assert "role session" not in found, "nobody wanted a model for it"
    with running(tmp_path, NO_OCR + FAKE + "[features]\nvision_model = false\n") as (_, client):
        assert rows(client)["role screen"].ok is None


def test_gpus_are_named_if_there_are_any(tmp_path):
    with running(tmp_path, NO_OCR) as (_, client):
        found = rows(client)["gpu"]
    assert (found.ok is True) == bool(gpus())
    assert (" free" in found.detail) == bool(gpus())
