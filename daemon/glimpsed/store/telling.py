"""What models tell of sessions: notes on parts, answers about boundaries, and what was tried already.

Rules of this file: what a step comes to, the end of its job and the job for the next step are one write. A
note on a part is kept by its content, so that nothing is told twice however often a session changes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import msgspec

from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.sessions.model import Session, SessionState
from glimpsed.core.sessions.told import Judged, Note, Objected, PartTold, SessionStep, WholeTold
from glimpsed.store import jobs, page, sessions
from glimpsed.store.writer import Writer

_PART = "SELECT body FROM part WHERE key = ?"
_ADD_PART = "INSERT OR IGNORE INTO part (key, at_ms, model, prompt_version, body) VALUES (?, ?, ?, ?, ?)"
_ADD_TELLING = """
INSERT OR IGNORE INTO telling (session, version, at_ms, model, prompt_version, told)
VALUES (?, ?, ?, ?, ?, ?)"""
_TRIED = "SELECT EXISTS (SELECT 1 FROM telling WHERE session = ? AND version = ?)"
_ADD_JUDGEMENT = """
INSERT OR IGNORE INTO judgement (shot, at_ms, begins, confidence, model, prompt_version)
VALUES (?, ?, ?, ?, ?, ?)"""
_JUDGED = "SELECT EXISTS (SELECT 1 FROM judgement WHERE shot = ?)"
_JUDGEMENTS = """
SELECT shot, at_ms, begins, confidence, model, prompt_version FROM judgement WHERE at_ms BETWEEN ? AND ?
ORDER BY at_ms, shot"""
_JUDGED_ONES = """
SELECT shot, at_ms, begins, confidence, model, prompt_version FROM judgement
WHERE model <> '' AND shot IN ({marks})"""
_OBJECT = "INSERT OR REPLACE INTO objection (key, at_ms, why) VALUES (?, ?, ?)"
_OBJECTION = "SELECT why FROM objection WHERE key = ?"
_SETTLE = "DELETE FROM objection WHERE key = ?"
_CLOSED = """
SELECT id, version FROM session INDEXED BY session_state WHERE state = 'closed' AND start_ms >= ?
AND NOT EXISTS (
  SELECT 1 FROM telling WHERE telling.session = session.id AND telling.version = session.version)
AND NOT EXISTS (
  SELECT 1 FROM job INDEXED BY job_session
  WHERE job.session = session.id AND job.state <> 'done'
  AND (job.ended_ms IS NULL OR job.ended_ms >= session.at_ms))
ORDER BY start_ms DESC LIMIT ?"""


class Judgement(msgspec.Struct, frozen=True):
    """An answer about a boundary in doubt, and the model that gave it: "" where it is as rules have it."""

    judged: Judged
    model: str


_NOTE = msgspec.json.Decoder(Note)


def notes(cx: apsw.Connection, keys: Iterable[str]) -> dict[str, Note]:
    """The notes on parts that there are, by key."""
    found = ((key, cx.execute(_PART, (key,)).get) for key in keys)
    return {key: _NOTE.decode(body) for key, body in found if body is not None}


def objection(cx: apsw.Connection, key: str) -> str:
    """What was wrong with the first reply to a prompt; empty when there was none, or nothing was."""
    return cx.execute(_OBJECTION, (key,)).get or ""


def is_judged(cx: apsw.Connection, shot: str) -> bool:
    """Whether a boundary in doubt has its answer."""
    return bool(cx.execute(_JUDGED, (shot,)).get)


def judgements(cx: apsw.Connection, from_ms: int | None, until_ms: int | None) -> list[Judgement]:
    """All answers about boundaries at these times and between, in order."""
    bounds = page.bounds(from_ms, until_ms)
    return _judgements(cx.execute(_JUDGEMENTS, bounds))


def verdicts(cx: apsw.Connection, from_ms: int | None, until_ms: int | None) -> dict[str, bool]:
    """What models said of boundaries at these times and between: whether a session begins at a shot."""
    found = judgements(cx, from_ms, until_ms)
    return {each.judged.shot: each.judged.begins for each in found if each.model}


def judgements_of(cx: apsw.Connection, shots: Sequence[str]) -> dict[str, Judgement]:
    """What models said of whether a session begins at these shots, by shot, in one look."""
    found = _judgements(cx.execute(_JUDGED_ONES.format(marks=", ".join("?" * len(shots))), tuple(shots)))
    return {each.judged.shot: each for each in found}


def is_tried(cx: apsw.Connection, session: Session) -> bool:
    """Whether this very version of a session is told, or was given up."""
    return bool(cx.execute(_TRIED, (session.id, session.version)).get)


def untold(cx: apsw.Connection, since_ms: int, limit: int) -> list[str]:
    """Closed sessions that began since then and that no model was asked about, the newest first.

    One whose job waits is not among them, nor one of which a job ended badly since it is what it is.
    """
    return [session for session, _ in cx.execute(_CLOSED, (since_ms, limit))]


def wanted(w: Writer, session_id: str, job_id: str, urgency: Urgency = Urgency.BACKGROUND) -> Job | None:
    """Queue a job that has a model tell a closed session; None when it need not, or one is queued or runs."""
    session = sessions.get(w.cx, session_id)
    if session is None or session.state is not SessionState.CLOSED or is_tried(w.cx, session):
        return None
    job = Job(job_id, JobKind.SESSION, "", w.now_ms, urgency, session=session_id)
    return job if jobs.add(w, job) else None


def finish(w: Writer, job: Job, step: SessionStep | None, model: str, next_id: str) -> tuple[Job, ...]:
    """End a job with what its step came to, None when there was nothing to do; the job for the next step.

    There is none after the last one, and none when the job was not running.
    """
    if jobs.finish(w, job.id, JobKind.SESSION, model=model) is None:
        return ()
    if step is not None:
        _keep(w, step, model)
    jobs.note(w, "done", job.id, JobKind.SESSION, None, session=job.session)
    following = wanted(w, job.session or "", next_id, job.urgency)  # also when it was revised meanwhile
    return () if following is None else (following,)


def _judgements(rows: Iterable[Any]) -> list[Judgement]:
    return [
        Judgement(Judged(shot, at_ms, bool(begins), confidence, prompt), model)
        for shot, at_ms, begins, confidence, model, prompt in rows
    ]


def _keep(w: Writer, step: SessionStep, model: str) -> None:
    match step:
        case Judged(shot=shot, at_ms=at_ms, begins=begins, confidence=sure, prompt_version=prompt, key=key):
            by = model if prompt else ""  # what rules have is no model's answer
            w.cx.execute(_ADD_JUDGEMENT, (shot, at_ms, begins, sure, by, prompt))
            w.cx.execute(_SETTLE, (key,))
            w.event("session.judged", {"shot": shot, "begins": begins})
        case PartTold(key=key, note=note, prompt_version=prompt):
            w.cx.execute(_ADD_PART, (key, w.now_ms, model, prompt, msgspec.json.encode(note).decode()))
            w.cx.execute(_SETTLE, (key,))
        case WholeTold(key=key, session=session, version=version, telling=telling, prompt_version=prompt):
            told = telling is not None and sessions.tell(w, session, version, telling)
            if told or telling is None:
                w.cx.execute(_ADD_TELLING, (session, version, w.now_ms, model, prompt, told))
            w.cx.execute(_SETTLE, (key,))
        case Objected(key=key, why=why):
            w.cx.execute(_OBJECT, (key, w.now_ms, why))
