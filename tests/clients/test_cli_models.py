"""What `glimpse` tells of models and their work, and how long it lets them work."""

import json
from pathlib import Path

import msgspec
import pytest

import wire_samples
from answering import Answering
from glimpsed.core.casting import ROLES
from glimpsed.wire import messages as m
from glimpsed.wire.codec import decode_reply
from glimpsed.wire.version import MAGIC
from running_glimpse import as_json, glimpse, line_of, said, start

OF_1_0 = Path(__file__).parents[1] / "wire" / "golden" / "v1.0" / "replies.json"

replace = msgspec.structs.replace


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_status_tells_of_the_slot_the_queue_and_what_is_wrong(daemon):
    text = said(glimpse(daemon.directory, "status"))
    for part in (
        "running minicpm (screen) for 3.2 s of about 5.4 s",
        "1 asked, the oldest for 2.1 s",
        "5 until the queue is shorter",
        "6.0 of 14.0 GiB of GPUs",
        "context 8192 instead of 16384",
        "3 of 4 calls failed, tried again in 21.0 s",
        "a job has waited for 3720 s",
        "another process uses the GPU",
        "34, 3 failed (9 %), 1 tried again (3 %), cache hits 80 %",
    ):
        assert part in text
    assert as_json(glimpse(daemon.directory, "status", "--json"))["slot"]["predicted_ms"] == 5400


def test_status_of_a_daemon_of_yesterday_lacks_what_it_does_not_know(daemon):
    frame = bytes.fromhex(json.loads(OF_1_0.read_text())["status"])
    daemon.answers[m.StatusRequest] = lambda _: decode_reply([MAGIC, frame])
    text = said(glimpse(daemon.directory, "status"))
    assert "33, 32 different pictures" in text
    assert "GiB of GPUs" not in text
    assert "cache hits" not in text


def test_models_are_a_table_with_who_does_what(daemon):
    text = said(glimpse(daemon.directory, "models"))
    assert "profile constrained_16gb" in text
    row = next(line for line in text.splitlines() if line.startswith("minicpm"))
    for part in ("ready", "screen 10, ask 0", "Q4_K_M", "6.0 GiB of a GPU", "measured", "kept for 5.0 min"):
        assert part in row
    assert "it has the highest priority" in text
    assert "nobody" in text
    assert as_json(glimpse(daemon.directory, "models", "--json"))["models"][0]["roles"]["screen"] == 10


def test_a_model_that_is_not_usable_says_why_and_what_to_do(daemon):
    broken = replace(
        wire_samples.CANDIDATE,
        gpu_bytes=None,
        main_bytes=None,
        keep_alive_s=None,
        state="unavailable",
        detail="the file is cut short",
        hint="fetch it again",
    )
    daemon.answers[m.ModelsRequest] = lambda _: m.ModelsReply(profile="x", models=[broken], selections=[])
    text = said(glimpse(daemon.directory, "models"))
    assert "minicpm: the file is cut short: fetch it again" in text
    assert "its files do not say what it takes, kept\n" in text


@pytest.mark.parametrize("arguments", [["--json", "why", "screen"], ["why", "screen", "--json"]])
def test_why_explains_each_model_of_a_role(daemon, arguments):
    text = said(glimpse(daemon.directory, "models", "why", "screen"))
    assert "screen: minicpm, it has the highest priority" in text
    assert [line.split()[:2] for line in text.splitlines()[1:]] == [["yes", "minicpm"], ["no", "large"]]
    assert "and 14.0 GiB are there" in text
    assert as_json(glimpse(daemon.directory, "models", *arguments))["selection"]["model"] == "minicpm"


def test_why_of_a_role_that_there_is_not_is_a_usage_error(daemon):
    result = glimpse(daemon.directory, "models", "why", "screeen")
    assert (result.returncode, b"known: screen, session" in result.stderr) == (2, True)


def test_stats_are_asked_for_so_many_days(daemon):
    text = said(glimpse(daemon.directory, "stats", "--days", "7"))
    assert daemon.requests[0].days == 7
    for part in (
        "since 2025-11-14 00:00 UTC",
        "3 (9 %)",
        "80 %",
        "cancelled 1, died 1",
        "vision 30",
        "5.4 s",
    ):
        assert part in text
    assert "file_to_ocr  34     1.2 s  2.9 s  3.1 s" in text
    assert as_json(glimpse(daemon.directory, "stats", "--json"))["calls"][0]["kept_tokens"] == 40_800
    assert daemon.requests[-1].days == 1


def test_stats_of_a_quiet_day(daemon):
    daemon.answers[m.StatsRequest] = lambda r: m.StatsReply(
        days=r.days, since_ms=0, calls=[], stages=[], rungs={}
    )
    result = glimpse(daemon.directory, "stats")
    assert said(result) == "since 1970-01-01 00:00 UTC\n"
    assert b"no model was asked anything" in result.stderr


def test_a_deadline_goes_along(daemon):
    said(glimpse(daemon.directory, "submit", "/a.png", "--deadline", "1.5"))
    said(glimpse(daemon.directory, "ask", "What?", "--deadline", "20"))
    asked = [r.deadline_s for r in daemon.requests if isinstance(r, m.SubmitRequest | m.AskRequest)]
    assert asked == [1.5, 20]


def test_an_answer_that_was_late_says_so(daemon):
    late = replace(wire_samples.JOB, state="failed", error="deadline: it is over", answer=None)
    daemon.answers[m.JobRequest] = lambda _: m.JobReply(late)
    result = glimpse(daemon.directory, "ask", "What?", "--deadline", "20")
    assert (result.returncode, b"ask failed: deadline: it is over" in result.stderr) == (1, True)


def test_a_deferred_question_is_still_waited_for(daemon):
    deferred = replace(wire_samples.JOB, state="deferred", answer=None)
    daemon.answers[m.JobRequest] = lambda _: m.JobReply(deferred)
    assert glimpse(daemon.directory, "ask", "What?", "--timeout", "0.5").returncode == 4


def test_watch_tells_of_breakers_and_alarms(daemon):
    body = {"model": "minicpm", "role": "ask", "sort": "health"}
    with start(daemon.directory, "watch", "--recent", "1") as watching:
        line_of(watching)  # it is subscribed
        daemon.publish("breaker.opened", **body)
        daemon.publish("breaker.closed", **body)
        daemon.publish("alarm.raised", alarm="oldest_wait", detail="a job has waited for 3720 s")
        daemon.publish("alarm.cleared", alarm="oldest_wait", detail="")
        daemon.publish("daemon.started", pid=4712)
        said = [line_of(watching) for _ in range(5)]
    for line, part in zip(
        said,
        (
            "minicpm is left alone for a while (ask, health)",
            "minicpm is asked again (ask, health)",
            "oldest_wait: a job has waited for 3720 s",
            "over: oldest_wait",
            "breakers and alarms told of before are over",
        ),
        strict=True,
    ):
        assert part in line


def test_show_says_why_nothing_better_is_known(daemon):
    assert "a model looked at the picture" in said(glimpse(daemon.directory, "show"))


def test_help_names_the_roles(tmp_path):
    text = said(glimpse(tmp_path, "models", "why", "--help"))
    assert all(role in text for role in ROLES)
