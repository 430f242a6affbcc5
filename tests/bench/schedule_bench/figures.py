"""What a day was like under one policy, in numbers.

Rules of this file: the same for every policy, out of what was loaded and what was served. A swap is a load of
another model than the one before. A job is starved when it is begun more than an hour after it was due, or
never.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from glimpsed.core.model import Urgency
from glimpsed.core.turn import ALLOWANCE_S
from schedule_bench import trace
from schedule_bench.trace import Arrival, Served

LATE_S = 3600.0


def figures(arrivals: Sequence[Arrival], loads: Sequence[str], served: Sequence[Served]) -> dict[str, Any]:
    """Swaps, waits by urgency in seconds, what was starved, and when all was done."""
    if sorted(each.name for each in arrivals) != sorted(each.name for each in served):
        raise RuntimeError("something was lost, or done twice")
    return {
        "loads": len(loads),
        "swaps": sum(one != other for one, other in pairwise(loads)),
        "waits": {u: _waits(s.wait_s for s in served if s.urgency is u) for u in Urgency},
        "starved": {u: sum(_is_starved(s) for s in served if s.urgency is u) for u in Urgency},
        "all_done": max(each.ended for each in served),
    }


def bound_s(arrivals: Iterable[Arrival]) -> float:
    """What people are to wait at most, at the 95th percentile: a normal inference, at its own, and a swap."""
    normal = (a.run_s for a in arrivals if a.urgency is Urgency.NORMAL)
    return round(_waits(normal)["p95"] + trace.SWAP_S, 1)


def _waits(waits: Iterable[float]) -> dict[str, float]:
    found = sorted(waits)
    if not found:
        return {"jobs": 0}
    at = {name: found[math.ceil(q * len(found)) - 1] for name, q in (("p50", 0.5), ("p95", 0.95), ("max", 1))}
    return {"jobs": len(found)} | {name: round(wait, 1) for name, wait in at.items()}


def _is_starved(served: Served) -> bool:
    return served.wait_s > ALLOWANCE_S[served.urgency] + LATE_S
