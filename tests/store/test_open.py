"""Opening: new, old, newer, foreign and broken databases."""

import asyncio
import contextlib
import shutil
import stat
from pathlib import Path

import apsw
import pytest

from glimpsed.core.errors import StoreError
from glimpsed.core.histogram import Stage
from glimpsed.core.model import JobState, Rung, Urgency
from glimpsed.store import (
    calls,
    counts,
    events,
    jobs,
    measurements,
    migrate,
    rejections,
    results,
    shots,
    stages,
)
from glimpsed.store.connect import blamed_on
from glimpsed.store.db import FILE_NAME, Database
from store_samples import accept, database, open_database, picture, sha, text, with_database

DATA = Path(__file__).parents[1] / "data"
SHIPPED = migrate.shipped()
NEXT = migrate.Schema(
    sql="-- not used: the database is there",
    steps={
        **SHIPPED.steps,
        SHIPPED.version + 1: "ALTER TABLE shot ADD COLUMN note TEXT; UPDATE shot SET note = 'migrated';",
        SHIPPED.version + 2: "CREATE TABLE later (id TEXT PRIMARY KEY) STRICT;",
    },
)


def open_with(directory, schema):
    return Database.open(directory, new_id=lambda: "another-epoch", now_ms=lambda: 0, schema=schema)


def schema_of(path):
    cx = apsw.Connection(str(path))
    found = cx.execute("SELECT type, name, sql FROM sqlite_schema WHERE name <> 'sqlite_stat1' ORDER BY name")
    rows = [row for row in found if not row[1].startswith("sqlite_stat")]
    cx.close()
    return rows


def integrity(path):
    cx = apsw.Connection(str(path))
    found = [cx.execute("PRAGMA integrity_check").get, cx.execute("PRAGMA foreign_key_check").get]
    cx.close()
    return found


async def with_one_shot(db):
    await db.write(lambda w: accept(w, 1, 1))


async def close(db):
    await db.close()


def test_a_new_database_says_whose_it_is_and_keeps_its_epoch(tmp_path):
    db = open_database(tmp_path / "a" / "b")
    assert db.epoch == "the-epoch"
    assert db.schema_version == SHIPPED.version
    asyncio.run(close(db))
    header = db.path.read_bytes()[:100]
    assert header[68:72] == b"glmp"
    assert int.from_bytes(header[60:64], "big") == SHIPPED.version
    again = open_with(tmp_path / "a" / "b", SHIPPED)
    assert again.epoch == "the-epoch"
    asyncio.run(close(again))


def test_a_newer_database_is_refused_naming_both_versions_and_left_alone(tmp_path):
    with_database(tmp_path, with_one_shot)
    path = tmp_path / FILE_NAME
    cx = apsw.Connection(str(path))
    cx.pragma("user_version", 99)
    cx.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=f"version 99.* up to {SHIPPED.version}") as caught:
        open_database(tmp_path)
    assert caught.value.code == "newer_schema"
    assert path.read_bytes() == before


def test_a_migration_keeps_everything_and_the_old_file_beside_it(tmp_path):
    with_database(tmp_path, with_one_shot)
    before = schema_of(tmp_path / FILE_NAME)
    db = open_with(tmp_path, NEXT)

    async def look():
        assert await db.read(lambda cx: cx.execute("SELECT note FROM shot").get) == "migrated"
        assert db.epoch == "the-epoch"
        await db.close()

    asyncio.run(look())
    backup = tmp_path / f"{FILE_NAME}.v{SHIPPED.version}.bak"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert integrity(backup) == ["ok", None]
    assert schema_of(backup) == before
    assert {entry.name for entry in tmp_path.iterdir()} == {FILE_NAME, backup.name}
    asyncio.run(close(open_with(tmp_path, NEXT)))


def test_a_backup_holds_what_was_still_in_the_log(tmp_path):
    copy = tmp_path / "crashed"
    copy.mkdir()

    async def main():
        async with database(tmp_path) as db:
            await with_one_shot(db)
            for name in (FILE_NAME, f"{FILE_NAME}-wal"):
                shutil.copy(tmp_path / name, copy / name)
        await close(open_with(copy, NEXT))
        cx = apsw.Connection(str(copy / f"{FILE_NAME}.v{SHIPPED.version}.bak"))
        assert cx.execute("SELECT id FROM shot").get == "shot-000001"
        cx.close()

    asyncio.run(main())


def test_a_file_that_an_upgrade_left_half_empty_is_made_smaller(tmp_path):
    with_database(tmp_path, with_one_shot)
    cx = apsw.Connection(str(tmp_path / FILE_NAME))
    cx.execute("CREATE TABLE much (x BLOB); INSERT INTO much VALUES (zeroblob(2000000))")
    cx.close()
    emptied = migrate.Schema("", {**SHIPPED.steps, SHIPPED.version + 1: "DROP TABLE much"})
    before = (tmp_path / FILE_NAME).stat().st_size
    asyncio.run(close(open_with(tmp_path, emptied)))
    assert (tmp_path / FILE_NAME).stat().st_size < before - 1_900_000
    assert integrity(tmp_path / FILE_NAME) == ["ok", None]


@pytest.mark.parametrize(
    "bad_step",
    [
        "CREATE TABLE half (x); SELECT * FROM no_such_table",
        "INSERT INTO shot (id) VALUES (NULL)",
        "DELETE FROM picture",
    ],
)
def test_a_migration_that_fails_changes_nothing(tmp_path, bad_step):
    with_database(tmp_path, with_one_shot)
    before = schema_of(tmp_path / FILE_NAME)
    broken = migrate.Schema("", {**NEXT.steps, max(NEXT.steps) + 1: bad_step})
    with pytest.raises(StoreError, match=r"migration_failed: .* from version"):
        open_with(tmp_path, broken)
    assert schema_of(tmp_path / FILE_NAME) == before

    async def still_there(db):
        assert (await db.read(counts.counts)).shots == 1

    with_database(tmp_path, still_there)


def test_a_start_that_was_killed_before_the_first_commit_is_a_new_start(tmp_path):
    (tmp_path / FILE_NAME).touch()
    with_database(tmp_path, with_one_shot)


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    cx = apsw.Connection(str(tmp_path / FILE_NAME))
    cx.execute("CREATE TABLE urls (id)")
    cx.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(StoreError, match="foreign"):
        open_database(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be one" * 200, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_corrupt_and_left_alone(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(StoreError, match="corrupt"):
        open_database(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def write_some(directory):
    """A database of some pages."""

    async def fill(db):
        await db.write(lambda w: [accept(w, number, number) for number in range(200)])

    with_database(directory, fill)


def break_the_far_half(directory):
    """Leave the first pages and the schema as they are, so that only who looks further finds out."""
    path = directory / FILE_NAME
    cx = apsw.Connection(str(path))
    schema = {page for (page,) in cx.execute("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")}
    cx.close()
    content = bytearray(path.read_bytes())
    pages = len(content) // 4096
    for page in set(range(pages // 2, pages + 1)) - schema:
        content[(page - 1) * 4096 : (page - 1) * 4096 + 8] = b"\xa5" * 8
    path.write_bytes(content)


def test_after_an_unclean_stop_the_whole_file_is_looked_at(tmp_path):
    write_some(tmp_path)
    break_the_far_half(tmp_path)
    (tmp_path / f"{FILE_NAME}-wal").write_bytes(b"left behind")
    with pytest.raises(StoreError, match="corrupt"):
        open_database(tmp_path)


def test_a_database_in_which_nothing_can_be_counted_is_said_to_be_broken(tmp_path):
    write_some(tmp_path)
    break_the_far_half(tmp_path)
    with pytest.raises(StoreError, match="corrupt"):
        open_database(tmp_path)


def test_a_page_that_turns_out_broken_while_running_is_said(tmp_path):
    write_some(tmp_path)

    async def use():
        db = open_database(tmp_path)
        break_the_far_half(tmp_path)
        with pytest.raises(StoreError, match="corrupt"):
            await db.read(lambda cx: shots.shots(cx, shots.Filter(), None, 500))
        with pytest.raises(StoreError, match="corrupt"):
            await db.write(lambda w: [jobs.start(w, f"read-{number}", None) for number in range(200)])
        with contextlib.suppress(StoreError):  # whether it looks at such a page at the end is SQLite's affair
            await db.close()

    asyncio.run(use())


def test_a_place_that_cannot_be_used_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="io_error"):
        open_database(tmp_path / "file")
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError, match="io_error"):
        open_database(tmp_path)
    with pytest.raises(StoreError, match="io_error"), blamed_on(tmp_path):
        apsw.Connection("/proc/none/x")


@pytest.mark.parametrize("dump", sorted(DATA.glob("store_v*.sql")), ids=lambda dump: dump.stem)
def test_every_older_database_opens_with_all_that_it_holds(tmp_path, dump):
    old = apsw.Connection(str(tmp_path / FILE_NAME))
    old.execute(dump.read_text("utf-8"))
    version = old.pragma("user_version")
    assert dump.stem == f"store_v{version}"
    old.close()

    async def look(db):
        assert db.epoch == f"epoch-of-v{version}"
        page = await db.read(lambda cx: shots.shots(cx, shots.Filter(), None, 10))
        assert [row.shot.id[-1] for row in page.rows] == ["3", "2", "1"]
        assert page.rows[-1].result.rung is Rung.VISION
        assert {row.job.state for row in page.rows[-1].jobs} == {JobState.DONE}
        assert len(await db.read(lambda cx: results.results(cx, sha(1)))) == 3
        assert await db.read(lambda cx: results.text(cx, sha(1))) == text()
        assert [row.changed_tiles for row in page.rows] == [510, 0, None]
        kept = await db.read(lambda cx: cx.execute("SELECT digests FROM tiles ORDER BY picture").fetchall())
        assert kept == [(picture(1).tiles,), (picture(3).tiles,)]
        assert len(await db.read(lambda cx: events.since(cx, 0, 100))) == (await db.read(events.bounds))[1]
        assert len((await db.read(lambda cx: rejections.rejections(cx, None, 9))).rows) == 1
        measured = await db.read(lambda cx: measurements.find(cx, sha(1), "context=4096"))
        assert (measured is not None) == (version > 1), "what models took is kept since version 2"
        asked = await db.read(lambda cx: calls.recent(cx, "minicpm", 9))
        assert [call.id for call in asked] == (["call-1"] if version > 2 else [])
        timed = await db.read(lambda cx: stages.counts(cx, 0))
        assert set(timed) == ({Stage.DECODE} if version > 2 else set())
        assert page.rows[0].result.rung is (Rung.REUSED if version > 2 else Rung.MINIMUM)
        queued, _, deferred = await db.write(jobs.restore)
        assert [job.id for job in queued] == ["read-3", "describe-3", *(["tell-2"] if version > 9 else [])]
        assert [job for job, _ in deferred] == (["question-3"] if version > 2 else [])
        for row in page.rows[-1].jobs:
            assert (row.job.urgency, row.job.failures, row.job.deadline_ms) == (Urgency.NORMAL, 0, None)
        await db.write(lambda w: accept(w, 9, 9))

    with_database(tmp_path, look)
    assert integrity(tmp_path / FILE_NAME) == ["ok", None]
    with_database(tmp_path / "new", with_one_shot)
    assert schema_of(tmp_path / FILE_NAME) == schema_of(tmp_path / "new" / FILE_NAME)
    assert (tmp_path / f"{FILE_NAME}.v{version}.bak").exists() == (version < SHIPPED.version)
