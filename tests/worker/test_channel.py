import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.worker.channel import MAX_FRAME, BadFrameError, Decoder, encode

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MESSAGES = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=5)


@given(MESSAGES, st.data())
def test_messages_survive_frames_that_are_cut_anywhere(messages, data):
    stream = b"".join(encode(message) for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    decoder, found = Decoder(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += decoder.feed(stream[start:end])
    assert found == messages


def test_byte_by_byte_is_no_different():
    decoder = Decoder()
    found = [message for byte in encode({"op": "x"}) for message in decoder.feed(bytes([byte]))]
    assert found == [{"op": "x"}]


@given(st.binary(max_size=200))
def test_random_bytes_are_messages_or_a_bad_frame(noise):
    try:
        messages = Decoder().feed(noise)
    except BadFrameError:
        return
    assert all(isinstance(message, dict) for message in messages)


def test_a_length_over_the_cap_is_refused_before_its_body_arrives():
    with pytest.raises(BadFrameError, match="over"):
        Decoder().feed((MAX_FRAME + 1).to_bytes(4, "big"))


def test_a_message_over_the_cap_is_not_sent():
    with pytest.raises(BadFrameError, match="over"):
        encode({"much": bytes(MAX_FRAME)})


@pytest.mark.parametrize(
    "body",
    [
        msgspec.msgpack.encode([1, 2]),
        msgspec.msgpack.encode({1: 2}),
        b"\x91" * 100_000,
        b"\x81\xa1a" * 100_000,
        b"\x81\xa2\xff\xfe\x01",
        b"\xc1",
        b"",
    ],
    ids=["list", "integer key", "deep lists", "deep maps", "not UTF-8", "reserved", "empty"],
)
def test_what_is_not_a_map_of_text_is_a_bad_frame(body):
    with pytest.raises(BadFrameError):
        Decoder().feed(len(body).to_bytes(4, "big") + body)
