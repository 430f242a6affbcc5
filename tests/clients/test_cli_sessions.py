"""What `glimpse` shows of sessions."""

import msgspec
import pytest

import wire_samples
from answering import Answering
from glimpsed.wire import messages as m
from glimpsed.wire.sessions import InTaskView, SessionReply, SessionRequest, SessionsReply, SessionsRequest
from running_glimpse import as_json, glimpse, line_of, said, start

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\r\u202egnp.exe\u2066\x00"
SESSION = wire_samples.SESSION


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_sessions_are_a_line_each(daemon):
    asked = ("--since", "2025-11-20T10:00+01:00", "--workflow", "coding", "--limit", "5", "--cursor", "c")
    text = said(glimpse(daemon.directory, "sessions", *asked))
    assert text == f"2025-11-20 11:00-12:00  55.0 min  {SESSION.id}  Coding: shop\n"
    assert daemon.requests == [
        SessionsRequest(id="1", since_ms=1_763_629_200_000, workflow="coding", limit=5, cursor="c")
    ]
    assert b"there are more" in glimpse(daemon.directory, "sessions").stderr
    fields = as_json(glimpse(daemon.directory, "sessions", "--json"))
    assert fields["sessions"][0]["applications"][0] == ["Visual Studio Code", 2_500_000, 0.758]
    assert fields["next"] == "c2"


def test_one_that_goes_on_says_so_and_none_are_said_to_be_none(daemon):
    open_one = msgspec.structs.replace(SESSION, state="open")
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([open_one])
    assert said(glimpse(daemon.directory, "sessions")).endswith("Coding: shop (goes on)\n")
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([])
    assert b"no sessions, or none that match" in glimpse(daemon.directory, "sessions").stderr


def test_a_session_is_shown_in_full_the_latest_unless_told(daemon):
    text = said(glimpse(daemon.directory, "session", "--history"))
    for line in (
        f"session {SESSION.id}: Coding: shop",
        "when         2025-11-20 11:00-12:00, closed",
        "active       55.0 min in 212 shots",
        "what         coding, interrupted",
        "task         Rewrite the request handler",
        "application  41.7 min Visual Studio Code",
        "interrupted  11:03 by Slack",
        "step         11:00 Editing server.py",
        "begins       absence, identity (98% sure)",
        "asked        llama3 says that it begins here (rules: 62% sure that it begins)",
        "told         model by llama3, version 2, 3 of 20 claims dropped",
        "in task      #481 Router (open), ",
        "earlier      until ",
    ):
        assert line in text, line
    assert daemon.requests[-1] == SessionRequest(id="2", session=SESSION.id, history=True)
    said(glimpse(daemon.directory, "session", "--shot", "abc"))
    assert daemon.requests[-1] == SessionRequest(id="1", shot="abc")
    assert as_json(glimpse(daemon.directory, "session", "x", "--json"))["session"]["id"] == SESSION.id


def test_what_no_model_told_says_so_and_names_its_tasks_too(daemon):
    plain = msgspec.structs.replace(
        SESSION, rung="rules", tasks=[], claims=0, dropped=0, model=None, judged=None
    )
    task = InTaskView(id="t1", title="Invoice import", state="done")
    daemon.answers[SessionRequest] = lambda _: SessionReply(plain, in_tasks=[task])
    text = said(glimpse(daemon.directory, "session", "x"))
    assert "told         rules, version 2\n" in text
    assert "in task      Invoice import (done), t1\n" in text
    assert "asked" not in text


def test_a_model_that_does_not_agree_is_shown_beside_the_reasons_of_rules(daemon):
    judged = msgspec.structs.replace(SESSION.judged, begins=False, confidence=0.48)
    doubted = msgspec.structs.replace(SESSION, judged=judged)
    daemon.answers[SessionRequest] = lambda _: SessionReply(doubted)
    text = said(glimpse(daemon.directory, "session", "x"))
    assert "begins       absence, identity (98% sure)\n" in text
    assert (
        "asked        llama3 says that the same work goes on here (rules: 48% sure that it begins)\n" in text
    )


def test_no_session_yet(daemon):
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([])
    assert b"no sessions yet" in glimpse(daemon.directory, "session").stderr


@pytest.mark.parametrize("arguments", [("",), ("x", "--shot", "y")])
def test_what_cannot_be_meant(daemon, arguments):
    assert glimpse(daemon.directory, "session", *arguments).returncode == 2
    assert daemon.requests == []


def test_titles_cannot_command_a_terminal(daemon):
    hostile = msgspec.structs.replace(SESSION, title=HOSTILE, summary=HOSTILE, tasks=[HOSTILE])
    hostile = msgspec.structs.replace(hostile, judged=msgspec.structs.replace(SESSION.judged, model=HOSTILE))
    in_tasks = [InTaskView(id=HOSTILE, title=HOSTILE, state=HOSTILE)]
    daemon.answers[SessionRequest] = lambda _: SessionReply(hostile, in_tasks=in_tasks)
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([hostile])
    for verb in ("session", "sessions"):
        out = glimpse(daemon.directory, verb).stdout.decode()
        assert all(character.isprintable() for line in out.splitlines() for character in line)


def test_the_shots_of_a_session(daemon):
    said(glimpse(daemon.directory, "shots", "--session", SESSION.id))
    assert daemon.requests[0] == m.ShotsRequest(id="1", limit=50, session=SESSION.id)
    assert glimpse(daemon.directory, "shots", "--session", "x", "--rejected").returncode == 2


def test_watch_tells_of_sessions_that_are_over_and_of_sleep(daemon):
    with start(daemon.directory, "watch", "--recent", "1") as watching:
        line_of(watching)  # it is subscribed
        daemon.publish("session.opened", session=SESSION.id)
        daemon.publish("session.closed", session=SESSION.id)
        daemon.publish("machine.slept", from_ms=0, until_ms=7_200_000)
        said_of = [line_of(watching) for _ in range(2)]
        watching.terminate()
    assert (
        said_of[0].strip().endswith("session.closed  2025-11-20 11:00-12:00  Coding: shop  [model, 55.0 min]")
    )
    assert said_of[1].strip().endswith("machine.slept   2.0 h")
