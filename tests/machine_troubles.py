"""What may become of each thing that the machine asks for, by name; and names for all that happens.

A trouble is what the world tells in place of success. How often each happened is counted by name, so that a
test can say that it was no stranger.
"""

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.machine import Machine
from glimpsed.core.model import JobKind

LOAD_CODES = ("load_failed", "out_of_memory")
RUN_CODES = (
    *("malformed", "reply_cut", "out_of_memory", "run_limit", "run_failed", "child_error"),
    *("picture_gone", "deadline", "too_large", "not_started"),
)
READ_CODES = ("unreadable", "too_large", "engine_missing", "not_started")
OPEN_CODES = ("truncated", "not_a_picture", "unreadable")
PROBE_CODES = ("malformed", "out_of_memory", "run_failed")


def troubles(effect: do.Effect) -> dict[str, was.Event]:
    """What may go wrong with an effect; nothing where its end is certain."""
    match effect:
        case do.LoadModel(model=model):
            refused = {code: was.ModelRefused(model, code, "x") for code in LOAD_CODES}
            return {
                "died": was.ModelDied(model, None, "x"),
                "not_started": was.ModelUnloaded(model),
            } | refused
        case do.ProbeModel(model=model):
            wrong = {code: was.ModelProbed(model, code, "x") for code in PROBE_CODES}
            starved = was.ModelProbed(model, "out_of_memory", "x", killed=True)
            return {"died": was.ModelDied(model, None, "x"), "starved": starved} | wrong
        case do.StartInference(job=job, model=model):
            ended = {"died": was.ModelDied(model, job.id, "x"), "lost": was.ModelLost(model, job.id)}
            deaf = was.JobRefused(job.id, "deadline", "x", killed=True)
            ended |= {"deaf": deaf, "starved": was.ModelDied(model, job.id, "x", "out_of_memory")}
            return ended | {code: was.JobRefused(job.id, code, "x") for code in RUN_CODES}
        case do.StartRead(job=job):
            refused = {code: was.JobRefused(job.id, code, "x") for code in READ_CODES}
            return {"died": was.ReaderDied(job.id, "x")} | refused
        case do.OpenFile(key=key):
            return {"died": was.ReaderDied(key, "x")} | {c: was.FileRefused(key, c, "x") for c in OPEN_CODES}
    return {}


def label(what: was.Event | do.Effect, machine: Machine) -> str:
    """What something that happens is counted as, when the machine is told of it or asks for it."""
    return f"{type(what).__name__} {_kind(what, machine)}".strip()


def _kind(what: was.Event | do.Effect, machine: Machine) -> str:
    slot, kind = machine.scheduler.slot, ""
    match what:
        case was.ModelDied(code="out_of_memory"):
            kind = "starved"
        case was.ModelDied() | was.ModelUnloaded():
            kind = slot.activity
        case was.JobStopped(killed=True) | was.ModelProbed(killed=True) | was.JobRefused(killed=True):
            kind = "killed"
        case was.JobRefused(job=job) if job != slot.job:
            kind = "reading"
        case was.JobRefused(code=code) | was.ModelRefused(code=code) | was.ModelProbed(code=code):
            kind = code
        case do.Refuse(code=code):
            kind = code
        case was.JobCancelRequested(job=job):
            kind = _stands(job, machine)
        case do.EndJob(state=state):
            kind = state
        case do.TellBreaker(sort=sort, state=state):
            kind = f"{sort} {state}"
    return kind


def _stands(job_id: str, machine: Machine) -> str:
    """Where a job stands that somebody is about to cancel."""
    job = machine.queue.get(job_id)
    if job is None:
        return "ended"
    if machine.queue.is_ending(job_id):
        return "ending"
    if job_id in machine.scheduler.stopped:
        return "stopped"
    away = job.kind is not JobKind.READ and machine.scheduler.slot.activity in ("loading", "unloading")
    return f"{job.state} while loading" if away and job.state == "queued" else str(job.state)
