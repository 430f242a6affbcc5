"""An index that is old, missing or broken is made anew, while all goes on."""

import asyncio
import contextlib

import apsw

from glimpsed.core.errors import StoreError
from glimpsed.store import counts, search
from glimpsed.store.db import FILE_NAME
from searched import describe, filled, hits, show
from store_samples import database, with_database


def forget_index(cx):
    cx.execute("DELETE FROM meta WHERE key = 'search_rules'")


def test_an_index_of_other_rules_is_made_anew_while_all_goes_on(tmp_path):
    async def body(db):
        await db.write(lambda w: [show(w, number, f"word w{number}") for number in range(5)] and None)
        await db.write(lambda w: forget_index(w.cx))
        await db.close()
        async with database(tmp_path) as again:
            assert await hits(again, "word") == []
            assert await again.search(search.pending) == 5
            await again.write(lambda w: show(w, 9, "word w9"))
            await again.write(lambda w: describe(w, 2, summary="told"))
            assert set(await hits(again, "word")) == {9, 2}
            assert await again.write(lambda w: search.fill(w, 2))
            assert set(await hits(again, "word")) == {9, 4, 3, 2}, "the newest first"
            await filled(again)
            assert set(await hits(again, "word")) == {9, 4, 3, 2, 1, 0}
            assert await hits(again, "told w2") == [2]
            assert await again.search(search.pending) == 0
        async with database(tmp_path) as once_more:
            assert await once_more.search(search.pending) == 0, "it is made once"

    with_database(tmp_path, body)


def test_a_broken_index_costs_no_more_than_making_it_anew(tmp_path):
    async def fill():
        async with database(tmp_path) as db:
            await db.write(lambda w: [show(w, number, f"word w{number}") for number in range(5)] and None)

    asyncio.run(fill())
    with contextlib.closing(apsw.Connection(str(tmp_path / FILE_NAME))) as cx:
        cx.execute("PRAGMA wal_autocheckpoint = 0")
        cx.execute("UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 10")
        leave_as_after_a_crash(cx, tmp_path)

    async def look():
        async with database(tmp_path) as db:
            assert await db.search(search.pending) == 5
            await filled(db)
            assert len(await hits(db, "word")) == 5

    asyncio.run(look())


def test_an_index_that_breaks_while_it_is_written_is_made_anew(tmp_path):
    async def body(db):
        await db.write(lambda w: [show(w, number, f"word w{number}") for number in range(5)] and None)
        await db.write(lambda w: w.cx.execute("UPDATE search_data SET block = x'00' WHERE id > 10") and None)
        writes = [
            await asyncio.gather(
                db.write(lambda w, n=number: show(w, n, f"word w{n}")), return_exceptions=True
            )
            for number in range(5, 50)
        ]
        broken = [error for (error,) in writes if isinstance(error, StoreError)]
        assert [error.code for error in broken] == ["corrupt"], "once, when rows are brought together"
        assert await db.search(search.pending) > 0
        await filled(db)
        await db.write(lambda w: show(w, 60, "word w60"))
        assert len(await hits(db, "word")) == (await db.read(counts.counts)).pictures

    with_database(tmp_path, body)


def leave_as_after_a_crash(cx, tmp_path):
    """Keep the write-ahead log, which a close would fold in."""
    log = tmp_path / f"{FILE_NAME}-wal"
    kept = log.read_bytes()
    assert kept
    cx.close()
    log.write_bytes(kept)
