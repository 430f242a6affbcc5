"""Shots come to sessions with their lines, those of a task bar apart."""

import pytest

from glimpsed.core.model import PictureText, Rung, TextLine
from glimpsed.store import jobs, results, sightings
from store_samples import accept, result, with_database

WORK, BAR = "The minutes of May", "Budget.xlsx - Excel"


@pytest.mark.parametrize(
    ("top", "high", "text", "taskbar"),
    [(1050, 20, (WORK,), (BAR,)), (900, 20, (WORK, BAR), ()), (1050, -2000, (WORK,), (BAR,))],
)
def test_what_stands_at_the_lower_edge_is_told_apart(tmp_path, top, high, text, taskbar):
    """Pictures are 1080 high here; a box may be nonsense."""
    lines = (TextLine(WORK, (10, 20, 300, 14), 0.98), TextLine(BAR, (200, top, 200, high), 0.98))

    async def body(db):
        await db.write(lambda w: accept(w, 1, 1) and None)
        await db.write(lambda w: jobs.start(w, "read-1", None))
        read = PictureText(lines, "any")
        await db.write(lambda w: results.finish_read(w, "read-1", read, result("r1", 1, Rung.OCR)) and None)
        (seen,) = await db.read(lambda cx: sightings.of(cx, ["shot-000001"]))
        assert (seen.text, seen.taskbar) == (text, taskbar)

    with_database(tmp_path, body)
