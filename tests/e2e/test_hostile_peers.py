"""Whatever comes through the sockets gets an error or a closed connection, and the next client is served."""

import contextlib
import datetime as dt
import json
import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import psutil
import pytest
import zmq

from glimpse_client import Client
from glimpsed.wire.codec import MAX_REQUEST
from glimpsed.wire.endpoint import Endpoint
from raw_peers import Peer, request
from running_daemon import RunningDaemon, until

FRAMES = Path(__file__).parents[1] / "wire" / "golden" / "requests.json"
GOLDEN = json.loads(FRAMES.read_text(encoding="utf-8"))
SEED = 20251120

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)


def ready(kind: bytes) -> bytes:
    """The command that ends a peer's handshake."""
    said = b"\x05READY\x0bSocket-Type" + len(kind).to_bytes(4, "big") + kind
    return b"\x04" + bytes([len(said)]) + said


SHAKEN = GREETING + ready(b"DEALER")

STRANGERS = {
    "nothing": b"",
    "zeros": bytes(4096),
    "noise": random.Random(SEED).randbytes(4096),
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "zmtp 1.0": b"\x01\x00" + b"\x03\x01hi" * 40,
    "zmtp 2.0": b"\xff" + bytes(8) + b"\x7f\x01\x05\x00\x00",
    "half a greeting": GREETING[:20],
    "another mechanism": GREETING.replace(b"NULL", b"EVIL"),
    "a greeting, then noise": GREETING + random.Random(SEED).randbytes(4096),
    "a command without end": GREETING + b"\x06" + b"\x7f" + b"\xff" * 7 + b"\x05READY",
    "a message of 2**63 bytes": SHAKEN + b"\x02" + b"\x7f" + b"\xff" * 7 + b"glimpse1",
    "a message that does not end": SHAKEN + b"\x01\x08glimpse1" + b"\x00\xff" + b"half",
}

BODIES = {
    "empty": b"",
    "no messagepack": b"\xc1",
    "text": b'{"v": 1, "id": "1", "type": "status"}',
    "a number": b"\x07",
    "an array": b"\x93\x01\x02\x03",
    "two maps": request("status") * 2,
    "half a map": request("status")[:-3],
    "numbers for keys": b"\x81\x01\x02",
    "arrays in arrays": b"\x91" * 100_000 + b"\xc0",
    "maps in maps": b"\x81\xa1x" * 100_000 + b"\xc0",
    "deep in a field": request("hello", client="x")[:-1] + b"\x91" * 100_000 + b"\xc0",
    "an array said to be endless": b"\xdd\xff\xff\xff\xff",
    "a map said to be endless": b"\xdf\xff\xff\xff\xff",
    "text that is no utf-8": b"\x83\xa1v\x01\xa2id\xa21\xff\xa4type\xa6status",
    "an unknown extension": request("shot", shot=msgspec.msgpack.Ext(99, b"ab")),
    "a time": request("shot", shot=dt.datetime.now(dt.UTC)),
    "a type of no text": request("status", type=[]),
    "an id of no text": request("status", id={"x": 1}),
    "a version of no number": request("status", v="1"),
    "an enormous number": request("events", since=2**64 - 1),
    "an enormous text": request("hello", client="x" * (MAX_REQUEST - 100)),
    "an unknown request": request("of_tomorrow"),
    "a reply": request("status", ok=True, type="error"),
}

AS_NOBODY = """
import os, sys, zmq
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
context = zmq.Context()
for kind, url in ((zmq.DEALER, sys.argv[1]), (zmq.SUB, sys.argv[2])):
    with context.socket(kind) as socket:
        socket.linger = 0
        if kind == zmq.SUB:
            socket.subscribe(b"")
        else:
            socket.immediate = 1
        socket.connect(url)
        print(socket.poll(1000, zmq.POLLIN | zmq.POLLOUT if kind == zmq.DEALER else zmq.POLLIN))
context.destroy()
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with RunningDaemon(tmp_path_factory.mktemp("live")) as daemon:
        yield daemon


@pytest.fixture(autouse=True)
def the_next_client_is_served(daemon):
    yield
    with daemon.client(timeout_s=10) as client:
        assert client.hello("next").pid == daemon.process.pid
    with Peer(daemon.runtime, zmq.SUB) as subscriber:
        until(lambda: subscriber.heard()["type"] == "welcome", what="a welcome")
    assert daemon.process.poll() is None


def raw(path):
    stranger = socket.socket(socket.AF_UNIX)
    stranger.settimeout(10)
    stranger.connect(os.fspath(path))
    return stranger


def both(daemon):
    endpoint = Endpoint(daemon.runtime)
    return endpoint.api_path, endpoint.events_path


@pytest.mark.parametrize("name", STRANGERS)
def test_raw_bytes(daemon, name):
    with contextlib.ExitStack() as open_:
        for path in both(daemon):
            stranger = open_.enter_context(raw(path))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                stranger.sendall(STRANGERS[name])
        with daemon.client(timeout_s=10) as client:  # while the stranger is still there
            assert client.hello("beside").pid == daemon.process.pid


def test_hundreds_of_random_beginnings(daemon):
    chance = random.Random(SEED)
    beginnings = [b"", GREETING, SHAKEN, SHAKEN + b"\x01\x08glimpse1"]
    for _ in range(300):
        gone = contextlib.suppress(BrokenPipeError, ConnectionResetError)
        with raw(chance.choice(both(daemon))) as stranger, gone:
            stranger.sendall(chance.choice(beginnings) + chance.randbytes(chance.randrange(1, 400)))


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_are_no_requests_are_answered_with_an_error(daemon, name):
    with Peer(daemon.runtime) as peer:
        reply = peer.body(BODIES[name])
        assert reply["type"] == "error"
        assert reply["error"]["code"] in ("bad_request", "unknown_request")
        assert len(reply["error"]["message"]) < 300
        assert peer.ask("hello", client="after")["ok"]


@pytest.mark.parametrize(
    "frames", [[b""], [b"x"], [b"glimpse1"], [b"glimpse1", b"", b""], [b"x", b"y"], [b""] * 1000]
)
def test_wrong_frames_are_answered_with_an_error(daemon, frames):
    with Peer(daemon.runtime) as peer:
        peer.send(*frames)
        assert peer.heard()["error"]["code"] == "bad_request"


def test_a_frame_over_the_limit_ends_the_connection_and_its_memory_is_given_back(daemon):
    process = psutil.Process(daemon.process.pid)
    before = process.memory_info().rss
    for _ in range(20):
        with Peer(daemon.runtime) as peer:
            peer.send(b"glimpse1", bytes(MAX_REQUEST + 1))
            assert peer.heard(100) is None
    with Peer(daemon.runtime) as peer:
        peer.send(b"glimpse1", bytes(64 * MAX_REQUEST))
        assert peer.heard(100) is None
    assert process.memory_info().rss - before < 32 * 2**20


def test_golden_requests_with_bytes_changed_get_an_answer_each(daemon):
    chance = random.Random(SEED)
    bodies = [bytes.fromhex(body) for kind, body in GOLDEN.items() if kind != "shutdown"]
    with Peer(daemon.runtime) as peer:
        for _ in range(1000):
            body = bytearray(chance.choice(bodies))
            for _ in range(chance.randrange(1, 4)):
                body[chance.randrange(len(body))] = chance.randrange(256)
            reply = peer.body(bytes(body))
            assert reply["ok"] or reply["error"]["code"] != "internal", bytes(body)


@pytest.mark.parametrize("kind", sorted(GOLDEN))
def test_every_field_in_every_wrong_type_gets_an_answer(daemon, kind):
    wrong = [None, True, -1, 2**63, 0.5, float("nan"), "", "\0", "x" * 300, b"\xff", [], [[]], {}, {"x": {}}]
    golden = msgspec.msgpack.decode(bytes.fromhex(GOLDEN[kind]))
    with Peer(daemon.runtime) as peer:
        for field in golden:
            for value in wrong:
                if kind == "shutdown" and field not in ("v", "type"):
                    continue
                reply = peer.body(msgspec.msgpack.encode(golden | {field: value}))
                assert reply["ok"] or reply["error"]["code"] != "internal", (field, value)


def test_who_asks_and_does_not_listen_loses_only_its_own_replies(daemon):
    with Peer(daemon.runtime) as deaf:
        for number in range(3000):
            deaf.send(b"glimpse1", request("status", id=f"{number}"))
        with daemon.client(timeout_s=20) as client:
            assert client.status().ok


def test_what_is_sent_to_the_events_socket_is_not_obeyed(daemon):
    chance = random.Random(SEED)
    with raw(Endpoint(daemon.runtime).events_path) as stranger:
        stranger.sendall(GREETING + ready(b"SUB"))
        until(lambda: b"XPUB" in stranger.recv(4096), what="the end of the handshake")
        for _ in range(1000):
            # It subscribes, unsubscribes from what it never subscribed to, and says what means nothing.
            message = chance.choice([b"\1", b"\0", b"\2", b""]) + chance.randbytes(chance.choice([0, 1, 200]))
            command = chance.choice([b"\x09SUBSCRIBE", b"\x06CANCEL", b"\x04PING"]) + message
            stranger.sendall(b"\0" + bytes([len(message)]) + message)
            stranger.sendall(b"\4" + bytes([len(command)]) + command)
        shutdown = request("shutdown")
        stranger.sendall(b"\x01\x08glimpse1" + b"\0" + bytes([len(shutdown)]) + shutdown)


def test_idle_strangers_are_sent_away(daemon):
    idle = [raw(path) for path in both(daemon) for _ in range(50)]
    for stranger in idle:
        with stranger:
            while stranger.recv(4096):  # the daemon's greeting, then the end
                pass
    held = psutil.Process(daemon.process.pid)
    until(lambda: held.num_fds() < 60, what="their descriptors closed")


@pytest.mark.skipif(os.getuid() != 0, reason="becoming another user takes root")
def test_another_user_is_refused(daemon):
    endpoint = Endpoint(daemon.runtime)
    opened = [daemon.runtime.parent, daemon.runtime, *both(daemon)]
    modes = [path.stat().st_mode for path in opened]
    try:
        for path in opened:  # a mistake of an administrator, say: the kernel lets everybody in
            path.chmod(0o777)
        command = (sys.executable, "-c", AS_NOBODY, endpoint.api_url, endpoint.events_url)
        said = subprocess.run(command, capture_output=True, timeout=60, check=True)
        assert said.stdout.split() == [b"0", b"0"]
        assert "peer_denied" in daemon.log.read_text()
    finally:
        for path, mode in zip(opened, modes, strict=True):
            path.chmod(mode)


def test_all_of_it_left_nothing_behind(daemon):
    with Client(daemon.runtime) as client:
        status = client.status()
    assert status.counts.shots == 0
    assert not status.queue.files
    assert psutil.Process(daemon.process.pid).memory_info().rss < 150 * 2**20
