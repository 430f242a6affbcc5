"""Evidence finds its task: by what is the same, whatever order it comes in, and however often."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.tasks.names import Name, NameKind, gathered
from glimpsed.core.tasks.placing import NEW_MS, Known, place
from task_samples import HOUR, evidence, groups, name, session_id
from taskbook import Taskbook


def book_of(*every):
    """A book into which these were placed, each list of evidence a session's."""
    book = Taskbook()
    for number, each in enumerate(every):
        book.place(session_id(number), each)
    return book


def together(book):
    return groups({task: list(each) for task, each in book.evidence.items()})


def sets(*numbers):
    return {frozenset(map(session_id, each)) for each in numbers}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["#481"], ["#481", "other.xlsx"]),
        (["@shop"], ["@shop"]),
        (["@ledger-api"], ["@1edger-apl"]),
        (["@warehouse-sync"], ["@warehoose-sync"]),
        (["Budget 2027.xlsx"], ["Budget 2027.xlsx"]),
        (["Remittance advice.pdf"], ["Remittanoe advice.pdf"]),
        (["wiki.example.com/billing/wave-3"], ["wikl.example.com/billing/wave-3", "x.example/y"]),
        (["sheet07.pdf"], ["@algolab", "sheet07.pdf"]),
        (["@algolab", "sheet07.pdf"], ["sheet07.pdf"]),
        ([("a.xlsx", HOUR), ("b.xlsx", HOUR)], [("b.xlsx", HOUR), ("c.xlsx", HOUR)]),
    ],
)
def test_what_is_the_same_is_one_task(first, second):
    assert together(book_of([evidence(0, *first)], [evidence(1, *second)])) == sets({0, 1})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["#481"], ["#482"]),
        (["#481", "Router.pdf"], ["#482", "Router.pdf"]),
        (["@shop", "a.pdf"], ["@kit", "a.pdf"]),
        (["@shop"], ["shop notes.odt"]),
        (["Budget 2026.xlsx"], ["Budget 2027.xlsx"]),
        (["v1.md"], ["v2.md"]),
        (
            [("one.odt", 50 * 60_000), ("hub.example/x", 60_000)],
            [("two.odt", 50 * 60_000), ("hub.example/x", 60_000)],
        ),
        (["#481"], ["Router.pdf", "#481 in a list"]),
    ],
)
def test_what_differs_in_what_counts_is_two(first, second):
    assert together(book_of([evidence(0, *first)], [evidence(1, *second)])) == sets({0}, {1})


def test_a_number_of_one_project_is_another_in_the_next():
    shop, kit = (Name(NameKind.NUMBER, owner, "#12", HOUR) for owner in ("shop", "kit"))
    first = evidence(0, "#12")
    second = evidence(1, "#12")
    book = Taskbook()
    for each, number in ((first, shop), (second, kit)):
        book.place(each.part.session, [type(each)(each.part, (number,))])
    assert together(book) == sets({0}, {1})


def test_a_page_that_everything_leads_to_decides_nothing():
    """Most of a session was at a page of four tasks, and a quarter of that speaks for each of them."""
    book = Taskbook()
    for number in (2, 3, 5, 6):
        said = evidence(number, (f"paper {number * 111}.odt", HOUR), ("hub.example/x", HOUR // 5))
        book.place(session_id(number), [said])
    book.place(session_id(9), [evidence(9, ("new.odt", HOUR), ("hub.example/x", 2 * HOUR))])
    assert together(book) == sets({2}, {3}, {5}, {6}, {9})


def test_what_is_too_short_joins_a_task_and_makes_none():
    short = [evidence(1, "#481", minutes=1)]
    assert book_of([], short).evidence == {}
    assert together(book_of([evidence(0, "#481")], short)) == sets({0, 1})


def test_two_pieces_of_one_session_may_be_one_task():
    """As when a project was read in two ways that are alike to a third."""
    book = book_of([evidence(0, "@warehouse-sync-service")])
    both = [evidence(1, "@warehouse-sync-servlce"), evidence(1, "@warehouse-sync-serv1ce", minutes=10)]
    book.place(session_id(1), both)
    (task,) = book.evidence.values()
    assert task[session_id(1)].part.active_ms == 70 * 60_000


def test_ties_go_to_the_older_task_whatever_order_they_are_told_in():
    known = [Known(task, NameKind.DOCUMENT, (name("a.odt"),)) for task in ("task-2", "task-1")]
    wanted = [evidence(0, "a.odt")]
    assert place(wanted, known)[0].task == place(wanted, known[::-1])[0].task == "task-1"


def test_a_revised_session_stays_where_it_was():
    book = book_of([evidence(0, "@shop")], [evidence(1, "@shop")])
    (task,) = book.evidence
    book.place(session_id(0), [evidence(0, "@shop", "other.pdf", minutes=20)])
    book.place(session_id(1), [evidence(1, "@shop", minutes=5)])
    assert list(book.evidence) == [task]


def test_a_session_that_was_at_something_else_after_all_leaves_its_task():
    book = book_of([evidence(0, "@shop")], [evidence(1, "@shop")])
    book.place(session_id(1), [evidence(1, "@kit")])
    assert together(book) == sets({0}, {1})


NAMES = st.sampled_from(
    [
        "#11",
        "#12",
        "@shop",
        "@kit",
        "alpha report.odt",
        "beta report.odt",
        "gamma.pdf",
        "w.example/a",
        "w.example/b",
    ]
)


DOCUMENTS = NAMES.filter(lambda text: text[0] not in "#@")


def pieces(least, most=3):
    """As `gather` gives them: only the first name may be a strong one, one piece at most has none."""
    names = st.tuples(NAMES, st.lists(DOCUMENTS, max_size=3)).map(
        lambda each: list(dict.fromkeys((each[0], *each[1])))
    )
    one = st.tuples(names, st.integers(least, 90))
    return st.lists(one, max_size=most, unique_by=lambda each: each[0][0] if each[0][0][0] in "#@" else "")


def said(number, pieces):
    return [evidence(number, *names, minutes=minutes) for names, minutes in pieces]


@given(st.lists(pieces(1), max_size=6), pieces(1))
def test_placing_twice_changes_nothing_and_withdrawing_undoes_it(every, last):
    book = book_of(*(said(number, each) for number, each in enumerate(every)))
    before = {task: dict(each) for task, each in book.evidence.items()}
    book.place(session_id(99), said(99, last))
    after = {task: dict(each) for task, each in book.evidence.items()}
    book.place(session_id(99), said(99, last))
    assert book.evidence == after
    book.withdraw(session_id(99))
    assert book.evidence == before


@given(st.lists(pieces(NEW_MS // 60_000, most=1), max_size=6), st.data())
def test_placing_all_again_in_any_order_changes_nothing(every, data):
    """But for what was too short for a task, and for pieces that only documents had put together."""
    book = book_of(*(said(number, each) for number, each in enumerate(every)))
    before = {task: dict(each) for task, each in book.evidence.items()}
    for number in data.draw(st.permutations(range(len(every)))):
        book.place(session_id(number), said(number, every[number]))
    assert book.evidence == before


@given(st.lists(pieces(1), max_size=6))
def test_every_session_has_each_task_once_and_no_time_is_made_up(every):
    book = book_of(*(said(number, each) for number, each in enumerate(every)))
    for number, each in enumerate(every):
        spent = [task[session_id(number)] for task in book.evidence.values() if session_id(number) in task]
        assert sum(one.part.active_ms for one in spent) <= sum(minutes for _, minutes in each) * 60_000
    assert all(book.evidence.values()), "a task without parts is none"


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(["#11", "#12", "@shop", "@kit", "one.odt", "two.odt"]), max_size=8), st.data()
)
def test_what_a_strong_name_tells_is_the_same_in_any_order(names, data):
    """Each session is at one thing; documents stand alone here, and then are as strong."""
    order = data.draw(st.permutations(range(len(names))))
    book = Taskbook()
    for number in order:
        book.place(session_id(number), [evidence(number, names[number])])
    assert together(book) == {
        frozenset(session_id(n) for n, other in enumerate(names) if other == each) for each in names
    }


@given(st.lists(st.tuples(st.text("o0il1.ab#- ", max_size=12), st.integers(0, 1000)), max_size=40))
def test_gathered_names_lose_no_time_and_none_is_a_reading_of_another(pairs):
    names = [Name(NameKind.DOCUMENT, "", text, ms) for text, ms in pairs]
    found = gathered(names)
    assert sum(each.active_ms for each in found) == sum(ms for _, ms in pairs)
    assert not any(a.is_same(b) for n, a in enumerate(found) for b in found[:n])
    assert found == gathered(reversed(names))


@given(st.text("abrmoil0149 .#", max_size=14), st.text("abrmoil0149 .#", max_size=14))
def test_readings_of_one_name_are_led_to_by_one_of_their_keys(a, b):
    one, other = (Name(NameKind.DOCUMENT, "", text) for text in (a, b))
    if one.is_same(other):
        assert {one.key, *one.near} & {other.key, *other.near}
        assert one.key == other.key or one.near[0] == other.near[0] or one.near[1] == other.near[1]


def test_ten_thousand_names_are_no_trouble():
    names = [Name(NameKind.DOCUMENT, "", f"garbage {n * n} ~ {n % 97}", n) for n in range(10_000)]
    assert len(gathered(names)) <= 200
