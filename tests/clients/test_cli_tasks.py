"""`glimpse tasks` and `glimpse task` in their own process, against the real sockets."""

import msgspec
import pytest

from answering import Answering
from glimpsed.core.errors import RequestError
from glimpsed.wire import tasks as t
from running_glimpse import as_json, glimpse, said
from task_views import PARTS, SESSION_ID, TASK, TASK_ID

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\u202egnp"
replace = msgspec.structs.replace


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_tasks_are_listed_with_their_state_and_time(daemon):
    text = said(
        glimpse(daemon.directory, "tasks", "--state", "done", "--since", "2025-11-20T10:00Z", "--limit", "1")
    )
    for part in ("done", TASK_ID, "45.0 min", "2 sessions", "#512 Reject duplicate postings"):
        assert part in text
    asked = daemon.requests[0]
    assert (asked.state, asked.since_ms, asked.until_ms, asked.limit) == ("done", 1_763_632_800_000, None, 1)


def test_tasks_page(daemon):
    pages = {None: "c1", "c1": "c2", "c2": None}
    daemon.answers[t.TasksRequest] = lambda r: t.TasksReply(tasks=[TASK] * 2, next=pages[r.cursor])
    assert len(as_json(glimpse(daemon.directory, "tasks", "--all", "--json"))["tasks"]) == 6
    short = as_json(glimpse(daemon.directory, "tasks", "--limit", "4", "--json"))
    assert (len(short["tasks"]), short["next"], short["schema"]) == (4, "c2", 1)
    assert b"there are more" in glimpse(daemon.directory, "tasks", "--limit", "2").stderr


def test_no_tasks_are_no_error(daemon):
    daemon.answers[t.TasksRequest] = lambda _: t.TasksReply(tasks=[])
    result = glimpse(daemon.directory, "tasks")
    assert said(result) == ""
    assert b"no tasks" in result.stderr


def test_a_state_that_there_is_not_is_a_mistake(daemon):
    result = glimpse(daemon.directory, "tasks", "--state", "finished")
    assert (result.returncode, daemon.requests) == (2, [])


def test_a_task_in_full(daemon):
    text = said(glimpse(daemon.directory, "task", "abc"))
    for part in (
        "#512 Reject duplicate postings",
        "done",
        "Pull request merged",
        "in 2 sessions",
        SESSION_ID,
    ):
        assert part in text
    assert daemon.requests[0].task == "abc"
    fields = as_json(glimpse(daemon.directory, "task", "abc", "--json"))
    assert (fields["task"]["state"], len(fields["parts"])) == ("done", 2)


def test_what_is_not_shown_of_a_task_is_said(daemon):
    many = replace(TASK, sessions=1002)
    daemon.answers[t.TaskRequest] = lambda _: t.TaskReply(task=many, parts=PARTS)
    assert b"the first 1000 of its sessions are not shown" in glimpse(daemon.directory, "task", "abc").stderr


def test_one_session_is_one(daemon):
    daemon.answers[t.TaskRequest] = lambda _: t.TaskReply(task=replace(TASK, sessions=1), parts=PARTS[1:])
    assert "time     45.0 min in 1 session\n" in said(glimpse(daemon.directory, "task", "abc"))


def test_a_task_that_there_is_not(daemon):
    def answer(_request):
        raise RequestError("not_found", "there is no task abc")

    daemon.answers[t.TaskRequest] = answer
    result = glimpse(daemon.directory, "task", "abc")
    assert (result.returncode, b"no task abc" in result.stderr) == (1, True)
    assert glimpse(daemon.directory, "task", "").returncode == 2


def test_hostile_text_is_harmless(daemon):
    hostile = replace(TASK, title=HOSTILE, proofs=[t.ProofView(at_ms=0, session=HOSTILE, text=HOSTILE)])
    daemon.answers[t.TasksRequest] = lambda _: t.TasksReply(tasks=[hostile])
    daemon.answers[t.TaskRequest] = lambda _: t.TaskReply(task=hostile, parts=[])
    for words in (("tasks",), ("task", "abc"), ("tasks", "--json"), ("task", "abc", "--json")):
        out = glimpse(daemon.directory, *words).stdout
        assert b"red" in out
        assert not {b"\x1b", b"\x07", "\u202e".encode()} & {
            out[n : n + k] for n in range(len(out)) for k in (1, 3)
        }
