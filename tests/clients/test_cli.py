"""The real `glimpse` in its own process, against the real sockets."""

import contextlib
import json
import os
import signal
import subprocess
import time

import click
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wire_samples
from answering import Answering
from glimpse_client.cli import VERBS
from glimpse_client.cli.shots import moment
from glimpsed.core.errors import RequestError
from glimpsed.wire import messages as m
from glimpsed.wire.searching import SearchReply, SearchRequest
from running_glimpse import as_json, glimpse, line_of, on_a_terminal, poll, said, start

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\r\u202egnp.exe\u2066\x00"
NOBODY = 65534

replace = msgspec.structs.replace


def refuse(code):
    def answer(_request):
        raise RequestError(code, "as the test wants")

    return answer


def shot_reply(**fields):
    return m.ShotReply(replace(wire_samples.SHOT, **fields), wire_samples.LINES, [wire_samples.RESULT])


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_status(daemon):
    text = said(glimpse(daemon.directory, "status"))
    for part in (
        "mode vision_only",
        "watching /home/ada/Pictures",
        "minicpm",
        "33, 32 different pictures",
        "not_an_image 1",
        "job       000000000002      describes editor.png",
        "stage since yesterday, UTC  count  p50    p95    p99",
        "decode                      30     4.1 s  6.1 s  6.7 s",
    ):
        assert part in text
    assert "3 files, 1 to read, 2 to describe, 0 asked, 0 sessions to tell" in text
    fields = as_json(glimpse(daemon.directory, "status", "--json"))
    assert fields["counts"]["shots"] == 33
    assert "ok" not in fields


def test_status_tells_of_the_telling_of_sessions(daemon):
    status = replace(
        wire_samples.STATUS,
        queue=replace(wire_samples.STATUS.queue, session=1),
        slot=replace(wire_samples.STATUS.slot, role="session", shot=None, path=None),
    )
    daemon.answers[m.StatusRequest] = lambda _: status
    text = said(glimpse(daemon.directory, "status"))
    assert "0 asked, 1 session to tell" in text
    assert " tells of a session\n" in text
    assert "screenshot" not in text.replace("screenshots", "")


def test_show_is_the_newest_unless_told(daemon):
    text = said(glimpse(daemon.directory, "show", "--text"))
    assert "Visual Studio Code" in text
    assert "def handle(request):" in text
    assert f"session      {wire_samples.SESSION.id}\n" in text
    said(glimpse(daemon.directory, "show", "abc", "--history"))
    asked = daemon.requests
    assert asked[1] == m.ShotRequest(id="2", shot=wire_samples.SHOT_ID, text=True)
    assert asked[2] == m.ShotRequest(id="1", shot="abc", history=True)
    fields = as_json(glimpse(daemon.directory, "show", "--json", "--text"))
    assert fields["text"] == "def handle(request):\n    return 200"
    assert fields["shot"]["result"]["rung"] == "vision"


def test_show_without_any_shot(daemon):
    daemon.answers[m.ShotsRequest] = lambda _: m.ShotsReply([], [])
    assert b"no shots yet" in glimpse(daemon.directory, "show").stderr


def test_shots_filters_and_pages(daemon):
    pages = {None: "c1", "c1": "c2", "c2": None}
    daemon.answers[m.ShotsRequest] = lambda r: m.ShotsReply([wire_samples.SHOT] * 2, [], pages[r.cursor])
    said(glimpse(daemon.directory, "shots", "--app", "Code", "--rung", "ocr", "--since", "2025-11-20T10:00Z"))
    asked = daemon.requests[0]
    assert (asked.application, asked.rung, asked.since_ms, asked.limit) == (
        "Code",
        "ocr",
        1_763_632_800_000,
        50,
    )
    assert len(as_json(glimpse(daemon.directory, "shots", "--all", "--json"))["shots"]) == 6
    short = as_json(glimpse(daemon.directory, "shots", "--limit", "4", "--json"))
    assert (len(short["shots"]), short["next"]) == (4, "c2")
    before = time.time()
    said(glimpse(daemon.directory, "shots", "--since", "2h"))
    assert before - 7201 < daemon.requests[-1].since_ms / 1000 < time.time() - 7199


def test_rejected_files_are_listed_with_their_reason(daemon):
    daemon.answers[m.ShotsRequest] = lambda _: m.ShotsReply([], [wire_samples.REJECTION])
    text = said(glimpse(daemon.directory, "shots", "--rejected"))
    assert "not_an_image" in text
    assert "notes.png" in text
    assert daemon.requests[0].rejected


@pytest.mark.parametrize("other", [("--app", "Code"), ("--rung", "ocr"), ("--session", "x")])
def test_rejected_files_have_no_result_to_choose_them_by(daemon, other):
    result = glimpse(daemon.directory, "shots", "--rejected", *other)
    assert (result.returncode, daemon.requests) == (2, [])
    assert b"--rejected goes with no " in result.stderr


def test_an_empty_list_is_no_error(daemon):
    daemon.answers[m.ShotsRequest] = lambda _: m.ShotsReply([], [])
    assert said(glimpse(daemon.directory, "shots")) == ""


def test_submit_sends_the_path_and_returns(daemon, tmp_path):
    fields = as_json(glimpse(daemon.directory, "submit", "a.png", "--json", cwd=tmp_path))
    assert (fields["new"], fields["shot"]["id"]) == (True, wire_samples.SHOT_ID)
    assert daemon.requests[0].path_bytes == os.fsencode(tmp_path / "a.png")


def test_submit_wait_ends_when_nothing_better_will_come(daemon):
    stages = iter([["vision"], ["vision"], []])
    now = [next(stages)]
    daemon.answers[m.ShotRequest] = lambda _: shot_reply(awaiting=now[0])
    with start(daemon.directory, "submit", "--wait", "/x/a.png", "--json") as waiting:
        for awaiting in stages:
            seen = len(daemon.requests)
            poll(lambda seen=seen: len(daemon.requests) > seen)
            assert waiting.poll() is None
            now[0] = awaiting
            daemon.publish("shot.described", shot=wire_samples.SHOT_ID)
        out, _ = waiting.communicate(timeout=20)
    assert json.loads(out)["text"].startswith("def handle")
    assert waiting.returncode == 0


def test_submit_wait_first_ends_with_the_first_useful_result(daemon):
    rung = ["minimum"]
    daemon.answers[m.ShotRequest] = lambda _: shot_reply(
        awaiting=["vision", "ocr"], result=replace(wire_samples.RESULT, rung=rung[0])
    )
    with start(daemon.directory, "submit", "--wait=first", "/x/a.png") as waiting:
        poll(lambda: any(isinstance(request, m.ShotRequest) for request in daemon.requests))
        rung[0] = "ocr"
        daemon.publish("shot.read", shot=wire_samples.SHOT_ID)
        assert waiting.wait(20) == 0


def test_submit_wait_gives_up_with_its_own_code(daemon):
    daemon.answers[m.ShotRequest] = lambda _: shot_reply(awaiting=["vision"])
    assert glimpse(daemon.directory, "submit", "--wait", "--timeout", "0.5", "/x/a.png").returncode == 4


def test_a_refused_file_does_not_hold_up_the_others(daemon):
    def submit(request):
        if request.path_bytes == b"/bad.png":
            raise RequestError("rejected", "not_an_image: it is text")
        return wire_samples.REPLIES[2]

    daemon.answers[m.SubmitRequest] = submit
    result = glimpse(daemon.directory, "submit", "--json", "/bad.png", "/good.png")
    refused, taken = map(json.loads, said(result, 1).splitlines())
    assert refused["error"] == {"code": "rejected", "message": "not_an_image: it is text"}
    assert taken["shot"]["id"] == wire_samples.SHOT_ID
    assert b"it is text" in result.stderr


def test_ask_waits_for_the_answer(daemon):
    state = ["running"]
    daemon.answers[m.JobRequest] = lambda _: m.JobReply(replace(wire_samples.JOB, state=state[0]))
    with start(daemon.directory, "ask", "How many?") as asking:
        poll(lambda: any(isinstance(request, m.JobRequest) for request in daemon.requests))
        state[0] = "done"
        daemon.publish("job.done", job=wire_samples.JOB_ID)
        assert asking.communicate(timeout=20)[0] == b"Three files are open.\n"
    asked = next(request for request in daemon.requests if isinstance(request, m.AskRequest))
    assert (asked.shot, asked.question) == (wire_samples.SHOT_ID, "How many?")


def test_an_answer_that_nobody_waits_for_is_cancelled(daemon):
    daemon.answers[m.JobRequest] = lambda _: m.JobReply(replace(wire_samples.JOB, state="queued"))
    assert glimpse(daemon.directory, "ask", "--timeout", "0.3", "How many?").returncode == 4
    assert isinstance(daemon.requests[-1], m.CancelRequest)


def test_ask_without_an_answer_fails(daemon):
    failed = replace(wire_samples.JOB, state="failed", error="run_limit", answer=None)
    daemon.answers[m.JobRequest] = lambda _: m.JobReply(failed)
    result = glimpse(daemon.directory, "ask", "How many?")
    assert (result.returncode, b"run_limit" in result.stderr) == (1, True)


def test_watch_shows_what_lands(daemon):
    with start(daemon.directory, "watch", "--recent", "1") as watching:
        assert "recent" in line_of(watching)
        daemon.publish("shot.added", shot="s")
        daemon.publish("job.queued", job="j")
        daemon.publish("shot.described", shot="s")
        assert "added" in line_of(watching)
        assert "Visual Studio Code" in line_of(watching)
        daemon.stop()
        assert watching.wait(20) == 3


def test_watch_json_is_a_line_an_event(daemon):
    with start(daemon.directory, "watch", "--json", "--recent", "1") as watching:
        assert json.loads(line_of(watching))["type"] == "recent"
        daemon.publish("shot.added", shot="s")
        daemon.record("job.queued", job="j")
        daemon.publish("job.started", job="j")
        events = [json.loads(line_of(watching)) for _ in range(3)]
        assert [(e["schema"], e["seq"], e["type"]) for e in events] == [
            (1, 1, "shot.added"),
            (1, 2, "job.queued"),
            (1, 3, "job.started"),
        ]
        assert events[0]["shot"]["id"] == wire_samples.SHOT_ID
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 130


def test_stop_returns_when_the_daemon_has_stopped(daemon):
    assert said(glimpse(daemon.directory, "stop")) == "stopped\n"
    assert glimpse(daemon.directory, "status").returncode == 3


def test_doctor(daemon):
    result = glimpse(daemon.directory, "doctor")
    assert "WRONG  ocr: no engine" in said(result, 1)
    assert as_json(glimpse(daemon.directory, "doctor", "--json"), 1)["running"] is True


def test_doctor_without_a_daemon_says_what_it_can(tmp_path):
    assert "glimpsed run" in said(glimpse(tmp_path, "doctor"), 3)
    assert as_json(glimpse(tmp_path, "doctor", "--json"), 3)["running"] is False


def test_version_with_and_without_a_daemon(daemon, tmp_path):
    assert "protocol 1.3" in said(glimpse(daemon.directory, "version"))
    assert "not running" in said(glimpse(tmp_path, "version"))
    assert as_json(glimpse(tmp_path, "version", "--json"))["daemon"] is None


@pytest.mark.parametrize(
    "verb",
    [
        *(
            ["status"],
            ["top"],
            ["shots"],
            ["search", "w"],
            ["show"],
            ["submit", "/a"],
            ["ask", "q"],
            ["watch"],
        ),
        *(["search", "w"], ["models"], ["models", "why", "screen"], ["stats"], ["stop"]),
    ],
)
def test_no_daemon_is_code_3_at_once(tmp_path, verb):
    started = time.monotonic()
    result = glimpse(tmp_path, *verb)
    assert (result.returncode, b"no daemon runs" in result.stderr, result.stdout) == (3, True, b"")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "arguments",
    [
        *(["nonsense"], ["show", "--nonsense"], ["submit"], ["shots", "--since", "later"]),
        *([verb, "--since", "99999999d"] for verb in ("sessions", "shots", "tasks")),
        ["search", "x", "--since", "99999999d"],
        *(["stats", "--days", "0"], ["ask", "q", "--deadline", "0"], ["submit", "--deadline", "86401", "/a"]),
    ],
)
def test_usage_errors_are_code_2(tmp_path, arguments):
    assert glimpse(tmp_path, *arguments).returncode == 2


@given(
    st.one_of(
        st.builds("{}{}".format, st.integers(0, 10**30), st.sampled_from("smhdw")),
        st.builds(
            "{}T{}{}".format,
            st.sampled_from(["0001-01-01", "1970-01-01", "9999-12-31"]),
            st.sampled_from(["00:00", "23:59:59"]),
            st.sampled_from(["", "Z", "+23:59", "-23:59"]),
        ),
        st.just(f"{'9' * 5000}d"),
        st.text(max_size=12),
    )
)
def test_any_time_is_one_or_a_mistake(text):
    with contextlib.suppress(click.BadParameter):
        assert moment(text) >= 0


def test_not_allowed_is_code_5(daemon):
    daemon.directory.chmod(0o755)
    assert glimpse(daemon.directory, "status").returncode == 5


def test_another_version_is_code_6(daemon):
    daemon.answers[m.StatusRequest] = refuse("version_mismatch")
    assert glimpse(daemon.directory, "status").returncode == 6


def test_a_refusal_is_code_1(daemon):
    daemon.answers[m.ShotRequest] = refuse("not_found")
    result = glimpse(daemon.directory, "show", "x")
    assert (result.returncode, b"not_found" in result.stderr) == (1, True)


def test_screen_text_cannot_command_the_terminal(daemon):
    result = replace(
        wire_samples.RESULT, application=HOSTILE, task=HOSTILE, summary=HOSTILE, window_title=HOSTILE
    )
    shot = replace(wire_samples.SHOT, path=f"/{HOSTILE}", result=result)
    lines = [replace(wire_samples.LINES[0], text=HOSTILE + "\n")]
    rejection = replace(wire_samples.REJECTION, path=HOSTILE, detail=HOSTILE)
    matches = [replace(match, text=HOSTILE) for match in wire_samples.FOUND.matches]
    found = replace(wire_samples.FOUND, shot=shot, matches=matches)
    session = replace(wire_samples.FOUND_SESSION, title=HOSTILE, matches=matches)
    daemon.answers |= {
        m.ShotRequest: lambda _: m.ShotReply(shot, lines, [result]),
        m.ShotsRequest: lambda _: m.ShotsReply([shot], [rejection]),
        SearchRequest: lambda _: SearchReply(found=[found], sessions=[session]),
        m.JobRequest: lambda _: m.JobReply(replace(wire_samples.JOB, answer=HOSTILE, error=HOSTILE)),
        m.StatusRequest: refuse(HOSTILE),
    }
    assert glimpse(daemon.directory, "status").stderr.decode().rstrip("\n").isprintable()
    verbs = (
        ["show", "--text", "--history"],
        ["shots"],
        ["shots", "--rejected"],
        ["search", HOSTILE.strip("\x00")],
        ["ask", "q"],
        ["submit", "/a"],
    )
    for verb in verbs:
        for more in ([], ["--json"]):
            ran = glimpse(daemon.directory, *verb, *more)
            printed = (said(ran) + ran.stderr.decode()).replace("\n", "")
            assert printed
            assert printed.isprintable() or more, verb
            assert all(" " <= character <= "~" for character in printed) or not more, verb


def test_colour_is_for_terminals_that_want_it(daemon):
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        assert (b"\x1b[" in on_a_terminal(daemon.directory, "doctor", env=env)) is coloured
    assert b"\x1b[" not in glimpse(daemon.directory, "doctor").stdout


def test_a_reader_that_leaves_ends_it_quietly(daemon):
    shots = [wire_samples.SHOT] * 200
    daemon.answers[m.ShotsRequest] = lambda _: m.ShotsReply(shots, [])
    with start(daemon.directory, "shots", "--limit", "5000", stderr=subprocess.PIPE) as listing:
        listing.stdout.close()
        assert listing.wait(30) == 1
        assert listing.stderr.read() == b""


def test_help_names_every_verb(tmp_path):
    text = said(glimpse(tmp_path, "--help"))
    for verb in VERBS:
        assert f"  {verb} " in text
