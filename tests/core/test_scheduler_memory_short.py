"""Less memory than was seen: what found none is not tried in the same way for ever, and nobody hangs."""

import msgspec
import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.model import Description, Job, JobKind, JobState, Result, Rung, Urgency
from glimpsed.core.residency import Plan, Room
from machine_world import World

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}
THREE = {"spare": {"screen": 5}, "eyes": {"screen": 1}, "words": {"ask": 0}}


def plan(main: int, context: int = 4096) -> Plan:
    return Plan(context, "f16", projector_on_gpu=False, need=Need({}, {"process": main}))


PLANS = (plan(500, 8192), plan(400, 6144), plan(300, 4096))


class Narrow:
    """A world in which there is less memory than is seen, and jobs of two models by turns."""

    def __init__(self, there: int) -> None:
        self.world = World(models=TWO, room=Room(0, 1000), plans=PLANS)
        self.there = there
        self.held: dict[str, int] = {}
        self.loads: list[bool] = []

    def turns(self, number: int) -> None:
        """So many descriptions and questions, one after the other."""
        for n in range(number):
            if n % 2:
                self.world.ask(f"t{len(self.loads)}{n}")
            else:
                self.world.describe(f"p{len(self.loads)}{n}")
            self.settle()

    def settle(self) -> None:
        while self.world.pending:
            effect = self.world.pending.pop(0)
            if isinstance(effect, do.LoadModel):
                self._load(effect)
                continue
            if isinstance(effect, do.UnloadModel):
                del self.held[effect.model]
            self.world.succeed(effect)

    def _load(self, effect: do.LoadModel) -> None:
        fits = sum(self.held.values()) + effect.plan.need.main <= self.there
        self.loads.append(fits)
        if fits:
            self.held[effect.model] = effect.plan.need.main
            self.world.succeed(effect)
        else:
            self.world.tell(was.ModelRefused(effect.model, "out_of_memory", "x"))


def test_models_that_fit_beside_each_other_in_another_way_come_to_rest():
    narrow = Narrow(700)
    narrow.turns(16)
    before = len(narrow.loads)
    narrow.turns(16)
    assert len(narrow.loads) == before, "nothing is loaded any more"
    assert len(narrow.held) == 2
    assert narrow.loads.count(False) <= 4


def test_models_that_fit_in_no_way_beside_each_other_take_turns_without_failing():
    narrow = Narrow(550)
    narrow.turns(16)
    before = narrow.loads.count(False)
    narrow.turns(16)
    assert narrow.loads.count(False) == before
    assert not narrow.world.opened


@pytest.mark.parametrize("files_change", [False, True])
def test_what_found_no_memory_beside_others_is_tried_again_after_an_hour_or_with_new_files(files_change):
    narrow = Narrow(550)
    narrow.turns(8)
    if files_change:
        for name in TWO:
            narrow.world.inspect(name)
    else:
        narrow.world.now += 3601.0
    narrow.world.tell(was.TimePassed())
    narrow.settle()
    narrow.there = 1000
    narrow.turns(8)
    assert len(narrow.held) == 2


def test_a_run_that_finds_no_memory_beside_others_has_it_remembered_too():
    world = World(models=TWO, room=Room(0, 1000), plans=PLANS)
    world.describe("a")
    world.settle()
    world.ask()
    run = world.reach(do.StartInference)
    assert set(world.slot.residents) == set(TWO)
    world.tell(was.JobRefused(run.job.id, "out_of_memory", "x"))
    world.settle()
    world.now += 301.0
    world.tell(was.TimePassed())
    world.settle()
    assert not world.slot.residents
    world.describe("b")
    world.settle()
    world.ask("again")
    load = world.reach(do.LoadModel)
    assert (load.model, load.plan) == ("words", PLANS[1])


def test_a_run_that_found_no_memory_once_does_not_put_a_model_out_for_good():
    on_gpu = Plan(4096, "f16", projector_on_gpu=False, need=Need({"weights": 400}, {"process": 100}))
    on_cpu = Plan(4096, "f16", projector_on_gpu=False, need=Need({}, {"process": 300}), last_resort=True)
    world = World(plans=(on_gpu, on_cpu), room=Room(1000, 250))
    world.describe("a")
    world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "out_of_memory", "x"))
    world.settle()
    assert world.jobs["a"].state is JobState.DONE


def resident_in_vain() -> World:
    """The preferred model is in memory, and its breaker open; the other works on one of several pictures."""
    world = World(models=THREE, room=Room(0, 200))
    world.describe("a", "b", "c")
    for _ in range(3):
        world.tell(was.JobRefused(world.reach(do.StartInference).job.id, "malformed", "x"))
    world.settle()
    assert world.opened
    world.describe("d", "e", "f")
    world.succeed(world.reach(do.StartInference))
    assert set(world.slot.residents) == {"spare", "eyes"}
    return world


def test_who_has_work_that_waits_is_not_made_to_leave_for_another():
    world = resident_in_vain()
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    assert world.reach(do.UnloadModel).model == "spare"


# -- what is seen of memory


def test_a_question_outlasts_a_moment_without_room_but_not_a_minute():
    for lack_s, state in ((59.0, JobState.DONE), (60.0, JobState.FAILED)):
        world = World(models=TWO, room=Room(0, 200))
        world.describe("runs")
        running = world.reach(do.StartInference)
        job = world.ask()
        world.succeed(world.take(do.TakeQuestion))
        world.tell(was.RoomSeen(Room(0, 90)))
        world.now += lack_s
        world.tell(was.TimePassed())
        world.tell(was.RoomSeen(Room(0, 200)))
        world.succeed(running)
        world.settle()
        assert world.jobs[job.id].state is state


def test_a_question_is_not_kept_waiting_where_nothing_but_a_change_of_files_could_help():
    world = World(models=TWO, room=Room(0, 200))
    world.describe("runs")
    world.reach(do.StartInference)
    job = world.ask()
    world.succeed(world.take(do.TakeQuestion))
    world.inspect("words", "short")
    world.settle()
    assert world.jobs[job.id].state is JobState.FAILED


def test_a_look_at_memory_that_never_ends_is_not_waited_for_for_ever():
    world = World(models=TWO, room=Room(0, 200), looks_at_once=False)
    world.now += 60.0
    world.describe("a")
    look = world.take(do.LookAtRoom)
    assert not world.pending
    world.wake()
    assert world.take(do.LoadModel).model == "eyes"
    world.succeed(look)
    world.tell(was.ModelLoaded("eyes"))
    world.settle()
    assert world.jobs["a"].state is JobState.DONE


def test_a_person_does_not_wait_for_what_is_idle_to_leave():
    world = World(models=TWO, room=Room(0, 200), keep_alive_s=10.0)
    world.describe("a")
    world.settle()
    world.ask("first")
    run = world.reach(do.StartInference)
    world.ask("second")
    world.succeed(world.take(do.TakeQuestion))
    world.now += 11.0
    world.tell(was.AnswerMade(run.job.id, "42", "words"))
    assert world.is_pending(do.StartInference), "the other model can leave later"
    world.settle()
    assert set(world.slot.residents) == {"words"}


USUAL = plan(500, 8192), plan(300, 4096)
CPU = msgspec.structs.replace(plan(200, 4096), gpu_layers=0, last_resort=True)


def test_what_found_no_memory_beside_others_is_tried_alone_before_the_last_resort():
    world = World(models=TWO, room=Room(0, 700), plans=(*USUAL, CPU))
    world.describe("a")
    world.settle()
    world.ask()
    world.tell(was.ModelRefused(world.reach(do.LoadModel).model, "out_of_memory", "x"))
    assert world.reach(do.LoadModel).plan == USUAL[1]
    assert not world.slot.residents


def test_models_that_are_crowded_take_turns_in_groups_though_each_has_a_last_resort():
    narrow = Narrow(450)
    narrow.world = World(models=TWO, room=Room(0, 1000), plans=(*USUAL, CPU))
    narrow.turns(16)
    before = len(narrow.loads)
    world = narrow.world
    world.owe(
        *(Job(f"q{n}", JobKind.ASK, "p", world.wall_ms, Urgency.NORMAL, question="?") for n in range(20))
    )
    world.describe(*(f"more {n}" for n in range(20)))
    narrow.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}
    assert len(narrow.loads) - before <= 4


def test_a_child_that_lived_for_long_and_ended_idle_is_no_load_that_failed():
    world = World(models=TWO, room=Room(0, 1000))
    for n in range(5):
        world.describe(f"p{n}")
        run = world.reach(do.StartInference)
        made = Result(f"r{n}", f"p{n}", Rung.REUSED, Description(), 0, reused_from="r")
        world.tell(was.DescriptionReused(run.job.id, made))
        world.settle()
        world.now += 61.0
        world.tell(was.ModelGone("eyes"))
    assert not world.opened
