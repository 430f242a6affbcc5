"""When a model is left alone and when it is tried again: tables for each rule, and events in any order."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from glimpsed.core.breaker import Breaker


def opened(*, at=0.0, **settings):
    """A breaker that opened at this moment."""
    breaker = Breaker(**settings)
    for _ in range(3):
        breaker.failed(at)
    assert breaker.is_open
    return breaker


def looks(breaker):
    return (breaker.state, breaker.probe_at, breaker.calls, breaker.failures, breaker.deaths)


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
