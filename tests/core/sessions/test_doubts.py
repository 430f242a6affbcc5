"""Doubts and verdicts: what is asked, what a word from elsewhere changes, and what it cannot."""

import random
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.model import Reason, Sighting, Signal
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import ABOUT_MS
from glimpsed.core.sessions.tracking import Sessions
from workday_personas import DEVELOPER, STUDENT, WRITER, office
from workdays import START_MS, Script, workday, zoom

PLAIN = {"misread": 0.0, "untitled": 0.0}
LEDGER, WEBSITE, NOVEL = DEVELOPER["ledger"], DEVELOPER["website"], WRITER["novel"]
SHEETS = [
    office("LibreOffice Calc", Kind.SPREADSHEET, name, words)
    for name, words in (
        ("balance.xlsx", "assets liabilities equity balance receivable inventory depreciation"),
        ("customers.xlsx", "restaurant planet curry grill kitchen hunger noodles"),
    )
]


def names():
    numbers = count(1)
    return lambda: f"session-{next(numbers)}"


def shots_of(*steps, seed=1):
    script = Script(seed, **PLAIN)
    for window, minutes in steps:
        if window is None:
            script.away(minutes)
        else:
            script.work(window, minutes)
    return script.day


def doubts_of(found):
    return [doubt for stretch in found for doubt in stretch.doubts]


def unsure():
    """A spreadsheet without a title, five minutes of each of two matters: too short to be sure of either."""
    words = ("assets equity depreciation receivable inventory", "planet curry kitchen noodles grill")
    return [
        Sighting(
            f"s{n:03}",
            START_MS + 30_000 * n,
            application="LibreOffice Calc",
            application_type=Kind.SPREADSHEET,
            text=tuple(random.Random(n).sample(words[n // 10].split(), 5)),
        )
        for n in range(20)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_of_a_clear_day_little_is_asked(seed):
    made = shots_of((LEDGER, 40), (WEBSITE, 40), ([zoom("weekly")], 25), (None, 30), (NOVEL, 40), seed=seed)
    found = segment(made.shots, made.signals, now_ms=made.shots[-1].at_ms + 3_600_000)
    assert len(found) == 4
    asked = [doubt.shot for doubt in doubts_of(found)]
    assert len(asked) <= 4, "in two hours and a half"
    assert not {stretch.boundary.shot for stretch in found} & set(asked)


def test_a_place_that_hardly_differs_is_asked_about_once():
    shots = unsure()
    (found,) = segment(shots, now_ms=START_MS + 3_600_000)
    (doubt,) = found.doubts
    assert doubt.at_ms == next(s.at_ms for s in shots if s.shot == doubt.shot)
    assert abs(doubt.at_ms - shots[10].at_ms) <= ABOUT_MS
    assert 0 < doubt.confidence < 0.5


def test_what_may_still_change_is_not_asked():
    shots = unsure()
    (found,) = segment(shots)
    assert not found.settled
    assert not found.doubts


def test_a_yes_parts_and_a_no_leaves_it():
    shots = unsure()
    after = {"now_ms": START_MS + 3_600_000}
    (doubt,) = doubts_of(segment(shots, **after))
    first, second = segment(shots, verdicts={doubt.shot: True}, **after)
    assert second.boundary.shot == doubt.shot
    assert not doubts_of([first, second])
    (whole,) = segment(shots, verdicts={doubt.shot: False}, **after)
    assert not whole.doubts


def test_a_no_joins_what_was_barely_parted():
    """Wherever a boundary was made and is a doubt, a no takes it away, and puts none beside it."""
    joined = 0
    for seed in range(4):
        made = workday("student", seed, pace=30)
        found = segment(made.shots, made.signals)
        index = {seen.shot: n for n, seen in enumerate(made.shots)}
        for stretch in found:
            if stretch.boundary.shot not in {doubt.shot for doubt in stretch.doubts}:
                continue
            told = segment(made.shots, made.signals, verdicts={stretch.boundary.shot: False})
            at = index[stretch.boundary.shot]
            assert not any(abs(index[s.boundary.shot] - at) <= 2 for s in told)
            joined += 1
    assert joined


def test_clear_cases_stay_what_they_are():
    made = shots_of((LEDGER, 40), (WEBSITE, 40), (LEDGER[:1], 40))
    begins = [s.boundary.shot for s in segment(made.shots)]
    assert len(begins) == 3
    middle = made.shots[next(n for n, s in enumerate(made.shots) if s.shot == begins[2]) + 40].shot
    for shot, says in ((begins[1], False), (middle, True)):
        assert [s.boundary.shot for s in segment(made.shots, verdicts={shot: says})] == begins


def test_what_a_clock_made_stays():
    script = Script(1, **PLAIN)
    script.work(LEDGER, 20)
    script.away(2, "locked")
    script.work(LEDGER, 20)
    script.away(40)
    script.work(LEDGER, 20)
    made = script.day
    found = segment(made.shots, made.signals)
    assert len(found) == 3
    assert found[1].boundary.reasons == (Reason.LOCK,)
    told = segment(made.shots, made.signals, verdicts={s.boundary.shot: False for s in found})
    assert [s.boundary for s in told] == [s.boundary for s in found]


def test_a_verdict_moves_sessions_and_ids_stay():
    shots, name = unsure(), names()
    tracked = Sessions()
    tracked.add(shots, name=name, now_ms=START_MS + 3_600_000)
    ((first, stretch),) = tracked.sessions
    (doubt,) = stretch.doubts
    changes = tracked.add(name=name, verdicts={doubt.shot: True}, now_ms=START_MS + 3_600_000)
    assert [i for i, _ in changes.revised] == [first]
    assert [i for i, _ in changes.opened] == [i for i, _ in changes.closed] == ["session-2"]
    again = tracked.add(name=name, verdicts={doubt.shot: True}, now_ms=START_MS + 3_600_000)
    assert again == type(again)()
    back = tracked.add(name=name, verdicts={doubt.shot: False}, now_ms=START_MS + 3_600_000)
    assert [i for i, _ in back.revised] == [first]
    assert back.withdrawn == ("session-2",)


def test_a_verdict_about_a_shot_that_is_not_there_is_kept_until_it_comes():
    shots, name = unsure(), names()
    (doubt,) = doubts_of(segment(shots, now_ms=START_MS + 3_600_000))
    tracked = Sessions()
    nothing = tracked.add(name=name, verdicts={doubt.shot: True, "never": False})
    assert nothing == type(nothing)()
    for seen in shots:
        tracked.add([seen], name=name)
    assert [s.boundary.shot for _, s in tracked.sessions] == [shots[0].shot, doubt.shot]


def test_a_verdict_redoes_its_own_presence_alone():
    made = shots_of((LEDGER, 60), (None, 30), (WEBSITE, 60), (None, 30), (NOVEL, 10))
    tracked, name = Sessions(), names()
    tracked.add(made.shots, made.signals, name=name)
    work = tracked.comparisons
    tracked.add(name=name, verdicts={made.shots[40].shot: True})
    assert 0 < tracked.comparisons - work < 0.6 * work


def split(events):
    return [e for e in events if isinstance(e, Sighting)], [e for e in events if isinstance(e, Signal)]


WINDOWS = [*LEDGER, *NOVEL, *STUDENT["essay"], *SHEETS, zoom("weekly")]
MOVES = st.lists(
    st.tuples(st.sampled_from(WINDOWS), st.integers(1, 20), st.sampled_from([0, 1, 60, 200, 400])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(MOVES, st.data())
def test_tracked_piece_by_piece_is_what_all_at_once_would_be(moves, data):
    script = Script(1, pace=60, **PLAIN)
    for window, minutes, pause_s in moves:
        script.glance(window, minutes * 60)
        script.now += pause_s * 1000
    shots = script.day.shots
    chosen = st.sampled_from([*(s.shot for s in shots), "unknown"])
    said = list(data.draw(st.dictionaries(chosen, st.booleans(), max_size=6)).items())
    queue = [*(("shot", s) for s in shots), *(("verdict", v) for v in said)]
    if data.draw(st.booleans()):
        data.draw(st.randoms()).shuffle(queue)
    tracked, name, told, here = Sessions(), names(), {}, []
    for at in range(0, len(queue), 4):
        batch = queue[at : at + 4]
        fresh = dict(value for kind, value in batch if kind == "verdict")
        told |= fresh
        here += [value for kind, value in batch if kind == "shot"]
        tracked.add([v for k, v in batch if k == "shot"], name=name, verdicts=fresh)
    found = tuple(s for _, s in tracked.sessions)
    assert found == segment(here, verdicts=told)
    assert not {doubt.shot for doubt in doubts_of(found)} & set(told)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(found))


@settings(max_examples=40, deadline=None)
@given(MOVES, st.floats(0, 1), st.data())
def test_what_is_asked_stands_whatever_follows_in_order(moves, part, data):
    script = Script(2, pace=60, **PLAIN)
    for window, minutes, pause_s in moves:
        script.glance(window, minutes * 60)
        script.now += pause_s * 1000
    shots = script.day.shots
    early = shots[: int(part * len(shots))]
    said = data.draw(st.dictionaries(st.sampled_from([s.shot for s in shots]), st.booleans(), max_size=4))
    settled = [s for s in segment(early, verdicts=said) if s.settled]
    heard = {shot: v for shot, v in said.items() if shot in {s.shot for s in early}}
    assert settled == [s for s in segment(early, verdicts=heard) if s.settled]
    whole = segment(shots, verdicts=heard)
    assert settled == list(whole[: len(settled)])
