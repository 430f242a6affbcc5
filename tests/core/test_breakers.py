"""Which models and roles are left alone: what is counted where, which probe is next, what is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.breaker import Breaker, Breakers, Change

EYES = ("eyes", "screen")


def registry(*outcomes, at=0.0):
    """Breakers that these outcomes of one model and role were told to."""
    breakers = Breakers()
    for number, outcome in enumerate(outcomes):
        breakers.outcome(*EYES, outcome, at, job=f"job {number}")
    return breakers


def due(breakers, now):
    """The probe that has been due for longest."""
    return next((key for at, key in breakers.probes() if at <= now), None)


def next_due(breakers):
    """When the next probe is due."""
    return next((at for at, _ in breakers.probes()), None)


def test_a_clock_that_jumps_forwards_brings_the_probe_early_and_nothing_else():
    breakers = registry("run_limit", "run_limit", "run_limit")
    day = 86_400.0
    assert due(breakers, day) == (*EYES, "health")
    breakers.probe_began(*EYES, "health")
    assert due(breakers, 2 * day) is None
    breakers.probe_ended(*EYES, "health", 2 * day, ok=False)
    assert next_due(breakers) == 2 * day + 60.0
    closed = Breaker()
    for _ in range(2):
        closed.failed(0.0)
    closed.succeeded()
    assert closed.failed(9 * day)  # the window is of calls, not of time


@pytest.mark.parametrize("fault", ["died", "out_of_memory", "run_limit"])
def test_faults_of_the_child_and_of_its_replies_are_counted_apart(fault):
    breakers = registry("malformed", fault, "malformed")
    assert breakers.why_not(*EYES) == ""
    assert breakers.outcome(*EYES, "malformed", 0.0, job="other") == [Change(*EYES, "format", "open")]
    assert breakers.why_not(*EYES) == "its breaker is open: 3 of 3 replies were malformed"


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        ([], ""),
        (["ok", "run_limit", "out_of_memory"], "its breaker is open: 2 of 3 calls failed"),
        (["ok", "ok", "ok", "died", "died"], "its breaker is open: it died over 2 jobs in a row"),
        (["malformed"] * 3 + ["run_limit"] * 3, "its breaker is open: 3 of 3 calls failed"),
        (["malformed", "malformed", "ok"], ""),
    ],
)
def test_says_why_a_model_is_left_alone(outcomes, why):
    assert registry(*outcomes).why_not(*EYES) == why


def test_says_that_a_model_could_not_be_loaded_and_what_its_last_probe_showed():
    breakers = registry("ok")
    breakers.trip(*EYES, 0.0)
    assert breakers.why_not(*EYES) == "its breaker is open: it could not be loaded"
    for code in ("malformed", "run_limit"):
        breakers.probe_began(*EYES, "health")
        breakers.probe_ended(*EYES, "health", 0.0, ok=False, code=code)
    why = "its breaker is open: it could not be loaded; its last probe: run_limit"
    assert breakers.why_not(*EYES) == why
    assert next((b.calls, b.failures) for *_, b in breakers) == (1, 0), "no call is invented"
    breakers.probe_began(*EYES, "health")
    breakers.probe_ended(*EYES, "health", 0.0, ok=True)
    for n in range(3):
        breakers.outcome(*EYES, "run_limit", 0.0, job=str(n))
    assert breakers.why_not(*EYES) == "its breaker is open: 3 of 3 calls failed"


def test_a_model_is_left_alone_in_the_role_that_it_failed_in():
    breakers = registry("died", "died")
    assert breakers.why_not("eyes", "ask") == ""
    assert breakers.why_not("spare", "screen") == ""


@pytest.mark.parametrize("again", ["died", "out_of_memory", "run_limit", "malformed"])
@pytest.mark.parametrize("fault", ["died", "out_of_memory", "run_limit", "malformed"])
def test_the_retry_of_a_job_is_not_held_against_a_model_a_second_time(fault, again):
    breakers = registry("ok", "ok", "ok")
    for model in ("eyes", "spare"):
        for outcome in (fault, again, again, again):
            assert breakers.outcome(model, "screen", outcome, 0.0, job="one") == []
    assert sum(breaker.failures for *_, breaker in breakers) == 1


def test_a_retry_that_goes_well_counts():
    breakers = registry("ok", "ok", "died")
    breakers.outcome(*EYES, "ok", 0.0, job="job 2")
    assert breakers.outcome(*EYES, "died", 0.0, job="another") == []


def test_a_job_that_kills_every_child_opens_nothing_by_itself():
    breakers = Breakers()
    assert breakers.outcome(*EYES, "died", 0.0, job="poison") == []
    assert breakers.outcome(*EYES, "died", 1.0, job="poison") == []
    assert breakers.outcome(*EYES, "died", 2.0, job="another") == [Change(*EYES, "health", "open")]


def test_retries_count_again_once_a_probe_went_well_so_that_no_queue_of_them_is_poisoned():
    breakers, now = registry("died", "died"), 30.0
    for _ in range(3):
        breakers.probe_began(*EYES, "health")
        assert breakers.probe_ended(*EYES, "health", now, ok=True) == [Change(*EYES, "health", "closed")]
        assert breakers.outcome(*EYES, "died", now, job="job 0") == []
        assert breakers.outcome(*EYES, "died", now, job="job 1") == [Change(*EYES, "health", "open")]


def test_what_a_model_was_asked_in_vain_while_its_breaker_is_open_is_not_held_against_the_next():
    breakers = registry("died", "died")
    for job in ("job 0", "job 1"):
        assert breakers.outcome("spare", "screen", "died", 0.0, job=job) == []
    assert breakers.why_not("spare", "screen") == ""


def test_the_probe_that_has_been_due_for_longest_is_next():
    breakers = Breakers()
    for at, model in ((20.0, "late"), (10.0, "early")):
        for job in ("a", "b"):
            breakers.outcome(model, "screen", "died", at, job=f"{model} {job}")
    assert next_due(breakers) == 40.0
    assert due(breakers, 39.9) is None
    assert due(breakers, 60.0) == ("early", "screen", "health")
    breakers.probe_began("early", "screen", "health")
    assert due(breakers, 60.0) == ("late", "screen", "health")
    assert breakers.probe_ended("early", "screen", "health", 60.0, ok=None) == []
    assert due(breakers, 60.0) == ("late", "screen", "health")


def test_what_a_model_says_is_probed_only_once_it_works():
    breakers = registry(*["malformed"] * 3, *["run_limit"] * 3)
    assert due(breakers, 30.0) == (*EYES, "health")
    breakers.probe_began(*EYES, "health")
    assert (due(breakers, 30.0), next_due(breakers)) == (None, None)
    assert breakers.probe_ended(*EYES, "health", 31.0, ok=True) == [Change(*EYES, "health", "closed")]
    assert due(breakers, 31.0) == (*EYES, "format")
    assert breakers.why_not(*EYES) == "its breaker is open: 3 of 3 replies were malformed"


def test_nothing_is_held_against_files_that_changed():
    breakers = registry("died", "died")
    breakers.outcome("spare", "ask", "run_limit", 0.0, job="other")
    breakers.probe_began(*EYES, "health")
    assert breakers.forget("eyes") == [Change(*EYES, "health", "closed")]
    assert breakers.why_not(*EYES) == ""
    assert breakers.probe_ended(*EYES, "health", 1.0, ok=False) == []
    assert [row[:3] for row in breakers] == [("spare", "ask", "health")]
    assert breakers.forget("eyes") == []
    assert breakers.forget("spare") == []  # it had failed once, and was not open


def test_each_breaker_can_be_looked_at():
    rows = [(*key, b.state, b.calls, b.failures) for *key, b in registry("ok", "died", "died")]
    assert rows == [(*EYES, "health", "open", 3, 2), (*EYES, "format", "closed", 1, 0)]


calls = st.tuples(
    st.sampled_from(["eyes", "spare"]),
    st.sampled_from(["screen", "ask"]),
    st.sampled_from(["ok", "died", "out_of_memory", "run_limit", "malformed"]),
    st.sampled_from(["a", "b", "c"]),
)


@given(st.lists(st.tuples(calls, st.floats(0, 100), st.sampled_from([True, False, None])), max_size=60))
def test_changes_tell_what_is_open_and_every_breaker_is_closed_by_good_probes(history):
    breakers, now, is_open = Breakers(), 0.0, set()

    def note(changes):
        for change in changes:
            key = (change.model, change.role, change.sort)
            assert (change.state == "closed") == (key in is_open), "told twice"
            is_open.symmetric_difference_update({key})
        assert is_open == {(m, r, s) for m, r, s, breaker in breakers if breaker.is_open}

    def probe(ok):
        key = due(breakers, now)
        assert (key is None) == (next_due(breakers) is None or next_due(breakers) > now)
        if key is not None:
            breakers.probe_began(*key)
            assert due(breakers, now) != key
            note(breakers.probe_ended(*key, now, ok))

    for (model, role, outcome, job), pause, ok in history:
        now += pause
        note(breakers.outcome(model, role, outcome, now, job=job))
        assert bool(breakers.why_not(model, role)) == any(key[:2] == (model, role) for key in is_open)
        probe(ok)
    for _ in range(len(is_open)):
        now = max(now, next_due(breakers))
        probe(True)
    assert not is_open
    assert next_due(breakers) is None
