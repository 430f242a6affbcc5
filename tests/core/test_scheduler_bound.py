"""Every wait is bounded, whatever arrives: what `core.turn` promises holds for the whole machine."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from glimpsed.core import effects as do
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.turn import ALLOWANCE_S
from machine_world import World

MODELS = {"eyes": {"screen": 0}, "words": {"ask": 0}}
INTERACTIVE = Urgency.INTERACTIVE
BOUND = 20 + 20
"""Grants that may pass for each job that is due before, and for the job itself (see `core.turn`)."""

STREAM = 150
"""Grants after each of which another job arrives."""

ASK, DESCRIBE = JobKind.ASK, JobKind.DESCRIBE
SORTS = st.tuples(st.sampled_from([DESCRIBE, ASK]), st.sampled_from(Urgency))


def due(job: Job) -> float:
    return job.created_ms / 1000 + ALLOWANCE_S[job.urgency]


@settings(max_examples=25, deadline=None)
@given(
    old=st.lists(st.tuples(SORTS, st.integers(0, 30_000)), min_size=1, max_size=6),
    stream=st.lists(SORTS, min_size=1, max_size=3),
    room=st.sampled_from([100, 200]),
)
@example(old=[((ASK, Urgency.NORMAL), 1000)], stream=[(DESCRIBE, Urgency.NORMAL)], room=100)
@example(old=[((DESCRIBE, Urgency.LOW), 10_000)], stream=[(ASK, Urgency.INTERACTIVE)], room=100)
def test_no_job_waits_for_more_grants_than_is_promised_though_there_is_always_another(old, stream, room):
    world = World(models=MODELS, room=Room(0, room), watched=False)
    world.now = 40_000.0
    numbers = iter(range(1000))

    def arrive(kind: JobKind, urgency: Urgency, age: float = 0.0) -> None:
        name = f"{urgency} {next(numbers)}"
        world.owe(Job(name, kind, name, round((world.now - age) * 1000), urgency, question="?"))

    for sort in stream * 2:
        arrive(*sort)
    world.succeed(world.reach(do.StartInference))  # so that a model is in memory
    for sort, age in old:
        arrive(*sort, float(age))
    left: dict[str, int] = {}
    while world.pending:
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            granted(world, effect.job, left)
            world.now += 10.0
            if len(world.started) < STREAM:
                arrive(*stream[len(world.started) % len(stream)])
        world.succeed(effect)
    world.validate()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def granted(world: World, job: Job, left: dict[str, int]) -> None:
    """A job was granted; `left` are the grants that those who are overdue may yet be passed over for."""
    others = [j for j in world.jobs.values() if j.state is JobState.QUEUED and j.urgency is not INTERACTIVE]
    for other in others:
        if due(other) < world.now:
            if other.id not in left:
                before = sum(due(each) <= due(other) for each in others) - 1
                left[other.id] = (before + 1 + 1) * BOUND  # one that a model is being loaded for
            left[other.id] -= 1
            assert left[other.id] >= 0, f"{job} was granted, and {other} was not"
