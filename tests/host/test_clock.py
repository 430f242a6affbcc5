"""Times and ids."""

import asyncio
import time
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import child_python
from glimpsed.host.clock import LOOK_S, before, local_offset, new_id, now_ms, uptime_s

OFFSETS = """
import os
from datetime import datetime
from glimpsed.host.clock import local_offset
print(local_offset(datetime({when})))
os.environ["TZ"] = "America/New_York"
print(local_offset(datetime({when})))
"""


def test_now_is_now():
    assert abs(now_ms() - time.time() * 1000) < 5000


def test_uptime_goes_on_while_the_machine_is_suspended():
    least, found, most = (
        time.clock_gettime(time.CLOCK_BOOTTIME),
        uptime_s(),
        time.clock_gettime(time.CLOCK_BOOTTIME),
    )
    assert least <= found <= most


class Clock:
    """A clock that tells what it is set to, and knows how often it was asked."""

    def __init__(self):
        self.now, self.asked = 0.0, 0

    def __call__(self):
        self.asked += 1
        return self.now


def waiting(at, clock, look_s=LOOK_S):
    """Something comes before `at`, as soon as it is put into the queue that comes with it."""
    queue = asyncio.Queue()
    return queue, asyncio.ensure_future(before(at, queue.get, clock=clock, look_s=look_s))


def test_what_came_due_while_the_machine_was_suspended_is_due_soon_after():
    async def body():
        clock = Clock()
        _, found = waiting(3600.0, clock, look_s=0.01)
        while clock.asked < 5:
            assert not found.done()
            await asyncio.sleep(0)
        clock.now = 8 * 3600.0
        await asyncio.wait({found}, timeout=30)
        assert isinstance(found.exception(), TimeoutError)

    asyncio.run(body())


@pytest.mark.parametrize("at", [None, 3600.0, 0.0, -5.0])
def test_what_comes_is_taken_whenever_it_is_due_and_the_clock_is_seldom_looked_at(at):
    async def body():
        clock = Clock()
        queue, found = waiting(at, clock)
        queue.put_nowait("it")
        assert await found == "it"
        assert clock.asked <= 1

    asyncio.run(body())


def test_nothing_is_lost_by_looking_at_the_clock():
    async def body():
        clock = Clock()
        queue = asyncio.Queue()
        for number in range(200):
            found = asyncio.ensure_future(before(9.0, queue.get, clock=clock, look_s=0.0001))
            for _ in range(number % 7):
                await asyncio.sleep(0)
            queue.put_nowait(number)
            assert await found == number

    asyncio.run(body())


def test_what_is_due_now_or_was_long_ago_ends_at_once():
    async def body():
        for at in (0.0, -5.0):
            _, found = waiting(at, Clock())
            await asyncio.wait({found}, timeout=30)
            assert isinstance(found.exception(), TimeoutError)

    asyncio.run(body())


@pytest.mark.parametrize(
    ("zone", "when", "offset"),
    [
        ("UTC", "2026, 7, 1", 0),
        ("Europe/Berlin", "2026, 1, 15, 12", 3600),
        ("Europe/Berlin", "2026, 7, 15, 12", 7200),
        ("Europe/Berlin", "2026, 10, 25, 2, 30", 7200),  # shown twice: the first
        ("Asia/Kolkata", "2026, 7, 1", 19800),
        ("America/St_Johns", "2026, 1, 1", -12600),
        ("Pacific/Chatham", "2026, 1, 1", 49500),
    ],
)
def test_the_offset_is_the_zones_own_at_that_time(tmp_path, zone, when, offset):
    done = child_python.run(OFFSETS.format(when=when), tmp_path, {"TZ": zone})
    assert int(done.stdout.splitlines()[0]) == offset, done.stderr


def test_a_zone_that_changes_while_we_run_is_seen(tmp_path):
    done = child_python.run(OFFSETS.format(when="2026, 7, 1"), tmp_path, {"TZ": "Europe/Berlin"})
    assert done.stdout.split() == ["7200", "-14400"], done.stderr


@pytest.mark.parametrize(
    ("zone", "at_ms", "offset"),
    [
        ("UTC", 1_772_438_760_000, 0),
        ("Asia/Kolkata", 1_772_438_760_000, 19_800),
        ("America/Los_Angeles", 1_772_438_760_000, -28_800),
        ("Europe/Berlin", 1_792_889_999_999, 7200),  # the clock is set back a millisecond later
        ("Europe/Berlin", 1_792_890_000_000, 3600),
    ],
)
def test_the_offset_at_a_moment(tmp_path, zone, at_ms, offset):
    program = f"from glimpsed.host.clock import offset_at; print(offset_at({at_ms}))"
    done = child_python.run(program, tmp_path, {"TZ": zone})
    assert done.stdout.split() == [str(offset)], done.stderr


@given(wall=st.datetimes())
def test_every_time_has_an_offset(wall):
    assert abs(local_offset(wall)) <= 26 * 3600


def test_ids_are_distinct_and_in_order():
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(set(ids))
    assert {uuid.UUID(one).version for one in ids} == {7}
    made_ms = int(ids[0].replace("-", "")[:12], 16)
    assert abs(made_ms - datetime.now(UTC).timestamp() * 1000) < 60_000
