"""Times and ids."""

import time
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import child_python
from glimpsed.host.clock import local_offset, new_id, now_ms

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


@given(wall=st.datetimes())
def test_every_time_has_an_offset(wall):
    assert abs(local_offset(wall)) <= 26 * 3600


def test_ids_are_distinct_and_in_order():
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(set(ids))
    assert {uuid.UUID(one).version for one in ids} == {7}
    made_ms = int(ids[0].replace("-", "")[:12], 16)
    assert abs(made_ms - datetime.now(UTC).timestamp() * 1000) < 60_000
