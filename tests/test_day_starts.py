"""Around the beginning of a day: several time zones, signals and shots at one time, and any order.

What is kept piece by piece, and what the store keeps of it, is what all at once would be.
"""

import random
from itertools import count

import pytest
from msgspec.structs import replace

from chronicled import chronicle, everything, plain, put, stored, wanted
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.model import Rung
from glimpsed.core.sessions.model import Sighting, Signal
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import DAY_MS, HOUR_MS, MINUTE_MS
from glimpsed.core.sessions.tracking import Sessions
from glimpsed.store import sightings
from store_samples import with_database

BEGINS_MS = 20_000 * DAY_MS + 4 * HOUR_MS
KINDS = ("idle", "present", "locked", "unlocked", "slept", "woke")
ZONES = ([0], [0, 3600], [0, -3600], [0, 7 * 3600])
SHOWN = (
    (Kind.SPREADSHEET, "a.ods - Gnumeric", "granite basalt boulder gravel blasting crusher drill rubble"),
    (Kind.SPREADSHEET, "b.ods - Gnumeric", "hotel taxi train luggage visa passport airline boarding"),
    (Kind.CHAT, "x - Slack", "hello"),
)


def sighting(name, at_ms, offset_s, chance):
    kind, title, words = chance.choice(SHOWN)
    return Sighting(
        name, at_ms, offset_s, "folder", title.rpartition(" ")[2], kind, title,
        text=tuple(words.split()), rung=Rung.OCR,
    )  # fmt: skip


def around_days(days, chance, paces):
    """Shots and signals shortly before and after the beginnings of days."""
    shots, signals, zones, offset_s = [], [], chance.choice(ZONES), 0
    for day in range(days):
        at_ms = BEGINS_MS + day * DAY_MS - chance.randrange(1, 6) * 4 * MINUTE_MS
        for _ in range(chance.randrange(4, 12)):
            offset_s = chance.choice(zones) if chance.random() < 0.3 else offset_s
            shots.append(sighting(f"s{len(shots):03}", at_ms, offset_s, chance))
            if chance.random() < 0.3:
                signals.append(Signal(at_ms + chance.choice((0, 1, MINUTE_MS)), chance.choice(KINDS)))
            at_ms += chance.choice(paces)
    return shots, list({(each.at_ms, each.kind): each for each in signals}.values())


def in_order(events, chance):
    how = chance.choice(("in order", "late", "mixed"))
    events = sorted(events, key=lambda e: (e.at_ms, isinstance(e, Signal)))
    if how == "late":
        events.sort(key=lambda e: e.at_ms + chance.choice((0, 0, 0, 10)) * MINUTE_MS)
    if how == "mixed":
        chance.shuffle(events)
    return events


def added(batches):
    """What is held after each batch, and what all at once would be."""
    tracked, numbers, shots, signals = Sessions(), count(), {}, []
    for batch in batches:
        seen = [each for each in batch if isinstance(each, Sighting)]
        told = [each for each in batch if isinstance(each, Signal)]
        shots |= {each.shot: each for each in seen}
        signals += told
        tracked.add(seen, told, name=lambda: f"n{next(numbers)}")
        yield tuple(each for _, each in tracked.sessions), segment(shots.values(), signals)


@pytest.mark.parametrize("part", range(4))
def test_piece_by_piece_it_is_what_all_at_once_would_be(part):
    for seed in range(part * 60, part * 60 + 60):
        chance = random.Random(seed)
        pace = chance.choice((MINUTE_MS // 2, MINUTE_MS, 2 * MINUTE_MS, 4 * MINUTE_MS))
        shots, signals = around_days(chance.choice((1, 2)), chance, (0, pace, pace, pace, 6 * MINUTE_MS))
        left, batches = in_order([*shots, *signals], chance), []
        while left:
            size = chance.choice((1, 1, 3, 8))
            seen = [each for each in left[:size] if isinstance(each, Sighting)]
            again = [replace(each, text=("other",)) for each in seen if chance.random() < 0.2]
            batches += [left[:size], again]
            left = left[size:]
        for held, whole in added(batches):
            assert held == whole, seed


def test_who_comes_back_just_before_the_day_begins_was_idle():
    chance, at = random.Random(1), BEGINS_MS
    shots = [sighting(f"s{s}", at + s * 1000, 0, chance) for s in (-1000, *range(-880, 0, 120), 10)]
    signals = [Signal(at - 1_000_000, "idle"), Signal(at - 20_000, "unlocked")]
    early = [each for each in shots if each.at_ms < at]
    *_, (held, whole) = added([[*early, *signals], shots[-1:]])
    assert held == whole
    assert whole[-1].boundary.reasons == ("idle", "day")


def test_two_shots_of_one_time_in_two_zones_are_each_in_one_session():
    chance = random.Random(1)
    one = sighting("a", BEGINS_MS - HOUR_MS // 2, 0, chance)
    other = sighting("b", one.at_ms, 3600, chance)
    for held, whole in added([[one], [other], [replace(one, window_title="other.ods - Gnumeric")]]):
        assert held == whole
        assert sorted(shot for each in held for shot in each.shots) in (["a"], ["a", "b"])


@pytest.mark.parametrize("part", range(3))
def test_what_the_store_keeps_is_what_all_at_once_would_be(tmp_path, part):
    for seed in range(part * 8, part * 8 + 8):
        chance = random.Random(seed)
        paces = (0, MINUTE_MS, 4 * MINUTE_MS, 4 * MINUTE_MS, 6 * MINUTE_MS)
        shots, signals = around_days(chance.choice((1, 2, 3)), chance, paces)
        kept = tmp_path / str(seed)
        kept.mkdir()
        with_database(kept, lambda db, made=(shots, signals, chance): _kept(db, *made))


async def _kept(db, shots, signals, chance):
    await db.write(lambda w: sightings.noticed(w, signals))
    keeper, left = chronicle(db), in_order(shots, chance)
    numbered = {each.shot: number for number, each in enumerate(shots)}
    while left:
        size = chance.choice((1, 2, 5))
        await put(db, [(numbered[each.shot], each) for each in left[:size]])
        left = left[size:]
        if chance.random() < 0.2:
            keeper = chronicle(db)
        await everything(keeper)
    assert [plain(each) for each in await stored(db)] == wanted(shots, signals)
