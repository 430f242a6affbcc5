"""What `glimpse` shows of sessions."""

import time

import msgspec
import pytest

import wire_samples
from answering import Answering
from glimpse_client.cli.sessions import WORKFLOWS
from glimpsed.core.sessions.model import Workflow
from glimpsed.wire import messages as m
from glimpsed.wire.sessions import InTaskView, SessionReply, SessionRequest, SessionsReply, SessionsRequest
from running_glimpse import as_json, glimpse, line_of, said, start
from task_views import TASK

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\r\u202egnp.exe\u2066\x00"
SESSION = wire_samples.SESSION


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_sessions_are_a_line_each(daemon):
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([SESSION], "c2")
    asked = ("--since", "2025-11-20T10:00+01:00", "--workflow", "coding", "--limit", "1", "--cursor", "c")
    text = said(glimpse(daemon.directory, "sessions", *asked))
    assert text == f"2025-11-20 11:00-12:00  55.0 min  {SESSION.id}  Coding: shop\n"
    assert daemon.requests == [
        SessionsRequest(id="1", since_ms=1_763_629_200_000, workflow="coding", limit=1, cursor="c")
    ]
    assert b"there are more" in glimpse(daemon.directory, "sessions", "--limit", "1").stderr
    fields = as_json(glimpse(daemon.directory, "sessions", "--limit", "1", "--json"))
    assert fields["sessions"][0]["applications"][0] == ["Visual Studio Code", 2_500_000, 0.758]
    assert fields["next"] == "c2"


def test_sessions_page(daemon):
    pages = {None: "c1", "c1": "c2", "c2": None}
    daemon.answers[SessionsRequest] = lambda r: SessionsReply([SESSION] * 2, pages[r.cursor])
    assert len(as_json(glimpse(daemon.directory, "sessions", "--all", "--json"))["sessions"]) == 6
    assert [request.limit for request in daemon.requests] == [200] * 3
    short = as_json(glimpse(daemon.directory, "sessions", "--limit", "4", "--json"))
    assert (len(short["sessions"]), short["next"]) == (4, "c2")


@pytest.mark.parametrize(
    ("state", "ago_s", "standing"),
    [
        ("open", 0, " (goes on)"),
        ("open", 240, " (goes on)"),
        ("open", 360, " (still being read)"),
        ("closed", 360, ""),
    ],
)
def test_one_that_goes_on_says_so_and_one_that_is_only_read_does_not(daemon, state, ago_s, standing):
    """While screenshots of last week are read, nobody is at the work of last week."""
    end_ms = round((time.time() - ago_s) * 1000)
    seen = msgspec.structs.replace(SESSION, state=state, end_ms=end_ms)
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([seen])
    assert said(glimpse(daemon.directory, "sessions")).endswith(f"Coding: shop{standing}\n")


@pytest.mark.parametrize(("active_ms", "shown"), [(0, "<1 min"), (59_999, "<1 min"), (60_000, "1.0 min")])
def test_less_than_a_minute_is_not_told_more_exactly(daemon, active_ms, shown):
    short = msgspec.structs.replace(SESSION, active_ms=active_ms)
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([short])
    assert said(glimpse(daemon.directory, "sessions")).split("  ")[1] == shown


def test_none_are_said_to_be_none(daemon):
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
        "begins       nobody was there, another application, document or project (98% sure)",
        "asked        llama3 says that it begins here (rules: 62% sure that it begins)",
        "told         by a model, llama3, version 2, 3 of 20 claims dropped",
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
    assert "told         by rules, version 2\n" in text
    assert "in task      Invoice import (done), t1\n" in text
    assert "asked" not in text


def test_a_model_that_does_not_agree_is_shown_beside_the_reasons_of_rules(daemon):
    judged = msgspec.structs.replace(SESSION.judged, begins=False, confidence=0.48)
    doubted = msgspec.structs.replace(SESSION, judged=judged)
    daemon.answers[SessionRequest] = lambda _: SessionReply(doubted)
    text = said(glimpse(daemon.directory, "session", "x"))
    assert "begins       nobody was there, another application, document or project (98% sure)\n" in text
    assert (
        "asked        llama3 says that the same work goes on here (rules: 48% sure that it begins)\n" in text
    )


def test_no_session_yet(daemon):
    daemon.answers[SessionsRequest] = lambda _: SessionsReply([])
    assert b"no sessions yet" in glimpse(daemon.directory, "session").stderr


def test_the_kinds_of_work_to_choose_from_are_those_that_there_are():
    assert tuple(WORKFLOWS) == tuple(Workflow)


@pytest.mark.parametrize(
    "words",
    [
        *(("session", ""), ("session", "x", "--shot", "y"), ("sessions", "--workflow", "codding")),
        *(("sessions", "--cursor", ""), ("shots", "--session", ""), ("shots", "--app", "")),
        *(("search", "x", "--session", ""), ("search", ""), ("search", " ", "")),
    ],
)
def test_what_cannot_be_meant(daemon, words):
    result = glimpse(daemon.directory, *words)
    assert (result.returncode, daemon.requests) == (2, [])
    assert b"Usage: " in result.stderr


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
    withdrawn = msgspec.structs.replace(SESSION, state="withdrawn")
    with start(daemon.directory, "watch", "--recent", "1") as watching:
        line_of(watching)  # it is subscribed
        daemon.publish("session.opened", session=SESSION.id)
        daemon.publish("session.closed", session=SESSION.id)
        shown = line_of(watching)
        daemon.answers[SessionRequest] = lambda _: SessionReply(withdrawn)
        daemon.publish("session.revised", session=SESSION.id, version=3, state="withdrawn")
        daemon.publish("machine.slept", from_ms=0, until_ms=7_200_000)
        said_of = [line_of(watching) for _ in range(2)]
        watching.terminate()
    assert shown.strip().endswith("session.closed  2025-11-20 11:00-12:00  Coding: shop  [model, 55.0 min]")
    assert said_of[0].strip().endswith("11:00-12:00  Coding: shop  is part of another session now")
    assert said_of[1].strip().endswith("machine.slept   2.0 h")


def test_watch_tells_where_tasks_stand_and_not_of_each_step_of_a_telling(daemon):
    job = msgspec.structs.replace(wire_samples.JOB, kind="session", state="running", picture="")
    failed = msgspec.structs.replace(job, state="failed", error="no reply")
    replies = iter((job, failed))
    daemon.answers[m.JobRequest] = lambda _: m.JobReply(next(replies))
    with start(daemon.directory, "watch", "--recent", "1") as watching:
        line_of(watching)  # it is subscribed
        daemon.publish("job.started", job=job.id, session=SESSION.id)
        daemon.publish("job.failed", job=job.id, session=SESSION.id)
        for kind in ("task.opened", "task.done", "task.abandoned", "task.reopened"):
            daemon.publish(kind, task=TASK.id)
        said_of = [line_of(watching).strip() for _ in range(4)]
        watching.terminate()
    assert "session failed: no reply" in said_of[0]
    for line, kind in zip(said_of[1:], ("task.done", "task.abandoned", "task.reopened"), strict=True):
        assert line.endswith(f"{kind:<14}  {TASK.title}")


def test_a_session_of_which_nothing_was_read_claims_nothing(daemon):
    blank = msgspec.structs.replace(SESSION, rung="boundaries", model=None, shots=1, active_ms=8)
    daemon.answers[SessionRequest] = lambda _: SessionReply(blank)
    text = said(glimpse(daemon.directory, "session", "x"))
    for line in (
        "active       <1 min in 1 shot\n",
        "what         not known\n",
        "told         nothing was read, version 2",
    ):
        assert line in text, line
    assert glimpse(daemon.directory, "session", "--shot", "").returncode == 2
