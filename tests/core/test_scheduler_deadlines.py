"""What cannot be done in time is said at the door, and what is too late never reaches the slot."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_deadlines import TWO, learnt, refusal
from machine_world import LEARNT, PROFILE, World, seen


@pytest.mark.parametrize("in_s", [None, 10.0, 11.0])
def test_a_question_that_can_be_answered_in_time_is_taken_on(in_s):
    assert not refusal(learnt(), in_s)


def test_a_question_that_cannot_be_answered_in_time_is_refused_with_what_is_predicted():
    assert refusal(learnt(), 9.0) == "it would take about 10.0 s, of 9.0 s left"
    assert refusal(learnt(), -5.0) == "it would take about 10.0 s, of 0.0 s left"


@pytest.mark.parametrize(("urgency", "expected"), [(Urgency.NORMAL, 14.0), (Urgency.BACKGROUND, 10.0)])
def test_what_runs_is_waited_for_unless_it_would_be_stopped(urgency, expected):
    world = learnt()
    world.describe("runs", urgency=urgency)
    world.now += 6.0
    assert refusal(world, 5.0) == f"it would take about {expected} s, of 5.0 s left"


def test_a_model_that_has_to_be_loaded_takes_longer():
    world = learnt(models=TWO, room=Room(0, 100))
    world.describe("other")
    world.settle()
    assert set(world.slot.residents) == {"eyes"}
    assert refusal(world, 11.0) == "it would take about 14.0 s, of 11.0 s left"


def test_questions_that_are_before_it_take_their_time_too():
    world = learnt()
    world.describe("runs")
    world.ask("a")
    world.succeed(world.take(do.TakeQuestion))
    world.ask("b")  # it is being committed
    assert refusal(world, 35.0) == "it would take about 40.0 s, of 35.0 s left"


def test_where_nothing_was_learnt_everything_is_taken_on():
    assert not refusal(World(), 0.1)


def test_what_was_learnt_before_a_restart_counts():
    world = World()
    world.tell(was.CallsRemembered((("eyes", "", "ask", LEARNT),)))
    assert refusal(world, 9.0)


@pytest.mark.parametrize(("in_ms", "state"), [(10_000, JobState.DONE), (9_000, JobState.FAILED)])
def test_a_description_that_cannot_be_made_in_time_goes_down_the_ladder_as_it_comes(in_ms, state):
    world = learnt()
    world.tell(was.FileSubmitted("t", "submit", b"/b.png", deadline_ms=world.wall_ms + in_ms))
    world.settle("b")
    jobs = {job.kind: job for job in world.jobs.values() if job.picture == "b"}
    assert jobs[JobKind.DESCRIBE].state is state
    assert jobs[JobKind.READ].state is JobState.DONE, "its text has no deadline"
    assert (jobs[JobKind.DESCRIBE].id in world.started) == (state is JobState.DONE)
    if state is JobState.FAILED:
        assert jobs[JobKind.DESCRIBE].error == "deadline: it would take about 10.0 s, of 9.0 s left"
    assert isinstance(world.answers["t"], do.Answer)


@pytest.mark.parametrize(
    ("deadlines", "wanted"),
    [([5000], 5000), ([5000, 7000], 7000), ([7000, 5000], 7000), ([5000, None], None), ([None, 5000], None)],
)
def test_a_file_is_described_for_as_long_as_anybody_wants_that(deadlines, wanted):
    world = World()
    world.tell(was.FileSubmitted("busy", "submit", b"/other.png"))
    for n, deadline_ms in enumerate(deadlines):
        world.tell(was.FileSubmitted(f"t{n}", "submit", b"/a.png", deadline_ms))
    world.succeed(world.take(do.OpenFile), "other")
    world.succeed(world.take(do.AcceptFile))
    world.succeed(world.take(do.OpenFile))
    assert world.take(do.AcceptFile).deadline_ms == wanted


def hand_in(world: World, ticket: str, deadline_ms: int | None, path: bytes = b"/a.png") -> None:
    """A file with picture `a` is handed in, and accepted."""
    world.tell(was.FileSubmitted(ticket, "submit", path, deadline_ms))
    world.succeed(world.take(do.OpenFile), "a")
    world.succeed(world.take(do.AcceptFile))


def description(world: World, sha: str = "a"):
    """The job that describes a picture, as the store has it."""
    (job,) = (j for j in world.jobs.values() if (j.kind, j.picture) == (JobKind.DESCRIBE, sha))
    return job


LONGER = pytest.mark.parametrize(("deadline_ms", "wanted"), [(None, None), (9000, 9000), (4000, 5000)])


@LONGER
@pytest.mark.parametrize("path", [b"/a.png", b"/copy.png"])
def test_what_waits_is_wanted_for_as_long_as_whoever_comes_later_wants_it(path, deadline_ms, wanted):
    world = World(reads_text=False)
    world.describe("runs")
    running = world.reach(do.StartInference)
    hand_in(world, "t1", 5000)
    hand_in(world, "t2", deadline_ms, path)
    job = description(world)
    assert job.deadline_ms == wanted == world.machine.queue[job.id].deadline_ms
    world.now = 6.0
    world.tell(was.TimePassed())
    world.succeed(running)
    if (wanted or 9000) > 6000:
        left = world.reach(do.StartInference).deadline_s
        assert left == (None if wanted is None else 3.0)
    world.settle()


def test_what_is_wanted_longer_does_not_end_while_that_is_committed():
    world = World(reads_text=False)
    world.describe("runs")
    running = world.reach(do.StartInference)
    hand_in(world, "t1", 5000)
    world.tell(was.FileSubmitted("t2", "submit", b"/copy.png"))
    world.succeed(world.take(do.OpenFile), "a")
    world.now = 6.0
    world.tell(was.TimePassed())
    world.settle()
    world.succeed(running)
    world.settle()
    assert description(world).state is JobState.DONE


def test_what_was_just_given_up_is_begun_anew_for_who_comes_then():
    world = World(reads_text=False)
    world.describe("runs")
    running = world.reach(do.StartInference)
    hand_in(world, "t1", 5000)
    world.now = 6.0
    world.tell(was.TimePassed())
    ended = world.take(do.EndJob)
    world.tell(was.FileSubmitted("t2", "submit", b"/copy.png"))
    world.succeed(world.take(do.OpenFile), "a")
    world.succeed(ended)
    world.settle()
    world.succeed(running)
    world.settle()
    assert description(world).state is JobState.DONE


@LONGER
def test_an_attempt_that_was_told_too_early_a_deadline_is_no_end(deadline_ms, wanted):
    world = World(reads_text=False)
    hand_in(world, "t1", 5000)
    assert world.reach(do.StartInference).deadline_s == 5.0
    hand_in(world, "t2", deadline_ms)
    world.now = 5.0
    job = description(world)
    world.tell(was.JobRefused(job.id, "deadline", "the answer would come too late"))
    if wanted == 5000:
        world.settle()
        assert description(world).state is JobState.FAILED
        return
    assert world.reach(do.StartInference).deadline_s == (None if wanted is None else 4.0)
    world.now = 10.0
    world.tell(was.JobRefused(job.id, "deadline", "the answer would come too late"))
    world.settle()
    assert description(world).state is JobState.FAILED, "this one was told the deadline that it has"


def test_a_question_keeps_the_deadline_of_who_asked_it():
    world = World()
    world.describe("runs")
    world.reach(do.StartInference)
    asked = world.ask("q", deadline_ms=5000)
    world.succeed(world.take(do.TakeQuestion))
    world.tell(was.FileSubmitted("t", "submit", b"/a.png"))
    world.succeed(world.take(do.OpenFile), "a")
    assert world.machine.queue[asked.id].deadline_ms == 5000


@pytest.mark.parametrize("first", ["sighting", "client", "client alone"])
def test_a_watched_folder_wants_what_is_in_it_without_a_deadline(first):
    world = World(policy=Policy(PROFILE, ranks={"folder": Urgency.NORMAL}))
    world.tell(was.FileSubmitted("busy", "submit", b"/other.png"))
    events = [seen(b"/a.png"), was.FileSubmitted("t", "folder", b"/a.png", 5000)]
    events = events[::-1] if first == "client" else events[first == "client alone" :]
    for event in events:
        world.tell(event)
    world.succeed(world.take(do.OpenFile), "other")
    world.succeed(world.take(do.AcceptFile))
    world.succeed(world.take(do.OpenFile))
    assert world.take(do.AcceptFile).deadline_ms is None


def test_what_expires_while_it_waits_never_reaches_the_slot():
    world = World()
    world.describe("runs", "waits", deadline_ms=5000)
    running = world.reach(do.StartInference)
    assert (running.job.id, running.deadline_s) == ("runs", 5.0)
    assert world.machine.wake_at == 5.0
    world.wake()
    ended = world.take(do.EndJob)
    assert (ended.job, ended.state) == ("waits", JobState.FAILED)
    world.succeed(ended)
    world.succeed(running)
    world.settle()
    assert world.started == ["runs"]
    assert world.jobs["runs"].state is JobState.DONE


def test_a_model_is_not_loaded_for_what_expired_meanwhile():
    world = World()
    world.describe("a", deadline_ms=5000)
    world.now = 6.0
    world.succeed(world.take(do.LoadModel))
    world.settle()
    assert world.started == []
    assert str(world.jobs["a"].error).startswith("deadline: ")


def test_what_expires_deferred_put_off_or_stopped_for_a_person_is_not_begun_either():
    world = World()
    world.describe("later", "stopped", urgency=Urgency.BACKGROUND, deadline_ms=5000)
    world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "picture_gone", "x"))
    world.reach(do.StartInference)
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    world.now = 6.0
    world.tell(was.JobStopped("stopped"))
    world.pending = [effect for effect in world.pending if not isinstance(effect, do.StopAttempt)]
    world.settle()
    assert {world.jobs[name].state for name in ("later", "stopped")} == {JobState.FAILED}
    assert world.started[:2] == ["later", "stopped"]
    assert len(world.started) == 3


def test_a_run_that_hears_of_its_deadline_has_failed_and_its_model_is_innocent():
    world = World()
    for n in range(5):
        job = world.ask(f"{n}", deadline_ms=world.wall_ms + 5000)
        world.reach(do.StartInference)
        world.now += 5.0
        world.tell(was.JobRefused(job.id, "deadline", "the answer would come too late"))
        world.settle()
        assert world.jobs[job.id].error == "deadline: the answer would come too late"
    assert not world.opened


def test_a_clock_that_jumps_ends_what_is_late_and_nothing_else():
    world = World()
    world.describe("wanted", "late", urgency=Urgency.BACKGROUND)
    world.describe("very late", deadline_ms=60_000)
    world.now += 1e8
    world.tell(was.TimePassed())
    world.settle()
    assert [name for name, job in world.jobs.items() if job.state is not JobState.DONE] == ["very late"]


def test_a_job_that_the_store_gives_back_too_late_is_ended_once():
    world = learnt()
    world.describe("a")
    world.reach(do.StartInference)
    world.describe("late", deadline_ms=world.wall_ms + 60_000)
    world.tell(was.JobCancelRequested("t", "late"))
    world.now += 55.0
    world.tell(was.JobsRecalled((world.jobs["late"],)))
    assert sum(isinstance(effect, do.EndJob) for effect in world.pending) == 1


def test_what_runs_is_judged_by_the_model_that_it_runs_on():
    world = World(models={"eyes": {"screen": 0}, "better": {"screen": 5}}, inspected=False)
    world.inspect("eyes")
    world.took = LEARNT
    world.describe("first")
    world.settle()
    world.describe("second")
    world.reach(do.StartInference)
    world.inspect("better")
    assert world.machine.casting.model_for(JobKind.DESCRIBE) == "better"
    assert world.machine.overview(world.now).slot.predicted_s == pytest.approx(10.0)


def test_a_model_is_not_loaded_for_who_cannot_make_it_any_more():
    world = learnt(models=TWO, room=Room(0, 100))
    world.describe("other")
    run = world.reach(do.StartInference)
    job = world.ask("t", deadline_ms=world.wall_ms + 25_000)
    world.succeed(world.take(do.TakeQuestion))
    world.now += 20.0  # it took twice as long as was predicted
    world.succeed(run)
    world.settle()
    assert world.jobs[job.id].error == "deadline: it would take about 14.0 s, of 5.0 s left"
    assert set(world.slot.residents) == {"eyes"}


def test_people_who_are_before_it_take_their_time_for_a_description_too():
    world = learnt()
    world.describe("runs")
    world.ask("a")
    world.succeed(world.take(do.TakeQuestion))
    world.describe("b", urgency=Urgency.INTERACTIVE)
    world.describe("c", urgency=Urgency.INTERACTIVE, deadline_ms=world.wall_ms + 35_000)
    assert world.take(do.EndJob).error == "deadline: it would take about 40.0 s, of 35.0 s left"


def test_a_child_that_had_to_be_killed_at_a_deadline_is_gone_and_its_model_innocent():
    world = World()
    for n in range(5):
        job = world.ask(f"{n}", deadline_ms=world.wall_ms + 5000)
        world.reach(do.StartInference)
        world.now += 5.0
        world.tell(was.JobRefused(job.id, "deadline", "not done within 5 s", killed=True))
        assert not world.slot.residents
        world.settle()
    assert not world.opened
    assert not [note for note in world.noted if isinstance(note, do.TellAlarm)]
