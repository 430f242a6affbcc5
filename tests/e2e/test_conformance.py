"""A live daemon says what PROTOCOL.md says: every request, every reply, every code, every event."""

import contextlib
import json
import os
import re
import signal
import sqlite3
from pathlib import Path

import msgspec
import pytest
import zmq

import drawn
import tiny_models
from glimpsed.api.dispatch import HANDLERS
from glimpsed.wire.catalogue import REPLIES, REQUESTS
from glimpsed.wire.errors import RETRYABLE, ErrorCode
from glimpsed.wire.messages import EVENT_TYPES
from raw_peers import Peer, request
from running_daemon import NO_OCR, RunningDaemon, until

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "daemon" / "PROTOCOL.md").read_text(encoding="utf-8")
GOLDEN = json.loads((ROOT / "tests" / "wire" / "golden" / "requests.json").read_text(encoding="utf-8"))
REPLY = {reply.__struct_config__.tag: reply for reply in REPLIES}
TYPES = [request.__struct_config__.tag for request in REQUESTS]

MODEL = f"""{NO_OCR}
[store]
events_keep = 1000
[models.eyes]
backend = "fake"
file = "script.json"
mmproj = "script.json"
"""

GOOD = {"reply": tiny_models.canned_description()}

REFUSED_GOLDEN = {
    "submit": "rejected",  # there is no such file
    **dict.fromkeys(("shot", "shots", "task", "job", "cancel", "ask"), "not_found"),
    **dict.fromkeys(("search", "sessions", "tasks"), "bad_request"),  # their cursors are not this store's
    "session": "bad_request",  # it names a session and a shot
}
"""Golden requests name things that a live daemon does not have."""


def test_every_request_has_its_handler_its_lines_and_its_golden_frame():
    sections = re.findall(r"^### (\w+)$", PROTOCOL, re.MULTILINE)
    assert sections == [*TYPES[:-2], "doctor", "shutdown", "error"]
    assert sorted(kind.__struct_config__.tag for kind in HANDLERS) == sorted(TYPES)
    assert sorted(GOLDEN) == sorted(TYPES)
    assert sorted([*ASKED, "task"]) == sorted(TYPES)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    root = tmp_path_factory.mktemp("live")
    reply = tiny_models.canned_description()
    (root / "script.json").write_text(json.dumps({"steps": [{"reply": reply}]}))
    with RunningDaemon(root, MODEL) as daemon, daemon.client() as client:
        for number in range(3):
            (daemon.shots / f"2025-11-20 10-0{number}-00.png").write_bytes(drawn.swatch(number))
        (daemon.shots / "text.png").write_bytes(b"no picture")
        daemon.settled(client, shots=3, rejected=1)
        until(lambda: client.tasks().tasks and sum(s.shots for s in client.sessions().sessions) == 3)
        yield daemon


@pytest.fixture
def peer(daemon):
    with Peer(daemon.runtime) as peer:
        yield peer


@pytest.fixture
def shot(daemon):
    with daemon.client() as client:
        return client.shots().shots[0]


def checked(reply, kind, request_id="1"):
    """`reply` once it is found to be of the documented shape: each field there, of its type, and no other."""
    assert reply["v"] == 1
    assert reply["id"] == request_id
    assert reply["type"] == kind
    assert reply["ok"] is (kind != "error")
    read = msgspec.convert(reply, REPLY[kind])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(read)) == reply
    return read


def refused(reply, code, request_id="1"):
    error = checked(reply, "error", request_id).error
    assert error.code == code
    assert error.message
    assert error.retryable is (code in RETRYABLE)
    return error


# Requests and replies.


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "shutdown"])
def test_golden_frames_are_answered(peer, kind):
    body = bytes.fromhex(GOLDEN[kind])
    request_id = msgspec.msgpack.decode(body)["id"]
    reply = peer.body(body)
    if kind in REFUSED_GOLDEN:
        refused(reply, REFUSED_GOLDEN[kind], request_id)
    else:
        checked(reply, kind, request_id)


ASKED = {
    "hello": lambda _: {"client": "test"},
    "submit": lambda shot: {"path": shot.path},
    "shot": lambda shot: {"shot": shot.id, "text": True, "history": True},
    "shots": lambda _: {"limit": 2},
    "search": lambda _: {"words": "png"},
    "session": lambda shot: {"shot": shot.id},
    "job": lambda shot: {"job": shot.jobs[0].id},
    "cancel": lambda shot: {"job": shot.jobs[0].id},
    "ask": lambda shot: {"shot": shot.id, "question": "What is it?"},
    "events": lambda _: {"since": 0},
    "stats": lambda _: {"days": 3},
    **dict.fromkeys(
        ("status", "sessions", "tasks", "day", "report", "models", "doctor", "shutdown"), lambda _: {}
    ),
}
"""What makes each request succeed."""


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "shutdown"])
def test_a_request_is_answered_in_the_documented_shape(peer, shot, kind):
    wanted = {"task": peer.ask("tasks")["tasks"][0]["id"]} if kind == "task" else ASKED[kind](shot)
    checked(peer.ask(kind, **wanted), kind)


def test_fields_of_tomorrow_are_ignored(peer):
    checked(peer.ask("hello", client="test", of_tomorrow={"x": [1, None]}), "hello")


def test_a_path_may_be_bytes_or_text(daemon, peer):
    path = os.fsencode(daemon.root) + b"/caf\xe9.png"
    Path(os.fsdecode(path)).write_bytes(drawn.swatch(77))
    first = checked(peer.ask("submit", path=path), "submit")
    assert first.new
    assert first.shot.path.endswith("caf\\xe9.png")
    assert not checked(peer.ask("submit", path=path), "submit").new


def test_pages_join_without_a_seam(peer):
    first = checked(peer.ask("shots", limit=2), "shots")
    second = checked(peer.ask("shots", limit=200, cursor=first.next), "shots")
    assert second.next is None
    whole = checked(peer.ask("shots", limit=200), "shots")
    assert [shot.id for shot in (*first.shots, *second.shots)] == [shot.id for shot in whole.shots]
    refusals = checked(peer.ask("shots", rejected=True), "shots").rejections
    assert "not_an_image" in [rejection.code for rejection in refusals]


def test_replies_are_paired_by_id_alone(peer):
    for number in range(50):
        peer.send(b"glimpse1", request(("hello", "status")[number % 2], client="x", id=f"id {number}"))
    heard = [peer.heard() for _ in range(50)]
    assert {reply["id"] for reply in heard} == {f"id {number}" for number in range(50)}
    for reply in heard:
        checked(reply, ("hello", "status")[int(reply["id"][3:]) % 2], reply["id"])


def test_shutdown_is_answered_before_the_daemon_ends(tmp_path):
    with RunningDaemon(tmp_path) as daemon, Peer(daemon.runtime) as peer:
        body = bytes.fromhex(GOLDEN["shutdown"])
        checked(peer.body(body), "shutdown", msgspec.msgpack.decode(body)["id"])
        assert daemon.process.wait(30) == 0


# Codes of errors.


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("hello", {}),
        ("hello", {"client": 7}),
        ("hello", {"client": "x" * 201}),
        ("shot", {"shot": ""}),
        ("shot", {"shot": "x" * 65}),
        ("submit", {"path": "not/absolute"}),
        ("submit", {"path": b"/" + b"x" * 4096}),
        ("submit", {"path": "/nul\0"}),
        ("shots", {"limit": 201}),
        ("shots", {"cursor": "mine"}),
        ("shots", {"since_ms": -1}),
        ("ask", {"shot": "x", "question": ""}),
        ("ask", {"shot": "x", "question": "x" * 2001}),
        ("ask", {"shot": "x", "question": "?", "deadline_s": 0}),
        ("ask", {"shot": "x", "question": "?", "deadline_s": 86_401}),
        ("submit", {"path": "/a.png", "deadline_s": -1.0}),
        ("stats", {"days": 0}),
        ("stats", {"days": 367}),
        ("events", {"since": -1}),
        ("events", {"since": 0, "limit": 1001}),
    ],
)
def test_fields_that_are_missing_wrong_or_out_of_bounds_are_a_bad_request(peer, kind, fields):
    refused(peer.ask(kind, **fields), "bad_request")


def test_what_is_no_map_is_a_bad_request_without_an_id(peer):
    refused(peer.body(b"\xc1"), "bad_request", "")
    refused(peer.ask("status", id=7), "bad_request", "")


def test_what_only_a_newer_daemon_knows_is_an_unknown_request(peer):
    refused(peer.ask("of_tomorrow"), "unknown_request")


def test_another_version_is_a_version_mismatch(peer):
    refused(peer.ask("hello", client="x", v=2), "version_mismatch")
    peer.send(b"glimpse2", request("hello", client="x"))
    refused(peer.heard(), "version_mismatch")


def test_what_does_not_exist_is_not_found(peer):
    refused(peer.ask("shot", shot="nothing"), "not_found")
    refused(peer.ask("ask", shot="nothing", question="?"), "not_found")
    for kind in ("job", "cancel"):
        refused(peer.ask(kind, job="nothing"), "not_found")


def test_a_file_that_cannot_be_a_shot_is_rejected_with_its_reason(daemon, peer):
    error = refused(peer.ask("submit", path=str(daemon.shots / "text.png")), "rejected")
    assert error.message.startswith("not_an_image: ")
    error = refused(peer.ask("submit", path="/nowhere/at/all.png"), "rejected")
    assert error.message.startswith("vanished: ")


def test_a_picture_that_nobody_can_look_at_again_is_gone(daemon, peer):
    path = daemon.root / "short-lived.png"
    path.write_bytes(drawn.swatch(4711))
    shot = checked(peer.ask("submit", path=str(path)), "submit").shot
    with daemon.client() as client:
        daemon.settled(client)
        until(lambda: client.status().spool.files == 0, what="an empty spool")
    path.unlink()
    refused(peer.ask("ask", shot=shot.id, question="What was it?"), "picture_gone")


def test_without_a_model_a_question_is_refused(tmp_path):
    with RunningDaemon(tmp_path) as daemon, Peer(daemon.runtime) as peer:
        shot = peer.ask("submit", path=str(drawn.screenshot(tmp_path / "a.png")))["shot"]["id"]
        refused(peer.ask("ask", shot=shot, question="What is it?"), "model_unavailable")


def test_what_would_take_longer_than_the_deadline_is_refused(tmp_path):
    (tmp_path / "script.json").write_text(json.dumps({"steps": [{"delay_s": 0.3, "reply": "Nothing."}]}))
    with RunningDaemon(tmp_path, MODEL) as daemon, Peer(daemon.runtime) as peer, daemon.client() as client:
        shot = peer.ask("submit", path=str(drawn.screenshot(tmp_path / "a.png")))["shot"]["id"]
        first = checked(peer.ask("ask", shot=shot, question="What is it?"), "ask").job
        until(
            lambda: client.job(first.id).job.state == "done", what="an answer, from which something is learnt"
        )
        error = refused(peer.ask("ask", shot=shot, question="And now?", deadline_s=0.1), "deadline")
        assert "about 0.3 s" in error.message


@contextlib.contextmanager
def reader_stopped(daemon):
    """The reader child does nothing meanwhile, so that requests stay under way."""
    reader = daemon.child("glimpsed.reader.child")
    os.kill(reader, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(reader, signal.SIGCONT)


def test_too_much_at_once_is_told_that_the_queue_is_full_and_the_rest_is_answered(tmp_path):
    path = drawn.screenshot(tmp_path / "a.png")
    with RunningDaemon(tmp_path) as daemon, Peer(daemon.runtime) as peer:
        checked(peer.ask("submit", path=str(path)), "submit")
        with reader_stopped(daemon):
            for number in range(65):
                peer.send(b"glimpse1", request("submit", path=str(path), id=f"{number}"))
            refused(peer.heard(), "queue_full", "64")
        answered = {checked(reply := peer.heard(), "submit", reply["id"]).id for _ in range(64)}
        assert answered == {f"{number}" for number in range(64)}


def test_whoever_waits_while_the_daemon_stops_is_told_so(tmp_path):
    path = drawn.screenshot(tmp_path / "a.png")
    with RunningDaemon(tmp_path) as daemon, Peer(daemon.runtime) as peer:
        checked(peer.ask("submit", path=str(path)), "submit")
        with reader_stopped(daemon):
            peer.send(b"glimpse1", request("submit", path=str(path), id="waits"))
            peer.send(b"glimpse1", request("shutdown", id="stops"))
            replies = {reply["id"]: reply for reply in (peer.heard(), peer.heard())}
        checked(replies["stops"], "shutdown", "stops")
        refused(replies["waits"], "shutting_down", "waits")
        assert daemon.process.wait(30) == 0


def test_a_fault_of_the_daemon_s_own_is_internal_and_ends_one_request(tmp_path):
    with RunningDaemon(tmp_path) as daemon, Peer(daemon.runtime) as peer:
        with contextlib.closing(sqlite3.connect(daemon.data / "glimpsed.sqlite")) as meddler:
            meddler.execute("DROP TABLE rejection")
        refused(peer.ask("shots", rejected=True), "internal")
        checked(peer.ask("hello", client="x"), "hello")
        said = daemon.log.read_text()
        daemon.log.unlink()  # or the end of this daemon would find the fault there, too
        assert "rejections.py:" in said
        assert "no such table" not in said


def test_every_code_is_provoked_in_this_file():
    here = Path(__file__).read_text(encoding="utf-8")
    for code in ErrorCode:
        assert re.search(rf'refused\(.*"{code}"', here), code


# Events.

NAMED = re.compile(r"`(\w+)`")


def documented_bodies():
    rows = re.findall(r"^\| `(\w+\.\w+)` \| ?(.*?) ?\|$", PROTOCOL.split("## 5. Events")[1], re.MULTILINE)
    return {kind: set(NAMED.findall(said)) - {"ocr"} for kind, said in rows}


def test_events_come_without_a_gap_and_are_replayed_as_they_were_until_they_expire(tmp_path):
    (tmp_path / "script.json").write_text(json.dumps({"steps": [GOOD, {"reply": "no description"}, GOOD]}))
    with RunningDaemon(tmp_path, MODEL) as daemon:
        with Peer(daemon.runtime, zmq.SUB) as subscriber, daemon.client() as client:
            welcome = until(lambda: (e := subscriber.heard())["type"] == "welcome" and e)
            assert welcome["body"] == {"epoch": client.hello("test").epoch}
            for number in range(300):
                (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
            (daemon.shots / "text.png").write_bytes(b"no picture")
            last = daemon.settled(client, shots=300, rejected=1).seq
            heard = []
            while not heard or heard[-1]["seq"] < last:
                heard.append(subscriber.heard())
            assert [event["seq"] for event in heard] == list(range(welcome["seq"] + 1, last + 1))
            assert len(heard) > 1000
            bodies = documented_bodies()
            assert set(bodies) == set(EVENT_TYPES)
            for event in heard:
                assert set(event) == {"v", "seq", "at_ms", "type", "body"}
                assert set(event["body"]) == bodies[event["type"]], event["type"]
            assert replayed(daemon, welcome["seq"]) == heard
            with Peer(daemon.runtime, zmq.SUB) as late:
                assert until(lambda: (e := late.heard())["type"] == "welcome" and e)["seq"] == last
            assert subscriber.heard()["type"] == "welcome"  # harmless: it is the one that is known
        daemon.stop()
        daemon.start()
        with Peer(daemon.runtime) as peer, daemon.client() as client:
            reply = until(lambda: (r := peer.ask("events", since=0))["type"] == "error" and r)
            refused(reply, "seq_expired")
            oldest = checked(peer.ask("events", since=client.hello("test").seq), "events").oldest
            refused(peer.ask("events", since=oldest - 2), "seq_expired")
            kept = checked(peer.ask("events", since=oldest - 1, limit=1), "events").events
            assert [event.seq for event in kept] == [oldest]


def test_a_breaker_that_opens_is_told_and_shown(tmp_path):
    (tmp_path / "script.json").write_text(json.dumps({"steps": [{"reply": "no description"}]}))
    with (
        RunningDaemon(tmp_path, MODEL) as daemon,
        Peer(daemon.runtime, zmq.SUB) as subscriber,
        Peer(daemon.runtime) as peer,
    ):
        until(lambda: subscriber.heard()["type"] == "welcome")
        for number in range(3):
            (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
        opened = until(lambda: (e := subscriber.heard())["type"] == "breaker.opened" and e)
        assert opened["body"] == {"model": "eyes", "role": "screen", "sort": "format"}
        status = checked(peer.ask("status"), "status")
        (breaker,) = [each for each in status.breakers if each.state != "closed"]
        assert (breaker.model, breaker.sort, breaker.failures) == ("eyes", "format", 3)
        assert "breaker" in status.missing["screen"]
        assert status.mode == "minimum"
        screen = checked(peer.ask("models"), "models").selections[0]
        assert (screen.role, screen.model, screen.verdicts[0].chosen) == ("screen", None, False)
        (row,) = checked(peer.ask("stats"), "stats").calls
        assert (row.calls, row.errors, row.outcomes) == (3, 3, {"malformed": 3})


def replayed(daemon, since):
    events = []
    with Peer(daemon.runtime) as peer:
        while page := checked(peer.ask("events", since=since, limit=400), "events").events:
            events += msgspec.to_builtins(page)
            since = events[-1]["seq"]
    return events
