"""How well sessions are found in scripted days whose truth is known: run it, it prints a table.

For each persona and each segmenter: the mean over seeds, and of F1 the least and the most. Personas that
nothing was tuned on are marked, and have a mean of their own. What a segmenter learnt from never includes the
persona of the row. With `--recordings DIR` also over folders of ordered
pictures, joined in random orders; README.md beside this file explains everything.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import repeat
from pathlib import Path
from statistics import fmean
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from eval import claims, recordings, tasks
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

TARGETS = (
    ("f1", "F1", True, 0.95),
    ("time_error", "Error of active time", False, 0.02),
    ("unsupported", "Unsupported claims", False, 0.0),
)
"""Figure, its name, whether more is better, and what is to be reached."""


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
        found["recordings"] = {
            its.name: summed([run(each, its.make(())) for each in joined]) for its in SEGMENTERS
        }
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else "\n".join([*table(found), ""]))


def measured(people: Sequence[Persona], seeds: Sequence[int], jobs: int) -> dict[str, Any]:
    """All rows, by persona and segmenter, who was left out of tuning, and what learns of whom."""
    pairs = [(persona, seed) for persona in people for seed in seeds]
    learners = {its.name for its in SEGMENTERS if its.learns}
    with ProcessPoolExecutor(jobs) as pool:
        made = list(pool.map(_stream, pairs))
        runs = list(pool.map(_runs, made, repeat(made if learners else ())))
    rows = {
        persona.name: {
            its.name: summed(
                [run[its.name] for each, run in zip(made, runs, strict=True) if _is(each, persona)]
            )
            for its in SEGMENTERS
        }
        for persona in people
    }
    left_out = [persona.name for persona in people if not persona.tuned]
    return {"seeds": list(seeds), "left_out": left_out, "learners": sorted(learners), "personas": rows}


def _stream(pair: tuple[Persona, int]) -> Stream:
    return stream(*pair)


def _is(each: Stream, persona: Persona) -> bool:
    return each.name == persona.name


def _runs(each: Stream, training: Sequence[Stream]) -> dict[str, dict[str, Any]]:
    return {its.name: run(each, made_for(its, training, each.name)) for its in SEGMENTERS}


def made_for(its: Segmenter, streams: Iterable[Stream], name: str) -> Segment:
    """The segmenter for the rows of a persona: what learns is shown the days of all others."""
    return its.make([each for each in streams if each.name != name] if its.learns else ())


def run(each: Stream, segment: Segment) -> dict[str, Any]:
    """All figures of one stream."""
    shots = [shot.shot for shot in each.sightings]
    told = segment(each.sightings, each.signals, partial(answer, each.truth, shots))
    count = {"boundaries": len(each.truth.boundaries)}
    return count | figures(each.truth, told, shots) | tasks.figures(each, told) | claims.figures(each, told)


def summed(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Mean, least and most of each figure over runs."""
    made: dict[str, Any] = {"runs": len(runs), "boundaries": sum(each["boundaries"] for each in runs)}
    for name in COLUMNS:
        values = [each[name] for each in runs if each[name] is not None]
        made[name] = values and {"mean": fmean(values), "min": min(values), "max": max(values)}
    return made


def table(found: dict[str, Any]) -> list[str]:
    """All that a person wants to know."""
    lines = [
        f"{'':<22}{'segmenter':<18}" + "".join(f"{title:>8}" for title in COLUMNS.values()) + "   F1 min..max"
    ]
    people, left_out = found["personas"], found["left_out"]
    for name, rows in people.items():
        lines += _rows(name + "*" * (name in left_out), rows)
    lines += _rows("all personas", _means(people.values()))
    if left_out:
        lines += _rows("left out*", _means([people[name] for name in left_out]))
    if "recordings" in found:
        lines += [
            "",
            "Recordings: so few are a smoke check, not a score.",
            *_rows("recordings", found["recordings"]),
        ]
    tuned = ", ".join(name for name in people if name not in left_out)
    learners = ", ".join(found["learners"])
    return [
        *lines,
        "",
        f"Left out*: nothing was changed by looking at {', '.join(left_out) or 'nobody'}.",
        f"Glimpsed was tuned on: {tuned or 'none of these'}.",
        *([f"Learns of all personas but that of the row: {learners}."] if learners else []),
        f"Means over seeds {found['seeds']}; a boundary may be one shot off.",
        "Errors of active time: time of sessions that were found, time- with both their ends, time* of all.",
        "unsupp: share of the names in titles, projects, documents and steps that nothing seen bears out.",
        *targets([people[name][SEGMENTERS[0].name] for name in left_out]),
    ]


def targets(left_out: Sequence[dict[str, Any]]) -> list[str]:
    """What is to be reached on every persona that was left out of tuning, and whether it is."""
    said = []
    for name, words, least, target in TARGETS:
        means = [row[name]["mean"] for row in left_out if row[name]]
        if means:
            worst = min(means) if least else max(means)
            reached = worst >= target if least else worst <= target
            verdict = f"target {target}: {'reached' if reached else 'not reached'}"
            kind = "least" if least else "most"
            said.append(f"{words} of left-out personas, {kind} of the means: {worst:.3f} ({verdict})")
    return said


def _means(every: Iterable[dict[str, Any]]) -> dict[str, Any]:
    every = list(every)
    return {its.name: _mean([rows[its.name] for rows in every]) for its in SEGMENTERS}


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
