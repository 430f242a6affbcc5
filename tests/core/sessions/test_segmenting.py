"""Sessions from sightings and signals: the rules one by one, and what holds always."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.model import Reason, Sighting, Signal
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import DELAY_MS, HOUR_MS, MINUTE_MS, Settings
from sound_sessions import assert_sound
from workday_personas import CALENDAR, DEVELOPER, MAIL, SLACK, STUDENT, WHATSAPP, WRITER, office
from workdays import PERSONAS, START_MS, Script, matches, workday, zoom

LEDGER, WEBSITE, NOVEL = DEVELOPER["ledger"], DEVELOPER["website"], WRITER["novel"]
PLAIN = {"misread": 0.0, "untitled": 0.0}


def day(*steps, seed=1, **how):
    """A day made of (windows, minutes) and of (None, minutes[, signal]) for absences."""
    script = Script(seed, **(PLAIN | how))
    for step in steps:
        if step[0] is None:
            script.away(*step[1:])
        else:
            script.work(*step)
    return script.day


def begins(made, **how):
    return [s.boundary.shot for s in segment(made.shots, made.signals, **how)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ([(LEDGER, 40)], 1),
        ([(LEDGER, 30), (WEBSITE, 30)], 2),
        ([(LEDGER[:1], 20), (SLACK,), (LEDGER[:1], 20)], 1),
        ([(LEDGER, 20), (SLACK,), (LEDGER, 20)], 1),
        ([(LEDGER, 30), ([zoom("weekly")], 25), (LEDGER, 30)], 3),
        ([(LEDGER, 30), ([MAIL, SLACK, CALENDAR], 20), (LEDGER, 30)], 3),
        ([(NOVEL, 30), (LEDGER, 30), (NOVEL, 30)], 3),
        ([(STUDENT["biology"], 25), (STUDENT["essay"], 25), (STUDENT["statistics"], 25)], 3),
        ([(LEDGER, 30), (None, 6), (LEDGER, 30)], 2),
        ([(LEDGER, 30), (None, 3), (LEDGER, 30)], 1),
        ([(LEDGER, 30), (None, 2, "locked"), (LEDGER, 30)], 2),
        ([(LEDGER, 30), (None, 0.5, "locked"), (LEDGER, 30)], 1),
    ],
)
def test_what_makes_another_session(steps, count, seed):
    script = Script(seed, **PLAIN)
    truth = 0
    for step in steps:
        if step[0] is None:
            script.away(*step[1:])
        elif len(step) == 1:
            script.glance(step[0], 80)
        else:
            script.work(*step)
            truth += 1
    found = segment(script.day.shots, script.day.signals)
    assert len(found) == count
    if count == truth:
        assert matches(script.day, found) == (count - 1, count - 1, count - 1)


def test_one_application_all_day_is_parted_by_document_and_text():
    sheets = [
        office(
            "LibreOffice Calc",
            Kind.SPREADSHEET,
            "balance.xlsx",
            "assets liabilities equity balance receivable inventory",
        ),
        office(
            "LibreOffice Calc",
            Kind.SPREADSHEET,
            "customers.xlsx",
            "restaurant planet curry grill kitchen hunger noodles",
        ),
    ]
    made = day(([sheets[0]], 120), ([sheets[1]], 120), ([sheets[0]], 120))
    assert begins(made) == made.truth


@pytest.mark.parametrize("pace", [20, 30, 60])
def test_content_alone_tells_where_titles_are_missing(pace):
    made = day(([NOVEL[0]], 15), ([WRITER["article"][0]], 15), seed=3, pace=pace, untitled=1.0)
    assert begins(made) == made.truth


def test_chat_on_a_second_screen_is_no_session():
    made = day((LEDGER, 40), (WEBSITE, 40), monitors=2)
    assert matches(made, segment(made.shots)) == (1, 1, 1)


def test_a_day_begins_at_four_or_when_it_is_set_to():
    # Local midnight of a fixed date, half an hour before; shots all night, every 30 s.
    midnight = START_MS - START_MS % (24 * HOUR_MS)
    night = [Sighting(f"s{i:05}", midnight + i * 30_000, 0, window_title="a.txt - Kate") for i in range(720)]
    found = segment(night)
    assert [s.boundary.reasons for s in found] == [(Reason.FIRST,), (Reason.DAY,)]
    assert found[1].start_ms == midnight + 4 * HOUR_MS
    assert found[0].end_ms == found[1].start_ms
    early = segment(night, (), Settings(day_start_ms=2 * HOUR_MS))
    assert [s.start_ms for s in early] == [midnight, midnight + 2 * HOUR_MS]


@pytest.mark.parametrize("change_s", [3600, -3600])
def test_a_night_on_which_clocks_change_has_one_beginning_of_a_day(change_s):
    midnight = START_MS - START_MS % (24 * HOUR_MS) - HOUR_MS
    night = [
        Sighting(
            f"s{i:05}", midnight + i * 30_000, 3600 if i < 240 else 3600 + change_s, window_title="a - Kate"
        )
        for i in range(720)
    ]
    assert [s.boundary.reasons for s in segment(night)] == [(Reason.FIRST,), (Reason.DAY,)]


def test_no_day_begins_with_screens_that_nobody_sits_at():
    """A dashboard that is left on over a weekend belongs to Friday, which ends when the person left."""
    evening = START_MS - START_MS % (24 * HOUR_MS) + 18 * HOUR_MS
    work = [Sighting(f"a{i:03}", evening + i * 30_000, window_title="a.txt - Kate") for i in range(60)]
    left = work[-1].at_ms
    alone = [Sighting(f"b{i:03}", left + i * HOUR_MS, window_title="Load - Grafana") for i in range(1, 60)]
    back = [Sighting(f"c{i:03}", left + 60 * HOUR_MS + i * 30_000) for i in range(9)]
    signals = [Signal(left + 1000, "idle")]
    (friday,) = segment([*work, *alone], signals)
    assert (friday.start_ms, friday.end_ms) == (evening, left + 1000)
    signals.append(Signal(back[0].at_ms, "present"))
    assert segment([*work, *alone, *back], signals)[0].shots == friday.shots
    assert [s.boundary.shot for s in segment([*work, *alone, *back], signals)] == ["a000", "c000"]


def test_each_boundary_says_why_and_how_sure():
    made = day((LEDGER, 30), (WEBSITE, 30), (None, 40, "locked"), (NOVEL, 30))
    found = segment(made.shots, made.signals)
    assert found[0].boundary.reasons == (Reason.FIRST,)
    assert Reason.IDENTITY in found[1].boundary.reasons
    assert found[2].boundary.reasons == (Reason.LOCK,)
    assert all(0.5 < s.boundary.confidence <= 1 for s in found)


def test_a_glance_is_an_interruption():
    script = Script(1, **PLAIN)
    script.work(LEDGER[:1], 20)
    script.glance(SLACK, 80)
    script.work(LEDGER[:1], 20)
    (found,) = segment(script.day.shots)
    (glance,) = found.interruptions
    assert glance.application == "Slack"
    assert 60_000 < glance.end_ms - glance.start_ms < 120_000


@pytest.mark.parametrize("persona", PERSONAS)
def test_scripted_workdays(persona):
    """F1 over boundaries within one shot; time error over sessions of which both ends were found."""
    totals, lasted, missed = [0, 0, 0], 0, 0
    for seed in range(3):
        made = workday(persona, seed, pace=30)
        found = segment(made.shots, made.signals)
        totals = [a + b for a, b in zip(totals, matches(made, found), strict=True)]
        ends = {stretch.boundary.shot: stretch for stretch in found}
        following = dict(pairwise([*made.truth, None]))
        for shot, (begin, end) in zip(made.truth, made.spans, strict=True):
            if shot in ends and (following[shot] in ends or following[shot] is None):
                lasted += end - begin
                missed += abs(ends[shot].end_ms - ends[shot].start_ms - (end - begin))
    true, got, hits = totals
    assert 2 * hits / (true + got) >= (0.9 if persona == "support" else 0.95)
    assert missed <= 0.02 * lasted


SHOTS = st.lists(
    st.builds(
        Sighting,
        st.uuids().map(str),
        st.integers(0, 4 * HOUR_MS) | st.integers(-(1 << 50), 1 << 50),
        st.sampled_from([0, 3600, -43200, 50400]),
        st.sampled_from(["", "left", "right"]),
        st.sampled_from(["", "Slack", "Google Chrome", "Visual Studio Code", "\u0000", "x" * 500]),
        st.sampled_from(list(Kind)),
        st.sampled_from(["", "a.py - ledger - Visual Studio Code", "Inbox (3) - Slack", "\ud7ff|||", "- - -"])
        | st.text(),
        st.sampled_from(list(Activity)),
        text=st.lists(st.text(max_size=30), max_size=4).map(tuple),
    ),
    max_size=40,
    unique_by=lambda s: s.shot,
)
SIGNALS = st.lists(
    st.builds(
        Signal,
        st.integers(0, 4 * HOUR_MS),
        st.sampled_from(["present", "idle", "locked", "unlocked", "slept", "woke"]),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(SHOTS, SIGNALS, st.randoms())
def test_any_input_in_any_order_makes_sound_sessions(shots, signals, chance):
    found = segment(shots, signals)
    assert_sound(found, shots)
    mixed, noted = list(shots), list(signals)
    chance.shuffle(mixed)
    chance.shuffle(noted)
    assert segment(mixed, noted) == found


@pytest.mark.parametrize("how", [{}, {"monitors": 2}, {"pace": 60}, {"untitled": 0.4, "misread": 0.2}])
@pytest.mark.parametrize("persona", ["developer", "student"])
def test_what_is_settled_stands_whatever_follows(persona, how):
    made = workday(persona, 2, **how)
    events = sorted([*made.shots, *made.signals], key=lambda e: e.at_ms)
    whole = segment(made.shots, made.signals)
    for cut in random.Random(1).sample(range(len(events)), 25):
        early = events[:cut]
        part = segment(
            [e for e in early if isinstance(e, Sighting)], [e for e in early if isinstance(e, Signal)]
        )
        settled = [s for s in part if s.settled]
        assert settled == list(whole[: len(settled)])


WINDOWS = [*LEDGER, *WEBSITE, *NOVEL, MAIL, SLACK, zoom("weekly")]
MOVES = st.lists(
    st.tuples(st.sampled_from(WINDOWS), st.integers(1, 30), st.sampled_from([0, 1, 20, 60, 200, 400])),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(MOVES, st.sampled_from([1, 2]), st.floats(0, 1))
def test_what_is_settled_stands_in_any_day(moves, monitors, part):
    script = Script(1, monitors=monitors, **PLAIN)
    for window, minutes, pause_s in moves:
        script.glance(window, minutes * 60)
        script.now += pause_s * 1000
    shots = script.day.shots
    whole = segment(shots)
    early = [s for s in segment(shots[: int(part * len(shots))]) if s.settled]
    assert early == list(whole[: len(early)])


@pytest.mark.parametrize("seed", range(3))
def test_a_boundary_is_settled_within_the_delay_of_presence(seed):
    made = day((LEDGER, 40), (WEBSITE, 60), seed=seed)
    switch = next(s for s in made.shots if s.shot == made.truth[1])
    known = [s for s in made.shots if s.at_ms <= switch.at_ms + DELAY_MS + 2 * MINUTE_MS]
    first, second = segment(known)
    assert first.settled
    assert not second.settled
    assert second.boundary.shot == switch.shot


@pytest.mark.parametrize("seed", range(4))
def test_durations_do_not_change_when_what_repeats_is_dropped(seed):
    made = workday("writer", seed, pace=30)
    chance = random.Random(seed)
    shots, kept, signals = [], [], list(made.signals)
    for seen in made.shots:
        shots.append(seen)
        kept.append(seen)
        # The same screen again, a little later: seen once, and once only noticed.
        again = Sighting(
            **{name: getattr(seen, name) for name in seen.__struct_fields__}
            | {"shot": seen.shot + "x", "at_ms": seen.at_ms + chance.randrange(1, 19_000)}
        )
        shots.append(again)
        signals.append(Signal(again.at_ms, "present"))
    known = {seen.shot for seen in kept}

    def told(found):
        """A session that begins with a shot that is dropped begins with the next one, and lacks its words."""
        first = [next(shot for shot in s.shots if shot in known) for s in found]
        return [
            (shot, s.boundary.reasons, s.start_ms, s.end_ms, s.active_ms)
            for shot, s in zip(first, found, strict=True)
        ]

    assert told(segment(shots, made.signals)) == told(segment(kept, signals))


def test_glances_between_pieces_of_private_chat_do_not_part_them():
    made = day(([WHATSAPP, SLACK], 30))
    (found,) = segment(made.shots)
    assert found.interruptions == ()


def test_two_calls_one_after_the_other_are_two_sessions():
    buttons = ("Leave", "Mute", "Camera", "Share", "People")
    calls = {
        "Leads weekly": "roundtable highlights staffing blocker escalation incident",
        "Ben and Sofia": "feedback growth career workload holiday motivation",
    }
    shots = [
        Sighting(
            f"s{number * 60 + n:03}",
            START_MS + (number * 60 + n) * 30_000,
            application="Microsoft Teams",
            application_type=Kind.CHAT,
            window_title=f"{topic} | Microsoft Teams",
            text=(*buttons, *random.Random(n).sample(words.split(), 4)),
        )
        for number, (topic, words) in enumerate(calls.items())
        for n in range(60)
    ]
    assert [s.boundary.shot for s in segment(shots)] == ["s000", "s060"]
    assert [s.outline.workflow for s in segment(shots)] == ["meeting", "meeting"]


@pytest.mark.parametrize("seconds", [20, 60, 100])
def test_a_last_look_at_messages_before_leaving_is_no_session(seconds):
    script = Script(3, **PLAIN)
    script.work(NOVEL, 30)
    script.glance(SLACK, seconds)
    script.away(40, "locked")
    script.work(NOVEL, 30)
    assert begins(script.day) == script.day.truth


def test_a_film_that_other_leisure_follows_is_no_glance():
    """A minute of videos, then a forum: both are what begins, not the work before."""
    script = Script(3, **PLAIN)
    script.work(NOVEL, 30)
    end = script.now
    words = [
        "launch",
        "league",
        "trailer",
        "basketball",
        "comedy",
        "episode",
        "astronaut",
        "abandoned",
        "mall",
        "derby",
        "gambit",
    ]
    films = [
        Sighting(
            f"v{n}",
            end + n * 30_000,
            application="Firefox",
            application_type=Kind.WEB_BROWSER,
            activity=Activity.WATCHING,
            window_title=f"{' '.join(random.Random(n).sample(words, 3))} - YouTube - Mozilla Firefox",
            text=tuple(random.Random(n).sample(words, 8)),
        )
        for n in range(3)
    ]
    forum = [
        Sighting(
            f"w{n:02}",
            end + 90_000 + n * 30_000,
            application="Firefox",
            application_type=Kind.WEB_BROWSER,
            window_title="r/AskMe - Mozilla Firefox",
            text=tuple(random.Random(50 + n).sample(words, 8)),
        )
        for n in range(40)
    ]
    assert [s.boundary.shot for s in segment([*script.day.shots, *films, *forum])][1:] == ["v0"]
