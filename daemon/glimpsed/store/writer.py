"""What a write function is given.

Rules of this file: a `Writer` lives as long as one group commit. An event that a function notes is part of
its write: it is kept or rolled back with it.
"""

from typing import Any

import apsw
import msgspec

_ADD = "INSERT INTO event (at_ms, type, body) VALUES (?, ?, ?)"


class StoredEvent(msgspec.Struct, frozen=True):
    """Something that happened, as committed. `seq` grows by exactly one; `body` names things by id only."""

    seq: int
    at_ms: int
    type: str
    body: dict[str, Any]


class Writer:
    """The connection `cx`, inside a transaction; the time of this commit, `now_ms`; and the event log."""

    def __init__(self, cx: apsw.Connection, now_ms: int) -> None:
        self.cx = cx
        self.now_ms = now_ms
        self.noted: list[StoredEvent] = []

    def event(self, kind: str, body: dict[str, Any]) -> int:
        """Note that something happened; gives its `seq`. It is published after the commit."""
        stored = msgspec.json.encode(body).decode()
        self.cx.execute(_ADD, (self.now_ms, kind, stored))
        # Decoded again: what is published is to the last type what a later replay will say.
        event = StoredEvent(self.cx.last_insert_rowid(), self.now_ms, kind, msgspec.json.decode(stored))
        self.noted.append(event)
        return event.seq
