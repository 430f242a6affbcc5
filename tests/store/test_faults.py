"""A disk that is full or fails: everybody hears of it, nothing is half done, and it goes on afterwards."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import apsw
import pytest

from glimpsed.core.errors import StoreError
from glimpsed.store import counts, events
from store_samples import accept, database, open_database, with_database

TESTS = Path(__file__).parents[1]


async def group(db, numbers):
    """Accept these shots in one group; gives what each caller got."""
    held, free = threading.Event(), threading.Event()

    def hold(_writer):
        held.set()
        free.wait(10)

    holding = asyncio.ensure_future(db.write(hold))
    await asyncio.to_thread(held.wait, 10)  # the writer is busy: what is queued now is taken together
    writes = [
        asyncio.ensure_future(db.write(lambda w, number=number: accept(w, number, number)))
        for number in numbers
    ]
    await asyncio.sleep(0)
    free.set()
    await holding
    return await asyncio.gather(*writes, return_exceptions=True)


def kept(cx):
    """Numbers of the shots that are there, each with all that belongs to it."""
    whole = "SELECT id FROM shot WHERE EXISTS (SELECT 1 FROM result WHERE result.picture = shot.picture)"
    found = {int(id_[5:]) for (id_,) in cx.execute(whole)}
    counted = counts.counts(cx)
    assert len(found) == counted.shots == counted.pictures == sum(counted.results.values())
    assert events.bounds(cx)[1] == 3 * len(found), "an event without its shot, or a gap"
    return found


def test_a_full_disk_fails_the_whole_group_and_nothing_else(tmp_path):
    async def body(db):
        published = []
        db.on_events(published.extend)
        await group(db, range(5))
        before = len(published)
        await db.write(lambda w: w.cx.pragma("max_page_count", w.cx.pragma("page_count") + 2))
        outcomes = await group(db, range(100, 200))
        assert {type(outcome) for outcome in outcomes} == {StoreError}
        assert {outcome.code for outcome in outcomes} == {"disk_full"}
        assert len({id(outcome) for outcome in outcomes}) == 100, "each caller has an error of its own"
        assert await db.read(kept) == set(range(5))
        assert len(published) == before
        await db.write(lambda w: w.cx.pragma("max_page_count", 1_000_000))
        assert not any(isinstance(outcome, Exception) for outcome in await group(db, range(100, 200)))
        assert await db.read(kept) == {*range(5), *range(100, 200)}
        assert [event.seq for event in published] == list(range(1, 3 * 105 + 1))

    with_database(tmp_path, body)


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from store_samples import accept, open_database

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main():
    db = open_database(Path(sys.argv[1]))
    await db.write(lambda w: accept(w, 1, 1))
    limit(300_000)
    codes = []
    for number in range(2, 200):
        try:
            await db.write(lambda w: accept(w, number, number))
        except Exception as error:
            codes.append(error.code)
            break
    limit(resource.RLIM_INFINITY)
    await db.write(lambda w: accept(w, 1000, 1000))
    await db.close()
    print(number, *codes)

asyncio.run(main())
"""


def test_a_file_that_may_not_grow_is_an_io_error_and_the_daemon_can_go_on(tmp_path):
    """The kernel itself refuses the write: no test double is in between."""
    child = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        env={"PYTHONPATH": f"{TESTS.parent / 'daemon'}:{TESTS}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    refused, code = child.stdout.split()
    assert code == "io_error"

    async def body(db):
        assert await db.read(kept) == {*range(1, int(refused)), 1000}

    with_database(tmp_path, body)


class Forbidding:
    """Has SQLite itself refuse these statements that end a transaction, as long as there are any."""

    def __init__(self, *refused):
        self.refused = refused

    def __call__(self, operation, what, *_):
        refuse = operation == apsw.SQLITE_TRANSACTION and what in self.refused
        return apsw.SQLITE_DENY if refuse else apsw.SQLITE_OK


@pytest.mark.parametrize("mended", [True, False])
def test_neither_commit_nor_rollback_works_and_everybody_hears_of_it(tmp_path, mended):
    """Nobody waits for ever, writing goes on once it can, and so does a stop that comes before."""
    forbidding = Forbidding("COMMIT", "ROLLBACK")

    def break_it(w):
        accept(w, 1, 1)
        w.cx.authorizer = forbidding

    async def body():
        db = open_database(tmp_path)
        async with asyncio.timeout(20):
            await db.write(lambda w: accept(w, 0, 0))
            with pytest.raises(StoreError, match="not authorized"):
                await db.write(break_it)
            for _ in range(2):
                with pytest.raises(StoreError, match="within a transaction"):
                    await db.write(lambda w: accept(w, 2, 2))
            if mended:
                forbidding.refused = ()
                with pytest.raises(StoreError, match="within a transaction"):
                    await db.write(lambda w: accept(w, 2, 2))
                await db.write(lambda w: accept(w, 3, 3))
                await db.close()
            else:
                with pytest.raises(StoreError):
                    await db.close()
        async with database(tmp_path) as again:
            assert await again.read(kept) == ({0, 3} if mended else {0})

    asyncio.run(body())


class FailingFile(apsw.VFSFile):
    """A file on a disk that fails at the n-th thing that is asked of it, once."""

    def __init__(self, disk, name, flags):
        self.disk = disk
        super().__init__(disk.base_name, name, flags)

    def xWrite(self, data, offset):  # noqa: N802 - SQLite's name
        self.disk.asked()
        super().xWrite(data, offset)

    def xSync(self, flags):  # noqa: N802 - SQLite's name
        self.disk.asked()
        super().xSync(flags)

    def xTruncate(self, size):  # noqa: N802 - SQLite's name
        self.disk.asked()
        super().xTruncate(size)


class FailingDisk(apsw.VFS):
    """The default disk, failing once when `fails_in` comes to zero."""

    def __init__(self, error):
        self.base_name = apsw.vfs_names()[0]
        self.error = error
        self.fails_in = -1
        super().__init__("failing", self.base_name, makedefault=True)

    def asked(self):
        self.fails_in -= 1
        if self.fails_in == 0:
            raise self.error("the test's disk fails now")

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's name
        return FailingFile(self, name, flags)


@pytest.mark.parametrize(("error", "code"), [(apsw.IOError, "io_error"), (apsw.FullError, "disk_full")])
def test_whatever_operation_fails_nothing_acknowledged_is_lost(tmp_path, error, code):
    """Fail the n-th write, sync or truncation for n = 1, 2, 3... until a whole group and a close pass."""

    async def survive(n, disk):
        db = open_database(tmp_path / str(n))
        await group(db, [0])
        disk.fails_in = n
        outcomes = await group(db, [1, 2])
        closing = await asyncio.gather(db.close(), return_exceptions=True)
        errors = [outcome for outcome in [*outcomes, *closing] if isinstance(outcome, Exception)]
        assert {found.code for found in errors} <= {code}
        failed = disk.fails_in <= 0
        disk.fails_in = -1
        acknowledged = {number for number, found in zip([1, 2], outcomes, strict=True) if found not in errors}
        async with database(tmp_path / str(n)) as again:
            assert await again.read(lambda cx: cx.execute("PRAGMA integrity_check").get) == "ok"
            there = await again.read(kept)
        assert {0} | acknowledged <= there, f"lost when operation {n} failed"
        assert there in ({0}, {0, 1, 2})
        return failed

    disk = FailingDisk(error)
    try:
        n = 1
        while asyncio.run(survive(n, disk)):
            n += 1
        assert n > 10, "the disk was hardly asked"
    finally:
        disk.unregister()
