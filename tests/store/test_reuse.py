"""A picture that shows what was described shortly before is not described again."""

import msgspec
import pytest

from glimpsed.core.model import JobKind, JobState, OpenedFile, Rung
from glimpsed.core.reuse import repeat
from glimpsed.store import events, jobs, pictures, results, shots
from store_samples import (
    FOLDER,
    accept,
    describe_job,
    identity,
    picture,
    read_job,
    result,
    sha,
    shot,
    text,
    with_database,
)

CLOCK = (1800, 0, 120, 24)


def describe(w, content, rung=Rung.VISION):
    jobs.start(w, f"describe-{content}", "minicpm")
    assert results.finish_describe(w, f"describe-{content}", result(f"v{content}", content, rung))


def described(w, number, content, **other):
    accept(w, number, content, **other)
    describe(w, content)


async def rung_of(db, content):
    return await db.read(lambda cx: results.rung(cx, sha(content)))


def test_instead_of_a_description_a_picture_gets_one_that_goes_for_it_too(tmp_path):
    async def body(db):
        await db.write(lambda w: described(w, 1, 1))
        before = (await db.read(events.bounds))[1]
        accepted = await db.write(lambda w: accept(w, 2, 2, like=1))
        said = result("v1", 1, Rung.VISION)
        made = accepted.reused.created_ms
        assert accepted == shots.Accepted(
            shot(2, 2), True, True, (read_job(2),), repeat(said, "describe-2", sha(2), made)
        )
        assert accepted.reused.reused_from == "v1"
        assert (await db.read(shots.newest)).result == accepted.reused
        assert await db.read(lambda cx: jobs.job(cx, "describe-2")) is None
        noted = await db.read(lambda cx: events.since(cx, before, 10))
        assert [event.type for event in noted] == ["shot.added", "shot.described", "job.queued"]
        assert noted[1].body == {"shot": "shot-000002", "picture": sha(2), "job": None, "rung": "reused"}

    with_database(tmp_path, body)


def test_its_text_is_read_all_the_same_and_does_not_take_its_place(tmp_path):
    async def body(db):
        def steps(w):
            described(w, 1, 1)
            accept(w, 2, 2, like=1)
            jobs.start(w, "read-2", None)
            return results.finish_read(w, "read-2", text(), result("r2", 2, Rung.OCR))

        assert await db.write(steps)
        assert await rung_of(db, 2) is Rung.REUSED

    with_database(tmp_path, body)


def test_a_repetition_is_repeated_and_names_what_the_model_said(tmp_path):
    async def body(db):
        def steps(w):
            described(w, 1, 1)
            return [accept(w, number, number, like=1) for number in range(2, 30)]

        assert {accepted.reused.reused_from for accepted in await db.write(steps)} == {"v1"}

    with_database(tmp_path, body)


def changed_at(content, tile):
    """Content 1 but for one tile."""
    like = picture(content, like=1)
    tiles = bytearray(like.tiles)
    tiles[tile * 4 : tile * 4 + 4] = b"else"
    return OpenedFile(msgspec.structs.replace(like, tiles=bytes(tiles)), identity(0))


@pytest.mark.parametrize(
    ("tile", "ignore", "reused"),
    [(29, [CLOCK], True), (29, [], False), (27, [CLOCK], False), (29, [(0, 0, 1920, 1080)], False)],
)
def test_what_changed_under_the_mask_does_not_count(tmp_path, tile, ignore, reused):
    async def body(db):
        def steps(w):
            described(w, 1, 1)
            minimum = result("minimum-2", 2, Rung.MINIMUM)
            wanted = (describe_job(2),)
            return shots.accept(w, shot(2, 2), changed_at(2, tile), minimum, wanted, ignore=ignore)

        accepted = await db.write(steps)
        assert (accepted.reused is not None) is reused
        assert accepted.jobs == (() if reused else (describe_job(2),))
        later = await db.read(lambda cx: shots.reusable(cx, sha(2), {FOLDER: ignore}))
        assert (later is not None) is reused
        if ignore:
            assert await db.read(lambda cx: shots.reusable(cx, sha(2), {"elsewhere": ignore})) is None

    with_database(tmp_path, body)


@pytest.mark.parametrize("between", [pictures.LOOK_BACK - 1, pictures.LOOK_BACK])
def test_only_the_last_shots_are_looked_at(tmp_path, between):
    async def body(db):
        def steps(w):
            described(w, 1, 1)
            for number in range(2, 2 + between):
                accept(w, number, number)
            return accept(w, 50, 50, like=1)

        assert ((await db.write(steps)).reused is not None) == (between < pictures.LOOK_BACK)

    with_database(tmp_path, body)


def test_the_last_shots_are_those_of_the_same_source_that_came_in_last(tmp_path):
    async def body(db):
        def steps(w):
            described(w, 900, 1, source="screen")
            assert accept(w, 2, 2, like=1).reused is None, "of another source"
            assert accept(w, 3, 3, like=1, source="screen").reused is not None, (
                "taken before, and come in later"
            )

        await db.write(steps)

    with_database(tmp_path, body)


@pytest.mark.parametrize("rung", [Rung.OCR, Rung.MINIMUM])
def test_what_no_model_said_is_not_repeated(tmp_path, rung):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            describe(w, 1, rung)
            return accept(w, 2, 2, like=1)

        assert (await db.write(steps)).reused is None

    with_database(tmp_path, body)


@pytest.mark.parametrize("path", [None, shot(2, 2).path])
def test_a_picture_that_was_spared_its_description_is_not_described_when_seen_again(tmp_path, path):
    async def body(db):
        def steps(w):
            described(w, 1, 1)
            accept(w, 2, 2, like=1)
            return accept(w, 40, 2, like=1, **({} if path is None else {"path": path}))

        accepted = await db.write(steps)
        assert (accepted.jobs, accepted.reused) == ((), None)
        assert len(await db.read(lambda cx: results.results(cx, sha(2)))) == 2

    with_database(tmp_path, body)


@pytest.mark.parametrize("path", [None, shot(1, 1).path])
def test_a_picture_that_failed_is_spared_the_next_attempt_by_what_was_said_since(tmp_path, path):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            jobs.end(w, "describe-1", JobState.FAILED, "why")
            described(w, 2, 2, like=1)
            return accept(w, 3, 1, **({} if path is None else {"path": path}))

        accepted = await db.write(steps)
        failed = (await db.read(lambda cx: jobs.job(cx, "describe-1"))).job
        if path is None:
            assert (accepted.reused.reused_from, failed.state) == ("v2", JobState.FAILED)
        else:
            assert [job.id for job in accepted.jobs] == ["describe-1"], (
                "seen before what was said of the other"
            )

    with_database(tmp_path, body)


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.POISONED, JobState.DEFERRED, JobState.QUEUED])
def test_a_job_that_waits_or_was_given_up_is_left_alone(tmp_path, state):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            if state is JobState.DEFERRED:
                jobs.defer(w, ["describe-1"])
            elif state.ended:
                jobs.end(w, "describe-1", state, "why")
            described(w, 2, 2, like=1)
            return accept(w, 3, 1)

        accepted = await db.write(steps)
        assert (accepted.jobs, accepted.reused) == ((), None)
        assert (await db.read(lambda cx: jobs.job(cx, "describe-1"))).job.state is state

    with_database(tmp_path, body)


def test_nothing_is_repeated_when_no_description_is_wanted(tmp_path):
    async def body(db):
        def steps(w):
            described(w, 1, 1)
            minimum = result("minimum-2", 2, Rung.MINIMUM)
            same = OpenedFile(picture(2, like=1), identity(0))
            return shots.accept(w, shot(2, 2), same, minimum, (read_job(2),))

        assert (await db.write(steps)).reused is None
        assert await rung_of(db, 2) is Rung.MINIMUM

    with_database(tmp_path, body)


def test_a_job_can_still_be_spared_when_its_turn_comes(tmp_path):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            for number in range(2, 30):
                accept(w, number, 2, like=1)

        await db.write(steps)
        assert await db.read(lambda cx: shots.reusable(cx, sha(2), {})) is None
        await db.write(lambda w: describe(w, 1))
        said = await db.read(lambda cx: shots.reusable(cx, sha(2), {}))
        assert said == result("v1", 1, Rung.VISION), "the picture was before this one's first shot"
        before = (await db.read(events.bounds))[1]

        def finish(w):
            again = repeat(said, "again", sha(2), w.now_ms)
            late = results.finish_reused(w, "describe-2", again)
            jobs.start(w, "describe-2", None)
            return late, results.finish_reused(w, "describe-2", again)

        assert await db.write(finish) == (False, True)
        assert await rung_of(db, 2) is Rung.REUSED
        noted = (await db.read(lambda cx: events.since(cx, before, 10)))[1:]
        told = {"picture": sha(2), "job": "describe-2"}
        assert [(event.type, event.body) for event in noted] == [
            ("shot.described", {**told, "shot": "shot-000029", "rung": "reused"}),
            ("job.done", {**told, "kind": JobKind.DESCRIBE}),
        ]

    with_database(tmp_path, body)


def test_what_is_not_there_cannot_be_repeated(tmp_path):
    async def body(db):
        assert await db.read(lambda cx: shots.reusable(cx, sha(1), {})) is None
        assert await rung_of(db, 1) is None

    with_database(tmp_path, body)
