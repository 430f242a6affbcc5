import contextlib
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wire_samples
from glimpsed.wire import codec
from glimpsed.wire.errors import BadMessageError, ErrorCode
from glimpsed.wire.messages import MAX_PATH, StatusRequest, SubmitRequest
from glimpsed.wire.version import MAGIC

STATUS = {"v": 1, "id": "a", "type": "status"}
DEEP = b"\x91" * 100_000

encode = msgspec.msgpack.encode


def refused(body, magic=MAGIC):
    with pytest.raises(BadMessageError) as caught:
        codec.decode_request([magic, body])
    return caught.value.code, caught.value.request_id


@pytest.mark.parametrize(
    ("fields", "code", "request_id"),
    [
        ({"v": 2}, "version_mismatch", "a"),
        ({"v": -1}, "version_mismatch", "a"),
        ({"v": "1"}, "bad_request", "a"),
        ({"v": True}, "bad_request", "a"),
        ({"v": None}, "bad_request", "a"),
        ({"v": [[]]}, "bad_request", "a"),
        ({"type": "of_tomorrow"}, "unknown_request", "a"),
        ({"type": "error"}, "unknown_request", "a"),
        ({"type": 5}, "bad_request", "a"),
        ({"type": {}}, "bad_request", "a"),
        ({"id": ""}, "bad_request", ""),
        ({"id": "x" * 65}, "bad_request", ""),
        ({"id": 7}, "bad_request", ""),
        ({"id": b"a"}, "bad_request", ""),
        ({"type": "shot"}, "bad_request", "a"),
        ({"type": "shot", "shot": 5}, "bad_request", "a"),
        ({"type": "shot", "shot": ""}, "bad_request", "a"),
        ({"type": "shots", "limit": 0}, "bad_request", "a"),
        ({"type": "shots", "limit": 201}, "bad_request", "a"),
        ({"type": "shots", "since_ms": 2**63}, "bad_request", "a"),
        ({"type": "events", "since": -1}, "bad_request", "a"),
        ({"type": "ask", "shot": "s", "question": ""}, "bad_request", "a"),
        ({"type": "ask", "shot": "s", "question": "?" * 2001}, "bad_request", "a"),
        ({"type": "submit", "path": 3}, "bad_request", "a"),
        ({"type": "submit", "path": "relative.png"}, "bad_request", "a"),
        ({"type": "submit", "path": ""}, "bad_request", "a"),
        ({"type": "submit", "path": "/a\0b"}, "bad_request", "a"),
        ({"type": "submit", "path": b"/" * (MAX_PATH + 1)}, "bad_request", "a"),
    ],
)
def test_wrong_fields_are_refused_by_code_and_addressed(fields, code, request_id):
    assert refused(encode(STATUS | fields)) == (code, request_id)


@pytest.mark.parametrize("missing", ["v", "type"])
def test_a_missing_field_is_a_bad_request(missing):
    assert refused(encode({k: v for k, v in STATUS.items() if k != missing})) == ("bad_request", "a")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xc1",
        encode([STATUS]),
        encode(STATUS) + b"\x00",
        encode(STATUS)[:-1],
        DEEP,
        b"\x81\xa1x" + DEEP,
    ],
    ids=["empty", "int", "reserved", "list", "trailing", "cut", "deep", "deep field"],
)
def test_what_is_no_map_is_a_bad_request(body):
    assert refused(body) == ("bad_request", "")


def test_a_depth_bomb_in_a_known_field_is_a_bad_request_with_its_id():
    head = b"\x84" + b"".join(map(encode, ["v", 1, "id", "a", "type", "submit", "path"]))
    assert refused(head + b"\x91" * 900 + b"\xc0") == ("bad_request", "a")
    assert refused(head + DEEP + b"\xc0")[0] == "bad_request"


def test_unknown_fields_are_ignored_without_being_built():
    request = codec.decode_request([MAGIC, encode(STATUS | {"of_tomorrow": [[[]]] * 100_000})])
    assert request == StatusRequest(id="a")


def test_a_request_over_the_limit_is_refused():
    assert refused(encode(STATUS | {"x": b"0" * codec.MAX_REQUEST})) == ("bad_request", "")


@pytest.mark.parametrize(
    "frames",
    [[], [MAGIC], [b"", MAGIC, encode(STATUS)], [b"other", encode(STATUS)], [MAGIC, encode(STATUS), b""]],
)
def test_other_frames_are_refused(frames):
    with pytest.raises(BadMessageError) as caught:
        codec.decode_request(frames)
    assert caught.value.code == ErrorCode.BAD_REQUEST


def test_another_major_version_is_told_so_by_its_magic():
    assert refused(encode(STATUS), magic=b"glimpse2") == ("version_mismatch", "a")


def test_a_path_may_be_any_bytes_or_text():
    for path, known in ((b"/caf\xe9", b"/caf\xe9"), ("/café", "/café".encode(sys.getfilesystemencoding()))):
        body = encode({"v": 1, "id": "a", "type": "submit", "path": path})
        request = codec.decode_request([MAGIC, body])
        assert isinstance(request, SubmitRequest)
        assert request.path_bytes == known


def test_errors_repeat_nothing_of_the_message():
    for body in (STATUS | {"type": "SECRET"}, STATUS | {"type": "shot", "shot": ["SECRET"]}, {"SECRET": 1}):
        with pytest.raises(BadMessageError) as caught:
            codec.decode_request([MAGIC, encode(body)])
        assert "SECRET" not in str(caught.value)


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary()
values = st.recursive(scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(), v, max_size=4))
names = st.sampled_from(["v", "id", "type", "path", "shot", "limit", "since", "question", "job", "client"])
types = st.sampled_from([type(sample).__struct_config__.tag for sample in wire_samples.REQUESTS])


@given(st.dictionaries(names | st.text(), values) | values, types)
def test_any_value_is_a_request_or_refused(value, kind):
    if isinstance(value, dict) and "type" in value:
        value |= {"v": 1, "type": kind}
    with_errors_of_ours_only(codec.decode_request, encode(value))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_refused(body):
    for decode in (codec.decode_request, codec.decode_reply, codec.decode_event):
        with_errors_of_ours_only(decode, body)


@given(st.sampled_from([*wire_samples.REQUESTS]), st.data())
def test_a_damaged_request_is_a_request_or_refused(request_, data):
    body = bytearray(codec.encode_request(request_)[1])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with_errors_of_ours_only(codec.decode_request, bytes(body))


def with_errors_of_ours_only(decode, body):
    with contextlib.suppress(BadMessageError):  # any other exception fails the test
        decode([MAGIC, body])
