"""Jobs step from state to state, and a step that comes late or twice changes nothing."""

import pytest

from glimpsed.core.model import JobState, Rung
from glimpsed.store import events, jobs, results
from store_samples import accept, as_said, ask_job, describe_job, read_job, result, sha, text, with_database


def ids(found):
    return [job.id for job in found]


def state(cx, job_id="read-1"):
    return jobs.job(cx, job_id).job.state


def test_every_step_is_an_event(tmp_path):
    async def body(db):
        def steps(w):
            accept(w, 1, 1)
            assert jobs.start(w, "describe-1", "minicpm")
            assert jobs.requeue(w, as_said("describe-1", deaths=1))
            assert jobs.start(w, "describe-1", "minicpm")
            assert jobs.end(w, "describe-1", JobState.FAILED, "bad_reply")

        await db.write(steps)
        noted = await db.read(lambda cx: events.since(cx, 3, 10))
        about = {"job": "describe-1", "kind": "describe", "picture": sha(1)}
        assert [(event.type, event.body) for event in noted] == [
            ("job.started", {**about, "model": "minicpm"}),
            ("job.queued", about),
            ("job.started", {**about, "model": "minicpm"}),
            ("job.failed", about),
        ]
        row = await db.read(lambda cx: jobs.job(cx, "describe-1"))
        assert row.ended_ms is not None
        assert (row.job.deaths, row.job.error, row.job.model) == (1, "bad_reply", "minicpm")

    with_database(tmp_path, body)


def late_steps(w):
    """Everything that may come too late for a job that has ended."""
    other = result("late", 1, Rung.VISION)
    return [
        jobs.start(w, "read-1", None),
        jobs.requeue(w, as_said("read-1", deaths=1)),
        jobs.end(w, "read-1", JobState.CANCELLED),
        results.finish_read(w, "read-1", text("late"), other),
        results.finish_describe(w, "read-1", other),
        results.finish_ask(w, "read-1", "late", "late"),
    ]


@pytest.mark.parametrize("end", [JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.POISONED])
def test_after_an_end_nothing_happens_any_more(tmp_path, end):
    def finish(w):
        accept(w, 1, 1)
        jobs.start(w, "read-1", None)
        if end is JobState.DONE:
            assert results.finish_read(w, "read-1", text(), result("r", 1, Rung.OCR))
        else:
            assert jobs.end(w, "read-1", end, "why")

    async def body(db):
        await db.write(finish)
        before = await db.read(
            lambda cx: (jobs.job(cx, "read-1"), events.bounds(cx), results.text(cx, sha(1)))
        )
        assert await db.write(late_steps) == [False] * 6
        after = await db.read(
            lambda cx: (jobs.job(cx, "read-1"), events.bounds(cx), results.text(cx, sha(1)))
        )
        assert before == after
        assert after[0].job.state is end

    with_database(tmp_path, body)


def test_a_queued_job_can_be_ended_but_not_finished_or_requeued(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        assert await db.write(late_steps) == [True, True, True, False, False, False]
        await db.write(lambda w: accept(w, 2, 2))
        assert not await db.write(lambda w: jobs.requeue(w, as_said("read-2", deaths=0)))
        assert not await db.write(
            lambda w: results.finish_read(w, "read-2", text(), result("r", 2, Rung.OCR))
        )
        assert await db.write(lambda w: jobs.end(w, "read-2", JobState.CANCELLED))

    with_database(tmp_path, body)


@pytest.mark.parametrize("no_end", [JobState.DONE, JobState.QUEUED, JobState.RUNNING])
def test_an_end_without_a_result_is_never_done(tmp_path, no_end):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        with pytest.raises(ValueError, match="cannot end"):
            await db.write(lambda w: jobs.end(w, "read-1", no_end))

    with_database(tmp_path, body)


def test_an_unknown_job_is_none_and_false(tmp_path):
    async def body(db):
        assert await db.read(lambda cx: jobs.job(cx, "read-1")) is None
        assert await db.write(late_steps) == [False] * 6

    with_database(tmp_path, body)


def test_restore_gives_back_what_was_interrupted_in_the_order_of_arrival(tmp_path):
    async def body(db):
        def fill(w):
            for number in (3, 1, 2):
                accept(w, number, number)
            jobs.start(w, "describe-3", "minicpm")
            jobs.start(w, "read-1", None)
            jobs.end(w, "read-3", JobState.FAILED, "why")

        await db.write(fill)
        queued, poisoned, _ = await db.write(jobs.restore)
        assert ids(queued) == ["describe-3", "read-1", "describe-1", "read-2", "describe-2"]
        assert [job.interruptions for job in queued] == [1, 1, 0, 0, 0]
        assert {job.deaths for job in queued} == {0}
        assert poisoned == []
        assert await db.write(jobs.restore) == (queued, [], []), "a second start finds nothing interrupted"

    with_database(tmp_path, body)


def test_what_a_clean_stop_lets_go_of_waits_again_without_blame(tmp_path):
    async def body(db):
        def fill(w):
            accept(w, 1, 1)
            jobs.start(w, "describe-1", "minicpm")
            jobs.release(w)

        await db.write(fill)
        queued, *_ = await db.write(jobs.restore)
        assert ids(queued) == ["read-1", "describe-1"]
        assert {(job.deaths, job.interruptions) for job in queued} == {(0, 0)}

    with_database(tmp_path, body)


def test_a_job_that_was_running_when_the_daemon_died_three_times_is_set_aside(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        for _ in range(2):
            await db.write(lambda w: jobs.start(w, "read-1", None))
            assert (await db.write(jobs.restore))[1] == []
        await db.write(lambda w: jobs.start(w, "read-1", None))
        queued, poisoned, _ = await db.write(jobs.restore)
        assert ids(queued) == ["describe-1"]
        assert poisoned == [(await db.read(lambda cx: jobs.job(cx, "read-1"))).job]
        assert (poisoned[0].state, poisoned[0].interruptions) == (JobState.POISONED, 3)
        assert poisoned[0].error
        assert (await db.read(lambda cx: events.since(cx, 0, 100)))[-1].type == "job.poisoned"

    with_database(tmp_path, body)


def test_deaths_of_children_and_of_daemons_are_counted_apart(tmp_path):
    async def body(db):
        def die(w):
            accept(w, 1, 1)
            for died in (False, True):
                jobs.start(w, "read-1", None)
                assert jobs.requeue(w, as_said("read-1", deaths=int(died)))
            jobs.start(w, "read-1", None)

        await db.write(die)
        (job, _), *_ = await db.write(lambda w: jobs.restore(w, poison_after=2))
        assert (job.id, job.deaths, job.interruptions) == ("read-1", 1, 1)

    with_database(tmp_path, body)


def test_the_pictures_that_are_owed_work(tmp_path):
    async def body(db):
        def fill(w):
            for number in (1, 2, 3):
                accept(w, number, number)
            jobs.end(w, "read-2", JobState.FAILED, "why")
            jobs.end(w, "describe-2", JobState.FAILED, "why")
            jobs.start(w, "read-3", None)
            jobs.end(w, "describe-3", JobState.CANCELLED)

        await db.write(fill)
        assert await db.read(jobs.owed) == {sha(1), sha(3)}

    with_database(tmp_path, body)


def test_a_question_is_asked_as_often_as_somebody_asks(tmp_path):
    async def body(db):
        def ask(w):
            accept(w, 1, 1)
            for name in ("q1", "q2"):
                jobs.add(w, ask_job(name, 1, "shot-000001"))
            jobs.start(w, "q1", "minicpm")
            return results.finish_ask(w, "q1", "A file.", "minicpm")

        assert await db.write(ask)
        row = await db.read(lambda cx: jobs.job(cx, "q1"))
        assert (row.job.state, row.job.answer, row.job.model) == (JobState.DONE, "A file.", "minicpm")
        assert await db.read(lambda cx: state(cx, "q2")) is JobState.QUEUED
        last = (await db.read(lambda cx: events.since(cx, 0, 100)))[-1]
        assert (last.type, last.body) == ("job.done", {"job": "q1", "kind": "ask", "picture": sha(1)})

    with_database(tmp_path, body)


def test_jobs_come_back_as_they_were_in_another_daemon(tmp_path):
    question = ask_job("q1", 1, "shot-000001")

    async def fill(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(lambda w: jobs.add(w, question))

    async def find(db):
        queued, *_ = await db.write(jobs.restore)
        assert queued == [read_job(1), describe_job(1), question]

    with_database(tmp_path, fill)
    with_database(tmp_path, find)
