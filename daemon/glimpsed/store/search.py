"""The index: pictures by their words.

Rules of this file: a picture's row is made anew in the write that changes what it says, and nowhere else. A
database that was made without an index, or under other rules for words, is indexed a little at a time,
sessions (`session_search`) before pictures and the newest first; until that is done, what is not indexed is
not found, and `pending` says so. The order of results is in `found`.
"""

# ruff: noqa: S608 - what is pasted into SQL here are constants of this room

from typing import Any

import apsw

from glimpsed.core.words import RULES
from glimpsed.store import indexing, lines, meta, session_search, tags
from glimpsed.store.pictures import NUMBER
from glimpsed.store.writer import Writer

_DOCUMENT = """
SELECT picture.n, picture_text.texts, result.n, result.application, result.application_key,
       result.application_type, result.window_title, result.task, result.summary
FROM picture
JOIN result ON result.picture = picture.n AND result.current = 1
LEFT JOIN picture_text ON picture_text.picture = picture.n
WHERE picture.sha256 = ?"""
_NAMED = "SELECT text FROM entity WHERE result = ? ORDER BY position"
_DAYS = f"SELECT DISTINCT taken_ms / {tags.DAY_MS} FROM shot WHERE picture = ?"
_PUT = f"INSERT OR REPLACE INTO search (rowid, {indexing.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_DROP = "DELETE FROM search WHERE rowid = ?"
_CLEAR = "INSERT INTO search (search) VALUES ('delete-all')"
_SEEN_ON_DAY = f"""
SELECT EXISTS (SELECT 1 FROM shot WHERE picture = {NUMBER} AND taken_ms >= ? AND taken_ms < ? LIMIT 1)"""
_LEFT = "SELECT n, sha256 FROM picture WHERE n < ? ORDER BY n DESC LIMIT ?"
_NEWEST = "SELECT max(n) FROM picture"

_BELOW, _RULES = "search_below", "search_rules"


def begin(cx: apsw.Connection, *, anew: bool = False) -> None:
    """Have an index made anew that was made under other rules, or never, or if that is asked for."""
    if anew or meta.recall(cx, _RULES) != str(RULES):
        rebuild(cx)


def rebuild(cx: apsw.Connection) -> None:
    """Empty the index; `fill` makes it anew."""
    with cx:
        session_search.clear(cx)
        cx.execute(_CLEAR)
        newest = cx.execute(_NEWEST).get
        meta.remember(cx, _BELOW, (newest or 0) + 1)
        meta.remember(cx, _RULES, RULES)


def is_broken(error: Exception) -> bool:
    """Whether an error says that the index does not hold together; the rest of the database may be well."""
    return getattr(error, "extendedresult", None) == apsw.SQLITE_CORRUPT_VTAB


def fill(w: Writer, most: int) -> bool:
    """Index up to `most` sessions or pictures that are not there; whether there may be more."""
    if session_search.fill(w, most):
        return True
    below = _below(w.cx)
    if below == 0:
        return False
    left: list[Any] = w.cx.execute(_LEFT, (below, most)).fetchall()
    for _, picture in left:
        put(w, picture)
    meta.remember(w.cx, _BELOW, left[-1][0] if left else 0)
    return bool(left)


def pending(cx: apsw.Connection) -> int:
    """How many pictures are not indexed yet, at most."""
    return max(0, _below(cx) - 1)


def put(w: Writer, picture: str) -> None:
    """Index what is said of a picture now, instead of what was."""
    w.cx.execute(_PUT, _row(w.cx, picture))


def drop(w: Writer, n: int) -> None:
    """Forget a picture, which goes."""
    w.cx.execute(_DROP, (n,))


def seen_on_day_of(cx: apsw.Connection, picture: str, taken_ms: int) -> bool:
    """Whether a picture has a sighting on the day of this time (UTC): the index knows that day then."""
    day = taken_ms // tags.DAY_MS
    return bool(cx.execute(_SEEN_ON_DAY, (picture, day * tags.DAY_MS, (day + 1) * tags.DAY_MS)).get)


def _row(cx: apsw.Connection, picture: str) -> tuple[int | str, ...]:
    n, kept, result, application, key, kind, title, task, summary = cx.execute(_DOCUMENT, (picture,)).get
    text = "" if kept is None else "\n".join(lines.texts(kept))
    named = "\n".join(name for (name,) in cx.execute(_NAMED, (result,)))
    columns = (text, f"{application}\n{title}", named, f"{task}\n{summary}")
    days = [day for (day,) in cx.execute(_DAYS, (n,))]
    tagged = {tags.of_application(key), tags.of_kind(kind), *tags.of_days(days)}
    return (n, *indexing.row(columns, tagged))


def _below(cx: apsw.Connection) -> int:
    return meta.number(cx, _BELOW)
