"""The protocol as bytes: these frames were right once, so every later version must read them alike."""

import json
from pathlib import Path

import msgspec
import pytest

import wire_samples
from glimpsed.wire import codec, days, scheduling, sessions, tasks, views
from glimpsed.wire.catalogue import REPLIES, REQUESTS
from glimpsed.wire.errors import ErrorCode
from glimpsed.wire.messages import EVENT_TYPES
from glimpsed.wire.version import MAGIC, MAJOR, MINOR

GOLDEN = Path(__file__).parent / "golden"
OF_1_0 = GOLDEN / "v1.0"
PROTOCOL = Path(__file__).parents[2] / "daemon" / "PROTOCOL.md"


def golden(kind, directory=GOLDEN):
    frames = json.loads((directory / f"{kind}.json").read_text())
    return [(name, bytes.fromhex(frames[name])) for name in sorted(frames)]


def tag(struct):
    return struct.__struct_config__.tag


@pytest.mark.parametrize("sample", wire_samples.REQUESTS, ids=lambda sample: tag(type(sample)))
def test_request(sample):
    body = dict(golden("requests"))[tag(type(sample))]
    assert codec.decode_request([MAGIC, body]) == sample
    assert codec.encode_request(sample) == [MAGIC, body]


@pytest.mark.parametrize("sample", wire_samples.REPLIES, ids=lambda sample: tag(type(sample)))
def test_reply(sample):
    body = dict(golden("replies"))[tag(type(sample))]
    reply = codec.decode_reply([MAGIC, body])
    assert msgspec.structs.replace(reply, id=sample.id) == sample
    assert codec.encode_reply(sample, reply.id) == [MAGIC, body]


@pytest.mark.parametrize(
    ("name", "sample"), [("event", wire_samples.EVENT), ("welcome", wire_samples.WELCOME)]
)
def test_event(name, sample):
    body = dict(golden("events"))[name]
    assert codec.decode_event([MAGIC, body]) == sample
    assert codec.encode_event(sample) == [MAGIC, body]


def test_every_message_has_a_golden_frame():
    assert {name for name, _ in golden("requests")} == {tag(request) for request in REQUESTS}
    assert {name for name, _ in golden("replies")} == {tag(reply) for reply in REPLIES}
    assert {tag(reply) for reply in REPLIES} == {tag(request) for request in REQUESTS} | {"error"}


def within(old, new):
    """Everything that `old` says, `new` says, too."""
    if isinstance(old, dict):
        return all(name in new and within(value, new[name]) for name, value in old.items())
    if isinstance(old, list):
        return len(old) == len(new) and all(map(within, old, new))
    return bool(old == new)


@pytest.mark.parametrize(("name", "body"), golden("requests", OF_1_0))
def test_requests_of_1_0_are_read(name, body):
    request = codec.decode_request([MAGIC, body])
    assert within(msgspec.msgpack.decode(body), msgspec.msgpack.decode(codec.encode_request(request)[1]))
    assert tag(type(request)) == name


@pytest.mark.parametrize(("name", "body"), golden("replies", OF_1_0))
def test_replies_of_1_0_are_read(name, body):
    reply = codec.decode_reply([MAGIC, body])
    assert within(
        msgspec.msgpack.decode(body), msgspec.msgpack.decode(codec.encode_reply(reply, reply.id)[1])
    )
    assert tag(type(reply)) == name


def test_fields_of_tomorrow_are_ignored():
    for _, body in golden("replies"):
        fields = msgspec.msgpack.decode(body) | {"of_tomorrow": {"x": [1, None]}}
        assert codec.decode_reply([MAGIC, msgspec.msgpack.encode(fields)]) == codec.decode_reply(
            [MAGIC, body]
        )


def test_protocol_document_names_everything():
    text = PROTOCOL.read_text()
    assert text.startswith(f"# The protocol of glimpsed, version {MAJOR}.{MINOR}\n")
    for code in ErrorCode:
        assert f"| `{code}` |" in text, code
    for event in EVENT_TYPES:
        assert f"| `{event}` |" in text, event
    for request in REQUESTS:
        assert f"### {tag(request)}\n" in text, request


def test_protocol_document_names_every_field():
    text = PROTOCOL.read_text()
    for message in (*REQUESTS, *REPLIES):
        section = text.split(f"### {tag(message)}\n")[1].split("\n### ")[0].split("\n## ")[0]
        for field in message.__struct_fields__:
            if field not in ("v", "id", "ok"):
                assert f"`{field}`" in section, (tag(message), field)


def test_protocol_document_names_every_field_of_a_view():
    text = PROTOCOL.read_text()
    named = vars(views) | vars(scheduling) | vars(sessions) | vars(tasks) | vars(days)
    shown = [struct for name, struct in named.items() if name.endswith("View")]
    assert len(shown) > 33
    for view in shown:
        rows = [
            line for line in text.splitlines() if line.startswith(f"| {view.__name__.removesuffix('View')} |")
        ]
        assert len(rows) == 1, view
        for field in view.__struct_fields__:
            assert f"`{field}`" in rows[0], (view, field)
