"""A search as a client sees it."""

from types import SimpleNamespace

import msgspec
import pytest

from glimpsed.api import search, shot
from glimpsed.api.context import Context
from glimpsed.api.reasons import Prospects
from glimpsed.core.errors import RequestError
from glimpsed.core.model import JobKind, Rung
from glimpsed.core.sessions.model import Outline
from glimpsed.store import jobs, results, sessions
from glimpsed.wire.messages import ShotRequest
from glimpsed.wire.searching import SearchRequest
from store_samples import accept, result, session, text, with_database


def fill(w):
    """Three pictures that show the same, the second of them twice."""
    for number, content in ((1, 1), (2, 2), (3, 2), (4, 4)):
        accept(w, number, content)
    for content in (1, 2, 4):
        jobs.start(w, f"read-{content}", None)
        said = result(f"ocr-{content}", content, Rung.OCR, "Calc")
        results.finish_read(w, f"read-{content}", text("def main(): return 1"), said)


class Seen(SimpleNamespace):
    """As much of a context as these handlers look at."""

    session = Context.session
    shot = Context.shot


def context(db):
    return Seen(store=db, prospects=Prospects(frozenset(JobKind), {}, lambda _: None))


async def ask(db, words, **wanted):
    return await search.handle(context(db), SearchRequest(id="1", words=words, **wanted))


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


def place(w):
    """Shots 1 to 3 are in one session; another is told of the word and has no picture with it."""
    fill(w)
    accept(w, 5, 5)
    told = session("told", 5, 5)
    sessions.put(w, msgspec.structs.replace(told, outline=Outline("Reading: main", "All of main.")))
    sessions.put(w, session("first", 1, 3))


def test_results_say_their_session_and_sessions_what_is_told_of_them(tmp_path):
    async def body(db):
        await db.write(place)
        reply = await ask(db, "main", limit=2)
        assert [(each.shot.id[-1], each.session) for each in reply.found] == [("4", None), ("3", "first")]
        told, first = sorted(reply.sessions, key=lambda each: each.score is None)
        assert (told.id, told.title, told.state, told.rung) == (
            "told",
            "Reading: main",
            "closed",
            "boundaries",
        )
        assert (told.start_ms, told.offset_s, told.active_ms) == (1_600_000_005_000, 7200, 60_000)
        assert [(each.field, each.text, each.box) for each in told.matches] == [
            ("title", "Reading: main", None),
            ("said", "All of main.", None),
        ]
        assert [told.title[mark.begins : mark.ends] for mark in told.matches[0].marks] == ["main"]
        assert (first.id, first.score, first.matches) == ("first", None, [])
        rest = await ask(db, "main", limit=2, cursor=reply.next)
        assert [each.id for each in rest.sessions] == ["first"], "told ones are on the first page"
        assert [each.session for each in rest.found] == ["first"]

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("wanted", "pictures", "those"),
    [
        ({"session": "first"}, ["3", "1"], {"first"}),
        ({"session": "told"}, [], {"told"}),
        ({"session": "first", "since_ms": 1_600_000_002_000}, ["3"], {"first"}),
        ({"session": "first", "kind": "chat"}, [], set()),
        ({"kind": "code_editor"}, ["4", "3", "1"], {"first"}),
        ({"until_ms": 1_600_000_005_000}, ["4", "3", "1"], {"first"}),
        ({"since_ms": 1_600_000_005_000}, [], {"told"}),
        ({"application": "Calc", "session": "told"}, [], set()),
    ],
)
def test_filters_of_sessions(tmp_path, wanted, pictures, those):
    async def body(db):
        await db.write(place)
        reply = await ask(db, "main", **wanted)
        assert [each.shot.id[-1] for each in reply.found] == pictures
        assert {each.id for each in reply.sessions} == those

    with_database(tmp_path, body)


def test_a_session_that_is_none(tmp_path):
    async def body(db):
        await db.write(place)
        with pytest.raises(RequestError, match="not_found"):
            await ask(db, "main", session="none")

    with_database(tmp_path, body)


@pytest.mark.parametrize(("number", "wanted"), [(1, "first"), (3, "first"), (4, None), (5, "told")])
def test_a_shot_says_its_session(tmp_path, number, wanted):
    async def body(db):
        await db.write(place)
        reply = await shot.handle(context(db), ShotRequest(id="1", shot=f"shot-00000{number}"))
        assert reply.session == wanted

    with_database(tmp_path, body)
