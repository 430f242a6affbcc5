"""kill -9 at any moment: what was acknowledged is there, and everything that is there is whole."""

import os
import random
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from glimpsed.core.model import JobState
from glimpsed.store import counts, events, jobs
from glimpsed.store.db import FILE_NAME
from store_samples import sha, with_database

TESTS = Path(__file__).parents[1]

BROKEN = {
    "pictures without exactly one current result": """
        SELECT sha256 FROM picture
        WHERE 1 <> (SELECT count(*) FROM result WHERE result.picture = picture.n AND current = 1)""",
    "pictures without their two jobs": """
        SELECT sha256 FROM picture WHERE 2 <> (SELECT count(*) FROM job WHERE job.picture = sha256)""",
    "done jobs without their result, and results of jobs that are not done": """
        SELECT id FROM job
        WHERE (state = 'done') <> EXISTS (SELECT 1 FROM result WHERE result.job = job.id)""",
    "read pictures without their text, and texts of unread ones": """
        SELECT id FROM job WHERE kind = 'read' AND (state = 'done') <>
        EXISTS (
          SELECT 1 FROM picture JOIN picture_text AS text ON text.picture = picture.n
          WHERE picture.sha256 = job.picture)""",
    "a current result that is not the best": """
        SELECT picture FROM result WHERE current = 0 AND rung = 'vision'""",
    "a gap in the events": """
        SELECT 1 FROM (SELECT count(*) AS n, max(seq) AS latest FROM event) WHERE n <> coalesce(latest, 0)""",
}


def run_and_kill(directory, first, acknowledgements):
    """Run the torture, kill it after so many acknowledgements; gives all that it made."""
    child = subprocess.Popen(
        [sys.executable, str(TESTS / "store_torture.py"), str(directory), str(first)],
        env={"PYTHONPATH": f"{TESTS.parent / 'daemon'}:{TESTS}"},
        stdout=subprocess.PIPE,
    )
    said = [child.stdout.readline() for _ in range(acknowledgements)]
    assert all(said), "the child ended by itself"
    child.kill()
    said += child.communicate(timeout=30)[0].splitlines(keepends=True)
    return [tuple(line.decode().split()) for line in said if line.endswith(b"\n")]


def check(path, acknowledged):
    cx = apsw.Connection(str(path))
    assert cx.execute("PRAGMA integrity_check").get == "ok"
    assert cx.execute("PRAGMA foreign_key_check").get is None
    for what, query in BROKEN.items():
        assert cx.execute(query).fetchall() == [], what
    accepted = {
        picture for (picture,) in cx.execute("SELECT sha256 FROM shot JOIN picture ON picture.n = picture")
    }
    done = set(cx.execute("SELECT kind, picture FROM job WHERE state = 'done'"))
    cx.close()
    for what, number in acknowledged:
        picture = sha(int(number))
        assert picture in accepted
        assert what == "accepted" or ({"read": "read", "described": "describe"}[what], picture) in done
    return len(accepted)


def torture(directory, rounds, rng):
    acknowledged, shots = [], 0
    for number in range(rounds):
        # Far enough apart that no child meets another's numbers, acknowledged or not.
        acknowledged += run_and_kill(directory, 100_000 * number, rng.randrange(120))
        if (directory / FILE_NAME).exists() and (directory / FILE_NAME).stat().st_size:
            shots = check(directory / FILE_NAME, acknowledged)
    return acknowledged, shots


@pytest.mark.parametrize(
    "rounds", [10, pytest.param(300, marks=[pytest.mark.soak, pytest.mark.timeout(1200)])]
)
def test_killed_at_random_moments_nothing_acknowledged_is_lost(tmp_path, rounds):
    seed = int.from_bytes(os.urandom(4))
    _, shots = torture(tmp_path, rounds, random.Random(seed))
    assert shots > 0, f"nothing happened, seed {seed}"

    async def restored(db):
        queued, poisoned, _ = await db.write(jobs.restore)
        states = (await db.read(counts.counts)).jobs
        assert JobState.RUNNING not in states
        assert states.get(JobState.QUEUED, 0) == len(queued)
        assert states.get(JobState.POISONED, 0) >= len(poisoned)
        assert await db.read(lambda cx: events.bounds(cx)[1]) > 0

    with_database(tmp_path, restored)


def test_killed_right_at_the_start_it_starts_again(tmp_path):
    for first in (1, 2, 3):
        run_and_kill(tmp_path / "data", first * 1000, 0)

    async def starts(db):
        assert db.epoch == "the-epoch"
        check(db.path, [])

    with_database(tmp_path / "data", starts)
