"""Days made of sessions, from an ordinary one to the worst there may be."""

import datetime as dt

from glimpsed.core.days.day import day
from glimpsed.core.sessions.model import (
    Boundary,
    Focus,
    Interruption,
    Outline,
    Reason,
    Session,
    SessionState,
    Share,
    Step,
    Telling,
    Workflow,
)
from glimpsed.core.tasks.model import Example, Part, Pattern, Task, TaskState

DATE = dt.date(2026, 3, 2)
LATER = dt.date(2026, 3, 3)
START_MS = 4 * 3_600_000
MINUTE = 60_000
HOUR = 60 * MINUTE
HOSTILE = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "\u202egnp.exe\u2066\u200f",
    "\x00\x1b[31mred\x9b2J\x07\r\n\t",
    "a | b `code` *x* _y_ [z](http://example.org/) <https://example.org/> ~~s~~",
    "# no heading",
    "1. no list\n\n---",
    "&lt;b&gt; &amp; ]]> --> </style></title>",
    "عنوان العمل",
    "設計書の見直し 日本語",
    "x" * 100_000,
)


TITLES = {
    Workflow.CODING: "Coding",
    Workflow.RESEARCH: "Reading",
    Workflow.MEETING: "Meeting",
    Workflow.CONTENT_CREATION: "Writing and design",
    Workflow.COMMUNICATION: "Messages",
    Workflow.ADMINISTRATION: "Office work",
    Workflow.MIXED: "Various",
}


def at(clock, date=DATE, offset_s=3600):
    """Milliseconds of `HH:MM` on the wall clock of that day; 24:00 and more is after midnight."""
    hours, minutes = map(int, clock.split(":"))
    start = dt.datetime.combine(date, dt.time(), dt.UTC).timestamp() * 1000
    return round(start) + hours * HOUR + minutes * MINUTE - offset_s * 1000


def session(start, minutes, *, number=1, active=None, offset_s=3600, date=DATE, told=None, **outline):
    start_ms = at(start, date, offset_s) if isinstance(start, str) else start
    end_ms = start_ms + round(minutes * MINUTE)
    active_ms = end_ms - start_ms if active is None else active
    interruptions = outline.pop("interruptions", ())
    return Session(
        id=f"session-{number:06}",
        version=1,
        state=outline.pop("state", SessionState.CLOSED),
        boundary=Boundary(f"shot-{number}", start_ms, (Reason.ABSENCE,), 0.9),
        start_ms=start_ms,
        end_ms=end_ms,
        offset_s=offset_s,
        active_ms=active_ms,
        shots=10,
        last_shot=f"shot-{number}-last",
        last_ms=end_ms,
        interruptions=tuple(
            Interruption(start_ms + m * MINUTE, start_ms + m * MINUTE + 40_000, by) for m, by in interruptions
        ),
        outline=Outline(**outline),
        told=told,
    )


def work(start, minutes, kind, subject, apps, *, project="", activity="", **more):
    projects = (Share(project, 0, 0.9),) if project else ()
    return session(
        start,
        minutes,
        title=f"{TITLES[kind]}: {subject}",
        workflow=kind,
        applications=tuple(Share(name, 0, part) for name, part in apps.items()),
        projects=projects,
        activities=(Share(activity, 0, 1.0),) if activity else (),
        **more,
    )


CODE = {"Visual Studio Code": 0.62, "Terminal": 0.24, "Firefox": 0.14}
WRITE = {"LibreOffice Writer": 0.8, "Firefox": 0.2}


def ordinary():
    """A working day with breaks, a meeting and interruptions."""
    parts = [
        (
            "08:52",
            14,
            Workflow.COMMUNICATION,
            "Thunderbird",
            {"Thunderbird": 1.0},
            {"activity": "communication"},
        ),
        (
            *("09:06", 78, Workflow.CODING, "shop", CODE),
            {
                "project": "shop",
                "activity": "coding",
                "interruptions": ((12, "Slack"), (31, "Slack"), (55, "Thunderbird")),
                "focus": Focus.INTERRUPTED,
                "summary": "Coding for 1 h 18 min in shop: orders.py, test_orders.py. Interrupted by Slack.",
                "steps": tuple(
                    Step(at(when), at(when) + 10 * MINUTE, text)
                    for when, text in (
                        ("09:06", "Reading the failing test of rounding"),
                        ("09:25", "Changing orders.py"),
                        ("09:58", "Running the tests in the terminal"),
                    )
                ),
            },
        ),
        ("10:24", 9, Workflow.MIXED, "various", {"Files": 0.5, "Settings": 0.5}, {}),
        ("10:52", 61, Workflow.MEETING, "Weekly planning", {"Zoom": 0.9, "Notes": 0.1}, {"project": "shop"}),
        (
            *("11:53", 41, Workflow.CODING, "shop", CODE),
            {"project": "shop", "activity": "debugging", "interruptions": ((20, "Slack"),)},
        ),
        (
            "13:31",
            96,
            Workflow.CONTENT_CREATION,
            "offer-2026.odt",
            WRITE,
            {"project": "tender", "activity": "writing"},
        ),
        (
            *("15:20", 52, Workflow.RESEARCH, "SQLite FTS5", {"Firefox": 0.85, "Document Viewer": 0.15}),
            {"activity": "research", "focus": Focus.SCATTERED},
        ),
        (
            *("16:12", 74, Workflow.CODING, "shop", CODE),
            {
                "project": "shop",
                "activity": "code_review",
                "interruptions": ((8, "Thunderbird"), (60, "Slack")),
            },
        ),
        (
            "17:40",
            22,
            Workflow.ADMINISTRATION,
            "expenses.ods",
            {"LibreOffice Calc": 1.0},
            {"activity": "administration"},
        ),
        ("20:05", 33, Workflow.RESEARCH, "Holiday in Norway", {"Firefox": 1.0}, {"activity": "reading"}),
    ]
    return [
        work(start, minutes, kind, subject, apps, number=number, **more)
        for number, (start, minutes, kind, subject, apps, more) in enumerate(parts)
    ]


def tasks(sessions):
    """Three tasks over the sessions of a day."""
    made = (("Round orders half up", TaskState.DONE, (1, 4)), ("Write the offer", TaskState.OPEN, (5,)))
    made += (("Review the import of invoices", TaskState.ABANDONED, (7,)),)
    return [
        Task(
            f"task-{number}",
            title,
            state,
            sessions[which[0]].start_ms,
            sessions[which[-1]].end_ms,
            sum(sessions[i].active_ms for i in which) + HOUR,
            tuple(
                Part(sessions[i].id, sessions[i].start_ms, sessions[i].end_ms, sessions[i].active_ms)
                for i in which
            ),
        )
        for number, (title, state, which) in enumerate(made)
    ]


SEEN = Example(10**9, ("session-1",) * 50, 0, 1)
PATTERNS = (
    Pattern(
        ("Reading mail", "Coding in shop", "Running the tests"),
        9,
        14,
        (Example(20_513, ("session-1", "session-2", "session-3"), 0, 1),),
    ),
    Pattern(
        ("Weekly planning", "Coding in shop"), 4, 4, (Example(20_507, ("session-4", "session-5"), 0, 1),)
    ),
)


def made(sessions, tasks=(), patterns=(), date=DATE, today=LATER):
    return day(date, sessions, tasks, patterns, day_start_ms=START_MS, today=today)


def ordinary_day():
    sessions = ordinary()
    return made(sessions, tasks(sessions), PATTERNS)


def crowded(count=200):
    """So many sessions of a few minutes each, from the day's start on."""
    kinds = tuple(Workflow)
    return [
        work(
            at("04:30") + number * 5 * MINUTE,
            3 + number % 3,
            kinds[(number // 7 + number) % len(kinds)],
            f"thing {number}",
            {f"Application {number % 30}": 0.7, "Firefox": 0.3},
            number=number,
            project=f"project {number % 25}",
            activity="coding",
            interruptions=((1, "Slack"),) if number % 3 == 0 else (),
        )
        for number in range(count)
    ]


def hostile():
    """Sessions, tasks and patterns made of what a screen may try."""
    sessions = [
        session(
            at("08:00") + number * 40 * MINUTE,
            35,
            number=number,
            title=text,
            summary=text,
            workflow=tuple(Workflow)[number % 7],
            applications=(Share(text, 0, 0.75),),
            projects=(Share(text, 0, 1.0),),
            documents=(Share(text, 0, 1.0),),
            activities=(Share(text, 0, 0.5),),
            steps=(Step(0, 1, text), Step(1, 2, text)),
            interruptions=((3, text),),
        )
        for number, text in enumerate(HOSTILE)
    ]
    found = [
        Task(
            f"task-{i}",
            s.title,
            TaskState.OPEN,
            s.start_ms,
            s.end_ms,
            5,
            (Part(s.id, s.start_ms, s.end_ms, 5),),
        )
        for i, s in enumerate(sessions)
    ]
    return sessions, found, [Pattern((text, text), 2, 3, (SEEN,)) for text in HOSTILE]


def worst(count=3000):
    """More of everything than a day can hold, in the widest characters."""
    wide, quoted = "\U00020000" * 2000, "'\"" * 1000

    def text(number):
        return f"{number} {wide if number % 2 else quoted}"

    told = Telling(
        title=wide,
        summary=quoted,
        workflow=Workflow.CODING,
        steps=tuple(Step(0, 1, quoted) for _ in range(50)),
    )
    sessions = [
        session(
            at("04:00") + number * 20_000,
            0.3,
            number=number,
            told=told,
            applications=tuple(Share(text(100 * number + i), 0, 0.05) for i in range(20)),
            projects=tuple(Share(text(100 * number + i), 0, 0.05) for i in range(20)),
            activities=tuple(Share(text(100 * number + i), 0, 0.05) for i in range(20)),
            interruptions=tuple((i / 100, text(100 * number + i)) for i in range(40)),
        )
        for number in range(count)
    ]
    found = [
        Task(f"task-{i}", text(i), TaskState.OPEN, 0, 1, 5, (Part(s.id, s.start_ms, s.end_ms, 5),))
        for i, s in enumerate(sessions)
    ]
    return sessions, found, [Pattern((wide,) * 50, 2, 3, (SEEN,)) for _ in range(50)]


def travelling():
    """A night on which the clock is set back, and then a flight to the west."""
    date = dt.date(2026, 10, 24)
    east = [
        work(
            "22:30", 150, Workflow.CODING, "before", CODE, number=1, date=date, offset_s=7200, project="shop"
        ),
        work("26:10", 45, Workflow.CODING, "after", CODE, number=2, date=date, offset_s=3600, project="shop"),
    ]
    west = work(
        "21:00",
        50,
        Workflow.RESEARCH,
        "above Iceland",
        {"Firefox": 1.0},
        number=3,
        date=date,
        offset_s=-18000,
    )
    return date, [*east, west]
