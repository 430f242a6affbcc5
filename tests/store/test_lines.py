"""Jobs wait in lines by urgency; the store alone holds those for which there is no room."""

import msgspec
import pytest

from glimpsed.core.model import JobKind, JobState, Rung, Urgency
from glimpsed.store import events, jobs, results, shots
from store_samples import (
    accept,
    as_said,
    ask_job,
    describe_job,
    opened,
    read_job,
    result,
    sha,
    shot,
    with_database,
)

LATER = 1_800_000_000_000


def ids(found):
    return [job.id for job in found]


def wish(content, urgency, **other):
    return msgspec.structs.replace(describe_job(content), urgency=urgency, **other)


def fill(w, urgencies):
    """A description for each urgency, as many in the order of arrival; no picture is to be read."""
    for number, urgency in enumerate(urgencies):
        minimum = result(f"minimum-{number}", number, Rung.MINIMUM)
        shots.accept(w, shot(number, number), opened(number), minimum, (wish(number, urgency),))


def fail(w, job_id, error, *, times=1):
    for number in range(1, times):
        jobs.start(w, job_id, "m")
        assert jobs.requeue(w, as_said(job_id, failures=number))
    jobs.start(w, job_id, "m")
    assert jobs.end(w, job_id, JobState.FAILED, error, failed=True)


async def job(db, job_id):
    return (await db.read(lambda cx: jobs.job(cx, job_id))).job


MIXED = [Urgency.LOW, Urgency.BACKGROUND, Urgency.NORMAL, Urgency.INTERACTIVE, Urgency.LOW, Urgency.CRITICAL]
IN_LINE = [f"describe-{number}" for number in (3, 5, 2, 0, 4, 1)]


def test_a_job_comes_back_with_its_urgency_its_deadline_and_its_failures(tmp_path):
    urgent = wish(1, Urgency.CRITICAL, deadline_ms=LATER, failures=2)

    async def fill(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(lambda w: w.cx.execute("DELETE FROM job") and None)
        await db.write(lambda w: jobs.add(w, urgent))

    async def find(db):
        assert await job(db, "describe-1") == urgent
        assert (await db.write(jobs.restore))[0] == [urgent]

    with_database(tmp_path, fill)
    with_database(tmp_path, find)


def test_failures_are_counted_apart_from_deaths(tmp_path):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            fail(w, "describe-1", "malformed: no reply", times=2)
            jobs.start(w, "read-1", None)
            jobs.requeue(w, as_said("read-1"))

        await db.write(steps)
        failed, let_go = await job(db, "describe-1"), await job(db, "read-1")
        assert (failed.failures, failed.deaths) == (2, 0)
        assert (let_go.failures, let_go.deaths) == (0, 0)

    with_database(tmp_path, body)


def test_a_deferred_job_waits_here_is_told_of_and_owed_and_can_only_be_recalled_or_ended(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(lambda w: jobs.defer(w, ["describe-1", "none"]))
        last = (await db.read(lambda cx: events.since(cx, 0, 100)))[-1]
        assert (last.type, last.body["job"]) == ("job.deferred", "describe-1")
        said = result("late", 1, Rung.VISION)
        for step in (
            lambda w: jobs.start(w, "describe-1", "m"),
            lambda w: jobs.requeue(w, as_said("describe-1")),
            lambda w: results.finish_describe(w, "describe-1", said),
        ):
            assert not await db.write(step)
        await db.write(lambda w: jobs.end(w, "read-1", JobState.CANCELLED))
        assert await db.read(jobs.owed) == {sha(1)}
        assert await db.write(lambda w: jobs.end(w, "describe-1", JobState.CANCELLED))
        assert await db.read(jobs.owed) == set()
        assert await db.write(lambda w: jobs.recall(w, 9)) == []

    with_database(tmp_path, body)


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE, JobState.FAILED])
def test_only_what_is_queued_is_deferred(tmp_path, state):
    def steps(w):
        accept(w, 1, 1)
        jobs.start(w, "describe-1", "m")
        if state is JobState.DONE:
            results.finish_describe(w, "describe-1", result("r", 1, Rung.VISION))
        if state is JobState.FAILED:
            jobs.end(w, "describe-1", state, "why")
        jobs.defer(w, ["describe-1"])

    async def body(db):
        await db.write(steps)
        assert (await job(db, "describe-1")).state is state

    with_database(tmp_path, body)


@pytest.mark.parametrize("limit", [0, 1, 4, 6, 100])
def test_the_most_urgent_are_recalled_first_and_of_those_the_oldest(tmp_path, limit):
    async def body(db):
        await db.write(lambda w: fill(w, MIXED))
        await db.write(lambda w: jobs.defer(w, IN_LINE))
        recalled = await db.write(lambda w: jobs.recall(w, limit))
        assert ids(recalled) == IN_LINE[:limit]
        assert recalled == [await job(db, job_id) for job_id in IN_LINE[:limit]]
        assert {found.state for found in recalled} <= {JobState.QUEUED}
        _, _, deferred = await db.write(jobs.restore)
        assert sorted(deferred) == sorted((job_id, sha(int(job_id[-1]))) for job_id in IN_LINE[limit:])

    with_database(tmp_path, body)


@pytest.mark.parametrize("limit", [0, 2, 6])
def test_after_a_start_what_is_beyond_the_limit_is_deferred_but_no_reading(tmp_path, limit):
    async def body(db):
        def write(w):
            fill(w, MIXED)
            for number in range(2):
                jobs.add(w, read_job(number))
            jobs.start(w, "describe-5", "m")

        await db.write(write)
        queued, _, deferred = await db.write(lambda w: jobs.restore(w, limit=limit))
        for_models = [found.id for found in queued if found.kind is not JobKind.READ]
        assert for_models == IN_LINE[:limit]
        assert [found.id for found in queued if found.kind is JobKind.READ] == ["read-0", "read-1"]
        assert {job_id for job_id, _ in deferred} == set(IN_LINE[limit:])
        again, _, still = await db.write(lambda w: jobs.restore(w, limit=limit))
        assert (again, still) == (queued, deferred)

    with_database(tmp_path, body)


def test_what_has_not_ended_can_become_background_work(tmp_path):
    async def body(db):
        def write(w):
            fill(w, [Urgency.NORMAL] * 4)
            jobs.defer(w, ["describe-1"])
            jobs.start(w, "describe-2", "m")
            jobs.end(w, "describe-3", JobState.CANCELLED)
            said = {"urgency": Urgency.BACKGROUND, "moved_ms": LATER}
            jobs.rank(w, [as_said(f"describe-{number}", **said) for number in range(4)])

        await db.write(write)
        found = [await job(db, f"describe-{number}") for number in range(4)]
        assert [job.urgency for job in found] == [*[Urgency.BACKGROUND] * 3, Urgency.NORMAL]
        assert [job.moved_ms for job in found] == [*[LATER] * 3, None]

    with_database(tmp_path, body)


def test_what_failed_for_a_reason_that_is_gone_is_new_background_work_without_a_deadline(tmp_path):
    async def body(db):
        def write(w):
            fill(w, [Urgency.NORMAL] * 5)
            w.cx.execute("UPDATE job SET deadline_ms = 5, created_ms = 5")
            fail(w, "describe-0", "out_of_memory: 3 GiB short")
            fail(w, "describe-1", "bad_picture: it is not a picture")
            fail(w, "describe-2", "out_of_memory: 3 GiB short", times=3)
            fail(w, "describe-3", "breaker: it is open: out_of_memory: 3 GiB short")
            fail(w, "describe-4", "out_of_memory")
            return jobs.revive(w, JobKind.DESCRIBE, frozenset(["out_of_memory", "breaker"]), 3), w.now_ms

        revived, now = await db.write(write)
        assert ids(revived) == ["describe-0", "describe-3"]
        for found in revived:
            assert found == await job(db, found.id)
            assert (found.state, found.urgency) == (JobState.QUEUED, Urgency.BACKGROUND)
            assert (found.created_ms, found.deadline_ms, found.error) == (now, None, None)
            assert found.failures == 1
        noted = await db.read(lambda cx: events.since(cx, 0, 100))
        assert [event.type for event in noted[-2:]] == ["job.queued"] * 2
        assert await db.write(lambda w: jobs.revive(w, JobKind.DESCRIBE, frozenset(), 9)) == []
        assert await db.write(lambda w: jobs.revive(w, JobKind.READ, frozenset(["out_of_memory"]), 9)) == []

    with_database(tmp_path, body)


def test_the_newest_are_revived_when_there_are_many(tmp_path):
    async def body(db):
        def write(w):
            accept(w, 1, 1)
            for number in range(jobs.REVIVED_AT_ONCE + 1):
                jobs.add(w, ask_job(f"q{number}", 1, "shot-000001"))
            w.cx.execute("UPDATE job SET state = 'failed', ended_ms = 1, error = 'model: why'")
            return jobs.revive(w, JobKind.ASK, frozenset(["model"]), 1)

        revived = await db.write(write)
        assert ids(revived) == [f"q{number}" for number in range(1, jobs.REVIVED_AT_ONCE + 1)]

    with_database(tmp_path, body)


def test_what_is_asked_for_again_is_as_urgent_and_as_late_as_it_is_now(tmp_path):
    again = wish(0, Urgency.HIGH, created_ms=LATER, deadline_ms=LATER + 1)

    async def body(db):
        def write(w):
            fill(w, [Urgency.LOW])
            fail(w, "describe-0", "why")
            return jobs.add_or_revive(w, again)

        revived = await db.write(write)
        assert revived == msgspec.structs.replace(again, failures=1, model="m") == await job(db, "describe-0")

    with_database(tmp_path, body)


@pytest.mark.parametrize("urgency", list(Urgency))
def test_only_a_person_who_waits_brings_a_deferred_job_back(tmp_path, urgency):
    async def body(db):
        def write(w):
            fill(w, [Urgency.LOW])
            jobs.defer(w, ["describe-0"])
            return jobs.add_or_revive(w, wish(0, urgency))

        queued = await db.write(write)
        assert queued == (wish(0, urgency) if urgency is Urgency.INTERACTIVE else None)
        expected = JobState.QUEUED if urgency is Urgency.INTERACTIVE else JobState.DEFERRED
        assert (await job(db, "describe-0")).state is expected

    with_database(tmp_path, body)


def test_a_clean_stop_leaves_what_is_deferred_deferred(tmp_path):
    async def body(db):
        def write(w):
            fill(w, MIXED)
            jobs.defer(w, ["describe-0"])
            jobs.start(w, "describe-1", "m")
            jobs.release(w)

        await db.write(write)
        queued, _, deferred = await db.write(jobs.restore)
        assert ids(queued) == [job_id for job_id in IN_LINE if job_id != "describe-0"]
        assert deferred == [("describe-0", sha(0))]

    with_database(tmp_path, body)


@pytest.mark.parametrize("state", [JobState.DEFERRED, JobState.QUEUED, JobState.RUNNING])
@pytest.mark.parametrize(("later", "wanted"), [(None, None), (LATER + 5, LATER + 5), (LATER - 5, LATER)])
def test_what_is_accepted_again_is_wanted_until_the_later_deadline(tmp_path, state, later, wanted):
    async def body(db):
        def write(w):
            minimum = result("minimum-0", 0, Rung.MINIMUM)
            for number, deadline_ms in enumerate([LATER, later]):
                wanted_by = (wish(0, Urgency.NORMAL, deadline_ms=deadline_ms), read_job(0))
                accepted = shots.accept(w, shot(number, 0), opened(0), minimum, wanted_by)
                if number:
                    assert accepted.jobs == ()
                elif state is JobState.DEFERRED:
                    jobs.defer(w, ["describe-0"])
                elif state is JobState.RUNNING:
                    jobs.start(w, "describe-0", "m")

        await db.write(write)
        found = await job(db, "describe-0")
        assert (found.state, found.deadline_ms) == (state, wanted)
        assert (await job(db, "read-0")).deadline_ms is None

    with_database(tmp_path, body)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_what_has_ended_keeps_the_deadline_that_it_had(tmp_path, state):
    async def body(db):
        def write(w):
            fill(w, [Urgency.NORMAL])
            w.cx.execute("UPDATE job SET deadline_ms = 5")
            jobs.start(w, "describe-0", "m")
            if state is JobState.DONE:
                results.finish_describe(w, "describe-0", result("r", 0, Rung.VISION))
            else:
                jobs.end(w, "describe-0", state, "why")
            return jobs.add_or_revive(w, wish(0, Urgency.NORMAL, deadline_ms=4))

        again = await db.write(write)
        assert (again is None) == (state is not JobState.FAILED)
        assert (await job(db, "describe-0")).deadline_ms == (4 if state is JobState.FAILED else 5)

    with_database(tmp_path, body)


def test_a_person_brings_a_deferred_job_back_until_the_later_deadline(tmp_path):
    async def body(db):
        def write(w):
            fill(w, [Urgency.LOW])
            w.cx.execute("UPDATE job SET deadline_ms = ?", (LATER,))
            jobs.defer(w, ["describe-0"])
            return jobs.add_or_revive(w, wish(0, Urgency.INTERACTIVE, deadline_ms=5))

        assert (await db.write(write)).deadline_ms == LATER

    with_database(tmp_path, body)


def test_a_job_that_is_asked_for_again_after_it_failed_stands_by_its_age_and_was_never_put_off(tmp_path):
    unmoved = {"moved_ms": None, "put_off": 0, "resumes_ms": None}

    async def body(db):
        def write(w):
            fill(w, [Urgency.LOW] * 2)
            for number in range(2):
                jobs.start(w, f"describe-{number}", "m")
                jobs.requeue(w, as_said(f"describe-{number}", moved_ms=5, put_off=4, resumes_ms=LATER))
                fail(w, f"describe-{number}", "run_limit: why")
            again = jobs.add_or_revive(w, wish(0, Urgency.LOW))
            return again, *jobs.revive(w, JobKind.DESCRIBE, frozenset(["run_limit"]), 9)

        for found in await db.write(write):
            assert {name: getattr(found, name) for name in unmoved} == unmoved
            assert found == await job(db, found.id)

    with_database(tmp_path, body)


def test_a_line_goes_by_when_its_jobs_were_moved(tmp_path):
    async def body(db):
        def write(w):
            fill(w, [Urgency.LOW] * 3)
            jobs.rank(w, [as_said("describe-0", urgency=Urgency.LOW, moved_ms=LATER)])
            jobs.defer(w, ["describe-0", "describe-1"])
            return jobs.recall(w, 1)

        assert ids(await db.write(write)) == ["describe-1"]
        assert ids((await db.write(jobs.restore))[0]) == ["describe-1", "describe-2"]

    with_database(tmp_path, body)
