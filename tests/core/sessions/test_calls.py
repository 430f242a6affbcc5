"""Calls: whatever is shown in between, a call that goes on is one session."""

import random
from itertools import count

import msgspec
import pytest

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.affinity import is_another_call
from glimpsed.core.sessions.identity import face
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.tracking import Sessions
from workday_personas import DEVELOPER, WRITER
from workdays import Script, zoom

LEDGER, NOVEL = DEVELOPER["ledger"], WRITER["novel"]
PLAIN = {"misread": 0.0, "untitled": 0.0}


def day(*steps, seed=1):
    script = Script(seed, **PLAIN)
    for windows, minutes in steps:
        script.work(windows, minutes)
    return script.day


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("before", "minutes", "after", "count"),
    [
        ("weekly", 9, "weekly", 3),
        ("weekly", 5, "weekly", 3),
        ("weekly", 25, "weekly", 5),
        ("weekly", 11, "retro", 5),
    ],
)
def test_what_is_shown_during_a_call_belongs_to_it(before, minutes, after, count, seed):
    """Unless it lasts so long that somebody must have left, or what comes after is another call."""
    call = [([zoom(before)], 15), (NOVEL, minutes), ([zoom(after)], 15)]
    made = day((LEDGER, 30), *call, (LEDGER, 30), seed=seed)
    assert len(segment(made.shots, made.signals)) == count


@pytest.mark.parametrize(
    ("name", "later", "count"),
    [
        ("Briefing DS5", "8riefing D55", 1),
        ("Rada 6", "Rada 7", 2),
        ("Sprint 5", "Sprint 8", 2),
        ("Revue du lundi", "Revuc dv lundi", 1),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_call_is_one_however_its_name_is_read(name, later, count, seed):
    made = day(([zoom(name)], 20), ([zoom(later)], 20), seed=seed)
    assert len(segment(made.shots, made.signals)) == count


@pytest.mark.parametrize(
    ("name", "later", "another"),
    [
        ("Meeting in Anna Maier", "Meeting in Anna Bauer", True),
        ("Jour fixe Nord", "Jour fixe Sud", True),
        ("Client Alba", "Client Elba", True),
        ("Sprint 10", "Sprint 11", True),
        ("Budget", "Budget - Zoe is presenting", False),
        ("Budget 5", "8udget S", False),
    ],
)
def test_two_names_of_calls_in_one_program_are_two_calls(name, later, another):
    faces = [
        face(
            Sighting(
                "s",
                0,
                application="Microsoft Teams",
                application_type=Kind.CHAT,
                window_title=f"{title} | Microsoft Teams",
                text=("Camera", "Mic", "Share", "Leave"),
            )
        )
        for title in (name, later)
    ]
    assert is_another_call(*faces) is another


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("unnamed", [(0, 2), (0,), (2,)])
def test_a_call_goes_on_where_no_application_can_be_read(unnamed, seed):
    """Only its buttons tell it, as in a browser without a title."""
    made = day(([zoom("weekly")], 15), (LEDGER, 8), ([zoom("weekly")], 15), (NOVEL, 30), seed=seed)
    edges = [made.shots.index(next(s for s in made.shots if s.shot == shot)) for shot in made.truth]
    buttons = {"application": "", "application_type": Kind.UNKNOWN, "window_title": ""}
    shots = list(made.shots)
    for part in unnamed:
        for at in range(edges[part], edges[part + 1]):
            text = (*shots[at].text, "Mute", "Camera", "Chat", "Leave")
            shots[at] = msgspec.structs.replace(shots[at], text=text, **buttons)
    assert [each.boundary.shot for each in segment(shots)] == [made.truth[0], made.truth[-1]]


@pytest.mark.parametrize("seed", range(3))
def test_work_after_a_call_is_no_part_of_it(seed):
    made = day(([zoom("weekly")], 15), (LEDGER, 9), ([zoom("weekly")], 15), (LEDGER, 30), seed=seed)
    _call, second = segment(made.shots, made.signals)
    assert second.boundary.shot == made.truth[-1]


def test_a_call_that_goes_on_is_known_as_it_comes_in():
    """Shot by shot, the same as all at once, at a cost that grows no faster than shots."""
    script = Script(7, **PLAIN)
    chance = random.Random(7)
    for _ in range(12):
        script.work([zoom("weekly")], chance.uniform(3, 8))
        script.work(LEDGER, chance.uniform(3, 8))
    made = script.day
    tracked, names = Sessions(), count()
    costs = []
    for seen in made.shots:
        tracked.add([seen], [], name=lambda: str(next(names)))
        costs.append(tracked.comparisons)
    assert tuple(stretch for _, stretch in tracked.sessions) == segment(made.shots)
    third = len(costs) // 3
    assert costs[-1] - costs[2 * third] < 1.5 * (costs[2 * third] - costs[third])
