"""What models took: found again by their files and settings, and by nothing else."""

import pytest

from glimpsed.core.fit import Measurement
from glimpsed.store import measurements
from store_samples import sha, with_database

TOOK = Measurement({"CUDA0": 6 * 2**30, "CPU": 300 * 2**20}, 2**31)


def test_a_measurement_comes_back_to_the_letter_after_a_restart(tmp_path):
    async def keep(db):
        await db.write(lambda w: measurements.keep(w, sha(1), "context=4096", TOOK))

    async def look(db):
        assert await db.read(lambda cx: measurements.find(cx, sha(1), "context=4096")) == TOOK

    with_database(tmp_path, keep)
    with_database(tmp_path, look)


@pytest.mark.parametrize(("files", "settings"), [(sha(2), "context=4096"), (sha(1), "context=8192")])
def test_other_files_and_other_settings_took_something_else(tmp_path, files, settings):
    async def body(db):
        await db.write(lambda w: measurements.keep(w, sha(1), "context=4096", TOOK))
        assert await db.read(lambda cx: measurements.find(cx, files, settings)) is None

    with_database(tmp_path, body)


def test_the_latest_load_counts(tmp_path):
    later = Measurement({}, 5)

    async def body(db):
        for took in (TOOK, later):
            await db.write(lambda w, took=took: measurements.keep(w, sha(1), "", took))
        assert await db.read(lambda cx: measurements.find(cx, sha(1), "")) == later

    with_database(tmp_path, body)
