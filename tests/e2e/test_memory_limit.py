"""A limit of memory below what a model takes costs a load for each job, and is told to whoever looks."""

import json

import pytest

from faulty_models import FAKE, REPLY, add, running
from running_daemon import NO_OCR
from scheduled_daemon import model

MIB = 2**20


@pytest.mark.parametrize(("limit_mb", "over"), [(300, True), (0, False), (5000, False)])
def test_a_limit_that_is_too_low_is_told(tmp_path, limit_mb, over):
    (tmp_path / "script.json").write_text(json.dumps({"steps": [REPLY], "rss": 500 * MIB}))
    with running(tmp_path, f"{NO_OCR}{FAKE}memory_limit_mb = {limit_mb}\n") as (daemon, client):
        add(daemon, 1)
        daemon.settled(client, shots=1)
        said = "it takes up to 500 MiB of main memory and its memory_limit_mb is 300: once over that"
        (candidate,) = client.models().models
        assert candidate.detail == model(client, "eyes").detail
        assert (said in candidate.detail) is over
        assert (said in daemon.cli("status").stdout) is over
        (row,) = (check for check in client.doctor().checks if check.name == "model eyes")
        assert (row.ok, "raise memory_limit_mb" in row.hint) == (not over, over)
