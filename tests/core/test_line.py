"""A line against a sorted list, and what it costs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.line import Line

TIMES = st.sampled_from([0.0, 1.0, 1.5, 2.0, 7.0])
STEPS = st.lists(st.tuples(st.sampled_from(["join", "join", "leave", "until"]), st.integers(0, 40), TIMES))


@settings(deadline=None)
@given(STEPS)
def test_it_is_a_sorted_list_that_anybody_may_leave(steps):
    line, places = Line(), {}
    for number, (step, who, time) in enumerate(steps):
        name = f"w{who}"
        if step == "join" and name not in places:
            places[name] = (time, number % 3 * 100 + who)
            line.join(name, places[name])
        elif step == "leave":
            assert line.leave(name) == (places.pop(name, None) is not None)
        entries = sorted((*place, who) for who, place in places.items())
        if step == "until":
            assert line.until(time) == [entry[2] for entry in entries if entry[0] <= time]
        assert (line.first, line.last) == ((entries[0], entries[-1]) if entries else (None, None))
        assert len(line) == len(entries)
        assert set(line) == places.keys()
        assert line.time_of(name) == places.get(name, (None,))[0]


class Number(int):
    """Counts how often it is compared."""

    compared = 0

    def __lt__(self, other):
        Number.compared += 1
        return int(self) < int(other)


def compared_in(length, *, turns=2000):
    """Comparisons of a line of this length whose first leaves and that somebody joins, time and again."""
    line = Line()
    for number in range(length):
        line.join(str(number), (0.0, Number(number)))
    Number.compared = 0
    for number in range(length, length + turns):
        line.join(str(number), (0.0, Number(number)))
        line.leave(line.first[2])
    return Number.compared / turns


def test_a_long_line_costs_little_more_than_a_short_one():
    assert compared_in(10_000) < 2.5 * compared_in(100)


def test_what_has_left_is_not_kept():
    line = Line()
    line.join("first", (0.0, 0))
    for number in range(1, 10_000):
        line.join(str(number), (1.0, number))
        line.leave(str(number))
    line.join("last", (2.0, 10_000))
    assert len(line) == 2
    assert max(len(line._first), len(line._last)) < 50
