"""Whether the words of the minutes before a place go on after it."""

import random
from copy import copy
from math import exp, log, sqrt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions import cohesion as its
from glimpsed.core.sessions import cutting
from glimpsed.core.sessions.boundaries import by_words
from glimpsed.core.sessions.cohesion import Cohesion
from glimpsed.core.sessions.cutting import Cutter, reached
from glimpsed.core.sessions.identity import Face
from glimpsed.core.sessions.lexicon import Shown
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.moments import Moment
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import BRIEF_MS, FADES_MS, MINUTE_MS

FADES, LONG = FADES_MS / MINUTE_MS, BRIEF_MS / MINUTE_MS
LETTERS = "bdfgkmpqvwxz"


def moment(clock, words, minutes=0.5):
    """One at a minute, that shows words of these weights."""
    shown = Shown(Face(terms=frozenset(words)), telling=frozenset(words), weights=dict(words))
    return Moment((shown,), clock, minutes, int(minutes * MINUTE_MS), (0,), begins=True)


def asked(moments, places):
    """Cohesion that was asked about the places from when they came."""
    cohesion, low = Cohesion(), 0
    for index, each in enumerate(moments):
        low = reached(moments, low, index)
        if index in places:
            cohesion.part(index, each.begin, low)
        cohesion.show(index, each, low)
    return cohesion


def by_definition(moments, place):
    """The price from what both sides show, word by word; all is within reach, a quarter of an hour."""
    at = moments[place].begin

    def side(some):
        nearest = {}
        for each in some:  # from the place outwards
            for word, weight in each.faces[0].weights.items():
                nearest.setdefault(word, (weight, abs(each.clock - at)))
        return nearest

    left = side(reversed(moments[:place]))
    right = side(each for each in moments[place:] if each.clock - at <= LONG)
    squares = [sum(w * exp(-far / FADES) for w, far in each.values()) for each in (left, right)]
    both = sum(
        right[w][0] * exp(-(left[w][1] + right[w][1]) / (2 * FADES)) for w in left.keys() & right.keys()
    )
    if not all(squares):
        return 0.0
    cosine = min(1.0, both / sqrt(squares[0] * squares[1]))
    price = its._WEIGHT * log((cosine + its._CHANCE) / (its._EVEN + its._CHANCE))
    told = min(1.0, min(squares) / its._TELLS)
    sure = its._SURE * told if cosine < its._APART else 0.0
    return (min(its._MOST, price) - sure) * told


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 500.0), max_size=6),
        min_size=2,
        max_size=31,
    )
)
@settings(max_examples=300)
def test_it_is_the_cosine_of_what_both_sides_show(screens):
    moments = [moment(0.5 * n + 0.25, words) for n, words in enumerate(screens)]
    places = range(1, len(moments))
    cohesion = asked(moments, places)
    for place in places:
        assert cohesion.price(place, LONG, LONG) == pytest.approx(by_definition(moments, place), abs=1e-9)


def test_other_words_speak_for_a_boundary_and_the_same_against_it():
    def words(matter):
        return {f"{matter}{n}": 25.0 for n in range(60)}

    same = asked([moment(n / 2, words("a")) for n in range(60)], {30})
    other = asked([moment(n / 2, words("ab"[n >= 30])) for n in range(60)], {30})
    assert same.price(30, LONG, LONG) == its._MOST
    clearly = other.price(30, LONG, LONG)
    assert clearly < -5 - its._SURE
    assert other.price(30, LONG, LONG / 2) == pytest.approx((clearly + its._SURE) / 4 - its._SURE / 8)
    assert other.price(30, LONG, 0.0) == 0.0


def test_a_few_words_hardly_speak_for_a_boundary_or_against_it():
    other = asked([moment(n / 2, {"ab"[n >= 30]: 25.0}) for n in range(60)], {30})
    same = asked([moment(n / 2, {"a": 25.0}) for n in range(60)], {30})
    assert -0.5 < other.price(30, LONG, LONG) < 0.0
    assert 0.0 < same.price(30, LONG, LONG) < 0.5


def test_what_comes_long_after_a_place_tells_nothing_of_it():
    """A place stands as it is from then on, whether the words before it come back or not."""
    first = [moment(n / 2, {f"a{k}": 25.0 for k in range(60)}) for n in range(30)]
    second = [moment(15 + n / 2, {f"b{k}": 25.0 for k in range(60)}) for n in range(25)]
    back = [moment(27.5 + n / 2, {f"a{k}": 25.0 for k in range(60)}) for n in range(30)]
    stood = asked(first + second, {30}).price(30, LONG, LONG)
    assert stood < -5 - its._SURE
    assert asked(first + second + back, {30}).price(30, LONG, LONG) == stood


def test_nothing_on_one_side_says_nothing():
    assert asked([moment(0.0, {}), moment(0.5, {"a": 9.0})], {1}).price(1, LONG, LONG) == 0.0
    assert Cohesion().price(7, LONG, LONG) == 0.0


def test_words_out_of_reach_are_forgotten_and_old_places_stay_as_they_are():
    moments = [moment(n / 2, {f"w{n}": 25.0, f"w{n - 1}": 25.0}) for n in range(400)]
    cohesion = asked(moments, {30, 390})
    assert len(cohesion._last) < 40
    assert cohesion.price(30, LONG, LONG) == asked(moments[:100], {30}).price(30, LONG, LONG)


def test_one_that_goes_on_on_its_own_leaves_the_other_as_it_is():
    moments = [moment(n / 2, {f"w{n % 5}": 25.0}) for n in range(20)]
    cohesion = asked(moments, {10})
    before = cohesion.price(10, LONG, LONG)
    other = copy(cohesion)
    other.show(20, moment(10.0, {"w7": 25.0}), 0)
    other.drop(10)
    assert (cohesion.price(10, LONG, LONG), other.price(10, LONG, LONG)) == (before, 0.0)


def test_a_cutter_and_the_margins_of_its_sessions_price_a_place_alike():
    pieces = [
        moment(n / 2, {f"{'ab'[n >= 40]}{(n * 7 + k) % 60}": 20.0 + k for k in range(20)}) for n in range(80)
    ]
    cutter = Cutter()
    for piece in pieces:
        cutter.push(piece, settle=False)
    assert cutter.begins() == [0, 40]
    at, over = pieces[40].begin, pieces[79].clock + 0.25
    told = by_words(pieces, 0, 80, (40,))[40]
    assert told < -3
    assert told == pytest.approx(cutter._cohesion.price(40, at - pieces[0].begin, over - at))


def test_a_cutter_asks_about_no_more_places_than_it_may_still_choose():
    cutter = Cutter()
    for n in range(1000):
        cutter.push(moment(n / 2, {f"w{n % 40}": 25.0}), settle=True)
    assert set(cutter._cohesion._places) <= set(cutter._costs)
    assert len(cutter._costs) < 40


@pytest.mark.parametrize("seconds", [2, 4, 20])
def test_what_changes_every_other_second_is_cut_where_its_words_change(seconds, monkeypatch):
    """Though so many moments bound what is in reach to less than a session takes to last."""
    monkeypatch.setattr(cutting, "affinity", lambda *_: 0.2)
    lasts = seconds / 60
    middle = 20 * 60 // seconds
    cutter = Cutter()
    for n in range(2 * middle):
        words = {f"{'ab'[n >= middle]}{k}": 25.0 for k in range(60)}
        cutter.push(moment((n + 0.5) * lasts, words, lasts), settle=True)
    assert cutter.begins() == [0, middle]


def test_a_word_that_is_always_on_the_panel_joins_nothing():
    editor, call = (
        [
            Sighting(
                f"{minute:03}",
                60_000 * minute,
                application=application,
                application_type=kind,
                window_title=title,
                text=("eduroam",),
            )
            for minute in minutes
        ]
        for application, kind, title, minutes in (
            ("Visual Studio Code", Kind.CODE_EDITOR, "main.rs - ledger - Visual Studio Code", range(10)),
            ("Zoom", Kind.VIDEO_CONFERENCE, "Zoom Meeting", range(10, 20)),
        )
    )
    assert [stretch.start_ms for stretch in segment(editor + call)] == [0, 600_000]


def sheets(matters, seed):
    """Half an hour at each matter, on four workbooks in turn, each of which shows some of its words."""
    chance, shots = random.Random(seed), []
    for number, matter in enumerate(matters):
        every = [f"{matter}{a}{b}" for a in LETTERS for b in LETTERS[:6]]
        own = [chance.sample(every, len(every) // 2) for _ in range(4)]
        for shot in range(90):
            at_ms = (number * 90 + shot) * 20_000
            book = shot // 12 % 4  # four minutes each
            shots.append(
                Sighting(
                    f"{at_ms:09}",
                    at_ms,
                    application="Gnumeric",
                    application_type=Kind.SPREADSHEET,
                    window_title=f"{'abcd'[book]}{matter}.ods - Gnumeric",
                    text=tuple(chance.sample(own[book], 12)),
                )
            )
    return shots


@pytest.mark.parametrize("seed", range(4))
def test_documents_that_share_few_words_are_one_work_if_their_words_go_on(seed):
    begins = [stretch.start_ms for stretch in segment(sheets(["orchard", "glacier", "trumpet"], seed))]
    assert begins == [0, 90 * 20_000, 180 * 20_000]


@pytest.mark.parametrize("seed", range(4))
def test_two_matters_of_which_a_folder_says_that_they_are_one_are_two_by_their_words(seed):
    """Three of five looks, of two minutes each, are at a terminal in one folder, whatever the matter."""
    made = [
        msgspec.structs.replace(
            shot,
            application="GNOME Terminal",
            application_type=Kind.TERMINAL,
            window_title="root@vault: ~/backup",
        )
        if number // 6 % 5 > 1
        else shot
        for number, shot in enumerate(sheets(["orchard", "glacier"], seed))
    ]
    assert [stretch.start_ms for stretch in segment(made)] == [0, 90 * 20_000]
