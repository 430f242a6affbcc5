"""Jobs: from queued to an end, with every step an event.

Rules of this file: each step names the state that it starts from, so that a late or repeated one changes
nothing and says so. A picture is read once and described once, whoever asks again; what failed may be tried
again, and its age counts from then. A session has one open job at a time. The deadline is that of whoever
wants it longest. `done` is reached only
through `store.results`, together with what was done. A line is what waits in one state at one urgency, by
age, or by when a job was moved to another place. Only jobs for a model are ever deferred.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from collections.abc import Iterable
from typing import Any

import apsw
import msgspec

from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.store.writer import Writer

COLUMNS = (
    "id, kind, picture, created_ms, urgency, state, deaths, interruptions, failures, deadline_ms, moved_ms, "
    "put_off, resumes_ms, session, shot, question, model, error, answer, ended_ms"
)

REVIVED_AT_ONCE = 1000
"""Most failed jobs that are queued again together."""

_ADD = """
INSERT INTO job (
  id, kind, picture, created_ms, urgency, state, deaths, interruptions, failures, deadline_ms, moved_ms,
  put_off, resumes_ms, session, shot, question, model
) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, picture) WHERE kind IN ('read', 'describe') DO NOTHING
ON CONFLICT (session) WHERE session IS NOT NULL AND state IN ('deferred', 'queued', 'running') DO NOTHING"""
# A person who waits does not wait for the line to become short.
_ASK_AGAIN = f"""
UPDATE job SET state = 'queued', ended_ms = NULL, error = NULL, created_ms = ?, urgency = ?,
  deadline_ms = iif(state = 'failed', ?, max(deadline_ms, ?)), moved_ms = NULL, put_off = 0, resumes_ms = NULL
WHERE picture = ? AND kind = ? AND kind IN ('read', 'describe')
AND (state = 'failed' OR state = 'deferred' AND ?)
RETURNING {COLUMNS}"""
# NULL is never, and the greatest for max().
_WIDEN = """
UPDATE job SET deadline_ms = max(deadline_ms, ?)
WHERE picture = ? AND kind = ? AND kind IN ('read', 'describe')
AND state IN ('deferred', 'queued', 'running')"""
_BARRED = """
SELECT EXISTS (
  SELECT 1 FROM job WHERE picture = ? AND kind = ? AND kind IN ('read', 'describe') AND state <> 'failed')"""
_FAILED = """
SELECT id FROM job WHERE state = 'failed' AND kind = ? AND failures < ?
AND substr(error, 1, instr(error, ':') - 1) IN ({codes}) ORDER BY n DESC LIMIT ?"""
_REVIVE = f"""
UPDATE job SET state = 'queued', ended_ms = NULL, error = NULL, created_ms = ?, urgency = 'background',
  deadline_ms = NULL, moved_ms = NULL, put_off = 0, resumes_ms = NULL
WHERE id = ? AND NOT EXISTS (
  SELECT 1 FROM job AS other WHERE other.session = job.session
  AND other.session IS NOT NULL AND other.state IN ('deferred', 'queued', 'running'))
RETURNING {COLUMNS}"""
_START = """
UPDATE job SET state = 'running', model = coalesce(?, model) WHERE id = ? AND state = 'queued'
RETURNING kind, picture, session, model"""
_FINISH = """
UPDATE job SET state = 'done', ended_ms = ?, model = coalesce(?, model), answer = ?
WHERE id = ? AND kind = ? AND state = 'running' RETURNING kind, picture, session"""
_END = """
UPDATE job SET state = ?, ended_ms = ?, error = ?, deaths = deaths + ?, failures = failures + ?
WHERE id = ? AND state IN ('deferred', 'queued', 'running') RETURNING kind, picture, session"""
_REQUEUE = """
UPDATE job SET state = 'queued', deaths = ?, failures = ?, moved_ms = ?, put_off = ?, resumes_ms = ?
WHERE id = ? AND state = 'running' RETURNING kind, picture, session"""
_DEFER = (
    "UPDATE job SET state = 'deferred' WHERE id = ? AND state = 'queued' RETURNING kind, picture, session"
)
_RECALL = (
    "UPDATE job SET state = 'queued' WHERE id = ? AND state = 'deferred' RETURNING kind, picture, session"
)
_RANK = """
UPDATE job SET urgency = ?, moved_ms = ?, resumes_ms = ?
WHERE id = ? AND state IN ('deferred', 'queued', 'running')"""
_INTERRUPT = """
UPDATE job SET state = 'queued', interruptions = interruptions + 1 WHERE id = ? AND state = 'running'
RETURNING kind, picture, session"""
_BY_ID = f"SELECT {COLUMNS} FROM job WHERE id = ?"
_RUNNING = f"SELECT {COLUMNS} FROM job WHERE state = 'running' ORDER BY n"
_LINE = f"""
SELECT {COLUMNS} FROM job WHERE state = ? AND urgency = ?
ORDER BY coalesce(moved_ms, created_ms), n LIMIT ?"""
_DEFERRED = "SELECT id, picture FROM job WHERE state = 'deferred'"
_OF_SHOTS = f"""
SELECT {COLUMNS} FROM job WHERE n IN (
  SELECT n FROM job WHERE kind IN ('read', 'describe') AND picture IN ({{which}})
  UNION ALL SELECT n FROM job WHERE kind = 'ask' AND picture IN ({{which}}) AND shot IN ({{which}})
) ORDER BY n"""
_OWED = """
SELECT DISTINCT picture FROM job INDEXED BY job_line
WHERE state IN ('deferred', 'queued', 'running') AND picture IS NOT NULL"""


class JobRow(msgspec.Struct, frozen=True):
    """A job and when it ended, None while it has not."""

    job: Job
    ended_ms: int | None


def add(w: Writer, job: Job) -> bool:
    """Queue a job, unless its picture has one that may only happen once, or its session an open one."""
    who = (job.id, job.kind, job.picture or None, job.created_ms, job.urgency)
    tried = (job.deaths, job.interruptions, job.failures)
    when = (job.deadline_ms, job.moved_ms, job.put_off, job.resumes_ms)
    w.cx.execute(_ADD, (*who, *tried, *when, job.session, job.shot, job.question, job.model))
    if not w.cx.changes():
        return False
    note(w, "queued", job.id, job.kind, job.picture, session=job.session)
    return True


def add_or_revive(w: Writer, job: Job) -> Job | None:
    """Queue a job, or the one of its kind that its picture has, should it have failed; gives what is queued.

    The failed one keeps its id, its deaths and its failures, and is as urgent and as late as the new one; so
    does one that is deferred, when the new one is interactive. None when there is one that waits, runs or
    ended otherwise. One that has not ended is wanted until the later deadline of both.
    """
    if add(w, job):
        return job
    wish, which = (job.created_ms, job.urgency, job.deadline_ms, job.deadline_ms), (job.picture, job.kind)
    row = w.cx.execute(_ASK_AGAIN, (*wish, *which, job.urgency is Urgency.INTERACTIVE)).get
    if row is not None:
        return _queued(w, row)
    w.cx.execute(_WIDEN, (job.deadline_ms, *which))
    return None


def barred(cx: apsw.Connection, kind: JobKind, picture: str) -> bool:
    """Whether the picture's job of this kind, of which there is but one, is open or ended but for failing."""
    return bool(cx.execute(_BARRED, (picture, kind)).get)


def start(w: Writer, job_id: str, model: str | None) -> bool:
    """From queued to running, by `model`; false when it was not queued."""
    row = w.cx.execute(_START, (model, job_id)).get
    if row is None:
        return False
    kind, picture, session, model = row
    w.event("job.started", {**_named(job_id, kind, picture, session), "model": model})
    return True


def end(
    w: Writer,
    job_id: str,
    state: JobState,
    error: str | None = None,
    *,
    died: bool = False,
    failed: bool = False,
) -> bool:
    """End a job that has no result; false when it had ended before.

    `state` is an end other than `done`; `died`: one more child died over it; `failed`: a model failed it once
    more.
    """
    if not state.ended or state is JobState.DONE:
        raise ValueError(f"a job without a result cannot end as {state}")
    return _step(w, state, job_id, _END, (state, w.now_ms, error, died, failed, job_id))


def finish(
    w: Writer, job_id: str, kind: JobKind, *, model: str | None = None, answer: str | None = None
) -> str | None:
    """From running to done: the job's picture, "" where it has none, or None when it was not running.

    For `store.results`, which adds the result and then calls `note`.
    """
    row = w.cx.execute(_FINISH, (w.now_ms, model, answer, job_id, kind)).get
    return None if row is None else row[1] or ""


def note(
    w: Writer, what: str, job_id: str, kind: str, picture: str | None, *, session: str | None = None
) -> None:
    """The event that says where a job stands now."""
    w.event(f"job.{what}", _named(job_id, kind, picture, session))


def _named(job_id: str, kind: str, picture: str | None, session: str | None) -> dict[str, str | None]:
    """A job, and what it is about."""
    about = {"picture": picture} if session is None else {"session": session}
    return {"job": job_id, "kind": kind, **about}


def requeue(w: Writer, job: Job) -> bool:
    """From running back to queued, where in line and as often tried and put off as `job` says.

    False when it was not running.
    """
    now = (job.deaths, job.failures, job.moved_ms, job.put_off, job.resumes_ms)
    return _step(w, JobState.QUEUED, job.id, _REQUEUE, (*now, job.id))


def defer(w: Writer, job_ids: Iterable[str]) -> None:
    """From queued to deferred, those that are queued: they wait here alone until there is room for them."""
    for job_id in job_ids:
        _step(w, JobState.DEFERRED, job_id, _DEFER, (job_id,))


def recall(w: Writer, limit: int) -> list[Job]:
    """Queue deferred jobs, at most `limit`, and give them: the most urgent first, of those the oldest."""
    recalled = _waiting(w.cx, JobState.DEFERRED, max(0, limit))
    for job in recalled:
        _step(w, JobState.QUEUED, job.id, _RECALL, (job.id,))
    return [msgspec.structs.replace(job, state=JobState.QUEUED) for job in recalled]


def rank(w: Writer, jobs: Iterable[Job]) -> None:
    """Give jobs the urgency and the place in line that these have, as far as they have not ended."""
    w.cx.executemany(_RANK, [(job.urgency, job.moved_ms, job.resumes_ms, job.id) for job in jobs])


def revive(w: Writer, kind: JobKind, codes: frozenset[str], most_failures: int) -> list[Job]:
    """Queue failed jobs of a kind again, as background work that is new and may take as long as it likes.

    Those whose error begins with one of the codes and a colon, and that a model failed fewer than
    `most_failures` times; the newest `REVIVED_AT_ONCE` of them. A session whose job is queued or runs needs
    no other. Gives them, the oldest first.
    """
    sql = _FAILED.format(codes=", ".join("?" * len(codes)))
    found = w.cx.execute(sql, (kind, most_failures, *sorted(codes), REVIVED_AT_ONCE)).fetchall()
    rows = (w.cx.execute(_REVIVE, (w.now_ms, job_id)).get for (job_id,) in reversed(found))
    return [_queued(w, row) for row in rows if row is not None]


def release(w: Writer) -> None:
    """Before a clean stop: every running job waits again, without blame."""
    for running in _running(w.cx):
        requeue(w, running)


def restore(
    w: Writer, poison_after: int = 3, limit: int = 10_000
) -> tuple[list[Job], list[Job], list[tuple[str, str]]]:
    """After a start: the queued jobs, those poisoned just now, and id and picture of all that are deferred.

    The queued ones come with the most urgent first, of those the oldest. At most `limit` of them are for a
    model: what is beyond has been deferred. Those of sessions, of which there are few, do not count. A job
    that is still marked running was interrupted by the daemon's death. It may be what killed it: after
    `poison_after` of them it is set aside.
    """
    poisoned = []
    for interrupted in _running(w.cx):
        _step(w, JobState.QUEUED, interrupted.id, _INTERRUPT, (interrupted.id,))
        if interrupted.interruptions + 1 >= poison_after:
            poisoned.append(_poison(w, interrupted))
    queued = _waiting(w.cx, JobState.QUEUED)
    for_models = [job for job in queued if job.kind not in (JobKind.READ, JobKind.SESSION)]
    beyond = dict.fromkeys(job.id for job in for_models[max(0, limit) :])
    defer(w, beyond)
    deferred: list[Any] = w.cx.execute(_DEFERRED).fetchall()
    return [job for job in queued if job.id not in beyond], poisoned, deferred


def job(cx: apsw.Connection, job_id: str) -> JobRow | None:
    """One job."""
    row = cx.execute(_BY_ID, (job_id,)).fetchone()
    return None if row is None else _row(row)


def of_shots(cx: apsw.Connection, shots: list[tuple[str, str]]) -> list[tuple[JobRow, ...]]:
    """The jobs that concern each of some shots, given by id and picture, oldest first.

    These are its picture's, and the questions about this very shot.
    """
    if not shots:
        return []
    which = _OF_SHOTS.format(which=", ".join("?" * len(shots)))
    of_picture: dict[str, list[JobRow]] = {}
    ids, of = [shot for shot, _ in shots], [picture for _, picture in shots]
    for row in cx.execute(which, (*of, *of, *ids)):
        of_picture.setdefault(row[2], []).append(_row(row))
    return [
        tuple(
            row
            for row in of_picture.get(picture, ())
            if row.job.kind is not JobKind.ASK or row.job.shot == shot
        )
        for shot, picture in shots
    ]


def owed(cx: apsw.Connection) -> set[str]:
    """The pictures that have open jobs."""
    return {picture for (picture,) in cx.execute(_OWED)}


def _step(w: Writer, state: JobState, job_id: str, sql: str, bindings: tuple[str | int | None, ...]) -> bool:
    """Run a guarded update and note it; false when the guard held."""
    row = w.cx.execute(sql, bindings).get
    if row is None:
        return False
    kind, picture, session = row
    note(w, state, job_id, kind, picture, session=session)
    return True


def _poison(w: Writer, interrupted: Job) -> Job:
    why = "the daemon died again and again while it ran"
    end(w, interrupted.id, JobState.POISONED, why)
    return msgspec.structs.replace(
        interrupted, state=JobState.POISONED, interruptions=interrupted.interruptions + 1, error=why
    )


def _queued(w: Writer, row: tuple[Any, ...]) -> Job:
    """The job of a row that was just queued once more, after noting it."""
    again = _row(row).job
    note(w, "queued", again.id, again.kind, again.picture, session=again.session)
    return again


def _running(cx: apsw.Connection) -> list[Job]:
    return [_row(row).job for row in cx.execute(_RUNNING)]


def _waiting(cx: apsw.Connection, state: JobState, limit: int | None = None) -> list[Job]:
    """All lines of a state one after the other, the most urgent first; at most `limit` jobs."""
    found: list[Job] = []
    for urgency in Urgency:
        left = -1 if limit is None else limit - len(found)
        found += [_row(row).job for row in cx.execute(_LINE, (state, urgency, left))]
    return found


def _row(row: tuple[Any, ...]) -> JobRow:
    id_, kind, picture, created_ms, urgency, state, deaths, interruptions, failures = row[:9]
    deadline_ms, moved_ms, put_off, resumes_ms, session, shot, question = row[9:16]
    model, error, answer, ended_ms = row[16:]
    return JobRow(
        Job(
            id=id_,
            kind=JobKind(kind),
            picture=picture or "",
            created_ms=created_ms,
            urgency=Urgency(urgency),
            state=JobState(state),
            deaths=deaths,
            interruptions=interruptions,
            failures=failures,
            deadline_ms=deadline_ms,
            moved_ms=moved_ms,
            put_off=put_off,
            resumes_ms=resumes_ms,
            session=session,
            shot=shot,
            question=question,
            model=model,
            error=error,
            answer=answer,
        ),
        ended_ms,
    )
