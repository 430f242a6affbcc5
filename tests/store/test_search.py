"""What is found is what is there: words, phrases, accents, scripts, names, times; and nothing else."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glimpsed.core.errors import RequestError
from glimpsed.core.model import Entity, EntityKind, Rung
from glimpsed.core.searching import parse
from glimpsed.core.words import cut, names
from glimpsed.store import found, search, shots, tags
from searched import describe, hits, page, say, show
from store_samples import accept, opened, read_job, result, shot, with_database

DAY = tags.DAY_MS


SCREENS = {
    1: ("Café crème à Genève", "plain words"),
    2: ("東京都庁の会議", "Kyoto 京都"),
    3: ("def retry_count(self):", "enableLoopBack = ROUND_HALF_UP"),
    4: ("open /home/ada/src/main.py", "🎉 party"),
    5: ("the red hat", "a blue cap"),
    6: ("a red cap and the blue hat",),
    7: (),
}


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("cafe", {1}),
        ("CRÈME geneve", {1}),
        ("cafe party", set()),
        ("京都", {2}),
        ("会", {2}),
        ("東京都庁の会議", {2}),
        ("会京", set()),
        ("kyoto京都", {2}),
        ("retry_count", {3}),
        ("count", {3}),
        ("retry_co*", {3}),
        ("loopback", {3}),
        ("pback", {3}),
        ("HALF_U", {3}),
        ("src/main.py", {4}),
        ("/home/ada/", {4}),
        ('"main src"', set()),
        ("party", {4}),
        ("red", {5, 6}),
        ('"red hat"', {5}),
        ('"hat a blue"', {5}),
        ("red -the", set()),
        ("cap -plain", {5, 6}),
        ('red -"red hat"', {6}),
        ("pla*", {1}),
        ("pl", set()),
        ("title:red", set()),
        ("text:red", {5, 6}),
    ],
)
def test_what_is_found(tmp_path, words, numbers):
    async def body(db):
        await db.write(lambda w: [show(w, number, *lines) for number, lines in SCREENS.items()] and None)
        assert set(await hits(db, words)) == numbers

    with_database(tmp_path, body)


def test_everything_that_is_said_is_found_and_what_was_said_before_is_not(tmp_path):
    async def body(db):
        first = {
            "application": "Rechner",
            "window_title": "sums.ods",
            "task": "adding",
            "summary": "A long table.",
            "entities": (Entity(EntityKind.PERSON, "Ada Lovelace"),),
        }
        await db.write(lambda w: show(w, 1, "the text", **first))
        for words in ("rechner", "title:sums", "said:adding", "said:table", "names:lovelace", "text"):
            assert await hits(db, words) == [1], words
        assert await hits(db, "names:adding") == []
        await db.write(lambda w: describe(w, 1, application="Calc", summary="Another one."))
        for words in ("rechner", "sums", "adding", "table", "lovelace"):
            assert await hits(db, words) == [], words
        for words in ("calc", "another", "text", "calc text"):
            assert await hits(db, words) == [1], words

    with_database(tmp_path, body)


def test_a_worse_result_that_comes_late_changes_nothing_but_the_text(tmp_path):
    async def body(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(lambda w: describe(w, 1, summary="good"))
        await db.write(lambda w: say(w, 1, "late text", summary="bad"))
        assert await hits(db, "good late") == [1]
        assert await hits(db, "bad") == []

    with_database(tmp_path, body)


def test_what_failed_to_commit_is_not_found(tmp_path):
    async def body(db):
        def fail(w):
            show(w, 1, "never")
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await db.write(fail)
        assert await hits(db, "never") == []

    with_database(tmp_path, body)


def test_a_picture_that_was_seen_often_is_one_result_with_its_times(tmp_path):
    async def body(db):
        def write(w):
            show(w, 1, "again and again")
            for number in range(2, 30):
                accept(w, number, 1)

        await db.write(write)
        (row,) = (await page(db, "again")).rows
        assert (row.times, row.row.shot.id, len(row.sightings)) == (29, "shot-000029", found.SIGHTINGS)
        assert row.sightings[0] == (row.row.shot.id, row.row.shot.taken_at.ms)
        since = shot(3, 1).taken_at.ms
        (row,) = (await page(db, "again", since_ms=since, until_ms=since + 2000)).rows
        assert [seen for seen, _ in row.sightings] == ["shot-000004", "shot-000003"]
        assert row.times == 2

    with_database(tmp_path, body)


def taken(w, number, content, ms):
    seen = shot(number, content)
    taken_at = msgspec.structs.replace(seen.taken_at, ms=ms)
    kept = msgspec.structs.replace(seen, taken_at=taken_at)
    minimum = result(f"minimum-{number}", content, Rung.MINIMUM)
    return shots.accept(w, kept, opened(content), minimum, (read_job(content),))


TIMES = {1: 0, 2: DAY - 1, 3: DAY, 4: 40 * DAY, 5: 2000 * DAY + 5, 6: -5, 7: 2**62}


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, {1, 2, 3, 4, 5, 6, 7}),
        ({"since_ms": 0}, {1, 2, 3, 4, 5, 7}),
        ({"until_ms": 0}, {6}),
        ({"since_ms": 0, "until_ms": DAY}, {1, 2}),
        ({"since_ms": 1, "until_ms": DAY + 1}, {2, 3}),
        ({"since_ms": DAY, "until_ms": 2000 * DAY + 5}, {3, 4}),
        ({"since_ms": 40 * DAY + 1, "until_ms": 2**53}, {5}),
        ({"since_ms": 5, "until_ms": 5}, set()),
        ({"since_ms": 9, "until_ms": 5}, set()),
        ({"since_ms": 2**62 + 1}, set()),
        ({"until_ms": -6}, set()),
    ],
)
def test_filter_by_time(tmp_path, wanted, numbers):
    async def body(db):
        def write(w):
            for number, ms in TIMES.items():
                taken(w, number, number, ms)
                say(w, number, "same")

        await db.write(write)
        assert set(await hits(db, "same", **wanted)) == numbers

    with_database(tmp_path, body)


def test_a_known_picture_is_found_on_another_day(tmp_path):
    async def body(db):
        await db.write(lambda w: taken(w, 1, 1, 5 * DAY) and say(w, 1, "lock screen"))
        await db.write(lambda w: taken(w, 2, 1, 9 * DAY) and None)
        for day, number in ((5, 1), (9, 2)):
            assert await hits(db, "lock", since_ms=day * DAY, until_ms=(day + 1) * DAY) == [number]
        assert await hits(db, "lock", since_ms=6 * DAY, until_ms=9 * DAY) == []

    with_database(tmp_path, body)


def test_filter_by_application_and_kind(tmp_path):
    async def body(db):
        def write(w):
            show(w, 1, "same", application="Éditeur", application_type="code_editor")
            show(w, 2, "same", application="Calc", application_type="spreadsheet")

        await db.write(write)
        assert await hits(db, "same", application="éDITEUR") == [1]
        assert await hits(db, "same", kind="spreadsheet") == [2]
        assert await hits(db, "same", application="calc", kind="code_editor") == []
        for nonsense in ('"', "", "\x00", "\ud800", "x OR y", "code editor"):
            assert await hits(db, "same", application=nonsense) == []
            assert await hits(db, "same", kind=nonsense) == []

    with_database(tmp_path, body)


def test_the_best_come_first(tmp_path):
    async def body(db):
        def write(w):
            others = ["other words"] * 20
            show(w, 1, "budget numbers", *others)
            show(w, 2, *["budget numbers"] * 3, *others)
            show(w, 3, *others, window_title="budget")
            show(w, 4, "budgetPlan", *others)
            show(w, 5, "budget numbers", *others * 3)
            show(w, 6, *others)

        await db.write(write)
        assert await hits(db, "budget") == [3, 2, 1, 5, 4]

    with_database(tmp_path, body)


def test_a_rare_word_weighs_more_than_a_common_one(tmp_path):
    async def body(db):
        def write(w):
            for number in range(30):
                show(w, number, "common")
            show(w, 40, "common common common rare")
            show(w, 41, "common rare rare rare")

        await db.write(write)
        assert await hits(db, "common rare") == [41, 40]

    with_database(tmp_path, body)


def test_every_match_shows_why_and_where(tmp_path):
    async def body(db):
        await db.write(lambda w: show(w, 1, "nothing", "the red hat", "red", window_title="A red title"))
        (row,) = (await page(db, '"red hat"')).rows
        text, *_ = row.matches
        assert (text.field, text.line.box, text.passage.text) == ("text", (10, 20, 300, 14), "the red hat")
        assert [text.passage.text[a:b] for a, b in text.passage.marks] == ["red", "hat"]

    with_database(tmp_path, body)


@pytest.mark.parametrize("limit", [1, 3, 7, 200])
def test_pages_repeat_and_hide_nothing_though_more_comes_in_between(tmp_path, limit, monkeypatch):
    monkeypatch.setattr(found, "CHUNK", 10)  # so that pages cross from chunk to chunk

    async def body(db):
        def write(w, numbers):
            for number in numbers:
                show(w, number, *["word"] * (number % 4 + 1), "other" * (number % 3))

        await db.write(lambda w: write(w, range(35)))
        whole = [row.row.shot.id for row in (await page(db, "word oth*", limit=200)).rows]
        seen, cursor, come = [], None, 100
        while True:
            shown = await page(db, "word oth*", cursor, limit)
            seen += [row.row.shot.id for row in shown.rows]
            cursor = shown.next
            if cursor is None:
                break
            await db.write(lambda w, n=come: write(w, range(n, n + 3)))
            come += 3
        assert seen == whole
        assert len(seen) == len(set(seen)) == 23

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "bnVsbA==", "W10=", "WzEsMSxbXSwxLDFd", "Wy0xLDEsWzFdLDEsMV0=", "[]"]
)
def test_a_cursor_of_somebody_else_is_refused(tmp_path, cursor):
    async def body(db):
        await db.write(lambda w: show(w, 1, "word"))
        with pytest.raises(RequestError, match="cursor"):
            await page(db, "word", cursor)

    with_database(tmp_path, body)


def test_an_empty_store_has_nothing(tmp_path):
    async def body(db):
        assert await hits(db, "word") == []
        assert await hits(db, "word", since_ms=0) == []
        assert await db.search(search.pending) == 0

    with_database(tmp_path, body)


def test_a_picture_that_goes_is_not_found_and_comes_back(tmp_path):
    async def body(db):
        await db.write(lambda w: show(w, 1, "old words"))

        def forget(w):
            n = w.cx.execute("SELECT n FROM picture").get
            search.drop(w, n)
            for table in (
                "entity",
                "result",
                "job",
                "picture_places",
                "picture_text",
                "tiles",
                "shot",
                "picture",
            ):
                w.cx.execute("PRAGMA defer_foreign_keys = ON")
                w.cx.execute(f"DELETE FROM {table}")  # noqa: S608

        await db.write(forget)
        assert await hits(db, "words") == []
        await db.write(lambda w: show(w, 1, "new words"))
        assert await hits(db, "words") == [1]
        assert await hits(db, "old") == []

    with_database(tmp_path, body)


LETTERS = st.text(st.sampled_from("aAbáÁbßB _-\n会議京🎉"), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LETTERS, max_size=6), LETTERS)
def test_exactly_those_are_found_that_have_all_the_words(tmp_path_factory, texts, asked):
    try:
        query = parse(asked.replace("-", " "))
    except RequestError:
        return
    wanted = {number for number, text in enumerate(texts) if all(has(text, term) for term in query.terms)}

    async def body(db):
        await db.write(lambda w: [show(w, number, text) for number, text in enumerate(texts)] and None)
        assert set(await hits(db, asked.replace("-", " "))) == wanted

    with_database(tmp_path_factory.mktemp("oracle"), body)


def has(text, term):
    """Whether a text has a term, by looking at nothing but folded strings."""
    words, spelt = cut(text), f" {' '.join(cut(text).plain)} "
    exact = not term.words or f" {' '.join(term.words)} " in spelt
    inside = bool(term.inside) and any(term.inside in name for name, _ in names(text))
    return (exact or inside) and all(any(run in there for there in words.runs) for run in term.runs)
