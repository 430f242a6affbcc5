"""Times as figures.

Rules of this file: milliseconds go in; a percentile is a time that was measured, the smallest that so many
are within.
"""

import math
import os
from collections.abc import Collection


def percentiles(times: Collection[float], target_ms: float, at: str) -> dict[str, float]:
    """Of times in milliseconds: percentiles, and how often `at` (as "p95") goes into the target."""
    found = sorted(times)
    rows = {f"p{q}": round(found[math.ceil(q / 100 * len(found)) - 1], 1) for q in (50, 95, 99)}
    rows |= {"max": round(found[-1], 1), "target": target_ms, "of_target": round(rows[at] / target_ms, 2)}
    return {"times": len(found)} | rows


def verdicts(rows: dict[str, dict[str, float]], at: str) -> list[str]:
    """Of each row of `percentiles` with the same `at`: its target, and whether that was reached."""
    return [
        f"{name}: {at} {row[at]:g} ms of {row['times']:g} answers, target {row['target']:g} ms: "
        + ("reached" if row[at] <= row["target"] else "missed")
        for name, row in rows.items()
    ]


def load() -> str:
    """What else the machine does: a load over its own spoils the figures."""
    one, five, _ = os.getloadavg()
    return f"load average {one:.1f} (5 minutes: {five:.1f}), {len(os.sched_getaffinity(0))} cores"


def table(rows: dict[str, dict[str, float]]) -> list[str]:
    """A line for each row of `percentiles`."""
    width = max(map(len, rows))
    names = ("times", "p50", "p95", "p99", "max", "target", "of_target")
    lines = ["".join([" " * width, *(f"{name:>10}" for name in names)])]
    return lines + [
        "".join([f"{row:<{width}}", *(f"{found[name]:>10g}" for name in names)])
        for row, found in rows.items()
    ]
