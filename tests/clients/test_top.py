"""`glimpse top` on a real terminal: it lives, and leaves the terminal as it was, whatever ends it."""

import asyncio
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import msgspec
import pytest

import wire_samples
from answering import Answering
from glimpsed.wire import messages as m
from running_glimpse import GLIMPSE, as_json, environment, glimpse, said

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
OURS = re.compile(rb"\x1b\[(\?1049[hl]|\?25[hl]|\?7[hl]|[HKJ]|\d*m)")
FRAME = re.compile(rb"\x1b\[H(.*?)\x1b\[J", re.DOTALL)
HOSTILE = "\x1b]0;owned\x07\x1b[2J\r\n\u202egnp\x9b"


class Screen:
    """`glimpse top` on a terminal of its own. A context manager."""

    def __init__(self, directory, *, columns=100, lines=40, **env):
        self.ours, self._theirs = pty.openpty()
        self.resize(columns, lines)
        self.attributes = termios.tcgetattr(self._theirs)
        self.shown = b""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *GLIMPSE, "top"],  # its own session, so that Ctrl-C and resizing reach it
            env=environment(directory, TERM="xterm", **env),
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self._theirs)

    def resize(self, columns, lines):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys):
        os.write(self.ours, keys)

    def reads(self, holds, what):
        """Read until `holds()`."""
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end, (what, self.shown[-2000:])
            if select.select([self.ours], [], [], 0.05)[0]:
                self.shown += os.read(self.ours, 65536)

    def frame(self, *words, since=0):
        """The lines of the first frame after `since` bytes that has all these words."""
        found = []

        def comes():
            texts = (OURS.sub(b"", frame).decode() for frame in FRAME.findall(self.shown[since:]))
            found[:] = [text for text in texts if all(word in text for word in words)]
            return found

        self.reads(comes, words)
        return found[0].split("\r\n")

    def ends(self):
        """Its exit status; all that it showed was read."""
        self.reads(lambda: self.process.poll() is not None, "its end")
        while select.select([self.ours], [], [], 0)[0]:
            self.shown += os.read(self.ours, 65536)
        return self.process.returncode

    def as_it_was(self):
        """Whether nothing is left of what was done to the terminal."""
        entered, left = self.shown.count(ENTER), self.shown.count(LEAVE)
        cursor = self.shown.rfind(b"\x1b[?25h") > self.shown.rfind(b"\x1b[?25l")
        wraps = self.shown.rfind(b"\x1b[?7h") > self.shown.rfind(b"\x1b[?7l")
        same = termios.tcgetattr(self._theirs) == self.attributes
        return (entered, cursor, wraps, same) == (left, True, True, True)


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_it_draws_again_and_again_until_q(daemon):
    with Screen(daemon.directory) as screen:
        screen.frame("running minicpm", "oldest_wait", "file_to_ocr")
        assert not screen.as_it_was()
        slot = msgspec.structs.replace(wire_samples.STATUS.slot, elapsed_ms=4400)
        status = msgspec.structs.replace(wire_samples.STATUS, slot=slot)
        daemon.answers[m.StatusRequest] = lambda _: status
        screen.frame("for 4.4 s of about 5.4 s")
        screen.press(b"q")
        assert screen.ends() == 0
        assert screen.as_it_was()
        assert screen.shown.endswith(LEAVE)


def test_nothing_that_is_erased_was_written_before(daemon):
    with Screen(daemon.directory, columns=80) as screen:
        head, *_ = lines = screen.frame("running minicpm")
        assert re.search(r"  \d\d:\d\d:\d\d$", head), "the clock is as far right as there is room"
        assert max(map(len, lines)) == len(head) == 79, "the rest of a full line begins with its last column"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        (lambda screen: screen.press(b"\x03"), 130),
        (lambda screen: screen.process.send_signal(signal.SIGINT), 130),
        (lambda screen: screen.process.send_signal(signal.SIGTERM), -signal.SIGTERM),
        (lambda screen: screen.process.send_signal(signal.SIGHUP), -signal.SIGHUP),
    ],
    ids=["Ctrl-C", "INT", "TERM", "HUP"],
)
def test_however_it_is_ended_the_terminal_is_as_it_was(daemon, how, status):
    with Screen(daemon.directory) as screen:
        screen.frame("running minicpm")
        how(screen)
        assert screen.ends() == status
        assert screen.as_it_was()
        assert b"Traceback" not in screen.shown


def test_while_an_answer_is_due_it_can_be_ended(daemon):
    with Screen(daemon.directory) as screen:
        screen.frame("running minicpm")
        daemon.answers[m.StatusRequest] = lambda _: never()
        asked = len(daemon.requests)
        screen.reads(lambda: len(daemon.requests) > asked, "a question")
        screen.press(b"\x03")
        assert screen.ends() == 130
        assert screen.as_it_was()


def test_suspended_it_gives_the_terminal_back_and_goes_on_afterwards(daemon):
    with Screen(daemon.directory) as screen:
        screen.frame("running minicpm")
        screen.press(b"\x1a")
        _, status = os.waitpid(screen.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        screen.reads(screen.as_it_was, "the terminal as it was")
        before = len(screen.shown)
        screen.process.send_signal(signal.SIGCONT)
        screen.frame("running minicpm", since=before)
        screen.press(b"q")
        assert screen.ends() == 0
        assert screen.as_it_was()


def test_it_keeps_to_the_window_however_small_it_becomes(daemon):
    with Screen(daemon.directory) as screen:
        screen.frame("running minicpm", "file_to_ocr")
        screen.resize(30, 5)
        small = screen.frame("more lines")
        assert len(small) == 5
        assert max(map(len, small)) <= 30
        screen.resize(1, 1)
        screen.reads(lambda: b"\x1b[Hg\x1b" in plain(screen.shown), "a screen of one character")
        before = len(screen.shown)
        screen.resize(100, 40)
        screen.frame("file_to_ocr", since=before)


def test_a_daemon_may_go_away_and_come_back(daemon):
    with Screen(daemon.directory) as screen:
        screen.frame("running minicpm")
        daemon.stop()
        daemon.ended()
        screen.frame("no daemon runs", "waiting for it")
        before = len(screen.shown)
        with Answering(directory=daemon.directory):
            screen.frame("running minicpm", since=before)
            screen.press(b"q")
            assert screen.ends() == 0
            assert screen.as_it_was()


def test_what_it_shows_cannot_command_the_terminal(daemon):
    status = msgspec.structs.replace(
        wire_samples.STATUS,
        missing={"ask": HOSTILE},
        yielding=[HOSTILE],
        slot=msgspec.structs.replace(wire_samples.STATUS.slot, model=HOSTILE),
    )
    daemon.answers[m.StatusRequest] = lambda _: status
    with Screen(daemon.directory) as screen:
        screen.frame("owned")
        screen.press(b"q")
        assert screen.ends() == 0
        left = OURS.sub(b"", screen.shown).decode().replace("\r\n", "")
        assert left.isprintable()


def test_colour_is_for_who_wants_it(daemon):
    with Screen(daemon.directory, NO_COLOR="1") as screen:
        screen.frame("oldest_wait")
        screen.press(b"q")
        screen.ends()
        assert b"\x1b[31m" not in screen.shown
    with Screen(daemon.directory) as screen:
        screen.frame("oldest_wait")
        assert b"\x1b[31m" in screen.shown


def test_without_a_daemon_the_terminal_is_not_touched(tmp_path):
    with Screen(tmp_path) as screen:
        assert screen.ends() == 3
        assert b"no daemon runs" in screen.shown
        assert b"\x1b" not in screen.shown


def test_where_there_is_no_terminal_it_prints_once(daemon):
    text = said(glimpse(daemon.directory, "top", env={"COLUMNS": "120"}))
    assert "running minicpm" in text
    assert "decode" in text
    assert "\x1b" not in text
    assert as_json(glimpse(daemon.directory, "top", "--json"))["slot"]["model"] == "minicpm"


def plain(shown):
    return re.sub(rb"\x1b\[\d*m", b"", shown)


async def never():
    await asyncio.Event().wait()
