"""One writer, one reader: what is promised to those who wait."""

import asyncio
import contextlib
import os
import stat
import threading

import apsw
import pytest

from glimpsed.core.errors import StoreError
from glimpsed.store import counts, events
from glimpsed.store.db import FILE_NAME
from store_samples import accept, database, open_database, with_database


def add_meta(key):
    return lambda w: w.cx.execute("INSERT INTO meta VALUES (?, 'x')", (key,)) and None


def meta_keys(cx):
    return {key for (key,) in cx.execute("SELECT key FROM meta WHERE value = 'x'")}


async def held_back(db):
    """Keep the writer busy until the event that is returned is set."""
    entered, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(_w):
        loop.call_soon_threadsafe(entered.set)
        assert go_on.wait(30)

    holding = asyncio.create_task(db.write(hold))
    await entered.wait()
    return go_on, holding


def test_what_waits_during_a_commit_shares_the_next_one(tmp_path):
    async def body(db):
        commits = []
        await db.write(lambda w: w.cx.set_commit_hook(lambda: bool(commits.append(1))))
        go_on, holding = await held_back(db)
        writes = [asyncio.create_task(db.write(add_meta(f"k{i}"))) for i in range(100)]
        await asyncio.sleep(0)
        before = len(commits)
        go_on.set()
        await asyncio.gather(holding, *writes)
        assert len(commits) - before == 2, "one for the call that held, one for the hundred"
        assert len(await db.read(meta_keys)) == 100

    with_database(tmp_path, body)


def test_a_failing_call_hurts_nobody_else_and_leaves_no_gap_in_seq(tmp_path):
    async def body(db):
        published = []
        db.on_events(published.extend)

        def good(w):
            add_meta(str(w.event("daemon.started", {})))(w)

        def bad(w):
            w.event("daemon.started", {})
            add_meta("epoch")(w)

        go_on, holding = await held_back(db)
        calls = [good, bad] * 10
        writes = [asyncio.create_task(db.write(call)) for call in calls]
        go_on.set()
        outcomes = await asyncio.gather(holding, *writes, return_exceptions=True)
        failed = [isinstance(outcome, apsw.ConstraintError) for outcome in outcomes[1:]]
        assert failed == [call is bad for call in calls]
        assert [event.seq for event in published] == list(range(1, 11))
        assert await db.read(lambda cx: events.since(cx, 0, 100)) == published

    with_database(tmp_path, body)


def test_events_are_published_committed_in_order_and_before_the_writer_resumes(tmp_path):
    async def body(db):
        order = []
        other = apsw.Connection(str(db.path))

        def publish(found):
            assert other.execute("SELECT max(seq) FROM event").get == found[-1].seq, "published uncommitted"
            order.extend(event.seq for event in found)

        async def write(_):
            seq = await db.write(lambda w: w.event("daemon.started", {"nested": ["a", 1, None]}))
            assert seq in order
            return seq

        db.on_events(publish)
        assert sorted(await asyncio.gather(*map(write, range(50)))) == order == list(range(1, 51))
        other.close()

    with_database(tmp_path, body)


def test_a_subscriber_that_raises_keeps_nobody_waiting(tmp_path):
    async def body(db):
        complaints = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))

        def publish(_events):
            raise ValueError("a bug in the publisher")

        db.on_events(publish)
        assert await db.write(lambda w: w.event("daemon.started", {})) == 1
        assert isinstance(complaints[0]["exception"], ValueError)

    with_database(tmp_path, body)


def test_a_cancelled_write_happens_whole_and_the_writer_goes_on(tmp_path):
    async def body(db):
        go_on, holding = await held_back(db)
        write = asyncio.create_task(db.write(add_meta("mine")))
        await asyncio.sleep(0)
        write.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await write
        go_on.set()
        await holding
        await db.write(add_meta("next"))
        assert await db.read(meta_keys) == {"mine", "next"}

    with_database(tmp_path, body)


@pytest.mark.parametrize("break_out", ["COMMIT", "ROLLBACK", "RELEASE call"])
def test_a_call_that_breaks_out_of_its_transaction_is_told_and_the_writer_lives(tmp_path, break_out):
    async def body(db):
        with pytest.raises(StoreError, match="unexpected"):
            await db.write(lambda w: w.cx.execute(break_out) and None)
        await db.write(add_meta("after"))
        assert "after" in await db.read(meta_keys)

    with_database(tmp_path, body)


def test_stop_iteration_in_a_call_is_an_error_not_a_hang(tmp_path):
    async def body(db):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await db.write(lambda w: next(w.cx.execute("SELECT 1 WHERE 0")))

    with_database(tmp_path, body)


def test_a_read_sees_one_moment_and_cannot_write(tmp_path):
    async def body(db):
        other = apsw.Connection(str(db.path))

        def twice(cx):
            before = meta_keys(cx)
            other.execute("INSERT INTO meta VALUES ('between', 'x')")
            return before, meta_keys(cx)

        before, after = await db.read(twice)
        assert before == after == set()
        assert await db.read(meta_keys) == {"between"}
        with pytest.raises(StoreError, match="io_error"):
            await db.read(lambda cx: cx.execute("DELETE FROM meta"))
        other.close()

    with_database(tmp_path, body)


def test_a_cursor_left_open_is_refused(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, i, i) for i in range(10)])
        with pytest.raises(RuntimeError, match="cursor open"):
            await db.read(lambda cx: cx.execute("SELECT id FROM shot"))
        assert (await db.read(counts.counts)).shots == 10

    with_database(tmp_path, body)


def test_a_failing_read_raises_its_own_error(tmp_path):
    async def body(db):
        with pytest.raises(ZeroDivisionError):
            await db.read(lambda _cx: 1 // 0)
        assert await db.read(meta_keys) == set()

    with_database(tmp_path, body)


def test_close_finishes_what_is_queued_and_leaves_one_whole_file(tmp_path):
    async def main():
        db = open_database(tmp_path)
        writes = [asyncio.create_task(db.write(add_meta(str(i)))) for i in range(20)]
        await asyncio.sleep(0)
        await db.close()
        await db.close()
        await asyncio.gather(*writes)
        for refused in (db.write(add_meta("late")), db.read(meta_keys)):
            with pytest.raises(StoreError, match="closed"):
                await refused
        assert [entry.name for entry in os.scandir(tmp_path)] == [FILE_NAME]
        async with database(tmp_path) as again:
            assert len(await again.read(meta_keys)) == 20

    asyncio.run(main())


def test_close_with_a_stranger_reading_loses_nothing(tmp_path):
    async def main():
        db = open_database(tmp_path)
        await db.write(lambda w: accept(w, 1, 1))
        stranger = apsw.Connection(str(db.path))
        reading = stranger.execute("SELECT id FROM shot UNION ALL SELECT id FROM result")
        next(reading)
        await db.write(lambda w: w.cx.set_busy_timeout(1))
        await db.write(lambda w: accept(w, 2, 2))
        await db.close()
        reading.close()
        stranger.close()
        async with database(tmp_path) as again:
            assert (await again.read(counts.counts)).shots == 2

    asyncio.run(main())


def test_every_commit_is_durable_and_every_setting_is_on(tmp_path):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 1000,
        "journal_size_limit": 64 * 1024 * 1024,
        "busy_timeout": 5000,
        "temp_store": 2,
    }

    async def body(db):
        assert await db.write(lambda w: {name: w.cx.pragma(name) for name in wanted}) == wanted
        assert await db.read(lambda cx: cx.pragma("query_only")) == 1
        with pytest.raises(apsw.SQLError):
            await db.write(lambda w: w.cx.execute('SELECT "no such column"').get)

    with_database(tmp_path, body)


def test_files_are_private_from_the_start_whatever_the_umask(tmp_path):
    before = os.umask(0o022)
    try:
        data = tmp_path / "data"
        data.mkdir()

        async def body(db):
            await db.write(lambda w: accept(w, 1, 1))
            modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in os.scandir(data)}
            assert modes == dict.fromkeys([FILE_NAME, FILE_NAME + "-wal", FILE_NAME + "-shm"], 0o600)
            assert stat.S_IMODE(data.stat().st_mode) == 0o700
            assert db.path == data / FILE_NAME

        with_database(data, body)
        (data / FILE_NAME).chmod(0o644)
        with_database(data, body_is_private)
    finally:
        os.umask(before)


async def body_is_private(db):
    assert stat.S_IMODE(db.path.stat().st_mode) == 0o600
