"""Marks: where to go back to, and how few they are."""

from math import log2

import pytest

from glimpsed.core.sessions.marks import APART, Marks


def grown(marks, held, end):
    """Grow a list to `end`, one by one in number."""
    while len(held) < end:
        held.append(len(held))
        marks.reach(len(held), end, held)
    return held


@pytest.mark.parametrize("step", [1, 7, 1000, 5000])
@pytest.mark.parametrize("size", [0, 1, 2500, 4800, 4990, 5000])
def test_what_lies_between_a_mark_and_a_change_is_about_what_comes_after_that(step, size):
    marks, held = Marks([]), []
    for end in range(step, 5001, step):
        grown(marks, held, end)
    reached, found = marks.back(size)
    assert found == list(range(reached))
    assert reached <= size
    assert len(held) - reached <= 2 * (len(held) - size) + 2 * APART


@pytest.mark.parametrize("step", [1, 5000])
def test_copies_are_few(step):
    marks, held = Marks([]), []
    for end in range(step, 5001, step):
        grown(marks, held, end)
    kept = len({marks.back(size)[0] for size in range(5000, -1, -1)})
    assert kept <= 2 * log2(5000 / APART) + 3


def test_what_goes_on_changes_no_mark():
    marks, held = Marks([]), []
    grown(marks, held, 200)
    reached, again = marks.back(150)
    again.append("other")
    assert marks.back(150) == (reached, list(range(reached)))
    assert marks.back(0) == (0, [])
