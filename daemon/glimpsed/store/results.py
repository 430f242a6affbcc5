"""What the rungs said of pictures, and the ends of the jobs that asked them.

Rules of this file: a job's result and its end are one write; a job that is not running gets no result. Every
picture has exactly one current result, the latest of the best rung; the others stay as its history.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from typing import Any

import apsw
import msgspec

from glimpsed.core.model import (
    Activity,
    ApplicationType,
    Description,
    Entity,
    EntityKind,
    JobKind,
    PictureText,
    Result,
    Rung,
    TextLine,
)
from glimpsed.store import jobs, search
from glimpsed.store.writer import Writer

COLUMNS = (
    "result.id, result.picture, result.rung, result.created_ms, result.model, result.prompt_version, "
    "result.schema_version, result.timings, result.application, result.application_type, "
    "result.window_title, result.activity, result.task, result.summary, result.confidence, result.reused_from"
)

_ADD = """
INSERT INTO result (
  id, picture, job, rung, current, application, application_key, application_type, window_title, activity,
  task, summary, confidence, created_ms, model, prompt_version, schema_version, timings, reused_from
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_ENTITY = "INSERT INTO entity (result, position, kind, text) VALUES (?, ?, ?, ?)"
_CURRENT_RUNG = "SELECT rung FROM result WHERE picture = ? AND current = 1"
_SUPERSEDE = "UPDATE result SET current = 0 WHERE picture = ? AND current = 1"
_SHOW = "UPDATE shot SET application_key = ?, rung = ? WHERE picture = ?"
_ADD_TEXT = "INSERT INTO picture_text (picture, engine, lines) VALUES (?, ?, ?)"
_TEXT = "SELECT lines, engine FROM picture_text WHERE picture = ?"
_HISTORY = f"SELECT {COLUMNS} FROM result WHERE picture = ? ORDER BY n DESC"
_ENTITIES = "SELECT kind, text FROM entity WHERE result = ? ORDER BY position"
_RUNGS_SINCE = """
SELECT rung, count(*) FROM result INDEXED BY result_made WHERE created_ms >= ? GROUP BY rung"""
_LATEST_SHOT = "SELECT id FROM shot WHERE picture = ? ORDER BY n DESC LIMIT 1"


def add(w: Writer, result: Result, job_id: str | None) -> None:
    """Keep a result, and make it current unless the picture has one of a better rung."""
    current = rung(w.cx, result.picture)
    best = current is None or result.rung.rank <= current.rank
    if best:
        w.cx.execute(_SUPERSEDE, (result.picture,))
    w.cx.execute(_ADD, _bindings(result, job_id, current=best))
    if best:
        w.cx.execute(_SHOW, (_key(result), result.rung, result.picture))
    entities = enumerate(result.description.entities)
    w.cx.executemany(_ADD_ENTITY, [(result.id, at, entity.kind, entity.text) for at, entity in entities])


def finish_read(w: Writer, job_id: str, text: PictureText, result: Result) -> bool:
    """A picture was read: its text, its result and the job's end. False when the job was not running."""
    picture = jobs.finish(w, job_id, JobKind.READ)
    if picture is None:
        return False
    w.cx.execute(_ADD_TEXT, (picture, text.engine, msgspec.json.encode(text.lines).decode()))
    _conclude(w, "shot.read", job_id, JobKind.READ, result)
    return True


def finish_describe(w: Writer, job_id: str, result: Result) -> bool:
    """A model described a picture: its result and the job's end. False when the job was not running."""
    if jobs.finish(w, job_id, JobKind.DESCRIBE, model=result.model) is None:
        return False
    _conclude(w, "shot.described", job_id, JobKind.DESCRIBE, result)
    return True


def finish_reused(w: Writer, job_id: str, result: Result) -> bool:
    """What was said of another picture goes for a job's, too: its `reused` result and the job's end.

    False when the job was not running.
    """
    if jobs.finish(w, job_id, JobKind.DESCRIBE) is None:
        return False
    _conclude(w, "shot.described", job_id, JobKind.DESCRIBE, result)
    return True


def reuse(w: Writer, result: Result) -> None:
    """Keep a `reused` result that spares its picture the job."""
    add(w, result, None)
    search.put(w, result.picture)
    _announce(w, "shot.described", None, result)


def finish_ask(w: Writer, job_id: str, answer: str, model: str) -> bool:
    """A question was answered. False when the job was not running."""
    picture = jobs.finish(w, job_id, JobKind.ASK, model=model, answer=answer)
    if picture is None:
        return False
    jobs.note(w, "done", job_id, JobKind.ASK, picture)
    return True


def results(cx: apsw.Connection, picture: str) -> list[Result]:
    """Everything that was said of a picture, newest first."""
    return [from_row(cx, row) for row in cx.execute(_HISTORY, (picture,)).fetchall()]


def rung(cx: apsw.Connection, picture: str) -> Rung | None:
    """That of a picture's current result, None for a picture that nobody has accepted."""
    found = cx.execute(_CURRENT_RUNG, (picture,)).get
    return None if found is None else Rung(found)


def rungs_since(cx: apsw.Connection, ms: int) -> dict[Rung, int]:
    """How many results each rung made since a time, whether or not they are current."""
    return {Rung(reached): count for reached, count in cx.execute(_RUNGS_SINCE, (ms,))}


def text(cx: apsw.Connection, picture: str) -> PictureText | None:
    """The text of a picture, None while it has not been read."""
    row = cx.execute(_TEXT, (picture,)).fetchone()
    if row is None:
        return None
    return PictureText(msgspec.json.decode(row[0], type=tuple[TextLine, ...]), row[1])


def entities(cx: apsw.Connection, result: str) -> tuple[Entity, ...]:
    """What a result names, in the order in which its rung named it."""
    return tuple(Entity(EntityKind(kind), text) for kind, text in cx.execute(_ENTITIES, (result,)))


def from_row(cx: apsw.Connection, row: tuple[Any, ...]) -> Result:
    """The result whose `COLUMNS` these are, with its entities."""
    id_, picture, rung, created_ms, model, prompt_version, schema_version, timings = row[:8]
    application, application_type, window_title, activity, task, summary, confidence, reused_from = row[8:]
    return Result(
        id=id_,
        picture=picture,
        rung=Rung(rung),
        description=Description(
            application=application,
            application_type=ApplicationType(application_type),
            window_title=window_title,
            activity=Activity(activity),
            task=task,
            summary=summary,
            entities=entities(cx, id_),
            confidence=confidence,
        ),
        created_ms=created_ms,
        model=model,
        prompt_version=prompt_version,
        schema_version=schema_version,
        timings=msgspec.json.decode(timings, type=dict[str, int]),
        reused_from=reused_from,
    )


def _conclude(w: Writer, event: str, job_id: str, kind: JobKind, result: Result) -> None:
    add(w, result, job_id)
    search.put(w, result.picture)
    _announce(w, event, job_id, result)
    jobs.note(w, "done", job_id, kind, result.picture)


def _announce(w: Writer, event: str, job_id: str | None, result: Result) -> None:
    shot = w.cx.execute(_LATEST_SHOT, (result.picture,)).get
    w.event(event, {"shot": shot, "picture": result.picture, "job": job_id, "rung": result.rung})


def _key(result: Result) -> str:
    """The application without its case, which SQLite folds for ASCII only."""
    return result.description.application.casefold()


def _bindings(result: Result, job_id: str | None, *, current: bool) -> tuple[str | int | float | None, ...]:
    what = result.description
    return (
        result.id,
        result.picture,
        job_id,
        result.rung,
        current,
        what.application,
        _key(result),
        what.application_type,
        what.window_title,
        what.activity,
        what.task,
        what.summary,
        what.confidence,
        result.created_ms,
        result.model,
        result.prompt_version,
        result.schema_version,
        msgspec.json.encode(result.timings).decode(),
        result.reused_from,
    )
