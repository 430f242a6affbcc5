"""How much there is, kept up while it is written: `status` says it without counting.

Rules of this file: counted once, when the database is opened; from then on triggers of the writing connection
count what its statements do, in a temporary table. So nothing of it is in the file, what is rolled back is
taken back here, too, and it costs the same however much there is.
"""

from collections.abc import Iterator

import apsw
import msgspec

from glimpsed.core.model import JobState, Rung
from glimpsed.store import counts, events, rejections
from glimpsed.store.counts import Counts

_TABLE = "CREATE TEMP TABLE tally (of_table TEXT, name TEXT, number INTEGER, PRIMARY KEY (of_table, name))"
_SET = "INSERT INTO tally VALUES (?, ?, ?)"
_ALL = "SELECT of_table, name, number FROM tally WHERE number > 0"

_COUNTED = {
    "shot": ("''", "1", ""),
    "picture": ("''", "1", ""),
    "result": ("{row}.rung", "{row}.current = 1", "rung, current"),
    "job": ("{row}.state", "1", "state"),
    "rejection": ("{row}.code", "1", "code"),
}
"""Of each table: by what its rows are counted, which of them are, and the columns on which that depends."""

_TRIGGER = """
CREATE TEMP TRIGGER {name} AFTER {what} ON main.{table} WHEN {counted} BEGIN
    INSERT INTO tally VALUES ('{table}', {by}, {step})
    ON CONFLICT DO UPDATE SET number = number + excluded.number;
END"""


class Tally(msgspec.Struct, frozen=True):
    """How much there was after some commit; `seq` is the last event's then."""

    counts: Counts
    rejected: dict[str, int]
    seq: int


def begin(cx: apsw.Connection) -> None:
    """Count everything, and have this connection count along from here on."""
    cx.execute(_TABLE)
    for table in _COUNTED:
        for what, row, step in (("INSERT", "NEW", 1), ("DELETE", "OLD", -1)):
            cx.execute(_trigger(table, what, row, step))
        if changing := _COUNTED[table][2]:
            for row, step in (("OLD", -1), ("NEW", 1)):
                cx.execute(_trigger(table, f"UPDATE OF {changing}", row, step))
    cx.executemany(_SET, _counted(cx))


def _trigger(table: str, what: str, row: str, step: int) -> str:
    by, counted, _ = (part.format(row=row) for part in _COUNTED[table])
    name = f"tally_{table}_{what[:6]}_{row}"
    return _TRIGGER.format(name=name, what=what, table=table, by=by, counted=counted, step=step)


def _counted(cx: apsw.Connection) -> Iterator[tuple[str, str, int]]:
    found = counts.counts(cx)
    yield "shot", "", found.shots
    yield "picture", "", found.pictures
    yield from (("result", rung, number) for rung, number in found.results.items())
    yield from (("job", state, number) for state, number in found.jobs.items())
    yield from (("rejection", code, number) for code, number in rejections.counts(cx).items())


def read(cx: apsw.Connection) -> Tally:
    """What there is now, on the connection that counts along."""
    found: dict[str, dict[str, int]] = {table: {} for table in _COUNTED}
    for table, name, number in cx.execute(_ALL):
        found[table][name] = number
    return Tally(
        Counts(
            shots=found["shot"].get("", 0),
            pictures=found["picture"].get("", 0),
            results={Rung(name): number for name, number in found["result"].items()},
            jobs={JobState(name): number for name, number in found["job"].items()},
        ),
        found["rejection"],
        events.latest(cx),
    )
