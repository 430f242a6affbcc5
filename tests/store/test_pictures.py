"""Tiles are compared with those before, and kept as long as that may happen."""

import msgspec
import pytest

from glimpsed.core.model import JobState, OpenedFile, Rung
from glimpsed.store import jobs, pictures, results, shots
from store_samples import FOLDER, accept, identity, opened, picture, result, sha, shot, with_database

OTHER = "elsewhere"


def show(w, number, *, source=FOLDER, content=None):
    """A shot that is owed nothing."""
    content = number if content is None else content
    said = result(f"m{number}", content, Rung.MINIMUM)
    shots.accept(w, shot(number, content, source=source), opened(content), said, ())


def show_many(w, first, many, **where):
    for number in range(first, first + many):
        show(w, number, **where)


def let_go(w, most=7):
    """All batches of one round; how many there were."""
    after, batches = 0, 0
    while after := pictures.let_go(w, after, most):
        batches += 1
    return batches


def kept(w):
    """The contents whose tiles are kept."""
    numbers = {sha(number): number for number in range(1000)}
    found = w.cx.execute("SELECT sha256 FROM tiles JOIN picture ON picture.n = tiles.picture")
    return {numbers[key] for (key,) in found}


def test_only_those_of_the_last_shots_of_each_source_are_kept(tmp_path):
    async def body(db):
        def steps(w):
            show(w, 1, source=OTHER)
            show_many(w, 2, pictures.KEPT + 30)
            assert let_go(w) > 10
            return kept(w)

        last = pictures.KEPT + 31
        assert await db.write(steps) == {1, *range(last - pictures.KEPT + 1, last + 1)}

    with_database(tmp_path, body)


def test_a_round_changes_nothing_the_second_time_and_ends_where_there_is_nothing(tmp_path):
    async def body(db):
        def steps(w):
            assert let_go(w) == 0
            show_many(w, 1, pictures.KEPT + 5)
            let_go(w)
            before = kept(w)
            let_go(w)
            assert kept(w) == before

        await db.write(steps)

    with_database(tmp_path, body)


@pytest.mark.parametrize("end", [None, JobState.CANCELLED])
def test_a_picture_that_is_owed_a_description_keeps_them_and_so_do_those_before_it(tmp_path, end):
    """What it may repeat is described later."""

    async def body(db):
        def steps(w):
            show_many(w, 1, 20)
            accept(w, 21, 21)
            show_many(w, 22, pictures.KEPT)
            if end is not None:
                jobs.end(w, "describe-21", end)
            let_go(w)
            return kept(w)

        spared = set(range(21 - pictures.LOOK_BACK, 22)) if end is None else set()
        assert await db.write(steps) == spared | set(range(22, 22 + pictures.KEPT))

    with_database(tmp_path, body)


def test_what_was_described_late_is_repeated_however_much_came_since(tmp_path):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            accept(w, 2, 2, like=1)
            show_many(w, 3, pictures.KEPT)
            let_go(w)
            jobs.start(w, "describe-1", "minicpm")
            results.finish_describe(w, "describe-1", result("v1", 1, Rung.VISION))
            let_go(w)

        await db.write(steps)
        assert (await db.read(lambda cx: shots.reusable(cx, sha(2), {}))).id == "v1"

    with_database(tmp_path, body)


def test_without_tiles_nothing_is_taken_for_the_same(tmp_path):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            jobs.start(w, "describe-1", "minicpm")
            results.finish_describe(w, "describe-1", result("v1", 1, Rung.VISION))
            w.cx.execute("DELETE FROM tiles")
            return accept(w, 2, 2, like=1)

        accepted = await db.write(steps)
        assert accepted.reused is None
        assert [job.id for job in accepted.jobs] == ["read-2", "describe-2"]
        row = await db.read(shots.newest)
        assert row.changed_tiles is None

    with_database(tmp_path, body)


def test_a_late_shot_before_one_whose_tiles_are_gone_leaves_unknown_what_changed(tmp_path):
    """What was counted was against another shot."""

    async def body(db):
        def steps(w):
            show(w, 1)
            show_many(w, 10, pictures.KEPT)
            let_go(w)
            show(w, 500)
            let_go(w)
            show(w, 9)

        await db.write(steps)
        rows = (await db.read(lambda cx: shots.shots(cx, shots.Filter(), None, 500))).rows
        counted = {row.shot.id: row.changed_tiles for row in rows}
        assert counted["shot-000500"] == counted["shot-000011"] == 510
        assert counted["shot-000010"] is None
        assert counted["shot-000009"] is None

    with_database(tmp_path, body)


def test_a_picture_that_is_seen_again_has_its_tiles_again(tmp_path):
    async def body(db):
        def steps(w):
            show(w, 1)
            show_many(w, 2, pictures.KEPT)
            let_go(w)
            assert 1 not in kept(w)
            show(w, 500, content=1)
            let_go(w)
            return w.cx.execute(
                "SELECT digests FROM tiles JOIN picture ON picture.n = tiles.picture WHERE sha256 = ?",
                (sha(1),),
            ).get

        assert await db.write(steps) == picture(1).tiles

    with_database(tmp_path, body)


def test_tiles_are_compared_with_those_of_the_shot_before_by_time_from_the_same_source(tmp_path):
    async def body(db):
        def fill(w):
            accept(w, 5, 5)
            accept(w, 1, 1, like=5)
            shots.accept(w, shot(4, 4, source="screen"), opened(4), result("m4", 4, Rung.MINIMUM), ())

        await db.write(fill)
        assert await changed(db) == {"shot-000005": 0, "shot-000004": None, "shot-000001": None}
        assert (await db.read(shots.newest)).shot == shot(5, 5)
        await db.write(lambda w: accept(w, 3, 3))
        await db.write(lambda w: accept(w, 2, 1, like=5))
        wanted = {"shot-000005": 510, "shot-000003": 510, "shot-000002": 0, "shot-000001": None}
        assert await changed(db) == {**wanted, "shot-000004": None}

    with_database(tmp_path, body)


async def changed(db):
    rows = (await db.read(lambda cx: shots.shots(cx, shots.Filter(), None, 10))).rows
    return {row.shot.id: row.changed_tiles for row in rows}


@pytest.mark.parametrize("size", [{"width": 1080, "height": 1920}, {"width": 1921}, {"height": 1079}])
def test_a_picture_of_another_size_has_no_tiles_to_compare_with(tmp_path, size):
    """The grids may have as many tiles all the same, as when a screen is turned."""
    turned = OpenedFile(msgspec.structs.replace(picture(2), **size), identity(2))

    async def body(db):
        def fill(w):
            accept(w, 1, 1)
            shots.accept(w, shot(2, 2), turned, result("m2", 2, Rung.MINIMUM), ())
            accept(w, 3, 3)
            accept(w, 4, 4)

        await db.write(fill)
        rows = (await db.read(lambda cx: shots.shots(cx, shots.Filter(), None, 10))).rows
        assert [row.changed_tiles for row in rows] == [510, None, None, None]

    with_database(tmp_path, body)
