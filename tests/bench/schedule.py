"""How well the slot is scheduled, in workdays that are simulated: run it, it prints a table.

The machine that the daemon has lives through a day of screenshots, sessions that close, imports, people who
ask, and a child that crashes; so do a slot in strict order of arrival and one in strict priority. All times
of the day are virtual. The `full` day is as much as the slot can do. On the `easy` one it does everything as
it comes, so that there is little to put together: what it shows is that nobody waits for that. Then: how many
decisions a second are taken with very many jobs in the queue.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from schedule_bench import trace
from schedule_bench.decisions import decisions
from schedule_bench.driven import BOTH, ONE, Driven
from schedule_bench.figures import bound_s, figures
from schedule_bench.plain import Plain, fifo, priority

from glimpsed.core.model import Urgency

DAYS = {"full": trace.DESCRIBE_S, "easy": trace.DESCRIBE_S * 2 / 3}
"""Days, and how long a description takes on them."""

POLICIES: dict[str, Callable[[], Plain | Driven]] = {
    "fifo": lambda: Plain(fifo),
    "strict priority": lambda: Plain(priority),
    "machine": lambda: Driven(ONE),
    "machine, room for both": lambda: Driven(BOTH),
}


def main() -> None:
    """Let the days pass under each policy, take decisions, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other days")
    parser.add_argument("--until", type=float, default=24.0, help="nothing comes after this hour of the day")
    parser.add_argument(
        "--queued", type=int, default=100_000, help="jobs that wait while decisions are taken"
    )
    parser.add_argument("--decisions", type=int, default=10_000, help="how many are taken")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args()
    found = {
        "days": {name: lived(options, describe_s) for name, describe_s in DAYS.items()},
        "decisions": decisions(options.queued, min(options.decisions, options.queued)),
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else "\n".join([*table(found), ""]))


def lived(options: argparse.Namespace, describe_s: float) -> dict[str, Any]:
    """The figures of a day under each policy."""
    arrivals = trace.day(options.seed, options.until * trace.HOUR, describe_s)
    found = {}
    for name, make in POLICIES.items():
        policy = make()
        policy.live(arrivals)
        found[name] = figures(arrivals, policy.loads, policy.served)
        found[name]["of_fifo"] = round(found[name]["swaps"] / max(1, found["fifo"]["swaps"]), 3)
    came = Counter(arrival.sort for arrival in arrivals)
    return {"describe_s": describe_s, "came": came, "bound_s": bound_s(arrivals), "policies": found}


def table(found: dict[str, Any]) -> list[str]:
    """All that a person wants to know."""
    return [line for name, its in found["days"].items() for line in day(name, its)] + speed(
        found["decisions"]
    )


def day(name: str, its: dict[str, Any]) -> list[str]:
    """One day under each policy."""
    came = ", ".join(f"{count} {sort}" for sort, count in its["came"].items())
    lines = [f"{name} day, {its['describe_s']:.1f} s a description: {came}"]
    lines.append(f"{'':<24}{'swaps':>8}{'of FIFO':>9}{'starved':>9}{'all done':>10}")
    policies = its["policies"].items()
    lines += [f"{policy:<24}{_counts(found)}" for policy, found in policies]
    lines.append(f"{'waits in s: p50/p95/max':<24}" + "".join(f"{urgency:>19}" for urgency in Urgency))
    for policy, found in policies:
        waits = (f"{_waits(found['waits'][urgency]):>19}" for urgency in Urgency)
        lines.append(f"{policy:<24}" + "".join(waits))
    bound = f"p95 of interactive is to be at most {its['bound_s']} s: a normal inference at p95, and a swap"
    return [*lines, bound, ""]


def speed(its: dict[str, Any]) -> list[str]:
    """How fast decisions were taken."""
    queued, queue = its["queued"], its["by_the_queue_alone"]
    machine, events = its["by_the_machine"], its["events_by_the_machine"]
    loops, load, cores = its["plain_loops"] / 1e6, its["load"], its["cores"]
    return [
        f"{queued} jobs queued, a CPU second: {queue} choices by the queue and its turns alone; by the whole",
        f"machine {events} events handled, each with all that follows from it, which is {machine} jobs done",
        f"this machine: {loops:.1f} million plain loops a second, load average {load:.1f}, {cores} cores",
    ]


def _counts(its: dict[str, Any]) -> str:
    hour, minute = divmod(round(its["all_done"] / 60), 60)
    done = f"{hour}:{minute:02}"
    return f"{its['swaps']:>8}{its['of_fifo']:>9.0%}{sum(its['starved'].values()):>9}{done:>10}"


def _waits(its: dict[str, float]) -> str:
    return "/".join(f"{its[name]:.0f}" for name in ("p50", "p95", "max")) if its["jobs"] else "-"


if __name__ == "__main__":
    main()
