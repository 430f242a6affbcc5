"""`glimpsed run --show` in a terminal: it prints what happens, and Ctrl-C ends all of it quietly."""

import contextlib
import json
import os
import pty
import re
import select
import subprocess
import sys
import time

import psutil
import pytest

import drawn
import tiny_models
from running_daemon import DEADLINE_S, NO_OCR, RunningDaemon

CTRL_C = b"\x03"

MODEL = f"""{NO_OCR}
[models.eyes]
backend = "fake"
file = "script.json"
mmproj = "script.json"
"""


class Terminal:
    """The daemon with `--show` in a terminal of its own; `said` is all that it printed. Context manager."""

    def __init__(self, daemon):
        self.said = ""
        self._ours, theirs = pty.openpty()
        command = (
            "setsid",
            "--ctty",
            sys.executable,
            "-m",
            "glimpsed",
            "run",
            "--show",
            "--watch",
            daemon.shots,
        )
        self.process = subprocess.Popen(command, env=daemon.env, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self):
        """The terminal is closed."""
        if self._ours is not None:
            os.close(self._ours)
        self._ours = None

    def type(self, keys: bytes):
        os.write(self._ours, keys)

    def until(self, *patterns):
        """Read on until each of these was printed, in this order, in a line of its own."""
        wanted = re.compile(r".*\n(.*\n)*?.*".join(patterns))
        while not wanted.search(self.said):
            assert self._read(), f"no {patterns} in {self.said!r}"

    def rest(self):
        """Read until everybody who could print has ended; the daemon's exit status."""
        while self._read():
            pass
        return self.process.wait(DEADLINE_S)

    def _read(self):
        """Take what is printed next; False at the end of it."""
        assert select.select([self._ours], [], [], DEADLINE_S)[0], self.said
        with contextlib.suppress(OSError):  # Linux's way of saying that nobody has the terminal open any more
            self.said += os.read(self._ours, 4096).decode()
            return True
        return False


@pytest.fixture
def daemon(tmp_path):
    script = {"steps": [{"delay_s": 0.2, "reply": tiny_models.canned_description()}]}
    (tmp_path / "script.json").write_text(json.dumps(script))
    with contextlib.closing(RunningDaemon(tmp_path, MODEL)) as daemon:
        yield daemon


def test_each_screenshot_is_shown_as_it_lands_and_ctrl_c_ends_it_quietly(daemon):
    (daemon.shots / "first.png").write_bytes(drawn.swatch(1))
    with Terminal(daemon) as terminal:
        terminal.until(r"first\.png.*Visual Studio Code.*vision by eyes")
        (daemon.shots / "second.png").write_bytes(drawn.swatch(2))
        (daemon.shots / "third.png").write_bytes(b"no picture")
        terminal.until(r"added +second\.png", r"described +second\.png.*Visual Studio Code")
        terminal.until(r"rejected +third\.png +not_an_image")
        children = psutil.Process(terminal.process.pid).children(recursive=True)
        assert children
        shown = len(terminal.said)
        terminal.type(CTRL_C)
        assert terminal.rest() == 0
        after = terminal.said[shown:].replace("^C", "").strip()
        assert len(after.splitlines()) <= 1, after  # whether it still hears of the end is a matter of luck
        assert after == "" or after.endswith("the daemon stops"), after
        assert not [child for child in children if child.is_running()]


def test_it_ends_with_its_terminal(daemon):
    with Terminal(daemon) as terminal:
        terminal.until(r"watching")
        terminal.hang_up()
        assert terminal.process.wait(DEADLINE_S) == 0, "it stopped as it is meant to"


@pytest.mark.parametrize("after_s", [0.4, 0.6, 0.8, 1.0])
def test_ctrl_c_while_it_starts_leaves_no_traceback(daemon, after_s):
    begun = time.monotonic()
    with Terminal(daemon) as terminal:
        select.select([], [], [], after_s)  # no condition: the point is to come at any moment
        terminal.type(CTRL_C)
        terminal.rest()
        assert "Traceback" not in terminal.said
        assert time.monotonic() - begun < 20
