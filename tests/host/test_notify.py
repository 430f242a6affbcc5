"""What a service manager hears, on a real datagram socket."""

import contextlib
import os
import secrets
import socket

import pytest

from glimpsed.host.notify import Notifier


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    """The manager's end, and the environment that names it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        name = str(tmp_path / "notify") if request.param == "path" else f"@glimpsed-{secrets.token_hex(8)}"
        line.bind(name.replace("@", "\0", 1) if request.param == "abstract" else name)
        line.settimeout(10)
        yield line, {"NOTIFY_SOCKET": name}


def test_everything_arrives_in_order(manager):
    line, environ = manager
    notifier = Notifier(environ)
    notifier.ready()
    notifier.alive()
    notifier.stopping()
    assert [line.recv(4096) for _ in range(3)] == [
        b"READY=1",
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


@pytest.mark.parametrize("name", ["", "vsock:2:1234", "/nowhere/at/all", "@nobody-listens-here", "relative"])
def test_nobody_to_tell_is_no_error(name):
    notifier = Notifier({"NOTIFY_SOCKET": name})
    notifier.ready()
    notifier.alive()
    notifier.stopping()


def test_a_manager_that_does_not_read_does_not_stop_the_work(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        fill(str(tmp_path / "notify"))
        Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}).alive()


@pytest.mark.parametrize(
    ("environ", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "²"}, None),
    ],
)
def test_life_is_shown_twice_as_often_as_asked_for(environ, interval):
    assert Notifier(environ).interval_s == interval


def fill(name: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other, contextlib.suppress(BlockingIOError):
        other.setblocking(False)
        while True:
            other.sendto(b"x", name)
