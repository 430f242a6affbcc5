"""systemd itself reads the unit and finds nothing to say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import needs
from glimpsed import __main__

UNIT = Path(__file__).parents[1] / "systemd/glimpsed.service"
EXEC_START = re.compile(r"^ExecStart=\S+", re.MULTILINE)

pytestmark = needs.program("systemd-analyze", "systemd")


def verify(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What systemd says of a unit, whose program is replaced by one that exists."""
    unit = folder / UNIT.name
    unit.write_text(EXEC_START.sub(f"ExecStart={shutil.which('true')}", text))
    return subprocess.run(
        ["systemd-analyze", "verify", "--user", "--recursive-errors=yes", "--man=no", str(unit)],
        env={"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_unit_is_sound(tmp_path):
    done = verify(UNIT.read_text(), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("WatchdogSec=60", "WatchdogSeconds=60"),
        ("KillMode=mixed", "KillMode=gently"),
        ("SystemCallFilter=@system-service", "SystemCallFilter=@no-such-set"),
    ],
)
def test_the_check_sees_what_is_wrong(tmp_path, right, wrong):
    text = UNIT.read_text()
    assert right in text
    done = verify(text.replace(right, wrong), tmp_path)
    assert done.returncode != 0 or done.stderr


def test_what_a_new_start_would_not_change_is_not_started_again():
    (codes,) = re.findall(r"^RestartPreventExitStatus=(.*)", UNIT.read_text(), re.MULTILINE)
    assert sorted(map(int, codes.split())) == [__main__.USAGE, __main__.RUNNING]


def test_the_sockets_of_a_daemon_that_runs_beside_the_unit_are_left_alone():
    assert re.findall(r"^RuntimeDirectory.*", UNIT.read_text(), re.MULTILINE) == [
        "RuntimeDirectory=glimpsed",
        "RuntimeDirectoryMode=0700",
        "RuntimeDirectoryPreserve=yes",
    ]


def test_a_reload_is_what_the_daemon_takes_for_one():
    assert re.findall(r"^ExecReload=.*", UNIT.read_text(), re.MULTILINE) == [
        "ExecReload=/bin/kill -HUP $MAINPID"
    ]


def test_the_unit_starts_what_a_users_installation_puts_there():
    assert EXEC_START.findall(UNIT.read_text()) == ["ExecStart=%h/.local/bin/glimpsed"]
