"""Several screens: one of them is worked at, and what stands on another may be of the work before."""

import random
from dataclasses import replace

import pytest

from glimpsed.core.sessions.lexicon import Lexicon
from glimpsed.core.sessions.moments import moments
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.segmenting import look, segment
from workday_personas import DEVELOPER, MAIL, SLACK, WRITER
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
    log = [
        replace(LEDGER[0], title="collector - Grafana", words=MAIL.words + " latency errors requests pods")
    ]
    made = script(seed)
    for windows in (LEDGER, NOVEL):
        made.day.truth.append(f"s{len(made.day.shots):05}")
        until = made.now + 30 * MINUTE
        while made.now < until:
            made._shot(made.random.choice(windows), "left")
            for _ in range(3):
                made.now += 12 * SECOND
                made._shot(log[0], "right")
    assert begins(made.day) == made.day.truth


@pytest.mark.parametrize("seed", range(6))
def test_work_may_begin_with_messages_about_it_while_a_page_changes_on_another_screen(seed):
    thread = replace(SLACK, words=NOVEL[0].words, title="novel - Slack")
    made = script(seed)
    made.side_by_side(LEDGER, LEDGER[:1], 30)
    made.side_by_side([thread], LEDGER[:1], 2, 1.0)
    made.side_by_side([*NOVEL, thread], LEDGER[:1], 30)
    del made.day.truth[2]
    assert begins(made.day) == made.day.truth


@pytest.mark.parametrize("seed", range(40))
def test_what_is_final_stays_whichever_screen_changes(seed):
    chance = random.Random(seed)
    made = script(seed)
    screens = {"left": [*LEDGER, MAIL], "right": [*NOVEL, SLACK]}
    for _ in range(60):
        source = chance.choice(("left", "left", "right"))
        made._shot(chance.choice(screens[source]), source)
        made.now += int(chance.choice((1, 5, 20, 60, 100, 200)) * SECOND)
    shots = made.day.shots
    before, final = [], 0
    for count in range(1, len(shots) + 1):
        lexicon, faces = Lexicon(), {}
        looks = [look(each, faces) for each in shots[:count]]
        shown = [lexicon.shown(each.face) for each in looks]
        presence = Presence([s.at_ms for s in shots[:count]], ())
        pieces, settled = moments(looks, shown, presence, shots[count - 1].at_ms)
        told = [(piece.looks, piece.clock, piece.minutes) for piece in pieces]
        assert told[:final] == before[:final]
        before, final = told, settled
    assert final
