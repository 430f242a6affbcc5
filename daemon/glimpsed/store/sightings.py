"""Shots as sessions see them, and what else was noticed of the person or the machine.

Rules of this file: what changed is told by the numbers of rows, which only grow, so that whoever remembers
them misses nothing. Times of shots are read off an index, without the shots.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Any

import apsw
import msgspec

from glimpsed.core.model import Activity, ApplicationType, Entity, Rung
from glimpsed.core.rules.screen import parted
from glimpsed.core.sessions.model import Sighting, Signal
from glimpsed.core.sessions.segmenting import day_of
from glimpsed.core.sessions.settings import BREAK_MS, DAY_MS, Settings
from glimpsed.store import lines, page, results
from glimpsed.store.pictures import NUMBER
from glimpsed.store.writer import Writer

_NEW_SHOTS = "SELECT n, taken_ms, id FROM shot WHERE n > ? ORDER BY n LIMIT ?"
_NEW_RESULTS = "SELECT n, picture FROM result WHERE n > ? ORDER BY n LIMIT ?"
_NEW_JUDGEMENTS = "SELECT n, at_ms, shot FROM judgement WHERE n > ? ORDER BY n LIMIT ?"
_NEW_TELLINGS = "SELECT n, session FROM telling WHERE n > ? AND told ORDER BY n LIMIT ?"
_SHOTS_OF = "SELECT taken_ms, id FROM shot WHERE picture = ?"
_SHOTS_OF_SHA256 = f"SELECT taken_ms, id FROM shot WHERE picture = {NUMBER}"  # noqa: S608 - a constant of this room
_AFTER = "SELECT taken_ms, id FROM shot WHERE taken_ms > ? ORDER BY taken_ms, id"
_OWED = """EXISTS (
  SELECT 1 FROM job WHERE job.kind IN ('read', 'describe') AND job.picture = picture.sha256
  AND job.state IN ('deferred', 'queued', 'running'))"""
_AWAITED = f"SELECT {_OWED} FROM shot JOIN picture ON picture.n = shot.picture WHERE shot.id = ?"  # noqa: S608 - as above
_SIGHTING = """
SELECT shot.id, shot.taken_ms, shot.taken_offset_s, shot.source, result.application, result.application_type,
  result.window_title, result.activity, result.task, result.rung, result.n, picture.height,
  picture_text.texts, picture_places.places, {awaited}
FROM shot
JOIN picture ON picture.n = shot.picture
JOIN result ON result.picture = shot.picture AND result.current = 1
LEFT JOIN picture_text ON picture_text.picture = shot.picture
LEFT JOIN picture_places ON picture_places.picture = shot.picture
WHERE {where} ORDER BY shot.taken_ms, shot.id"""
_BETWEEN = _SIGHTING.format(awaited=_OWED, where="shot.taken_ms BETWEEN ? AND ?")
_ONE = _SIGHTING.format(awaited=_OWED, where="shot.id = ?")
_RANGE = _SIGHTING.format(awaited=_OWED, where="(shot.taken_ms, shot.id) BETWEEN (?, ?) AND (?, ?)")
_NOTE = "INSERT OR IGNORE INTO signal (at_ms, kind) VALUES (?, ?)"
_SIGNALS = "SELECT at_ms, kind FROM signal WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms, kind"
_SHOTS_BACK = "SELECT taken_ms, taken_offset_s FROM shot WHERE taken_ms <= ? ORDER BY taken_ms DESC, id DESC"
_SHOTS_AHEAD = "SELECT taken_ms, taken_offset_s FROM shot WHERE taken_ms >= ? ORDER BY taken_ms, id"
_SIGNS_BACK = """
SELECT at_ms, NULL FROM signal WHERE at_ms <= ? AND kind IN ('present', 'unlocked') ORDER BY at_ms DESC"""
_SIGNS_AHEAD = """
SELECT at_ms, NULL FROM signal WHERE at_ms >= ? AND kind IN ('present', 'unlocked') ORDER BY at_ms"""
_LAST_TOLD = """
SELECT kind FROM signal WHERE at_ms <= ? AND kind IN ('idle', 'present', 'unlocked')
AND NOT (kind = 'idle' AND at_ms = ?) ORDER BY at_ms DESC, kind = 'idle' DESC LIMIT 1"""

MOST_SHOTS = 4
"""Shots that are looked at together for each row."""


class Rows(msgspec.Struct, frozen=True):
    """The last rows of shots, results, answers about boundaries, and of what was told of sessions."""

    shot: int = 0
    result: int = 0
    judgement: int = 0
    telling: int = 0


class News(msgspec.Struct, frozen=True):
    """What there is up to some `rows`.

    `shots` are new, by time, or something new is said of them or of whether a session begins there; of
    `sessions` something new is told.
    """

    shots: tuple[tuple[int, str], ...]
    sessions: tuple[str, ...]
    rows: Rows


class Region(msgspec.Struct, frozen=True):
    """The shots that decide about sessions around some times: those from `from_ms` to `until_ms`.

    What begins before `kept_ms` is there for the sake of what comes after it, and what begins at `next_ms`,
    where a day does, for the sake of what comes before; None: all that there is.
    """

    from_ms: int | None
    kept_ms: int | None
    until_ms: int | None
    next_ms: int | None = None

    def covers(self, other: "Region") -> bool:
        """Whether it holds all that decides about what the other is about."""
        begins = self.from_ms is None or (
            other.from_ms is not None
            and other.kept_ms is not None
            and self.kept_ms is not None
            and other.from_ms >= self.from_ms
            and other.kept_ms >= self.kept_ms
        )
        ends = self.until_ms is None or (other.until_ms is not None and other.until_ms <= self.until_ms)
        return begins and ends

    def keeps(self, begins_ms: int) -> bool:
        """Whether a session that begins then is known here as it is."""
        after = self.kept_ms is None or begins_ms >= self.kept_ms
        return after and (self.next_ms is None or begins_ms < self.next_ms)


def news(cx: apsw.Connection, after: Rows, limit: int) -> News:
    """What there is after these rows, of each sort `limit` rows at most."""
    shots: list[Any] = cx.execute(_NEW_SHOTS, (after.shot, limit)).fetchall()
    judged: list[Any] = cx.execute(_NEW_JUDGEMENTS, (after.judgement, limit)).fetchall()
    told: list[Any] = cx.execute(_NEW_TELLINGS, (after.telling, limit)).fetchall()
    found = {(ms, shot) for _, ms, shot in (*shots, *judged)}
    said: list[Any] = []
    for n, picture in cx.execute(_NEW_RESULTS, (after.result, limit)).fetchall():
        if said and len(found) > MOST_SHOTS * limit:
            break  # pictures that were seen often are a few at a time
        said.append((n, picture))
        found.update((ms, shot) for ms, shot in cx.execute(_SHOTS_OF, (picture,)))
    rows = Rows(*map(_last, (shots, said, judged, told), msgspec.structs.astuple(after)))
    return News(tuple(sorted(found)), tuple(session for _, session in told), rows)


def _last(rows: list[Any], before: int) -> int:
    return int(rows[-1][0]) if rows else before


def shots_of(cx: apsw.Connection, pictures: Iterable[str]) -> list[tuple[int, str]]:
    """All shots of pictures, each of these by its SHA-256, by time and id, in order."""
    found: set[Any] = set()
    for picture in pictures:
        found.update(cx.execute(_SHOTS_OF_SHA256, (picture,)).fetchall())
    return sorted(found)


def awaited(cx: apsw.Connection, shots: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of the shots, by time and id, whose picture is still to be read or described."""
    return {shot for shot in shots if cx.execute(_AWAITED, (shot[1],)).get}


def after(cx: apsw.Connection, ms: int) -> list[tuple[int, str]]:
    """The shots that were taken later than this, by time and id, in order."""
    rows: list[Any] = cx.execute(_AFTER, (ms,)).fetchall()
    return rows


def region(cx: apsw.Connection, low_ms: int, high_ms: int, settings: Settings) -> Region:
    """What decides about the sessions of shots that were taken at these times and between."""
    begins = _edges(cx, low_ms, 3, settings, back=True)
    ends = _edges(cx, high_ms, 2, settings, back=False)
    kept = begins[1].at_ms if len(begins) > 2 else None  # noqa: PLR2004 - the shots' own, the one before, one more
    first = begins[2].at_ms if kept is not None else None
    if len(ends) < 2:  # noqa: PLR2004 - the shots' own, and the next
        return Region(first, kept, None)
    next_ms = ends[1].next_ms
    return Region(first, kept, ends[1].at_ms if next_ms is None else next_ms, next_ms)


class _Edge(msgspec.Struct, frozen=True):
    """The far end of a run of ticks; where a day parts it from what is beyond, that begins at `next_ms`."""

    at_ms: int
    next_ms: int | None = None


def _edges(cx: apsw.Connection, from_ms: int, most: int, settings: Settings, *, back: bool) -> list[_Edge]:
    """The far ends of `most` runs of ticks that have a shot, no long gap, and no beginning of a day.

    An end that is not known to be one, since nothing comes after it, is left out. Ticks are read only as far
    as they are asked for.
    """
    found: list[_Edge] = []
    last, shot_ms, of_run = from_ms, from_ms, None  # the time and the day of the last shot of this run
    for at, offset_s in _ticks(cx, from_ms, back=back):
        gap = abs(at - last) > BREAK_MS
        day = None if offset_s is None else day_of(at, offset_s, settings.day_start_ms)
        if of_run is not None:
            begins = day is not None and at != shot_ms and (day < of_run if back else day > of_run)
            if (gap or begins) and _is_idle(cx, last if back else at):
                gap = False
            elif gap or begins:
                found.append(_Edge(last, None if gap else at))
                if len(found) == most:
                    break
        last, of_run = at, day if gap or day is not None else of_run
        shot_ms = shot_ms if day is None else at
    return found


def _ticks(cx: apsw.Connection, from_ms: int, *, back: bool) -> Iterator[tuple[int, int | None]]:
    """Signs of presence from a time on, with the clock's offset for a shot."""
    shots, signs = (_SHOTS_BACK, _SIGNS_BACK) if back else (_SHOTS_AHEAD, _SIGNS_AHEAD)
    both = (cx.execute(shots, (from_ms,)), cx.execute(signs, (from_ms,)))
    return heapq.merge(*both, key=lambda tick: -tick[0] if back else tick[0])


def _is_idle(cx: apsw.Connection, at_ms: int) -> bool:
    """Whether the last that was told of the person before a shot is that nobody is there."""
    return bool(cx.execute(_LAST_TOLD, (at_ms, at_ms)).get == "idle")


def between(cx: apsw.Connection, from_ms: int | None, until_ms: int | None) -> list[Sighting]:
    """The sightings of all shots taken at these times and between, in order."""
    return _sightings(cx, cx.execute(_BETWEEN, page.bounds(from_ms, until_ms)).fetchall())


def earlier(cx: apsw.Connection, from_ms: int | None, settings: Settings) -> list[Sighting]:
    """What was seen before a time, on the day of the first shot from then on."""
    first = None if from_ms is None else cx.execute(_SHOTS_AHEAD, (from_ms,)).fetchone()
    if from_ms is None or first is None:
        return []
    day, since = day_of(first[0], first[1], settings.day_start_ms), from_ms
    for at_ms, offset_s in cx.execute(_SHOTS_BACK, (from_ms - 1,)):
        before = day_of(at_ms, offset_s, settings.day_start_ms)
        if before < day:
            break
        day, since = before, at_ms
    return between(cx, since, from_ms - 1)


def of(cx: apsw.Connection, shots: Iterable[str]) -> list[Sighting]:
    """The sightings of these shots, those that exist."""
    rows: list[Any] = [row for shot in shots if (row := cx.execute(_ONE, (shot,)).fetchone()) is not None]
    return _sightings(cx, rows)


def within(cx: apsw.Connection, first: tuple[int, str], last: tuple[int, str]) -> list[Sighting]:
    """The sightings from one shot to another, each given by time and id, in order."""
    return _sightings(cx, cx.execute(_RANGE, (*first, *last)).fetchall())


def signals(cx: apsw.Connection, from_ms: int | None, until_ms: int | None) -> list[Signal]:
    """What else was noticed between these times, and for a day after, which may say how something ended."""
    rows = cx.execute(_SIGNALS, page.bounds(from_ms, None if until_ms is None else until_ms + DAY_MS))
    return [Signal(at_ms, kind) for at_ms, kind in rows]


def noticed(w: Writer, found: Iterable[Signal]) -> None:
    """Keep signals; one that is kept already changes nothing."""
    w.cx.executemany(_NOTE, [(signal.at_ms, signal.kind) for signal in found])


def _sightings(cx: apsw.Connection, rows: list[Any]) -> list[Sighting]:
    named = results.entities(cx, list({row[10] for row in rows}))
    kept = {row[10]: row[11:14] for row in rows}  # a picture that was seen often is decoded once
    read = {n: _read(*each) for n, each in kept.items()}
    return [_sighting(row, named.get(row[10], ()), read[row[10]]) for row in rows]


def _read(height: int, texts: bytes | None, places: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a picture's lines say, and what its task bar does."""
    if texts is None:
        return (), ()
    if places is None:
        return tuple(lines.texts(texts)), ()
    return parted(lines.decode(lines.Kept(texts, places)), height)


def _sighting(
    row: tuple[Any, ...], entities: tuple[Entity, ...], read: tuple[tuple[str, ...], tuple[str, ...]]
) -> Sighting:
    shot, at_ms, offset_s, source, application, kind, title, activity, task, rung, *_, awaited = row
    text, taskbar = read
    return Sighting(
        shot,
        at_ms,
        offset_s,
        source,
        application,
        ApplicationType(kind),
        title,
        Activity(activity),
        task,
        entities,
        text,
        Rung(rung),
        bool(awaited),
        taskbar,
    )
