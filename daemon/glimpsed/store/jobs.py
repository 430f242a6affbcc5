"""Jobs: from queued to an end, with every step an event.

Rules of this file: each step names the state that it starts from, so that a late or repeated one changes
nothing and says so. A picture is read once and described once, whoever asks again; what failed may be tried
again. `done` is reached only through `store.results`, together with what was done.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from typing import Any

import apsw
import msgspec

from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.store.writer import Writer

COLUMNS = (
    "id, kind, picture, created_ms, urgency, state, deaths, interruptions, shot, question, model, error, "
    "answer, ended_ms"
)

_ADD = """
INSERT INTO job (id, kind, picture, created_ms, urgency, state, deaths, interruptions, shot, question, model)
VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?)
ON CONFLICT (kind, picture) WHERE kind IN ('read', 'describe') DO NOTHING"""
_REVIVE = f"""
UPDATE job SET state = 'queued', ended_ms = NULL, error = NULL
WHERE picture = ? AND kind = ? AND kind IN ('read', 'describe') AND state = 'failed'
RETURNING {COLUMNS}"""
_START = """
UPDATE job SET state = 'running', model = coalesce(?, model) WHERE id = ? AND state = 'queued'
RETURNING kind, picture, model"""
_FINISH = """
UPDATE job SET state = 'done', ended_ms = ?, model = coalesce(?, model), answer = ?
WHERE id = ? AND kind = ? AND state = 'running' RETURNING kind, picture"""
_END = """
UPDATE job SET state = ?, ended_ms = ?, error = ?, deaths = deaths + ?
WHERE id = ? AND state IN ('queued', 'running') RETURNING kind, picture"""
_REQUEUE = """
UPDATE job SET state = 'queued', deaths = deaths + ? WHERE id = ? AND state = 'running'
RETURNING kind, picture"""
_INTERRUPT = """
UPDATE job SET state = 'queued', interruptions = interruptions + 1 WHERE id = ? AND state = 'running'
RETURNING kind, picture"""
_BY_ID = f"SELECT {COLUMNS} FROM job WHERE id = ?"
_BY_STATE = f"SELECT {COLUMNS} FROM job WHERE state = ? ORDER BY n"
_OF_SHOT = f"SELECT {COLUMNS} FROM job WHERE picture = ? AND (kind <> 'ask' OR shot = ?) ORDER BY n"
_OWED = "SELECT DISTINCT picture FROM job INDEXED BY job_state WHERE state IN ('queued', 'running')"


class JobRow(msgspec.Struct, frozen=True):
    """A job and when it ended, None while it has not."""

    job: Job
    ended_ms: int | None


def add(w: Writer, job: Job) -> bool:
    """Queue a job, unless its picture already has one of this kind that may only happen once."""
    row = (job.id, job.kind, job.picture, job.created_ms, job.urgency, job.deaths, job.interruptions)
    w.cx.execute(_ADD, (*row, job.shot, job.question, job.model))
    if not w.cx.changes():
        return False
    note(w, "queued", job.id, job.kind, job.picture)
    return True


def add_or_revive(w: Writer, job: Job) -> Job | None:
    """Queue a job, or the one of its kind that its picture has, should it have failed; gives what is queued.

    The failed one keeps its id and its deaths. None when there is one that is open or that ended otherwise.
    """
    if add(w, job):
        return job
    row = w.cx.execute(_REVIVE, (job.picture, job.kind)).get
    if row is None:
        return None
    revived = _row(row).job
    note(w, "queued", revived.id, revived.kind, revived.picture)
    return revived


def start(w: Writer, job_id: str, model: str | None) -> bool:
    """From queued to running, by `model`; false when it was not queued."""
    row = w.cx.execute(_START, (model, job_id)).get
    if row is None:
        return False
    kind, picture, model = row
    w.event("job.started", {"job": job_id, "kind": kind, "picture": picture, "model": model})
    return True


def end(w: Writer, job_id: str, state: JobState, error: str | None = None, *, died: bool = False) -> bool:
    """End a job that has no result; false when it had ended before.

    `state` is an end other than `done`; `died`: one more child died over it.
    """
    if not state.ended or state is JobState.DONE:
        raise ValueError(f"a job without a result cannot end as {state}")
    return _step(w, state, job_id, _END, (state, w.now_ms, error, died, job_id))


def finish(
    w: Writer, job_id: str, kind: JobKind, *, model: str | None = None, answer: str | None = None
) -> str | None:
    """From running to done: the job's picture, or None when it was not running.

    For `store.results`, which adds the result and then calls `note`.
    """
    row = w.cx.execute(_FINISH, (w.now_ms, model, answer, job_id, kind)).get
    return None if row is None else row[1]


def note(w: Writer, what: str, job_id: str, kind: str, picture: str) -> None:
    """The event that says where a job stands now."""
    w.event(f"job.{what}", {"job": job_id, "kind": kind, "picture": picture})


def requeue(w: Writer, job_id: str, *, died: bool) -> bool:
    """From running back to queued, one death older if its attempt died; false when it was not running."""
    return _step(w, JobState.QUEUED, job_id, _REQUEUE, (died, job_id))


def release(w: Writer) -> None:
    """Before a clean stop: every running job waits again, without blame."""
    for running in _in_state(w.cx, JobState.RUNNING):
        requeue(w, running.id, died=False)


def restore(w: Writer, poison_after: int = 3) -> tuple[list[Job], list[Job]]:
    """After a start: all queued jobs, oldest first, and those poisoned just now.

    A job that is still marked running was interrupted by the daemon's death. It may be what killed it: after
    `poison_after` of them it is set aside.
    """
    poisoned = []
    for interrupted in _in_state(w.cx, JobState.RUNNING):
        _step(w, JobState.QUEUED, interrupted.id, _INTERRUPT, (interrupted.id,))
        if interrupted.interruptions + 1 >= poison_after:
            poisoned.append(_poison(w, interrupted))
    return _in_state(w.cx, JobState.QUEUED), poisoned


def job(cx: apsw.Connection, job_id: str) -> JobRow | None:
    """One job."""
    row = cx.execute(_BY_ID, (job_id,)).fetchone()
    return None if row is None else _row(row)


def of_shot(cx: apsw.Connection, shot_id: str, picture: str) -> tuple[JobRow, ...]:
    """The jobs that concern a shot, oldest first: its picture's, and the questions about this very shot."""
    return tuple(_row(row) for row in cx.execute(_OF_SHOT, (picture, shot_id)))


def owed(cx: apsw.Connection) -> set[str]:
    """The pictures that have open jobs."""
    return {picture for (picture,) in cx.execute(_OWED)}


def _step(w: Writer, state: JobState, job_id: str, sql: str, bindings: tuple[str | int | None, ...]) -> bool:
    """Run a guarded update and note it; false when the guard held."""
    row = w.cx.execute(sql, bindings).get
    if row is None:
        return False
    note(w, state, job_id, *row)
    return True


def _poison(w: Writer, interrupted: Job) -> Job:
    why = "the daemon died again and again while it ran"
    end(w, interrupted.id, JobState.POISONED, why)
    return msgspec.structs.replace(
        interrupted, state=JobState.POISONED, interruptions=interrupted.interruptions + 1, error=why
    )


def _in_state(cx: apsw.Connection, state: JobState) -> list[Job]:
    return [_row(row).job for row in cx.execute(_BY_STATE, (state,))]


def _row(row: tuple[Any, ...]) -> JobRow:
    id_, kind, picture, created_ms, urgency, state, deaths, interruptions, shot, question = row[:10]
    model, error, answer, ended_ms = row[10:]
    return JobRow(
        Job(
            id=id_,
            kind=JobKind(kind),
            picture=picture,
            created_ms=created_ms,
            urgency=Urgency(urgency),
            state=JobState(state),
            deaths=deaths,
            interruptions=interruptions,
            shot=shot,
            question=question,
            model=model,
            error=error,
            answer=answer,
        ),
        ended_ms,
    )
