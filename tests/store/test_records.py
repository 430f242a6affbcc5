"""Results, rejections, events and counts."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glimpsed.core.model import (
    Activity,
    ApplicationType,
    Description,
    Entity,
    EntityKind,
    JobKind,
    JobState,
    PictureText,
    Result,
    Rung,
    TextLine,
)
from glimpsed.store import counts, events, jobs, rejections, results, shots
from store_samples import FOLDER, accept, ask_job, identity, rejection, result, sha, text, with_database

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
lines = st.builds(
    TextLine,
    words,
    st.tuples(*[st.integers(0, 20000)] * 4),
    st.integers(0, 100).map(lambda percent: percent / 100),
)
descriptions = st.builds(
    Description,
    application=words,
    application_type=st.sampled_from(ApplicationType),
    window_title=words,
    activity=st.sampled_from(Activity),
    task=words,
    summary=words,
    entities=st.lists(st.builds(Entity, st.sampled_from(EntityKind), words), max_size=4).map(tuple),
    confidence=st.floats(0, 1),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(description=descriptions, read=st.lists(lines, max_size=4).map(tuple))
def test_what_was_said_and_read_comes_back_to_the_letter(tmp_path_factory, description, read):
    said = Result("r1", sha(1), Rung.OCR, description, 5, "m", "2", 3, {"ocr": 9})
    found = PictureText(read, "tesseract")

    def finish(w):
        accept(w, 1, 1)
        jobs.start(w, "read-1", None)
        return results.finish_read(w, "read-1", found, said)

    async def body(db):
        assert await db.write(finish)
        assert await db.read(lambda cx: results.text(cx, sha(1))) == found
        assert (await db.read(lambda cx: results.results(cx, sha(1))))[0] == said
        wanted = shots.Filter(application=description.application.upper())
        if description.application.upper().casefold() == description.application.casefold():
            assert len((await db.read(lambda cx: shots.shots(cx, wanted, None, 5))).rows) == 1

    with_database(tmp_path_factory.mktemp("db"), body)


def finish(w, kind, content, rung):
    """Do the job of this kind with a result of this rung."""
    job, said = f"{kind}-{content}", result(f"{kind}-result-{content}", content, rung)
    jobs.start(w, job, None)
    if kind is JobKind.READ:
        return results.finish_read(w, job, text(), said)
    return results.finish_describe(w, job, said)


@pytest.mark.parametrize(
    ("order", "current"),
    [
        ([(JobKind.READ, Rung.OCR), (JobKind.DESCRIBE, Rung.VISION)], "describe-result-1"),
        ([(JobKind.DESCRIBE, Rung.VISION), (JobKind.READ, Rung.OCR)], "describe-result-1"),
        ([(JobKind.READ, Rung.OCR), (JobKind.DESCRIBE, Rung.OCR)], "describe-result-1"),
        ([(JobKind.READ, Rung.MINIMUM)], "read-result-1"),
        ([], "minimum-1"),
    ],
)
def test_the_latest_of_the_best_rung_is_current_and_all_are_kept(tmp_path, order, current):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        for kind, rung in order:
            assert await db.write(lambda w, kind=kind, rung=rung: finish(w, kind, 1, rung))
        row = await db.read(shots.newest)
        assert row.result.id == current
        history = await db.read(lambda cx: results.results(cx, sha(1)))
        assert [said.id for said in history] == [
            *(f"{kind}-result-1" for kind, _ in reversed(order)),
            "minimum-1",
        ]

    with_database(tmp_path, body)


def test_each_rung_counts_what_it_made_since_a_time_whatever_came_after(tmp_path):
    async def body(db):
        def said(name, content, rung, ms):
            return msgspec.structs.replace(result(name, content, rung), created_ms=ms)

        def steps(w):
            for content in (1, 2, 3):
                accept(w, content, content)
            w.cx.execute("UPDATE result SET created_ms = 5")
            results.add(w, said("r1", 1, Rung.OCR, 10), None)
            results.add(w, said("r2", 2, Rung.OCR, 10), None)
            results.add(w, said("r3", 2, Rung.VISION, 20), None)
            results.add(w, said("late", 2, Rung.OCR, 30), None)

        await db.write(steps)
        for ms, expected in (
            (5, {Rung.MINIMUM: 3, Rung.OCR: 3, Rung.VISION: 1}),
            (6, {Rung.OCR: 3, Rung.VISION: 1}),
            (11, {Rung.OCR: 1, Rung.VISION: 1}),
            (21, {Rung.OCR: 1}),
            (31, {}),
        ):
            assert await db.read(lambda cx, ms=ms: results.rungs_since(cx, ms)) == expected

    with_database(tmp_path, body)


def test_a_finished_job_names_the_picture_and_its_latest_shot(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, number, 1) for number in (1, 2)])
        await db.write(lambda w: finish(w, JobKind.READ, 1, Rung.OCR))
        await db.write(lambda w: finish(w, JobKind.DESCRIBE, 1, Rung.VISION))
        noted = (await db.read(lambda cx: events.since(cx, 4, 100)))[1:]
        told = {"picture": sha(1), "shot": "shot-000002"}
        assert [(event.type, event.body) for event in noted if event.type != "job.started"] == [
            ("shot.read", {**told, "job": "read-1", "rung": "ocr"}),
            ("job.done", {"job": "read-1", "kind": "read", "picture": sha(1)}),
            ("shot.described", {**told, "job": "describe-1", "rung": "vision"}),
            ("job.done", {"job": "describe-1", "kind": "describe", "picture": sha(1)}),
        ]

    with_database(tmp_path, body)


def test_a_result_that_cannot_be_kept_leaves_the_job_running(tmp_path):
    bad = Result("bad", sha(1), Rung.OCR, Description(confidence=1.5), 1)

    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(lambda w: jobs.start(w, "read-1", None))
        with pytest.raises(Exception, match="CHECK"):
            await db.write(lambda w: results.finish_read(w, "read-1", text(), bad))
        assert (await db.read(lambda cx: jobs.job(cx, "read-1"))).job.state is JobState.RUNNING
        assert await db.read(lambda cx: results.text(cx, sha(1))) is None
        assert (await db.read(shots.newest)).result.rung is Rung.MINIMUM

    with_database(tmp_path, body)


def test_rejections_count_how_often_and_speak_up_only_when_something_is_new(tmp_path):
    async def body(db):
        def reject(number, code, seen_ms):
            return lambda w: rejections.reject(w, rejection(number, code, seen_ms=seen_ms))

        assert (await db.write(reject(1, "not_an_image", 10))).id == "rejection-1"
        await db.write(reject(1, "not_an_image", 20))
        await db.write(reject(2, "not_an_image", 15))
        rows = (await db.read(lambda cx: rejections.rejections(cx, None, 10))).rows
        assert [(row.rejection.id, row.times) for row in rows] == [("rejection-1", 2), ("rejection-2", 1)]
        assert rows[0].rejection == msgspec.structs.replace(rejection(1, seen_ms=20), identity=None)
        await db.write(reject(1, "too_large", 30))
        (row, _) = (await db.read(lambda cx: rejections.rejections(cx, None, 10))).rows
        assert (row.rejection.code, row.times) == ("too_large", 1)
        assert await db.read(rejections.counts) == {"not_an_image": 1, "too_large": 1}
        noted = await db.read(lambda cx: events.since(cx, 0, 10))
        assert {event.type for event in noted} == {"shot.rejected"}
        assert [event.body for event in noted] == [
            {"rejection": "rejection-1", "code": "not_an_image"},
            {"rejection": "rejection-2", "code": "not_an_image"},
            {"rejection": "rejection-1", "code": "too_large"},
        ]

    with_database(tmp_path, body)


def test_a_rejection_without_an_identity_is_looked_at_again(tmp_path):
    gone = type(rejection(1))("r", FOLDER, b"/gone.png", "unreadable", "permission denied", 1)

    async def body(db):
        assert await db.write(lambda w: rejections.reject(w, gone)) == gone
        assert (await db.read(lambda cx: rejections.rejections(cx, None, 1))).rows[0].rejection == gone
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(gone.path, identity(1))])) == set()

    with_database(tmp_path, body)


def test_rejections_come_in_pages(tmp_path):
    async def body(db):
        await db.write(lambda w: [rejections.reject(w, rejection(number, seen_ms=7)) for number in range(5)])
        cursor, found = None, []
        while True:
            page = await db.read(lambda cx, cursor=cursor: rejections.rejections(cx, cursor, 2))
            found += [row.rejection.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert found == [f"rejection-{number}" for number in (4, 3, 2, 1, 0)]

    with_database(tmp_path, body)


def test_files_that_the_reader_died_over_are_tried_again_and_no_others(tmp_path):
    died, bad = rejection(1, "reader_died"), rejection(2)
    files = [(found.path, found.identity) for found in (died, bad)]

    async def body(db):
        await db.write(lambda w: [rejections.reject(w, found) for found in (died, bad)])
        assert await db.read(lambda cx: shots.known(cx, FOLDER, files)) == {died.path, bad.path}
        before = await db.read(events.bounds)
        await db.write(rejections.forgive)
        assert await db.read(lambda cx: shots.known(cx, FOLDER, files)) == {bad.path}
        assert await db.read(rejections.counts) == {"reader_died": 1, "not_an_image": 1}
        await db.write(lambda w: rejections.reject(w, died))
        assert await db.read(lambda cx: shots.known(cx, FOLDER, files)) == {died.path, bad.path}
        assert await db.read(events.bounds) == before, "nothing new was found out"

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "54321"),
        ({"since_ms": 3}, "543"),
        ({"until_ms": 3}, "21"),
        ({"since_ms": 2, "until_ms": 4}, "32"),
        ({"since_ms": -(2**80), "until_ms": 2**80}, "54321"),
        ({"source": FOLDER}, "531"),
        ({"source": "submit", "since_ms": 3}, "4"),
        ({"source": "nowhere"}, ""),
    ],
)
def test_rejections_are_filtered_on_every_page(tmp_path, wanted, found):
    def fill(w):
        for number in range(1, 6):
            source = FOLDER if number % 2 else "submit"
            rejections.reject(w, msgspec.structs.replace(rejection(number, seen_ms=number), source=source))

    def listed(cx, limit):
        cursor = None
        while True:
            page = rejections.rejections(cx, cursor, limit, **wanted)
            yield from page.rows
            cursor = page.next
            if cursor is None:
                return

    async def body(db):
        await db.write(fill)
        for limit in (1, 100):
            rows = await db.read(lambda cx, limit=limit: list(listed(cx, limit)))
            assert "".join(row.rejection.id[-1] for row in rows) == found

    with_database(tmp_path, body)


def test_event_bounds_are_right_before_the_first_after_some_and_after_pruning(tmp_path):
    async def body(db):
        assert await db.read(events.bounds) == (1, 0)
        await db.write(lambda w: [w.event("daemon.started", {"n": n}) for n in range(10)])
        assert await db.read(events.bounds) == (1, 10)
        assert await db.write(lambda w: events.prune(w, 20)) == 0
        assert await db.write(lambda w: events.prune(w, 4)) == 6
        assert await db.read(events.bounds) == (7, 10)
        assert [event.seq for event in await db.read(lambda cx: events.since(cx, 8, 1))] == [9]
        assert await db.write(lambda w: events.prune(w, 0)) == 4
        assert await db.read(events.bounds) == (11, 10)

    async def later(db):
        assert await db.read(events.bounds) == (11, 10)
        assert await db.write(lambda w: w.event("daemon.started", {})) == 11
        assert await db.read(events.bounds) == (11, 11)

    with_database(tmp_path, body)
    with_database(tmp_path, later)


def test_counts(tmp_path):
    async def body(db):
        assert await db.read(counts.counts) == counts.Counts(0, 0, {}, {})

        def fill(w):
            for number in (1, 2):
                accept(w, number, 1)
            accept(w, 3, 3)
            jobs.add(w, ask_job("q", 1, "shot-000001"))
            finish(w, JobKind.READ, 1, Rung.OCR)

        await db.write(fill)
        assert await db.read(counts.counts) == counts.Counts(
            shots=3,
            pictures=2,
            results={Rung.OCR: 1, Rung.MINIMUM: 1},
            jobs={JobState.DONE: 1, JobState.QUEUED: 4},
        )

    with_database(tmp_path, body)
