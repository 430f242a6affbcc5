"""Files that cannot be shots, one row a file.

Rules of this file: a rejection never touches a shot; a file that became one stays one, whatever happens to
the file. The row goes when the same file becomes a shot after all. A file that is no longer as it was when
it was refused, or whose identity was not kept, is tried again.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from typing import Any

import apsw
import msgspec

from glimpsed.core.model import Rejection
from glimpsed.store import identity, page
from glimpsed.store.writer import Writer

_COLUMNS = "id, source, path, code, detail, seen_ms, times"

_KNOWN = "SELECT id, code, times FROM rejection WHERE source = ? AND path = ?"
_KEEP = """
INSERT INTO rejection (id, source, path, code, detail, seen_ms, identity, times)
VALUES (?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (source, path) DO UPDATE SET
  times = CASE code WHEN excluded.code THEN times + 1 ELSE 1 END,
  code = excluded.code, detail = excluded.detail, seen_ms = excluded.seen_ms, identity = excluded.identity"""
_FORGET = "DELETE FROM rejection WHERE source = ? AND path = ?"
_FORGIVE = "UPDATE rejection SET identity = NULL WHERE code = 'reader_died'"
_PAGE = f"""
SELECT {_COLUMNS} FROM rejection WHERE {{where}} ORDER BY seen_ms DESC, id DESC LIMIT ?"""
_COUNTS = "SELECT code, count(*) FROM rejection GROUP BY code"


class RejectionRow(msgspec.Struct, frozen=True):
    """A rejection, without its identity, and how many times in a row the file was refused for this reason."""

    rejection: Rejection
    times: int


def reject(w: Writer, rejection: Rejection) -> Rejection:
    """Keep that a file was refused; gives it under the id of the file's first rejection."""
    known = w.cx.execute(_KNOWN, (rejection.source, rejection.path)).fetchone()
    kept = rejection if known is None else msgspec.structs.replace(rejection, id=known[0])
    w.cx.execute(
        _KEEP,
        (
            kept.id,
            kept.source,
            kept.path,
            kept.code,
            kept.detail,
            kept.seen_ms,
            None if kept.identity is None else identity.to_text(kept.identity),
        ),
    )
    if known is None or known[1] != kept.code:
        w.event("shot.rejected", {"rejection": kept.id, "code": kept.code})
    return kept


def forget(w: Writer, source: str, path: bytes) -> None:
    """The file became a shot."""
    w.cx.execute(_FORGET, (source, path))


def forgive(w: Writer) -> None:
    """Have the files that the reader died over tried again: it may have been ended for another's sake."""
    w.cx.execute(_FORGIVE)


def rejections(
    cx: apsw.Connection,
    cursor: str | None,
    limit: int,
    *,
    since_ms: int | None = None,
    until_ms: int | None = None,
    source: str | None = None,
) -> page.Page[RejectionRow]:
    """Refused files with `since_ms` <= seen < `until_ms`, last seen first; None takes all.

    Raises `RequestError` `bad_request` on a cursor that is not ours.
    """
    conditions: list[tuple[str, int | str | None]] = [
        ("seen_ms >= ?", None if since_ms is None else page.clamped(since_ms)),
        ("source = ?", source),
    ]
    asked = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(["(seen_ms, id) < (?, ?)", *(condition for condition, _ in asked)])
    bindings = (*page.behind(cursor, until_ms), *(value for _, value in asked), limit + 1)
    found = [_row(row) for row in cx.execute(_PAGE.format(where=where), bindings)]
    return page.cut(found, limit, lambda last: (last.rejection.seen_ms, last.rejection.id))


def counts(cx: apsw.Connection) -> dict[str, int]:
    """How many files are refused, by code."""
    return dict(cx.execute(_COUNTS))


def _row(row: tuple[Any, ...]) -> RejectionRow:
    id_, source, path, code, detail, seen_ms, times = row
    rejection = Rejection(id=id_, source=source, path=path, code=code, detail=detail, seen_ms=seen_ms)
    return RejectionRow(rejection, times)
