"""How soon a screenshot has its first answer, the text on it: run it, it prints a table of milliseconds.

Pictures come one every `--every` seconds into a watched folder: all of a folder, and again in other bytes
until there are `--samples`, so that the 95th percentile is not the longest. A time is from the close of the
file until clients are told of its text. `alone` is the OCR library without a daemon, one picture after the
other: what to compare with on a machine as it is now. `no model` is a daemon without a model for vision; the
start of OCR is in its first time. With `inference` llama.cpp computes on every core all the time, at
descriptions of the same pictures; the share of answers that came while it did is printed. Where
llama-cpp-python is not installed, this is left out.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from daemon_bench import models
from daemon_bench.figures import load, percentiles, table, verdicts

import drawn
from glimpse_client import Client
from glimpse_client.watch import Watch
from glimpsed.wire.messages import Event
from running_daemon import RunningDaemon, until

SAMPLES = Path(__file__).parents[2] / "samples"
PNG_HEAD = 33
"""Bytes of a PNG's signature and first chunk."""

OCR = '[ocr]\nengine = "rapidocr"\n'
TARGETS_MS = {"alone": 2000.0, "no model": 2000.0, "inference": 4000.0}
"""At the 95th percentile; of the library alone, for comparison."""
DEADLINE_S = 120.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    possible = [kind for kind in TARGETS_MS if kind != "inference" or models.COMPUTES]
    add("folder", type=Path, nargs="?", help="with PNGs and JPEGs, also in folders below; else the samples")
    add("--samples", type=int, default=40, help="pictures at least; those of the folder come again for it")
    add("--limit", type=int, help="different pictures at most, out of all of the folder")
    add("--every", type=float, default=3.0, help="seconds from picture to picture")
    add("--only", choices=TARGETS_MS, nargs="+", default=possible, help="what is measured")
    add("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args()
    found = measured(repeated(spread(options.folder or SAMPLES, options.limit), options.samples), options)
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else "\n".join([*told(found), ""]))


class Picture(NamedTuple):
    """A picture of a file, in other bytes each `turn` that it comes, from 0."""

    path: Path
    turn: int

    @property
    def data(self) -> bytes:
        """What a file of it holds: the first time the very bytes, later with a comment in them."""
        data = self.path.read_bytes()
        if not self.turn:
            return data
        words = b"Comment\0again %d" % self.turn
        if data.startswith(b"\x89PNG"):
            chunk = len(words).to_bytes(4) + b"tEXt" + words + zlib.crc32(b"tEXt" + words).to_bytes(4)
            return data[:PNG_HEAD] + chunk + data[PNG_HEAD:]
        return data[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words + data[2:]


def measured(pictures: list[Picture], options: argparse.Namespace) -> dict[str, Any]:
    """Times of each kind, in milliseconds, in the order of the pictures."""
    found: dict[str, Any] = {"pictures": [str(each.path) for each in pictures], "before": load()}
    times: dict[str, list[float]] = {}
    if "alone" in options.only:
        times["alone"] = list(alone(pictures))
    if "no model" in options.only:
        times["no model"] = no_model(pictures, options.every)
    if "inference" in options.only:
        times["inference"], found["during"] = inference(pictures, options.every)
        found["inference"] = models.told(computes=True)
    rows = {name: percentiles(each, TARGETS_MS[name], "p95") for name, each in times.items()}
    rounded = {name: [round(ms, 1) for ms in each] for name, each in times.items()}
    return found | {"times": rounded, "first_answer": rows, "after": load()}


def told(found: dict[str, Any]) -> list[str]:
    """The figures for people."""
    pictures, rows = found["pictures"], found["first_answer"]
    lines = [f"{len(pictures)} pictures, {len(set(pictures))} of them different", *table(rows)]
    lines += verdicts(rows, "p95")
    medians = {name: row["p50"] for name, row in rows.items()}
    if "alone" in medians:
        shares = [f"{name} {ms / medians['alone']:.2f}" for name, ms in medians.items() if name != "alone"]
        lines.append(f"medians, of that of OCR alone: {', '.join(shares)}")
    if "during" in found:
        lines.append(
            f"`inference` ran {found['inference']}; answers that came during one: {found['during']:.0%}"
        )
    return [*lines, f"{found['before']} before, {found['after']} after"]


def spread(folder: Path, limit: int | None) -> list[Path]:
    """All pictures below a folder, or `limit` out of all, in the order of their names; no bytes twice."""
    kinds = (".png", ".jpg", ".jpeg")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in kinds)
    different = list({name_of(path): path for path in files}.values())
    if not different:
        raise SystemExit(f"no pictures in {folder}")
    count = min(limit or len(different), len(different))
    return [different[number * len(different) // count] for number in range(count)]


def repeated(paths: list[Path], samples: int) -> list[Picture]:
    """All of them, and all of them again until there are enough."""
    turns = max(1, -(-samples // len(paths)))
    return [Picture(path, turn) for turn in range(turns) for path in paths]


def name_of(path: Path) -> str:
    """The picture that is in a file."""
    return sha256(path.read_bytes()).hexdigest()


def alone(pictures: list[Picture]) -> Iterator[float]:
    """The library as it comes, on every core, its networks loaded; it knows nothing of the picture before."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from rapidocr import RapidOCR  # noqa: PLC0415 - the switch must be there before

    quiet = {"Global.log_level": "critical", "Global.use_cls": False}
    engine = RapidOCR(params=quiet | {"EngineConfig.onnxruntime.intra_op_num_threads": os.cpu_count()})
    engine(pictures[0].path)
    for picture in pictures:
        begun = time.monotonic()
        engine(picture.path)
        yield (time.monotonic() - begun) * 1000


def no_model(pictures: list[Picture], every_s: float) -> list[float]:
    """Of a daemon that has OCR and nothing else."""
    with (
        tempfile.TemporaryDirectory() as place,
        RunningDaemon(Path(place), OCR) as daemon,
        daemon.client() as client,
    ):
        return [ms for ms, _ in answered(daemon, client, pictures, every_s)]


def inference(pictures: list[Picture], every_s: float) -> tuple[list[float], float]:
    """Of a daemon whose model computes all the time; and the share of answers that came meanwhile."""
    with tempfile.TemporaryDirectory() as place:
        config = OCR + models.encoding(Path(place))
        with RunningDaemon(Path(place), config) as daemon, daemon.client() as client:
            path = Path(place) / "first.png"
            drawn.table(title="first.ods - Calc", cells={(1, 1): "first"}).save(path)
            client.submit(path)
            until(lambda: client.status().slot.activity == "running", what="an inference")
            answers = answered(daemon, client, pictures, every_s)
    return [ms for ms, _ in answers], sum(during for _, during in answers) / len(answers)


def answered(
    daemon: RunningDaemon, client: Client, pictures: list[Picture], every_s: float
) -> list[tuple[float, bool]]:
    """For each picture, milliseconds from its file's close to its text, and whether an inference ran then."""
    closed: dict[str, float] = {}
    answers: dict[str, tuple[float, bool]] = {}
    with Watch(client) as watch:

        def listen(until_s: float) -> None:
            while len(answers) < len(pictures) and (left := until_s - time.monotonic()) > 0:
                event = watch.next(left)
                if isinstance(event, Event) and event.type == "shot.read" and event.body["picture"] in closed:
                    ms = (time.monotonic() - closed[event.body["picture"]]) * 1000
                    answers[event.body["picture"]] = ms, client.status().slot.activity == "running"

        begun = time.monotonic()
        for number, picture in enumerate(pictures):
            listen(begun + number * every_s)
            data = picture.data
            (daemon.shots / f"{number:03}{picture.path.suffix}").write_bytes(data)
            closed[sha256(data).hexdigest()] = time.monotonic()
        listen(time.monotonic() + DEADLINE_S)
    return [answers[name] for name in closed]


if __name__ == "__main__":
    main()
