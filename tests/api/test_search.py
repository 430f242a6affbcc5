"""A search as a client sees it."""

from types import SimpleNamespace

import pytest

from glimpsed.api import search
from glimpsed.api.reasons import Prospects
from glimpsed.core.errors import RequestError
from glimpsed.core.model import JobKind, Rung
from glimpsed.store import jobs, results
from glimpsed.wire.searching import SearchRequest
from store_samples import accept, result, text, with_database


def fill(w):
    """Three pictures that show the same, the second of them twice."""
    for number, content in ((1, 1), (2, 2), (3, 2), (4, 4)):
        accept(w, number, content)
    for content in (1, 2, 4):
        jobs.start(w, f"read-{content}", None)
        said = result(f"ocr-{content}", content, Rung.OCR, "Calc")
        results.finish_read(w, f"read-{content}", text("def main(): return 1"), said)


async def ask(db, words, **wanted):
    possible = frozenset(JobKind)
    context = SimpleNamespace(store=db, prospects=Prospects(possible, {}, lambda _: None))
    return await search.handle(context, SearchRequest(id="1", words=words, **wanted))


def test_a_result_is_a_shot_with_the_reason_why(tmp_path):
    async def body(db):
        await db.write(fill)
        reply = await ask(db, '"def main" model.py', limit=1)
        (found,) = reply.found
        assert (found.shot.id, found.shot.result.application, found.times) == ("shot-000004", "Calc", 1)
        line, title, *others = found.matches
        assert (line.field, line.text, line.box.x, line.box.width) == (
            "text",
            "def main(): return 1",
            10,
            300,
        )
        assert [line.text[mark.begins : mark.ends] for mark in line.marks] == ["def", "main"]
        assert (title.field, title.text, title.box) == ("title", "model.py", None)
        assert {other.field for other in others} == {"names", "said"}
        second = await ask(db, '"def main" model.py', limit=1, cursor=reply.next)
        assert (second.found[0].times, second.found[0].shot.id) == (2, "shot-000003")
        assert [seen.shot for seen in second.found[0].sightings] == ["shot-000003", "shot-000002"]
        last = await ask(db, '"def main" model.py', limit=1, cursor=second.next)
        assert (last.found[0].shot.id, last.next, last.pending) == ("shot-000001", None, 0)

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["4", "3", "1"]),
        ({"application": "CALC", "kind": "code_editor"}, ["4", "3", "1"]),
        ({"application": "Code"}, []),
        ({"kind": "chat"}, []),
        ({"until_ms": 1_600_000_003_000}, ["2", "1"]),
        ({"since_ms": 1_600_000_002_000, "until_ms": 1_600_000_004_000}, ["3"]),
    ],
)
def test_filters(tmp_path, wanted, found):
    async def body(db):
        await db.write(fill)
        assert [each.shot.id[-1] for each in (await ask(db, "main", **wanted)).found] == found

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("…", {}), ("-main", {}), ("a " * 2 + " ".join(map(str, range(40))), {}), ("main", {"cursor": "x"})],
)
def test_what_cannot_be_asked_is_said(tmp_path, words, wanted):
    async def body(db):
        await db.write(fill)
        with pytest.raises(RequestError, match="bad_request"):
            await ask(db, words, **wanted)

    with_database(tmp_path, body)
