"""What is known of models and their work, as clients see it: nothing lost, seconds as milliseconds."""

import pytest

from glimpsed.api import scheduling
from glimpsed.api.figures import Subject
from glimpsed.core.histogram import Stage, bucket
from glimpsed.core.model import JobKind, Urgency
from glimpsed.core.overview import (
    AlarmOverview,
    BreakerOverview,
    Overview,
    ResidentOverview,
    SlotOverview,
    WaitingOverview,
)
from glimpsed.store.calls import CallSummary

OVERVIEW = Overview(
    mode="vision_only",
    profile="development",
    slot=SlotOverview("running", "eyes", "screen", "job-1", elapsed_s=1.2344, predicted_s=2.5),
    residents=(
        ResidentOverview("eyes", 5, 7, True, 4096, "q8_0", False, ("context 4096",), unload_in_s=0.5),
        ResidentOverview("voice", 0, 9, False, 8192, "f16", False),
    ),
    gpu_room=10,
    main_room=20,
    waiting=(WaitingOverview(Urgency.HIGH, JobKind.DESCRIBE, 3, 61.5),),
    deferred=2,
    put_off=4,
    next_try_s=12.5,
    breakers=(
        BreakerOverview("eyes", "ask", "health", "open", 4, 3, probe_in_s=30.0),
        BreakerOverview("eyes", "screen", "format", "closed", 9, 1),
    ),
    yielding=(),
    alarms=(AlarmOverview("memory", "models take 102%"),),
    missing={},
)


def summary(role, outcomes, **figures):
    plain = dict.fromkeys(CallSummary.__struct_fields__[5:], 0)
    return CallSummary("eyes", role, sum(outcomes.values()), outcomes, 1, **(plain | figures))


def test_the_slot():
    view = scheduling.slot_view(OVERVIEW.slot)
    assert (view.activity, view.model, view.role, view.job) == ("running", "eyes", "screen", "job-1")
    assert (view.elapsed_ms, view.predicted_ms) == (1234, 2500)
    assert scheduling.slot_view(SlotOverview()).predicted_ms is None


@pytest.mark.parametrize(
    ("job", "shown"), [("job-1", ("shot-1", "/caf\\xe9.png")), ("job-0", (None, None))], ids=["now", "before"]
)
def test_what_the_slot_s_job_is_about_is_shown_and_never_what_another_was(job, shown):
    view = scheduling.slot_view(OVERVIEW.slot, Subject(job, "shot-1", b"/caf\xe9.png"))
    assert (view.shot, view.path) == shown


def test_who_is_in_memory_and_until_when():
    eyes, voice = scheduling.resident_views(OVERVIEW)
    assert (eyes.gpu_bytes, eyes.main_bytes, eyes.measured, eyes.unload_in_ms) == (5, 7, True, 500)
    assert (eyes.context, eyes.kv_type, eyes.projector_on_gpu, eyes.changed) == (
        4096,
        "q8_0",
        False,
        ["context 4096"],
    )
    assert (voice.model, voice.unload_in_ms) == ("voice", None)


def test_who_waits_what_is_broken_and_what_is_too_much():
    (line,) = scheduling.waiting_views(OVERVIEW)
    assert (line.urgency, line.kind, line.jobs, line.oldest_ms) == ("high", "describe", 3, 61_500)
    broken, whole = scheduling.breaker_views(OVERVIEW)
    assert (broken.state, broken.calls, broken.failures, broken.probe_in_ms) == ("open", 4, 3, 30_000)
    assert (whole.state, whole.probe_in_ms) == ("closed", None)
    assert scheduling.next_try_in_ms(OVERVIEW) == 12_500
    (alarm,) = scheduling.alarm_views(OVERVIEW)
    assert (alarm.name, alarm.detail) == ("memory", "models take 102%")


def test_stages_come_in_the_order_of_the_work_with_their_quantiles():
    even = {bucket(ms): 1 for ms in range(1, 32)}
    views = scheduling.stage_views({Stage.DECODE: even, Stage.QUEUE_WAIT: {bucket(0): 4}})
    assert [(view.name, view.count) for view in views] == [("queue_wait", 4), ("decode", 31)]
    assert (views[0].p50_ms, views[0].p99_ms) == (0, 0)
    assert (views[1].p50_ms, views[1].p95_ms, views[1].p99_ms) == (16, 30, 31)


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        *(("died", 1), ("out_of_memory", 1), ("run_limit", 1), ("malformed", 1)),
        *(("ok", 0), ("cancelled", 0), ("deadline", 0), ("failed", 0), ("of_tomorrow", 0)),
    ],
)
def test_an_error_is_a_model_s_own_fault(outcome, fault):
    (row,) = scheduling.call_stats_views([summary("screen", {outcome: 1})])
    assert row.errors == fault


def test_all_calls_together():
    rows = [
        summary("screen", {"ok": 3, "died": 1}, encoded=10, reused=2),
        summary("ask", {"malformed": 2}, encoded=1, reused=30),
    ]
    view = scheduling.calls_view(rows)
    assert (view.calls, view.errors, view.retries, view.encoded, view.reused) == (6, 3, 2, 11, 32)
    assert scheduling.calls_view([]).calls == 0
