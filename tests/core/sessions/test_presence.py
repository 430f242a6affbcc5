"""When somebody was there."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.sessions.model import Reason, Sighting, Signal
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.segmenting import segment

SECOND, MINUTE = 1000, 60_000


def active(presence):
    return presence.active_ms(1 << 60)


@pytest.mark.parametrize(
    ("gap_s", "counted_s", "broken"),
    [(0, 0, False), (1, 1, False), (60, 60, False), (61, 60, False), (300, 60, False), (301, 0, True)],
)
def test_what_a_gap_counts(gap_s, counted_s, broken):
    presence = Presence([0, gap_s * SECOND], [])
    assert active(presence) == counted_s * SECOND
    assert bool(presence.breaks) == broken


@pytest.mark.parametrize(
    ("signals", "reasons"),
    [
        ([], (Reason.ABSENCE,)),
        ([Signal(60 * SECOND, "idle")], (Reason.IDLE,)),
        ([Signal(60 * SECOND, "locked")], (Reason.LOCK,)),
        ([Signal(60 * SECOND, "slept"), Signal(500 * SECOND, "woke")], (Reason.SLEEP,)),
        ([Signal(50 * SECOND, "locked"), Signal(60 * SECOND, "slept")], (Reason.LOCK, Reason.SLEEP)),
    ],
)
def test_absence_idleness_lock_and_sleep_are_told_apart(signals, reasons):
    presence = Presence([0, 600 * SECOND, 630 * SECOND, 660 * SECOND], signals)
    assert [b.reasons for b in presence.breaks] == [reasons]
    assert presence.active_ms(599 * SECOND) == min((s.at_ms for s in signals), default=0)


@pytest.mark.parametrize(
    ("locked_s", "next_s", "kind", "broken"),
    [
        (10, 70, "unlocked", False),
        (10, 71, "unlocked", True),
        (10, 200, "unlocked", True),
        (10, 40, "present", False),
    ],
)
def test_a_lock_of_more_than_a_minute_breaks_presence(locked_s, next_s, kind, broken):
    signals = [Signal(locked_s * SECOND, "locked"), Signal(next_s * SECOND, kind)]
    presence = Presence([0, (next_s + 5) * SECOND], signals)
    assert bool(presence.breaks) == broken
    counted = locked_s + 5 if broken else min(next_s, 60) + 5
    assert active(presence) == counted * SECOND


def test_a_lost_unlock_costs_no_more_than_the_break():
    presence = Presence([0, *range(120 * SECOND, 720 * SECOND, 30 * SECOND)], [Signal(SECOND, "locked")])
    assert [b.at_ms for b in presence.breaks] == [120 * SECOND]
    assert active(presence) == SECOND + 570 * SECOND


def test_a_lock_before_the_first_sign_of_presence_parts_nothing():
    assert not Presence([100 * SECOND, 130 * SECOND], [Signal(0, "locked")]).breaks


def test_idleness_alone_does_not_break_presence():
    presence = Presence([0, 200 * SECOND], [Signal(100 * SECOND, "idle")])
    assert not presence.breaks


@pytest.mark.parametrize(
    ("shots_s", "signals", "begins_s"),
    [
        ([400, 1100, 2000], [], [400, 1100, 2000]),
        ([400, 1100, 2000], [(200, "idle"), (2500, "present")], [2500]),
        ([400, 1100, 2000], [(200, "idle"), (1050, "present")], [1050, 2000]),
        ([400, 1100, 1130, 1160], [(200, "idle")], [1130]),
        ([400, 430, 460], [(200, "idle"), (2500, "present")], [430, 2500]),
        ([400, 401, 430, 455, 1100, 1130], [(200, "idle"), (2500, "present")], [2500]),
        ([*range(30, 2000, 55)], [(200, "idle"), (2500, "present")], [2500]),
    ],
)
def test_a_screen_that_changes_now_and_then_while_nobody_is_there_is_no_presence(shots_s, signals, begins_s):
    presence = Presence(
        [0, *(at * SECOND for at in shots_s)], [Signal(at * SECOND, kind) for at, kind in signals]
    )
    assert [b.at_ms for b in presence.breaks] == [at * SECOND for at in begins_s]


def test_a_lock_among_shots_while_nobody_is_there_is_one():
    signals = [Signal(10_000, "idle"), Signal(440_000, "locked"), Signal(560_000, "unlocked")]
    presence = Presence([0, 400_000, 430_000, 461_000], signals)
    assert [(b.at_ms, b.reasons) for b in presence.breaks] == [(560_000, (Reason.LOCK,))]


@pytest.mark.parametrize("gap_s", range(180, 420, 15))
def test_what_is_over_stands_though_shots_come_while_nobody_is_there(gap_s):
    """Shots that may be of somebody who is back keep a session open until they are known to be or not."""
    chance = random.Random(gap_s)
    times = [*range(0, 300, 20), *(280 + gap_s + at for at in (0, 9, 31, 55, 90)), 1200, 1230, 1500, 1501]
    shots = [Sighting(f"{at:05}", at * SECOND, application="Gnumeric", text=("word",)) for at in times]
    signals = [Signal(285 * SECOND, "idle")]
    for count in range(1, len(shots)):
        settled = [each for each in segment(shots[:count], signals) if each.settled]
        later = segment(shots[: count + chance.randrange(1, 3)], signals)
        for before, after in zip(settled, later, strict=False):
            assert after.settled
            assert (before.boundary, before.end_ms, before.active_ms) == (
                after.boundary,
                after.end_ms,
                after.active_ms,
            )


def test_idleness_before_anybody_was_there_means_nothing():
    assert len(Presence([100_000, 500_000], [Signal(0, "idle")]).breaks) == 1


TIMES = st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=40)
SIGNALS = st.lists(
    st.builds(
        Signal,
        st.integers(-(10**7), 10**7),
        st.sampled_from(["present", "idle", "locked", "unlocked", "slept", "woke"]),
    ),
    max_size=10,
)


@given(TIMES, SIGNALS, st.randoms())
def test_order_does_not_matter_and_presence_is_never_more_than_time(times, signals, chance):
    presence = Presence(times, signals)
    shuffled_times, shuffled_signals = list(times), list(signals)
    chance.shuffle(shuffled_times)
    chance.shuffle(shuffled_signals)
    again = Presence(shuffled_times, shuffled_signals)
    assert again.breaks == presence.breaks
    places = sorted({*times, *(s.at_ms for s in signals)})
    for earlier, later in pairwise(places):
        spent = presence.active_ms(later) - presence.active_ms(earlier)
        assert 0 <= spent <= later - earlier
        assert again.active_ms(later) == presence.active_ms(later)
