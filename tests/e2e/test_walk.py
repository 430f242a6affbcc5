"""One screenshot, all the way through, on real parts."""

import contextlib
import json
import shutil
import signal
from pathlib import Path

import pytest

import drawn
import tiny_models
from running_daemon import RunningDaemon, until

OCR = '[ocr]\nengine = "rapidocr"\n'


def models(tmp_path, *, ocr: str = 'engine = "none"', **reply) -> str:
    """A configuration with a tiny MiniCPM-V pair that gives one fixed reply."""
    tiny_models.byte_text_model(tmp_path / "text.gguf", reply=tiny_models.canned_description(**reply))
    tiny_models.projector(tmp_path / "mmproj.gguf")
    return f"""
[ocr]
{ocr}
[models.eyes]
file = "text.gguf"
mmproj = "mmproj.gguf"
role = ["screen", "ask"]
context = 8192
"""


def test_a_file_dropped_in_a_folder_is_read_and_described_by_rules(tmp_path):
    with RunningDaemon(tmp_path, OCR) as daemon, daemon.client() as client:
        drawn.screenshot(daemon.shots / "Screenshot from 2026-03-02 09-12-05.png")
        daemon.settled(client, shots=1)
        (shot,) = client.shots().shots
        assert shot.taken_from == "file_name"
        assert shot.result.rung == "ocr"
        assert shot.result.application == "Visual Studio Code"
        assert shot.result.application_type == "code_editor"
        assert not shot.awaiting
        reply = client.shot(shot.id, text=True, history=True)
        assert any("Visual Studio Code" in line.text for line in reply.lines)
        assert [result.rung for result in reply.results] == ["ocr", "minimum"]


@pytest.mark.models
def test_with_a_model_the_vision_result_supersedes_the_ocr_result_and_both_are_kept(tmp_path):
    config = models(tmp_path, ocr='engine = "rapidocr"', task="Editing the canned file")
    with RunningDaemon(tmp_path, config) as daemon, daemon.client() as client:
        path = drawn.screenshot(tmp_path / "a.png")
        first = client.submit(path)
        assert first.new
        assert first.shot.awaiting == ["vision", "ocr"]
        daemon.settled(client, shots=1)
        reply = client.shot(first.shot.id, history=True)
        assert reply.shot.result.rung == "vision"
        assert reply.shot.result.model == "eyes"
        assert reply.shot.result.task == "Editing the canned file"
        assert reply.shot.result.prompt_version
        assert [result.rung for result in reply.results] == ["vision", "ocr", "minimum"]
        assert client.status().mode == "vision_only"


@pytest.mark.models
def test_a_question_about_a_shot_is_answered_by_the_model(tmp_path):
    with RunningDaemon(tmp_path, models(tmp_path)) as daemon, daemon.client() as client:
        shot = client.submit(drawn.screenshot(tmp_path / "a.png")).shot
        job = client.ask(shot.id, "What is this?").job
        done = until(lambda: (j := client.job(job.id).job).state == "done" and j, what="the answer")
        assert "Visual Studio Code" in done.answer
        assert done.model == "eyes"


def test_a_question_without_a_model_is_refused(tmp_path):
    with RunningDaemon(tmp_path) as daemon:
        path = drawn.screenshot(tmp_path / "a.png")
        assert daemon.cli("submit", str(path), "--wait").returncode == 0
        asked = daemon.cli("ask", "What is this?")
        assert asked.returncode == 1
        assert "model_unavailable" in asked.stderr


@pytest.mark.models
def test_deleting_the_file_does_not_lose_the_description(tmp_path):
    config = models(tmp_path).replace('"text.gguf"', '"later.gguf"')
    with RunningDaemon(tmp_path, config) as daemon, daemon.client() as client:
        path = drawn.screenshot(tmp_path / "a.png")
        shot = client.submit(path).shot
        assert shot.awaiting == []  # the model's file is missing, so nothing is promised
        assert client.status().models[0].code == "missing"
        path.unlink()
        assert client.status().spool.files == 1
        daemon.stop()
        shutil.copy(tmp_path / "text.gguf", tmp_path / "later.gguf")
        daemon.start()
        with daemon.client() as again:
            daemon.settled(again, shots=1)
            assert again.shot(shot.id).shot.result.rung == "vision"
            until(lambda: again.status().spool.files == 0, what="an empty spool")


def test_the_same_bytes_twice_are_two_shots_of_one_picture_read_once(tmp_path):
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        drawn.screenshot(daemon.shots / "a.png")
        shutil.copy(daemon.shots / "a.png", daemon.shots / "b.png")
        counts = daemon.settled(client, shots=2).counts
        assert (counts.shots, counts.pictures) == (2, 1)
        first, second = client.shots().shots
        assert first.result.id == second.result.id


def test_one_file_is_one_shot_however_it_comes_in(tmp_path):
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        path = drawn.screenshot(daemon.shots / "a.png")
        daemon.settled(client, shots=1)
        (tmp_path / "link").symlink_to(daemon.shots)
        spellings = [
            path,
            f"{daemon.shots}//a.png",
            f"{daemon.shots}/x/../a.png",
            tmp_path / "link" / "a.png",
        ]
        assert {client.submit(spelling).shot.id for spelling in spellings} == {client.shots().shots[0].id}
        assert client.status().counts.shots == 1


def test_what_is_submitted_the_moment_the_daemon_is_up_still_awaits_its_text(tmp_path):
    path = drawn.screenshot(tmp_path / "a.png")
    with RunningDaemon(tmp_path, OCR) as daemon:
        submitted = daemon.cli("submit", "--wait", "--json", str(path))
        assert json.loads(submitted.stdout)["shot"]["result"]["rung"] == "ocr"


def test_a_restart_sees_nothing_new_in_an_unchanged_folder(tmp_path):
    with RunningDaemon(tmp_path) as daemon:
        for number in range(5):
            (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
        with daemon.client() as client:
            before = daemon.settled(client, shots=5)
        daemon.stop()
        daemon.start()
        with daemon.client() as client:
            until(lambda: client.status().sources[0].last_scan_ms, what="a scan")
            after = daemon.settled(client, shots=5)
        assert after.counts.shots == before.counts.shots
        assert after.store.epoch == before.store.epoch


def test_the_daemon_process_never_loads_a_decoder(tmp_path):
    with RunningDaemon(tmp_path, OCR) as daemon, daemon.client() as client:
        drawn.screenshot(daemon.shots / "a.png")
        daemon.settled(client, shots=1)
        loaded = Path(f"/proc/{daemon.process.pid}/maps").read_text(encoding="utf-8")
        for library in ("PIL", "numpy", "onnxruntime", "cv2", "llama"):
            assert f"/{library}" not in loaded, library


def test_everything_on_disk_is_private(tmp_path):
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        drawn.screenshot(daemon.shots / "a.png")
        daemon.settled(client, shots=1)
        for directory in (daemon.data, daemon.runtime):
            assert directory.stat().st_mode & 0o777 == 0o700
            for found in directory.rglob("*"):
                allowed = 0o700 if found.is_dir() else 0o600
                assert found.stat().st_mode & 0o777 & ~allowed == 0, found


def test_no_text_from_the_screen_reaches_the_log(tmp_path):
    with RunningDaemon(tmp_path, '[log]\nlevel = "debug"\n') as daemon, daemon.client() as client:
        drawn.screenshot(daemon.shots / "a.png", lines=("zebra4711 quagga0815",))
        daemon.settled(client, shots=1)
        (shot,) = client.shots().shots
        text = " ".join(line.text for line in client.shot(shot.id, text=True).lines)
        assert "zebra4711" in text
    assert "zebra4711" not in daemon.log.read_text()


def test_sigint_and_shutdown_stop_it_cleanly(tmp_path):
    with RunningDaemon(tmp_path) as daemon:
        daemon.process.send_signal(signal.SIGINT)
        assert daemon.process.wait(30) == 0
        daemon.start()
        with daemon.client() as client:
            client.shutdown()
        assert daemon.process.wait(30) == 0
        assert not (daemon.runtime / "api.sock").exists()
        assert daemon.cli("status").returncode == 3
        log = daemon.data / "glimpsed.sqlite-wal"
        assert not log.exists() or log.stat().st_size == 0


@pytest.mark.parametrize("shared", ["GLIMPSED_DATA_DIR", "GLIMPSED_RUNTIME_DIR"])
def test_a_second_daemon_on_either_directory_is_refused(tmp_path, shared):
    (tmp_path / "other").mkdir()
    with (
        RunningDaemon(tmp_path) as first,
        contextlib.closing(RunningDaemon(tmp_path / "other", env={shared: first.env[shared]})) as second,
    ):
        second.spawn()
        assert second.process.wait(30) == 3
        assert f"in use by process {first.process.pid}" in second.log.read_text()
        with first.client() as client:
            assert client.hello("test").pid == first.process.pid
