"""Presence that never breaks, as of a screenshot a minute day and night, is done a day at a time."""

import random
from itertools import count

import pytest
from msgspec.structs import replace

from chronicled import apart, chronicle, everything, plain, put, stored, wanted
from glimpsed.core.sessions.model import Reason, Sighting
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import Settings
from glimpsed.core.sessions.tracking import Sessions
from glimpsed.store import sightings
from store_samples import with_database
from workdays import MINUTE, sleepless

DAYS = 3


def in_some_order(events, how, chance):
    events = sorted(events, key=lambda e: (e.at_ms, not isinstance(e, Sighting)))
    if how == "late":
        events.sort(key=lambda e: e.at_ms + chance.choice((0, 0, 0, 0, 10, 100, 400)) * MINUTE)
    if how == "mixed":
        chance.shuffle(events)
    return events


def batches(events, sizes, chance):
    while events:
        size = chance.choice(sizes)
        batch, events = events[:size], events[size:]
        yield batch


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("how", ["in order", "late", "mixed"])
def test_each_day_is_what_all_at_once_would_be(how, seed):
    chance = random.Random(seed)
    made = sleepless(DAYS, 240)
    tracked, numbers = Sessions(), count()
    for batch in batches(in_some_order([*made.shots, *made.signals], how, chance), (1, 20, 100), chance):
        shots = [each for each in batch if isinstance(each, Sighting)]
        tracked.add(shots, [each for each in batch if each not in shots], name=lambda: f"s-{next(numbers)}")
    whole = segment(made.shots, made.signals)
    assert tuple(stretch for _, stretch in tracked.sessions) == whole
    assert sum(Reason.DAY in stretch.boundary.reasons for stretch in whole) == DAYS


def test_a_late_shot_costs_its_day_however_long_the_presence_lasts():
    tracked, numbers = Sessions(), count()
    made = sleepless(6, 240, signals=0)
    tracked.add(made.shots, name=lambda: f"s-{next(numbers)}")
    whole = tracked.comparisons
    for day in (1, 3, 5):
        before = tracked.comparisons
        seen = made.shots[day * 360]
        late = replace(seen, shot=f"late-{day}", at_ms=seen.at_ms + 3000)
        tracked.add([late], name=lambda: f"s-{next(numbers)}")
        assert tracked.comparisons - before < 0.6 * whole


@pytest.mark.parametrize("signals", [0, 0.02])
@pytest.mark.parametrize("how", ["in order", "late", "mixed"])
def test_what_is_kept_of_each_day_is_what_all_at_once_would_be(tmp_path, how, signals):
    chance = random.Random(1)
    made = sleepless(DAYS, 240, signals)
    seen, noticed = apart(made)
    numbered = {each.shot: number for number, each in enumerate(seen)}

    async def body(db):
        await db.write(lambda w: sightings.noticed(w, noticed))
        keeper = chronicle(db)
        sizes = (100, 300) if how == "mixed" else (5, 20, 100)
        for batch in batches(in_some_order(seen, how, chance), sizes, chance):
            await put(db, [(numbered[each.shot], each) for each in batch])
            if chance.random() < 0.2:
                keeper = chronicle(db)
            await everything(keeper)
        assert [plain(each) for each in await stored(db)] == wanted(seen, noticed)

    with_database(tmp_path, body)


def test_what_decides_about_a_shot_is_days_and_not_the_whole_presence(tmp_path):
    seen, _ = apart(sleepless(8, 240, 0))

    async def body(db):
        await put(db, list(enumerate(seen)))
        for number in (0, 360, 1500, 2000, len(seen) - 1):
            at_ms = seen[number].at_ms
            around = await db.read(lambda cx, ms=at_ms: sightings.region(cx, ms, ms, Settings()))
            held = await db.read(lambda cx, r=around: sightings.between(cx, r.from_ms, r.until_ms))
            assert len(held) <= 4 * 360 + 1

    with_database(tmp_path, body)
