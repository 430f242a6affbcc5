"""Times that are wrong, bursts, and screens without words make sound sessions, too."""

import random

from glimpsed.core.sessions.model import Sighting, Signal
from glimpsed.core.sessions.segmenting import segment
from sound_sessions import assert_sound
from workdays import START_MS


def test_ten_thousand_shots_in_one_minute():
    shots = [
        Sighting(
            f"s{i:05}",
            START_MS + i * 6,
            window_title=f"page{i} - Chrome",
            text=(f"text number {i} of words",),
        )
        for i in range(10_000)
    ]
    assert_sound(segment(shots), shots)


def test_equal_times_times_that_jump_back_and_the_future():
    same = [Sighting(f"s{i}", START_MS, window_title=f"{i}") for i in range(50)]
    far = [Sighting("far", 4_102_444_800_000), Sighting("old", 0), *same]
    assert len(segment(same)) == 1
    found = segment(far)
    assert_sound(found, far)
    assert [s.shots[0] for s in found] == ["old", "s0", "far"]


def test_nothing_is_nothing():
    assert segment([]) == ()
    assert segment([], [Signal(0, "present"), Signal(1, "locked")]) == ()


def test_a_day_without_any_text_is_one_session():
    assert len(segment([Sighting(f"s{i:05}", START_MS + i * 30_000) for i in range(900)])) == 1


def test_garbage_is_not_a_change_of_work():
    chance = random.Random(5)
    noise = ["".join(chr(chance.randrange(33, 0x2FFF)) for _ in range(40)) for _ in range(400)]
    shots = [
        Sighting(f"s{i:05}", START_MS + i * 30_000, window_title="notes.txt - Kate", text=(noise[i],))
        for i in range(400)
    ]
    assert len(segment(shots)) == 1
