"""A switch with hysteresis: when it turns, and when it must not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.hysteresis import Hysteresis


@pytest.mark.parametrize(
    ("what", "readings"),
    [
        ("high for long enough", [(0, 9, False), (4.9, 8, False), (5, 9, True)]),
        ("a peak is too short", [(0, 9, False), (4, 7, False), (5, 9, False), (9, 9, False), (10, 9, True)]),
        ("between the two it stays on", [(0, 9, False), (5, 9, True), (60, 3, True), (99, 7.9, True)]),
        ("between the two it stays off", [(0, 3, False), (60, 7.9, False)]),
        ("low for long enough", [(0, 9, False), (5, 9, True), (6, 2, True), (10, 0, True), (11, 2, False)]),
        ("a dip is too short", [(0, 9, False), (5, 9, True), (6, 2, True), (10, 3, True), (11, 2, True)]),
        ("not known is off at once", [(0, 9, False), (5, 9, True), (6, None, False), (7, 9, False)]),
        ("not known begins anew", [(0, 9, False), (4, None, False), (5, 9, False), (10, 9, True)]),
        ("nobody looked for long", [(0, 9, False), (1000, 9, True), (1001, 0, True), (9000, 0, False)]),
    ],
)
def test_turns_when_a_value_stays_beyond_its_threshold(what, readings):
    switch = Hysteresis(above=8, below=3, hold_s=5)
    for now, value, on in readings:
        assert switch.feed(value, now) is on, (what, now)
        assert switch.on is on


def test_without_a_hold_it_turns_at_once():
    switch = Hysteresis(above=1, below=1, hold_s=0)
    assert [switch.feed(value, 7.0) for value in (0, 1, 1, 0, 1)] == [False, True, True, False, True]


@given(
    st.lists(st.tuples(st.floats(0.01, 20), st.none() | st.floats(0, 10)), max_size=60),
    st.floats(0, 10_000),
    st.floats(0.1, 30),
)
def test_does_not_flutter_and_says_when_it_turns(steps, now, hold_s):
    switch = Hysteresis(above=8, below=3, hold_s=hold_s)
    turns: list[tuple[float, bool]] = []
    for step, value in steps:
        now, before, expected = now + step, switch.on, switch.next_change
        on = switch.feed(value, now)
        assert switch.next_change is None or switch.next_change > now
        if on != before and value is not None:
            assert expected is not None
            assert expected <= now
        if on != before:
            turns.append((now, value is None))
    for (one, _), (other, for_want_of_knowing) in pairwise(turns):
        assert for_want_of_knowing or other >= one + hold_s


@given(st.floats(0, 1e9), st.floats(0.1, 1e5))
def test_the_moment_it_names_is_the_one_at_which_it_turns(now, hold_s):
    switch = Hysteresis(above=8, below=3, hold_s=hold_s)
    switch.feed(9, now)
    assert switch.next_change is not None
    assert switch.feed(9, switch.next_change)
    assert switch.next_change is None
