"""What is asked of a picture beside words, as words of the index: its application, and the days it was seen.

Rules of this file: a tag is one token, which no text can hold. Days (UTC) are tagged alone and in blocks of
32 and of 1024, so that any stretch of time is a handful of tags. They tell days only; who asks for a time of
day looks at the sightings.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from glimpsed.core.words import TAG

DAY_MS = 86_400_000
LAST_DAY = 2**20
"""Whatever is later counts as of this day, and what is before 1970 as of the first: such times are wrong."""

_BLOCKS = {"f": 1024, "e": 32, "d": 1}


def of_application(key: str) -> str:
    """The tag of an application, which `key` is the name of without its case."""
    return _named("a", key)


def of_kind(kind: str) -> str:
    """The tag of a kind of application."""
    return _named("k", kind)


def of_days(days: Iterable[int]) -> set[str]:
    """The tags of all days on which a picture was seen, counted from 1970."""
    return {_day(sort, clamped(day) // size) for day in days for sort, size in _BLOCKS.items()}


def of_stretch(first: int, last: int) -> Iterator[str]:
    """Tags of which a picture has one at least if it was seen from the day `first` to `last`."""
    at, last = clamped(first), clamped(last)
    while at <= last:
        sort, size = next(
            (sort, size) for sort, size in _BLOCKS.items() if at % size == 0 and at + size - 1 <= last
        )
        yield _day(sort, at // size)
        at += size


def clamped(day: int) -> int:
    """A day that has a tag."""
    return max(0, min(LAST_DAY, day))


def _named(sort: str, name: str) -> str:
    return f"{TAG}{sort}{blake2b(name.encode(errors='surrogatepass'), digest_size=8).hexdigest()}"


def _day(sort: str, number: int) -> str:
    return f"{TAG}{sort}{number}"
