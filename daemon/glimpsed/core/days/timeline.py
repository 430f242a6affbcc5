"""The picture of a day: a row for each kind of work, a bar for each session, in SVG within a page.

Rules of this file: pure; shapes only, whose looks are in `style` by class: the page's policy forbids styles
elsewhere. All text is escaped. What the picture says, its description and the tables of the page say, too.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from unicodedata import east_asian_width

from glimpsed.core.days import wording as say
from glimpsed.core.days.axis import Axis, axis, hours
from glimpsed.core.days.model import Break, Day, Entry
from glimpsed.core.sessions.model import Workflow

WIDTH = 1000
_LEFT, _RIGHT = 132, 78
_PLOT = WIDTH - _LEFT - _RIGHT
_TOP, _ROW, _BAR, _FOOT = 26, 38, 24, 20
_LABELS = 15
_LETTER = 6.9
"""Width of a letter in a bar, about."""

_LEAST_BAR = 2.5
_LEAST_LABEL, _LEAST_BREAK = 44, 50
_SHIFT = 130
"""Room for what a change of the clock says."""


def timeline(day: Day) -> str:
    """The picture of a day that has sessions."""
    over = axis(day.entries)
    rows = [Workflow(spent.name) for spent in day.workflows if spent.name]
    rows += sorted({entry.workflow for entry in day.entries} - set(rows))
    bottom = _TOP + _ROW * (len(rows) + bool(day.interrupted))
    height = bottom + _FOOT * (1 if len(over.shifts) == 1 else 2)
    return "".join(
        (
            f'<svg class="day" role="img" aria-labelledby="tl-title tl-desc" viewBox="0 0 {WIDTH} {height}">',
            f'<title id="tl-title">Timeline of {escape(say.long_date(day.date))}</title>',
            f'<desc id="tl-desc">{escape(say.overview(day))} The table of sessions says the same.</desc>',
            *(_pause(each, over, bottom) for each in day.breaks),
            *(_hour(at, hour, over, bottom) for at, hour in hours(over, _LABELS)),
            *_shifts(over, bottom),
            *(_row(day, row, index) for index, row in enumerate(rows)),
            *(_bar(entry, over, rows.index(entry.workflow)) for entry in day.entries),
            _interruptions(day, over, len(rows)) if day.interrupted else "",
            "</svg>",
        )
    )


def fitting(text: str, letters: float) -> str:
    """As much of a text as there is room for, in letters; a Chinese character is as wide as two."""
    width = 0
    for at, character in enumerate(text):
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > letters:
            return text[: max(0, at - 1)].rstrip() + "…" if at > 1 else ""
    return text


def _x(at_ms: int, over: Axis) -> float:
    return _LEFT + _PLOT * over.part(at_ms)


def _hour(at_ms: int, hour: int, over: Axis, bottom: int) -> str:
    x = _x(at_ms, over)
    line = f'<line class="hour" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{bottom}"/>'
    return f'{line}<text class="at" x="{x:.1f}" y="{_TOP - 11}">{hour:02}:00</text>'


def _shifts(over: Axis, bottom: int) -> list[str]:
    """Where the wall clock changed; in words only where there is room."""
    found, free = [], 0.0
    for before, now in pairwise(over.shifts):
        x, said = _x(now.at_ms, over), f"{say.zone(before.offset_s)} → {say.zone(now.offset_s)}"
        shown = f'<text x="{x:.1f}" y="{bottom + 34}">{escape(said)}</text>' if x >= free else ""
        found.append(
            f'<g class="shift"><title>The clock changed: {escape(said)}</title>'
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>{shown}</g>'
        )
        free = x + _SHIFT if shown else free
    return found


def _pause(pause: Break, over: Axis, bottom: int) -> str:
    x, end = _x(pause.start_ms, over), _x(pause.end_ms, over)
    long = say.lasted(pause.end_ms - pause.start_ms)
    shown = (
        f'<text x="{(x + end) / 2:.1f}" y="{bottom + 16}">{long}</text>' if end - x >= _LEAST_BREAK else ""
    )
    return (
        f'<g class="break"><title>Break, {say.between(pause)}, {long}</title>'
        f'<rect x="{x:.1f}" y="{_TOP}" width="{end - x:.1f}" height="{bottom - _TOP}"/>{shown}</g>'
    )


def _row(day: Day, row: Workflow, index: int) -> str:
    middle = _TOP + _ROW * index + _ROW // 2 + 4
    long = next((say.length(spent.minutes) for spent in day.workflows if spent.name == row), "")
    return (
        f'<text class="row" x="{_LEFT - 14}" y="{middle}">{say.called(row)}</text>'
        f'<text class="sum" x="{WIDTH}" y="{middle}">{escape(long)}</text>'
    )


def _bar(entry: Entry, over: Axis, index: int) -> str:
    x, y = _x(entry.start_ms, over), _TOP + _ROW * index + (_ROW - _BAR) // 2
    width = max(_LEAST_BAR, _x(entry.end_ms, over) - x)
    name = say.title(entry)
    subject = name.partition(": ")[2] or name
    label = fitting(subject, (width - 12) / _LETTER) if width >= _LEAST_LABEL else ""
    tip = f"{say.between(entry)}, {say.length(entry.minutes)} active: {name}"
    return (
        f'<g class="bar {entry.workflow}"><title>{escape(tip)}</title>'
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" rx="{min(4, width / 3):.1f}"/>'
        + (f'<text x="{x + 6:.1f}" y="{y + _BAR // 2 + 4}">{escape(label)}</text>' if label else "")
        + "</g>"
    )


def _interruptions(day: Day, over: Axis, index: int) -> str:
    middle = _TOP + _ROW * index + _ROW // 2
    return (
        f'<text class="row" x="{_LEFT - 14}" y="{middle + 4}">Interruptions</text>'
        f'<text class="sum" x="{WIDTH}" y="{middle + 4}">{day.interrupted}</text>'
        + "".join(_marks(day.entries, over, middle))
    )


def _marks(entries: Sequence[Entry], over: Axis, middle: int) -> list[str]:
    return [
        f'<g class="mark"><title>{say.clock(glance.start_ms, entry.offset_s)}, '
        f"{escape(glance.application or say.UNKNOWN)}, {say.lasted(glance.end_ms - glance.start_ms)}</title>"
        f'<circle cx="{_x(glance.start_ms, over):.1f}" cy="{middle}" r="4"/></g>'
        for entry in entries
        for glance in entry.interruptions
    ]
