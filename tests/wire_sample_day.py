"""A day as clients get it, with every field set."""

from glimpsed.wire import days as d
from glimpsed.wire.sessions import InterruptionView, StepView

MORNING = 1_772_438_760_000
"""2026-03-02 09:06 at UTC+1."""

MINUTE = 60_000
DAY = d.DayView(
    date="2026-03-02",
    over=True,
    active_ms=7_140_000,
    minutes=119,
    sessions=4,
    entries=[
        d.EntryView(
            session="0199a2f0-0000-7000-8000-000000000011",
            state="closed",
            rung="rules",
            start_ms=MORNING,
            end_ms=MORNING + 80 * MINUTE,
            offset_s=3600,
            active_ms=78 * MINUTE,
            minutes=78,
            title="Coding: shop",
            summary="Coding for 1 h 18 min in shop: orders.py. Interrupted once by Slack.",
            workflow="coding",
            focus="focused",
            applications=[
                d.SpentView("Visual Studio Code", 60 * MINUTE, 60),
                d.SpentView("", 18 * MINUTE, 18, names=3),
            ],
            more_steps=3,
            steps=[StepView(MORNING, MORNING + 20 * MINUTE, "Changing orders.py")],
            interrupted=1,
            interruptions=[
                InterruptionView(MORNING + 30 * MINUTE, MORNING + 31 * MINUTE, "Slack"),
            ],
            awaited=0,
        ),
        d.EntryView(
            session="0199a2f0-0000-7000-8000-000000000012",
            state="open",
            rung="model",
            start_ms=MORNING + 120 * MINUTE,
            end_ms=MORNING + 161 * MINUTE,
            offset_s=3600,
            active_ms=41 * MINUTE,
            minutes=41,
            title="Réunion: weekly planning",
            summary="",
            workflow="meeting",
            focus="scattered",
            applications=[d.SpentView("Zoom", 41 * MINUTE, 41)],
            steps=[],
            more_steps=0,
            interrupted=0,
            interruptions=[],
            awaited=2,
        ),
    ],
    breaks=[d.BreakView(MORNING + 80 * MINUTE, 3600, MORNING + 120 * MINUTE, 3600)],
    projects=[d.SpentView("shop", 78 * MINUTE, 78), d.SpentView("", 41 * MINUTE, 41)],
    applications=[
        d.SpentView("Visual Studio Code", 60 * MINUTE, 60),
        d.SpentView("Zoom", 41 * MINUTE, 41),
        d.SpentView("", 18 * MINUTE, 18, names=3),
    ],
    activities=[d.SpentView("code_review", 78 * MINUTE, 78), d.SpentView("", 41 * MINUTE, 41)],
    workflows=[d.SpentView("coding", 78 * MINUTE, 78), d.SpentView("meeting", 41 * MINUTE, 41)],
    focus=[d.SpentView("focused", 78 * MINUTE, 78), d.SpentView("scattered", 41 * MINUTE, 41)],
    interrupted=1,
    interrupters=[d.InterrupterView("Slack", 1, MINUTE)],
    tasks=[
        d.WorkedView(
            task="0199a2f0-0000-7000-8000-000000000021",
            title="Round orders half up",
            state="open",
            active_ms=78 * MINUTE,
            minutes=78,
            total_ms=190 * MINUTE,
            sessions=1,
        )
    ],
    more_interrupters=1,
    more_tasks=2,
    more_habits=4,
    habits=[
        d.HabitView(
            ["Weekly planning", "Coding in shop"],
            4,
            5,
            "2026-03-02",
            ["0199a2f0-0000-7000-8000-000000000012", "0199a2f0-0000-7000-8000-000000000011"],
        )
    ],
)

DOCUMENT = "<!DOCTYPE html>\n<title>Monday, 2 March 2026</title>\n"
