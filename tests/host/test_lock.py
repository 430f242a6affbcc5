"""One daemon on a directory, whatever happens to it."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import child_python
from glimpsed.core.errors import StoreError
from glimpsed.host.lock import AlreadyRunningError, InstanceLock
from glimpsed.wire.endpoint import Endpoint, daemon_is_running

HOLD = """
import sys
from pathlib import Path
from glimpsed.host.lock import InstanceLock
lock = InstanceLock(*map(Path, sys.argv[1:]))
lock.__enter__()
print("ready", flush=True)
sys.stdin.read()
"""

HOLD_WITH_A_CHILD_THAT_OUTLIVES = """
import subprocess, sys
from pathlib import Path
from glimpsed.host.lock import InstanceLock
lock = InstanceLock(*map(Path, sys.argv[1:]))
lock.__enter__()
lives = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], close_fds=False)
print("ready", flush=True)
lives.wait()
"""


@pytest.fixture
def directories(tmp_path):
    pair = tmp_path / "runtime", tmp_path / "data"
    for directory in pair:
        directory.mkdir()
    return pair


@pytest.mark.parametrize("held", [0, 1])
def test_either_directory_refuses_and_names_itself_and_its_holder(directories, tmp_path, held):
    with child_python.running(HOLD, tmp_path, str(directories[held])) as holder:
        with pytest.raises(AlreadyRunningError) as caught:
            InstanceLock(*directories).__enter__()
        assert caught.value.directory == directories[held]
        assert caught.value.pid == holder.pid
        assert caught.value.detail == f"{directories[held]} is in use by process {holder.pid}"
        with InstanceLock(directories[1 - held]):  # what was free is still free
            pass


def test_a_killed_holder_holds_nothing(directories, tmp_path):
    with child_python.running(HOLD, tmp_path, *map(str, directories)) as holder:
        holder.kill()
        holder.wait()
        with InstanceLock(*directories):
            assert (directories[0] / "lock").read_text() == f"{os.getpid()}\n"


def test_a_child_does_not_hold_on_behalf_of_its_dead_parent(directories, tmp_path):
    with child_python.running(HOLD_WITH_A_CHILD_THAT_OUTLIVES, tmp_path, *map(str, directories)) as holder:
        assert Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text()
        holder.kill()
        holder.wait()
        with InstanceLock(*directories):
            pass


def test_what_is_released_can_be_taken_again(directories):
    lock = InstanceLock(*directories)
    for _ in range(2):
        with lock, pytest.raises(AlreadyRunningError):
            InstanceLock(*directories).__enter__()
    with lock:
        assert daemon_is_running(directories[0])


def test_one_directory_for_both_purposes_is_locked_once(directories, tmp_path):
    (tmp_path / "link").symlink_to(directories[0])
    with InstanceLock(directories[0], directories[0], tmp_path / "link"):
        pass


def test_the_file_is_ours_alone_and_never_a_link(directories, tmp_path):
    with InstanceLock(directories[0]):
        assert (directories[0] / "lock").stat().st_mode & 0o777 == 0o600
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (directories[1] / "lock").symlink_to(victim)
    with pytest.raises(StoreError, match="symbolic links"):
        InstanceLock(*directories).__enter__()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("text", ["", "not a number", "9" * 40])
def test_a_holder_that_cannot_be_read_is_another_process(directories, tmp_path, text):
    with child_python.running(HOLD, tmp_path, str(directories[0])):
        (directories[0] / "lock").write_text(text)
        with pytest.raises(AlreadyRunningError, match="is in use by"):
            InstanceLock(*directories).__enter__()


def test_clients_see_the_lock_and_their_looking_does_not_refuse_a_daemon(directories):
    assert Endpoint(directories[0]).lock_path == directories[0] / "lock"
    enough = threading.Event()

    def look_all_the_time():
        while not enough.is_set():
            daemon_is_running(directories[0])

    looking = threading.Thread(target=look_all_the_time)
    looking.start()
    try:
        for _ in range(20):
            with InstanceLock(*directories):
                assert daemon_is_running(directories[0])
    finally:
        enough.set()
        looking.join()
    assert not daemon_is_running(directories[0])


def test_only_one_of_many_that_start_at_once_gets_it(directories, tmp_path):
    many = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, *map(str, directories)],
            env=child_python.environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(4)
    ]
    with ThreadPoolExecutor(len(many)) as pool:
        try:
            said = list(pool.map(lambda process: process.stdout.readline(), many))
        finally:
            for process in many:
                process.kill()
                process.communicate()
    assert sorted(said) == ["", "", "", "ready\n"]
