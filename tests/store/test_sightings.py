"""Shots come to sessions with their lines, those of a task bar apart."""

import pytest

from glimpsed.core.model import PictureText, Rung, TextLine
from glimpsed.store import jobs, results, sightings
from store_samples import accept, result, with_database

WORK, BAR = "The minutes of May", ("Budget.xlsx - Excel", "Plan.docx - Word", "10:41")


def edge(top, high=20):
    return [TextLine(name, (200 * at, top, 150, high), 0.98) for at, name in enumerate(BAR)]


@pytest.mark.parametrize(
    ("lower", "taskbar"),
    [
        (edge(1050), BAR),
        (edge(1050, -2000), BAR),
        (edge(900), ()),
        (edge(1050)[:2], ()),
        ([TextLine(name, (10, 1020 + 15 * at, 200, 14), 0.98) for at, name in enumerate(BAR)], ()),
    ],
)
def test_what_a_task_bar_says_is_told_apart(tmp_path, lower, taskbar):
    """It is a row of several texts at the lower edge: pictures are 1080 high here; a box may be nonsense."""
    lines = (TextLine(WORK, (10, 20, 300, 14), 0.98), *lower)
    said = tuple(line.text for line in lines)

    async def body(db):
        await db.write(lambda w: accept(w, 1, 1) and None)
        await db.write(lambda w: jobs.start(w, "read-1", None))
        read = PictureText(lines, "any")
        await db.write(lambda w: results.finish_read(w, "read-1", read, result("r1", 1, Rung.OCR)) and None)
        (seen,) = await db.read(lambda cx: sightings.of(cx, ["shot-000001"]))
        assert seen.taskbar == taskbar
        assert seen.text + seen.taskbar == said

    with_database(tmp_path, body)
