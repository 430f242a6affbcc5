"""The index of sessions: what is told of them, by its words.

Rules of this file: a session's row is made anew in the write that changes what is told of it, and nowhere
else; one that is withdrawn has none. What stands on its screens is found by pictures, and not here again. The
order of results is in `found_sessions`.
"""

# ruff: noqa: S608 - what is pasted into SQL here are constants of this room

from collections.abc import Iterator
from typing import Any

import apsw
import msgspec

from glimpsed.core.searching import FIELDS
from glimpsed.core.sessions.model import Session, SessionState
from glimpsed.store import indexing, meta, tags
from glimpsed.store.writer import Writer

_SESSION = msgspec.json.Decoder(Session)

_NUMBER = "SELECT n FROM session WHERE id = ?"
_PUT = f"INSERT OR REPLACE INTO session_search (rowid, {indexing.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_DROP = "DELETE FROM session_search WHERE rowid = ?"
_CLEAR = "INSERT INTO session_search (session_search) VALUES ('delete-all')"
_LEFT = "SELECT n, body FROM session WHERE n < ? ORDER BY n DESC LIMIT ?"
_NEWEST = "SELECT max(n) FROM session"
_BELOW = "session_search_below"


def told(session: Session) -> Iterator[tuple[str, str]]:
    """Each thing that is told of a session, with the field that it is in."""
    yield "title", session.title
    outline = session.outline
    for share in (*outline.applications, *outline.projects, *outline.documents):
        yield "names", share.name
    yield "said", session.summary
    for step in session.steps:
        yield "said", step.text
    if session.told is not None:
        for text in (*session.told.tasks, *session.told.activities):
            yield "said", text


def put(w: Writer, session: Session) -> None:
    """Index what is told of a stored session now, instead of what was."""
    _put(w, w.cx.execute(_NUMBER, (session.id,)).get, session)


def clear(cx: apsw.Connection) -> None:
    """Empty the index; `fill` makes it anew."""
    cx.execute(_CLEAR)
    meta.remember(cx, _BELOW, (cx.execute(_NEWEST).get or 0) + 1)


def fill(w: Writer, most: int) -> bool:
    """Index up to `most` sessions that are not there; whether there may be more."""
    below = meta.number(w.cx, _BELOW)
    if below == 0:
        return False
    left: list[Any] = w.cx.execute(_LEFT, (below, most)).fetchall()
    for n, body in left:
        _put(w, n, _SESSION.decode(body))
    meta.remember(w.cx, _BELOW, left[-1][0] if left else 0)
    return bool(left)


def _put(w: Writer, n: int, session: Session) -> None:
    if session.state is SessionState.WITHDRAWN:
        w.cx.execute(_DROP, (n,))
        return
    columns = ["\n".join(text for name, text in told(session) if name == field) for field in FIELDS]
    days = range(session.boundary.at_ms // tags.DAY_MS, session.last_ms // tags.DAY_MS + 1)
    applications = {tags.of_application(share.name.casefold()) for share in session.outline.applications}
    w.cx.execute(_PUT, (n, *indexing.row(columns, applications | tags.of_days(days))))
