"""Sessions: stretches of work, each under an id that stays, with what it was taken for before.

Rules of this file: one row a session. While it is open the row is made anew; from when it has closed, every
change makes a version and keeps the one before. Which session a shot is in follows from its time. What is
withdrawn is in no list, and found by its id.
"""

import apsw
import msgspec

from glimpsed.core.sessions.model import Session, SessionState, Telling, Workflow
from glimpsed.store import meta, page, session_search
from glimpsed.store.sightings import Rows
from glimpsed.store.writer import Writer

_SESSION = msgspec.json.Decoder(Session)

_PUT = """
INSERT INTO session (
  id, version, state, at_ms, first_ms, first_shot, last_ms, last_shot, start_ms, workflow, body
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state, at_ms = excluded.at_ms,
  first_ms = excluded.first_ms, first_shot = excluded.first_shot, last_ms = excluded.last_ms,
  last_shot = excluded.last_shot, start_ms = excluded.start_ms, workflow = excluded.workflow,
  body = excluded.body"""
_AGAIN = "UPDATE session SET body = ? WHERE id = ?"
_KEEP = "INSERT INTO session_version (session, version, at_ms, body) VALUES (?, ?, ?, ?)"
_BY_ID = "SELECT body FROM session WHERE id = ?"
_VERSIONS = "SELECT at_ms, body FROM session_version WHERE session = ? ORDER BY version DESC"
_PAGE = """
SELECT body FROM session WHERE state <> 'withdrawn' AND {where} ORDER BY start_ms DESC, id DESC LIMIT ?"""
_BETWEEN = """
SELECT body FROM session WHERE state <> 'withdrawn' AND start_ms >= ? AND start_ms < ?
ORDER BY start_ms, id"""
_AT = """
SELECT body FROM session WHERE state <> 'withdrawn' AND (first_ms, first_shot) <= (?, ?)
ORDER BY first_ms DESC, first_shot DESC LIMIT 1"""
_FIRST_BETWEEN = """
SELECT body FROM session WHERE state <> 'withdrawn' AND first_ms >= ? AND first_ms <= ?
ORDER BY first_ms, first_shot"""
_LATEST = """
SELECT last_ms FROM session WHERE state <> 'withdrawn' AND first_ms <= ?
ORDER BY first_ms DESC, first_shot DESC LIMIT 1"""
_NEWEST = "SELECT max(n) FROM shot"
_OPEN = "SELECT body FROM session WHERE state = 'open' ORDER BY start_ms"
_TELL = "UPDATE session SET workflow = ?, body = ? WHERE id = ?"
_TAKEN_IN = tuple(f"sessions_{name}" for name in Rows.__struct_fields__)


class Filter(msgspec.Struct, frozen=True):
    """Which sessions: `since_ms` <= start < `until_ms`; None takes all."""

    since_ms: int | None = None
    until_ms: int | None = None
    workflow: str | None = None


class Version(msgspec.Struct, frozen=True):
    """What a session was taken for until `at_ms`."""

    at_ms: int
    session: Session


def put(w: Writer, session: Session) -> Session:
    """Keep what a session is taken for now, and note what is new of it; its version is counted here."""
    old = get(w.cx, session.id)
    if old is None:
        session = msgspec.structs.replace(session, version=1)
        w.event("session.opened", {"session": session.id})
    else:
        session = msgspec.structs.replace(session, version=old.version)
        same = msgspec.structs.replace(session, doubts=old.doubts, told=old.told, awaited=old.awaited)
        if same == old:  # what is told of it holds, whatever became of its doubts and of what is awaited
            same = msgspec.structs.replace(session, told=old.told)
            if same != old:
                w.cx.execute(_AGAIN, (_encoded(same), same.id))
            return same
        if old.state is not SessionState.OPEN:
            w.cx.execute(_KEEP, (old.id, old.version, w.now_ms, _encoded(old)))
            session = msgspec.structs.replace(session, version=old.version + 1)
        if old.state is not SessionState.OPEN or _began(old) != _began(session) or _gone(session):
            body = {"session": session.id, "version": session.version, "state": session.state}
            w.event("session.revised", body)
    w.cx.execute(_PUT, _bindings(session, w.now_ms))
    session_search.put(w, session)
    if session.state is SessionState.CLOSED and (old is None or old.state is SessionState.OPEN):
        w.event("session.closed", {"session": session.id})
    return session


def tell(w: Writer, session_id: str, version: int, telling: Telling) -> bool:
    """Keep what a model told of a version of a session; false when it is another by now."""
    session = get(w.cx, session_id)
    if session is None or session.version != version or session.state is not SessionState.CLOSED:
        return False
    session = msgspec.structs.replace(session, told=telling)
    w.cx.execute(_TELL, (Workflow(session.workflow), _encoded(session), session_id))
    session_search.put(w, session)
    w.event("session.summarised", {"session": session_id, "version": version})
    return True


def taken_in(cx: apsw.Connection) -> Rows:
    """Up to which rows everything is in sessions."""
    return Rows(*(meta.number(cx, key) for key in _TAKEN_IN))


def unplaced(cx: apsw.Connection) -> int:
    """How many shots at most are new to sessions: those of the last few minutes may be left for later."""
    return max(0, (cx.execute(_NEWEST).get or 0) - taken_in(cx).shot)


def remember_taken_in(w: Writer, rows: Rows) -> None:
    """Everything up to these rows is in sessions, from this write on."""
    for key, number in zip(_TAKEN_IN, msgspec.structs.astuple(rows), strict=True):
        meta.remember(w.cx, key, number)


def get(cx: apsw.Connection, session_id: str) -> Session | None:
    """One session, withdrawn or not."""
    body = cx.execute(_BY_ID, (session_id,)).get
    return None if body is None else _decoded(body)


def versions(cx: apsw.Connection, session_id: str) -> list[Version]:
    """What a session was taken for before, the latest first."""
    return [Version(at_ms, _decoded(body)) for at_ms, body in cx.execute(_VERSIONS, (session_id,))]


def sessions(cx: apsw.Connection, wanted: Filter, cursor: str | None, limit: int) -> page.Page[Session]:
    """Sessions, the latest begun first. Raises `RequestError` on a cursor that is not ours."""
    conditions: list[tuple[str, int | str | None]] = [
        ("start_ms >= ?", None if wanted.since_ms is None else page.clamped(wanted.since_ms)),
        ("workflow = ?", wanted.workflow),
    ]
    asked = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(["(start_ms, id) < (?, ?)", *(condition for condition, _ in asked)])
    bindings = (*page.behind(cursor, wanted.until_ms), *(value for _, value in asked), limit + 1)
    found = [_decoded(body) for (body,) in cx.execute(_PAGE.format(where=where), bindings)]
    return page.cut(found, limit, lambda last: (last.start_ms, last.id))


def between(cx: apsw.Connection, since_ms: int, until_ms: int) -> list[Session]:
    """The sessions that begin at `since_ms` or later and before `until_ms`, in order."""
    return [_decoded(body) for (body,) in cx.execute(_BETWEEN, (since_ms, until_ms))]


def of_shot(cx: apsw.Connection, taken_ms: int, shot: str) -> Session | None:
    """The session that a shot is in, None while it is in none yet."""
    body = cx.execute(_AT, (taken_ms, shot)).get
    found = None if body is None else _decoded(body)
    return found if found is not None and (taken_ms, shot) <= (found.last_ms, found.last_shot) else None


def around(cx: apsw.Connection, from_ms: int | None, until_ms: int | None) -> list[Session]:
    """The sessions whose first shot was taken at these times or between, in order of it."""
    return [_decoded(body) for (body,) in cx.execute(_FIRST_BETWEEN, page.bounds(from_ms, until_ms))]


def latest_ms(cx: apsw.Connection) -> int:
    """When the last shot was taken that is in a session; before all times if none is."""
    found = cx.execute(_LATEST, (page.LARGEST,)).get
    return page.LEAST if found is None else int(found)


def still_open(cx: apsw.Connection) -> list[Session]:
    """The sessions that may still go on, in order."""
    return [_decoded(body) for (body,) in cx.execute(_OPEN)]


def _began(session: Session) -> tuple[int, str]:
    return session.start_ms, session.boundary.shot


def _gone(session: Session) -> bool:
    return session.state is SessionState.WITHDRAWN


def _bindings(session: Session, now_ms: int) -> tuple[str | int, ...]:
    return (
        session.id,
        session.version,
        session.state,
        now_ms,
        session.boundary.at_ms,
        session.boundary.shot,
        session.last_ms,
        session.last_shot,
        session.start_ms,
        Workflow(session.workflow),
        _encoded(session),
    )


def _encoded(session: Session) -> str:
    return msgspec.json.encode(session).decode()


def _decoded(body: str) -> Session:
    return _SESSION.decode(body)
