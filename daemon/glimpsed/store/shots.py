"""Shots: sightings of pictures.

Rules of this file: accepting a file is one write, after which its picture has a current result and its jobs
are queued, or nothing happened. The same bytes at the same path are the same sighting; elsewhere they are a
new shot of the known picture, which owes again only what failed or was never wanted of it. A picture is not
described when what was said of one shortly before it goes for it, too.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from collections.abc import Mapping, Sequence
from typing import Any

import apsw
import msgspec

from glimpsed.core import reuse
from glimpsed.core.dedup import changed_since
from glimpsed.core.model import (
    FileIdentity,
    Job,
    JobKind,
    OpenedFile,
    Picture,
    Result,
    Rung,
    Shot,
    TakenAt,
    TimeOrigin,
)
from glimpsed.store import identity, jobs, page, pictures, rejections, results, search
from glimpsed.store.pictures import NUMBER
from glimpsed.store.writer import Writer

_SHOT = (
    "shot.id, picture.sha256, shot.source, shot.path, shot.taken_ms, shot.taken_offset_s, shot.taken_origin, "
    "shot.added_ms"
)
_PICTURE = f"{pictures.COLUMNS}, {pictures.TILES}"
_ROW = f"""
SELECT {_SHOT}, {pictures.COLUMNS}, shot.changed_tiles, {results.COLUMNS}
FROM shot
JOIN picture ON picture.n = shot.picture
JOIN result ON result.picture = shot.picture AND result.current = 1"""

_LATEST_AT = f"""
SELECT {_SHOT} FROM shot JOIN picture ON picture.n = shot.picture
WHERE source = ? AND path = ? ORDER BY shot.n DESC LIMIT 1"""
_REJECTED_AS = "SELECT identity FROM rejection WHERE source = ? AND path = ?"
_SEEN_AS = "SELECT identity FROM shot WHERE source = ? AND path = ? ORDER BY n DESC LIMIT 1"
_TOUCH = "UPDATE shot SET identity = ? WHERE id = ?"
_ADD = f"""
INSERT INTO shot (
  id, picture, source, path, taken_ms, taken_offset_s, taken_origin, added_ms, identity, changed_tiles,
  application_key, rung
)
SELECT ?, picture, ?, ?, ?, ?, ?, ?, ?, ?, application_key, rung FROM result
WHERE picture = {NUMBER} AND current = 1"""
_BEFORE = f"""
SELECT {_PICTURE} FROM shot JOIN picture ON picture.n = shot.picture
WHERE source = ? AND (taken_ms, id) < (?, ?) ORDER BY taken_ms DESC, id DESC LIMIT 1"""
_AFTER = f"""
SELECT shot.n, {_PICTURE} FROM shot JOIN picture ON picture.n = shot.picture
WHERE source = ? AND (taken_ms, id) > (?, ?) ORDER BY taken_ms, id LIMIT 1"""
_CHANGED = "UPDATE shot SET changed_tiles = ? WHERE n = ?"
_BY_ID = f"{_ROW} WHERE shot.id = ?"
_LATEST_OF = f"{_ROW} WHERE shot.picture = {NUMBER} ORDER BY shot.n DESC LIMIT 1"
# Chosen and sorted first, without what is large; only the rows of the page are then looked at whole.
_PAGE = f"""
{_ROW} WHERE shot.n IN (
  SELECT n FROM shot WHERE {{where}} ORDER BY taken_ms DESC, id DESC LIMIT ?
) ORDER BY shot.taken_ms DESC, shot.id DESC"""
_PLACE = "SELECT source, n FROM shot WHERE id = ?"
_FIRST_OF = f"""
SELECT shot.source, shot.n, {_PICTURE} FROM shot JOIN picture ON picture.n = shot.picture
WHERE picture.sha256 = ? ORDER BY shot.n LIMIT 1"""
# The plus keeps the index out: few shots are looked at, and many results are of these rungs.
_SAID_BEFORE = f"""
SELECT {_PICTURE}, {results.COLUMNS}
FROM shot
JOIN picture ON picture.n = shot.picture
JOIN result ON result.picture = shot.picture AND result.current = 1 AND +result.rung IN ('vision', 'reused')
WHERE shot.n IN (SELECT n FROM shot WHERE source = ? AND n < ? ORDER BY n DESC LIMIT {pictures.LOOK_BACK})
ORDER BY shot.n DESC"""
_PATHS = f"SELECT path FROM shot WHERE picture = {NUMBER} ORDER BY n DESC"


class Accepted(msgspec.Struct, frozen=True):
    """What became of a file: its shot, what of it is new, and the jobs that are queued for it by that.

    `reused` is the result that spared its picture a description, None when there was none to be had.
    """

    shot: Shot
    new_shot: bool
    new_picture: bool
    jobs: tuple[Job, ...]
    reused: Result | None = None


class ShotRow(msgspec.Struct, frozen=True):
    """Everything about a shot but its text, its history and its picture's tiles.

    `changed_tiles` is how many of them are others than in the shot before it, by time, from the same source;
    None for the first, when that one's picture has another width or height, since tiles then have no
    counterpart, and when a shot came in between so late that the tiles had gone.
    """

    shot: Shot
    picture: Picture
    result: Result
    jobs: tuple[jobs.JobRow, ...]
    changed_tiles: int | None


class Filter(msgspec.Struct, frozen=True):
    """Which shots: `since_ms` <= taken < `until_ms`; None takes all.

    `application` (in any case) and `rung` are those of the current result; `first` and `last` are shots by
    time and id.
    """

    since_ms: int | None = None
    until_ms: int | None = None
    application: str | None = None
    rung: str | None = None
    source: str | None = None
    first: page.Key | None = None
    last: page.Key | None = None


def known(cx: apsw.Connection, source: str, files: list[tuple[bytes, FileIdentity]]) -> set[bytes]:
    """The paths of those files that were last seen, as shot or as rejection, exactly as they are now."""
    return {path for path, now in files if _last_seen_as(cx, source, path) == identity.to_text(now)}


def accept(
    w: Writer,
    shot: Shot,
    opened: OpenedFile,
    minimum: Result,
    wanted: tuple[Job, ...],
    *,
    ignore: Sequence[reuse.Rect] = (),
) -> Accepted:
    """Make a file a shot; its picture, that picture's first result and its jobs are kept as far as new.

    A job of a kind that is wanted, and failed the last time, is queued again. Instead of being described, a
    picture gets the description of one that its source showed shortly before, if nothing changed outside
    `ignore`; that result has the id that the job would have had.
    """
    rejections.forget(w, shot.source, shot.path)
    seen_as = identity.to_text(opened.identity)
    latest = w.cx.execute(_LATEST_AT, (shot.source, shot.path)).fetchone()
    if latest is not None and latest[1] == shot.picture:
        w.cx.execute(_TOUCH, (seen_as, latest[0]))
        queued, reused = _owe(w, latest[0], opened.picture, wanted, ignore)  # there may be a model by now
        return Accepted(_shot(latest), new_shot=False, new_picture=False, jobs=queued, reused=reused)
    new_picture = pictures.add(w, opened.picture)
    if new_picture:
        results.add(w, minimum, None)
    new_day = not search.seen_on_day_of(w.cx, shot.picture, shot.taken_at.ms)
    _add_shot(w, shot, opened.picture, seen_as)
    if new_day:
        search.put(w, shot.picture)
    w.event("shot.added", {"shot": shot.id, "picture": shot.picture, "new_picture": new_picture})
    queued, reused = _owe(w, shot.id, opened.picture, wanted, ignore)
    return Accepted(shot, new_shot=True, new_picture=new_picture, jobs=queued, reused=reused)


def reusable(
    cx: apsw.Connection, picture: str, ignore_of: Mapping[str, Sequence[reuse.Rect]]
) -> Result | None:
    """A result that goes for a picture, too: of one that was seen shortly before it first was, unchanged.

    `ignore_of` is what does not count, by source. `core.reuse.repeat` makes of it a result of the picture.
    """
    first: Any = cx.execute(_FIRST_OF, (picture,)).fetchone()
    if first is None:
        return None
    source, n = first[:2]
    return _said_before(cx, source, n, Picture(*first[2:]), ignore_of.get(source, ()))


def shot(cx: apsw.Connection, shot_id: str) -> ShotRow | None:
    """One shot."""
    return _one(cx, _BY_ID, shot_id)


def shots(cx: apsw.Connection, wanted: Filter, cursor: str | None, limit: int) -> page.Page[ShotRow]:
    """Shots, the latest taken first. Raises `RequestError` on a cursor that is not ours."""
    sql, bindings = _select(wanted, cursor)
    found = _rows(cx, cx.execute(sql, (*bindings, limit + 1)).fetchall())
    return page.cut(found, limit, lambda last: (last.shot.taken_at.ms, last.shot.id))


def newest(cx: apsw.Connection) -> ShotRow | None:
    """The shot that was taken last."""
    rows = shots(cx, Filter(), None, 1).rows
    return rows[0] if rows else None


def latest_of(cx: apsw.Connection, sha256: str) -> ShotRow | None:
    """The latest sighting of a picture."""
    return _one(cx, _LATEST_OF, sha256)


def is_shot(cx: apsw.Connection, source: str, path: bytes) -> bool:
    """Whether a file was ever a shot."""
    return cx.execute(_LATEST_AT, (source, path)).fetchone() is not None


def paths_of(cx: apsw.Connection, sha256: str) -> list[bytes]:
    """Where a picture was seen, the latest sighting first; the bytes there may have changed since."""
    return list(dict.fromkeys(path for (path,) in cx.execute(_PATHS, (sha256,))))


def _last_seen_as(cx: apsw.Connection, source: str, path: bytes) -> str | None:
    """The identity that a file had last; a rejection is always later than the shots beside it."""
    rejected = cx.execute(_REJECTED_AS, (source, path)).fetchone()
    latest = rejected or cx.execute(_SEEN_AS, (source, path)).fetchone() or (None,)
    return None if latest[0] is None else str(latest[0])


def _owe(
    w: Writer, shot_id: str, picture: Picture, wanted: tuple[Job, ...], ignore: Sequence[reuse.Rect]
) -> tuple[tuple[Job, ...], Result | None]:
    """Queue what is wanted of a shot's picture, or keep the result that spares it a description."""
    describe = next((job for job in wanted if job.kind is JobKind.DESCRIBE), None)
    reused = None
    if describe is not None:
        reused = _spared(w, shot_id, picture, describe, ignore)
        if reused is not None or results.rung(w.cx, picture.sha256) is Rung.REUSED:
            wanted = tuple(job for job in wanted if job is not describe)
    return tuple(queued for job in wanted if (queued := jobs.add_or_revive(w, job)) is not None), reused


def _spared(
    w: Writer, shot_id: str, picture: Picture, describe: Job, ignore: Sequence[reuse.Rect]
) -> Result | None:
    """Keep the result that makes a job needless; None when there is none, or the job would not be queued."""
    if results.rung(w.cx, picture.sha256) not in (Rung.OCR, Rung.MINIMUM):
        return None
    if jobs.barred(w.cx, describe.kind, picture.sha256):
        return None
    source, n = w.cx.execute(_PLACE, (shot_id,)).get
    said = _said_before(w.cx, source, n, picture, ignore)
    if said is None:
        return None
    reused = reuse.repeat(said, describe.id, picture.sha256, w.now_ms)
    results.reuse(w, reused)
    return reused


def _said_before(
    cx: apsw.Connection, source: str, n: int, picture: Picture, ignore: Sequence[reuse.Rect]
) -> Result | None:
    """What was said of the last picture before shot `n` that this one shows unchanged."""
    rows: list[Any] = cx.execute(_SAID_BEFORE, (source, n)).fetchall()
    for row in rows:
        if reuse.unchanged(Picture(*row[:6]), picture, ignore):
            return results.from_rows(cx, [row[6:]])[0]
    return None


def _add_shot(w: Writer, shot: Shot, picture: Picture, seen_as: str) -> None:
    taken, place = shot.taken_at, (shot.source, shot.taken_at.ms, shot.id)
    before: Any = w.cx.execute(_BEFORE, place).get
    after: Any = w.cx.execute(_AFTER, place).get
    if after is not None:
        w.cx.execute(_CHANGED, (changed_since(picture, Picture(*after[1:])), after[0]))
    w.cx.execute(
        _ADD,
        (
            shot.id,
            shot.source,
            shot.path,
            taken.ms,
            taken.offset_s,
            taken.origin,
            shot.added_ms,
            seen_as,
            None if before is None else changed_since(Picture(*before), picture),
            shot.picture,
        ),
    )


def _select(wanted: Filter, cursor: str | None) -> tuple[str, list[int | str]]:
    """The query of one page, and its bindings but the limit; a condition not wanted costs nothing."""
    behind = page.behind(cursor, wanted.until_ms)
    conditions: list[tuple[str, int | str | page.Key | None]] = [
        ("shot.taken_ms >= ?", None if wanted.since_ms is None else page.clamped(wanted.since_ms)),
        ("shot.source = ?", wanted.source),
        ("shot.application_key = ?", None if wanted.application is None else wanted.application.casefold()),
        ("shot.rung = ?", wanted.rung),
        ("(shot.taken_ms, shot.id) >= (?, ?)", wanted.first),
        ("(shot.taken_ms, shot.id) <= (?, ?)", wanted.last),
    ]
    asked = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(["(shot.taken_ms, shot.id) < (?, ?)", *(condition for condition, _ in asked)])
    bindings: list[int | str] = [*behind]
    for _, value in asked:
        bindings.extend(value if isinstance(value, tuple) else (value,))
    return _PAGE.format(where=where), bindings


def _one(cx: apsw.Connection, sql: str, which: str) -> ShotRow | None:
    rows = _rows(cx, cx.execute(sql, (which,)).fetchall())
    return rows[0] if rows else None


def _rows(cx: apsw.Connection, found: list[Any]) -> list[ShotRow]:
    """Shots by their columns; what belongs to them is looked up for all of them together."""
    shown = [_shot(row[:8]) for row in found]
    said = results.from_rows(cx, [row[14:] for row in found])
    of_shots = jobs.of_shots(cx, [(each.id, each.picture) for each in shown])
    return [
        ShotRow(shot=each, picture=Picture(*row[8:13]), result=result, jobs=of_shot, changed_tiles=row[13])
        for each, row, result, of_shot in zip(shown, found, said, of_shots, strict=True)
    ]


def _shot(row: tuple[Any, ...]) -> Shot:
    id_, picture, source, path, taken_ms, offset_s, origin, added_ms = row
    return Shot(
        id=id_,
        picture=picture,
        source=source,
        path=path,
        taken_at=TakenAt(taken_ms, offset_s, TimeOrigin(origin)),
        added_ms=added_ms,
    )
