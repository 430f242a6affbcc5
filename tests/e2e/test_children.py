"""Children that die, hang and are in the way: one death is forgiven, the desktop comes first."""

import contextlib
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import crash_checks as checks
import drawn
from faulty_models import FAKE, HANG, LONG, OCR, REPLY, add, in_state, only_shot, running, script, started
from glimpse_client.errors import RequestFailedError
from running_daemon import NO_OCR, RunningDaemon, until


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


def test_a_model_that_aborts_while_loading_is_left_alone_for_a_while_and_its_jobs_wait(tmp_path):
    script(tmp_path, load={"abort": True})
    with contextlib.closing(RunningDaemon(tmp_path, NO_OCR + FAKE)) as daemon:
        daemon.start()
        add(daemon, 1)
        with daemon.client() as client:
            until(lambda: "screen" in client.status().missing, what="the model left alone")
            status = client.status()
            assert {(each.role, each.state) for each in status.breakers} == {
                ("ask", "open"),
                ("screen", "open"),
            }
            assert "SIGABRT" in status.missing["screen"]
            assert "SIGABRT" in status.models[0].detail
            assert status.mode == "minimum"
            assert [(each.kind, each.urgency) for each in status.waiting] == [("describe", "normal")]
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
        assert "killed after 2.5 s" in poisoned.error
        checks.until_ended({first})
        script(tmp_path)
        add(daemon, 2)
        assert daemon.settled(client, shots=2).counts.jobs == {"done": 1, "poisoned": 1}


def test_an_engine_that_is_too_slow_gives_up_at_its_limit_twice_and_lives_on(tmp_path):
    script(tmp_path, LONG, LONG, REPLY)
    with running(tmp_path, NO_OCR + FAKE + "run_limit_s = 0.5\n") as (daemon, client):
        add(daemon, 1)
        job = started(client, "describe")
        engine = checks.child(daemon, "engine")
        failed = in_state(client, job, "failed")
        assert failed.error == "run_limit: given up after 0.5 s"
        assert (failed.deaths, failed.failures) == (0, 2)
        add(daemon, 2)
        daemon.settled(client, shots=2)
        assert len(client.shots(rung="vision").shots) == 1
        assert checks.child(daemon, "engine") == engine


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


def test_an_engine_past_its_ceiling_is_recycled_after_each_job_and_every_job_ends_well(tmp_path):
    script(tmp_path)
    with running(tmp_path, NO_OCR + FAKE + "memory_limit_mb = 1\n") as (daemon, client):
        for number in (1, 2, 3):
            add(daemon, number)
            daemon.settled(client, shots=number)
            until(lambda: checks.child(daemon, "engine") is None, what="the engine taken back")
        assert {shot.result.rung for shot in client.shots().shots} == {"vision"}
        assert [job.deaths for shot in client.shots().shots for job in shot.jobs] == [0, 0, 0]
        until(lambda: client.status().models[0].state == "idle", what="an idle model")
        told = [line for line in daemon.log.read_text().splitlines() if "model.overweight" in line]
        assert ["warning" in line for line in told] == [True] * 3


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
