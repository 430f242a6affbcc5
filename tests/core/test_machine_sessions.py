"""Jobs about sessions: one reply each, the next one after it, and no picture."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobKind, JobState, Urgency
from machine_world import World

ROLES = {"llama": {"session": 0}, "eyes": {"screen": 0, "ask": 0}}


def world(**more):
    return World(models=ROLES, **more)


def begin(tried, name, steps):
    tried.tell(was.JobsAdded((tried.store.session(name, tried.wall_ms, steps),)))


def test_a_session_is_told_step_by_step_and_no_picture_is_owed_for_it():
    tried = world()
    begin(tried, "s", steps=3)
    tried.settle()
    made = [job for job in tried.jobs.values() if job.session == "s"]
    assert [job.state for job in made] == [JobState.DONE] * 4, "the last one finds nothing to do"
    assert all(job.urgency is Urgency.BACKGROUND for job in made)
    assert not tried.happened["DropSpooled"]
    assert not tried.machine.queue.owes("")


def test_a_person_goes_between_two_steps_and_stops_one():
    tried = world()
    begin(tried, "s", steps=2)
    run = tried.reach(do.StartInference)
    tried.describe("a", urgency=Urgency.INTERACTIVE)
    assert tried.take(do.StopAttempt).job == run.job.id
    tried.tell(was.JobStopped(run.job.id))
    assert tried.reach(do.StartInference).job.kind is JobKind.DESCRIBE


def test_what_comes_after_a_step_is_as_new_as_it_is():
    tried = world()
    begin(tried, "s", steps=2)
    tried.now = 100.0
    tried.settle()
    second = [job for job in tried.jobs.values() if job.session == "s"][1]
    assert second.created_ms == 100_000


@pytest.mark.parametrize("outcome", ["ok", "malformed", None])
def test_a_step_without_a_reply_says_nothing_of_its_model(outcome):
    tried = world()
    begin(tried, "s", steps=0)
    run = tried.reach(do.StartInference)
    tried.tell(was.SessionStepMade(run.job.id, None, "llama", outcome))
    tried.settle()
    assert (("llama", "session") in [(b[0], b[1]) for b in tried.machine.casting.breakers]) == bool(outcome)


def test_one_that_is_cancelled_has_nothing_after_it():
    tried = world()
    begin(tried, "s", steps=2)
    run = tried.reach(do.StartInference)
    tried.tell(was.JobCancelRequested("t", run.job.id))
    tried.tell(was.SessionStepMade(run.job.id, tried.store.next_step(run.job), "llama", "ok"))
    tried.settle()
    assert [job.state for job in tried.jobs.values()] == [JobState.CANCELLED]


FORMAT = ("llama", "session", "format")


def closes(tried):
    """The breakers are closed again by probes that go well, and all that waits is done."""
    for _ in range(20):
        tried.wake()
        tried.settle()
        if not tried.opened:
            return


def malformed(tried):
    run = tried.reach(do.StartInference)
    tried.tell(was.SessionStepMade(run.job.id, tried.store.next_step(run.job), "llama", "malformed"))


def test_malformed_replies_open_the_breaker_of_the_role_and_what_is_next_waits_until_it_closes():
    tried = world()
    for number in range(3):
        begin(tried, f"s{number}", steps=2)
    for number in range(3):
        assert not tried.opened, number
        malformed(tried)
    assert FORMAT in tried.opened
    tried.settle()
    states = [job.state for job in tried.jobs.values()]
    assert JobState.FAILED not in states, "each step is made, and nothing has failed"
    assert JobState.QUEUED in states
    closes(tried)
    assert {job.state for job in tried.jobs.values()} == {JobState.DONE}
    assert not any(tried.store.steps.values())


def test_a_session_of_which_nothing_can_be_told_opens_no_breaker():
    tried = world()
    begin(tried, "s", steps=5)
    for _ in range(5):
        malformed(tried)
    assert not tried.opened


def test_what_failed_for_its_replies_is_tried_again_once_the_breaker_closes():
    tried = world()
    for number in range(3):
        begin(tried, f"s{number}", steps=1)
    for _ in range(3):
        run = tried.reach(do.StartInference)
        tried.tell(was.JobRefused(run.job.id, "bad_schema", "x"))
    assert FORMAT in tried.opened
    tried.settle()
    assert {job.state for job in tried.jobs.values()} == {JobState.FAILED}
    closes(tried)
    assert {tried.jobs[f"s{number}"].state for number in range(3)} == {JobState.DONE}
    assert not any(tried.store.steps.values())


def test_switched_off_it_waits_and_nobody_is_asked():
    tried = world()
    tried.tell(was.FeaturesSet(vision_model=True, session_model=False))
    begin(tried, "s", steps=1)
    tried.settle()
    assert tried.jobs["s"].state is JobState.QUEUED
    tried.tell(was.FeaturesSet(vision_model=True, session_model=True))
    tried.settle()
    assert not any(tried.store.steps.values())


def test_many_sessions_are_never_deferred_and_defer_nothing():
    tried = world()
    tried.machine.queue._max_jobs = 2
    for number in range(9):
        begin(tried, f"s{number}", steps=1)
    assert not tried.machine.queue.deferred
    tried.settle()
    assert not any(tried.store.steps.values())
