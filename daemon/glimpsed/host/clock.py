"""Time and ids for rooms that may not make their own.

Rules of this file: times are milliseconds since the Unix epoch, UTC, which jump, or seconds of a clock that
only goes forward, also while the machine is suspended. How long work took is measured elsewhere, with a clock
that stands still meanwhile, as the work does. Whoever needs one of these takes it as an argument.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import uuid6

T = TypeVar("T")

LOOK_S = 30.0
"""How long after a suspension what came due meanwhile is done at the latest."""


def now_ms() -> int:
    """Milliseconds since the Unix epoch, UTC. It may jump, also backwards."""
    return time.time_ns() // 1_000_000


def uptime_s() -> float:
    """Seconds of a clock that only goes forward, where the system has such a clock also while suspended."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def slept_s() -> float:
    """Seconds that the machine was suspended since it started; 0 where the system does not tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    return 0.0


async def before(
    at: float | None,
    begin: Callable[[], Awaitable[T]],
    *,
    clock: Callable[[], float] = uptime_s,
    look_s: float = LOOK_S,
) -> T:
    """Await what `begin` begins, up to `at` on `clock`, None for ever. Raises `TimeoutError` then.

    The event loop's timers stand still while the machine is suspended, so the clock is looked at every
    `look_s` seconds; what is cancelled for that is begun anew.
    """
    while True:
        left = None if at is None else at - clock()
        try:
            async with asyncio.timeout(None if left is None else min(left, look_s)):
                return await begin()
        except TimeoutError:
            if at is None or at <= clock():
                raise


def offset_at(at_ms: int) -> int:
    """Seconds east of UTC that the system's zone has at a moment."""
    time.tzset()  # as below
    return time.localtime(at_ms / 1000).tm_gmtoff


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
