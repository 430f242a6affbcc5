"""What models were asked, one row an attempt.

Rules of this file: sizes and hashes of what went in and came out, never the thing itself. A row is there
before the model is asked, as one that runs, and is changed once: when it is known how that ended. The oldest
are forgotten.
"""

# ruff: noqa: S608 - what is pasted into SQL here are column lists, constants of this room

from itertools import groupby
from operator import itemgetter
from typing import Any

import apsw
import msgspec

from glimpsed.store.writer import Writer

RUNNING = "running"
"""Outcome of a call that has none yet."""

INTERRUPTED = "interrupted"
"""Outcome of one whose daemon died meanwhile."""

LATEST = 100
"""Among so many calls are all that run: models are asked one thing at a time."""

_SUMS = (
    "sum(encoded), sum(reused), sum(prompt_tokens), sum(kept_tokens), sum(output_tokens), "
    "sum(forced_tokens), sum(steps), sum(total_ms)"
)


class Call(msgspec.Struct, frozen=True):
    """One attempt of a model, and how it ended at `at_ms`, which is its begin while that is not known.

    `job` is None for a probe; `outcome` is `ok`, `RUNNING`, `INTERRUPTED` or what went wrong, `code` that in
    more detail, empty when nothing did; `retry` is an attempt at a job that a model had failed or died over
    before, or the daemon had. `encoded` and `reused` count slices, `steps` evaluations while decoding;
    `forced_tokens` are among `output_tokens`. Of an attempt that did not come so far, figures are 0 and
    hashes empty.
    """

    id: str
    at_ms: int
    job: str | None
    role: str
    model: str
    device: str
    prompt_version: str
    outcome: str
    code: str = ""
    retry: bool = False
    encoded: int = 0
    reused: int = 0
    prompt_tokens: int = 0
    kept_tokens: int = 0
    output_tokens: int = 0
    forced_tokens: int = 0
    steps: int = 0
    queue_ms: int = 0
    picture_ms: int = 0
    encode_ms: int = 0
    prefill_ms: int = 0
    generate_ms: int = 0
    total_ms: int = 0
    prompt_bytes: int = 0
    reply_bytes: int = 0
    prompt_sha256: str = ""
    reply_sha256: str = ""


class CallSummary(msgspec.Struct, frozen=True):
    """The calls of a model in a role: how many, how many of each outcome, and sums of their figures."""

    model: str
    role: str
    calls: int
    outcomes: dict[str, int]
    retries: int
    encoded: int
    reused: int
    prompt_tokens: int
    kept_tokens: int
    output_tokens: int
    forced_tokens: int
    steps: int
    total_ms: int


_FIELDS = Call.__struct_fields__
_COLUMNS = ", ".join(_FIELDS)
_RECORD = f"""
INSERT INTO call ({_COLUMNS}) VALUES ({", ".join("?" * len(_FIELDS))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS[1:])}"""
_INTERRUPT = """
UPDATE call SET outcome = ? WHERE outcome = ? AND n > (SELECT max(n) FROM call) - ?"""
_RECENT = f"SELECT {_COLUMNS} FROM call WHERE model = ? ORDER BY n DESC LIMIT ?"
_OUTCOMES = f"""
SELECT model, role, outcome, count(*), sum(retry), {_SUMS}
FROM call WHERE at_ms >= ? AND outcome <> ? GROUP BY model, role, outcome ORDER BY model, role, outcome"""
_PRUNE = "DELETE FROM call WHERE n <= (SELECT max(n) FROM call) - ?"


def record(w: Writer, call: Call) -> None:
    """Keep a call as it stands, or bring it up to date; its job is one that is kept."""
    w.cx.execute(_RECORD, msgspec.structs.astuple(call))


def interrupt(w: Writer) -> int:
    """After a start: what still runs was interrupted by the daemon's death. How many that were."""
    w.cx.execute(_INTERRUPT, (INTERRUPTED, RUNNING, LATEST))
    return w.cx.changes()


def recent(cx: apsw.Connection, model: str, limit: int) -> list[Call]:
    """The last calls of a model, at most `limit`, newest first."""
    found = (Call(*row) for row in cx.execute(_RECENT, (model, limit)))
    return [msgspec.structs.replace(call, retry=bool(call.retry)) for call in found]


def summary(cx: apsw.Connection, since_ms: int) -> list[CallSummary]:
    """The calls since a time, by model and role; those that run are not among them."""
    rows = cx.execute(_OUTCOMES, (since_ms, RUNNING)).fetchall()
    return [_sum(list(outcomes)) for _, outcomes in groupby(rows, itemgetter(0, 1))]


def prune(w: Writer, keep: int) -> int:
    """Forget all but the latest `keep` calls; gives how many were forgotten."""
    w.cx.execute(_PRUNE, (keep,))
    return w.cx.changes()


def _sum(outcomes: list[tuple[Any, ...]]) -> CallSummary:
    """One model's rows in one role, one an outcome, added up."""
    model, role = outcomes[0][:2]
    calls, retries, *figures = (sum(column) for column in zip(*(row[3:] for row in outcomes), strict=True))
    return CallSummary(model, role, calls, {row[2]: row[3] for row in outcomes}, retries, *figures)
