"""What reaches standard error, and what never does."""

import json
import os
import pty
import re
import subprocess
import sys

import child_python

ON_SCREEN = "the text on the screen"

LOGGING = f"""
import logging, os, sys
import structlog
from glimpsed.core.errors import InputError
from glimpsed.host.log import configure
info = os.fstat(2)
environ = {{"JOURNAL_STREAM": f"{{info.st_dev}}:{{info.st_ino}}"}} if "journal" in sys.argv else {{}}
configure("info", environ)
log = structlog.get_logger()

def fails(error):
    try:
        raise error
    except Exception:
        log.exception("failed")

log.debug("hidden")
log.info("seen", count=2, path=b"/a\\xff")
fails(ValueError({ON_SCREEN!r}))
fails(ExceptionGroup({ON_SCREEN!r}, [KeyError({ON_SCREEN!r}), OSError(28, {ON_SCREEN!r})]))
fails(InputError("too_large", "over the limit"))
library = logging.getLogger("lib")
library.info("not this: %s", {ON_SCREEN!r})
library.warning("a template: %s\\nmore", {ON_SCREEN!r})
library.log(35, "between levels")
try:
    raise ValueError({ON_SCREEN!r})
except ValueError:
    library.exception("went wrong")
library.error(ValueError({ON_SCREEN!r}))
"""


def lines(tmp_path, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOGGING, *arguments],
        env=child_python.environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_lines_are_json_and_carry_no_text_from_elsewhere(tmp_path):
    said = lines(tmp_path)
    assert ON_SCREEN not in "\n".join(said)
    records = [json.loads(line) for line in said]
    assert [(record["level"], record["event"]) for record in records] == [
        ("info", "seen"),
        ("error", "failed"),
        ("error", "failed"),
        ("error", "failed"),
        ("warning", "a template: %s"),
        ("warning", "between levels"),
        ("error", "went wrong"),
        ("error", "ValueError"),
    ]
    assert all(record["timestamp"].endswith("Z") for record in records)
    assert records[0]["count"] == 2
    assert records[4]["library"] == "lib"


def test_an_exception_says_what_and_where(tmp_path):
    exceptions = [json.loads(line).get("exception") for line in lines(tmp_path)]
    assert re.fullmatch(r"ValueError < <string>:\d+ fails", exceptions[1])
    assert re.match(r"KeyError; OSError \(No space left on device\)", exceptions[2])
    assert "InputError (too_large: over the limit) <" in exceptions[3]
    assert re.fullmatch(r"ValueError < <string>:\d+ <module>", exceptions[6])


def test_the_journal_gets_a_priority_before_each_line(tmp_path):
    said = lines(tmp_path, "journal")
    assert [line[:3] for line in said] == ["<6>", "<3>", "<3>", "<3>", "<4>", "<4>", "<3>", "<3>"]
    assert json.loads(said[0][3:])["level"] == "info"


def test_a_stream_that_is_not_the_journals_gets_none(tmp_path):
    code = "from glimpsed.host.log import *\nconfigure()\nstructlog.get_logger().info('x')"
    done = child_python.run(code, tmp_path, {"JOURNAL_STREAM": "1:2"})
    assert done.stderr.startswith("{")


def test_a_terminal_gets_lines_for_a_person(tmp_path):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", LOGGING], env=child_python.environment(tmp_path), stderr=theirs
    ) as process:
        os.close(theirs)
        text = b""
        while chunk := read_or_end(ours):
            text += chunk
    os.close(ours)
    assert process.returncode == 0
    shown = re.sub(r"\x1b\[[0-9;]*m", "", text.decode())
    assert re.search(r"\[info +\] seen +count=2", shown)
    assert "ValueError < <string>" in shown
    assert ON_SCREEN not in shown


def read_or_end(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the other side of a terminal is gone
        return b""


def test_nobody_at_the_other_end_does_not_stop_the_work(tmp_path):
    code = """
from glimpsed.host.log import *
configure()
for _ in range(9):
    structlog.get_logger().info("x")
print("on")
"""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=child_python.environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=writing,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert done.stdout == b"on\n"


def test_what_nobody_caught_is_logged_without_its_message(tmp_path):
    code = f"""
import threading
from glimpsed.host.log import *
configure()
def fails():
    raise ValueError({ON_SCREEN!r})
thread = threading.Thread(target=fails)
thread.start()
thread.join()
fails()
"""
    done = child_python.run(code, tmp_path)
    assert done.returncode == 1
    records = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(record["level"], record["event"]) for record in records] == [("critical", "uncaught")] * 2
    assert all(record["exception"].startswith("ValueError < ") for record in records)
    assert ON_SCREEN not in done.stderr
