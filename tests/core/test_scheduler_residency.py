"""Which models are in memory together, how each is loaded, and what happens where it is short."""

import msgspec
import pytest

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.model import JobKind, JobState, Urgency
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from machine_world import PROFILE, World
from machine_world import seen as file_seen

TWO = {"eyes": {"screen": 0}, "words": {"ask": 0}}
NEVER, FOREVER = 0.0, -1.0


def plan(main: int, context: int = 4096) -> Plan:
    return Plan(context, "f16", projector_on_gpu=False, need=Need({}, {"process": main}))


LARGE, MEDIUM, SMALL = plan(500, 8192), plan(400, 6144), plan(300, 4096)
AUTOMATIC, EXPLICIT = (LARGE, MEDIUM, SMALL), (LARGE,)


def both_wanted(room: int, plans=AUTOMATIC, **more) -> World:
    """A description is done, a question waits, and the slot is about to do something for it."""
    world = World(models=TWO, room=Room(0, room), plans=plans, **more)
    world.describe("a")
    world.settle()
    world.ask()
    world.succeed(world.take(do.TakeQuestion))
    return world


def loading(name="eyes", plans=AUTOMATIC, **more) -> World:
    """A model is being loaded for a description."""
    world = World(models={name: {"screen": 0}}, plans=plans, room=Room(0, 1000), **more)
    world.describe("a")
    assert world.is_pending(do.LoadModel)
    return world


RESORT = msgspec.structs.replace(plan(200, 3072), gpu_layers=0, last_resort=True)
WITH_RESORT = (*AUTOMATIC, RESORT)


@pytest.mark.parametrize(
    ("room", "plans", "then"),
    [
        (1000, AUTOMATIC, [do.LoadModel("words", LARGE)]),
        (1000, EXPLICIT, [do.LoadModel("words", LARGE)]),
        (900, AUTOMATIC, [do.LoadModel("words", MEDIUM)]),
        (800, AUTOMATIC, [do.LoadModel("words", SMALL)]),
        (799, AUTOMATIC, [do.UnloadModel("eyes"), do.LoadModel("words", LARGE)]),
        (999, EXPLICIT, [do.UnloadModel("eyes"), do.LoadModel("words", LARGE)]),
        (799, WITH_RESORT, [do.UnloadModel("eyes"), do.LoadModel("words", LARGE)]),
        (299, WITH_RESORT, [do.UnloadModel("eyes"), do.LoadModel("words", RESORT)]),
        (799, (LARGE, SMALL, RESORT), [do.UnloadModel("eyes"), do.LoadModel("words", LARGE)]),
    ],
)
def test_what_fits_stays_what_nobody_decided_is_made_smaller_first_and_only_then_somebody_leaves(
    room, plans, then
):
    world = both_wanted(room, plans)
    asked = []
    while not world.is_pending(do.StartInference):
        asked.append(world.pending.pop(0))
        world.succeed(asked[-1])
    assert asked == then


def test_nothing_is_loaded_into_memory_whose_child_has_not_ended_yet():
    world = both_wanted(600)
    unload = world.take(do.UnloadModel)
    world.tell(was.RoomSeen(Room(0, 600)))
    world.now += 100.0
    world.tell(was.TimePassed())
    assert not world.pending
    world.succeed(unload)
    assert world.take(do.LoadModel).model == "words"


def test_no_more_models_are_in_memory_than_the_profile_wants():
    alone = msgspec.structs.replace(PROFILE, residents=1)
    world = both_wanted(1000, policy=Policy(alone))
    assert world.pending == [do.UnloadModel("eyes")]


def test_what_a_child_measured_counts_from_then_on():
    world = loading()
    world.take(do.LoadModel)
    world.tell(was.ModelLoaded("eyes", need=Need({}, {"process": 450}, measured=True)))
    (resident,) = world.machine.overview(world.now).residents
    assert (resident.main, resident.measured) == (450, True)
    assert [p.need.main for p in world.machine.casting.models["eyes"].plans] == [450, 400, 300]


# -- out of memory


def test_a_load_that_finds_no_memory_is_tried_once_more_with_a_smaller_automatic_context():
    world = loading()
    assert world.take(do.LoadModel).plan == LARGE
    world.tell(was.ModelRefused("eyes", "out_of_memory", "x"))
    assert world.take(do.LoadModel).plan == SMALL
    world.tell(was.ModelLoaded("eyes"))
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
    assert not world.opened


def test_the_layers_stay_on_the_gpu_when_a_load_that_found_no_memory_is_tried_again():
    world = loading(plans=WITH_RESORT)
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("eyes", "out_of_memory", "x"))
    assert world.take(do.LoadModel).plan == SMALL


def test_where_the_smallest_found_no_memory_the_layers_are_put_on_the_cpu():
    world = loading(plans=(LARGE, RESORT))
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("eyes", "out_of_memory", "x"))
    assert world.take(do.LoadModel).plan == RESORT


def test_a_load_that_finds_no_memory_keeps_a_context_that_somebody_decided():
    world = loading(plans=EXPLICIT)
    for _ in range(2):
        assert world.take(do.LoadModel).plan == LARGE
        world.tell(was.ModelRefused("eyes", "out_of_memory", "x"))
    assert not world.is_pending(do.LoadModel)


def test_the_second_load_that_finds_no_memory_was_the_last_for_a_while():
    world = loading()
    for _ in range(2):
        world.take(do.LoadModel)
        world.tell(was.ModelRefused("eyes", "out_of_memory", "x"))
    assert world.opened == {("eyes", "screen", "health")}
    assert not world.is_pending(do.LoadModel)
    assert world.machine.queue.waiting(JobKind.DESCRIBE) == 1
    world.now += 31.0
    world.tell(was.TimePassed())
    assert world.take(do.LoadModel).plan == LARGE, "somebody may have given memory back"


def test_a_load_that_finds_no_memory_beside_others_is_tried_alone():
    world = both_wanted(1000)
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("words", "out_of_memory", "x"))
    assert world.pending == [do.UnloadModel("eyes")]
    world.settle()
    assert set(world.slot.residents) == {"words"}
    assert world.slot.residents["words"].plan == SMALL


def test_a_load_that_fails_for_another_reason_fails_fast_and_disturbs_nobody():
    world = both_wanted(1000)
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("words", "load_failed", "x"))
    world.settle()
    assert set(world.slot.residents) == {"eyes"}
    assert world.machine.model_state("words") == "unavailable"
    world.now += 4000.0
    world.tell(was.TimePassed())
    assert not world.is_pending(do.LoadModel), "not until its files change"
    world.inspect("words")
    assert world.machine.model_state("words") == "idle"


def test_a_run_that_finds_no_memory_has_every_resident_leave_and_is_tried_alone_and_small():
    world = both_wanted(1000)
    run = world.reach(do.StartInference)
    world.tell(was.JobRefused(run.job.id, "out_of_memory", "x"))
    left = []
    while world.is_pending(do.UnloadModel):
        left.append(world.take(do.UnloadModel))
        world.succeed(left[-1])
    assert {effect.model for effect in left} == {"eyes", "words"}
    assert world.pending == [do.LoadModel("words", SMALL)]
    world.settle()
    assert world.jobs[run.job.id].state is JobState.DONE
    assert world.jobs[run.job.id].failures == 1


def test_a_child_that_dies_of_want_of_memory_is_no_death_over_its_job_and_the_job_is_never_poisoned():
    world = both_wanted(1000)
    run = world.reach(do.StartInference)
    world.tell(was.ModelDied(run.model, run.job.id, "SIGABRT", "out_of_memory"))
    assert run.model not in world.slot.residents, "its child is gone"
    assert world.pending == [do.UnloadModel("eyes")], "and who took what it lacked leaves"
    assert world.reach(do.LoadModel).plan == SMALL
    world.tell(was.ModelLoaded(run.model))
    again = world.reach(do.StartInference)
    assert again.job.id == run.job.id
    world.tell(was.ModelDied(run.model, run.job.id, "SIGABRT", "out_of_memory"))
    world.settle()
    job = world.jobs[run.job.id]
    assert (job.state, job.deaths, job.failures) == (JobState.FAILED, 0, 2)
    assert job.error.startswith("out_of_memory: ")


def test_a_death_of_another_sort_and_one_for_want_of_memory_poison_nothing_together():
    world = loading()
    world.tell(was.ModelDied("eyes", world.reach(do.StartInference).job.id, "x"))
    world.tell(was.ModelDied("eyes", world.reach(do.StartInference).job.id, "x", "out_of_memory"))
    world.settle()
    assert world.jobs["a"].state is JobState.FAILED


def test_a_job_that_was_cancelled_when_its_child_ran_out_of_memory_is_cancelled():
    world = loading()
    run = world.reach(do.StartInference)
    world.tell(was.JobCancelRequested("t", run.job.id))
    world.tell(was.ModelDied("eyes", run.job.id, "x", "out_of_memory"))
    world.settle()
    assert world.jobs["a"].state is JobState.CANCELLED


@pytest.mark.parametrize("killed", [False, True])
def test_a_probe_that_finds_no_memory_is_followed_by_one_alone_and_small(killed):
    world = loading()
    for _ in range(2):
        world.tell(was.ModelDied(world.take(do.LoadModel).model, None, "x"))
    assert world.opened
    world.now += 31.0
    world.tell(was.TimePassed())
    world.reach(do.ProbeModel)
    world.tell(was.ModelProbed("eyes", "out_of_memory", "x", killed=killed))
    world.settle()
    assert not world.slot.residents
    world.now += 61.0
    world.tell(was.TimePassed())
    assert world.reach(do.LoadModel).plan == SMALL


def test_once_it_was_small_it_is_as_large_as_can_be_the_next_time():
    world = loading()
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("eyes", "out_of_memory", "x"))
    world.settle()
    while world.slot.residents:
        world.wake()
        world.settle()
    world.describe("b")
    assert world.take(do.LoadModel).plan == LARGE


# -- memory that others take


def test_a_model_in_memory_is_used_although_others_took_what_it_would_need_today():
    world = loading()
    world.settle()
    world.tell(was.RoomSeen(Room(0, 100)))
    world.describe("b")
    world.settle()
    assert world.jobs["b"].state is JobState.DONE
    while world.slot.residents:
        world.wake()
        world.settle()
    assert world.machine.casting.model_for(JobKind.DESCRIBE) is None
    assert "it needs" in world.machine.overview(world.now).missing["screen"]


@pytest.mark.parametrize("until", [do.LoadModel, do.UnloadModel])
def test_what_is_seen_of_memory_that_changes_hands_is_not_taken_for_room(until):
    world = both_wanted(600)
    effect = world.reach(until)
    world.tell(was.RoomSeen(Room(0, 50)))
    world.succeed(effect)
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_others_that_take_memory_while_one_waits_have_it_loaded_smaller_or_described_another_day():
    world = World(models=TWO, room=Room(0, 600), plans=AUTOMATIC)
    world.tell(was.RoomSeen(Room(0, 350)))
    world.describe("a")
    assert world.reach(do.LoadModel).plan == SMALL
    world.tell(was.ModelDied("eyes", None, "x"))
    world.take(do.LoadModel)
    world.tell(was.ModelUnloaded("eyes"))  # no child could be started
    world.take(do.LoadModel)
    world.tell(was.ModelUnloaded("eyes"))
    world.take(do.LoadModel)
    world.tell(was.ModelDied("eyes", None, "x"))
    world.tell(was.RoomSeen(Room(0, 100)))
    assert not world.pending
    assert world.machine.wake_at is None or world.machine.wake_at > world.now


def test_who_waits_for_room_keeps_its_rank_and_so_does_who_comes_then():
    world = World(models=TWO, plans=AUTOMATIC, reads_text=False)
    world.tell(was.RoomSeen(Room(0, 299)))
    world.describe("a")
    world.tell(file_seen(b"b.png"))
    world.settle("b")
    assert "screen" in world.machine.overview(world.now).missing
    assert [job.urgency for job in world.jobs.values()] == [Urgency.NORMAL] * 2
    world.inspect("eyes", "short")
    world.now += 300.0
    world.tell(was.TimePassed())
    assert [job.urgency for job in world.jobs.values()] == [Urgency.BACKGROUND] * 2


# -- files that change


def test_a_model_whose_files_changed_is_taken_back_between_jobs():
    world = World()
    world.describe("a", "b")
    run = world.reach(do.StartInference)
    world.inspect("eyes")
    assert not world.pending
    world.succeed(run)
    assert world.is_pending(do.UnloadModel)
    world.settle()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def test_a_model_whose_files_changed_while_it_was_loaded_is_loaded_again():
    world = loading()
    world.inspect("eyes")
    world.succeed(world.take(do.LoadModel))
    assert world.pending == [do.UnloadModel("eyes")]
    world.settle()
    assert world.jobs["a"].state is JobState.DONE


def test_what_was_wrong_with_files_that_are_gone_is_not_held_against_those_that_are_there():
    world = loading()
    world.inspect("eyes")
    world.take(do.LoadModel)
    world.tell(was.ModelRefused("eyes", "load_failed", "it is garbage"))
    assert world.is_pending(do.LoadModel)
    world.settle()
    assert world.jobs["a"].state is JobState.DONE
