"""What a daemon costs: files a second, time to a first result, memory and CPU. Run it: it prints a table.

Every figure is of a daemon in a process of its own, on real files. Memory is the daemon's alone, without its
children; CPU when idle is the daemon's share of one core over `--idle` seconds with nothing to do.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

import drawn
from running_daemon import RunningDaemon

SAMPLES = Path(__file__).parents[2] / "samples"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000, help="small files to take in, without OCR")
    parser.add_argument("--idle", type=float, default=20.0, help="seconds to be idle for")
    options = parser.parse_args()
    rows = taking_in(options.files) | reading(options.idle)
    width = max(map(len, rows))
    lines = [f"{name:<{width}}  {value}" for name, value in rows.items()]
    load = os.getloadavg()[0]
    sys.stdout.write("\n".join([*lines, f"load average {load:.1f}, {os.cpu_count()} cores", ""]))


def taking_in(files: int) -> dict[str, str]:
    """From many files at once to as many shots, with no text to read."""
    with (
        tempfile.TemporaryDirectory() as place,
        RunningDaemon(Path(place)) as daemon,
        daemon.client() as client,
    ):
        started = time.monotonic()
        for number in range(files):
            (daemon.shots / f"{number}.png").write_bytes(drawn.swatch(number))
        daemon.settled(client, shots=files, deadline_s=600)
        took = time.monotonic() - started
        resident = psutil.Process(daemon.process.pid).memory_info().rss / 1e6
    return {
        f"{files} files, no OCR": f"{took:.1f} s, {files / took:.0f} files a second",
        f"daemon's memory after {files} files": f"{resident:.0f} MB",
    }


def reading(idle_s: float) -> dict[str, str]:
    """From a dropped screenshot to its `ocr` result, one after the other; then doing nothing."""
    config = '[ocr]\nengine = "rapidocr"\n'
    with (
        tempfile.TemporaryDirectory() as place,
        RunningDaemon(Path(place), config) as daemon,
        daemon.client() as client,
    ):
        times = []
        for number, sample in enumerate(sorted(SAMPLES.glob("*.png")), 1):
            started = time.monotonic()
            (daemon.shots / sample.name).write_bytes(sample.read_bytes())
            daemon.settled(client, shots=number)
            times.append(time.monotonic() - started)
        process = psutil.Process(daemon.process.pid)
        before, begun = sum(process.cpu_times()[:2]), time.monotonic()
        time.sleep(idle_s)  # being idle is what is measured
        share = (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - begun)
    others = times[1:]
    return {
        "screenshot to result, first (starts OCR)": f"{times[0]:.1f} s",
        "screenshot to result, others": f"median {statistics.median(others):.1f}, worst {max(others):.1f} s",
        "CPU when idle": f"{share * 100:.2f} % of a core",
    }


if __name__ == "__main__":
    main()
