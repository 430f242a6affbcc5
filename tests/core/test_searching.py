"""Whatever a person types is a query that SQLite understands, or is refused with a sentence."""

import itertools

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.errors import RequestError
from glimpsed.core.searching import MOST_TERMS, Term, fused, parse
from glimpsed.core.words import GRAM, JOINT


def index():
    cx = apsw.Connection(":memory:")
    cx.execute(
        "CREATE VIRTUAL TABLE search USING fts5 (text, title, names, said, parts, tags, tokenize='ascii')"
    )
    return cx


INDEX = index()

NOT_SYNTAX = (
    *(
        'foo" OR',
        "don't",
        "-x y",
        "col:val",
        "title:",
        'title:"',
        "NEAR(a b)",
        "a AND",
        "NOT b",
        "(",
        "{a}:b",
    ),
    *(
        "^a",
        "a*b*",
        "* a",
        '"" a',
        "a + b",
        "a\x00b",
        "\ud800a",
        '"a"*',
        "--help me",
        "text:-a",
        "a -",
        "a -*",
    ),
)


def rows_of(expression):
    return INDEX.execute("SELECT rowid FROM search WHERE search MATCH ?", (expression,)).fetchall()


def ask(text):
    """SQLite raises if it is a query that it does not understand."""
    try:
        query = parse(text)
    except RequestError:
        return
    assert rows_of(query.expression('"x"')) == []
    assert not any(rows_of(phrase) for either in query.looked_up for phrase in either)


@pytest.mark.parametrize("text", NOT_SYNTAX)
def test_what_sqlite_would_trip_over(text):
    ask(text)


@given(st.text())
def test_any_text_at_all(text):
    ask(text)


@given(
    st.lists(st.sampled_from([*'"*-:(){}^+ \t', "a", "b_c", "OR", "NOT", "title:", "会", "e\u0301", "🎉"]))
)
def test_any_heap_of_what_means_something(parts):
    ask("".join(parts))


@pytest.mark.parametrize("text", ["", " ", "-a", '""', "🎉 ...", '-"a b" -c', "*", "-"])
def test_nothing_to_look_for_is_said(text):
    with pytest.raises(RequestError, match="no word to look for"):
        parse(text)


def test_there_is_an_end_to_what_is_asked_at_once():
    assert len(parse(" ".join(f"w{at}" for at in range(MOST_TERMS))).terms) == MOST_TERMS
    with pytest.raises(RequestError, match="more than"):
        parse(" ".join(f"w{at}" for at in range(MOST_TERMS + 1)))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Émile", Term(("emile",), inside="emile")),
        ("ab", Term(("ab",))),
        ("half_U", Term(("half", "u"), inside=f"half{JOINT}u")),
        ("src/main.py", Term(("src", "main", "py"))),
        ('"Red  Hat"', Term(("red", "hat"))),
        ("“Red Hat”", Term(("red", "hat"))),
        ('"open', Term(("open",))),
        ("pre*", Term(("pre",), prefix=True, inside="pre")),
        ("pr*", Term(("pr",))),
        ("TITLE:Calc", Term(("calc",), field="title")),
        ('said:"two words"', Term(("two", "words"), field="said")),
        ("other:word", Term(("other", "word"))),
        ("東京tower", Term(("tower",), ("東京",))),
        ("title:東京", Term((), ("東京",), field="title")),
    ],
)
def test_a_term(text, term):
    assert parse(text).terms == (term,)


def test_what_must_not_be_there():
    query = parse('a -b -"c d" --e')
    assert query.terms == (Term(("a",)), Term(("e",)))
    assert query.without == (Term(("b",)), Term(("c", "d")))


def test_the_same_again_is_asked_once():
    assert parse("a A á a").terms == (Term(("a",)),)


def test_phrases_are_counted_as_sqlite_counts_them():
    query = parse('one 東京都庁 x "two three" -four title:five')
    counted = []

    def phrases(api):
        counted.extend(api.phrases)
        return 0

    cx = index()
    cx.register_fts5_function("counted", phrases)
    row = f"one x two three five {GRAM}東京都 {GRAM}京都庁"
    cx.execute("INSERT INTO search (text, title) VALUES (?, ?)", (row, "five"))
    cx.execute(
        "SELECT counted(search) FROM search WHERE search MATCH ?", (query.expression('"x"'),)
    ).fetchall()
    quoted = [phrase.split('"')[1] for either in query.looked_up for phrase in either]
    assert [" ".join(phrase) for phrase in counted][: len(quoted)] == quoted


ORDERS = st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=3)


@given(ORDERS)
def test_orders_are_fused_into_one_that_no_order_contradicts(orders):
    one = fused(orders)
    assert sorted(one) == sorted({each for order in orders for each in order})
    assert fused(orders[:1] * 3) == (orders[0] if orders else [])
    for a, b in itertools.permutations(one, 2):
        if all(ahead(order, a, b) for order in orders):
            assert one.index(a) < one.index(b)


def ahead(order, a, b):
    return b not in order or (a in order and order.index(a) < order.index(b))


def test_what_is_in_both_orders_comes_before_what_is_first_in_one():
    assert fused([["a", "b", "c"], ["d", "c"]]) == ["c", "a", "d", "b"]
