"""Jobs and queues for the tests of the queue: everything follows from small numbers."""

from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.queue import JobQueue
from glimpsed.core.turn import Turn
from queue_checks import validate

MODELS = {JobKind.DESCRIBE: "eyes", JobKind.ASK: "eyes"}


def job(number, kind=JobKind.DESCRIBE, urgency=Urgency.NORMAL, picture=None, **more):
    return Job(f"j{number}", kind, picture or f"p{number}", number * 1000, urgency=urgency, **more)


def queue_of(*jobs, max_jobs=10_000):
    """A queue with these jobs at second 100 of both clocks; a job came in the second of its number."""
    queue = JobQueue(max_jobs)
    queue.add(jobs, 100.0, 100_000)
    validate(queue)
    return queue


def drained(queue):
    """The ids of what is ready, in the order in which it is granted when one model does everything."""
    turn, order = Turn(), []
    while head := turn.choose(queue.heads(), MODELS, {"eyes"}, 100.0, background=True):
        order.append(head.job.id)
        turn.granted(queue.start(head.job.id), 100.0)
        queue.ended(head.job.id)
    return order


def pair(number=1):
    """A read and a description of one picture, the description handed in first."""
    picture = f"p{number}"
    return job(number * 10 + 1, picture=picture), job(number * 10, JobKind.READ, picture=picture)
