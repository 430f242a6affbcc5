"""The machine and its jobs: deaths, refusals, models, questions, cancels, idleness and stop."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.places import IDLE_S
from machine_world import World, gone, seen


@pytest.mark.parametrize("kind", [do.StartRead, do.StartInference])
def test_two_deaths_on_one_job_poison_it_and_the_next_is_done(kind):
    world = World()
    world.tell(seen(b"a.png"))
    deaths = 0
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, kind) and deaths < 2:
            deaths += 1
            work = effect.job.id
            died = was.ReaderDied(work, "x") if kind is do.StartRead else was.ModelDied("eyes", work, "x")
            world.tell(died)
        else:
            world.succeed(effect)
    states = {job.kind: job.state for job in world.jobs.values()}
    poisoned = JobKind.READ if kind is do.StartRead else JobKind.DESCRIBE
    assert states.pop(poisoned) is JobState.POISONED
    assert set(states.values()) == {JobState.DONE}


def test_one_death_is_forgiven():
    world = World()
    world.tell(seen(b"a.png"))
    died = False
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference) and not died:
            died = True
            world.tell(was.ModelDied("eyes", effect.job.id, "killed by SIGABRT"))
        else:
            world.succeed(effect)
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_a_child_that_ended_before_a_job_was_begun_is_no_fault_of_the_jobs():
    world = World()
    world.tell(seen(b"a.png"))
    lost = False
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference) and not lost:
            lost = True
            assert world.machine.queue.get(effect.job.id).deaths == 0
            world.tell(was.ModelLost("eyes", effect.job.id))
        else:
            world.succeed(effect)
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_a_model_whose_child_never_lives_to_be_asked_is_left_alone_for_a_while_and_its_job_waits():
    world = World()
    world.tell(seen(b"a.png"))
    lost = 0
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            lost += 1
            world.tell(was.ModelLost("eyes", effect.job.id))
        else:
            world.succeed(effect)
    assert lost == 2
    assert world.opened == {("eyes", "ask", "health"), ("eyes", "screen", "health")}
    assert world.machine.casting.models["eyes"].usable
    assert world.machine.queue.waiting(JobKind.DESCRIBE) == 1


def test_a_model_that_is_refused_leaves_its_jobs_owed_until_its_files_change():
    world = World()
    world.tell(seen(b"a.png"))
    while not world.is_pending(do.LoadModel):
        world.succeed(world.pending.pop(0))
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("eyes", "load_failed", "no"))
    world.settle()
    assert JobKind.DESCRIBE not in world.machine.possible
    assert world.machine.queue.waiting(JobKind.DESCRIBE) == 1
    world.inspect("eyes")
    world.settle()
    assert JobKind.DESCRIBE in world.results["a"]


def test_a_model_that_dies_twice_while_loading_is_left_alone_for_a_while():
    world = World()
    world.tell(seen(b"a.png"))
    loads = 0
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.LoadModel):
            loads += 1
            world.tell(was.ModelDied("eyes", None, "killed by SIGSEGV"))
        else:
            world.succeed(effect)
    assert loads == 2
    assert world.opened == {("eyes", "ask", "health"), ("eyes", "screen", "health")}
    assert world.machine.casting.models["eyes"].usable


def test_a_second_model_takes_over_after_the_first_is_gone():
    world = World(models=("eyes", "spare"))
    world.tell(seen(b"a.png"))
    world.settle("a")
    world.tell(was.ModelInspected("eyes", "missing", "gone"))
    world.tell(seen(b"b.png"))
    unloaded_first = []
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.UnloadModel | do.LoadModel):
            unloaded_first.append((type(effect), effect.model))
        world.succeed(effect, "b")
    assert unloaded_first == [(do.UnloadModel, "eyes"), (do.LoadModel, "spare")]


def question(world: World, ticket: str = "t") -> Job:
    job = Job(world.new_id(), JobKind.ASK, "a", 0, urgency=Urgency.INTERACTIVE, shot="s", question="?")
    world.tell(was.QuestionAsked(ticket, job))
    return job


def test_a_question_without_a_model_is_refused_with_the_reason():
    world = World()
    world.tell(was.ModelInspected("eyes", "short", "eyes.gguf is one byte short"))
    question(world)
    assert world.answers["t"] == do.Refuse("t", "model_unavailable", "eyes: eyes.gguf is one byte short")


@pytest.mark.parametrize(
    "failure", [was.ModelRefused("eyes", "load_failed", "no"), was.ModelInspected("eyes", "short", "no")]
)
def test_a_question_that_waits_is_ended_when_nobody_can_answer_it_any_more(failure):
    world = World()
    job = question(world)
    world.succeed(world.take(do.TakeQuestion))
    world.take(do.LoadModel)
    world.tell(failure)
    world.settle()
    assert world.jobs[job.id].state is JobState.FAILED


def test_an_old_question_is_not_given_up_before_the_models_were_looked_at():
    world = World(inspected=False)
    world.jobs["old"] = Job("old", JobKind.ASK, "a", 0, question="?")
    world.tell(was.JobsRestored((world.jobs["old"],)))
    assert not world.pending
    world.inspect("eyes")
    world.settle()
    assert world.jobs["old"].state is JobState.DONE


def test_a_question_is_answered_before_descriptions_that_wait():
    world = World()
    for n in range(3):
        world.tell(seen(b"%d.png" % n))
        while not world.is_pending(do.LoadModel) and world.pending:
            world.succeed(world.pending.pop(0), str(n))
    job = question(world)
    world.succeed(world.take(do.TakeQuestion))
    kinds = []
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            kinds.append(effect.job.kind)
        world.succeed(effect, "x")
    assert kinds[0] is JobKind.ASK
    assert world.jobs[job.id].state is JobState.DONE


@pytest.mark.parametrize("running", [True, False])
def test_a_cancelled_job_ends_as_cancelled_and_says_so(running):
    world = World()
    world.tell(seen(b"a.png"))
    while not world.is_pending(do.StartInference if running else do.LoadModel):
        world.succeed(world.pending.pop(0))
    job_id = next(job.id for job in world.jobs.values() if job.kind is JobKind.DESCRIBE)
    world.tell(was.JobCancelRequested("t", job_id))
    while world.pending:
        effect = world.pending[-1] if world.is_pending(do.StopAttempt) else world.pending[0]
        world.pending.remove(effect)
        world.succeed(effect)
    assert world.jobs[job_id].state is JobState.CANCELLED
    assert world.answers["t"] == do.Answer("t", job_id)
    assert world.results["a"] == [JobKind.READ]


def test_children_that_are_killed_over_cancelled_jobs_are_not_held_against_the_model():
    world = World()
    for number in range(3):
        job = question(world, f"t{number}")
        while not world.is_pending(do.StartInference):
            world.succeed(world.pending.pop(0))
        world.tell(was.JobCancelRequested(f"c{number}", job.id))
        world.take(do.StartInference)
        world.take(do.StopAttempt)
        world.tell(was.JobStopped(job.id, killed=True))
        assert not world.slot.residents
        world.settle()
        assert world.jobs[job.id].state is JobState.CANCELLED
    assert world.machine.casting.models["eyes"].usable


def test_no_child_for_a_while_condemns_neither_file_nor_job():
    world = World(models=())
    world.tell(seen(b"a.png"))
    world.tell(was.FileRefused(world.take(do.OpenFile).key, "not_started", "too many open files"))
    assert world.take(do.RejectFile).identity is None  # so that the next scan tries again
    world = World(models=())
    world.tell(seen(b"a.png"))
    world.succeed(world.take(do.OpenFile))
    world.succeed(world.take(do.AcceptFile))
    world.tell(was.JobRefused(world.take(do.StartRead).job.id, "not_started", "too many open files"))
    world.now = world.machine.queue.next_resume()
    world.tell(was.TimePassed())
    world.settle()
    assert world.results["a"] == [JobKind.READ]


def test_a_cancel_that_comes_after_the_result_leaves_the_result():
    world = World()
    world.tell(seen(b"a.png"))
    while not world.is_pending(do.FinishDescription):
        world.succeed(world.pending.pop(0))
    job_id = world.pending[0].job.id
    world.tell(was.JobCancelRequested("t", job_id))
    world.settle()
    assert world.jobs[job_id].state is JobState.DONE
    assert "t" in world.answers


def test_a_file_that_was_deleted_while_it_was_opened_can_come_back():
    world = World()
    world.tell(seen(b"a.png"))
    world.tell(gone(b"a.png"))
    world.succeed(world.take(do.OpenFile))
    world.settle()
    assert len(world.machine.reading.intake) == 0
    world.tell(was.FileSubmitted("t", "folder", b"a.png"))
    world.settle("b")
    assert "t" in world.answers
    assert "b" in world.results


def test_who_submits_while_the_file_is_opened_gets_what_is_there_now():
    world = World()
    world.tell(was.FileSubmitted("old", "submit", b"/a.png"))
    world.tell(was.FileSubmitted("new", "submit", b"/a.png"))
    world.succeed(world.take(do.OpenFile), "before")
    world.succeed(world.take(do.AcceptFile))
    assert "old" in world.answers
    assert "new" not in world.answers
    world.succeed(world.take(do.OpenFile), "after")
    world.settle()
    assert {"before", "after"} <= {job.picture for job in world.jobs.values()}
    assert "new" in world.answers


def test_a_missing_engine_is_held_against_the_reader_and_not_against_the_picture():
    world = World(models=())
    world.tell(seen(b"a.png"))
    world.succeed(world.take(do.OpenFile))
    world.succeed(world.take(do.AcceptFile))
    job = world.take(do.StartRead).job
    world.tell(was.JobRefused(job.id, "engine_missing", "install it"))
    assert world.reader.code == "engine_missing"
    world.settle()
    assert world.machine.queue.waiting(JobKind.READ) == 1
    world.tell(was.ReaderProbed("", ""))
    world.settle()
    assert world.results["a"] == [JobKind.READ]


def test_a_picture_that_is_away_is_looked_for_again_later_and_its_job_is_done_then():
    world = World()
    world.tell(seen(b"a.png"))
    refused = False
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference) and not refused:
            refused = True
            world.tell(was.JobRefused(effect.job.id, "picture_gone", "its disk is away"))
        else:
            world.succeed(effect)
    assert world.results["a"] == [JobKind.READ]
    world.now = world.machine.queue.next_resume()
    world.tell(was.TimePassed())
    world.settle()
    assert world.results["a"] == [JobKind.READ, JobKind.DESCRIBE]


def test_a_description_does_not_wait_for_a_text_that_was_put_off():
    world = World()
    world.tell(seen(b"a.png"))
    world.succeed(world.take(do.OpenFile))
    world.succeed(world.take(do.AcceptFile))
    world.tell(was.JobRefused(world.take(do.StartRead).job.id, "child_error", "unexpected MemoryError"))
    world.settle()
    assert world.results["a"] == [JobKind.DESCRIBE]
    world.now = world.machine.queue.next_resume()
    world.tell(was.TimePassed())
    world.settle()
    assert world.results["a"] == [JobKind.DESCRIBE, JobKind.READ]


def test_a_question_about_a_picture_that_is_away_is_answered_at_once():
    world = World()
    job = question(world)
    while not world.is_pending(do.StartInference):
        world.succeed(world.pending.pop(0))
    world.take(do.StartInference)
    world.tell(was.JobRefused(job.id, "picture_gone", "away"))
    world.settle()
    assert world.jobs[job.id].state is JobState.FAILED


def test_every_change_of_a_model_is_told_once():
    world = World()
    assert world.told == [("eyes", "idle")]
    world.tell(seen(b"a.png"))
    world.settle()
    assert world.told[1:] == [("eyes", "loading"), ("eyes", "ready")]
    world.now += 1000
    world.tell(was.TimePassed())
    world.settle()
    for _ in range(2):
        world.tell(was.ModelInspected("eyes", "short", "one byte short"))
    assert world.told[3:] == [("eyes", "idle"), ("eyes", "unavailable")]


def test_what_is_submitted_right_after_the_start_still_awaits_its_text():
    world = World(models=(), probed=False)
    world.tell(was.FileSubmitted("t", "submit", b"/a.png"))
    world.settle()
    assert world.results == {}
    assert JobKind.READ in world.machine.possible
    world.tell(was.ReaderProbed("", ""))
    world.settle()
    assert world.results["a"] == [JobKind.READ]


def test_the_spooled_copy_goes_when_nothing_is_owed():
    world = World()
    world.tell(seen(b"a.png"))
    dropped = []
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.DropSpooled):
            dropped.append((effect.picture, {j.state for j in world.jobs.values()}))
        world.succeed(effect)
    assert dropped == [("a", {JobState.DONE})]


def test_what_is_idle_gives_its_memory_back():
    world = World()
    world.tell(seen(b"a.png"))
    world.settle()
    assert world.machine.wake_at == pytest.approx(IDLE_S)
    world.now = world.machine.wake_at
    world.tell(was.TimePassed())
    assert {type(e) for e in world.pending} == {do.UnloadModel, do.StopReader}
    world.settle()
    assert world.machine.wake_at is None


def test_after_a_stop_nothing_new_begins_and_those_who_wait_are_told():
    world = World()
    world.tell(was.FileSubmitted("t", "submit", b"/a.png"))
    world.tell(was.StopRequested())
    assert world.answers["t"].code == "shutting_down"
    world.pending.clear()
    world.tell(seen(b"b.png"))
    world.tell(was.FileSubmitted("u", "submit", b"/c.png"))
    assert not world.pending
    assert world.answers["u"].code == "shutting_down"


def test_restored_jobs_are_done_in_their_old_order():
    world = World()
    old = [Job(f"j{n}", JobKind.READ, f"p{n}", n) for n in range(3)]
    world.jobs = {job.id: job for job in old}
    world.tell(was.JobsRestored(tuple(old)))
    order = []
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartRead):
            order.append(effect.job.id)
        world.succeed(effect)
    assert order == ["j0", "j1", "j2"]
