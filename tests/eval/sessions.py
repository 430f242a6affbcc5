"""How well sessions are found in scripted days whose truth is known: run it, it prints a table.

For each persona and each segmenter: the mean over seeds, and of F1 the least and the most. What a segmenter
learnt from never includes the persona of the row. With `--recordings DIR` also over folders of ordered
pictures, joined in random orders; README.md beside this file explains everything.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from eval import recordings, tasks
from eval.day import Stream, stream
from eval.metrics import answer, figures
from eval.persona import FOLDER, Persona, everybody
from eval.segmenters import SEGMENTERS, Segment, Segmenter

COLUMNS = {
    "precision": "prec", "recall": "recall", "f1": "F1", "pk": "Pk", "windowdiff": "WinDiff",
    "tasks": "tasks", "task_precision": "t-prec", "task_recall": "t-rec",
    "time_error_bounded": "time-", "time_error": "time", "time_error_all": "time*",
    "doubts": "doubts", "doubted": "doubted", "doubted_rightly": "rightly", "unsupported": "unsupp",
}  # fmt: skip


def main() -> None:
    """Make the days, let them be segmented, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", type=Path, default=FOLDER, help="a folder of persona files")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these personas alone")
    parser.add_argument("--seeds", type=int, default=3, help="how many days, or runs of days, of each")
    parser.add_argument("--first-seed", type=int, default=1, help="other days")
    parser.add_argument("--recordings", type=Path, help="a folder of ordered folders of pictures")
    parser.add_argument("--cache", type=Path, default=recordings.CACHE, help="where what was read is kept")
    parser.add_argument("--orders", type=int, default=6, help="in how many orders recordings are joined")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args()
    people = everybody(options.personas)
    if unknown := set(options.only) - {persona.name for persona in people}:
        parser.error(f"no persona is named {', '.join(sorted(unknown))}")
    people = [persona for persona in people if not options.only or persona.name in options.only]
    found = measured(people, range(options.first_seed, options.first_seed + options.seeds), options.jobs)
    if options.recordings:
        joined = recordings.streams(options.recordings, options.cache, options.orders)
        found["recordings"] = {its.name: row(joined, its.make(())) for its in SEGMENTERS}
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else "\n".join([*table(found), ""]))


def measured(people: Sequence[Persona], seeds: Sequence[int], jobs: int) -> dict[str, Any]:
    """All rows, by persona and segmenter, and what each segmenter was tuned on."""
    with ProcessPoolExecutor(jobs) as pool:
        pairs = [(persona, seed) for persona in people for seed in seeds]
        made = list(pool.map(partial(_stream), pairs))
    rows = {
        persona.name: {
            its.name: row(_of(made, persona.name), made_for(its, made, persona.name)) for its in SEGMENTERS
        }
        for persona in people
    }
    tuned = {its.name: "all personas but that of the row" if its.learns else "nothing" for its in SEGMENTERS}
    return {"seeds": list(seeds), "tuned_on": tuned, "personas": rows}


def _stream(pair: tuple[Persona, int]) -> Stream:
    return stream(*pair)


def _of(streams: Iterable[Stream], name: str) -> list[Stream]:
    return [each for each in streams if each.name == name]


def made_for(its: Segmenter, streams: Iterable[Stream], name: str) -> Segment:
    """The segmenter for the rows of a persona: what learns is shown the days of all others."""
    return its.make([each for each in streams if each.name != name] if its.learns else ())


def row(streams: Sequence[Stream], segment: Segment) -> dict[str, Any]:
    """Mean, least and most of each figure over streams."""
    runs = []
    for each in streams:
        shots = [shot.shot for shot in each.sightings]
        told = segment(each.sightings, each.signals, partial(answer, each.truth, shots))
        runs.append(figures(each.truth, told, shots) | tasks.figures(each, told))
    made: dict[str, Any] = {
        "runs": len(runs),
        "boundaries": sum(len(each.truth.boundaries) for each in streams),
    }
    for name in COLUMNS:
        values = [run[name] for run in runs if run[name] is not None]
        made[name] = values and {"mean": fmean(values), "min": min(values), "max": max(values)}
    return made


def table(found: dict[str, Any]) -> list[str]:
    """All that a person wants to know."""
    lines = [
        f"{'':<22}{'segmenter':<18}" + "".join(f"{title:>8}" for title in COLUMNS.values()) + "   F1 min..max"
    ]
    for name, rows in found["personas"].items():
        lines += _rows(name, rows)
    every = {its: _mean([rows[its] for rows in found["personas"].values()]) for its in found["tuned_on"]}
    lines += _rows("all personas", every)
    if "recordings" in found:
        lines += [
            "",
            "Recordings: so few are a smoke check, not a score.",
            *_rows("recordings", found["recordings"]),
        ]
    tuned = (f"{name}: {what}" for name, what in found["tuned_on"].items())
    return [
        *lines,
        "",
        "Tuned on: " + "; ".join(tuned) + ".",
        f"Means over seeds {found['seeds']}; a boundary may be one shot off.",
        "Errors of active time: time of sessions that were found, time- with both their ends, time* of all.",
        "unsupp: claims without evidence; none are made yet.",
    ]


def _rows(name: str, rows: dict[str, Any]) -> list[str]:
    return [
        f"{name if not index else '':<22}{its:<18}{_cells(row)}"
        for index, (its, row) in enumerate(rows.items())
    ]


def _cells(its: dict[str, Any]) -> str:
    means = "".join(f"{its[name]['mean']:>8.3f}" if its[name] else f"{'-':>8}" for name in COLUMNS)
    return f"{means}   {its['f1']['min']:.3f}..{its['f1']['max']:.3f}"


def _mean(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in COLUMNS:
        its = [row[name] for row in rows if row[name]]
        made[name] = its and {
            "mean": fmean(each["mean"] for each in its),
            "min": min(each["min"] for each in its),
            "max": max(each["max"] for each in its),
        }
    return made


if __name__ == "__main__":
    main()
