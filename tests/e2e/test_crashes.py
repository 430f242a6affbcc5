"""The daemon killed or stopped at any moment: nothing accepted is lost, nothing is done twice."""

import contextlib
import random
import signal
import subprocess
import threading
from pathlib import Path

import pytest

import crash_checks as checks
import drawn
import tiny_models
from faulty_models import FAKE, HANG, LONG, OCR, REPLY, TINY, add, in_state, script, started
from running_daemon import NO_OCR, RunningDaemon, until


class Arrivals(threading.Thread):
    """Screenshots that come in at random moments, in all the ways that they do, until `end` is called."""

    def __init__(self, daemon: RunningDaemon, chance: random.Random, pause_s: float, picture) -> None:
        super().__init__(daemon=True)
        self.files = 0
        self._folder = daemon.shots
        self._aside = daemon.root
        self._chance = random.Random(chance.random())
        self._pause_s = pause_s
        self._picture = picture
        self._over = threading.Event()

    def run(self) -> None:
        last = b""
        while not self._over.wait(self._chance.uniform(0, 2 * self._pause_s)):
            same = last and self._chance.random() < 0.2
            last = last if same else self._picture(self.files)
            self._arrive(self._folder / f"{self.files}.png", last)
            self.files += 1

    def _arrive(self, path: Path, data: bytes) -> None:
        if self._chance.random() < 0.5:
            moved = self._aside / path.name
            moved.write_bytes(data)
            moved.rename(path)
            return
        cut = self._chance.randrange(len(data))
        with path.open("wb") as file:
            file.write(data[:cut])
            file.flush()
            self._over.wait(self._chance.uniform(0, 0.05))
            file.write(data[cut:])

    def end(self) -> int:
        """Let nothing more come; how many files there are."""
        self._over.set()
        self.join()
        return self.files


def kill_at_random(daemon: RunningDaemon, chance: random.Random, within_s: float) -> None:
    """Start it, kill it at some moment, and see that its children go with it."""
    daemon.spawn()
    children = set()
    for _ in range(int(chance.uniform(0.1, within_s) / 0.05)):
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = daemon.process.wait(0.05)
            raise AssertionError(f"it ended by itself, with {status}: {daemon.log.read_text()[-2000:]}")
        children |= checks.family(daemon.process.pid)
    daemon.process.send_signal(signal.SIGSTOP)  # so that it starts none between our look and its end
    children |= checks.family(daemon.process.pid)
    daemon.kill()
    checks.until_ended(children)


def survive_kills(daemon, *, kills: int, within_s: float, pause_s: float, picture) -> None:
    chance = checks.seeded()
    arrivals = Arrivals(daemon, chance, pause_s, picture)
    arrivals.start()
    for _ in range(kills):
        kill_at_random(daemon, chance, within_s)
    files = arrivals.end()
    daemon.start()
    with daemon.client() as client:
        daemon.settled(client, shots=files, deadline_s=120 + files)
    assert daemon.stop() == 0
    checks.assert_whole(daemon)


def screen(root: Path):
    def picture(number: int) -> bytes:
        path = drawn.screenshot(root / "drawn.png", size=(480, 160), lines=(f"report {number}.ods - Calc",))
        return path.read_bytes()

    return picture


def fast_model(root: Path) -> str:
    script(root, *({"delay_s": delay, **REPLY} for delay in (0, 0.3, 0, 0.1, 0.02)))
    return NO_OCR + FAKE


def real_models(root: Path) -> str:
    tiny_models.byte_text_model(root / "text.gguf", reply=tiny_models.canned_description())
    tiny_models.projector(root / "mmproj.gguf")
    return OCR + TINY


def test_kills_while_files_arrive_and_are_described(tmp_path):
    with contextlib.closing(RunningDaemon(tmp_path, fast_model(tmp_path))) as daemon:
        survive_kills(daemon, kills=4, within_s=2.5, pause_s=0.1, picture=drawn.swatch)


@pytest.mark.models
def test_kills_while_real_parts_read_and_describe(tmp_path):
    with contextlib.closing(RunningDaemon(tmp_path, real_models(tmp_path))) as daemon:
        survive_kills(daemon, kills=3, within_s=5, pause_s=1.0, picture=screen(tmp_path))


@pytest.mark.soak
def test_hundreds_of_kills_while_files_arrive_and_are_described(tmp_path):
    with contextlib.closing(RunningDaemon(tmp_path, fast_model(tmp_path))) as daemon:
        survive_kills(daemon, kills=300, within_s=2.5, pause_s=0.3, picture=drawn.swatch)


@pytest.mark.soak
@pytest.mark.models
def test_hundreds_of_kills_while_real_parts_read_and_describe(tmp_path):
    with contextlib.closing(RunningDaemon(tmp_path, real_models(tmp_path))) as daemon:
        survive_kills(daemon, kills=150, within_s=6, pause_s=3.0, picture=screen(tmp_path))


def test_a_job_that_ran_while_the_daemon_died_three_times_is_set_aside(tmp_path):
    script(tmp_path, HANG)
    with contextlib.closing(RunningDaemon(tmp_path, OCR + FAKE)) as daemon:
        add(daemon, 1)
        for life in (1, 2, 3):
            daemon.start()
            with daemon.client() as client:
                job = started(client, "describe", times=life)
            daemon.kill()
        script(tmp_path)
        add(daemon, 2)
        daemon.start()
        with daemon.client() as client:
            status = daemon.settled(client, shots=2)
            assert status.counts.jobs["poisoned"] == 1
            innocent, guilty = client.shots().shots
            assert innocent.result.rung == "vision"
            assert guilty.result.rung == "ocr"
            assert not guilty.awaiting
            poisoned = client.job(job).job
            assert (poisoned.state, poisoned.deaths, poisoned.picture) == ("poisoned", 3, guilty.picture)
            assert "daemon died" in poisoned.error
            assert [e.body["job"] for e in client.events(0).events if e.type == "job.poisoned"] == [job]
        assert daemon.stop() == 0
        checks.assert_whole(daemon)


def test_a_call_over_which_the_daemon_died_is_on_record(tmp_path):
    script(tmp_path, HANG)
    with contextlib.closing(RunningDaemon(tmp_path, NO_OCR + FAKE)) as daemon:
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            job = started(client, "describe")
            until(lambda: checks.calls(daemon) == [(job, "running", 0)], what="a call that runs")
            assert client.stats().calls == []
        daemon.kill()
        script(tmp_path)
        daemon.start()
        with daemon.client() as client:
            daemon.settled(client, shots=1)
            (stats,) = client.stats().calls
            assert (stats.outcomes, stats.retries, stats.errors) == ({"interrupted": 1, "ok": 1}, 1, 0)
        assert daemon.stop() == 0
        assert checks.calls(daemon) == [(job, "interrupted", 0), (job, "ok", 1)]
        checks.assert_whole(daemon)


@pytest.mark.parametrize("deaf", [False, True])
def test_a_stop_while_a_job_runs_is_clean_and_blames_nobody(tmp_path, deaf):
    script(tmp_path, HANG if deaf else LONG)
    with contextlib.closing(RunningDaemon(tmp_path, NO_OCR + FAKE)) as daemon:
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            job = started(client, "describe")
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(10) == 0
        assert checks.jobs(daemon) == [(job, "queued", 0, 0)]
        script(tmp_path)
        daemon.start()
        with daemon.client() as client:
            assert in_state(client, job, "done").deaths == 0
            daemon.settled(client, shots=1)
        assert daemon.stop() == 0
        checks.assert_whole(daemon)


def test_stops_at_random_moments_blame_nobody(tmp_path):
    stop_at_random(tmp_path, stops=4)


@pytest.mark.soak
def test_hundreds_of_stops_at_random_moments_blame_nobody(tmp_path):
    stop_at_random(tmp_path, stops=200)


def stop_at_random(root: Path, stops: int) -> None:
    chance = checks.seeded()
    with contextlib.closing(RunningDaemon(root, fast_model(root))) as daemon:
        arrivals = Arrivals(daemon, chance, 0.1, drawn.swatch)
        arrivals.start()
        for _ in range(stops):
            daemon.start()
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.process.wait(chance.uniform(0, 1.5))
            children = checks.family(daemon.process.pid)
            assert daemon.stop() == 0
            checks.until_ended(children)
            for _, state, deaths, interruptions in checks.jobs(daemon):
                assert (state != "running", deaths, interruptions) == (True, 0, 0)
        files = arrivals.end()
        daemon.start()
        with daemon.client() as client:
            daemon.settled(client, shots=files, deadline_s=120 + files)
        assert daemon.stop() == 0
        checks.assert_whole(daemon)
