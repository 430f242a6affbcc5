"""Shots that come into the store are placed in sessions, in any order, once, and across restarts."""

import random

import msgspec
import pytest
import structlog

from chronicled import (
    MINUTE,
    PLAIN,
    apart,
    chronicle,
    everything,
    keeping,
    plain,
    put,
    stored,
    told,
    two_works,
    wanted,
)
from glimpsed.chronicle import Chronicle
from glimpsed.core.model import Rung
from glimpsed.core.sessions.model import SessionState, Sighting, Signal
from glimpsed.core.sessions.settings import Settings
from glimpsed.store import sessions, sightings
from glimpsed.window import Window
from store_samples import with_database
from stored_sightings import accepted, read
from workday_personas import DEVELOPER, STUDENT
from workdays import Script, workday


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("how", ["in order", "late", "mixed"])
def test_what_is_kept_is_what_all_at_once_would_be(tmp_path, how, seed):
    """Shots come and are read in any order, in batches of any size, and the daemon starts anew in between."""
    chance = random.Random(seed)
    seen, noticed = apart(workday(chance.choice(("developer", "writer", "student")), seed, pace=90))
    seen = seen[:220]
    steps = [(each.at_ms, number, what) for number, each in enumerate(seen) for what in (accepted, read)]
    if how == "late":
        steps.sort(key=lambda step: step[0] + chance.choice((0, 0, 0, 0, 10, 100)) * MINUTE)
    if how == "mixed":
        chance.shuffle(steps)

    async def body(db):
        await db.write(lambda w: sightings.noticed(w, noticed))
        keeper, here, left = chronicle(db), set(), steps
        while left:
            size = chance.choice((1, 2, 5, 40))
            batch, left = left[:size], left[size:]
            await db.write(lambda w, batch=batch: done(w, batch, here))
            if chance.random() < 0.2:
                keeper = chronicle(db)
            if chance.random() < 0.6 or not left:
                await everything(keeper)
        assert [plain(each) for each in await stored(db)] == wanted(seen, noticed)
        before = await told(db)
        await everything(chronicle(db))
        assert await told(db) == before, "what is placed is not placed again"

    def done(w, batch, here):
        for _, number, what in batch:
            if number not in here:
                accepted(w, number, seen[number])
            elif what is read or number in here:
                read(w, number, seen[number])
            here.add(number)

    with_database(tmp_path, body)


def test_a_session_is_open_until_nothing_was_seen_for_minutes(tmp_path):
    seen, _ = two_works(minutes=10)
    last = seen[-1].at_ms

    async def body(db):
        await put(db, enumerate(seen))
        await everything(chronicle(db, now=last + MINUTE))
        (*_, session) = await stored(db)
        assert session.state is SessionState.OPEN
        later = chronicle(db, now=last + 6 * MINUTE)
        await everything(later)
        (*_, closed) = await stored(db)
        assert closed == msgspec.structs.replace(session, state=SessionState.CLOSED)
        assert (await told(db))[-1] == ("session.closed", {"session": session.id})

    with_database(tmp_path, body)


def test_what_is_in_no_session_yet_is_counted(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        await put(db, enumerate(seen))
        assert await db.read(sessions.unplaced) == len(seen)
        await everything(chronicle(db))
        assert await db.read(sessions.unplaced) == 0

    with_database(tmp_path, body)


def test_a_screen_that_nothing_can_be_made_of_keeps_nobody_else_from_being_placed(tmp_path, monkeypatch):
    seen, _ = two_works(pause=180, minutes=10)
    add = Window.add

    def fails(self, some, *others, **more):
        if any(each.shot == seen[0].shot for each in some):
            raise ValueError(seen[0].text)
        return add(self, some, *others, **more)

    async def body(db):
        monkeypatch.setattr(Window, "add", fails)
        await put(db, list(enumerate(seen))[: len(seen) // 2])
        with structlog.testing.capture_logs() as logs:
            await everything(chronicle(db))
        (said,) = logs
        assert (said["event"], said["error"]) == ("sessions.not_placed", "ValueError")
        assert seen[0].shot in said["shots"]
        assert not {*seen[0].text} & {*map(str, said.values())}
        assert await db.read(sessions.unplaced) == 0
        monkeypatch.undo()
        await put(db, list(enumerate(seen))[len(seen) // 2 :])
        await everything(chronicle(db))
        assert await stored(db)

    with_database(tmp_path, body)


def test_while_it_grows_it_has_one_version_and_tells_nothing(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        half = len(seen) // 4
        await put(db, list(enumerate(seen))[:half])
        now = [seen[half - 1].at_ms]
        keeper = Chronicle(db, Settings(), clock=lambda: now[0], wait_ms=0)
        await everything(keeper)
        (session,) = await stored(db)
        now[0] = seen[half + 2].at_ms
        await put(db, list(enumerate(seen))[half : half + 3])
        await everything(keeper)
        (grown,) = await stored(db)
        assert (grown.id, grown.version, grown.shots) == (session.id, 1, session.shots + 3)
        assert await told(db) == [("session.opened", {"session": session.id})]

    with_database(tmp_path, body)


def test_a_late_shot_revises_a_closed_session_and_what_it_was_is_kept(tmp_path):
    seen, _ = two_works(pause=30)
    late = len(seen) // 4

    async def body(db):
        await put(db, [(number, each) for number, each in enumerate(seen) if number != late])
        await everything(chronicle(db))
        before = await stored(db)
        await put(db, [(late, seen[late])])
        await everything(chronicle(db))
        after = await stored(db)
        assert [each.id for each in after] == [each.id for each in before]
        assert (after[0].version, after[0].shots) == (2, before[0].shots + 1)
        assert after[1:] == before[1:]
        (version,) = await db.read(lambda cx: sessions.versions(cx, before[0].id))
        assert version.session == before[0]
        body = {"session": before[0].id, "version": 2, "state": "closed"}
        assert (await told(db))[-1] == ("session.revised", body)

    with_database(tmp_path, body)


def test_a_session_that_is_part_of_another_now_is_in_no_list_and_keeps_what_it_was(tmp_path):
    """Two sessions with a pause between them; then shots are found that were taken in the pause."""
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"], 60)
    seen, _ = apart(script.day)
    begin, end = seen[0].at_ms + 20 * MINUTE, seen[0].at_ms + 40 * MINUTE
    missing = [(n, each) for n, each in enumerate(seen) if begin < each.at_ms < end]
    there = [(n, each) for n, each in enumerate(seen) if (n, each) not in missing]

    async def body(db):
        await put(db, there)
        await everything(chronicle(db))
        first, second = await stored(db)
        await put(db, missing)
        await everything(chronicle(db))
        (joined,) = await stored(db)
        assert joined.id == first.id
        gone = await db.read(lambda cx: sessions.get(cx, second.id))
        assert gone == msgspec.structs.replace(second, state=SessionState.WITHDRAWN, version=2)
        (version,) = await db.read(lambda cx: sessions.versions(cx, second.id))
        assert version.session == second
        assert (await db.read(lambda cx: sessions.sessions(cx, sessions.Filter(), None, 9))).rows == (joined,)
        shot = missing[0][1]
        assert await db.read(lambda cx: sessions.of_shot(cx, shot.at_ms, shot.shot)) == joined

    with_database(tmp_path, body)


def test_every_shot_is_in_the_session_that_its_time_says(tmp_path):
    seen, noticed = apart(workday("developer", 3, pace=60))

    async def body(db):
        await db.write(lambda w: sightings.noticed(w, noticed))
        await put(db, enumerate(seen))
        await everything(chronicle(db))
        kept_ones = await stored(db)
        counted = {session.id: 0 for session in kept_ones}
        for each in seen:
            session = await db.read(lambda cx, e=each: sessions.of_shot(cx, e.at_ms, e.shot))
            counted[session.id] += 1
        assert counted == {session.id: session.shots for session in kept_ones}
        assert await db.read(lambda cx: sessions.of_shot(cx, seen[0].at_ms - 1, "")) is None
        assert await db.read(lambda cx: sessions.of_shot(cx, seen[-1].at_ms + 1, "")) is None

    with_database(tmp_path, body)


def test_work_for_one_more_shot_is_not_the_work_of_the_day(tmp_path):
    """What is held is not read again, and screens that were compared are not compared again."""
    seen, _ = two_works(minutes=60)

    async def body(db):
        numbered = list(enumerate(seen))
        await put(db, numbered[:-20])
        keeper = chronicle(db, now=seen[-1].at_ms)
        await everything(keeper)
        loads = keeper.loads
        for each in numbered[-20:]:
            await put(db, [each])
            await everything(keeper)
        assert keeper.loads == loads

    with_database(tmp_path, body)


def test_who_starts_anew_at_noon_knows_the_words_of_the_morning(tmp_path):
    script, moments = Script(0), []
    for _ in range(4):
        for what in ("biology", "essay", "statistics"):
            script.work(STUDENT[what], 20)
        script.away(20)
        moments.append(len(script.day.shots))
    seen = script.day.shots

    async def body(db):
        await put(db, list(enumerate(seen))[: moments[2]])
        await everything(chronicle(db, now=seen[moments[2] - 1].at_ms))
        await put(db, list(enumerate(seen))[moments[2] :])
        await everything(chronicle(db))
        assert [plain(each) for each in await stored(db)] == wanted(seen)
        around = await db.read(lambda cx: sightings.region(cx, seen[-1].at_ms, seen[-1].at_ms, Settings()))
        held = await db.read(lambda cx: sightings.earlier(cx, around.from_ms, Settings()))
        assert [each.shot for each in held] == [each.shot for each in seen if each.at_ms < around.from_ms]
        assert held, "or nothing was left to be learnt"

    with_database(tmp_path, body)


def test_a_day_on_which_the_clock_was_set_is_one(tmp_path):
    first, second = two_works(pause=30)[0], two_works(pause=30)[0]
    hours = 6 * 60 * MINUTE
    west = [
        msgspec.structs.replace(each, shot="w" + each.shot, at_ms=each.at_ms + hours, offset_s=-6 * 3600)
        for each in second
    ]
    yesterday = [
        msgspec.structs.replace(each, shot="y" + each.shot, at_ms=each.at_ms - 4 * hours) for each in second
    ]

    async def body(db):
        await put(db, list(enumerate([*yesterday, *first, *west])))
        held = await db.read(lambda cx: sightings.earlier(cx, west[30].at_ms, Settings()))
        assert [each.shot for each in held] == [each.shot for each in (*first, *west[:30])]

    with_database(tmp_path, body)


def test_thousands_of_shots_in_one_minute(tmp_path):
    """A burst is one look after another, and what is held is not read again for each of them."""
    begin = 1_700_000_000_000
    seen = [Sighting(f"shot-{n:05}", begin + 6 * n, source="folder") for n in range(3_000)]

    async def body(db):
        numbered = list(enumerate(seen))
        keeper = chronicle(db)
        for some in range(0, len(seen), 1000):
            burst = numbered[some : some + 1000]
            await db.write(lambda w, burst=burst: [accepted(w, *each) for each in burst] and None)
            await everything(keeper)
        (session,) = await stored(db)
        assert (session.shots, session.active_ms) == (3_000, 6 * 2_999)
        assert keeper.loads == 1

    with_database(tmp_path, body)


def test_times_of_all_kinds_are_placed(tmp_path):
    """Equal, in the future, before 1970, far apart: each shot is in one session once its time has come."""
    times = [0, 0, 0, -5 * 10**12, 10**15, 10**15 + 1, 1_700_000_000_000, 1_700_000_000_000 + 59_999]
    seen = [Sighting(f"shot-{n}", at, source="folder", rung=Rung.OCR) for n, at in enumerate(times)]

    async def body(db):
        now = [1_700_000_100_000]
        keeper = Chronicle(db, Settings(), clock=lambda: now[0], wait_ms=0)
        await put(db, enumerate(seen))
        await everything(keeper)
        past = [each for each in seen if each.at_ms <= now[0]]
        assert [plain(each) for each in await stored(db)] == wanted(past, now=now[0])
        now[0] = 10**15 + 1
        for later in (keeper, Chronicle(db, Settings(), clock=lambda: now[0], wait_ms=0)):
            await everything(later)
            assert [plain(each) for each in await stored(db)] == wanted(seen, now=now[0])

    with_database(tmp_path, body)


def test_it_hears_of_what_comes_and_places_it(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        async with keeping(db, chronicle(db)) as told_of:
            await put(db, enumerate(seen))
            await told_of["session.opened"].wait()

    with_database(tmp_path, body)


def test_that_the_machine_slept_is_kept_and_ends_a_session(tmp_path, monkeypatch):
    """Two minutes of sleep are no gap of five, and part two sessions all the same."""
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"], 30)
    seen, _ = apart(script.day)
    later = [msgspec.structs.replace(e, shot=f"later-{e.shot}", at_ms=e.at_ms + 32 * MINUTE) for e in seen]
    slept = [0.0, 120.0]
    monkeypatch.setattr("glimpsed.chronicle.slept_s", lambda: slept[0])
    monkeypatch.setattr("glimpsed.chronicle.LOOK_S", 0.01)

    async def body(db):
        await put(db, enumerate(seen))
        now = seen[-1].at_ms + 121_000
        async with keeping(db, chronicle(db, now=now)) as told_of:
            await told_of["session.opened"].wait()
            slept.pop(0)
            await told_of["machine.slept"].wait()
        noticed = await db.read(lambda cx: sightings.signals(cx, None, None))
        assert noticed == [Signal(now - 120_000, "slept"), Signal(now, "woke")]
        await put(db, enumerate(later, 1000))
        await everything(chronicle(db))
        first, second = await stored(db)
        assert second.boundary.reasons == ("sleep",)
        assert first.end_ms <= now - 120_000

    with_database(tmp_path, body)
