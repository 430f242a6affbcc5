"""Lists a page at a time, newest first.

Rules of this file: a page begins where the last one ended, by value and not by count, so that what arrives in
between neither repeats nor hides a row. A cursor is opaque to clients, and what they send back is not
trusted.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import msgspec

from glimpsed.core.errors import RequestError

T = TypeVar("T")

LARGEST = 2**63 - 1
"""Above every time that SQLite can hold."""

LEAST = -LARGEST - 1
"""The least number that SQLite can hold."""

Key = tuple[Annotated[int, msgspec.Meta(ge=LEAST, le=LARGEST)], str]
"""What a list is sorted by: a time, and the id where times are equal."""

BEHIND_ALL: Key = (LARGEST, "")
"""Where the first page begins."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some rows and the cursor of the next page, None on the last."""

    rows: tuple[T, ...]
    next: str | None


def cut(found: list[T], limit: int, key: Callable[[T], Key]) -> Page[T]:
    """The first `limit` rows of those found, which are one more if there is a next page."""
    rows = tuple(found[:limit])
    if len(found) <= limit:
        return Page(rows, None)
    return Page(rows, urlsafe_b64encode(msgspec.json.encode(key(rows[-1]))).decode())


def behind(cursor: str | None, until_ms: int | None) -> Key:
    """What every row of a page comes after: the row of its cursor, and all that are not before `until_ms`.

    Raises `RequestError` `bad_request` for a cursor that is not ours.
    """
    first = BEHIND_ALL if until_ms is None else (clamped(until_ms), "")
    return first if cursor is None else min(first, _decode(cursor))


def _decode(cursor: str) -> Key:
    try:
        key: Key = msgspec.json.decode(urlsafe_b64decode(cursor), type=Key)
    except (ValueError, msgspec.DecodeError) as error:
        raise RequestError("bad_request", "the cursor is not one that this list gave out") from error
    return key


def bounds(from_ms: int | None, until_ms: int | None) -> tuple[int, int]:
    """Both ends of a stretch of time; None has no end."""
    return (
        LEAST if from_ms is None else clamped(from_ms),
        LARGEST if until_ms is None else clamped(until_ms),
    )


def clamped(ms: int) -> int:
    """A time that a client chose, as one that SQLite can compare with."""
    return max(LEAST, min(LARGEST, ms))
