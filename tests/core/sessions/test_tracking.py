"""Sessions kept up to date: the same as all at once, under ids that stay, at the cost of what is new."""

import random
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from glimpsed.core.sessions.model import Sighting, Signal
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.tracking import Sessions
from workday_personas import DEVELOPER, SLACK, STUDENT
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


def without_a_pause(hours, pace=20):
    script = Script(1, pace=pace)
    while script.now < START_MS + hours * 60 * MINUTE:
        script.work(DEVELOPER[script.random.choice(("ledger", "website"))], 25, [SLACK])
    return script.day.shots


def shows(seen, other):
    """A shot that turns out to show what another does."""
    return replace(other, shot=seen.shot, at_ms=seen.at_ms)


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


def test_a_late_shot_redoes_its_own_day_alone():
    made, tracked, name = two_sessions(pause=24 * 60), Sessions(), names()
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


def test_what_words_tell_is_learnt_from_all_of_a_day():
    """So a late shot in the morning may change the afternoon, and what was let go of is still known."""
    script, name = Script(0), names()
    for _ in range(4):
        for what in ("biology", "essay", "statistics"):
            script.work(STUDENT[what], 20, [SLACK])
        script.away(20)
    shots = script.day.shots
    whole = segment(shots)
    noon = next(n for n, seen in enumerate(shots) if seen.shot == whole[6].boundary.shot)
    morning = [*shots[:10], *shots[11:noon]]

    tracked, forgetful = Sessions(), Sessions()
    for sessions in (tracked, forgetful):
        sessions.add(morning, name=name)
        sessions.add([shots[10]], name=name)
    forgetful.forget(shots[noon - 1].at_ms + MINUTE)
    later, alone = Sessions(earlier=shots[:noon]), Sessions()
    for sessions in (tracked, forgetful, later, alone):
        sessions.add(shots[noon:], name=name)
    assert found(tracked) == whole
    assert found(forgetful)[-5:] == found(later)[-5:] == whole[-5:]
    assert found(alone)[-5:] != whole[-5:]
    late = Sessions()
    late.add([*morning, *shots[noon:]], name=name)
    late.add([shots[10]], name=name)
    assert found(late) == whole


def found(sessions):
    return tuple(stretch for _, stretch in sessions.sessions)


@pytest.mark.parametrize("size", [20, 2000])
def test_a_change_near_the_end_of_a_long_presence_costs_little(size):
    shots, name, tracked = without_a_pause(8), names(), Sessions()
    for at in range(0, len(shots), size):
        tracked.add(shots[at : at + size], name=name)
    work, near = tracked.comparisons, len(shots) - 15
    anew = shows(shots[near], shots[0])
    late = replace(shots[near - 3], shot="late", at_ms=shots[near - 3].at_ms + 3000)
    verdicts = {shots[near].shot: True}
    for change in ({"sightings": [anew]}, {"sightings": [late]}, {"verdicts": verdicts}):
        before = tracked.comparisons
        tracked.add(**change, name=name)
        assert 0 < tracked.comparisons - before < 0.05 * work
    every = [*shots[:near], anew, *shots[near + 1 :], late]
    assert tuple(s for _, s in tracked.sessions) == segment(every, verdicts=verdicts)


@pytest.mark.parametrize("place", [0, 1, 200])
def test_a_change_at_the_beginning_of_a_long_presence_changes_what_follows(place):
    shots, name, tracked = without_a_pause(3), names(), Sessions()
    tracked.add(shots, name=name)
    shots[place] = shows(shots[place], shots[-1])
    tracked.add([shots[place]], name=name)
    assert tuple(s for _, s in tracked.sessions) == segment(shots)


@pytest.mark.parametrize(
    "earlier", [Sighting("s", START_MS - 30 * MINUTE), Signal(START_MS - 9000, "present")]
)
def test_what_comes_before_a_presence_says_how_it_begins(earlier):
    shots, name, tracked = without_a_pause(2), names(), Sessions()
    tracked.add(shots, name=name)
    first = tracked.sessions[0][1]
    assert first.settled
    tracked.add(*split([earlier]), name=name)
    whole = segment(*split([earlier, *shots]))
    assert tuple(s for _, s in tracked.sessions) == whole
    assert first not in whole


def test_a_session_that_the_last_shot_settled_is_open_again_if_that_was_a_glance():
    shots, name, tracked = without_a_pause(2), names(), Sessions()
    chat = next(seen for seen in shots if seen.application == SLACK.application)
    last = next(n for n, seen in enumerate(shots) if tracked.add([seen], name=name).closed)
    seen = [*shots[:last], shows(shots[last], chat)]
    tracked.add(seen[-1:], name=name)
    assert tuple(s for _, s in tracked.sessions) == segment(seen)
    assert not tracked.sessions[0][1].settled


def test_a_shot_before_the_first_is_what_the_presence_begins_with():
    shots, name, tracked = without_a_pause(1), names(), Sessions()
    tracked.add(shots[1:], name=name)
    tracked.add(shots[:1], name=name)
    assert tuple(s for _, s in tracked.sessions) == segment(shots)


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_in_the_middle_of_a_presence_are_as_all_at_once(seed):
    chance, made, name, tracked = random.Random(seed), without_a_pause(3, pace=40), names(), Sessions()
    late, coming = made[10::9], [seen for number, seen in enumerate(made) if number % 9 != 1]
    noticed, said, here = [], {}, {}
    blank = Sighting("", 0)
    while coming:
        shots, coming = coming[:7], coming[7:]
        known = [*here.values(), *shots]
        near = chance.choice((5, 40, len(known)))
        for seen in chance.sample(known[-near:], min(2, len(known))):
            other = chance.choice([blank, seen, *chance.sample(made, 2)])
            shots.append(replace(shows(seen, other), window_title=chance.choice(("", other.window_title))))
        passed = [seen for seen in late if seen.at_ms < known[-1].at_ms]
        shots += [late.pop(late.index(seen)) for seen in chance.sample(passed, min(len(passed), 1))]
        at_ms = chance.choice(known).at_ms + chance.randrange(MINUTE)
        signals = [Signal(at_ms, chance.choice(("idle", "present", "locked", "unlocked")))][: seed % 2]
        verdicts = {chance.choice(known).shot: chance.random() < 0.5} if chance.random() < 0.3 else {}
        noticed, said = [*noticed, *signals], said | verdicts
        here |= {seen.shot: seen for seen in shots}
        tracked.add(shots, signals, name=name, verdicts=verdicts)
        if chance.random() < 0.3 or not coming:
            whole = segment(here.values(), noticed, verdicts=said)
            assert tuple(s for _, s in tracked.sessions) == whole


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
