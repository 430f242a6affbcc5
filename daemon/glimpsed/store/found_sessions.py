"""Which sessions go with what was found: those of its pictures, and those that were told of it.

Rules of this file: what is told of a session is ranked by SQLite's own BM25, since sessions are few. Its
scores and those of pictures say nothing about each other, so both orders count by place alone.
"""

# ruff: noqa: S608 - what is pasted into SQL here are constants of this room

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from glimpsed.core.matching import best, passage
from glimpsed.core.searching import Query, fused
from glimpsed.core.sessions.model import Session
from glimpsed.store import session_search, sessions
from glimpsed.store.found import CHUNK, LINES, Filter, Found, Match, expression
from glimpsed.store.page import LARGEST
from glimpsed.store.ranking import BOOSTS

_NUMBER = "SELECT n FROM session WHERE id = ?"
_ID = "SELECT id FROM session WHERE n = ?"
# CROSS keeps the order of the two: matches are looked up, and not sessions one by one.
_RANKED = f"""
SELECT session_search.rowid, -bm25(session_search, {", ".join(map(str, BOOSTS))})
FROM session_search CROSS JOIN session ON session.n = session_search.rowid
WHERE session_search MATCH ? AND session_search.rowid >= ? AND session_search.rowid <= ?
AND session.first_ms < ? AND session.last_ms >= ?
ORDER BY session_search.rowid DESC LIMIT {CHUNK}"""


class FoundSession(msgspec.Struct, frozen=True):
    """A session and, if it was found by what is told of it, how well that fits, and where it stands."""

    session: Session
    score: float | None = None
    matches: tuple[Match, ...] = ()


def search(cx: apsw.Connection, query: Query, wanted: Filter, limit: int) -> list[FoundSession]:
    """The sessions that are told of so, the best first, of the newest that are.

    They have a part of the time that is wanted. They are of no kind of application, so where one is wanted
    there are none.
    """
    asked = expression(cx, query, wanted)
    if wanted.kind is not None or asked is None:
        return []
    lowest, highest = 0, LARGEST
    if wanted.session is not None:
        lowest = highest = cx.execute(_NUMBER, (wanted.session.id,)).get
    since, until = wanted.stretch
    rows: list[Any] = cx.execute(_RANKED, (asked, lowest, highest, until, since)).fetchall()
    rows.sort(key=lambda row: (-row[1], -row[0]))
    return [_found(cx, n, score, query) for n, score in rows[:limit]]


def grouped(pictures: Sequence[Found], told: Sequence[FoundSession]) -> list[FoundSession]:
    """The sessions that `pictures` are in, and those that were `told` of, the best first, each once."""
    shown = {found.session.id: FoundSession(found.session) for found in pictures if found.session is not None}
    order = fused((shown, [each.session.id for each in told]))
    shown |= {each.session.id: each for each in told}
    return [shown[each] for each in order]


def _found(cx: apsw.Connection, n: int, score: float, query: Query) -> FoundSession:
    session = sessions.get(cx, cx.execute(_ID, (n,)).get)
    if session is None:
        raise RuntimeError("what is indexed is no session")
    fields: dict[str, str] = {}
    for field, text in session_search.told(session):  # what is told twice is shown once
        fields.setdefault(text, field)
    shown = best(enumerate(passage(text, query.terms) for text in fields), LINES)
    told = list(fields.values())
    return FoundSession(session, score, tuple(Match(told[place], where) for place, where in shown))
