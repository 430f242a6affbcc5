"""A day as Markdown (CommonMark with GitHub's tables).

Rules of this file: pure and stable: the same day is the same text. Every text from a screen goes through
`literal`: it shows as it is, whatever it looks like, and links to nothing.
"""

import re
from collections.abc import Iterable, Sequence

from glimpsed.core.days import wording as say
from glimpsed.core.days.model import Day, Entry, Spent

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&!$@]")
_LINKS = re.compile(r"(?<=[A-Za-z]):(?=//)|(?i:(?<=www)\.)|(?i:(?<=xmpp):|(?<=mailto):)")
_BEGINS = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+=]))")


def page(day: Day) -> str:
    """The document, with a newline at its end."""
    parts = [f"# {say.long_date(day.date)}", literal(say.overview(day))]
    if day.entries:
        parts += [*_timeline(day), *_divisions(day), *_interruptions(day), *_tasks(day), *_habits(day)]
    return "\n\n".join(parts) + "\n"


def literal(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    text = _LINKS.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\g<0>", text))
    return _BEGINS.sub(r"\g<0>\\", text)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns whose name ends with a colon are numbers."""
    names = [head.removesuffix(":") for head in heads]
    rules = ["---:" if head.endswith(":") else "---" for head in heads]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (names, rules, *rows))


def _timeline(day: Day) -> list[str]:
    pauses = {pause.start_ms: pause for pause in day.breaks}
    rows: list[Sequence[str]] = []
    for entry in day.entries:
        rows.append(_row(entry))
        if pause := pauses.pop(entry.end_ms, None):
            rows.append((say.between(pause), say.lasted(pause.end_ms - pause.start_ms), "*Break*", "", ""))
    table = _table(("Time", "Active:", "What", "Applications", "Focus"), rows)
    return ["## Timeline", table, *filter(None, [say.left_out(day)]), *_summaries(day)]


def _row(entry: Entry) -> Sequence[str]:
    used = ", ".join(literal(say.named(spent)) for spent in entry.applications if spent.name)
    return (
        say.between(entry),
        literal(say.length(entry.minutes)),
        literal(say.title(entry)) + (f" ({standing})" if (standing := say.standing(entry)) else ""),
        used,
        say.focus(entry),
    )


def _summaries(day: Day) -> list[str]:
    told = [f"- {say.between(entry)}: {literal(entry.summary)}" for entry in day.entries if entry.summary]
    return ["## Summaries", "\n".join(told)] if told else []


def _divisions(day: Day) -> list[str]:
    divisions = (
        ("Project", day.projects),
        ("Application", day.applications),
        ("Activity", day.activities),
        ("Focus", day.focus),
    )
    return ["## Time", *(_division(name, parts) for name, parts in divisions if parts)]


def _division(name: str, parts: Sequence[Spent]) -> str:
    rows = [(literal(say.named(spent)), literal(say.length(spent.minutes))) for spent in parts]
    return _table((name, "Time:"), rows)


def _interruptions(day: Day) -> list[str]:
    if not day.interrupters:
        return []
    rows = [(literal(say.by(each)), str(each.times), say.lasted(each.lasted_ms)) for each in day.interrupters]
    more = say.not_shown(day.more_interrupters, "other application")
    return ["## Interruptions", _table(("By", "Times:", "In all:"), rows), *filter(None, [more])]


def _tasks(day: Day) -> list[str]:
    if not day.tasks:
        return []
    rows = [
        (
            literal(task.title),
            say.called(task.state),
            literal(say.length(task.minutes)),
            literal(say.lasted(task.total_ms)),
        )
        for task in day.tasks
    ]
    more = say.not_shown(day.more_tasks, "other task")
    return ["## Tasks", _table(("Task", "State", "That day:", "In all:"), rows), *filter(None, [more])]


def _habits(day: Day) -> list[str]:
    if not day.habits:
        return []
    rows = [f"- {' → '.join(map(literal, habit.steps))}: {say.often(habit)}" for habit in day.habits]
    more = say.not_shown(day.more_habits, "other pattern")
    return ["## Patterns", "\n".join(rows), *filter(None, [more])]
