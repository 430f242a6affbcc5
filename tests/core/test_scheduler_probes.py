"""Probes give way: to people at once, and for a while to whoever would lose a place in memory to one."""

import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.scheduler import Policy
from machine_world import PROFILE, World

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}
BROKEN = ("eyes", "screen", "health")
OPEN_S = 30.0
PATIENCE_S = 300.0


def broken(room: int) -> World:
    """The model for descriptions could not be loaded, and the one for questions is in memory."""
    world = World(models=TWO, room=Room(0, room))
    world.describe("a")
    for _ in range(2):
        world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
    assert world.opened == {BROKEN}
    world.ask()
    world.settle()
    assert set(world.slot.residents) == {"words"}
    return world


def probing() -> World:
    """Its probe is out, and both are in memory."""
    world = broken(room=200)
    world.now += OPEN_S
    world.tell(was.TimePassed())
    while world.slot.activity != "probing":
        world.succeed(world.pending.pop(0))
    return world


def questions(world: World, many: int) -> None:
    """Nobody waits for their answers in person."""
    made = {"urgency": Urgency.LOW, "question": "?"}
    world.owe(*(Job(f"q{n}", JobKind.ASK, "p", world.wall_ms, **made) for n in range(many)))


@pytest.mark.parametrize("killed", [False, True])
def test_a_probe_is_called_off_for_a_person_and_goes_out_again_after_them(killed):
    world = probing()
    job = world.ask("t1")
    world.succeed(world.take(do.TakeQuestion))
    assert world.take(do.StopProbe).model == "eyes"
    world.ask("t2")
    world.succeed(world.take(do.TakeQuestion))
    assert not world.is_pending(do.StopProbe), "once is enough"
    world.stop_probe(killed=killed)
    assert world.take(do.StartInference).job.id == job.id
    assert ("eyes" in world.slot.residents) is not killed
    world.tell(was.AnswerMade(job.id, "42", "words"))
    assert world.is_pending(do.StartInference), "the second person"
    world.now += 0.1
    world.settle()
    assert not world.opened, "it was due at once, and was held against nobody"


def test_a_probe_is_not_called_off_for_what_a_person_cannot_have_nor_for_anybody_else():
    world = probing()
    world.describe("b", urgency=Urgency.INTERACTIVE)
    assert not world.is_pending(do.StopProbe)
    world.ask(urgency=Urgency.CRITICAL)
    world.succeed(world.take(do.TakeQuestion))
    assert not world.is_pending(do.StopProbe)


def test_a_probe_that_ends_as_it_is_called_off_counts():
    world = probing()
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    world.succeed(world.take(do.ProbeModel))
    assert not world.opened
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_a_probe_costs_nobody_their_place_while_they_have_something_to_do():
    world = broken(room=100)
    questions(world, 4)
    world.reach(do.StartInference)
    world.now += OPEN_S
    world.tell(was.TimePassed())
    while world.slot.activity == "running":
        world.tell(was.AnswerMade(world.slot.job, "42", "words"))
        assert world.slot.activity == "running" or not world.machine.queue.questions()
    assert world.take(do.UnloadModel).model == "words"
    assert world.opened


def test_but_it_is_not_put_off_for_ever():
    world = broken(room=100)
    questions(world, 30)
    world.reach(do.StartInference)
    answered = 0
    while world.slot.activity == "running":
        world.now += 20.0
        world.tell(was.AnswerMade(world.slot.job, "42", "words"))
        answered += 1
    assert world.take(do.UnloadModel).model == "words"
    assert answered == (OPEN_S + PATIENCE_S) // 20 + 1


# -- a model that is broken for good


def given_up(models=TWO) -> World:
    """The model for screens failed for an hour, and nobody wants it any more."""
    world = World(models=models)
    world.describe("a")
    fail_all(world)
    world.tell(was.JobCancelRequested("t", "a"))
    fail_all(world)
    assert world.opened
    return world


def fail_all(world: World) -> None:
    """For an hour no model can be loaded, or until nothing is due of itself any more."""
    until = world.now + 3600.0
    while world.pending or (world.machine.wake_at is not None and world.now < until):
        if not world.pending:
            world.wake()
        elif world.is_pending(do.LoadModel):
            world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
        else:
            world.succeed(world.pending.pop(0))


def test_a_model_that_is_broken_is_loaded_no_more_once_nobody_wants_it():
    world = given_up()
    assert world.machine.wake_at is None
    (breaker,) = world.machine.overview(world.now).breakers
    assert (breaker.state, breaker.probe_in_s) == ("open", None)
    world.now += 86_400.0
    world.tell(was.TimePassed())
    assert not world.pending


def test_but_as_long_as_something_waits_for_it_it_is():
    world = World(models=TWO)
    world.describe("a")
    fail_all(world)
    assert world.machine.wake_at - world.now <= 600.0


def test_and_it_is_tried_at_once_when_somebody_wants_it_again():
    world = given_up()
    world.now += 86_400.0
    world.describe("b")
    world.settle()
    assert not world.opened
    assert world.jobs["b"].state is JobState.DONE


def test_also_when_another_model_does_its_work():
    world = given_up({"eyes": {"screen": 5}, "spare": {"screen": 0}})
    world.now += 86_400.0
    world.describe("b")
    while not world.is_pending(do.StartInference):
        effect = world.pending.pop(0)
        if isinstance(effect, do.LoadModel) and effect.model == "eyes":
            world.tell(was.ModelDied("eyes", None, "x"))
        else:
            world.succeed(effect)
    assert world.take(do.StartInference).model == "spare"


def test_a_question_that_is_refused_has_its_model_tried():
    world = given_up({"eyes": {"ask": 0, "screen": 0}})
    world.now += 86_400.0
    world.ask("t")
    assert world.answers["t"].code == "model_unavailable"
    assert world.take(do.LoadModel).model == "eyes"


def test_a_model_that_works_again_is_tried_in_its_other_roles_though_nobody_wants_them():
    world = given_up({"eyes": {"ask": 0, "screen": 0}})
    world.now += 86_400.0
    world.describe("b")
    world.settle()
    assert not world.opened


# -- while something else is wanted of the machine


def on_battery(world: World) -> None:
    """The machine has run on its battery for long enough."""
    world.tell(was.SurroundingsSeen({"on_battery": 1.0}))
    world.now += 10.0
    world.tell(was.TimePassed())


def broken_laptop() -> World:
    """A model is broken, and the machine runs on its battery."""
    world = World(models={"eyes": {"ask": 0}}, policy=Policy(PROFILE, yields=frozenset({"on_battery"})))
    world.ask("t")
    world.succeed(world.take(do.TakeQuestion))
    for _ in range(2):
        world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
    world.settle()
    assert world.opened
    on_battery(world)
    world.now += OPEN_S
    world.tell(was.TimePassed())
    return world


def test_on_battery_a_probe_goes_out_once_a_person_was_refused_what_it_is_about():
    world = broken_laptop()
    assert not world.pending
    world.ask("refused")
    assert world.answers["refused"].code == "model_unavailable"
    world.settle()
    assert not world.opened
    world.ask("taken")
    world.settle()
    assert isinstance(world.answers["taken"], do.Answer)


def test_once_for_each_time_that_somebody_was_refused():
    world = broken_laptop()
    world.ask("refused")
    world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
    world.settle()
    world.now += 10 * PATIENCE_S
    world.tell(was.TimePassed())
    assert not world.is_pending(do.LoadModel)


@pytest.mark.parametrize("off", [False, True])
def test_a_probe_that_is_out_is_called_off_when_the_machine_is_wanted_or_its_role_switched_off(off):
    world = World(models=TWO, policy=Policy(PROFILE, yields=frozenset({"on_battery"})))
    world.describe("a")
    for _ in range(2):
        world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
    world.now += OPEN_S
    world.tell(was.TimePassed())
    world.succeed(world.reach(do.LoadModel))
    assert world.slot.activity == "probing"
    if off:
        world.tell(was.FeaturesSet(vision_model=False, session_model=True))
    else:
        on_battery(world)
    assert world.take(do.StopProbe).model == "eyes"
    world.stop_probe()
    world.settle()
    assert not world.is_pending(do.ProbeModel)
    if off:
        world.tell(was.FeaturesSet(vision_model=True, session_model=True))
    else:
        world.tell(was.SurroundingsSeen({"on_battery": 0.0}))
        world.now += 10.0
        world.tell(was.TimePassed())
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
