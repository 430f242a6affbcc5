"""What `glimpse day` shows: a day as lines.

Rules of this file: pure; a day and a width in, lines out, none wider. Everything is made harmless here, as in
`frame`. Times are those of the wall clock then; lengths are presence.
"""

import datetime as dt
import time
from collections.abc import Iterable, Sequence

from glimpse_client.cli import output
from glimpse_client.cli.frame import Line, shortened
from glimpsed.wire.days import BreakView, DayView, EntryView, HabitView, SpentView

_BAR = 10  # columns of a bar
_NARROW = 66  # columns from which on there is room for bars
_MOST = 8  # rows of a division
_NAMED = 3  # applications of a session
_GAP = "  "
_UNKNOWN = "not known"
_QUIET, _HEAD, _DISTURBED = "bright_black", "cyan", "yellow"


def lines(day: DayView, columns: int) -> list[Line]:
    """A day on a terminal of this width."""
    bar = _BAR if columns >= _NARROW else 0
    found = [Line(long_date(day.date), _HEAD), Line(overview(day)), Line("")]
    found += _course(day, bar)
    for name, parts in (
        ("Projects", day.projects),
        ("Applications", day.applications),
        ("Activities", day.activities),
        ("Focus", day.focus),
    ):
        found += _division(name, parts, bar)
    found += _listed(
        "Interruptions",
        (f"{each.times:>9}x{_GAP}{each.name or _UNKNOWN}" for each in day.interrupters[:_MOST]),
        len(day.interrupters[_MOST:]) + day.more_interrupters,
    )
    found += _listed(
        "Tasks",
        (f"{length(task.minutes):>10}{_GAP}{task.state:<9}{_GAP}{task.title}" for task in day.tasks),
        day.more_tasks,
    )
    found += _listed("Patterns", (row for habit in day.habits for row in _habit(habit)), day.more_habits)
    return [Line(shortened(output.clean(text), columns), colour) for text, colour in found]


def long_date(date: str) -> str:
    """A date in words."""
    day = dt.date.fromisoformat(date)
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def overview(day: DayView) -> str:
    """A day in a sentence."""
    if not day.entries:
        return "nothing was seen on this day" + ("" if day.over else " yet")
    first, last = day.entries[0], max(day.entries, key=lambda entry: entry.end_ms)
    when = f"{_clock(first.start_ms, first.offset_s)}-{_clock(last.end_ms, last.offset_s)}"
    so_far = "" if day.over else " so far"
    sessions = output.number(day.sessions, "session")
    return f"{length(day.minutes)} active{so_far} in {sessions}, {when}"


def length(minutes: int) -> str:
    """Whole minutes as hours and minutes."""
    if not minutes:
        return "<1 min"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour


def _course(day: DayView, bar: int) -> list[Line]:
    """Sessions and breaks in order."""
    pauses = {pause.start_ms: pause for pause in day.breaks}
    most = max((entry.active_ms for entry in day.entries), default=0)
    found = []
    for entry in day.entries:
        found += _session(entry, most, bar)
        if pause := pauses.pop(entry.end_ms, None):
            found.append(_pause(pause))
    if missing := day.sessions - len(day.entries):
        found.append(Line(f"{missing} shorter sessions are not shown", _QUIET))
    return found


def _session(entry: EntryView, most: int, bar: int) -> list[Line]:
    when = f"{_clock(entry.start_ms, entry.offset_s)}-{_clock(entry.end_ms, entry.offset_s)}"
    before = f"{when}{_GAP}{length(entry.minutes):>10}{_GAP}{_bar(entry.active_ms, most, bar)}"
    used = ", ".join(each.name for each in entry.applications[:_NAMED] if each.name)
    often = output.number(entry.interrupted, "interruption") if entry.interrupted else ""
    notes = [_standing(entry), often]
    notes.append("" if used and entry.title.endswith(used) else used)
    said = " · ".join(note for note in notes if note)
    colour = _DISTURBED if entry.focus == "interrupted" else None
    found = [Line(f"{before}{entry.title or _word(entry.workflow)}", colour)]
    return [*found, Line(" " * len(before) + said, _QUIET)] if said else found


def _standing(entry: EntryView) -> str:
    if entry.state != "open":
        return ""
    return "still being read" if entry.awaited else "still open"


def _pause(pause: BreakView) -> Line:
    when = f"{_clock(pause.start_ms, pause.offset_s)}-{_clock(pause.end_ms, pause.end_offset_s)}"
    minutes = round((pause.end_ms - pause.start_ms) / 60_000)
    return Line(f"{when}{_GAP}{length(minutes):>10}{_GAP}break", _QUIET)


def _division(name: str, parts: Sequence[SpentView], bar: int) -> list[Line]:
    """What time was spent on, the smallest names as one."""
    named = [each for each in parts if each.name or each.names > 1]
    shown = named if len(named) <= _MOST else [*named[: _MOST - 1], _together(named[_MOST - 1 :])]
    rows = [*shown, *(each for each in parts if each not in named)]
    most = max((each.active_ms for each in rows), default=0)
    return _listed(
        name,
        (f"{length(each.minutes):>10}{_GAP}{_bar(each.active_ms, most, bar)}{_name(each)}" for each in rows),
    )


def _habit(habit: HabitView) -> tuple[str, str]:
    often = f"{habit.times:>9}x{_GAP}on {output.number(habit.days, 'day')}"
    return f"{often}: {' > '.join(habit.steps)}", f"{'':10}{_GAP}last on {habit.last}"


def _together(parts: Sequence[SpentView]) -> SpentView:
    ms, minutes = sum(each.active_ms for each in parts), sum(each.minutes for each in parts)
    return SpentView("", ms, minutes, sum(each.names for each in parts))


def _name(spent: SpentView) -> str:
    if spent.names > 1:
        return f"{spent.names} others"
    return spent.name.replace("_", " ") if spent.name.islower() else spent.name or _UNKNOWN


def _listed(name: str, rows: Iterable[str], more: int = 0) -> list[Line]:
    """Rows below a head, nothing where there are none; `more` are left out."""
    found = [Line(f"{_GAP}{row}") for row in rows]
    rest = [Line(f"{_GAP}{more} more", _QUIET)] if more else []
    return [Line(""), Line(name, _HEAD), *found, *rest] if found else []


def _word(word: str) -> str:
    return word.replace("_", " ").capitalize()


def _bar(part: int, whole: int, columns: int) -> str:
    """A part of the most there is, as a picture; nothing where there is no room for it."""
    filled = max(1, round(columns * min(1.0, part / whole))) if part and whole else 0
    return f"{'#' * filled:<{columns}}{_GAP}" if columns else ""


def _clock(at_ms: int, offset_s: int) -> str:
    """Time of day on the wall clock with this offset."""
    return time.strftime("%H:%M", time.gmtime(at_ms // 1000 + offset_s))
