"""One look serves all who ask; who asks often never waits, and nobody is told what is old."""

import asyncio

import pytest

from glimpsed.api.figures import FRESH_S, OLDEST_S, Looks, Subject
from glimpsed.core.histogram import Stage, bucket
from glimpsed.store.stages import DAY_MS
from store_samples import accept, ask_job, describe_job, shot, with_database


class Gated:
    """A store that counts its reads, and answers them once it is let."""

    def __init__(self, store, *, open_now=False):
        self._store = store
        self.reads = 0
        self.gate = asyncio.Event()
        if open_now:
            self.gate.set()

    async def read(self, fn):
        self.reads += 1
        await self.gate.wait()
        return await self._store.read(fn)


class Broken:
    async def read(self, _fn):
        raise OSError("no disk")


def asked(looks, store, now, now_ms=0):
    return asyncio.ensure_future(looks.statistics(store, now, now_ms))


def test_they_are_looked_up_once_a_second(tmp_path):
    async def body(db):
        looks, store = Looks(), Gated(db, open_now=True)
        first = await asked(looks, store, 100.0)
        assert await asked(looks, store, 100.0 + 0.9 * FRESH_S) is first
        assert store.reads == 1

    with_database(tmp_path, body)


def test_who_asks_often_does_not_wait_and_finds_what_the_one_before_had_looked_up(tmp_path):
    async def body(db):
        looks = Looks()
        first = await asked(looks, db, 100.0)
        store = Gated(db)
        assert await asked(looks, store, 100.0 + FRESH_S) is first
        assert await asked(looks, store, 100.0 + 2 * FRESH_S) is first
        await asyncio.sleep(0)
        assert store.reads == 1
        store.gate.set()
        late = await asked(looks, store, 100.0 + OLDEST_S)
        assert late is not first
        assert await asked(looks, store, 100.0 + FRESH_S) is late
        assert store.reads == 1

    with_database(tmp_path, body)


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_at_any_hour_the_stages_of_a_whole_day_are_told(tmp_path, hour):
    now_ms = 20_000 * DAY_MS + hour * DAY_MS // 24

    async def body(db):
        for ago, stage in ((0, Stage.LOAD), (1, Stage.ENCODE), (2, Stage.DECODE)):
            row = (20_000 - ago, stage, bucket(7), 1)
            await db.write(
                lambda w, row=row: w.cx.execute("INSERT INTO stage VALUES (?, ?, ?, ?)", row) and None
            )
        found = await asked(Looks(), db, 100.0, now_ms)
        assert found.stages == {Stage.LOAD: {bucket(7): 1}, Stage.ENCODE: {bucket(7): 1}}

    with_database(tmp_path, body)


def test_the_job_in_the_slot_is_known_by_its_shot(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, number, 1) for number in (1, 2)])
        describe, ask = describe_job(1), ask_job("q", 1, shot(1, 1).id)
        for job, about in ((describe, shot(2, 1)), (ask, shot(1, 1))):
            found = await Looks().statistics(db, 100.0, 0, job)
            assert found.subject == Subject(job.id, about.id, about.path)
        assert (await Looks().statistics(db, 100.0, 0)).subject is None

    with_database(tmp_path, body)


def test_who_asks_after_a_while_waits(tmp_path):
    async def body(db):
        looks = Looks()
        first = await asked(looks, db, 100.0)
        assert await asked(looks, db, 100.0 + OLDEST_S) is not first

    with_database(tmp_path, body)


@pytest.mark.parametrize("asking", [1, 20])
def test_many_who_ask_at_once_cost_one_look(tmp_path, asking):
    async def body(db):
        looks, store = Looks(), Gated(db, open_now=True)
        found = await asyncio.gather(*(asked(looks, store, 100.0) for _ in range(asking)))
        assert store.reads == 1
        assert all(each is found[0] for each in found)

    with_database(tmp_path, body)


def test_who_gives_up_takes_nobody_along(tmp_path):
    async def body(db):
        looks, store = Looks(), Gated(db)
        first, second = asked(looks, store, 100.0), asked(looks, store, 100.0)
        await asyncio.sleep(0)
        first.cancel()
        store.gate.set()
        assert (await second).calls == []

    with_database(tmp_path, body)


def test_a_look_that_fails_fails_for_those_who_waited_for_it_and_for_nobody_else(tmp_path):
    async def body(db):
        looks = Looks()
        both = (asked(looks, Broken(), 100.0) for _ in range(2))
        failed = await asyncio.gather(*both, return_exceptions=True)
        assert [type(each) for each in failed] == [OSError, OSError]
        first = await asked(looks, db, 100.0)
        assert await asked(looks, Broken(), 100.0 + FRESH_S) is first
        assert (await asked(looks, db, 100.0 + OLDEST_S)).calls == []

    with_database(tmp_path, body)
