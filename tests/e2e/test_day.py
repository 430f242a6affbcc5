"""From files in a folder to a day on the terminal and a report on the disk, with the real daemon."""

import json
import stat

import pytest

import drawn
from running_daemon import NO_OCR, RunningDaemon, until

CONFIG = f'{NO_OCR}[sessions]\nday_start = "05:30"\n'
SHOTS = (
    "2026-10-24 09-00-00",
    "2026-10-24 09-00-45",
    "2026-10-24 09-01-30",
    "2026-10-25 02-10-00",  # while it is summer for the last hour, and the day before until half past five
    "2026-10-25 02-10-50",
    "2026-10-25 05-29-30",
    "2026-10-25 05-30-10",
)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    root = tmp_path_factory.mktemp("day")
    with RunningDaemon(root, CONFIG, env={"TZ": "Europe/Berlin"}) as daemon, daemon.client() as client:
        for number, taken in enumerate(SHOTS):
            (daemon.shots / f"Screenshot from {taken}.png").write_bytes(drawn.swatch(number))
        daemon.settled(client, shots=len(SHOTS))
        until(lambda: sum(session.shots for session in client.sessions().sessions) == len(SHOTS))
        yield daemon


def test_a_day_goes_on_until_its_start_the_next_morning(daemon):
    first, second = (json.loads(daemon.cli("day", f"2026-10-{n}", "--json").stdout)["day"] for n in (24, 25))
    assert [(entry["offset_s"], entry["rung"]) for entry in first["entries"]] == [
        *((7200, "boundaries"), (7200, "boundaries"), (3600, "boundaries"))
    ]
    assert (len(second["entries"]), second["active_ms"]) == (1, 0)
    assert (first["active_ms"], first["minutes"], first["sessions"]) == (90_000 + 50_000 + 40_000, 3, 3)
    shown = daemon.cli("day", "2026-10-24").stdout
    assert shown.startswith("Saturday, 24 October 2026\n3 min active in 3 sessions, 09:00-05:30\n")
    assert "02:10-05:29  4 h 19 min  break" in shown


def test_a_report_is_a_file_that_only_its_owner_reads(daemon, tmp_path):
    file = tmp_path / "day.html"
    done = daemon.cli("report", "2026-10-24", "--format", "html", "--output", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "The clock changed: UTC+2 → UTC+1" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert daemon.cli("report", "2026-10-24", "--format", "html").stdout == text
    markdown = daemon.cli("report", "2026-10-24").stdout
    assert markdown.startswith("# Saturday, 24 October 2026\n\n3 min active in 3 sessions")
    assert json.loads(daemon.cli("report", "2026-10-24", "--format", "json").stdout)["sessions"] == 3
