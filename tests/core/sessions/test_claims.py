"""The words that tell what a claim is about, and what is known of those that were seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.sessions.checking import fault_of
from glimpsed.core.sessions.claims import forms, seen_of, telling_words
from glimpsed.core.sessions.evidence import Evidence
from glimpsed.core.sessions.model import Sighting

VERBS = [
    "wrote",
    "editing",
    "reads",
    "reviewed",
    "fixes",
    "tested",
    "discussing",
    "planned",
    "compares",
    "tried",
]
JOINING = ["the", "and then", "with", "through", "12", "3.5", "-", "for"]


def seen(*text):
    return Evidence([Sighting("s", 0, text=text)])


@pytest.mark.parametrize("word", VERBS)
def test_verbs_of_all_work_tell_nothing_in_any_form(word):
    assert telling_words(f"{word} it") == frozenset()


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("invoices", "Invoice 17"),
        ("invoice", "INVOICES"),
        ("row", "parse_rows"),
        ("rows", "parseRow()"),
        ("parsers", "the parser"),
        ("order", "0rder 12"),
        ("Uberweisung", "Überweisungen"),
        ("VAT", "vat = 0"),
    ],
)
def test_a_word_is_known_in_another_form(word, text):
    assert list(seen_of(telling_words(word), forms([text])))


@pytest.mark.parametrize(
    ("word", "text"),
    [("tax", "syntax"), ("bread", "read the thread"), ("order", "border"), ("rest", "forest")],
)
def test_a_word_within_another_one_is_not_it(word, text):
    assert not list(seen_of(telling_words(word), forms([text])))


def test_half_of_the_words_is_enough_and_less_is_not():
    screen = seen("Invoice rows")
    assert fault_of("Mending the invoice rows of apples and pears", screen) == ""
    assert "is about nothing" in fault_of("Mending the invoice rows of apples, pears and plums", screen)


def test_what_is_drawn_anyway_tells_only_where_nothing_else_does():
    assert telling_words("Baking in the terminal") == {"baking"}
    assert telling_words("Public struct") == {"public", "struct"}


@given(
    st.lists(st.text(alphabet="qxzjk", min_size=3, max_size=12), max_size=6),
    st.lists(st.sampled_from([*VERBS, *JOINING]), max_size=12),
    st.randoms(use_true_random=False),
)
def test_what_is_made_up_is_never_borne_out_by_words_that_say_nothing(invented, other, chance):
    words = [*invented, *other]
    chance.shuffle(words)
    assert fault_of(" ".join(words), seen("12 of the tests, reviewed and edited", "3.5 read"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_words(claim, text):
    assert set(seen_of(telling_words(claim), forms([claim]))) == telling_words(claim)
    assert set(seen_of(telling_words(claim), forms([text]))) <= telling_words(claim)
