"""Every wait is bounded, whatever arrives: what `core.turn` promises holds for the whole machine."""

from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core import effects as do
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.residency import Room
from glimpsed.core.turn import ALLOWANCE_S
from machine_world import World

MODELS = {"eyes": {"screen": 0}, "words": {"ask": 0}}
BOUND = 16 + 20
"""Grants that may pass for each job that is due before, and for the job itself (see `core.turn`)."""

INTERACTIVE = Urgency.INTERACTIVE
KINDS = st.sampled_from([JobKind.DESCRIBE, JobKind.ASK])
ARRIVALS = st.lists(
    st.tuples(st.sampled_from([0.0, 5.0, 60.0]), KINDS, st.sampled_from(Urgency), st.integers(1, 40)),
    min_size=1,
    max_size=12,
)


def due(job: Job) -> float:
    return job.created_ms / 1000 + ALLOWANCE_S[job.urgency]


@settings(max_examples=25, deadline=None)
@given(
    arrivals=ARRIVALS,
    ages=st.lists(st.integers(0, 30_000), min_size=1, max_size=8),
    room=st.sampled_from([100, 200]),
)
def test_no_job_waits_for_more_grants_than_is_promised(arrivals, ages, room):
    world = World(models=MODELS, room=Room(0, room), watched=False)
    world.now = 40_000.0
    numbers = iter(range(10_000))
    left: dict[str, int] = {}

    def arrive(kind, urgency, many, age=0.0):
        at_ms = round((world.now - age) * 1000)
        ids = [f"{urgency} {next(numbers)}" for _ in range(many)]
        world.owe(*(Job(i, kind, i, at_ms, urgency, question="?") for i in ids))

    for n, age in enumerate(ages):  # what an earlier day has left
        arrive(list(JobKind)[1 + n % 2], list(Urgency)[1 + n % 5], 3, float(age))
    coming = list(arrivals)
    while world.pending or coming:
        if coming and (not world.pending or world.now >= coming[0][0]):
            gap, kind, urgency, many = coming.pop(0)
            world.now += gap
            arrive(kind, urgency, many)
            continue
        effect = world.pending.pop(0)
        if isinstance(effect, do.StartInference):
            granted(world, effect.job, left)
            world.now += 10.0
        world.succeed(effect)
    world.validate()
    assert {job.state for job in world.jobs.values()} == {JobState.DONE}


def granted(world: World, job: Job, left: dict[str, int]) -> None:
    """A job was granted; `left` are the grants that those who are overdue may yet be passed over for."""
    others = [j for j in world.jobs.values() if j.state is JobState.QUEUED and j.urgency is not INTERACTIVE]
    for other in others:
        if due(other) < world.now:
            if other.id not in left:
                before = sum(due(each) <= due(other) for each in others) + 1
                left[other.id] = (before + 1) * BOUND
            left[other.id] -= 1
            assert left[other.id] >= 0, f"{job} was granted, and {other} was not"
