"""How many decisions a second are taken while very many jobs wait.

Rules of this file: two ways to count are kept apart. By the machine: what a model replied and the commit of
it go through `Machine.handle`, which begins the next job, swaps as they come. By the queue alone: the next
job is chosen, begun and ended, with nothing around it. Both are of CPU time, which others on the same machine
disturb least, and how fast this machine is at all is told beside them.
"""

import os
import time
from typing import Any

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.machine import Machine
from glimpsed.core.model import Description, Job, JobKind, Urgency
from glimpsed.core.queue import JobQueue
from glimpsed.core.turn import Turn
from schedule_bench import driven, trace

BEGIN_S = 1000.0
EACH_S = 0.001
LOOPS = 2_000_000
MODEL_OF = {kind: trace.model_of(kind) for kind in (JobKind.DESCRIBE, JobKind.ASK)}


def decisions(queued: int, taken: int) -> dict[str, Any]:
    """Decisions a second of CPU time, with `queued` jobs in memory when the first is taken."""
    jobs = _jobs(queued)
    whole, handled = _by_the_machine(jobs, taken)
    return {
        "queued": queued,
        "decisions": taken,
        "by_the_machine": whole,
        "events_by_the_machine": handled,
        "by_the_queue_alone": _by_the_queue(jobs, taken),
        "plain_loops": _plain_loops(),
        "load": os.getloadavg()[0],
        "cores": os.cpu_count(),
    }


def _jobs(queued: int) -> tuple[Job, ...]:
    """Of both kinds and every urgency, one a millisecond."""
    kinds, urgencies = (JobKind.DESCRIBE, JobKind.ASK, JobKind.DESCRIBE), tuple(Urgency)
    return tuple(
        Job(f"job{n}", kinds[n % 3], f"picture{n}", n, urgencies[n // 3 % len(urgencies)])
        for n in range(queued)
    )


def _by_the_machine(jobs: tuple[Job, ...], wanted: int) -> tuple[int, int]:
    """Jobs done a second, and events handled a second: what follows from each is decided whole."""
    machine = driven.machine(driven.ONE, max_jobs=len(jobs), max_questions=len(jobs))
    effects = machine.handle(was.JobsRestored(jobs), BEGIN_S, round(BEGIN_S * 1000))
    begun = time.process_time()
    handled = _take(machine, effects, wanted)
    took = time.process_time() - begun
    return round(wanted / took), round(handled / took)


def _take(machine: Machine, effects: list[do.Effect], wanted: int) -> int:
    taken, handled, now = 0, 0, BEGIN_S
    while taken < wanted:
        events = [event for effect in effects if (event := _answer(effect)) is not None]
        effects = []
        for event in events:
            now += EACH_S
            effects += machine.handle(event, now, round(now * 1000))
            taken += isinstance(event, was.JobEnded)
            handled += 1
    return handled


def _answer(effect: do.Effect) -> was.Event | None:  # noqa: PLR0911 - one arm an effect
    match effect:
        case do.StartInference(job=job, model=model) if job.kind is JobKind.ASK:
            return was.AnswerMade(job.id, "42", model)
        case do.StartInference(job=job, model=model):
            return was.DescriptionMade(job.id, Description(), model, "v1", {})
        case do.FinishDescription(job=job) | do.FinishQuestion(job=job):
            return was.JobEnded(job.id)
        case do.LookAtRoom(held=held):
            return was.RoomSeen(driven.ONE, held)
        case do.LoadModel(model=model):
            return was.ModelLoaded(model)
        case do.UnloadModel(model=model):
            return was.ModelUnloaded(model)
    return None


def _by_the_queue(jobs: tuple[Job, ...], wanted: int) -> int:
    queue, turn = JobQueue(len(jobs)), Turn()
    queue.add(jobs, BEGIN_S, round(BEGIN_S * 1000))
    here, now, begun = {trace.EYES}, BEGIN_S, time.process_time()
    for _ in range(wanted):
        now += EACH_S
        head = turn.choose(queue.heads(), MODEL_OF, here, now, background=True)
        if head is None:
            raise RuntimeError("jobs wait, and none is chosen")
        here = {MODEL_OF[head.job.kind]}
        turn.granted(head.job, now)
        queue.start(head.job.id)
        queue.ending(head.job.id)
        queue.ended(head.job.id)
    return round(wanted / (time.process_time() - begun))


def _plain_loops() -> int:
    """How often a second this machine goes round a loop that adds two numbers."""
    total, begun = 0, time.process_time()
    for number in range(LOOPS):
        total += number
    return round(LOOPS / (time.process_time() - begun))
