"""What must hold of a queue of jobs at any time: the parts of it agree with each other."""

from collections import Counter

from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.queue import JobQueue


def validate(queue: JobQueue) -> None:
    """Raise AssertionError unless the parts agree with each other. Looks at every job."""
    for job in queue._jobs.values():
        _validate(queue, job)
    if any(queue.waiting(kind) != queue.waiting(kind, *Urgency) for kind in JobKind):
        raise AssertionError("the lines are longer or shorter than is counted")
    in_lines = [i for r in queue._ranks.of.values() for line in (r.ready, r.aside) for i in line]
    for ids in (in_lines, queue._put_off, queue._deadlines.waiting, queue._ending, queue._deferred):
        if not queue._jobs.keys() >= set(ids):
            raise AssertionError("somebody waits who has ended")
    owed = {picture: len(ids) for picture, ids in queue._of.items()}
    if Counter(job.picture for job in queue._jobs.values() if job.picture) != owed:
        raise AssertionError("what is owed is not what there is")


def _validate(queue: JobQueue, job: Job) -> None:
    deferred, ending = job.id in queue._deferred, job.id in queue._ending
    ranks = [r for r in queue._ranks.of.values() if job.id in r]
    waits = job.state is JobState.QUEUED and not ending
    put_off = job.id in queue._put_off
    text = job.kind is JobKind.DESCRIBE and queue.owes_text(job.picture)
    for holds, what in (
        (len(ranks) + put_off == waits, "waits in one place when it waits"),
        (not ranks or ranks == [queue._ranks.of[job.kind, job.urgency]], "waits in its own line"),
        (not ranks or (job.id in ranks[0].aside) == text, "stands aside for its text"),
        (
            (job.id in queue._deadlines.waiting) == (waits and job.id in queue._deadlines),
            "has a deadline while it waits",
        ),
        (deferred == (job.state is JobState.DEFERRED and not ending), "is deferred when it says so"),
    ):
        if not holds:
            raise AssertionError(f"{job} violates: {what}")
