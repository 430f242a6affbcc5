"""The log of what happened, for clients that missed some of it.

Rules of this file: `seq` has no gaps and is never used twice, also when everything was pruned.
"""

import apsw
import msgspec

from glimpsed.store.writer import StoredEvent, Writer

_SINCE = "SELECT seq, at_ms, type, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?"
_OLDEST = "SELECT min(seq) FROM event"
_LATEST = "SELECT seq FROM sqlite_sequence WHERE name = 'event'"
_PRUNE = "DELETE FROM event WHERE seq <= ?"


def since(cx: apsw.Connection, seq: int, limit: int) -> list[StoredEvent]:
    """Events after `seq` that are still kept, oldest first, at most `limit`."""
    rows = cx.execute(_SINCE, (seq, limit))
    return [StoredEvent(seq, at_ms, kind, msgspec.json.decode(body)) for seq, at_ms, kind, body in rows]


def latest(cx: apsw.Connection) -> int:
    """The latest `seq` given out, 0 when none was."""
    return cx.execute(_LATEST).get or 0


def bounds(cx: apsw.Connection) -> tuple[int, int]:
    """The oldest `seq` that is kept and the latest given out; (latest + 1, latest) when none is kept."""
    last = latest(cx)
    oldest = cx.execute(_OLDEST).get
    return (last + 1 if oldest is None else oldest), last


def prune(w: Writer, keep: int) -> int:
    """Forget all but the latest `keep` events; gives how many were forgotten."""
    w.cx.execute(_PRUNE, (latest(w.cx) - keep,))
    return w.cx.changes()
