"""Patterns: against a plain reading of what they are, and on weeks that a person would tell."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.sessions.model import Boundary, Outline, Reason, Session, SessionState, Share, Workflow
from glimpsed.core.tasks.patterns import LONGEST, MAX_STEPS, MIN_DAYS, SHORTEST, Deed, deeds, patterns

DAY, HOUR = 86_400_000, 3_600_000
MONDAY = 20_000 * DAY


def session(number, start_ms, workflow=Workflow.CODING, application="Code", **more):
    shares = (Share(application, 1000, 1.0),) if application else ()
    boundary = Boundary(f"shot-{number}", start_ms, (Reason.FIRST,), 1.0)
    outline = Outline(workflow=workflow, applications=shares)
    fields = {"state": SessionState.CLOSED, "offset_s": 0} | more
    return Session(
        id=f"s{number:03}", version=1, boundary=boundary, start_ms=start_ms, end_ms=start_ms + HOUR // 2,
        active_ms=1000, shots=3, last_shot="", last_ms=0, outline=outline, **fields,
    )  # fmt: skip


def week(*days):
    """A letter for each session of a day, an hour after the other from nine on."""
    return [
        Deed(day, day * DAY + (9 + n) * HOUR, day * DAY + (9 + n) * HOUR + 1, step, f"{day}.{n}")
        for day, steps in enumerate(days)
        for n, step in enumerate(steps)
    ]


def found(*days, **more):
    return {"".join(p.steps): (p.days, p.times) for p in patterns(week(*days), **more)}


def test_what_follows_each_other_on_three_days_is_a_pattern():
    assert found("MCR", "MC", "MCR") == {"MC": (3, 3)}
    assert found("MCR", "MCR", "MCR") == {"MCR": (3, 3)}, "and only the longest one"


def test_two_days_are_none():
    assert found("MCR", "MCR", "RCM") == {}


def test_one_other_step_may_lie_between_two_are_too_many():
    assert found("MxC", "MyC", "MC") == {"MC": (3, 3)}
    assert found("MxyC", "MyxC", "MC") == {}


def test_a_night_parts_what_follows():
    assert found("xM", "Cy", "zM", "Cw", "vM", "Cu") == {}


def test_times_count_what_does_not_overlap():
    assert found("MCMC", "MC", "MC")["MC"] == (3, 4)


def test_examples_are_the_last_ones_with_their_sessions_and_times():
    (pattern,) = patterns(week("MC", "MC", "MC", "xMC"))
    assert [example.sessions for example in pattern.examples] == [
        ("3.1", "3.2"),
        ("2.0", "2.1"),
        ("1.0", "1.1"),
    ]
    assert pattern.examples[0].day == 3
    assert pattern.examples[0].start_ms == 3 * DAY + 10 * HOUR
    assert pattern.examples[0].end_ms == 3 * DAY + 11 * HOUR + 1


def test_steps_are_kinds_of_work_and_applications_and_no_documents():
    steps = deeds(
        [
            session(1, MONDAY + 9 * HOUR, Workflow.COMMUNICATION, "Thunderbird"),
            session(2, MONDAY + 10 * HOUR),
            session(3, MONDAY + 11 * HOUR),
            session(4, MONDAY + 12 * HOUR, application=""),
            session(5, MONDAY + 13 * HOUR, state=SessionState.WITHDRAWN),
            session(6, MONDAY + 14 * HOUR, Workflow.MEETING, "Zoom"),
        ]
    )
    assert [deed.step for deed in steps] == ["Messages: Thunderbird", "Coding: Code", "Meeting: Zoom"]
    assert steps[1].end_ms == MONDAY + 11 * HOUR + HOUR // 2, (
        "two sessions in a row at one thing are one step"
    )


def test_a_day_begins_at_four_where_the_person_is():
    late = session(1, MONDAY + 26 * HOUR)
    assert deeds([late])[0].day == MONDAY // DAY
    assert deeds([session(1, MONDAY + 26 * HOUR, offset_s=2 * 3600)])[0].day == MONDAY // DAY + 1


def plainly(every, min_days):
    """What patterns are, as they are defined."""
    of_day = {day: [deed.step for deed in every if deed.day == day] for day in {deed.day for deed in every}}
    on, at = {}, {}
    for day, steps in of_day.items():
        for length in range(SHORTEST, LONGEST + 1):
            for where in combinations(range(len(steps)), length):
                hops = [b - a for a, b in pairwise(where)]
                these = tuple(steps[n] for n in where)
                if max(hops) <= 2 and all(a != b for a, b in pairwise(these)):
                    on.setdefault(these, set()).add(day)
                    at.setdefault(these, []).append((day, where))
    frequent = {steps: len(days) for steps, days in on.items() if len(days) >= min_days}
    closed = {
        steps: days
        for steps, days in frequent.items()
        if not any(
            other != steps and days == count and is_part(steps, other) for other, count in frequent.items()
        )
    }
    return {steps: (days, most_apart(at[steps])) for steps, days in closed.items()}


def is_part(steps, other):
    rest = iter(other)
    return all(step in rest for step in steps)


def most_apart(places):
    """The most of them that do not overlap, by trying all of a day in order of their ends."""
    best = 0
    for day in {day for day, _ in places}:
        spans = sorted({(where[-1], where[0]) for on, where in places if on == day})
        most = [0] * (len(spans) + 1)
        for n, (_, begin) in enumerate(spans):
            before = max((most[k + 1] for k in range(n) if spans[k][0] < begin), default=0)
            most[n + 1] = max(most[n], before + 1)
        best += most[-1]
    return best


@given(
    st.lists(st.text("abcd", max_size=9), max_size=6),
    st.sampled_from((2, MIN_DAYS)),
    st.randoms(use_true_random=False),
)
def test_patterns_are_what_a_plain_reading_says(days, min_days, chance):
    every = week(*days)
    expected = plainly(every, min_days)
    shuffled = list(every)
    chance.shuffle(shuffled)
    told = patterns(shuffled, min_days=min_days)
    assert {p.steps: (p.days, p.times) for p in told} == expected
    assert told == patterns(every, min_days=min_days)
    assert [p.days for p in told] == sorted((p.days for p in told), reverse=True)


@pytest.mark.parametrize("days", [1, 400])
def test_work_is_bounded_by_the_newest_steps(days):
    per_day = 12_000 // days
    every = [
        Deed(day, day * DAY + n, day * DAY + n + 1, "abcdefg"[(day + n) % 7], f"{day}.{n}")
        for day in range(days)
        for n in range(per_day)
    ]
    told = patterns(every, min_days=1)
    oldest = every[-MAX_STEPS].start_ms
    assert told
    assert all(example.start_ms >= oldest for pattern in told for example in pattern.examples)
