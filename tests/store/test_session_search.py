"""A session is found by what is told of it now, and holds just what was found in it."""

import asyncio
from collections import Counter

import apsw
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glimpsed.core.model import Rung
from glimpsed.core.searching import parse
from glimpsed.core.sessions.model import Outline, SessionState, Share, Step, Telling
from glimpsed.store import found, found_sessions, session_search, sessions, shots
from glimpsed.store.db import FILE_NAME
from searched import filled, page, say, show
from store_samples import accept, database, opened, result, session, shot, with_database

DAY = 86_400_000


def outline(title="", said="", *, names=(), steps=(), application="Editor"):
    return Outline(
        title,
        said,
        applications=(Share(application, 1, 1.0),),
        projects=tuple(Share(name, 1, 0.5) for name in names[:1]),
        documents=tuple(Share(name, 1, 0.5) for name in names[1:]),
        steps=tuple(Step(0, 1, step) for step in steps),
    )


def keep(w, number, title="", said="", *, last=None, state=SessionState.CLOSED, told=None, **more):
    """A session of one shot, or of those up to `last`, that are there."""
    whole = session(f"s{number}", number, last or number, state=state, told=told)
    sessions.put(w, msgspec.structs.replace(whole, outline=outline(title, said, **more)))


async def told(db, words, limit=20, **wanted):
    """What is found by what is told, the best first."""
    query, only = parse(words), found.Filter(**wanted)
    return await db.search(lambda cx: found_sessions.search(cx, query, only, limit))


async def ids(db, words, **wanted):
    return [each.session.id for each in await told(db, words, **wanted)]


def fill(w):
    for number in range(1, 9):
        accept(w, number, number)
    keep(w, 1, "Reading: Café crème à Genève", "plain words")
    keep(w, 2, "会議: 東京都庁", names=("京都",))
    keep(w, 3, "Coding: shop", names=("shop", "enableLoopBack.kt"), steps=("Editing retry_count",))
    keep(w, 4, "Messages: 🎉", "ROUND_HALF_UP")
    keep(w, 5, "Coding: hat", "the red hat", application="Éditeur")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("cafe", {"s1"}),
        ("CRÈME geneve", {"s1"}),
        ("cafe words", {"s1"}),
        ("cafe shop", set()),
        ("京都", {"s2"}),
        ("会", {"s2"}),
        ("議東", set()),
        ("retry_count", {"s3"}),
        ("count", {"s3"}),
        ("loopback", {"s3"}),
        ("half_u", {"s4"}),
        ("cod*", {"s3", "s5"}),
        ("coding -hat", {"s3"}),
        ('"red hat"', {"s5"}),
        ('"hat red"', set()),
        ("title:shop", {"s3"}),
        ("said:shop", set()),
        ("names:shop", {"s3"}),
        ("text:shop", set()),
        ("editor", {"s1", "s2", "s3", "s4"}),
        ("editeur", {"s5"}),
    ],
)
def test_what_is_found(tmp_path, words, wanted):
    async def body(db):
        await db.write(fill)
        assert set(await ids(db, words)) == wanted

    with_database(tmp_path, body)


HOSTILE = [
    *('foo" OR', "title:", "NEAR(a b)", "a AND", "{a}:b", "^a", "a*b*", "'; DROP TABLE session; --", "🎉 x"),
    *("x\x00y", "a%", "a_", "session_search", "rowid:1", "a" * 900, "é" * 900, "会" * 300, "\ue002dead"),
]


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_is_typed_finds_what_is_told_so(tmp_path, words):
    async def body(db):
        await db.write(fill)
        await db.write(lambda w: keep(w, 6, words, words, names=(words, words), steps=(words,)))
        assert "s6" in await ids(db, words), "it is told of itself"
        assert await ids(db, words, application=words) == []

    with_database(tmp_path, body)


def test_only_what_is_told_now_is_found_and_nothing_of_what_is_withdrawn(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, n, n) for n in range(1, 4)] and None)
        await db.write(lambda w: keep(w, 1, "Coding: shop", "old words", state=SessionState.OPEN))
        assert await ids(db, "shop old") == ["s1"]
        await db.write(lambda w: keep(w, 1, "Coding: garden", "new words"))
        await db.write(lambda w: keep(w, 2, "Reading", "words"))
        assert (await ids(db, "shop"), await ids(db, "old"), await ids(db, "garden new")) == ([], [], ["s1"])
        telling = Telling("Planted trees", "Nine of them.", activities=("digging",), tasks=("Fetch water",))
        assert await db.write(lambda w: sessions.tell(w, "s1", 1, telling))
        for words in ("planted", "said:nine", "digging", "said:water"):
            assert await ids(db, words) == ["s1"], words
        assert await ids(db, "garden") == await ids(db, "new") == [], "a model told it otherwise"
        await db.write(lambda w: keep(w, 1, "Coding: garden", state=SessionState.WITHDRAWN))
        assert (await ids(db, "garden"), await ids(db, "planted"), await ids(db, "words")) == ([], [], ["s2"])
        await db.write(lambda w: keep(w, 1, "Coding: garden"))
        assert await ids(db, "garden") == ["s1"], "it may come back"

    with_database(tmp_path, body)


def test_what_failed_to_commit_is_not_found(tmp_path):
    async def body(db):
        def fail(w):
            accept(w, 1, 1)
            keep(w, 1, "never")
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await db.write(fail)
        assert await ids(db, "never") == []

    with_database(tmp_path, body)


def test_a_match_says_where_it_stands_the_title_first_and_each_text_once(tmp_path):
    async def body(db):
        accepted = ("shop.py", "shop.py", "the shop", "a shop there", "no shop")
        await db.write(lambda w: accept(w, 1, 1) and None)
        await db.write(lambda w: keep(w, 1, "Shop", accepted[4], names=accepted[:2], steps=accepted[1:4]))
        (one,) = await told(db, "shop")
        assert one.score > 0
        assert [(each.field, each.passage.text, each.line) for each in one.matches] == [
            ("title", "Shop", None),
            ("names", "shop.py", None),
            ("said", "no shop", None),
        ]
        assert [one.matches[2].passage.text[a:b] for a, b in one.matches[2].passage.marks] == ["shop"]

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, {"s2", "s4", "s7"}),
        ({"since_ms": shot(3, 3).taken_at.ms}, {"s2", "s4", "s7"}),
        ({"since_ms": shot(3, 3).taken_at.ms + 1}, {"s4", "s7"}),
        ({"until_ms": shot(2, 2).taken_at.ms + 1}, {"s2"}),
        ({"until_ms": shot(2, 2).taken_at.ms}, set()),
        ({"since_ms": shot(5, 5).taken_at.ms - 3, "until_ms": shot(5, 5).taken_at.ms - 2}, {"s4"}),
        ({"since_ms": 0, "until_ms": DAY}, set()),
        ({"since_ms": 9, "until_ms": 5}, set()),
        ({"application": "éDITEUR"}, {"s4"}),
        ({"application": ""}, set()),
        ({"kind": "code_editor"}, set()),
        ({"session": session("s7", 7, 8)}, {"s7"}),
        ({"session": session("s7", 7, 8), "until_ms": shot(7, 7).taken_at.ms}, set()),
    ],
)
def test_filters(tmp_path, wanted, numbers):
    async def body(db):
        def write(w):
            for number in range(1, 9):
                accept(w, number, number)
            keep(w, 2, "same", last=3)
            keep(w, 4, "same", last=6, application="Éditeur")
            keep(w, 7, "same", last=8)

        await db.write(write)
        assert set(await ids(db, "same", **wanted)) == numbers

    with_database(tmp_path, body)


def test_the_best_come_first_and_no_more_than_asked_for(tmp_path):
    async def body(db):
        def write(w):
            for number in range(1, 40):
                accept(w, number, number)
                keep(w, number, f"Coding: w{number}", "long words " * 9)
            keep(w, 7, "Reading", "a budget " + "long words " * 9)
            keep(w, 8, "Budget", "long words " * 9)
            keep(w, 9, "Budget", "budget " + "long words " * 9)

        await db.write(write)
        assert await ids(db, "budget") == ["s9", "s8", "s7"]
        assert await ids(db, "budget", limit=2) == ["s9", "s8"]
        assert len(await ids(db, "words")) == 20

    with_database(tmp_path, body)


def test_a_page_names_the_sessions_of_its_pictures_and_those_that_are_told_of(tmp_path):
    async def body(db):
        def write(w):
            show(w, 1, "parser", "parser")
            for number in range(2, 6):
                show(w, number, "parser")
            keep(w, 1, "Coding: lexer")
            keep(w, 2, "Coding: parser")
            keep(w, 3, "Reading: parser", last=4)
            keep(w, 6, "nothing")

        await db.write(lambda w: accept(w, 6, 6) and None)
        await db.write(write)
        pictures = (await page(db, "parser")).rows
        in_it = {each.row.shot.id[-1]: each.session and each.session.id for each in pictures}
        assert in_it == {"1": "s1", "2": "s2", "3": "s3", "4": "s3", "5": None}
        by_words = await told(db, "parser")
        groups = found_sessions.grouped(pictures, by_words)
        shown = [(each.session.id, each.score is None, bool(each.matches)) for each in groups]
        assert Counter(shown) == {("s1", True, False): 1, ("s2", False, True): 1, ("s3", False, True): 1}
        assert shown[-1][0] == "s1", "what is found both ways comes first, though its pictures do not"
        later = found_sessions.grouped((await page(db, "parser", limit=2)).rows[1:], [])
        assert all(each.score is None for each in later)

    with_database(tmp_path, body)


def test_an_index_of_other_rules_is_made_anew_sessions_first(tmp_path):
    async def body(db):
        await db.write(lambda w: [show(w, number, "word") for number in range(1, 6)] and None)
        await db.write(lambda w: [keep(w, number, f"word w{number}") for number in range(1, 5)] and None)
        await db.write(lambda w: keep(w, 2, state=SessionState.WITHDRAWN))
        await db.write(lambda w: w.cx.execute("DELETE FROM meta WHERE key = 'search_rules'") and None)
        await db.close()
        async with database(tmp_path) as again:
            assert await ids(again, "word") == []
            await again.write(lambda w: keep(w, 5, "word"))
            await again.write(lambda w: keep(w, 1, "word again"))
            assert set(await ids(again, "word")) == {"s5", "s1"}
            assert await again.write(lambda w: session_search.fill(w, 2))
            assert set(await ids(again, "word")) == {"s5", "s4", "s3", "s1"}, "the newest first"
            await filled(again)
            assert set(await ids(again, "word")) == {"s5", "s4", "s3", "s1"}
            assert await ids(again, "again") == ["s1"]
            assert len((await page(again, "word")).rows) == 5

    with_database(tmp_path, body)


def test_a_broken_index_of_sessions_costs_no_more_than_making_it_anew(tmp_path):
    async def write():
        async with database(tmp_path) as db:
            await db.write(lambda w: [show(w, number, "word") for number in range(1, 6)] and None)
            await db.write(lambda w: [keep(w, number, "word") for number in range(1, 6)] and None)

    asyncio.run(write())
    cx = apsw.Connection(str(tmp_path / FILE_NAME))
    cx.execute("PRAGMA wal_autocheckpoint = 0")
    cx.execute("UPDATE session_search_data SET block = zeroblob(length(block)) WHERE id > 10")
    log = tmp_path / f"{FILE_NAME}-wal"
    kept = log.read_bytes()
    cx.close()
    log.write_bytes(kept)  # as after a crash

    async def look():
        async with database(tmp_path) as db:
            await filled(db)
            assert (len(await ids(db, "word")), len((await page(db, "word")).rows)) == (5, 5)

    asyncio.run(look())


WORDS = st.sampled_from(["red", "hat", "blue", "会議", "Été"])
ROWS = st.tuples(
    st.integers(1, 4),
    st.sampled_from([*SessionState]),
    st.lists(WORDS, max_size=2),
    st.lists(WORDS, max_size=2),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(ROWS, max_size=12), st.lists(WORDS, min_size=1, max_size=2))
def test_whatever_came_before_those_are_found_that_say_it_now(tmp_path_factory, rows, asked):
    now = {number: (state, {*title, *said}) for number, state, title, said in rows}
    wanted = {
        f"s{number}"
        for number, (state, words) in now.items()
        if state is not SessionState.WITHDRAWN and words.issuperset(asked)
    }

    async def body(db):
        await db.write(lambda w: [accept(w, number, number) for number in range(1, 5)] and None)
        for number, state, title, said in rows:
            await db.write(
                lambda w, n=number, s=state, t=title, x=said: keep(w, n, " ".join(t), " ".join(x), state=s)
            )
        assert set(await ids(db, " ".join(asked))) == wanted

    with_database(tmp_path_factory.mktemp("oracle"), body)


SEEN = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=16)
"""Which picture was seen at which time, in milliseconds or days; times are often the same."""


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    SEEN, st.tuples(*[st.integers(0, 15)] * 2), st.tuples(*[st.integers(0, 7)] * 2), st.sampled_from((1, DAY))
)
def test_within_a_session_just_what_was_seen_in_it_is_found(tmp_path_factory, seen, ends, stretch, unit):
    (one, other), (since, until) = ends, (at * unit for at in stretch)
    seen = [(content, at * unit) for content, at in seen]
    places = sorted((at, f"shot-{number:06}", content) for number, (content, at) in enumerate(seen))
    first, last = sorted((places[one % len(places)], places[other % len(places)]))
    whole = msgspec.structs.replace(
        session("it", 0, 0), start_ms=first[0], end_ms=last[0], last_ms=last[0], last_shot=last[1]
    )
    boundary = msgspec.structs.replace(whole.boundary, at_ms=first[0], shot=first[1])
    whole = msgspec.structs.replace(whole, boundary=boundary)
    inside = [each for each in places if first[:2] <= each[:2] <= last[:2]]

    def write(w):
        for number, (content, at) in enumerate(seen):
            kept = shot(number, content)
            kept = msgspec.structs.replace(kept, taken_at=msgspec.structs.replace(kept.taken_at, ms=at))
            minimum = result(f"minimum-{number}", content, Rung.MINIMUM)
            shots.accept(w, kept, opened(content), minimum, ())
        sessions.put(w, whole)

    def times(chosen):
        return Counter(opened(content).picture.sha256 for _, _, content in chosen)

    async def body(db):
        await db.write(write)
        rows = (await page(db, "model", session=whole)).rows
        assert {each.row.picture.sha256: each.times for each in rows} == times(inside)
        assert all(each.session == whole for each in rows)
        some = (await page(db, "model", session=whole, since_ms=since, until_ms=until)).rows
        wanted = times(each for each in inside if since <= each[0] < until)
        assert {each.row.picture.sha256: each.times for each in some} == wanted
        shown = {(at, name) for at, name, _ in inside}
        for each in (await page(db, "model")).rows:
            place = (each.row.shot.taken_at.ms, each.row.shot.id)
            assert (each.session is not None) == (place in shown)

    with_database(tmp_path_factory.mktemp("oracle"), body)


def test_a_picture_is_in_the_session_that_is_asked_for_also_when_it_was_seen_later(tmp_path):
    async def body(db):
        def write(w):
            for number, content in ((1, 1), (2, 2), (3, 1), (4, 1)):
                accept(w, number, content)
            say(w, 1, "lock screen")
            keep(w, 1, last=2)
            keep(w, 3)

        await db.write(write)
        for only, number, times in (("s1", "1", 1), ("s3", "3", 1)):
            whole = await db.read(lambda cx, only=only: sessions.get(cx, only))
            (row,) = (await page(db, "lock", session=whole)).rows
            assert (row.row.shot.id[-1], row.times, row.session.id) == (number, times, only)
        (row,) = (await page(db, "lock")).rows
        assert (row.row.shot.id[-1], row.times, row.session) == ("4", 3, None)

    with_database(tmp_path, body)
