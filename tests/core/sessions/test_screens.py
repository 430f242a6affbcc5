"""Several screens: one of them is worked at, and what stands on another may be of the work before."""

import random
from dataclasses import replace

import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.lexicon import Lexicon
from glimpsed.core.sessions.model import Signal
from glimpsed.core.sessions.moments import moments
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.segmenting import look, segment
from workday_personas import DEVELOPER, MAIL, SLACK, WHATSAPP, WRITER, Window
from workdays import MINUTE, SECOND, Script

LEDGER, NOVEL = DEVELOPER["ledger"], WRITER["novel"]


def script(seed, **how):
    return Script(seed, misread=0.0, untitled=0.0, **how)


def begins(day):
    return [stretch.boundary.shot for stretch in segment(day.shots)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_a_page_that_is_left_on_another_screen_links_no_two_works(seed, share):
    made = script(seed)
    made.side_by_side(LEDGER, LEDGER[:1], 30, share)
    made.side_by_side(NOVEL, LEDGER[:1], 30, share)
    assert begins(made.day) == made.day.truth


@pytest.mark.parametrize("seed", range(6))
def test_both_screens_may_be_of_one_work(seed):
    made = script(seed)
    made.side_by_side(LEDGER[:1], LEDGER[1:], 30, 0.9)
    made.side_by_side(NOVEL[:1], NOVEL[1:], 30, 0.9)
    _, second = made.day.truth
    assert begins(made.day) in (["s00000", second], ["s00000", f"s{int(second[1:]) + 1:05}"])


@pytest.mark.parametrize("seed", range(6))
def test_work_that_goes_on_on_the_other_screen_begins_with_its_first_shot(seed):
    """The screen that was worked at stands still; that it does is known a while later."""
    made = script(seed)
    made.side_by_side(LEDGER, LEDGER[:1], 30)
    made.day.truth.append(f"s{len(made.day.shots):05}")
    until = made.now + 25 * MINUTE
    while made.now < until:
        made._shot(made.random.choice(NOVEL), "right")
        made.now += int(made.random.uniform(15, 40) * SECOND)
    assert begins(made.day) == made.day.truth


@pytest.mark.parametrize("seed", range(6))
def test_what_changes_by_itself_is_beside_the_work_however_often_it_does(seed):
    """A log on the right goes on through both works, and changes three times as often as the left."""
    log = Window("Firefox", Kind.WEB_BROWSER, "collector - Grafana", f"{MAIL.words} latency errors pods")
    made = script(seed)
    for windows in (LEDGER, NOVEL):
        made.day.truth.append(f"s{len(made.day.shots):05}")
        until = made.now + 30 * MINUTE
        while made.now < until:
            made._shot(made.random.choice(windows), "left")
            for _ in range(3):
                made.now += 12 * SECOND
                made._shot(log, "right")
    assert begins(made.day) == made.day.truth


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.2, 0.4, 0.6])
def test_one_document_is_worked_at_whatever_messages_come_on_another_screen(share, seed):
    made = script(seed)
    for windows in (LEDGER, NOVEL):
        made.day.truth.append(f"s{len(made.day.shots):05}")
        until = made.now + 30 * MINUTE
        while made.now < until:
            made._shot(windows[0], "right")
            made.now += int(made.random.uniform(8, 12) * SECOND)
            if made.random.random() < share:
                made._shot(made.random.choice((SLACK, MAIL)), "left")
            made.now += int(made.random.uniform(8, 12) * SECOND)
    found = segment(made.day.shots)
    places = [int(stretch.boundary.shot[1:]) for stretch in found]
    assert len(places) == 2
    assert abs(places[1] - int(made.day.truth[1][1:])) <= 1


@pytest.mark.parametrize("seed", range(6))
def test_work_may_begin_with_messages_about_it_while_a_page_changes_on_another_screen(seed):
    thread = replace(SLACK, words=NOVEL[0].words, title="novel - Slack")
    made = script(seed)
    made.side_by_side(LEDGER, LEDGER[:1], 30)
    made.side_by_side([thread], LEDGER[:1], 2, 1.0)
    made.side_by_side([*NOVEL, thread], LEDGER[:1], 30)
    del made.day.truth[2]
    assert begins(made.day) == made.day.truth


def assert_final_pieces_stay(shots, signals=()):
    before, final = [], 0
    for count in range(1, len(shots) + 1):
        now = shots[count - 1].at_ms
        lexicon, faces = Lexicon(), {}
        looks = [look(each, faces) for each in shots[:count]]
        shown = [lexicon.shown(each.face) for each in looks]
        presence = Presence([s.at_ms for s in shots[:count]], [s for s in signals if s.at_ms <= now])
        pieces, settled = moments(looks, shown, presence, now)
        told = [(piece.looks, piece.clock, piece.minutes) for piece in pieces]
        assert told[:final] == before[:final]
        before, final = told, settled
    assert final


@pytest.mark.parametrize("seed", range(40))
def test_what_is_final_stays_whichever_screen_changes(seed):
    chance = random.Random(seed)
    made, signals = script(seed), []
    screens = {"left": [*LEDGER, MAIL], "right": [*NOVEL, SLACK]}
    for _ in range(60):
        source = chance.choice(("left", "left", "right"))
        made._shot(chance.choice(screens[source]), source)
        for _ in range(chance.choice((0, 0, 0, 1, 4))):
            made.now += 25 * SECOND
            signals.append(Signal(made.now, "present"))
        made.now += int(chance.choice((1, 5, 20, 60, 100, 200)) * SECOND)
    assert_final_pieces_stay(made.day.shots, signals)


def test_a_visit_to_messages_is_long_only_by_what_nothing_on_another_screen_can_take_from_it():
    made, signals = script(1), []
    for window in (*LEDGER[:3], *LEDGER[:2]):
        made._shot(window, "left")
        made.now += 30 * SECOND
    for window in (SLACK, WHATSAPP, MAIL):
        made._shot(window, "left")
        made.now += 20 * SECOND
    made._shot(LEDGER[0], "right")
    for _ in range(5):
        made.now += 25 * SECOND
        signals.append(Signal(made.now, "present"))
    for window in LEDGER[1:3]:
        made.now += SECOND
        made._shot(window, "right")
    assert_final_pieces_stay(made.day.shots, signals)
