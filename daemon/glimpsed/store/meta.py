"""What the store remembers of itself, by name.

Rules of this file: values are text; who remembers a number reads it as one.
"""

import apsw

_RECALL = "SELECT value FROM meta WHERE key = ?"
_REMEMBER = (
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


def recall(cx: apsw.Connection, key: str) -> str | None:
    """What is remembered under a name, None if nothing is."""
    value = cx.execute(_RECALL, (key,)).get
    return None if value is None else str(value)


def number(cx: apsw.Connection, key: str) -> int:
    """The number under a name, 0 if there is none."""
    return int(recall(cx, key) or 0)


def remember(cx: apsw.Connection, key: str, value: str | int) -> None:
    """Keep a value under a name, instead of the one before."""
    cx.execute(_REMEMBER, (key, str(value)))
