"""Sessions kept up to date: the same as all at once, under ids that stay, at the cost of what is new."""

import random
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.sessions.model import Sighting, Signal
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.tracking import Sessions
from workday_personas import DEVELOPER
from workdays import START_MS, Script, workday

PLAIN = {"misread": 0.0, "untitled": 0.0}
MINUTE = 60_000


def split(events):
    return [e for e in events if isinstance(e, Sighting)], [e for e in events if isinstance(e, Signal)]


def events_of(made):
    return sorted([*made.shots, *made.signals], key=lambda e: (e.at_ms, isinstance(e, Signal)))


def names():
    numbers = count(1)
    return lambda: f"session-{next(numbers)}"


def two_sessions(pause=30):
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"], 40)
    script.away(pause)
    script.work(DEVELOPER["website"], 40)
    return script.day


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("how", ["in order", "late", "mixed"])
@pytest.mark.parametrize("persona", ["developer", "writer"])
def test_it_is_always_what_all_at_once_would_be(persona, how, seed):
    chance = random.Random(seed)
    events = events_of(workday(persona, seed, pace=60))
    if how == "late":
        events.sort(key=lambda e: e.at_ms + chance.choice((0, 0, 0, 0, 0, 10, 100)) * MINUTE)
    if how == "mixed":
        chance.shuffle(events)
        events = events[:150]
    tracked, name, taken = Sessions(), names(), []
    here = set()
    while events:
        size = chance.choice((1, 1, 2, 5, 20))
        batch, events = events[:size], events[size:]
        taken += batch
        changes = tracked.add(*split(batch), name=name)
        here = (here | {i for i, _ in changes.opened}) - set(changes.withdrawn)
        assert here == {i for i, _ in tracked.sessions}
        if chance.random() < 0.2 or not events:
            assert tuple(s for _, s in tracked.sessions) == segment(*split(taken))


def test_what_was_told_adds_up_to_what_is():
    tracked, name, held = Sessions(), names(), {}
    for event in events_of(workday("student", 1, pace=60)):
        changes = tracked.add(*split([event]), name=name)
        held |= dict(changes.opened) | dict(changes.revised) | dict(changes.closed)
        for gone in changes.withdrawn:
            del held[gone]
        assert held == dict(tracked.sessions)


def test_a_session_is_opened_revised_and_closed_once():
    made, tracked, name = two_sessions(), Sessions(), names()
    closed = []
    for event in events_of(made):
        closed += [i for i, _ in tracked.add(*split([event]), name=name).closed]
    ids = [i for i, _ in tracked.sessions]
    assert ids[0] == "session-1"
    assert closed == ids[:1]
    last = tracked.add(name=name, now_ms=made.shots[-1].at_ms + 10 * MINUTE)
    assert [i for i, _ in last.closed] == ids[1:]
    assert tracked.add(name=name, now_ms=made.shots[-1].at_ms + 20 * MINUTE) == type(last)()


def test_what_comes_in_order_costs_what_it_brings():
    """A day in one application, one shot at a time: the second half costs no more than the first."""
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"][:1], 300)
    tracked, name = Sessions(), names()
    half = len(script.day.shots) // 2
    for seen in script.day.shots[:half]:
        tracked.add([seen], name=name)
    first = tracked.comparisons
    for seen in script.day.shots[half:]:
        tracked.add([seen], name=name)
    assert tracked.comparisons - first < 1.2 * first


def test_a_late_shot_redoes_its_own_presence_alone():
    made, tracked, name = two_sessions(), Sessions(), names()
    tracked.add(made.shots, name=name)
    before = dict(tracked.sessions)
    work = tracked.comparisons
    seen = made.shots[30]
    late = Sighting("late", seen.at_ms + 3000, application=seen.application, window_title=seen.window_title)
    changes = tracked.add([late], name=name)
    first = next(iter(before))
    assert [i for i, _ in changes.revised] == [first]
    assert not changes.opened
    assert not changes.withdrawn
    assert tracked.comparisons - work < 0.7 * work


def test_shots_between_two_absences_join_their_sessions():
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"], 20)
    script.away(12)
    script.work(DEVELOPER["ledger"], 20)
    made, tracked, name = script.day, Sessions(), names()
    tracked.add(made.shots, name=name)
    assert len(tracked.sessions) == 2
    gap = next(
        a.at_ms for a, b in zip(made.shots, made.shots[1:], strict=False) if b.at_ms - a.at_ms > 10 * MINUTE
    )
    like = made.shots[0]
    late = [
        Sighting(
            f"late{n}", gap + n * 2 * MINUTE, application=like.application, window_title=like.window_title
        )
        for n in range(1, 6)
    ]
    changes = tracked.add(late, name=name)
    assert [i for i, _ in tracked.sessions] == ["session-1"]
    assert changes.withdrawn == ("session-2",)


def test_a_shot_described_later_is_seen_anew():
    made, tracked, name = two_sessions(), Sessions(), names()
    bare = [Sighting(seen.shot, seen.at_ms) for seen in made.shots]
    tracked.add(bare, name=name)
    known = [i for i, _ in tracked.sessions]
    tracked.add(made.shots, name=name)
    assert tuple(s for _, s in tracked.sessions) == segment(made.shots)
    assert [i for i, _ in tracked.sessions][:1] == known[:1]
    assert tracked.add(made.shots, name=name) == type(tracked.add(name=name))()


def test_sessions_from_before_keep_their_ids():
    made = two_sessions()
    old = segment(made.shots)
    known = {shot: f"old-{number}" for number, stretch in enumerate(old) for shot in stretch.shots}
    tracked = Sessions(known=known)
    changes = tracked.add(made.shots, name=names())
    assert [i for i, _ in tracked.sessions] == ["old-0", "old-1"]
    assert not changes.opened


def test_what_is_forgotten_changes_nothing_of_what_follows():
    events = events_of(workday("writer", 1, pace=60))
    tracked, name = Sessions(), names()
    half = len(events) * 3 // 4
    tracked.add(*split(events[:half]), name=name)
    before = tracked.sessions
    tracked.forget(events[half].at_ms)
    kept = tracked.sessions
    assert kept
    assert kept == before[len(before) - len(kept) :]
    tracked.add(*split(events[half:]), name=name)
    whole = segment(*split(events))
    assert [s for _, s in tracked.sessions] == list(whole[len(before) - len(kept) :])
    tracked.forget(1 << 60)
    assert tracked.add(name=name) == type(tracked.add(name=name))()


def test_shots_from_the_future_and_the_past():
    tracked, name = Sessions(), names()
    for at in (4_102_444_800_000, START_MS, 0, START_MS + 1000, -5):
        tracked.add([Sighting(f"s{at}", at)], name=name)
    assert [s.shots for _, s in tracked.sessions] == [
        ("s-5", "s0"),
        (f"s{START_MS}", f"s{START_MS + 1000}"),
        ("s4102444800000",),
    ]


@pytest.mark.parametrize("pause_s", [30, 61, 70, 110])
def test_how_long_a_screen_lasted_is_told_by_the_next_sign_of_presence(pause_s):
    """Shots so far apart that most are no ticks while the person is idle: their moments are not done yet."""
    events, at_ms = [Signal(START_MS + 1, "idle")], START_MS
    for number in range(60):
        project = "ledger" if number < 30 else "website"
        title = f"{project}-{number % 3}.py - {project} - Visual Studio Code"
        events.append(Sighting(f"s{number:02}", at_ms, window_title=title))
        at_ms += (40 if number % 4 == 3 else pause_s) * 1000
    events.sort(key=lambda e: e.at_ms)
    tracked, name = Sessions(), names()
    for number, event in enumerate(events, 1):
        tracked.add(*split([event]), name=name)
        assert tuple(s for _, s in tracked.sessions) == segment(*split(events[:number]))


EVENTS = st.lists(
    st.builds(Sighting, st.uuids().map(str), st.integers(0, 240).map(lambda n: START_MS + n * 30_000))
    | st.builds(
        Signal,
        st.integers(0, 240).map(lambda n: START_MS + n * 30_000),
        st.sampled_from(["present", "idle", "idle", "locked", "unlocked", "slept", "woke"]),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(EVENTS, st.integers(1, 6), st.booleans())
def test_signals_in_any_order_mean_the_same(events, size, in_order):
    if in_order:
        events.sort(key=lambda e: e.at_ms)
    tracked, name = Sessions(), names()
    for at in range(0, len(events), size):
        tracked.add(*split(events[at : at + size]), name=name)
    assert tuple(s for _, s in tracked.sessions) == segment(*split(events))
