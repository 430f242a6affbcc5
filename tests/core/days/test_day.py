"""A day from its sessions: which belong to it, and that every division of its time adds up."""

import datetime as dt
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import day_samples as d
from glimpsed.core.days.axis import axis, hours
from glimpsed.core.days.day import bounds, date_at, day
from glimpsed.core.days.dividing import apportion, by_share, divided
from glimpsed.core.days.model import MAX_NAMES, MAX_SESSIONS
from glimpsed.core.sessions.model import Focus, SessionState, Share, Sighting, Step, Workflow
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import BREAK_MS, DAY_MS, HOUR_MS
from glimpsed.core.tasks.model import TaskState

OFFSETS = st.integers(-14 * 3600, 14 * 3600)
TIMES = st.integers(0, 4 * 10**12)


def names(parts):
    return {spent.name: spent.minutes for spent in parts}


def test_an_ordinary_day():
    made = d.ordinary_day()
    assert (made.active_ms, made.minutes, made.sessions, made.over) == (480 * d.MINUTE, 480, 10, True)
    assert names(made.projects) == {"shop": 229, "tender": 86, "": 165}
    assert names(made.focus) == {"focused": 350, "interrupted": 78, "scattered": 52}
    assert names(made.workflows) == {
        "coding": 193,
        "content_creation": 96,
        "research": 85,
        "meeting": 61,
        "administration": 22,
        "communication": 14,
        "mixed": 9,
    }
    assert names(made.activities)["code_review"] == 74
    assert [(each.name, each.times, each.lasted_ms) for each in made.interrupters] == [
        ("Slack", 4, 160_000),
        ("Thunderbird", 2, 80_000),
    ]
    assert [(task.title, task.state, task.minutes, task.sessions) for task in made.tasks] == [
        ("Round orders half up", TaskState.DONE, 119, 2),
        ("Write the offer", TaskState.OPEN, 96, 1),
        ("Review the import of invoices", TaskState.ABANDONED, 74, 1),
    ]
    assert made.tasks[0].total_ms == 119 * d.MINUTE + HOUR_MS
    assert [(each.start_ms, each.end_ms) for each in made.breaks][:2] == [
        (d.at("10:33"), d.at("10:52")),
        (d.at("12:34"), d.at("13:31")),
    ]
    habit = made.habits[0]
    assert habit.steps == ("Reading mail", "Coding in shop", "Running the tests")
    assert (habit.last, habit.sessions) == (dt.date(2026, 3, 1), ("session-1", "session-2", "session-3"))
    first = made.entries[1]
    assert [(spent.name, spent.minutes) for spent in first.applications] == [
        ("Visual Studio Code", 48),
        ("Terminal", 19),
        ("Firefox", 11),
    ]
    assert (first.interrupted, len(first.interruptions), first.focus) == (3, 3, Focus.INTERRUPTED)


def test_time_is_presence_and_not_what_is_on_the_clock():
    made = d.made(
        [d.work("09:00", 120, Workflow.CODING, "shop", d.CODE, active=50 * d.MINUTE, project="shop")]
    )
    assert (made.minutes, names(made.projects), made.entries[0].minutes) == (50, {"shop": 45, "": 5}, 50)


def test_nobody_knows_how_attention_was_spent_where_nothing_was_read():
    read = d.work("10:00", 20, Workflow.CODING, "shop", d.CODE, number=2, focus=Focus.SCATTERED)
    made = d.made([d.session("09:00", 30, number=1), read])
    assert names(made.focus) == {"scattered": 20, "": 30}
    assert [entry.focus for entry in made.entries] == [None, Focus.SCATTERED]


def test_what_does_not_belong_to_the_day_is_left_out():
    inside = [d.work("04:00", 5, Workflow.CODING, "a", d.CODE, number=1)]
    inside.append(d.work("27:59", 1, Workflow.CODING, "b", d.CODE, number=2))
    outside = [d.work("03:59", 1, Workflow.CODING, "c", d.CODE, number=3)]
    outside.append(d.work("28:00", 1, Workflow.CODING, "d", d.CODE, number=4))
    gone = d.work("12:00", 5, Workflow.CODING, "e", d.CODE, number=5, state=SessionState.WITHDRAWN)
    within = [gone, outside[0], gone, gone, outside[1], inside[1], gone, gone]
    made = d.made([*outside, gone, *inside], d.tasks(within))
    assert [entry.title for entry in made.entries] == ["Coding: a", "Coding: b"]
    assert [task.active_ms for task in made.tasks] == [60_000]


@pytest.mark.parametrize(("today", "over"), [(d.DATE, False), (d.LATER, True)])
def test_a_day_is_over_when_the_next_has_begun(today, over):
    assert d.made([], today=today).over is over


def test_a_night_on_which_the_clock_is_set_back_counts_once():
    date, sessions = d.travelling()
    made = d.made(sessions, date=date)
    assert made.active_ms == sum(session.active_ms for session in sessions)
    assert [entry.session for entry in made.entries] == [session.id for session in sessions]
    pause = made.breaks[0]
    assert pause.end_ms - pause.start_ms == 130 * d.MINUTE  # 01:00 to 02:10, with an hour twice
    assert d.made(sessions, date=date + dt.timedelta(1)).sessions == 0


@given(TIMES, OFFSETS, st.integers(0, DAY_MS - 1))
def test_the_day_of_a_moment_asks_for_that_moment(at_ms, offset_s, day_start_ms):
    date = date_at(at_ms, offset_s, day_start_ms)
    since_ms, until_ms = bounds(date, day_start_ms)
    assert since_ms <= at_ms < until_ms
    wall = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=at_ms - day_start_ms, seconds=offset_s)  # noqa: DTZ001 - on a wall
    assert date == wall.date()


@pytest.mark.parametrize("at_ms", [-(10**15), 10**18])
def test_a_time_without_a_date_has_the_nearest(at_ms):
    assert date_at(at_ms, 0, 0) in (dt.date.min, dt.date.max)


@pytest.mark.parametrize("date", [dt.date.min, dt.date.max])
def test_the_first_and_the_last_day_there_are(date):
    assert d.made([], date=date).sessions == 0
    since_ms, until_ms = bounds(date, d.START_MS)
    assert until_ms - since_ms == 3 * DAY_MS


@given(st.lists(st.tuples(st.integers(0, 3 * 10**8), OFFSETS), min_size=1, max_size=12))
def test_what_the_segmenter_parts_at_the_days_start_is_of_two_days(sights):
    """No session has shots of two days, so none is counted for a day that it is not part of."""
    shots = [Sighting(str(i), at_ms + 10**12, offset_s) for i, (at_ms, offset_s) in enumerate(sights)]
    by_id = {shot.shot: shot for shot in shots}
    for stretch in segment(shots):
        first = by_id[stretch.shots[0]]
        of_first = date_at(first.at_ms, first.offset_s, d.START_MS)
        days = [date_at(by_id[shot].at_ms, by_id[shot].offset_s, d.START_MS) for shot in stretch.shots]
        assert max(days) <= of_first


SHARES = st.lists(
    st.builds(Share, st.sampled_from(["", "a", "b", "c", "\n", " a"]), st.just(0), st.floats(0, 1))
)


@given(st.lists(st.tuples(st.integers(0, 10**8), SHARES, SHARES), max_size=30))
def test_every_division_adds_up(found):
    sessions = [
        d.session(
            d.at("05:00") + number * 1000,
            1,
            active=active,
            number=number,
            applications=tuple(applications),
            projects=tuple(projects),
            focus=tuple(Focus)[number % 3],
            workflow=tuple(Workflow)[number % 7],
        )
        for number, (active, applications, projects) in enumerate(found)
    ]
    made = d.made(sessions)
    assert made.active_ms == sum(active for active, *_ in found)
    for parts in (made.projects, made.applications, made.activities, made.workflows, made.focus):
        assert sum(spent.active_ms for spent in parts) == made.active_ms
        if parts:
            assert sum(spent.minutes for spent in parts) == made.minutes
        assert all(spent.active_ms > 0 for spent in parts if not spent.name)
    for entry in made.entries:
        assert sum(spent.active_ms for spent in entry.applications) == entry.active_ms


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), max_size=30))
def test_a_whole_is_divided_fairly(whole, weights):
    parts = apportion(whole, weights)
    total = sum(weights)
    assert sum(parts) == (whole if total else 0)
    assert all(
        abs(part * total - whole * weight) < total
        for part, weight in zip(parts, weights, strict=True)
        if total
    )


def test_shares_that_were_rounded_leave_nothing_to_nobody():
    thirds = [Share(name, 0, 0.333) for name in "abc"]
    assert by_share(HOUR_MS, thirds) == dict.fromkeys("abc", 20 * d.MINUTE)
    assert by_share(HOUR_MS, [Share("a", 0, 0.5)]) == {"a": HOUR_MS // 2, "": HOUR_MS // 2}
    assert by_share(HOUR_MS, [Share("a", 0, 0.6), Share("b", 0, 0.6)]) == {
        "a": HOUR_MS // 2,
        "b": HOUR_MS // 2,
    }
    assert by_share(HOUR_MS, []) == {"": HOUR_MS}


def test_the_smallest_names_are_one_where_there_are_too_many():
    spent = {f"name {number:02}": 1000 - number for number in range(MAX_NAMES + 1)} | {"": 70_000}
    parts = divided(10, spent, MAX_NAMES)
    assert [(part.name, part.names) for part in parts[-3:]] == [("name 18", 1), ("", 2), ("", 1)]
    assert parts[-2].active_ms == 981 + 980
    assert len(divided(10, {f"{number}": 1 for number in range(MAX_NAMES)}, MAX_NAMES)) == MAX_NAMES


def test_of_too_many_sessions_the_longest_are_shown_and_all_are_counted():
    sessions = d.crowded(260)
    made = d.made(sessions)
    assert (made.sessions, len(made.entries)) == (260, MAX_SESSIONS)
    assert made.active_ms == sum(session.active_ms for session in sessions)
    assert Counter(entry.minutes for entry in made.entries) == {5: 86, 4: 87, 3: 27}
    assert list(made.entries) == sorted(made.entries, key=lambda entry: entry.start_ms)


def test_what_was_seen_in_passing_is_told_without_time():
    seen = Share("Slack", 0, 0.0)
    made = d.made([d.session("09:00", 0, applications=(seen,), projects=(seen,), workflow=Workflow.CODING)])
    assert (made.sessions, made.active_ms) == (1, 0)
    for parts in (made.applications, made.projects, made.entries[0].applications):
        assert [(spent.name, spent.active_ms, spent.minutes) for spent in parts] == [("Slack", 0, 0)]
    assert (names(made.workflows), made.activities) == ({"coding": 0}, ())


@pytest.mark.parametrize(("gap_ms", "breaks"), [(0, 0), (BREAK_MS, 0), (BREAK_MS + 1, 1)])
def test_a_gap_that_presence_bridges_is_no_break(gap_ms, breaks):
    first = d.session("09:00", 30, number=1)
    made = d.made([first, d.session(first.end_ms + gap_ms, 30, number=2)])
    assert [(each.start_ms, each.end_ms) for each in made.breaks] == [
        (first.end_ms, first.end_ms + gap_ms)
    ] * breaks


def test_the_longest_steps_are_shown_in_order():
    steps = tuple(
        Step(number * 1000, number * 1000 + 100 * (number % 10), str(number)) for number in range(20)
    )
    entry = d.made([d.session("09:00", 10, steps=steps)]).entries[0]
    assert [step.text for step in entry.steps] == ["6", "7", "8", "9", "16", "17", "18", "19"]
    assert entry.more_steps == 12


def test_the_order_in_which_sessions_come_makes_no_difference():
    sessions = d.ordinary()
    assert day(d.DATE, sessions[::-1], day_start_ms=d.START_MS, today=d.LATER) == d.made(sessions)


def test_what_a_screen_says_is_printable_and_bounded():
    for made in (d.made(*d.hostile()), d.made(*d.worst(300))):
        texts = _texts(msgspec.to_builtins(made))
        assert all(text.isprintable() and len(text) <= 400 for text in texts)
    assert d.made(*d.hostile()).entries[2].title == "gnp.exe"


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@given(
    st.lists(st.tuples(st.integers(0, DAY_MS), st.integers(0, 5 * HOUR_MS), OFFSETS), min_size=1, max_size=8)
)
def test_the_axis_holds_all_that_is_on_it(found):
    sample = d.ordinary_day().entries[0]
    entries = sorted(
        (
            msgspec.structs.replace(sample, start_ms=at, end_ms=at + long, offset_s=offset)
            for at, long, offset in found
        ),
        key=lambda entry: entry.start_ms,
    )
    over = axis(entries)
    assert all(0 <= over.part(entry.start_ms) <= over.part(entry.end_ms) <= 1 for entry in entries)
    assert over.end_ms - over.start_ms >= 4 * HOUR_MS
    shown = hours(over, 15)
    assert len(shown) <= 40
    assert all(over.start_ms <= at <= over.end_ms for at, _ in shown)
    assert [at for at, _ in shown] == sorted({at for at, _ in shown})


def test_hours_follow_the_wall_clock():
    date, sessions = d.travelling()
    shown = hours(axis(d.made(sessions, date=date).entries), 15)
    assert [hour for _, hour in shown] == [22, 23, 0, 1, 2, 3, 21, 22]
    india = d.made([d.session("09:10", 60, offset_s=19_800)])
    assert [(at - d.at("08:00", offset_s=19_800)) / HOUR_MS for at, _ in hours(axis(india.entries), 15)] == [
        0,
        1,
        2,
        3,
        4,
    ]
