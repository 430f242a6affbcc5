from hypothesis import given
from hypothesis import strategies as st

import wire_samples
from glimpse_client.connection import Connection
from glimpse_client.errors import GlimpseError, RequestFailedError, VersionMismatchError
from glimpsed.wire import codec
from glimpsed.wire import messages as m
from glimpsed.wire.version import MAGIC


def test_replies_find_their_requests_in_any_order():
    connection = Connection()
    asked = [connection.send(m.StatusRequest)[0] for _ in range(5)]
    for request_id in reversed(asked):
        answered, reply = connection.receive(codec.encode_reply(wire_samples.STATUS, request_id))
        assert answered == request_id == reply.id


def test_a_request_crosses_the_wire():
    request_id, frames = Connection().send(m.ShotRequest, shot="s", text=True)
    assert codec.decode_request(frames) == m.ShotRequest(id=request_id, shot="s", text=True)


def test_a_reply_is_taken_once_and_one_given_up_never():
    connection = Connection()
    (first, _), (second, _) = connection.send(m.StatusRequest), connection.send(m.StatusRequest)
    connection.forget(second)
    assert connection.receive(codec.encode_reply(wire_samples.STATUS, first))
    assert connection.receive(codec.encode_reply(wire_samples.STATUS, first)) is None
    assert connection.receive(codec.encode_reply(wire_samples.STATUS, second)) is None


def test_an_error_becomes_an_exception():
    connection = Connection()
    request_id, _ = connection.send(m.StatusRequest)
    _, error = connection.receive(codec.encode_reply(codec.error_reply("queue_full", "wait"), request_id))
    assert isinstance(error, RequestFailedError)
    assert (error.code, error.message, error.retryable) == ("queue_full", "wait", True)
    request_id, _ = connection.send(m.StatusRequest)
    _, error = connection.receive(codec.encode_reply(codec.error_reply("version_mismatch", "2"), request_id))
    assert isinstance(error, VersionMismatchError)


def test_an_error_without_an_id_is_about_the_only_request():
    connection = Connection()
    nameless = codec.encode_reply(codec.error_reply("bad_request", ""), "")
    assert connection.receive(nameless) is None
    request_id, _ = connection.send(m.StatusRequest)
    assert connection.receive(nameless)[0] == request_id
    connection.send(m.StatusRequest)
    connection.send(m.StatusRequest)
    assert connection.receive(nameless) is None


@given(st.lists(st.binary(max_size=60), max_size=3) | st.binary(max_size=200).map(lambda body: [MAGIC, body]))
def test_nonsense_never_breaks_it(frames):
    connection = Connection()
    request_id, _ = connection.send(m.StatusRequest)
    answered = connection.receive(frames)
    assert answered is None or (answered[0] == request_id and isinstance(answered[1], GlimpseError))
