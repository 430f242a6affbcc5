"""What a session was, by rules."""

import pytest

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.model import Focus, Sighting, Workflow
from glimpsed.core.sessions.outline import MAX_STEPS, MAX_SUMMARY, MAX_TITLE
from glimpsed.core.sessions.segmenting import segment
from workday_personas import ACCOUNTANT, DESIGNER, DEVELOPER, MAIL, SLACK, STUDENT, WRITER
from workdays import START_MS, Script, zoom

PLAIN = {"misread": 0.0, "untitled": 0.0}


def session(*steps, seed=1):
    script = Script(seed, **PLAIN)
    for windows, minutes in steps:
        script.work(windows, minutes)
    (found,) = segment(script.day.shots)
    return found


@pytest.mark.parametrize(
    ("windows", "workflow", "title"),
    [
        (DEVELOPER["ledger"][:3], Workflow.CODING, "Coding: ledger"),
        ([zoom("weekly")], Workflow.MEETING, "Meeting: weekly"),
        ([MAIL], Workflow.COMMUNICATION, "Messages: Thunderbird"),
        (WRITER["novel"][:2], Workflow.CONTENT_CREATION, None),
        (DESIGNER["poster"][:2], Workflow.CONTENT_CREATION, None),
        (ACCOUNTANT["acme"][:2], Workflow.ADMINISTRATION, None),
        (STUDENT["essay"][1:], Workflow.RESEARCH, None),
    ],
)
def test_the_kind_of_work_and_the_title(windows, workflow, title):
    outline = session((windows, 30)).outline
    assert outline.workflow is workflow
    assert title is None or outline.title == title


def test_shares_add_up_to_the_presence():
    found = session((DEVELOPER["ledger"], 60))
    shares = found.outline.applications
    assert sum(share.active_ms for share in shares) == pytest.approx(found.active_ms, abs=10)
    assert sum(share.part for share in shares) == pytest.approx(1, abs=0.01)
    assert [share.active_ms for share in shares] == sorted((s.active_ms for s in shares), reverse=True)


def test_a_single_look_has_no_time_and_is_told_all_the_same():
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"][:1], 10)
    look = next(each for each in script.day.shots if each.application)
    (found,) = segment([look])
    assert found.active_ms == 0
    assert found.outline.workflow is Workflow.CODING
    (share,) = found.outline.applications
    assert (share.name, share.active_ms, share.part) == (look.application, 0, 1.0)


def test_shares_are_of_presence_and_not_of_shots():
    """One shot that stays in front for four minutes outweighs twenty that take two."""
    titles = [("a.py - ledger - Visual Studio Code", "Visual Studio Code", 6 * n) for n in range(20)]
    shots = [
        Sighting(
            f"s{n:02}",
            START_MS + at * 1000,
            application=app,
            application_type=Kind.CODE_EDITOR,
            window_title=title,
            text=(f"line {n} of parser",),
        )
        for n, (title, app, at) in enumerate(titles)
    ]
    shots += [
        Sighting(
            f"t{n}",
            START_MS + (120 + 60 * n) * 1000,
            application="Terminal",
            application_type=Kind.TERMINAL,
            window_title="ada@mill: ~/src/ledger",
        )
        for n in range(5)
    ]
    (found,) = segment(shots)
    assert {s.name: s.active_ms for s in found.outline.applications} == {
        "Terminal": 240_000,
        "Visual Studio Code": 120_000,
    }


def test_focus_by_its_formula():
    assert session((DEVELOPER["ledger"][:1], 40)).outline.focus is Focus.FOCUSED
    torn = Script(1, **PLAIN)
    for _ in range(6):
        torn.work(DEVELOPER["ledger"][:1], 6)
        torn.glance(SLACK, 50)
    torn.work(DEVELOPER["ledger"][:1], 6)
    (found,) = segment(torn.day.shots)
    assert found.outline.focus is Focus.INTERRUPTED
    assert len(found.interruptions) == 6
    hasty = Script(1, **PLAIN)
    for _ in range(25):
        for window in DEVELOPER["ledger"][:3]:
            hasty.glance(window, 21)
    (found,) = segment(hasty.day.shots)
    assert found.outline.focus is Focus.SCATTERED


def test_a_summary_says_what_was_done_and_of_nobody():
    torn = Script(1, **PLAIN)
    torn.work(DEVELOPER["ledger"][:1], 20)
    torn.glance(SLACK, 60)
    torn.work(DEVELOPER["ledger"][:1], 20)
    (found,) = segment(torn.day.shots)
    summary = found.outline.summary
    assert summary.startswith("Coding for 41 min in ledger: parser.py")
    assert "Visual Studio Code 97%" in summary
    assert "Interrupted once by Slack." in summary
    assert "user" not in summary.lower()


def test_steps_follow_each_other_and_say_different_things():
    outline = session((DEVELOPER["website"], 120)).outline
    assert 2 < len(outline.steps) <= MAX_STEPS
    assert all(step.end_ms > step.start_ms for step in outline.steps)
    assert [s.start_ms for s in outline.steps] == sorted(s.start_ms for s in outline.steps)


def test_what_is_long_is_cut_and_what_is_unknown_is_left_out():
    long = "x" * 500
    shots = [
        Sighting(
            f"s{n}",
            START_MS + n * 30_000,
            application=long,
            window_title=long,
            task=long,
            activity=Activity.WRITING,
        )
        for n in range(5)
    ]
    (found,) = segment(shots)
    assert len(found.outline.title) <= MAX_TITLE
    assert len(found.outline.summary) <= MAX_SUMMARY
    (empty,) = segment([Sighting("a", START_MS), Sighting("b", START_MS + 30_000)])
    assert empty.outline.applications == ()
    assert empty.outline.workflow is Workflow.MIXED
    assert empty.outline.title == "Various"
