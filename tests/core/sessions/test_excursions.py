"""What comes between two stretches of one work, or beside it: short pieces, turns, calls in a row, mail."""

import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.affinity import affinity
from glimpsed.core.sessions.identity import face
from glimpsed.core.sessions.lexicon import Lexicon
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.moments import moments
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.segmenting import look, segment
from workday_personas import DESIGNER, DEVELOPER
from workdays import MINUTE, Script

WORDS = {
    "payroll": "salary wages overtime bonus pension insurance bracket deduction allowance garnishment",
    "travel": "hotel taxi train luggage visa passport airline boarding ferry embassy",
    "quarry": "granite basalt boulder gravel blasting crusher drill haulage limestone rubble",
    "inbox": "greetings regards attached invitation newsletter reply forwarded meeting lunch thursday",
}


def sheet(at_ms, name, source=""):
    text = tuple(WORDS[name].split())
    return Sighting(
        f"{at_ms:012}{source}", at_ms, 0, source, "Gnumeric", Kind.SPREADSHEET, f"{name}.ods - Gnumeric",
        text=text,
    )  # fmt: skip


def mail(at_ms, subject, source=""):
    text = (*WORDS["inbox"].split(), subject)
    return Sighting(
        f"{at_ms:012}{source}", at_ms, 0, source, "Mozilla Thunderbird", Kind.EMAIL,
        f"{subject} - Mozilla Thunderbird", text=text,
    )  # fmt: skip


def call(at_ms, subject):
    return Sighting(
        f"{at_ms:012}", at_ms, 0, "", "Microsoft Teams", Kind.VIDEO_CONFERENCE,
        f"{subject} | Microsoft Teams", text=("Ben Ader", "Sofia Lund", "Mute", "Camera", "Leave", subject),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(
    ("works", "away", "count"),
    [(DEVELOPER, 2, 1), (DEVELOPER, 20, 3), (DESIGNER, 4, 1), (DESIGNER, 10, 3)],
)
def test_a_few_minutes_elsewhere_are_part_of_the_work_that_goes_on_and_many_are_not(works, away, count, seed):
    one, other = list(works.values())[:2]
    script = Script(seed, misread=0.0, untitled=0.0)
    for windows, minutes in ((one, 25), (other, away), (one, 25)):
        script.work(windows, minutes)
    assert len(segment(script.day.shots)) == count


@pytest.mark.parametrize("minutes", [3, 4, 5])
@pytest.mark.parametrize(("after", "count"), [("payroll", 1), ("quarry", 3)])
def test_a_few_minutes_are_a_piece_of_work_where_what_was_before_does_not_go_on(minutes, after, count):
    names = ["payroll"] * 75 + ["travel"] * 3 * minutes + [after] * 75
    assert len(segment([sheet(n * 20_000, name) for n, name in enumerate(names)])) == count


def test_what_a_person_goes_to_and_fro_between_is_one_work():
    """Two sheets without a word in common contradict each other, until they were taken in turns."""
    lexicon = Lexicon()
    shown = [lexicon.shown(face(sheet(step, ("quarry", "travel")[step % 2]))) for step in range(8)]
    assert affinity(shown[0], shown[1]) < 0
    assert affinity(shown[2], shown[7]) > 0.4
    turns = [sheet(n * 20_000, ("quarry", "travel")[n // 3 % 2]) for n in range(180)]
    assert len(segment(turns)) == 1


def test_what_was_taken_in_turns_an_hour_ago_is_not_any_more():
    lexicon = Lexicon()
    for step in range(8):
        first = lexicon.shown(face(sheet(step, ("quarry", "travel")[step % 2])))
    for step in range(40):
        lexicon.shown(face(sheet(step, ("payroll", "inbox")[step % 2])))
    assert affinity(first, lexicon.shown(face(sheet(99, "quarry")))) < 0


def test_two_calls_with_the_same_people_are_two_by_their_names():
    made = [call(n * 20_000, "Leads weekly" if n < 60 else "Ben / Sofia") for n in range(120)]
    assert [stretch.boundary.at_ms for stretch in segment(made)] == [0, 20 * MINUTE]


@pytest.mark.parametrize("name", ["Meeting compact view | Leads weekly", "Breakout Room 1 | Leads weekly"])
def test_a_call_is_one_in_each_of_its_windows(name):
    made = [call(n * 20_000, "Leads weekly" if n < 60 else name) for n in range(120)]
    assert len(segment(made)) == 1


@pytest.mark.parametrize(("still_s", "is_beside"), [(80, True), (100, False)])
def test_mail_is_beside_the_work_on_another_screen_until_that_stands_still(still_s, is_beside):
    shots = [sheet(n * 20_000, ("payroll", "travel")[n % 2], "left") for n in range(30)]
    at_ms = shots[-1].at_ms + still_s * 1000
    shots.append(mail(at_ms, "quarry", "right"))
    lexicon, faces = Lexicon(), {}
    looks = [look(each, faces) for each in shots]
    pieces, _ = moments(
        looks, [lexicon.shown(each.face) for each in looks], Presence([s.at_ms for s in shots], ()), at_ms
    )
    assert (pieces[-1].looks[0] < len(shots) - 1) is is_beside


@pytest.mark.parametrize("goes_on", [True, False])
def test_mail_that_goes_on_when_work_stands_still_was_done_from_its_first_on(goes_on):
    """The first mails are beside the work, as far as anybody can tell; what comes after them tells more."""
    work = [sheet(n * 20_000, "payroll", "left") for n in range(60)]
    work = [*work, *(sheet(shot.at_ms + 10_000, "travel", "left") for shot in work[::3])]
    start = max(shot.at_ms for shot in work) + 20_000
    mails = [mail(start + n * 40_000, f"quarry {n}", "right") for n in range(20 if goes_on else 2)]
    found = segment([*work, *mails])
    assert [stretch.boundary.at_ms for stretch in found][1:] == ([start] if goes_on else [])


@pytest.mark.parametrize("gap_s", [30, 50, 89])
def test_what_is_final_stays_while_mail_comes_beside_work(gap_s):
    shots = [sheet(0, "payroll", "left"), sheet(20_000, "travel", "left")]
    shots += [mail(40_000 + n * gap_s * 1000, f"quarry {n}", "right") for n in range(6)]
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
