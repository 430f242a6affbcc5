"""What a day says, in words for a person.

Rules of this file: pure, English, and the same on every machine: no locale. What comes from a screen is made
printable and cut to a bound here, before anything is made of it.
"""

import datetime as dt

from glimpsed.core.days.model import Break, Day, Entry, Habit, Interrupter, Spent
from glimpsed.core.model import Activity
from glimpsed.core.sessions.model import Focus, SessionState
from glimpsed.core.sessions.settings import HOUR_MS

DASH = "\N{EN DASH}"
UNKNOWN = "Not known"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_OURS = frozenset(word.value for words in (Activity, Focus) for word in words)
_MINUTES = 60
_DAY_S = 86_400


def plain(text: str, limit: int) -> str:
    """`text` in one line of at most `limit` characters, without anything that commands a reader's screen.

    Control, format and bidirectional characters are spaces, and spaces in a row are one.
    """
    head = text[: 2 * limit]
    if not head.isprintable():
        head = "".join(each if each.isprintable() else " " for each in head)
    said = " ".join(head.split())
    return said if len(said) <= limit and len(text) <= 2 * limit else said[: limit - 1].rstrip() + "…"


def long_date(date: dt.date) -> str:
    """A date in words, such as `Friday, 27 November 2026`."""
    return f"{_WEEKDAYS[date.weekday()]}, {date.day} {_MONTHS[date.month - 1]} {date.year}"


def clock(at_ms: int, offset_s: int) -> str:
    """HH:MM on the wall clock with this offset."""
    seconds = (at_ms // 1000 + offset_s) % _DAY_S
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def between(span: Entry | Break) -> str:
    """From when to when, on the wall clock of then."""
    end_offset_s = span.end_offset_s if isinstance(span, Break) else span.offset_s
    return f"{clock(span.start_ms, span.offset_s)}{DASH}{clock(span.end_ms, end_offset_s)}"


def zone(offset_s: int) -> str:
    """An offset from UTC, such as `UTC+5:30`."""
    hours, seconds = divmod(abs(offset_s), 3600)
    sign = "-" if offset_s < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{seconds // 60:02}" if seconds else "")


def length(minutes: int) -> str:
    """Whole minutes as hours and minutes; 0 is what was too short to count."""
    if not minutes:
        return "<1 min"
    hours, rest = divmod(minutes, _MINUTES)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def lasted(ms: int) -> str:
    """A stretch of time on the clock."""
    return f"{round(ms / 1000)} s" if ms < HOUR_MS // 60 else length((ms + 30_000) // 60_000)


def called(word: str) -> str:
    """A word of ours, such as `content_creation`, for a person."""
    return word.replace("_", " ").capitalize()


def named(spent: Spent) -> str:
    """What a time was spent on; a word of ours as a person would write it."""
    if spent.names > 1:
        return f"{spent.names} others"
    return (called(spent.name) if spent.name in _OURS else spent.name) or UNKNOWN


def by(interrupter: Interrupter) -> str:
    """What interrupted."""
    return interrupter.name or UNKNOWN


def title(entry: Entry) -> str:
    """What a session is called."""
    return entry.title or called(entry.workflow)


def focus(entry: Entry) -> str:
    """How attention was spent in a session."""
    return called(entry.focus) if entry.focus else UNKNOWN


def standing(entry: Entry) -> str:
    """Why a session may be told otherwise later, empty when it is over."""
    if entry.state is not SessionState.OPEN:
        return ""
    return "still being read" if entry.awaited else "still open"


def counted(count: int, one: str) -> str:
    """A number of things, such as `1 session`, `no breaks`."""
    return f"{count or 'no'} {one}{'' if count == 1 else 's'}"


def often(habit: Habit) -> str:
    """How often a habit was followed, and when last."""
    return f"{counted(habit.times, 'time')} on {counted(habit.days, 'day')}, last on {habit.last.isoformat()}"


def overview(day: Day) -> str:
    """The day in a sentence."""
    if not day.entries:
        return "Nothing was seen on this day." if day.over else "Nothing was seen on this day yet."
    first, last = day.entries[0], max(day.entries, key=lambda entry: entry.end_ms)
    when = f"{clock(first.start_ms, first.offset_s)}{DASH}{clock(last.end_ms, last.offset_s)}"
    pauses, sessions = counted(len(day.breaks), "break"), counted(day.sessions, "session")
    so_far = "" if day.over else " so far"
    return f"{length(day.minutes)} active{so_far} in {sessions}, {when}, with {pauses}."


def not_shown(count: int, one: str) -> str:
    """That so many more things are not shown, empty for none."""
    return f"{counted(count, one)} not shown." if count else ""


def left_out(day: Day) -> str:
    """That not all sessions are shown, empty when they are."""
    missing = day.sessions - len(day.entries)
    return f"{counted(missing, 'shorter session')} not shown; all times include them." if missing else ""
