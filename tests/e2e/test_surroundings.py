"""A full disk, and a service manager that wants to know."""

import contextlib
import itertools
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

import crash_checks as checks
import drawn
from faulty_models import FAKE, add, script
from running_daemon import NO_OCR, RunningDaemon, until


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
