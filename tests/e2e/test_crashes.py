"""Killed at any moment, of any part: nothing accepted is lost, nothing is done twice, nobody is left over."""

import contextlib
import itertools
import json
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import crash_checks as checks
import drawn
import tiny_models
from glimpse_client.errors import RequestFailedError
from running_daemon import NO_OCR, RunningDaemon, until

OCR = '[ocr]\nengine = "rapidocr"\nthreads = 1\n'

FAKE = """
[models.eyes]
backend = "fake"
file = "script.json"
mmproj = "script.json"
"""

TINY = """
[models.eyes]
file = "text.gguf"
mmproj = "mmproj.gguf"
context = 8192
"""

REPLY = {"reply": tiny_models.canned_description()}
HANG = {"hang": True}
LONG = {"delay_s": 300, **REPLY}


def script(root: Path, *steps: dict, load: dict | None = None) -> None:
    """What the fake model does from its next load on."""
    (root / "script.json").write_text(json.dumps({"steps": steps or [REPLY], "load": load or {}}))


def started(client, kind: str, times: int = 1) -> str:
    """Wait until jobs of a kind were started so many times in all; the id of the last one."""

    def found():
        events = client.events(0).events
        of_kind = [e.body["job"] for e in events if e.type == "job.started" and e.body["kind"] == kind]
        return of_kind[-1] if len(of_kind) >= times else None

    return until(found, what=f"start number {times} of a {kind} job")


def in_state(client, job: str, state: str, deadline_s: float = 30.0):
    """Wait until a job is in a state; the job."""

    def reached():
        view = client.job(job).job
        return view if view.state == state else None

    return until(reached, deadline_s=deadline_s, what=f"{job} {state}")


@contextlib.contextmanager
def running(root: Path, config: str):
    """A daemon and a client of it."""
    with RunningDaemon(root, config) as daemon, daemon.client() as client:
        yield daemon, client


def add(daemon, number: int) -> None:
    """One more screenshot, unlike the others; it comes into the folder whole."""
    picture = drawn.screenshot(daemon.root / f"{number}.png", lines=(f"notes {number}.txt - Editor",))
    picture.rename(daemon.shots / picture.name)


def only_shot(client):
    (shot,) = client.shots().shots
    return shot


# -- the daemon is killed


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


# -- a child dies


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_reader_that_dies_over_a_file_and_over_a_read_is_forgiven_once_each(tmp_path, number):
    with running(tmp_path, OCR) as (daemon, client), opening(daemon, client) as submitted:
        end(checks.child(daemon, "reader"), number)
        assert submitted.result().new
        job = started(client, "read")
        end(until(lambda: checks.child(daemon, "reader"), what="a reader"), number)
        assert in_state(client, job, "done").deaths == 1
        assert only_shot(client).result.rung == "ocr"


@contextlib.contextmanager
def opening(daemon, client):
    """A file was handed in and lies with a reader that does nothing; gives what becomes of it."""

    def submit():
        with daemon.client() as other:
            return other.submit(drawn.screenshot(daemon.root / "1.png"))

    until(lambda: client.status().ocr.state == "ready", what="a reader")
    checks.child(daemon, "reader").suspend()
    with ThreadPoolExecutor(1) as beside:
        submitted = beside.submit(submit)
        until(lambda: client.status().queue.files, what="a file with the reader")
        yield submitted


def end(process: psutil.Process, number: signal.Signals) -> None:
    """Kill a process, also one that is stopped."""
    process.send_signal(number)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGCONT)
    checks.until_ended({process})


def test_a_file_that_kills_two_readers_is_rejected_and_the_next_is_served(tmp_path):
    with running(tmp_path, OCR) as (daemon, client), opening(daemon, client) as submitted:
        end(checks.child(daemon, "reader"), signal.SIGKILL)
        second = until(lambda: checks.child(daemon, "reader"), what="a second reader")
        end(second, signal.SIGKILL)
        with pytest.raises(RequestFailedError, match="reader_died"):
            submitted.result()
        assert client.status().rejected == {"reader_died": 1}
        add(daemon, 2)
        daemon.settled(client, shots=1, rejected=1)
        assert only_shot(client).result.rung == "ocr"


def test_a_picture_that_kills_two_readers_while_it_is_read_keeps_its_minimum(tmp_path):
    with running(tmp_path, OCR) as (daemon, client):
        add(daemon, 1)
        for attempt in (1, 2):
            job = started(client, "read", times=attempt)
            end(until(lambda: checks.child(daemon, "reader"), what="a reader"), signal.SIGKILL)
        poisoned = in_state(client, job, "poisoned")
        assert poisoned.deaths == 2
        assert "SIGKILL" in poisoned.error
        assert only_shot(client).result.rung == "minimum"
        add(daemon, 2)
        daemon.settled(client, shots=2)
        assert {shot.result.rung for shot in client.shots().shots} == {"minimum", "ocr"}
        daemon.stop()
        checks.assert_whole(daemon)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_an_engine_that_dies_while_loading_and_while_running_is_forgiven_once_each(tmp_path, number):
    script(tmp_path, load=LONG)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        loading = until(lambda: checks.child(daemon, "engine"), what="an engine")
        until(lambda: client.status().models[0].state == "loading", what="loading")
        script(tmp_path, LONG)
        end(loading, number)
        job = started(client, "describe")
        script(tmp_path)
        end(checks.child(daemon, "engine"), number)
        assert in_state(client, job, "done").deaths == 1
        assert only_shot(client).result.rung == "vision"
        daemon.settled(client, shots=1)
        daemon.stop()
        checks.assert_whole(daemon)


def test_an_engine_that_dies_idle_is_nobodys_fault(tmp_path):
    script(tmp_path)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        for number in (1, 2, 3):
            add(daemon, number)
            daemon.settled(client, shots=number)
            end(checks.child(daemon, "engine"), signal.SIGKILL)
        assert [job.deaths for shot in client.shots().shots for job in shot.jobs] == [0, 0, 0]


def test_a_job_that_aborts_two_engines_is_set_aside_and_the_next_is_done(tmp_path):
    script(tmp_path, {"abort": True})
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe", times=2)
        poisoned = in_state(client, job, "poisoned")
        assert poisoned.deaths == 2
        assert "SIGABRT" in poisoned.error
        shot = only_shot(client)
        assert (shot.result.rung, shot.awaiting) == ("minimum", [])
        script(tmp_path)
        add(daemon, 2)
        status = daemon.settled(client, shots=2)
        assert status.counts.jobs == {"done": 1, "poisoned": 1}
        types = [e.type for e in client.events(0).events if e.body.get("job") == job]
        assert types == ["job.queued", "job.started", "job.queued", "job.started", "job.poisoned"]
        daemon.stop()
        checks.assert_whole(daemon)


def test_a_model_that_aborts_while_loading_is_given_up_and_its_jobs_wait(tmp_path):
    script(tmp_path, load={"abort": True})
    with contextlib.closing(RunningDaemon(tmp_path, NO_OCR + FAKE)) as daemon:
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            until(lambda: client.status().models[0].code == "died_loading", what="the model given up")
            status = client.status()
            assert (status.models[0].state, status.mode) == ("unavailable", "minimum")
            assert status.queue.describe == 1
            assert only_shot(client).result.rung == "minimum"
        assert daemon.stop() == 0
        script(tmp_path)
        daemon.start()
        with daemon.client() as client:
            daemon.settled(client, shots=1)
            assert only_shot(client).result.rung == "vision"


def test_a_hanging_engine_is_killed_at_its_limit_and_that_is_a_death(tmp_path):
    script(tmp_path, HANG)
    config = NO_OCR + FAKE + "run_limit_s = 0.5\n"
    with running(tmp_path, config) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        first = checks.child(daemon, "engine")
        poisoned = in_state(client, job, "poisoned")
        assert poisoned.deaths == 2
        assert "killed after 0.5 s" in poisoned.error
        checks.until_ended({first})
        script(tmp_path)
        add(daemon, 2)
        assert daemon.settled(client, shots=2).counts.jobs == {"done": 1, "poisoned": 1}


@pytest.mark.parametrize("deaf", [False, True])
def test_a_cancelled_job_ends_soon_and_the_next_is_served_without_blame(tmp_path, deaf):
    script(tmp_path, HANG if deaf else LONG, REPLY)
    with running(tmp_path, NO_OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        add(daemon, 2)
        until(lambda: client.status().counts.shots == 2, what="a second shot")
        engine = checks.child(daemon, "engine")
        if deaf:
            script(tmp_path)
        client.cancel(job)
        assert in_state(client, job, "cancelled", deadline_s=10).deaths == 0
        daemon.settled(client, shots=2)
        (described,) = client.shots(rung="vision").shots
        assert [job.deaths for job in described.jobs] == [0]
        assert (checks.child(daemon, "engine") == engine) is not deaf


# -- children and the desktop


def test_children_run_below_the_desktop_and_the_engine_below_the_reader(tmp_path):
    script(tmp_path, LONG)
    with running(tmp_path, OCR + FAKE) as (daemon, client):
        add(daemon, 1)
        started(client, "describe")
        own = psutil.Process(daemon.process.pid).nice()
        reader, engine = checks.child(daemon, "reader"), checks.child(daemon, "engine")
        assert own < reader.nice() == min(own + 5, 19) < engine.nice() == min(own + 15, 19)
        for process in (reader, engine):
            assert int(Path(f"/proc/{process.pid}/oom_score_adj").read_text()) >= 500


@pytest.mark.parametrize(
    ("how", "stopped"), [(signal.SIGKILL, True), (signal.SIGABRT, False), (signal.SIGTERM, True)]
)
def test_children_end_with_the_daemon_busy_idle_or_stopped(tmp_path, how, stopped):
    script(tmp_path, HANG)
    daemon = RunningDaemon(tmp_path, OCR + FAKE)
    daemon.arguments += ("--show",)
    with contextlib.closing(daemon):
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            started(client, "describe")
        children = checks.family(daemon.process.pid)
        assert len(children) >= 3  # the idle reader, the busy engine, the client that shows
        if stopped:
            checks.child(daemon, "reader").suspend()
            checks.child(daemon, "engine").suspend()
        daemon.process.send_signal(how)
        assert daemon.process.wait(20) == (0 if how == signal.SIGTERM else -how)
        checks.until_ended(children)


# -- it is asked to stop


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


# -- the disk is full


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 16 MB for the data directory."""
    place = tmp_path / "data"
    place.mkdir(mode=0o700)
    command = ("mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "none", str(place))
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not permitted here: it takes root")
    yield place
    subprocess.run(("umount", "--lazy", str(place)), check=True)


def test_a_full_disk_ends_the_daemon_with_a_clear_message_and_loses_nothing(tmp_path, small_disk):
    with contextlib.closing(RunningDaemon(tmp_path)) as daemon:
        daemon.start()
        for number in range(5):
            add(daemon, number)
        with daemon.client() as client:
            daemon.settled(client, shots=5)
        filler = small_disk / "filler"
        fill(filler)
        for number in range(5, 200):
            (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
        assert daemon.process.wait(30) == 1
        assert "disk is full" in daemon.log.read_text().splitlines()[-1]
        fill(filler)
        daemon.spawn()
        assert daemon.process.wait(30) not in (0, -signal.SIGKILL)
        assert "disk is full" in daemon.log.read_text().splitlines()[-1]
        filler.unlink()
        daemon.start()
        with daemon.client() as client:
            daemon.settled(client, shots=200)
        assert daemon.stop() == 0
        checks.assert_whole(daemon)


def test_a_first_start_on_a_full_disk_is_refused_and_says_why(tmp_path, small_disk):
    with contextlib.closing(RunningDaemon(tmp_path)) as daemon:
        fill(small_disk / "filler")
        daemon.spawn()
        assert daemon.process.wait(30) in (1, 2)
        assert "glimpsed: " in daemon.log.read_text()
        assert "No space left on device" in daemon.log.read_text()
        (small_disk / "filler").unlink()
        daemon.start()


def fill(filler: Path) -> None:
    """Take all the room that is left."""
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


# -- the service manager


def test_ready_means_served_and_life_is_shown_from_then_on(tmp_path):
    script(tmp_path)
    with (
        tempfile.TemporaryDirectory(prefix="gl") as place,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
        contextlib.closing(RunningDaemon(tmp_path, NO_OCR + FAKE)) as daemon,
    ):
        manager.bind(f"{place}/n")
        manager.settimeout(30)
        daemon.spawn(NOTIFY_SOCKET=f"{place}/n", WATCHDOG_USEC="400000")
        until(lambda: manager.recv(100) == b"READY=1", what="READY")
        with daemon.client(timeout_s=1) as client:
            client.hello("test")
            said_at = [time.monotonic()]
            for number in range(20):
                (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
                assert manager.recv(100) == b"WATCHDOG=1"
                said_at.append(time.monotonic())
            daemon.settled(client, shots=20)
        pauses = [later - before for before, later in itertools.pairwise(said_at)]
        assert max(pauses) < 2, "on a machine that does nothing else it is 0.2"
        assert sum(pauses) > 2, "as often as asked for, however much happens"
        daemon.stop()
        manager.settimeout(0)
        assert b"STOPPING=1" in iter_all(manager)


def iter_all(manager: socket.socket) -> list[bytes]:
    """All messages that are there."""
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(manager.recv(100))
    return found
