"""What is counted while it is written is what a count finds."""

import pytest

from glimpsed.core.model import JobState, Rung
from glimpsed.store import counts, events, jobs, rejections, results
from glimpsed.store.counts import Counts
from glimpsed.store.tally import Tally
from store_samples import FOLDER, accept, database, read_job, rejection, result, text, with_database

REFUSED = (("not_an_image", 1), ("not_an_image", 1), ("too_large", 1), ("too_large", 2), ("not_an_image", 1))
"""Codes and files: seen again, for another reason, another file, and as at first."""


async def by_counting(db):
    def look(cx):
        return Tally(counts.counts(cx), rejections.counts(cx), events.latest(cx))

    return await db.read(look)


def read(w, content):
    job = read_job(content)
    jobs.start(w, job.id, None)
    results.finish_read(w, job.id, text(), result(f"ocr-{content}", content, Rung.OCR))


def test_nothing_is_in_a_new_database(tmp_path):
    async def body(db):
        assert db.tally == await by_counting(db) == Tally(Counts(0, 0, {}, {}), {}, 0)

    with_database(tmp_path, body)


def test_what_is_accepted_and_done_is_counted_and_after_a_restart_it_still_is(tmp_path):
    async def body(db):
        for number in range(4):
            await db.write(lambda w, number=number: accept(w, number, number // 2) and None)
        await db.write(lambda w: read(w, 0))
        assert db.tally == await by_counting(db)
        assert db.tally.counts.results == {Rung.OCR: 1, Rung.MINIMUM: 1}
        assert db.tally.counts.jobs == {JobState.DONE: 1, JobState.QUEUED: 3}
        known = db.tally
        await db.close()
        async with database(tmp_path) as again:
            assert again.tally == known

    with_database(tmp_path, body)


def test_files_are_refused_for_another_reason_and_forgiven(tmp_path):
    async def body(db):
        for code, number in REFUSED:
            await db.write(lambda w, code=code, number=number: rejections.reject(w, rejection(number, code)))
            assert db.tally == await by_counting(db)
        assert db.tally.rejected == {"not_an_image": 1, "too_large": 1}
        await db.write(lambda w: rejections.forget(w, FOLDER, rejection(1).path))
        assert db.tally == await by_counting(db)
        assert db.tally.rejected == {"too_large": 1}

    with_database(tmp_path, body)


def test_what_is_taken_back_is_not_counted(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1) and None)
        known = db.tally

        def fail(w):
            accept(w, 2, 2)
            read(w, 2)
            raise LookupError

        with pytest.raises(LookupError):
            await db.write(fail)
        assert db.tally == known == await by_counting(db)

    with_database(tmp_path, body)


def test_whoever_is_told_of_a_write_finds_it_counted(tmp_path):
    async def body(db):
        seen = []
        db.on_events(lambda noted: seen.append((noted[-1].seq, db.tally.seq)))
        for number in range(5):
            await db.write(lambda w, number=number: accept(w, number, number) and None)
            assert db.tally.counts.shots == number + 1
        assert [seq for seq, _ in seen] == [counted for _, counted in seen]

    with_database(tmp_path, body)
