"""When a screenshot was taken: its file name, else what is written inside it, else its mtime.

Rules of this file: pure; the time zone comes in as `offset_at`. A date that cannot be right (month 13, 1980,
later than the file's own mtime by more than a day) is not a date, and the next origin is asked. A date alone
is not a time. Wall times carry no offset unless they spell one, so they are read as local ones.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from glimpsed.core.model import TakenAt, TimeOrigin

OffsetAt = Callable[[datetime], int]
"""Naive local wall time -> seconds east of UTC; `fold` tells the two readings of an ambiguous time apart."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_SLACK = timedelta(days=1)
_MS_RANGE = (-62_135_510_400_000, 253_402_214_400_000)
"""Years 1 to 9999 less a day at either end, so that whoever reads a stored time can make a date of it."""

_DATE = r"(?<!\d)(?P<year>\d{4})(?P<d>[-_.:]?)(?P<month>\d\d)(?P=d)(?P<day>\d\d)"
_SECONDS = r"(?P<second>\d\d)(?:[-.,](?P<fraction>\d{3}))?(?![\dx+])"
_ZONED = re.compile(
    _DATE + r"T(?P<hour>\d\d)[-_.:]?(?P<minute>\d\d)[-_.:]?(?P<second>\d\d)(?:[-_.,](?P<fraction>\d{1,6}))?"
    r"(?P<zone>Z|[+-]\d\d[-_:]?\d\d)(?![\da-z])",
    re.IGNORECASE,
)
_SPACED = re.compile(
    # A word may stand between: macOS writes "at", "um", "kl." and the like there.
    _DATE + r"(?:[-_T.]|[\s_]+(?:[^\W\d_]{1,4}\.?[\s_]+)?)"
    r"(?P<hour>\d{1,2})(?P<t>[-_.:h])(?P<minute>\d\d)(?:(?:(?P=t)|m)" + _SECONDS + r"|(?![\dx]|(?P=t)\d\d))"
    r"(?:\s*(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(_DATE + r"[-_T\s]?(?P<hour>\d\d)(?P<minute>\d\d)" + _SECONDS)
_INSTANT = re.compile(r"(?<![^\W_])(?:(?P<ms>\d{13})|(?P<s>\d{10}))(?![^\W_])")
_EXIF = re.compile(
    r"(?P<year>\d{4}):(?P<month>\d\d):(?P<day>\d\d) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))? ?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_RFC_1123 = re.compile(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC|[+-]\d{4})")


def taken_at(path: bytes, embedded: str | None, mtime_ns: int, offset_at: OffsetAt) -> TakenAt:
    """Find the best time there is for the screenshot at `path`.

    `embedded` is EXIF's or PNG's notation, `mtime_ns` nanoseconds since the epoch. An offset that is spelled
    out is kept; a time in UTC, an instant and mtime get the local offset of that moment. Never raises
    unless `offset_at` does.
    """
    mtime_ms = max(_MS_RANGE[0], min(mtime_ns // 1_000_000, _MS_RANGE[1]))
    mtime = _EPOCH + timedelta(milliseconds=mtime_ms)
    # A copied file may have lost its mtime; a time before screenshots existed bounds nothing.
    latest = mtime + _SLACK if _EARLIEST <= mtime < _LATEST else _LATEST
    name = path.rpartition(b"/")[2].decode("utf-8", "replace")
    for origin, times in (
        (TimeOrigin.FILE_NAME, _in_name(name)),
        (TimeOrigin.METADATA, _in_file(embedded or "")),
    ):
        for time in times:
            if not _EARLIEST.year <= time.year < _LATEST.year:
                continue
            taken = _located(time, origin, offset_at)
            if _EARLIEST <= _EPOCH + timedelta(milliseconds=taken.ms) <= latest:
                return taken
    plausible = _EARLIEST <= mtime < _LATEST
    return TakenAt(mtime_ms, _offset_of(mtime, offset_at) if plausible else 0, TimeOrigin.MTIME)


def _in_name(name: str) -> Iterator[datetime]:
    """Times in a file name, surest notation first: aware when it says so, naive when it is a wall time."""
    for pattern in (_ZONED, _SPACED, _COMPACT):
        for match in pattern.finditer(name):
            if time := _built(match.groupdict()):
                yield time
    for match in _INSTANT.finditer(name):
        yield _EPOCH + timedelta(milliseconds=int(match["ms"] or int(match["s"]) * 1000))


def _in_file(embedded: str) -> Iterator[datetime]:
    """Parse EXIF's notation, RFC 1123 (PNG recommends it) or ISO 8601."""
    text = embedded.strip().strip("\0")
    if match := _EXIF.fullmatch(text):
        if time := _built(match.groupdict()):
            yield time
        return
    try:
        rfc = _RFC_1123.fullmatch(text)
        time = parsedate_to_datetime(text) if rfc else datetime.fromisoformat(text)
    except ValueError:
        return
    if rfc or len(text) > len("2026-03-04"):
        yield time


def _built(parts: dict[str, str | None]) -> datetime | None:
    year, month, day, hour, minute = (int(parts[n] or 0) for n in ("year", "month", "day", "hour", "minute"))
    fraction = (parts.get("fraction") or "")[:6].ljust(6, "0")
    half = parts.get("half")
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
        return None
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        zone = _zone(parts.get("zone"))
        return datetime(year, month, day, hour, minute, int(parts["second"] or 0), int(fraction), zone)
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in "zZ":
        return UTC
    digits = re.sub(r"\D", "", text)
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _located(time: datetime, origin: TimeOrigin, offset_at: OffsetAt) -> TakenAt:
    if time.tzinfo is None:
        offset = offset_at(time)
        instant = time.replace(tzinfo=UTC) - timedelta(seconds=offset)
    else:
        instant = time.astimezone(UTC)
        spelled = time.utcoffset()
        offset = int(spelled.total_seconds()) if spelled else _offset_of(instant, offset_at)
    return TakenAt((instant - _EPOCH) // timedelta(milliseconds=1), offset, origin)


def _offset_of(instant: datetime, offset_at: OffsetAt) -> int:
    """Local offset at an instant: the one offset that its own wall time confirms."""
    utc = instant.replace(tzinfo=None)

    def at(seconds: int) -> tuple[int, int]:
        wall = utc + timedelta(seconds=seconds)
        return offset_at(wall), offset_at(wall.replace(fold=1))

    guess = offset_at(utc)
    for candidate in (guess, *at(guess)):
        if candidate in at(candidate):
            return candidate
    return guess
