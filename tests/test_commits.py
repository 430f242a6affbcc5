"""What the machine decided is in the store, with what follows from it there."""

from functools import partial

import msgspec
import pytest
from msgspec.structs import replace

import store_samples
from glimpsed.commits import MOST_FAILURES, Commits
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core import reuse
from glimpsed.core.histogram import Stage, quantile
from glimpsed.core.model import Description, Job, JobKind, JobState, Rung, Urgency
from glimpsed.host.clock import new_id, now_ms
from glimpsed.store import events, jobs, shots, stages
from performing import perform


def finished(job):
    """A description of the job's picture was made."""
    return do.FinishDescription(job, Description(task="Testing"), "eyes", "7", {"encode": 3})


async def running(world, job):
    """A job is marked as running."""
    assert await world.store.write(partial(jobs.start, job_id=job.id, model="eyes"))
    return job


async def ended(world, job, error, state=JobState.FAILED, **how):
    """A job that ran has ended without a result."""
    await running(world, job)
    await world.done(do.EndJob(job.id, state, error, **how), was.JobEnded)
    return await world.stored(job)


async def latest(world, job):
    """The current result of a job's picture."""
    return (await world.store.read(partial(shots.latest_of, sha256=job.picture))).result


def test_a_new_picture_owes_what_the_machine_says_and_only_a_models_work_has_a_deadline(tmp_path):
    async def body(world):
        planned = ((JobKind.READ, Urgency.HIGH), (JobKind.DESCRIBE, Urgency.LOW))
        effect = do.AcceptFile(("shots", b"/1.png"), store_samples.opened(1), planned, 12_345)
        owed = (await world.done(effect, was.ShotCommitted)).jobs
        assert [(job.kind, job.urgency, job.deadline_ms) for job in owed] == [
            (JobKind.READ, Urgency.HIGH, None),
            (JobKind.DESCRIBE, Urgency.LOW, 12_345),
        ]
        assert [await world.stored(job) for job in owed] == list(owed)
        assert (await latest(world, owed[0])).rung is Rung.MINIMUM

    perform(tmp_path, body)


def test_a_description_says_who_made_it(tmp_path):
    async def body(world):
        job = await running(world, await world.job())
        await world.done(finished(job), was.JobEnded)
        made = await latest(world, job)
        assert (made.rung, made.model, made.prompt_version) == (Rung.VISION, "eyes", "7")
        assert (made.description.task, made.timings) == ("Testing", {"encode": 3})

    perform(tmp_path, body)


def test_a_repeated_description_says_whose_it_is(tmp_path):
    async def body(world):
        first = await running(world, await world.job())
        await world.done(finished(first), was.JobEnded)
        said = await latest(world, first)
        second = await running(world, await world.job())
        repeated = reuse.repeat(said, new_id(), second.picture, now_ms())
        await world.done(do.FinishReused(second, repeated), was.JobEnded)
        found = await latest(world, second)
        assert (found.rung, found.reused_from, found.model) == (Rung.REUSED, said.id, "eyes")
        assert (await world.stored(second)).state is JobState.DONE

    perform(tmp_path, body)


@pytest.mark.parametrize(
    ("urgency", "waited_s", "counted_from_s"),
    [(Urgency.NORMAL, 5.0, 5.0), (Urgency.INTERACTIVE, 3600.0, 3600.0), (Urgency.BACKGROUND, 5.0, None)],
)
def test_the_way_from_complete_file_to_description_is_measured_for_who_is_waited_for(
    tmp_path, urgency, waited_s, counted_from_s
):
    async def body(world):
        opened = store_samples.opened(1)
        effect = do.AcceptFile(
            ("shots", b"/1.png"), opened, ((JobKind.DESCRIBE, urgency),), waited_s=waited_s
        )
        (job,) = (await world.done(effect, was.ShotCommitted)).jobs
        await world.done(finished(await running(world, job)), was.JobEnded)
        counted = (await world.store.read(partial(stages.counts, since_day=0))).get(Stage.FILE_TO_DESCRIPTION)
        assert (counted is None) == (counted_from_s is None)
        if counted is not None:
            assert quantile(counted, 1.0) >= counted_from_s * 1000

    perform(tmp_path, body)


@pytest.mark.parametrize(("urgency", "counted"), [(Urgency.NORMAL, True), (Urgency.BACKGROUND, False)])
def test_the_way_of_what_was_owed_before_a_restart_is_measured_from_when_it_was_accepted(
    tmp_path, urgency, counted
):
    async def body(world):
        job = await running(world, await world.job(urgency=urgency))
        job = msgspec.structs.replace(job, created_ms=job.created_ms - 5000)
        restarted = Commits(world.config, world.store, world.performer._spool)
        await restarted.finish_description(finished(job))
        seen = (await world.store.read(partial(stages.counts, since_day=0))).get(Stage.FILE_TO_DESCRIPTION)
        assert (seen is not None) == counted
        if counted:
            assert 5000 <= quantile(seen, 1.0) < 65_000

    perform(tmp_path, body)


def test_what_is_no_more_owed_is_not_measured_later(tmp_path):
    async def body(world):
        job = await running(world, await world.job())
        world.performer.perform(do.DropSpooled(job.picture))
        assert not world.performer._spool.path(job.picture).exists()
        await world.done(finished(job), was.JobEnded)
        assert Stage.FILE_TO_DESCRIPTION not in await world.stages()

    perform(tmp_path, body)


@pytest.mark.parametrize(
    ("how", "deaths", "failures"), [({}, 0, 0), ({"died": True}, 1, 0), ({"failed": True}, 0, 1)], ids=str
)
def test_an_attempt_that_ends_a_job_or_has_it_wait_again_is_counted(tmp_path, how, deaths, failures):
    async def body(world):
        job = await running(world, await world.job())
        await world.committed(do.RequeueJob(replace(job, deaths=deaths, failures=failures)))
        found = await ended(world, job, "code: why", JobState.POISONED, **how)
        assert (found.state, found.error) == (JobState.POISONED, "code: why")
        assert (found.deaths, found.failures) == (2 * deaths, 2 * failures)

    perform(tmp_path, body)


def test_jobs_are_deferred_ranked_and_recalled(tmp_path):
    async def body(world):
        kept, low, high = [await world.job() for _ in range(3)]
        await world.committed(
            do.DeferJobs((low.id, high.id)),
            do.RankJobs((replace(high, urgency=Urgency.CRITICAL),)),
            do.RankJobs((replace(low, urgency=Urgency.BACKGROUND),)),
        )
        recalled = (await world.done(do.RecallJobs(1), was.JobsRecalled)).jobs
        assert [(job.id, job.urgency) for job in recalled] == [(high.id, Urgency.CRITICAL)]
        states = [(await world.stored(job)).state for job in (kept, low, high)]
        assert states == [JobState.QUEUED, JobState.DEFERRED, JobState.QUEUED]

    perform(tmp_path, body)


def test_what_a_model_failed_is_tried_again_as_background_work_but_not_for_ever(tmp_path):
    async def body(world):
        late = await ended(world, await world.job(), "run_limit: given up after 1 s", failed=True)
        await ended(world, await world.job(), "context_overflow: too long", failed=True)
        await ended(world, await world.job(), "", JobState.CANCELLED)
        again = do.ReviveJobs(JobKind.DESCRIBE)
        for _ in range(MOST_FAILURES - 1):
            (revived,) = (await world.done(again, was.JobsRecalled)).jobs
            assert (revived.id, revived.urgency) == (late.id, Urgency.BACKGROUND)
            await ended(world, late, "run_limit: given up after 1 s", failed=True)
        assert (await world.done(again, was.JobsRecalled)).jobs == ()

    perform(tmp_path, body)


def test_where_there_may_be_more_that_a_model_failed_it_is_said(tmp_path):
    async def body(world):
        picture = (await world.job()).picture

        def fail(w):
            for n in range(jobs.REVIVED_AT_ONCE + 1):
                jobs.add(w, Job(f"q{n}", JobKind.ASK, picture, 0, question="?"))
                jobs.end(w, f"q{n}", JobState.FAILED, "run_limit: late")

        await world.store.write(fail)
        again = do.ReviveJobs(JobKind.ASK)
        recalled = [await world.done(again, was.JobsRecalled) for _ in range(2)]
        assert [(len(each.jobs), each.more) for each in recalled] == [(1000, True), (1, False)]

    perform(tmp_path, body)


def test_a_question_is_kept_with_its_answer(tmp_path):
    async def body(world):
        picture = (await world.job()).picture
        question = Job(
            new_id(), JobKind.ASK, picture, now_ms(), Urgency.INTERACTIVE, question="What is open?"
        )
        committed = await world.done(do.TakeQuestion("ticket", question), was.QuestionCommitted)
        assert committed == was.QuestionCommitted("ticket", question)
        await world.done(
            do.FinishQuestion(await running(world, question), "An editor.", "eyes"), was.JobEnded
        )
        found = await world.stored(question)
        assert (found.state, found.question, found.answer) == (JobState.DONE, "What is open?", "An editor.")

    perform(tmp_path, body)


@pytest.mark.parametrize(
    ("effect", "kind", "body"),
    [
        (do.TellModel("eyes", "ready"), "model.changed", {"model": "eyes", "state": "ready"}),
        (
            do.TellBreaker("eyes", "screen", "health", "open"),
            "breaker.opened",
            {"model": "eyes", "role": "screen", "sort": "health"},
        ),
        (
            do.TellBreaker("eyes", "screen", "format", "closed"),
            "breaker.closed",
            {"model": "eyes", "role": "screen", "sort": "format"},
        ),
        (
            do.TellAlarm("memory", raised=True, detail="95 %"),
            "alarm.raised",
            {"alarm": "memory", "detail": "95 %"},
        ),
        (
            do.TellAlarm("memory", raised=False, detail=""),
            "alarm.cleared",
            {"alarm": "memory", "detail": ""},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_everybody_should_know_is_an_event(tmp_path, effect, kind, body):
    async def run(world):
        await world.committed(effect)
        told = await world.store.read(lambda cx: events.since(cx, 0, 100))
        assert (kind, body) in [(event.type, event.body) for event in told]

    perform(tmp_path, run)
