"""`glimpse` beside a live daemon: each verb for a person and for a script, each exit code for a reason."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from queue import Empty, SimpleQueue

import pytest

import drawn
import tiny_models
from running_daemon import DEADLINE_S, NO_OCR, RunningDaemon, until

VERBS = (
    ("status",),
    ("top",),
    ("models",),
    ("stats",),
    ("submit", "/tmp/a.png"),
    ("shots",),
    ("show",),
    ("day",),
    ("report",),
    ("ask", "What?"),
    ("watch",),
    ("stop",),
    ("doctor",),
)

BUSY = """
[ocr]
engine = "rapidocr"
[models.eyes]
backend = "fake"
file = "script.json"
mmproj = "script.json"
"""

TOMORROW = """
from glimpsed.wire import version
version.MAJOR, version.MAGIC = 2, b"glimpse2"
from glimpse_client.cli import main
main()
"""


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A daemon that reads text, with a model that takes longer for a description than anybody here waits."""
    root = tmp_path_factory.mktemp("busy")
    step = {"delay_s": 300, "reply": tiny_models.canned_description()}
    (root / "script.json").write_text(json.dumps({"steps": [step]}))
    with RunningDaemon(root, BUSY) as daemon:
        yield daemon


def as_json(ended):
    """The one object that a verb printed."""
    (line,) = ended.stdout.splitlines()
    said = json.loads(line)
    assert said["schema"] == 1
    return said


def submitted(daemon, name="Screenshot from 2026-03-02 09-12-05.png"):
    """A screenshot with an `ocr` result, whose description is still being made."""
    path = drawn.screenshot(daemon.root / name)
    return as_json(daemon.cli("submit", "--wait=first", "--json", str(path)))["shot"]


def test_wait_first_returns_with_the_ocr_rung_while_the_model_is_busy(busy):
    shot = submitted(busy)
    assert shot["result"]["rung"] == "ocr"
    assert shot["result"]["application"] == "Visual Studio Code"
    assert shot["awaiting"] == ["vision"]
    running = until(lambda: as_json(busy.cli("status", "--json"))["running"])
    assert [(job["kind"], job["model"]) for job in running] == [("describe", "eyes")]


def test_wait_gives_up_at_its_timeout_and_the_work_goes_on(busy):
    path = drawn.screenshot(busy.root / "late.png", lines=("nothing known",))
    begun = time.monotonic()
    ended = busy.cli("submit", "--wait", "--timeout", "2", str(path))
    assert ended.returncode == 4
    assert time.monotonic() - begun < 10
    assert "goes on in the daemon" in ended.stderr
    assert busy.cli("show").returncode == 0


def test_status_tells_of_everything(busy):
    submitted(busy)
    said = busy.cli("status").stdout
    for word in (
        "glimpsed",
        "shots",
        "watching",
        "rapidocr",
        "eyes",
        "describe",
        "running",
        "store",
        "spool",
    ):
        assert word in said, word
    fields = as_json(busy.cli("status", "--json"))
    assert fields["pid"] == busy.process.pid
    assert fields["mode"] == "vision_only"
    assert fields["models"][0]["state"] == "ready"


def test_shots_are_filtered_as_asked(busy):
    shot = submitted(busy)
    drawn.screenshot(busy.shots / "Screenshot from 2020-01-01 00-00-00.png", lines=("elsewhere",))
    until(lambda: "2020-01-01" in busy.cli("shots", "--rung", "ocr").stdout)

    def ids(*options):
        return [found["id"] for found in as_json(busy.cli("shots", "--json", *options))["shots"]]

    every = ids()
    assert shot["id"] in every
    assert ids("--limit", "1") == every[:1]
    assert ids("--app", "visual studio CODE") == [shot["id"]]
    assert ids("--app", "nothing of the kind") == []
    assert ids("--rung", "vision") == []
    assert shot["id"] in ids("--rung", "ocr")
    assert len(ids("--until", "2021-01-01")) == 1
    assert ids("--since", "2026-03-02T09:12:05", "--until", "2026-03-02T09:12:06") == [shot["id"]]
    assert shot["id"] in busy.cli("shots", "--all").stdout


def test_rejected_files_are_listed_with_their_reason(busy):
    path = busy.root / "notes.png"
    path.write_text("dear diary")
    ended = busy.cli("submit", str(path))
    assert ended.returncode == 1
    assert "not_an_image" in ended.stderr
    refused = as_json(busy.cli("submit", "--json", str(path)))
    assert refused["error"]["code"] == "rejected"
    assert "not_an_image" in busy.cli("shots", "--rejected").stdout
    (rejection,) = as_json(busy.cli("shots", "--rejected", "--json"))["rejections"]
    assert rejection["path"] == str(path)
    assert rejection["times"] == 2


def test_one_refused_file_does_not_hold_up_the_others(busy):
    good = drawn.screenshot(busy.root / "good.png", lines=("one of two",))
    ended = busy.cli("submit", "--json", str(busy.root / "missing.png"), str(good))
    assert ended.returncode == 1
    first, second = map(json.loads, ended.stdout.splitlines())
    assert "vanished" in first["error"]["message"]
    assert second["shot"]["path"] == str(good)


def test_show_tells_of_one_shot(busy):
    shot = submitted(busy)
    said = busy.cli("show", shot["id"], "--text", "--history").stdout
    assert "Visual Studio Code" in said
    assert "def accept(shot)" in said
    assert "awaiting     vision" in said or "awaiting" in said
    fields = as_json(busy.cli("show", shot["id"], "--text", "--history", "--json"))
    assert [result["rung"] for result in fields["results"]] == ["ocr", "minimum"]
    assert "def accept(shot)" in fields["text"]
    newest = as_json(busy.cli("shots", "--limit", "1", "--json"))["shots"][0]["id"]
    assert as_json(busy.cli("show", "--json"))["shot"]["id"] == newest
    unknown = busy.cli("show", "no-such-id")
    assert unknown.returncode == 1
    assert "not_found" in unknown.stderr


def test_a_question_that_nobody_waits_for_any_more_is_cancelled(busy):
    shot = submitted(busy)
    assert busy.cli("ask", "What is it?", "--shot", shot["id"], "--timeout", "1").returncode == 4
    with busy.client() as client:
        jobs = client.shot(shot["id"]).shot.jobs
        assert [job.state for job in jobs if job.kind == "ask"] == ["cancelled"]


def test_doctor_says_what_is_wrong_and_what_to_do(busy):
    ended = busy.cli("doctor", "--json")
    checks = {check["name"]: check for check in as_json(ended)["checks"]}
    assert {"daemon", "protocol", "user", "ocr"} <= set(checks)
    wrong = [check for check in checks.values() if check["ok"] is False]
    assert ended.returncode == (1 if wrong else 0)
    assert all(check["hint"] for check in wrong)
    assert "daemon: runs" in busy.cli("doctor").stdout


def test_version_names_client_and_daemon(busy):
    fields = as_json(busy.cli("version", "--json"))
    assert fields["client"] == fields["daemon"]
    assert "glimpsed" in busy.cli("version").stdout


# Exit codes.


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
@pytest.mark.parametrize("options", [(), ("--json",)], ids=" ".join)
def test_without_a_daemon_each_verb_says_so_at_once(tmp_path, verb, options):
    nobody = RunningDaemon(tmp_path)
    begun = time.monotonic()
    ended = nobody.cli(*verb, *options)
    assert ended.returncode == 3
    assert "no daemon runs" in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
    assert time.monotonic() - begun < 5
    nobody.close()


def test_version_needs_no_daemon(tmp_path):
    nobody = RunningDaemon(tmp_path)
    assert as_json(nobody.cli("version", "--json"))["daemon"] is None
    nobody.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("submit",),
        ("shots", "--limit", "0"),
        ("shots", "--since", "yesterdayish"),
        ("submit", "--wait=forever", "a.png"),
        ("ask", ""),
        ("status", "--bogus"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(busy, arguments):
    assert busy.cli(*arguments).returncode == 2


def test_a_daemon_that_does_not_answer_is_4(busy):
    os.kill(busy.process.pid, signal.SIGSTOP)
    try:
        ended = busy.cli("submit", "--timeout", "1", "/tmp/a.png")
    finally:
        os.kill(busy.process.pid, signal.SIGCONT)
    assert ended.returncode == 4
    assert busy.cli("status").returncode == 0


def test_a_runtime_directory_that_is_open_to_others_is_5(busy):
    busy.runtime.chmod(0o755)
    try:
        assert busy.cli("status").returncode == 5
        assert as_json(busy.cli("doctor", "--json"))["checks"][0]["hint"]
    finally:
        busy.runtime.chmod(0o700)
    assert busy.cli("status").returncode == 0


@pytest.mark.parametrize("verb", ["status", "version", "doctor"])
def test_a_client_of_another_major_version_is_6(busy, verb):
    command = (sys.executable, "-c", TOMORROW, verb)
    ended = subprocess.run(command, env=busy.env, check=False, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 6
    assert "version" in ended.stderr + ended.stdout


def test_stop_returns_when_the_daemon_has_stopped(tmp_path):
    with RunningDaemon(tmp_path) as daemon:
        assert as_json(daemon.cli("stop", "--json"))["stopped"]
        assert daemon.process.wait(5) == 0
        assert daemon.cli("stop").returncode == 3


# With a model that does describe.


@pytest.mark.models
def test_wait_awaits_the_best_planned_rung(tmp_path):
    tiny_models.byte_text_model(
        tmp_path / "text.gguf", reply=tiny_models.canned_description(task="By a model")
    )
    tiny_models.projector(tmp_path / "mmproj.gguf")
    model = '[models.eyes]\nfile = "text.gguf"\nmmproj = "mmproj.gguf"\ncontext = 8192\n'
    with RunningDaemon(tmp_path, NO_OCR + model) as daemon:
        path = drawn.screenshot(tmp_path / "a.png")
        shot = as_json(daemon.cli("submit", str(path), "--wait", "--json"))["shot"]
        assert shot["result"]["rung"] == "vision"
        assert shot["result"]["task"] == "By a model"
        assert shot["awaiting"] == []
        asked = as_json(daemon.cli("ask", "What is it?", "--json"))["job"]
        assert asked["state"] == "done"
        assert "By a model" in asked["answer"]


# Watching.


class Watching:
    """`glimpse watch` in a process, its lines as they come. Context manager."""

    def __init__(self, daemon, *options):
        self.lines = SimpleQueue()
        self.process = subprocess.Popen(
            (sys.executable, "-m", "glimpse_client.cli", "watch", *options),
            env=daemon.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._thread.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def until_line(self, *words):
        """The next line with all these words in it."""
        end = time.monotonic() + DEADLINE_S
        while True:
            try:
                line = self.lines.get(timeout=max(0, end - time.monotonic()))
            except Empty:
                raise AssertionError(f"no line with {words}") from None
            if all(word in line for word in words):
                return line


def test_watch_shows_each_shot_as_it_lands_and_ends_with_the_daemon(tmp_path):
    with RunningDaemon(tmp_path) as daemon:
        (daemon.shots / "before.png").write_bytes(drawn.swatch(0))
        with daemon.client() as client:
            daemon.settled(client, shots=1)
        with (
            Watching(daemon, "--recent", "5") as person,
            Watching(daemon, "--json", "--recent", "1") as script,
        ):
            person.until_line("recent", "before.png")
            assert json.loads(script.until_line('"recent"'))["shot"]["path"].endswith("before.png")
            for number in range(1, 4):
                (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
                person.until_line("added", f"{number}.png")
                added = json.loads(script.until_line("shot.added"))
                assert added["shot"]["path"].endswith(f"/{number}.png")
            (daemon.shots / "text.png").write_bytes(b"no picture")
            person.until_line("rejected", "text.png", "not_an_image")
            daemon.stop()
            assert "daemon.stopping" in script.until_line("daemon.stopping")
            assert person.process.wait(10) == 3
            assert script.process.wait(10) == 3
            assert "Traceback" not in person.process.stderr.read()


def test_watch_shows_the_result_of_every_file_that_holds_the_picture(tmp_path):
    with RunningDaemon(tmp_path, '[ocr]\nengine = "rapidocr"\n') as daemon, Watching(daemon) as watching:
        data = drawn.screenshot(tmp_path / "a.png").read_bytes()
        assert "watching" in watching.process.stderr.readline()  # and listening
        for number in range(3):
            (daemon.shots / f"{number}.png").write_bytes(data)
        lines = [watching.until_line("[ocr") for _ in range(3)]
        assert all(any(f"{number}.png" in line for line in lines) for number in range(3))


def test_watch_says_of_a_folder_that_it_is_not_there(tmp_path):
    with RunningDaemon(tmp_path) as daemon, daemon.client() as client:
        daemon.shots.rmdir()
        until(lambda: client.status().sources[0].state == "missing")
        with Watching(daemon) as watching:
            assert "it is not there yet" in watching.process.stderr.readline()


def test_watch_ends_with_a_daemon_that_is_killed_and_finds_the_next_one(tmp_path):
    with RunningDaemon(tmp_path) as daemon:
        with Watching(daemon, "--json", "--recent", "1") as watching:
            (daemon.shots / "0.png").write_bytes(drawn.swatch(0))
            watching.until_line("shot.added")
            daemon.kill()
            assert watching.process.wait(10) == 3
            assert "no daemon runs" in watching.process.stderr.read()
        daemon.start()
        with Watching(daemon, "--recent", "5") as watching:
            watching.until_line("recent", "0.png")
            (daemon.shots / "1.png").write_bytes(drawn.swatch(1))
            watching.until_line("added", "1.png")
            watching.process.send_signal(signal.SIGINT)
            assert watching.process.wait(10) == 130
            assert watching.process.stderr.read().strip() == f"watching {daemon.shots}"
        assert daemon.process.poll() is None
