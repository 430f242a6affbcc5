"""How it went, added up from the days that were asked for."""

from types import SimpleNamespace

import pytest

from glimpsed.api import stats
from glimpsed.core.histogram import Stage, bucket
from glimpsed.host.clock import now_ms
from glimpsed.store import calls
from glimpsed.store.stages import DAY_MS
from glimpsed.wire.messages import StatsRequest
from store_samples import accept, call, with_database

_OBSERVE = "INSERT INTO stage (day, stage, bucket, times) VALUES (?, ?, ?, ?)"


def midnight():
    """When today began; a test that runs over the next midnight would count another day."""
    return now_ms() // DAY_MS * DAY_MS


def record(w, today):
    outcomes = ("ok", "ok", "died", "malformed", "cancelled", "deadline")
    for number, outcome in enumerate(outcomes):
        calls.record(
            w, call(f"today-{number}", at_ms=today + number, outcome=outcome, retry=outcome == "died")
        )
    calls.record(w, call("yesterday", at_ms=today - 1, role="ask", encoded=2, reused=6))
    for day, ms in ((today, 1000), (today, 2000), (today - DAY_MS, 9000)):
        w.cx.execute(_OBSERVE, (day // DAY_MS, Stage.FILE_TO_OCR, bucket(ms), 1))
    accept(w, 1, 1)


@pytest.mark.parametrize(
    ("days", "asked", "count", "p99"), [(1, ["screen"], 2, 2000), (2, ["ask", "screen"], 3, 9000)]
)
def test_as_many_days_are_added_up_as_asked_for(tmp_path, days, asked, count, p99):
    async def body(db):
        today = midnight()
        await db.write(lambda w: record(w, today))
        reply = await stats.handle(SimpleNamespace(store=db), StatsRequest(id="1", days=days))
        assert (reply.days, reply.since_ms) == (days, today - (days - 1) * DAY_MS)
        assert [row.role for row in reply.calls] == asked
        (stage,) = reply.stages
        assert (stage.name, stage.count) == ("file_to_ocr", count)
        assert p99 <= stage.p99_ms <= p99 * 17 / 16

    with_database(tmp_path, body)


def test_errors_are_what_a_model_failed_and_nothing_else(tmp_path):
    async def body(db):
        today = midnight()
        await db.write(lambda w: record(w, today))
        reply = await stats.handle(SimpleNamespace(store=db), StatsRequest(id="1"))
        (row,) = reply.calls
        assert (row.calls, row.errors, row.retries) == (6, 2, 1)
        assert row.outcomes == {"ok": 2, "died": 1, "malformed": 1, "cancelled": 1, "deadline": 1}

    with_database(tmp_path, body)
