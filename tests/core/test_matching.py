"""What was found is marked where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.errors import RequestError
from glimpsed.core.matching import WIDTH, best, passage
from glimpsed.core.searching import parse


def marked(text, words):
    found = passage(text, parse(words).terms)
    return [found.text[begins:ends] for begins, ends in found.marks], sorted(found.whole)


@pytest.mark.parametrize(
    ("text", "words", "marks", "whole"),
    [
        ("Open the Café menu", "cafe", ["Café"], [0]),
        ("Open the menu", "menu open", ["Open", "menu"], [0, 1]),
        ("red hat, red cap", '"red hat"', ["red", "hat"], [0]),
        ("a red cap", '"red hat"', ["red"], []),
        ("call enableLoopBack now", "pback", ["enableLoopBack"], [0]),
        ("ROUND_HALF_UP", "half_u", ["ROUND_HALF_UP"], [0]),
        ("das 東京都庁 hier", "京都", ["京都"], [0]),
        ("preview and prefix", "pre*", ["preview", "prefix"], [0]),
        ("~/src/main.py", "src/main.py", ["src", "main", "py"], [0]),
        ("Größe", "GROSSE", ["Größe"], [0]),
        ("東京tower", "東京tower", ["東京tower"], [0]),
        ("東京", "東京tower", ["東京"], []),
        ("nothing here", "else", [], []),
        ("", "a", [], []),
    ],
)
def test_marks(text, words, marks, whole):
    assert marked(text, words) == (marks, whole)


def test_a_long_text_is_cut_around_what_was_found():
    found = passage("x " * 500 + "needle" + " y" * 500, parse("needle").terms)
    assert len(found.text) == WIDTH
    assert [found.text[a:b] for a, b in found.marks] == ["needle"]
    assert len(passage("x" * 1000, parse("y").terms).text) == WIDTH


def test_the_lines_that_show_most_come_first_and_then_what_they_lack():
    lines = ["a", "b", "a b", "c", "nothing", "c c"]
    terms = parse("a b c").terms
    chosen = best([(place, passage(line, terms)) for place, line in enumerate(lines)], 3)
    assert [place for place, _ in chosen] == [2, 5, 0]


@given(st.text(), st.text(min_size=1))
def test_marks_are_within_the_text_and_in_order(text, words):
    try:
        terms = parse(words).terms
    except RequestError:
        return
    found = passage(text + words, terms)
    assert list(found.marks) == sorted(set(found.marks))
    assert all(0 <= begins < ends <= len(found.text) for begins, ends in found.marks)
    if len(text + words) <= WIDTH:
        assert found.text == text + words
