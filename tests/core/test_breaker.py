"""When a model is left alone and when it is tried again: tables for each rule, and events in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from glimpsed.core.breaker import Breaker, Breakers, Change

EYES = ("eyes", "screen")


def opened(*, at=0.0, **settings):
    """A breaker that opened at this moment."""
    breaker = Breaker(**settings)
    for _ in range(3):
        breaker.failed(at)
    assert breaker.is_open
    return breaker


def looks(breaker):
    return (breaker.state, breaker.probe_at, breaker.calls, breaker.failures, breaker.deaths)


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


@pytest.mark.parametrize(
    ("history", "opens_at"),
    [
        ("", None),
        ("FF", None),  # not before there were three
        ("FFF", 3),
        ("SFF", 3),
        ("SSFF", 4),  # half of them is enough
        ("SSSFF", None),
        ("FFS", None),  # what has just worked is not declared broken
        ("FFSF", 4),
        ("SSSSSSSSSS" + "FFFF", None),
        ("SSSSSSSSSS" + "FFFFF", 15),  # half of the last ten
        ("SSSSF" * 20, None),
        ("FS" + "SSSSSSSSSS" + "FFFF", None),  # the first one is out of the window
    ],
)
def test_opens_when_half_of_the_last_calls_failed(history, opens_at):
    breaker = Breaker()
    for number, call in enumerate(history, start=1):
        if call == "S":
            breaker.succeeded()
        else:
            assert breaker.failed(0.0) == (number == opens_at)
    assert breaker.is_open == (opens_at is not None)


@pytest.mark.parametrize(
    ("history", "is_open"),
    [
        ("a", False),
        ("aa", False),  # it may be the job that is to blame
        ("ab", True),
        ("aFb", True),
        ("SSaSb", False),  # in between it worked
        ("SSSSSSSab", True),  # however well it went before
        ("aaa", True),  # three failures are three failures
    ],
)
def test_deaths_over_two_jobs_without_a_success_between_open_at_once(history, is_open):
    breaker = Breaker()
    for call in history:
        match call:
            case "S":
                breaker.succeeded()
            case "F":
                breaker.failed(0.0)
            case job:
                breaker.died(job, 0.0)
    assert breaker.is_open is is_open


def test_a_probe_is_due_after_half_a_minute_and_there_is_one_of_them():
    breaker = opened(at=100.0)
    assert (breaker.state, breaker.probe_at) == ("open", 130.0)
    breaker.probe_began()
    assert (breaker.state, breaker.probe_at, breaker.is_open) == ("half_open", None, True)
    with pytest.raises(RuntimeError):
        breaker.probe_began()


def test_a_closed_breaker_has_no_probe():
    with pytest.raises(RuntimeError):
        Breaker().probe_began()


def test_each_probe_that_fails_doubles_the_time_to_the_next_up_to_ten_minutes():
    breaker, now, waits = opened(), 30.0, []
    for _ in range(7):
        breaker.probe_began()
        assert not breaker.probe_ended(now, ok=False)
        waits.append(breaker.probe_at - now)
        now = breaker.probe_at
    assert waits == [60.0, 120.0, 240.0, 480.0, 600.0, 600.0, 600.0]


def test_a_probe_that_goes_well_closes_and_has_what_opened_it_forgotten():
    breaker = opened()
    breaker.probe_began()
    assert breaker.probe_ended(30.0, ok=True)
    assert looks(breaker) == looks(Breaker())


def opens_again(breaker, now):
    """How long it is left alone when it is failed at work at this moment, and again at its probe."""
    for _ in range(3):
        breaker.failed(now)
    return breaker.probe_at - now


def test_one_that_passes_its_probes_and_fails_at_its_work_is_left_alone_longer_each_time():
    breaker, now, waits = Breaker(), 0.0, []
    for _ in range(7):
        waits.append(opens_again(breaker, now))
        now += waits[-1]
        breaker.probe_began()
        assert breaker.probe_ended(now, ok=True)
        for _ in range(2):
            breaker.succeeded()
    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0, 600.0, 600.0]


@pytest.mark.parametrize(("went_well", "wait"), [(0, 120.0), (9, 120.0), (10, 30.0)])
def test_a_window_full_of_calls_that_went_well_has_the_last_wait_forgotten(went_well, wait):
    breaker = opened()
    for now, ok in ((30.0, False), (90.0, True)):
        breaker.probe_began()
        breaker.probe_ended(now, ok)
    for _ in range(went_well):
        breaker.succeeded()
    for _ in range(10):
        breaker.failed(1000.0)
    assert breaker.probe_at == 1000.0 + wait


def test_a_death_before_it_was_closed_is_not_one_of_two():
    breaker = Breaker()
    breaker.died("a", 0.0)
    breaker.died("b", 0.0)
    breaker.probe_began()
    breaker.probe_ended(30.0, ok=True)
    breaker.died("c", 40.0)
    assert not breaker.is_open


def test_a_cancelled_probe_does_not_leave_it_stuck_half_open():
    breaker = opened()
    breaker.probe_began()
    assert not breaker.probe_ended(31.7, ok=None)
    assert (breaker.state, breaker.probe_at) == ("open", 31.7)
    breaker.probe_began()
    breaker.probe_ended(40.0, ok=False)
    assert breaker.probe_at == 100.0  # what was called off proved nothing: it is the first that failed


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


@pytest.mark.parametrize("half", [False, True])
def test_what_ends_late_changes_nothing_while_it_is_open(half):
    breaker = opened()
    if half:
        breaker.probe_began()
    before = looks(breaker)
    breaker.succeeded()
    assert not breaker.failed(5.0)
    assert not breaker.died("late", 5.0)
    assert looks(breaker) == before


def test_the_end_of_a_probe_that_nobody_waits_for_changes_nothing():
    for breaker in (Breaker(), opened()):
        before = looks(breaker)
        for ok in (True, False, None):
            assert not breaker.probe_ended(5.0, ok)
        assert looks(breaker) == before


class AnyOrder(RuleBasedStateMachine):
    """Calls and probes end in any order, and time does what it likes."""

    def __init__(self):
        super().__init__()
        self.breaker, self.now, self.probes = Breaker(), 0.0, 0
        self.wait, self.went_well = 30.0, 0

    @rule(by=st.one_of(st.floats(0, 700), st.just(1e7)))
    def time_passes(self, by):
        self.now += by

    @rule(call=st.sampled_from(["ok", "failed", "a", "b"]))
    def a_call_ends(self, call):
        before, was_open = looks(self.breaker), self.breaker.is_open
        match call:
            case "ok":
                self.breaker.succeeded()
                assert self.breaker.is_open == was_open
                self.went_well += not was_open
                self.wait = 30.0 if self.went_well >= 10 and not was_open else self.wait
            case "failed":
                assert self.breaker.failed(self.now) == (self.breaker.is_open and not was_open)
            case job:
                assert self.breaker.died(job, self.now) == (self.breaker.is_open and not was_open)
        if was_open:
            assert looks(self.breaker) == before
        elif self.breaker.is_open:
            assert self.breaker.probe_at == self.now + self.wait
            self.wait = min(2 * self.wait, 600.0)

    @precondition(lambda self: self.breaker.probe_at is not None)
    @rule()
    def a_probe_begins(self):
        self.now = max(self.now, self.breaker.probe_at)
        self.breaker.probe_began()
        self.probes += 1

    @rule()
    def a_probe_too_many_is_refused(self):
        if self.breaker.state != "open":
            with pytest.raises(RuntimeError):
                self.breaker.probe_began()

    @precondition(lambda self: self.probes)
    @rule(ok=st.sampled_from([True, False, None]))
    def a_probe_ends(self, ok):
        assert self.breaker.probe_ended(self.now, ok) == (ok is True)
        self.probes -= 1
        if ok:
            self.went_well = 0
        elif ok is None:
            assert self.breaker.probe_at == self.now
        else:
            assert self.breaker.probe_at == self.now + self.wait
            self.wait = min(2 * self.wait, 600.0)

    @invariant()
    def it_is_open_until_a_probe_or_half_open_with_one(self):
        state = self.breaker.state
        assert self.probes == (1 if state == "half_open" else 0)
        assert (self.breaker.probe_at is not None) == (state == "open")
        assert self.breaker.is_open == (state != "closed")
        assert 0 <= self.breaker.failures <= self.breaker.calls <= 10


TestAnyOrder = AnyOrder.TestCase


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
