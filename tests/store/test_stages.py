"""How long stages took, by day."""

import asyncio

from glimpsed.core.histogram import Stage, bucket
from glimpsed.store import stages
from glimpsed.store.db import Database


def test_stages_are_counted_by_day_and_added_up_over_days(tmp_path):
    clock = iter([stages.DAY_MS * 3 - 1, stages.DAY_MS * 3, stages.DAY_MS * 3 + 1, stages.DAY_MS * 5])
    seen = [
        [(Stage.ENCODE, 7), (Stage.ENCODE, 7), (Stage.DECODE, 7)],
        [(Stage.ENCODE, 7)],
        [(Stage.ENCODE, 60_000)],
        [(Stage.LOAD, 0)],
    ]

    async def main():
        db = Database.open(tmp_path, new_id=lambda: "epoch", now_ms=lambda: next(clock))
        for took in seen:
            await db.write(lambda w, took=took: [stages.observe(w, *each) for each in took] and None)
        short, long, none = bucket(7), bucket(60_000), bucket(0)
        assert await db.read(lambda cx: stages.counts(cx, 0)) == {
            Stage.ENCODE: {short: 3, long: 1},
            Stage.DECODE: {short: 1},
            Stage.LOAD: {none: 1},
        }
        assert await db.read(lambda cx: stages.counts(cx, 3)) == {
            Stage.ENCODE: {short: 1, long: 1},
            Stage.LOAD: {none: 1},
        }
        assert await db.read(lambda cx: stages.counts(cx, 6)) == {}
        by_day = await db.read(lambda cx: stages.days(cx, 0))
        assert list(by_day) == [2, 3, 5], "a day on which nothing was timed is not there"
        assert by_day[2] == {Stage.ENCODE: {short: 2}, Stage.DECODE: {short: 1}}
        assert by_day[3] == {Stage.ENCODE: {short: 1, long: 1}}
        assert list(await db.read(lambda cx: stages.days(cx, 3))) == [3, 5]
        await db.close()

    asyncio.run(main())


def test_days_that_are_long_over_are_forgotten(tmp_path):
    clock = iter([0, stages.DAY_MS - 1, stages.DAY_MS, *[stages.DAY_MS * stages.KEEP_DAYS] * 3])

    async def main():
        db = Database.open(tmp_path, new_id=lambda: "epoch", now_ms=lambda: next(clock))
        for _ in range(4):
            await db.write(lambda w: stages.observe(w, Stage.LOAD, 7))
        assert await db.write(stages.prune) == 1
        assert list(await db.read(lambda cx: stages.days(cx, 0))) == [1, stages.KEEP_DAYS]
        assert await db.write(stages.prune) == 0
        await db.close()

    asyncio.run(main())
