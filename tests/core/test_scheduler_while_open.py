"""While a model is left alone: who takes over, what waits and how, and what is tried again afterwards."""

import itertools

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from machine_failures import EYES, FORMAT, HEALTH, broken, fail, later, refused_to_load
from machine_world import World


def open_with_two_that_wait() -> World:
    world = World(models=EYES)
    fail(world, *["malformed"] * 2)
    world.describe("a")
    world.describe("b", urgency=Urgency.INTERACTIVE)
    world.describe("c", urgency=Urgency.CRITICAL)
    world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "malformed", "x"))
    assert not world.is_pending(do.StartInference)
    return world


def urgencies_of_who_waits(world: World) -> set[Urgency]:
    return {job.urgency for job in world.jobs.values() if job.state is JobState.QUEUED}


def test_who_waits_keeps_its_rank_for_a_while_and_is_background_work_when_that_was_long():
    world = open_with_two_that_wait()
    ranks = urgencies_of_who_waits(world)
    assert len(ranks) == 2
    until = world.now + 300.0
    while world.now < until:
        assert urgencies_of_who_waits(world) == ranks
        if world.is_pending(do.ProbeModel):
            world.tell(was.ModelProbed(world.take(do.ProbeModel).model, "malformed", "x"))
        elif world.pending:
            world.succeed(world.pending.pop(0))
        else:
            world.wake()
    assert urgencies_of_who_waits(world) == {Urgency.BACKGROUND}
    world.describe("d")
    assert urgencies_of_who_waits(world) == {Urgency.BACKGROUND}, "and so is who comes then"


def test_while_it_is_open_nothing_is_asked():
    world = open_with_two_that_wait()
    overview = world.machine.overview(world.now)
    assert overview.mode == "ocr_only"
    assert overview.missing["screen"] == "eyes: its breaker is open: 3 of 3 replies were malformed"


def test_another_model_of_the_role_takes_over_and_nothing_waits():
    world = World(models={"eyes": {"screen": 5}, "spare": {"screen": 0}})
    refused_to_load(world)
    assert world.opened == {HEALTH}
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
    assert world.jobs["a"].urgency is Urgency.NORMAL
    verdicts = {v.model: v.why for v in world.machine.selections()[0].verdicts}
    assert verdicts["spare"] == "it is the only one that can"


def test_what_was_failed_is_tried_again_in_the_background_once_it_has_closed_but_not_for_ever():
    world = broken()
    for job in world.jobs.values():
        assert (job.state, job.failures) == (JobState.FAILED, 1)
    for _ in range(10):
        later(world, 700.0)
        while world.pending:
            effect = world.pending.pop(0)
            if isinstance(effect, do.StartInference):
                world.tell(was.JobRefused(effect.job.id, "malformed", "x"))
            else:
                world.succeed(effect)
    assert {(job.state, job.failures, job.urgency) for job in world.jobs.values()} == {
        (JobState.FAILED, 3, Urgency.BACKGROUND)
    }
    assert sorted(world.started) == sorted(3 * list(world.jobs))
    assert not world.opened


def test_a_model_that_dies_over_all_its_work_and_passes_its_probes_is_left_alone_longer_each_time():
    world = World(models=EYES)
    world.describe(*(f"p{n}" for n in range(20)))
    opened_at, last = [], set()
    while len(opened_at) < 6:
        if not world.pending:
            world.wake()
            continue
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            world.tell(was.ModelDied(effect.model, effect.job.id, "x"))
        else:
            world.succeed(effect)
        if world.opened - last:
            opened_at.append(world.now)
        last = set(world.opened)
    waits = [later - before for before, later in itertools.pairwise(opened_at)]
    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0]
    assert len(world.started) == 2 * len(opened_at), "two deaths each time, retries or not"


def failed_before(world: World, *names: str) -> None:
    """An earlier daemon's model failed at these."""
    made = {"state": JobState.FAILED, "error": "run_limit: given up", "failures": 1}
    world.jobs |= {name: Job(name, JobKind.DESCRIBE, name, 0, **made) for name in names}


def test_what_was_failed_before_a_restart_is_tried_again_once_there_is_a_model():
    world = World(models=EYES, inspected=False)
    failed_before(world, *"abcde")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.FAILED}
    world.inspect("eyes")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}, "however many there are"


def test_what_was_failed_is_tried_again_by_another_model_where_there_was_none():
    world = World(models={"eyes": {"screen": 5}, "spare": {"screen": 0}}, inspected=False)
    world.inspect("eyes")
    world.inspect("spare", "short")
    fail(world, "malformed", "malformed", "malformed")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.FAILED}
    world.inspect("spare")
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}
    assert world.opened == {FORMAT}


def test_the_store_is_not_asked_for_what_was_failed_as_long_as_a_model_is_there():
    world = World(models={"eyes": {"screen": 5}, "spare": {"screen": 0}})
    world.describe("a")
    asked = world.tell(was.RoomSeen(Room(0, 200))) + world.tell(was.TimePassed())
    world.settle()
    asked += world.tell(was.ModelInspected("eyes", "short"))
    assert not [effect for effect in asked if isinstance(effect, do.ReviveJobs)]
