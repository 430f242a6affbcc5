"""Peers that are no clients: raw bytes, half handshakes, other users."""

import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import structlog

from answering import Answering
from glimpse_client.client import Client
from glimpsed.ipc.peers import is_allowed
from glimpsed.wire.endpoint import Endpoint

NOBODY = 65534
CHANCE = random.Random(20251120)

GREETING_3 = b"\xff" + b"\0" * 8 + b"\x7f\x03\x00NULL" + b"\0" * 48
ZMTP_1 = b"\x01\x00" + b"\x03\x01hi" * 40

AS_NOBODY = """
import os, sys, zmq
os.setgid(65534)
os.setuid(65534)
context = zmq.Context()
socket = context.socket(zmq.DEALER)
socket.linger = 0
socket.immediate = 1
socket.connect(f"ipc://{sys.argv[1]}")
print(socket.poll(1500, zmq.POLLOUT))
context.destroy()
"""

STRANGERS = {
    "zeros": b"\0" * 4096,
    "ones": b"\xff" * 4096,
    "zmtp 1.0": ZMTP_1,
    "http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "half a greeting": GREETING_3[:20],
    "greeting and no more": GREETING_3,
    "greeting and noise": GREETING_3 + CHANCE.randbytes(500),
    "a command of 2**63 bytes": GREETING_3 + b"\x06" + b"\x7f" + b"\xff" * 7 + b"\x05READY",
    "an unknown mechanism": GREETING_3.replace(b"NULL", b"EVIL"),
    "one byte": b"\xff",
    "nothing": b"",
}


def raw(path):
    stranger = socket.socket(socket.AF_UNIX)
    stranger.connect(str(path))  # blocking: it waits while the daemon's backlog is full
    stranger.settimeout(10)
    return stranger


@pytest.mark.parametrize("name", STRANGERS)
def test_raw_bytes_reach_no_handler_and_the_next_client_is_served(name):
    with Answering() as daemon:
        endpoint = Endpoint(daemon.directory)
        with raw(endpoint.api_path) as one, raw(endpoint.events_path) as other:
            one.sendall(STRANGERS[name])
            other.sendall(STRANGERS[name])
            with Client(daemon.directory) as client:
                assert client.status().ok
        assert len(daemon.requests) == 1


def test_random_bytes_reach_no_handler():
    with Answering() as daemon:
        for _ in range(100):
            with raw(Endpoint(daemon.directory).api_path) as stranger:
                stranger.sendall(
                    CHANCE.choice([b"", GREETING_3, ZMTP_1[:2]]) + CHANCE.randbytes(CHANCE.randrange(1, 300))
                )
        with Client(daemon.directory) as client:
            assert client.status().ok
        assert len(daemon.requests) == 1


def test_a_message_that_never_ends_holds_up_nobody():
    ready = b"\x04\x26\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00"
    with Answering() as daemon, raw(Endpoint(daemon.directory).api_path) as stranger:
        stranger.sendall(GREETING_3 + bytes([0x04, len(ready) - 2]) + ready[2:])
        stranger.sendall(b"\x01\x08glimpse1" + b"\x00\xff" + b"half")
        with Client(daemon.directory) as client:
            assert client.status().ok


def test_idle_connections_hinder_nobody_and_are_ended():
    with Answering() as daemon:
        idle = [raw(Endpoint(daemon.directory).api_path) for _ in range(200)]
        with Client(daemon.directory) as client:
            assert client.status().ok
        deadline = time.monotonic() + 10
        for stranger in idle:
            with stranger:
                while stranger.recv(4096):  # the daemon's greeting, then the end
                    assert time.monotonic() < deadline


@pytest.mark.skipif(os.getuid() != 0, reason="becoming another user takes root")
def test_another_user_is_refused():
    command = [sys.executable, "-c", AS_NOBODY]
    with Answering() as daemon:
        directory = daemon.directory
        reachable(directory)
        command.append(Endpoint(directory).api_path)
        with structlog.testing.capture_logs() as logs:
            said = subprocess.run(command, capture_output=True, timeout=60, check=True)
        assert said.stdout.strip() == b"0", said
        assert {entry["event"] for entry in logs} == {"peer_denied"}
        assert not daemon.requests
        directory.chmod(0o700)
        with Client(directory) as client:
            assert client.status().ok


def reachable(directory: Path):
    directory.chmod(0o755)
    for path in directory.iterdir():
        path.chmod(0o777)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (b"localhost:1000:1000:4711", True),
        (b"localhost:1001:1000:4711", False),
        (b"localhost:0:1000:4711", False),
        (b"127.0.0.1", False),
        (b"", False),
        (b"localhost:1000", False),
        (b"localhost:1000:1000:1:1000", False),
    ],
)
def test_only_our_own_uid_is_allowed(address, allowed):
    assert is_allowed([b"1.0", b"1", b"glimpsed", address, b"", b"NULL"], 1000) is allowed


def test_a_malformed_question_is_denied():
    assert not is_allowed([], 1000)
    assert not is_allowed([b"2.0", b"1", b"glimpsed", b"localhost:1000:1:1", b"", b"NULL"], 1000)
