"""How long `glimpse` takes from a cold shell: run it, it prints a table; `--limit` makes it a check.

Each figure is the wall time of a whole process, against a daemon that answers at once. The first runs after
a start of the machine read files from disk and take longer; they are left out.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from answering import Answering

COMMANDS = {
    "python alone": ["-c", ""],
    "glimpse status": ["-m", "glimpse_client.cli", "status"],
    "glimpse status --json": ["-m", "glimpse_client.cli", "status", "--json"],
    "glimpse shots": ["-m", "glimpse_client.cli", "shots"],
    "glimpse show": ["-m", "glimpse_client.cli", "show"],
}


def main() -> int:
    """Measure; non-zero when the median of `glimpse status` is over `--limit` milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--limit", type=float, help="most milliseconds that `glimpse status` may take")
    options = parser.parse_args()
    with Answering() as daemon:
        env = {**os.environ, "GLIMPSED_RUNTIME_DIR": str(daemon.directory)}
        figures = {name: measured(arguments, env, options.runs) for name, arguments in COMMANDS.items()}
    rows = [f"{'':<24}{'best':>8}{'median':>8}{'worst':>8}  ms, {options.runs} runs"]
    for name, times in figures.items():
        rows.append(f"{name:<24}{min(times):>8.0f}{statistics.median(times):>8.0f}{max(times):>8.0f}")
    sys.stdout.write("\n".join([*rows, ""]))
    median = statistics.median(figures["glimpse status"])
    return int(options.limit is not None and median > options.limit)


def measured(arguments: list[str], env: dict[str, str], runs: int) -> list[float]:
    """Wall times in milliseconds, the first two left out."""
    times = []
    for _ in range(runs + 2):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], env=env, check=True, capture_output=True)
        times.append((time.perf_counter() - started) * 1000)
    return times[2:]


if __name__ == "__main__":
    sys.exit(main())
