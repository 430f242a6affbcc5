"""Time and ids for rooms that may not make their own.

Rules of this file: times are milliseconds since the Unix epoch, UTC; durations are measured elsewhere, for
these clocks jump. Whoever needs one of these takes it as an argument.
"""

import time
from datetime import datetime

import uuid6


def now_ms() -> int:
    """Milliseconds since the Unix epoch, UTC. It may jump, also backwards."""
    return time.time_ns() // 1_000_000


def local_offset(wall: datetime) -> int:
    """Seconds east of UTC that the system's zone had when a clock on the wall showed `wall` (naive).

    Of the two moments of an hour that is shown twice, the first is meant; an hour that was skipped counts as
    if it had not been. A time that the system cannot place gets the zone's standard offset.
    """
    time.tzset()  # a laptop travels: without this, the zone stays the one of the start
    try:
        offset = wall.astimezone().utcoffset()
    except (OverflowError, ValueError, OSError):
        offset = None
    return -time.timezone if offset is None else round(offset.total_seconds())


def new_id() -> str:
    """A new UUIDv7 as text: unique, and sorted by the time it was made."""
    return str(uuid6.uuid7())
