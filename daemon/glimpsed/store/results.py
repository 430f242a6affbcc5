"""What the rungs said of pictures, and the ends of the jobs that asked them.

Rules of this file: a job's result and its end are one write; a job that is not running gets no result. Every
picture has exactly one current result, the latest of the best rung; the others stay as its history.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from collections.abc import Sequence
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
)
from glimpsed.store import jobs, lines, search
from glimpsed.store.pictures import NUMBER
from glimpsed.store.writer import Writer

COLUMNS = (
    "result.n, result.id, picture.sha256, result.rung, result.created_ms, result.model, "
    "result.prompt_version, result.schema_version, result.timings, result.application, "
    "result.application_type, result.window_title, result.activity, result.task, result.summary, "
    "result.confidence, result.reused_from"
)

_ADD = f"""
INSERT INTO result (
  id, picture, job, rung, current, application, application_key, application_type, window_title, activity,
  task, summary, confidence, created_ms, model, prompt_version, schema_version, timings, reused_from
) VALUES (?, {NUMBER}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_ENTITY = "INSERT INTO entity (result, position, kind, text) VALUES (?, ?, ?, ?)"
_CURRENT_RUNG = f"SELECT rung FROM result WHERE picture = {NUMBER} AND current = 1"
_SUPERSEDE = f"UPDATE result SET current = 0 WHERE picture = {NUMBER} AND current = 1"
_SHOW = f"UPDATE shot SET application_key = ?, rung = ? WHERE picture = {NUMBER}"
_ADD_TEXT = f"INSERT INTO picture_text (picture, engine, texts) VALUES ({NUMBER}, ?, ?)"
_ADD_PLACES = f"INSERT INTO picture_places (picture, places) VALUES ({NUMBER}, ?)"
_TEXT = f"""
SELECT texts, places, engine FROM picture_text JOIN picture_places USING (picture) WHERE picture = {NUMBER}"""
_HISTORY = f"""
SELECT {COLUMNS} FROM picture JOIN result ON result.picture = picture.n
WHERE picture.sha256 = ? ORDER BY result.n DESC"""
_ENTITIES = """
SELECT result, kind, text FROM entity WHERE result IN ({which}) ORDER BY result, position"""
_RUNGS_SINCE = """
SELECT rung, count(*) FROM result INDEXED BY result_made WHERE created_ms >= ? GROUP BY rung"""
_LATEST_SHOT = f"SELECT id FROM shot WHERE picture = {NUMBER} ORDER BY n DESC LIMIT 1"


AT_ONCE = 500
"""Most results that one question is about."""


def add(w: Writer, result: Result, job_id: str | None) -> None:
    """Keep a result, and make it current unless the picture has one of a better rung."""
    current = rung(w.cx, result.picture)
    best = current is None or result.rung.rank <= current.rank
    if best:
        w.cx.execute(_SUPERSEDE, (result.picture,))
    w.cx.execute(_ADD, _bindings(result, job_id, current=best))
    n = w.cx.last_insert_rowid()
    if best:
        w.cx.execute(_SHOW, (_key(result), result.rung, result.picture))
    entities = enumerate(result.description.entities)
    w.cx.executemany(_ADD_ENTITY, [(n, at, entity.kind, entity.text) for at, entity in entities])


def finish_read(w: Writer, job_id: str, text: PictureText, result: Result) -> bool:
    """A picture was read: its text, its result and the job's end. False when the job was not running."""
    picture = jobs.finish(w, job_id, JobKind.READ)
    if picture is None:
        return False
    kept = lines.encode(text.lines)
    w.cx.execute(_ADD_TEXT, (picture, text.engine, kept.texts))
    w.cx.execute(_ADD_PLACES, (picture, kept.places))
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
    return from_rows(cx, cx.execute(_HISTORY, (picture,)).fetchall())


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
    return PictureText(lines.decode(lines.Kept(*row[:2])), row[2])


def from_rows(cx: apsw.Connection, rows: list[Any]) -> list[Result]:
    """The results whose `COLUMNS` these are, with their entities."""
    named = entities(cx, [row[0] for row in rows])
    return [_from_row(row, named.get(row[0], ())) for row in rows]


def entities(cx: apsw.Connection, results: Sequence[int]) -> dict[int, tuple[Entity, ...]]:
    """What results, each by its number, name, in the order in which their rungs named it."""
    found: dict[int, list[Entity]] = {}
    for begin in range(0, len(results), AT_ONCE):
        some = results[begin : begin + AT_ONCE]
        for n, kind, text in cx.execute(_ENTITIES.format(which=", ".join("?" * len(some))), some):
            found.setdefault(n, []).append(Entity(EntityKind(kind), text))
    return {n: tuple(named) for n, named in found.items()}


def _from_row(row: tuple[Any, ...], entities: tuple[Entity, ...]) -> Result:
    _, id_, picture, rung, created_ms, model, prompt_version, schema_version, timings = row[:9]
    application, application_type, window_title, activity, task, summary, confidence, reused_from = row[9:]
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
            entities=entities,
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
