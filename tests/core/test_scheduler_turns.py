"""Who is next: classes, ranks and age, preemption, swaps, and what the queue has no room for."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_world import LEARNT, PROFILE, World, seen

INTERACTIVE, CRITICAL, HIGH, NORMAL, LOW, BACKGROUND = Urgency
TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}
"""Models for descriptions and for questions."""

ONE_AT_A_TIME = Room(0, 150)


def two(**more) -> World:
    """A world with memory for one of its two models, some time after it began."""
    world = World(models=TWO, room=ONE_AT_A_TIME, **more)
    world.now = 100.0
    return world


def run(world: World) -> list[str]:
    """Let everything go well: models that were loaded and jobs that were begun, in their order."""
    order = []
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.LoadModel):
            order.append(effect.model)
        elif isinstance(effect, do.StartInference):
            order.append(effect.job.id)
        world.now += 1.0
        world.succeed(effect)
    return order


def asked(name, at_ms=0, urgency=NORMAL):
    return Job(name, JobKind.ASK, f"picture {name}", at_ms, urgency=urgency, question="?")


def described(name, at_ms=0, urgency=NORMAL, **what):
    return Job(name, JobKind.DESCRIBE, f"picture {name}", at_ms, urgency=urgency, **what)


def test_jobs_run_by_class_then_by_rank_then_by_age():
    world = World()
    urgencies = (BACKGROUND, LOW, NORMAL, HIGH, CRITICAL, INTERACTIVE)
    world.owe(*(described(f"{urgency} {n}", n, urgency) for n in range(2) for urgency in urgencies))
    wanted = [f"{urgency} {n}" for urgency in reversed(urgencies) for n in range(2)]
    assert run(world) == ["eyes", *wanted]


def test_sources_give_the_files_that_they_see_their_rank():
    world = World(policy=Policy(PROFILE, ranks={"folder": HIGH}))
    world.tell(seen(b"a.png"))
    world.settle()
    assert {job.urgency for job in world.jobs.values()} == {HIGH}


@pytest.mark.parametrize("urgency", [NORMAL, INTERACTIVE])
def test_a_b_a_b_becomes_a_a_b_b(urgency):
    world = two()
    world.owe(*(make(f"{n}", n, urgency) for n, make in enumerate((described, asked) * 2)))
    assert run(world) == ["eyes", "0", "2", "words", "1", "3"]


def test_where_both_fit_nobody_is_passed_over():
    world = World(models=TWO)
    world.now = 100.0
    world.owe(*(make(f"{n}", n) for n, make in enumerate((described, asked) * 2)))
    assert run(world) == ["eyes", "0", "words", "1", "2", "3"]


def test_a_higher_class_swaps_at_once():
    world = two()
    world.describe("a", "b", "c")
    world.reach(do.StartInference)
    job = world.ask()
    world.succeed(world.take(do.TakeQuestion))
    world.tell(was.JobRefused("a", "too_large", "x"))
    assert run(world)[:2] == ["words", job.id]


def test_a_busy_model_under_endless_traffic_is_swapped_within_the_bound():
    world = two()
    world.describe("first")
    running = world.reach(do.StartInference)
    world.owe(asked("rival"))
    for n in range(100):
        world.describe(f"{n}", f"{n} too")  # there is always more than can be done
        world.now += 1.0
        world.succeed(running)
        running = world.reach(do.StartInference)
    assert 20 < world.started.index("rival") <= 24


def test_a_model_that_serves_is_not_swapped():
    world = two()
    world.describe("a", urgency=NORMAL)
    running = world.reach(do.StartInference)
    world.ask()
    world.settle()
    assert not world.is_pending(do.UnloadModel)
    world.succeed(running)
    world.settle()
    assert world.slot.residents.keys() == {"words"}


def test_a_model_on_its_way_out_gets_no_new_grant_and_is_loaded_again_once_it_is_gone():
    world = two()
    world.describe("a")
    world.settle()
    job = world.ask()
    unload = world.reach(do.UnloadModel)
    world.now += 1.0
    world.describe("late", urgency=INTERACTIVE)
    assert not world.pending, "its child has not ended yet"
    world.succeed(unload)
    assert run(world) == ["words", job.id, "eyes", "late"]


def test_two_who_wait_share_one_swap():
    world = two()
    world.describe("a")
    world.settle()
    jobs = [world.ask("t"), world.ask("u")]
    assert run(world) == ["words", *(job.id for job in jobs)]


def test_a_person_stops_what_runs_in_the_background_and_no_attempt_is_counted():
    world = World()
    world.describe("old", "older", urgency=BACKGROUND)
    world.reach(do.StartInference)
    world.pending.append(do.StartInference(world.jobs["old"], "eyes"))
    job = world.ask()
    world.succeed(world.take(do.TakeQuestion))
    world.succeed(world.take(do.StopAttempt))
    assert world.started == ["old", job.id]
    world.settle()
    assert world.started == ["old", job.id, "old", "older"], "it keeps its place"
    assert {(job.deaths, job.failures) for job in world.jobs.values()} == {(0, 0)}


def test_what_a_job_waited_is_without_its_runs_and_the_waits_before_them():
    world = World()
    world.describe("old", urgency=BACKGROUND)
    first = world.reach(do.StartInference)
    assert first.waited_s == 0
    world.pending.append(first)
    world.now += 100.0
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    world.succeed(world.take(do.StopAttempt))
    question = world.reach(do.StartInference)
    assert question.waited_s == 0
    world.now += 3.0
    world.succeed(question)
    assert world.reach(do.StartInference).waited_s == 3.0


def test_what_a_job_waited_is_without_the_time_for_which_it_was_put_off():
    world = World()
    world.describe("a")
    world.reach(do.StartInference)
    world.tell(was.JobRefused("a", "picture_gone", "its disk is away"))
    world.now = world.machine.queue.next_resume()
    world.tell(was.TimePassed())
    again = world.reach(do.StartInference)
    assert (again.job.id, again.waited_s) == ("a", 0)


def test_what_a_job_waited_before_a_restart_is_among_its_wait():
    world = World()
    world.owe(described("a", world.wall_ms - 5000))
    assert world.reach(do.StartInference).waited_s == 5.0


@pytest.mark.parametrize("urgency", [LOW, CRITICAL, INTERACTIVE])
def test_a_person_waits_for_what_is_not_background(urgency):
    world = World()
    world.describe("a", urgency=urgency)
    world.reach(do.StartInference)
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    assert not world.pending


def test_background_work_that_is_overdue_is_not_stopped_for_people_who_never_cease_to_ask():
    world = World()
    world.describe("old", urgency=BACKGROUND)
    world.now += 7 * 3600.0
    for n in range(25):
        world.ask(f"t{n}")
        world.succeed(world.take(do.TakeQuestion))
    while "old" not in world.started:
        world.succeed(world.pending.pop(0))
    assert world.started.index("old") == 19
    world.ask("one more")
    world.succeed(world.take(do.TakeQuestion))
    assert not world.is_pending(do.StopAttempt)


def test_what_is_too_much_is_deferred_newest_of_the_lowest_rank_first_and_done_when_there_is_room():
    world = World(policy=Policy(PROFILE, max_jobs=4))
    world.describe("h1", "h2", urgency=HIGH)
    world.describe("l1", "l2", "l3", urgency=LOW)
    world.describe("b1", urgency=BACKGROUND)
    deferred = [name for name, job in world.jobs.items() if job.state is JobState.DEFERRED]
    assert deferred == ["l3", "b1"]
    world.settle()
    assert world.started == ["h1", "h2", "l1", "l2", "l3", "b1"]
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_a_person_is_refused_when_too_many_questions_wait_those_that_are_being_committed_included():
    world = World(policy=Policy(PROFILE, max_questions=2))
    world.took, world.load_ms = LEARNT, 7000
    world.ask("t0")
    world.settle()
    world.now += 1000.0
    world.tell(was.TimePassed())
    world.settle()
    for ticket in ("t1", "t2", "t3"):
        world.ask(ticket)
    assert world.answers["t3"] == do.Refuse("t3", "queue_full", "too many questions wait, about 27 s of work")
    world.settle()
    assert isinstance(world.answers["t2"], do.Answer)
    world.ask("t4")
    assert "t4" not in world.answers


def test_who_is_refused_is_told_of_people_who_wait_for_descriptions_too_and_of_what_is_not_known():
    world = World(policy=Policy(PROFILE, max_questions=0))
    unknown = "too many questions wait, and how long they take was not learnt yet"
    world.describe("a", "b", "c", urgency=Urgency.INTERACTIVE)
    world.ask("t1")
    assert world.answers["t1"] == do.Refuse("t1", "queue_full", unknown)
    world.tell(was.CallsRemembered((("eyes", "", "screen", LEARNT),)))
    world.ask("t2")
    assert world.answers["t2"] == do.Refuse("t2", "queue_full", "too many questions wait, about 30 s of work")


def test_a_store_that_gives_nothing_back_is_not_asked_again_and_again():
    world = World(policy=Policy(PROFILE, max_jobs=2))
    world.describe("a", "b", "c")
    world.reach(do.RecallJobs)
    world.tell(was.JobsRecalled(()))
    assert not world.is_pending(do.RecallJobs)
    world.settle()
    assert world.started == ["a", "b", "c"]


def test_a_restart_keeps_order_rank_attempts_and_deadlines():
    world = World(inspected=False)
    world.now = 1000.0
    world.owe(
        described("once more", 900_000, NORMAL, deaths=1),
        described("late", 1000, HIGH, deadline_ms=999_000),
        described("old", 300_000, NORMAL),
        described("urgent", 950_000, HIGH),
        described("kept back", 1000, HIGH, state=JobState.DEFERRED),
        described("in time", 960_000, HIGH, deadline_ms=1_500_000),
    )
    world.inspect("eyes")
    begun = []
    for _ in range(4):
        begun.append(world.reach(do.StartInference))
        world.succeed(begun[-1])
    died = world.reach(do.StartInference)
    world.tell(was.ModelDied("eyes", died.job.id, "x"))
    world.settle()
    names = ["kept back", "urgent", "in time", "old"]
    deadlines = [None, None, 500.0, None]
    assert [(each.job.id, each.deadline_s) for each in begun] == list(zip(names, deadlines, strict=True))
    states = {name: job.state for name, job in world.jobs.items()}
    assert states == dict.fromkeys(names, JobState.DONE) | {
        "late": JobState.FAILED,
        "once more": JobState.POISONED,
    }


def test_a_person_who_hands_in_what_is_described_already_has_it_go_on():
    world = World()
    world.tell(seen(b"a.png", origin="scan"))
    running = world.reach(do.StartInference)
    assert running.job.urgency is BACKGROUND
    world.tell(was.FileSubmitted("t", "folder", b"a.png"))
    for kind in (do.OpenFile, do.AcceptFile):
        world.succeed(world.take(kind))
    world.ask("u")
    world.succeed(world.take(do.TakeQuestion))
    assert world.machine.queue[running.job.id].urgency is INTERACTIVE
    assert not world.is_pending(do.StopAttempt)


def test_a_person_stops_background_work_however_old_it_is():
    world = World()
    world.now = 90_000.0
    world.owe(*(described(f"old {n}", 0, BACKGROUND) for n in range(3)))
    running = world.reach(do.StartInference)
    assert running.job.urgency is BACKGROUND
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    assert world.is_pending(do.StopAttempt)


def test_background_work_that_is_overdue_is_done_though_somebody_asks_whenever_it_has_begun():
    world = World()
    world.now = 90_000.0
    world.owe(described("old", 0, BACKGROUND))
    stops = 0
    while world.jobs["old"].state is not JobState.DONE:
        assert stops < 20, "it is stopped for ever"
        run = world.reach(do.StartInference)
        assert run.job.id == "old"
        world.now += 25.0
        world.ask(f"t{stops}")
        world.succeed(world.take(do.TakeQuestion))
        if world.is_pending(do.StopAttempt):
            stops += 1
            world.take(do.StopAttempt)
            world.tell(was.JobStopped("old"))
            world.succeed(world.reach(do.StartInference))
        else:
            world.succeed(run)
            world.settle()
    assert stops == 19
