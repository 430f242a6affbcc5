"""How soon `status` is answered while a daemon is busy: run it, it prints a table of milliseconds.

Every client is a process of its own that asks every `--every` seconds (0: again at once). An inference runs
all the time: one that llama.cpp computes on every core or, where that is not installed and with `--model
waiting`, one that only waits. The share of answers that came while it did is printed. First nothing else
happens, then `--files` files are written as fast as that goes, until all are shots.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).parents[1]))

from daemon_bench import models
from daemon_bench.figures import load, percentiles, table, verdicts

import drawn
from glimpse_client import Client
from running_daemon import NO_OCR, RunningDaemon, until

MODELS = {"waiting": models.waiting, "encoding": models.encoding}
TARGET_MS = 10.0

Answer = tuple[float, bool]
"""Milliseconds that it took, and whether an inference ran then."""

_processes = multiprocessing.get_context("fork")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--every", type=float, default=0.5, help="seconds from question to question")
    parser.add_argument("--files", type=int, default=5000, help="how many arrive")
    parser.add_argument("--quiet", type=float, default=5.0, help="seconds in which none do")
    parser.add_argument("--model", choices=MODELS, default="encoding" if models.COMPUTES else "waiting")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args()
    before = load()
    with tempfile.TemporaryDirectory() as place:
        found = measured(Path(place), options)
    found |= {"before": before, "after": load()}
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else "\n".join([*told(found), ""]))


def told(found: dict[str, Any]) -> list[str]:
    """The figures for people."""
    arrived = f"{found['files']} files became shots in {found['took_s']:.1f} s"
    during = ", ".join(f"{share:.0%} while {name}" for name, share in found["during"].items())
    return [
        f"{found['clients']} clients, {found['inference']}",
        *table(found["status"]),
        *verdicts(found["status"], "p99"),
        f"answers that came during an inference: {during}",
        arrived,
        f"{found['before']} before, {found['after']} after",
    ]


def measured(place: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Ask without and with files that arrive."""
    config = NO_OCR + MODELS[options.model](place)
    with RunningDaemon(place, config) as daemon, daemon.client(timeout_s=60) as client:
        infer(daemon, client, computes=options.model == "encoding")
        with Asking(daemon, options) as quiet:
            time.sleep(options.quiet)  # the daemon is left alone, which is what is measured
        with Asking(daemon, options) as busy:
            took_s = arrive(daemon, client, options.files)
    rows = {"no files arrive": quiet.answers, f"{options.files} files arrive": busy.answers}
    return {
        "inference": models.told(computes=options.model == "encoding"),
        "status": {
            name: percentiles([ms for ms, _ in answers], TARGET_MS, "p99") for name, answers in rows.items()
        },
        "during": {name: sum(ran for _, ran in answers) / len(answers) for name, answers in rows.items()},
        "clients": options.clients,
        "files": options.files,
        "took_s": round(took_s, 1),
    }


def infer(daemon: RunningDaemon, client: Client, *, computes: bool) -> None:
    """Have an inference begin; one that computes has more to do afterwards, for as long as is measured."""
    for number in range(40 if computes else 1):
        path = daemon.root / f"{number}.png"
        drawn.table(title=f"{number}.ods - Calc", cells={(1, 1): str(number)}).save(path)
        client.submit(path)
    until(lambda: client.status().slot.activity == "running", what="an inference")


def arrive(daemon: RunningDaemon, client: Client, files: int) -> float:
    """Seconds from the first file until all of them are shots."""
    known, begun = client.status().counts.shots, time.monotonic()
    writer = _processes.Process(target=write, args=(daemon.shots, files))
    writer.start()
    while client.status().counts.shots < known + files:
        time.sleep(1.0)  # whoever asks all the time is one of those who are measured
    writer.join()
    return time.monotonic() - begun


def write(folder: Path, files: int) -> None:
    """Pictures of which no two are alike."""
    for number in range(files):
        (folder / f"{number}.png").write_bytes(drawn.swatch(number))


class Asking:
    """Clients that ask for as long as it is entered; `answers` has what `ask` gives, afterwards."""

    def __init__(self, daemon: RunningDaemon, options: argparse.Namespace) -> None:
        self._runtime, self._clients, self._every = daemon.runtime, options.clients, options.every
        self.answers: list[Answer] = []

    def __enter__(self) -> Self:
        self._ended = _processes.Event()
        self._pool = ProcessPoolExecutor(
            self._clients, _processes, initializer=_stop_at, initargs=(self._ended,)
        )
        self._asking = [
            self._pool.submit(ask, self._runtime, self._every, number / self._clients)
            for number in range(self._clients)
        ]
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.answers = [answer for asking in self._asking for answer in asking.result()]
        self._pool.shutdown()


_ended: Event


def _stop_at(ended: Event) -> None:
    global _ended  # noqa: PLW0603 - a process of the pool has no other place
    _ended = ended


def ask(runtime: Path, every_s: float, offset: float) -> list[Answer]:
    """Ask until it is over; the answers, the first left out."""
    answers = []
    with Client(runtime, timeout_s=60) as client:
        _ended.wait(every_s * offset)  # clients do not ask in step
        while not _ended.is_set():
            begun = time.monotonic()
            status = client.status()
            took = time.monotonic() - begun
            answers.append((took * 1000, status.slot.activity == "running"))
            _ended.wait(max(0.0, every_s - took))
    return answers[1:]


if __name__ == "__main__":
    main()
