"""Files become shots, and shots are found again."""

import msgspec
import pytest

from glimpsed.core.errors import RequestError
from glimpsed.core.model import FileIdentity, JobState, Rung
from glimpsed.store import events, jobs, rejections, results, shots
from store_samples import (
    FOLDER,
    accept,
    as_said,
    ask_job,
    describe_job,
    identity,
    opened,
    picture,
    read_job,
    rejection,
    result,
    sha,
    shot,
    text,
    with_database,
)

ALL = shots.Filter()


def listed(cx, wanted=ALL, limit=100):
    """Ids over all pages, page by page."""
    cursor, pages = None, []
    while True:
        page = shots.shots(cx, wanted, cursor, limit)
        pages.append([row.shot.id for row in page.rows])
        if page.next is None:
            return pages
        cursor = page.next


def described(w, number, content, application, rung=Rung.OCR):
    accept(w, number, content)
    jobs.start(w, f"read-{content}", None)
    results.finish_read(w, f"read-{content}", text(), result(f"r{content}", content, rung, application))


def event_types(cx):
    return [event.type for event in events.since(cx, 0, 1000)]


def test_a_new_picture_comes_with_its_first_result_and_its_jobs(tmp_path):
    async def body(db):
        accepted = await db.write(lambda w: accept(w, 1, 1))
        wanted = shots.Accepted(shot(1, 1), True, True, (read_job(1), describe_job(1)))
        assert accepted == wanted
        row = await db.read(lambda cx: shots.shot(cx, "shot-000001"))
        assert row.shot == shot(1, 1)
        assert row.picture == msgspec.structs.replace(picture(1), tiles=b"")
        assert row.result == result("minimum-1", 1, Rung.MINIMUM)
        assert [found.job for found in row.jobs] == [read_job(1), describe_job(1)]
        assert row.changed_tiles is None
        added, *queued = await db.read(lambda cx: events.since(cx, 0, 10))
        assert added.type == "shot.added"
        assert added.body == {"shot": "shot-000001", "picture": sha(1), "new_picture": True}
        assert [(event.type, event.body) for event in queued] == [
            ("job.queued", {"job": "read-1", "kind": "read", "picture": sha(1)}),
            ("job.queued", {"job": "describe-1", "kind": "describe", "picture": sha(1)}),
        ]

    with_database(tmp_path, body)


def test_known_bytes_elsewhere_are_a_shot_that_owes_nothing_again(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        accepted = await db.write(lambda w: accept(w, 2, 1, like=5))
        assert (accepted.new_shot, accepted.new_picture, accepted.jobs) == (True, False, ())
        assert await db.read(lambda cx: results.results(cx, sha(1))) == [result("minimum-1", 1, Rung.MINIMUM)]
        assert await db.read(lambda cx: shots.paths_of(cx, sha(1))) == [shot(2, 1).path, shot(1, 1).path]
        assert (await db.read(event_types))[-1] == "shot.added"

    with_database(tmp_path, body)


def test_a_job_that_was_not_wanted_at_first_is_queued_by_a_later_shot(tmp_path):
    async def body(db):
        minimum = result("m", 1, Rung.MINIMUM)
        await db.write(lambda w: shots.accept(w, shot(1, 1), opened(1), minimum, (read_job(1),)))
        accepted = await db.write(lambda w: accept(w, 2, 1, like=5))
        assert accepted.jobs == (describe_job(1),)

    with_database(tmp_path, body)


def test_a_job_that_was_not_wanted_at_first_is_queued_when_its_file_is_seen_again(tmp_path):
    async def body(db):
        minimum = result("m", 1, Rung.MINIMUM)
        await db.write(lambda w: shots.accept(w, shot(1, 1), opened(1), minimum, (read_job(1),)))
        accepted = await db.write(lambda w: accept(w, 2, 1, version=9, path=shot(1, 1).path))
        assert accepted == shots.Accepted(shot(1, 1), False, False, (describe_job(1),))
        assert (await db.read(event_types))[-1] == "job.queued"

    with_database(tmp_path, body)


@pytest.mark.parametrize("path", [None, shot(1, 1).path])
def test_what_failed_is_tried_again_when_its_file_comes_in_again(tmp_path, path):
    def fail(w):
        accept(w, 1, 1)
        for job in ("read-1", "describe-1"):
            jobs.start(w, job, "m")
            jobs.requeue(w, as_said(job, deaths=1))
            jobs.start(w, job, "m")
        jobs.restore(w)
        for job in ("read-1", "describe-1"):
            jobs.end(w, job, JobState.FAILED, "bad_reply")

    again = {"state": JobState.QUEUED, "deaths": 1, "interruptions": 1, "model": "m"}

    async def body(db):
        await db.write(fail)
        before = len(await db.read(event_types))
        accepted = await db.write(lambda w: accept(w, 2, 1, **({} if path is None else {"path": path})))
        revived = [msgspec.structs.replace(job, **again) for job in (read_job(1), describe_job(1))]
        assert list(accepted.jobs) == revived
        rows = (await db.read(shots.newest)).jobs
        assert [(row.job, row.ended_ms) for row in rows] == [(job, None) for job in revived]
        noted = [event for event in (await db.read(event_types))[before:] if event != "shot.added"]
        assert noted == ["job.queued"] * 2
        assert (await db.write(lambda w: accept(w, 3, 1))).jobs == (), "they are open now"

    with_database(tmp_path, body)


def test_only_what_is_wanted_is_tried_again(tmp_path):
    def fail(w):
        accept(w, 1, 1)
        jobs.add(w, ask_job("q", 1, "shot-000001"))
        for job in ("read-1", "describe-1", "q"):
            jobs.end(w, job, JobState.FAILED, "bad_reply")

    async def body(db):
        await db.write(fail)
        minimum = result("m", 1, Rung.MINIMUM)
        accepted = await db.write(lambda w: shots.accept(w, shot(2, 1), opened(1), minimum, (read_job(1),)))
        assert accepted.jobs == (read_job(1),)

    with_database(tmp_path, body)


@pytest.mark.parametrize("end", [JobState.DONE, JobState.CANCELLED, JobState.POISONED])
@pytest.mark.parametrize("path", [None, shot(1, 1).path])
def test_what_ended_otherwise_is_left_alone(tmp_path, end, path):
    def finish(w):
        accept(w, 1, 1)
        jobs.start(w, "read-1", None)
        if end is JobState.DONE:
            results.finish_read(w, "read-1", text(), result("r", 1, Rung.OCR))
        else:
            jobs.end(w, "read-1", end, "why")

    async def body(db):
        await db.write(finish)
        accepted = await db.write(lambda w: accept(w, 2, 1, **({} if path is None else {"path": path})))
        assert accepted.jobs == ()
        assert (await db.read(lambda cx: jobs.job(cx, "read-1"))).job.state is end

    with_database(tmp_path, body)


def test_the_same_bytes_at_the_same_path_are_the_same_sighting(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1, path=b"/a.png"))
        before = await db.read(event_types)
        accepted = await db.write(lambda w: accept(w, 2, 1, version=9, path=b"/a.png"))
        assert accepted == shots.Accepted(shot(1, 1, path=b"/a.png"), False, False, ())
        assert await db.read(event_types) == before
        files = [(b"/a.png", identity(0)), (b"/a.png", identity(9))]
        assert await db.read(lambda cx: shots.known(cx, FOLDER, files[:1])) == set()
        assert await db.read(lambda cx: shots.known(cx, FOLDER, files)) == {b"/a.png"}

    with_database(tmp_path, body)


def test_a_path_overwritten_and_written_back_is_three_sightings(tmp_path):
    async def body(db):
        for number, content in enumerate([1, 2, 1]):
            accepted = await db.write(
                lambda w, number=number, content=content: accept(w, number, content, path=b"/a.png")
            )
            assert accepted.new_shot
        assert await db.read(listed) == [["shot-000002", "shot-000001", "shot-000000"]]
        assert await db.read(lambda cx: shots.paths_of(cx, sha(1))) == [b"/a.png"]

    with_database(tmp_path, body)


def test_known_is_exactly_this_file_at_its_latest(tmp_path):
    path = shot(1, 1).path
    changed = [
        FileIdentity(
            *[getattr(identity(0), name) + (name == other) for name in identity(0).__struct_fields__]
        )
        for other in ("inode", "size", "mtime_ns")
    ]

    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        for other in changed:
            assert await db.read(lambda cx, other=other: shots.known(cx, FOLDER, [(path, other)])) == set()
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(path, identity(0))])) == {path}
        remounted = msgspec.structs.replace(identity(0), device=7)
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(path, remounted)])) == {path}
        assert await db.read(lambda cx: shots.known(cx, "elsewhere", [(path, identity(0))])) == set()
        await db.write(lambda w: accept(w, 2, 2, version=5, path=path))
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(path, identity(0))])) == set()
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(path, identity(5))])) == {path}

    with_database(tmp_path, body)


def test_a_rejection_is_known_until_the_file_changes_and_gone_once_it_is_a_shot(tmp_path):
    bad = rejection(1)

    async def body(db):
        await db.write(lambda w: rejections.reject(w, bad))
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(bad.path, bad.identity)])) == {bad.path}
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(bad.path, identity(7))])) == set()
        await db.write(lambda w: accept(w, 1, 1, version=7, path=bad.path))
        assert await db.read(lambda cx: rejections.rejections(cx, None, 10).rows) == ()
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(bad.path, identity(7))])) == {bad.path}

    with_database(tmp_path, body)


def test_a_shot_stays_a_shot_when_its_file_is_refused_later(tmp_path):
    bad = rejection(1)

    async def body(db):
        await db.write(lambda w: accept(w, 1, 1, path=bad.path))
        await db.write(lambda w: rejections.reject(w, bad))
        assert await db.read(listed) == [["shot-000001"]]
        assert await db.read(lambda cx: shots.known(cx, FOLDER, [(bad.path, identity(0))])) == set()
        accepted = await db.write(lambda w: accept(w, 2, 1, path=bad.path))
        assert not accepted.new_shot
        assert await db.read(rejections.counts) == {}

    with_database(tmp_path, body)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_hold_every_shot_once_newest_first_also_when_times_are_equal(tmp_path, limit):
    async def body(db):
        def fill(w):
            for number in range(7):
                taken = shot(number // 3, number).taken_at
                same_time = shot(number, number)
                shots.accept(
                    w,
                    type(same_time)(
                        same_time.id, same_time.picture, FOLDER, same_time.path, taken, same_time.added_ms
                    ),
                    opened(number),
                    result(f"m{number}", number, Rung.MINIMUM),
                    (),
                )

        await db.write(fill)
        pages = await db.read(lambda cx: listed(cx, limit=limit))
        assert [id_ for page in pages for id_ in page] == [f"shot-{number:06}" for number in range(6, -1, -1)]
        assert all(len(page) == limit for page in pages[:-1])

    with_database(tmp_path, body)


def test_a_shot_that_arrives_between_two_pages_disturbs_neither(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, number, number) for number in (1, 2, 4, 5)])
        first = await db.read(lambda cx: shots.shots(cx, ALL, None, 2))
        await db.write(lambda w: [accept(w, number, number) for number in (3, 6)])
        second = await db.read(lambda cx: shots.shots(cx, ALL, first.next, 10))
        assert [row.shot.id[-1] for row in first.rows] == ["5", "4"]
        assert [row.shot.id[-1] for row in second.rows] == ["3", "2", "1"]

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ALL, "54321"),
        (shots.Filter(since_ms=shot(3, 0).taken_at.ms), "543"),
        (shots.Filter(until_ms=shot(3, 0).taken_at.ms), "21"),
        (shots.Filter(since_ms=-(2**80), until_ms=2**80), "54321"),
        (shots.Filter(since_ms=2**80), ""),
        (shots.Filter(application="éDITEUR"), "42"),
        (shots.Filter(application="Éditeur "), ""),
        (shots.Filter(rung="ocr"), "421"),
        (shots.Filter(rung="minimum"), "53"),
        (shots.Filter(rung="a rung of tomorrow"), ""),
        (shots.Filter(source=FOLDER), "54321"),
        (shots.Filter(source="screen"), ""),
        (
            shots.Filter(application="Éditeur", rung="ocr", until_ms=shot(4, 0).taken_at.ms, source=FOLDER),
            "2",
        ),
    ],
)
def test_filters(tmp_path, wanted, found):
    async def body(db):
        def fill(w):
            described(w, 1, 1, "LibreOffice Calc")
            described(w, 2, 2, "Éditeur")
            accept(w, 3, 3)
            described(w, 4, 4, "ÉDITEUR")
            accept(w, 5, 5)

        await db.write(fill)
        for limit in (1, 100):
            pages = await db.read(lambda cx, limit=limit: listed(cx, wanted, limit))
            assert "".join(id_[-1] for page in pages for id_ in page) == found

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "AAAA", "WzEsMl0=", "WzFlOTksIngiXQ==", "WyJ4IiwieCJd", "WzEsIlx1ZDgwMCJd", "bnVsbA=="],
)
def test_a_cursor_that_is_not_ours_is_a_bad_request(tmp_path, cursor):
    async def body(db):
        for query in (
            lambda cx: shots.shots(cx, ALL, cursor, 5),
            lambda cx: rejections.rejections(cx, cursor, 5),
        ):
            with pytest.raises(RequestError, match="bad_request"):
                await db.read(query)

    with_database(tmp_path, body)


def test_a_shot_lists_the_questions_about_itself_only(tmp_path):
    async def body(db):
        def fill(w):
            accept(w, 1, 1)
            accept(w, 2, 1)
            jobs.add(w, ask_job("q1", 1, "shot-000001"))
            jobs.add(w, ask_job("q2", 1, "shot-000002"))

        await db.write(fill)
        row = await db.read(lambda cx: shots.shot(cx, "shot-000002"))
        assert [found.job.id for found in row.jobs] == ["read-1", "describe-1", "q2"]

    with_database(tmp_path, body)


def test_there_may_be_nothing(tmp_path):
    async def body(db):
        assert await db.read(shots.newest) is None
        assert await db.read(lambda cx: shots.shot(cx, "none")) is None
        assert await db.read(listed) == [[]]
        assert await db.read(lambda cx: shots.paths_of(cx, sha(1))) == []

    with_database(tmp_path, body)
