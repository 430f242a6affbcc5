"""Text becomes the same words however it is written, and every part of what has no spaces can be found."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.words import GRAM, JOINT, LONGEST, RUN, TAG, cut, grams, name, names, spaced

MARKS = {GRAM, JOINT, TAG, RUN}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Café CAFÉ cafe\u0301", "cafe cafe cafe"),
        ("Straße İstanbul ﬁne \uff21\uff22\uff23", "strasse istanbul fine abc"),
        ("Chrome™ x² 12:30 v1.2.3", "chrome x2 12 30 v1 2 3"),
        ("~/src/main.py --help a_b", "src main py help a b"),
        ("don't 🎉party🎉\x00\ud800end", "don t party end"),
        ("हिन्दी में", "हिन्दी में"),
        ("Ελλάδα Ёлка", "ελλαδα елка"),
        ("\ue000a\ue001b\ue002c\ue003", "a b c"),
        ("", ""),
        ("🎉 … ——", ""),
    ],
)
def test_words(text, words):
    assert cut(text).plain == tuple(words.split())


@pytest.mark.parametrize(
    ("text", "plain", "runs"),
    [
        ("東京都 tower", (RUN, "tower"), ("東京都",)),
        ("Macで会议", ("mac", RUN), ("で会议",)),
        ("서울에서 ｶﾅ", (RUN, RUN), ("서울에서", "カナ")),
        ("ภาษาไทย", (RUN,), ("ภาษาไทย",)),
    ],
)
def test_scripts_without_spaces_are_runs(text, plain, runs):
    assert cut(text) == cut(unicodedata.normalize("NFD", text))
    assert (cut(text).plain, cut(text).runs) == (plain, runs)


def test_a_word_has_an_end():
    assert cut("x" * 1000).plain == ("x" * LONGEST,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("retry_count", ["retry|count"]),
        ("call enableLoopBack(HALF_UP)", ["enableloopback", "half|up"]),
        ("__init__ plain WORDS utf8 iOS x", []),
        ("Größe_Maß", ["grosse|mass"]),
    ],
)
def test_identifiers_of_several_words(text, found):
    assert [each.replace(JOINT, "|") for each, _ in names(text)] == found
    assert all(name(text[begins:ends]) == each for each, (begins, ends) in names(text))


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x9FFF), min_size=1, max_size=20))
def test_any_part_of_a_run_is_the_beginning_of_grams(run):
    made = grams(run)
    for begins in range(len(run)):
        for size in (1, 2, 3):
            part = run[begins : begins + size]
            assert any(gram.startswith(GRAM + part) for gram in made)


@given(st.text())
def test_words_are_folded_once_and_for_all_and_hold_no_mark(text):
    words = cut(text)
    again = cut(" ".join(word for word in words.plain if word != RUN))
    assert again.plain == tuple(word for word in words.plain if word != RUN)
    assert not MARKS & set("".join((*words.plain, *words.runs)).replace(RUN, ""))
    assert all(word.split() == [word] and word.isprintable() for word in words.runs)


@given(st.text())
def test_case_and_accents_make_no_difference(text):
    assert cut(unicodedata.normalize("NFD", text)) == cut(unicodedata.normalize("NFC", text))


@given(st.text())
def test_what_is_cut_piece_by_piece_is_cut_alike(text):
    pieces = [cut(piece) for piece in spaced(text).split()]
    assert len(spaced(text)) == len(text)
    assert [word for piece in pieces for word in piece.plain] == list(cut(text).plain)
    assert [run for piece in pieces for run in piece.runs] == list(cut(text).runs)


@given(st.text())
def test_names_are_where_they_are_said_to_be(text):
    for found, (begins, ends) in names(text):
        assert name(text[begins:ends]) == found
