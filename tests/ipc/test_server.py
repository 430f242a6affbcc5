import asyncio
import contextlib
import os
import socket as unix_socket
import stat
import time

import pytest
import structlog
import zmq

from answering import Answering
from glimpsed.core.errors import RequestError
from glimpsed.ipc.server import MAX_IN_FLIGHT, MAX_OF_ONE
from glimpsed.wire import codec
from glimpsed.wire import messages as m
from glimpsed.wire.endpoint import Endpoint
from glimpsed.wire.errors import EndpointError
from glimpsed.wire.version import MAGIC


@contextlib.contextmanager
def dealer(daemon, **options):
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        for name, value in options.items():
            setattr(socket, name, value)
        socket.connect(Endpoint(daemon.directory).api_url)
        yield socket


@contextlib.contextmanager
def subscriber(daemon, topic=b"", **options):
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.linger = 0
        for name, value in options.items():
            setattr(socket, name, value)
        socket.subscribe(topic)
        socket.connect(Endpoint(daemon.directory).events_url)
        yield socket


def receive(socket, decode, timeout_s=10):
    assert socket.poll(timeout_s * 1000), "no message"
    return decode(socket.recv_multipart())


def ask(socket, request):
    socket.send_multipart(codec.encode_request(request))
    return receive(socket, codec.decode_reply)


def test_a_request_is_answered_with_its_id():
    with Answering() as daemon, dealer(daemon) as socket:
        reply = ask(socket, m.HelloRequest(id="mine", client="test"))
        assert (reply.id, type(reply), reply.ok) == ("mine", m.HelloReply, True)


def test_a_slow_request_does_not_hold_up_others():
    released = asyncio.Event()

    async def slow(_request):
        await released.wait()
        return m.ShutdownReply()

    with Answering({m.ShutdownRequest: slow}) as daemon, dealer(daemon) as socket:
        socket.send_multipart(codec.encode_request(m.ShutdownRequest(id="slow")))
        assert ask(socket, m.DoctorRequest(id="quick")).id == "quick"
        daemon.call(released.set)
        assert receive(socket, codec.decode_reply).id == "slow"


@pytest.mark.parametrize(
    ("code", "retryable"), [("not_found", False), ("queue_full", True), ("of_tomorrow", False)]
)
def test_a_refusal_carries_its_code(code, retryable):
    def refuse(_request):
        raise RequestError(code, "because")

    with Answering({m.ShotRequest: refuse}) as daemon, dealer(daemon) as socket:
        error = ask(socket, m.ShotRequest(id="a", shot="s")).error
        assert (error.code, error.message, error.retryable) == (code, "because", retryable)


def test_a_broken_handler_says_nothing_of_what_it_knew():
    def break_down(_request):
        raise ValueError("SECRET")

    with structlog.testing.capture_logs() as logs, Answering({m.ShotRequest: break_down}) as daemon:
        with dealer(daemon) as socket:
            reply = ask(socket, m.ShotRequest(id="a", shot="s"))
        assert (reply.id, reply.error.code) == ("a", "internal")
    assert "SECRET" not in f"{reply} {logs}"
    assert [(entry["error"], entry["request"]) for entry in logs] == [("ValueError", "ShotRequest")]


def test_a_reply_that_cannot_be_encoded_is_internal():
    with (
        structlog.testing.capture_logs() as logs,
        Answering({m.EventsRequest: lambda _: m.EventsReply([], 2**70, 1)}) as daemon,
        dealer(daemon) as socket,
    ):
        assert ask(socket, m.EventsRequest(id="a", since=0)).error.code == "internal"
        assert len(logs) == 1


def test_too_many_requests_are_refused_and_the_rest_are_answered():
    released = asyncio.Event()

    async def slow(_request):
        await released.wait()
        return m.DoctorReply([])

    def flood(socket):
        for number in range(MAX_OF_ONE + 3):
            socket.send_multipart(codec.encode_request(m.DoctorRequest(id=str(number))))
        full = [receive(socket, codec.decode_reply) for _ in range(3)]
        assert {reply.error.code for reply in full} == {"queue_full"}

    with Answering({m.DoctorRequest: slow}) as daemon, contextlib.ExitStack() as opened:
        flooding = [opened.enter_context(dealer(daemon)) for _ in range(MAX_IN_FLIGHT // MAX_OF_ONE - 1)]
        for socket in flooding:
            flood(socket)
        beside = opened.enter_context(dealer(daemon))
        assert ask(beside, m.StatusRequest(id="1")).ok  # one that floods leaves room for the others
        flood(beside)
        last = opened.enter_context(dealer(daemon))
        assert ask(last, m.StatusRequest(id="1")).error.code == "queue_full"
        daemon.call(released.set)
        for socket in (*flooding, beside):
            assert all(receive(socket, codec.decode_reply).ok for _ in range(MAX_OF_ONE))


def test_garbage_is_answered_and_the_next_request_served():
    bodies = [
        b"",
        b"\xc1",
        b"\x91" * 100_000,
        b"x" * 1000,
        codec.encode_request(m.StatusRequest(id="q"))[1][:-2],
    ]
    with Answering() as daemon, dealer(daemon) as socket:
        for body in bodies:
            socket.send_multipart([MAGIC, body])
            assert receive(socket, codec.decode_reply).error.code == "bad_request"
        for frames in ([b""], [b"", b"", b""], [os.urandom(100)], [b"%d" % i for i in range(500)]):
            socket.send_multipart(frames)
            assert receive(socket, codec.decode_reply).error.code == "bad_request"
        assert ask(socket, m.StatusRequest(id="a")).ok


def test_a_frame_over_the_limit_ends_its_connection_and_no_other():
    with Answering() as daemon, dealer(daemon) as greedy, dealer(daemon) as modest:
        greedy.send_multipart([MAGIC, b"0" * (codec.MAX_REQUEST + 1)])
        assert ask(modest, m.StatusRequest(id="a")).ok
        assert not greedy.poll(200)
        assert ask(greedy, m.StatusRequest(id="b")).ok  # it has connected anew


def test_a_peer_that_leaves_before_its_answers_harms_nobody():
    released = asyncio.Semaphore(0)

    async def slow(_request):
        await released.acquire()
        return m.DoctorReply([])

    with Answering({m.DoctorRequest: slow}) as daemon, dealer(daemon) as stays:
        with dealer(daemon) as leaves:
            for number in range(MAX_OF_ONE):
                leaves.send_multipart(codec.encode_request(m.DoctorRequest(id=str(number))))
            poll(lambda: len(daemon.requests) == MAX_OF_ONE)
        poll(lambda: daemon.call(released.release) or daemon.server.undelivered)
        assert ask(stays, m.StatusRequest(id="b")).ok
        daemon.call(lambda: [released.release() for _ in range(MAX_OF_ONE)])


def test_a_peer_that_does_not_read_loses_replies_and_nobody_else_does():
    with Answering() as daemon, dealer(daemon, rcvhwm=1) as deaf, dealer(daemon) as other:
        deadline = time.monotonic() + 20
        while not daemon.server.undelivered and time.monotonic() < deadline:
            with contextlib.suppress(zmq.Again):
                for _ in range(100):
                    deaf.send_multipart(codec.encode_request(m.StatusRequest(id="x" * 64)), zmq.NOBLOCK)
            assert ask(other, m.HelloRequest(id="a", client="")).id == "a"
        assert daemon.server.undelivered


def test_a_mistake_that_ends_the_greeting_is_said_to_whoever_watches():
    with Answering(epoch=object()) as daemon:  # no text: it cannot be encoded
        ended = daemon.begin(daemon.server.ended())
        with subscriber(daemon), pytest.raises(TypeError):
            ended.result(10)


def test_a_mistake_that_ends_the_check_of_peers_is_said_to_whoever_watches():
    with Answering(uid="root") as daemon:  # no number: no peer's can be compared with it
        ended = daemon.begin(daemon.server.ended())
        with dealer(daemon), pytest.raises(TypeError):
            ended.result(10)


def test_a_server_that_is_closed_has_ended_as_it_should():
    with Answering() as daemon, dealer(daemon) as socket:
        ended = daemon.begin(daemon.server.ended())
        assert ask(socket, m.StatusRequest(id="a")).ok
        assert not ended.done()
        daemon.stop()
        assert ended.result(10) is None


def test_two_peers_that_claim_one_identity_do_not_share_replies():
    with Answering() as daemon, dealer(daemon, routing_id=b"me") as first:
        assert ask(first, m.StatusRequest(id="a")).ok
        with dealer(daemon, routing_id=b"me") as second:
            second.send_multipart(codec.encode_request(m.StatusRequest(id="b")))
            assert ask(first, m.StatusRequest(id="c")).id == "c"
            assert not second.poll(100)


def test_each_subscription_is_greeted():
    with Answering(seq=7) as daemon, subscriber(daemon) as first:
        welcome = receive(first, codec.decode_event)
        assert (welcome.type, welcome.seq, welcome.body) == ("welcome", 7, {"epoch": daemon._epoch})
        daemon.publish("shot.added", shot="s")
        assert receive(first, codec.decode_event).seq == 8
        with subscriber(daemon) as second:
            assert receive(second, codec.decode_event).seq == 8
            assert receive(first, codec.decode_event).type == "welcome"
            daemon.publish("shot.read", shot="s")
            assert receive(first, codec.decode_event) == receive(second, codec.decode_event)


def test_a_slow_subscriber_loses_events_and_nobody_waits_for_it():
    with Answering() as daemon, subscriber(daemon, rcvhwm=10) as slow, subscriber(daemon, rcvhwm=0) as quick:
        assert receive(slow, codec.decode_event).type == "welcome"
        assert receive(quick, codec.decode_event).type == "welcome"
        seen = set()
        for seq in range(1, 5001):
            daemon.publish("shot.added", shot="x" * 1000)
            while seq - len(seen) > 500:
                seen.add(receive(quick, codec.decode_event).seq)
        while 5000 not in seen:
            seen.add(receive(quick, codec.decode_event).seq)
        assert seen >= set(range(1, 5001))
        got = 0
        while slow.poll(200):
            slow.recv_multipart()
            got += 1
        assert got < 5000


def test_the_sockets_are_closed_to_others():
    before = os.umask(0)
    try:
        with Answering() as daemon:
            for path in (Endpoint(daemon.directory).api_path, Endpoint(daemon.directory).events_path):
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_stale_sockets_are_replaced(tmp_path):
    for path in (Endpoint(tmp_path).api_path, Endpoint(tmp_path).events_path):
        with unix_socket.socket(unix_socket.AF_UNIX) as stale:
            stale.bind(str(path))
    with Answering(directory=tmp_path) as daemon, dealer(daemon) as client:
        assert ask(client, m.StatusRequest(id="a")).ok


def test_a_file_in_the_way_is_left_alone(tmp_path):
    Endpoint(tmp_path).events_path.write_text("somebody's")
    with pytest.raises(EndpointError, match="not a socket"), Answering(directory=tmp_path):
        pass
    assert Endpoint(tmp_path).events_path.read_text() == "somebody's"


def test_close_lets_a_reply_out_and_ends_the_rest():
    ended = []

    async def forever(_request):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    with Answering({m.DoctorRequest: forever}) as daemon, dealer(daemon) as socket:
        socket.send_multipart(codec.encode_request(m.DoctorRequest(id="stuck")))
        assert ask(socket, m.ShutdownRequest(id="a")).id == "a"
        daemon._thread.join(10)
        assert ended == [True]
    assert not Endpoint(daemon.directory).api_path.exists()


def poll(condition, limit_s=10):
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
