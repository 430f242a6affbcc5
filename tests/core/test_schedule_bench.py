"""The bench of the scheduler: a morning of its days, with all that must hold of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench" / "schedule.py"
MACHINES = ("machine", "machine, room for both")


@pytest.fixture(scope="module")
def found():
    options = ["--until", "9.5", "--queued", "600", "--decisions", "300", "--json"]
    done = subprocess.run(
        [sys.executable, str(BENCH), *options], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_policy_does_all_that_comes_and_everything_of_the_day_comes(found):
    for day in found["days"].values():
        assert day["came"].keys() == {"shot", "session", "import", "question", "hand_in"}
        for policy in day["policies"].values():
            assert sum(its["jobs"] for its in policy["waits"].values()) == sum(day["came"].values())


def test_a_full_morning_has_few_swaps_and_nobody_is_starved(found):
    day = found["days"]["full"]
    for name in MACHINES:
        assert sum(day["policies"][name]["starved"].values()) == 0
    assert day["policies"]["machine"]["of_fifo"] < 0.3, "a fifth over the whole day"
    assert day["policies"]["machine, room for both"]["swaps"] <= 3, "both are loaded, one of them again"


def test_people_wait_for_a_normal_inference_and_a_swap(found):
    for day in found["days"].values():
        for name in MACHINES:
            assert day["policies"][name]["waits"]["interactive"]["p95"] <= day["bound_s"]


def test_decisions_are_counted_both_ways(found):
    assert found["decisions"]["decisions"] == 300
    assert found["decisions"]["by_the_queue_alone"] > found["decisions"]["by_the_machine"] > 0
