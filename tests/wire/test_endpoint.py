import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from glimpsed.wire.endpoint import (
    Endpoint,
    check_directory,
    daemon_is_running,
    runtime_directory,
)
from glimpsed.wire.errors import EndpointError

NOBODY = 65534


def test_the_environment_says_where():
    assert runtime_directory({"GLIMPSED_RUNTIME_DIR": "/a", "XDG_RUNTIME_DIR": "/b"}) == Path("/a")
    assert runtime_directory({"XDG_RUNTIME_DIR": "/b"}) == Path("/b/glimpsed")
    uid = os.getuid()
    known = {Path(f"/run/user/{uid}/glimpsed"), Path(f"/tmp/glimpsed-{uid}")}
    assert runtime_directory({}) in known
    assert runtime_directory({"GLIMPSED_RUNTIME_DIR": "", "XDG_RUNTIME_DIR": ""}) in known


def test_a_directory_open_to_others_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    refused(tmp_path / "open", "mode 0755")


def test_a_symlink_or_a_file_is_refused(tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch(mode=0o600)
    refused(tmp_path / "link", "not a directory")
    refused(tmp_path / "file", "not a directory")


@pytest.mark.skipif(os.getuid() != 0, reason="giving a directory away takes root")
def test_a_directory_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o700)
    os.chown(tmp_path / "theirs", NOBODY, NOBODY)
    refused(tmp_path / "theirs", f"uid {NOBODY}")


def refused(directory, why):
    with pytest.raises(EndpointError, match=why) as caught:
        check_directory(directory)
    assert caught.value.denied


def test_a_missing_directory_is_said_and_is_nobodys_fault(tmp_path):
    with pytest.raises(EndpointError, match="No such file") as caught:
        check_directory(tmp_path / "none")
    assert not caught.value.denied


def test_a_path_too_long_for_a_socket_is_said():
    fits = Path("/" + "d" * (107 - len("//events.sock")))
    assert Endpoint(fits).events_url == f"ipc://{fits}/events.sock"
    with pytest.raises(EndpointError, match="108 bytes"):
        _ = Endpoint(fits.with_name(fits.name + "d")).events_url


def test_a_held_lock_is_a_running_daemon(tmp_path):
    assert not daemon_is_running(tmp_path)
    with Endpoint(tmp_path).lock_path.open("w") as lock:
        assert not daemon_is_running(tmp_path)
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert daemon_is_running(tmp_path)
    assert not daemon_is_running(tmp_path)


def test_looking_does_not_keep_the_lock(tmp_path):
    with Endpoint(tmp_path).lock_path.open("w") as lock:
        daemon_is_running(tmp_path)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_lock_of_a_killed_daemon_is_free(tmp_path):
    hold = (
        "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.flock(f,2); print(1,flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, Endpoint(tmp_path).lock_path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline()
        assert daemon_is_running(tmp_path)
        holder.kill()
        holder.wait()
        assert not daemon_is_running(tmp_path)


def test_a_symlink_for_a_lock_is_not_followed(tmp_path):
    Endpoint(tmp_path).lock_path.symlink_to("/etc/hostname")
    with pytest.raises(EndpointError):
        daemon_is_running(tmp_path)
