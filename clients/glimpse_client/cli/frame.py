"""What `glimpse top` shows: a status as the lines of a screen.

Rules of this file: pure; a status and a size in, lines out, never more or wider than the screen. What matters
most comes first, since a small screen shows only that. Widths are those of a terminal, where a Chinese
character takes two columns. Everything is made harmless here, as in `output`.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from glimpse_client.cli import output, wording
from glimpsed.wire.messages import StatusReply

Row = tuple[str, ...]


class Line(NamedTuple):
    """A line of the screen, and the colour of its text."""

    text: str
    colour: str | None = None


class Size(NamedTuple):
    """Of a screen, in characters."""

    columns: int
    lines: int


_COLOURS = {"alarm": "red", "breaker": "red", "missing": "yellow", "yields": "yellow"}
_BAR = 20  # columns of a bar
_NARROW = 60  # columns from which on there is room for bars


def frame(status: StatusReply, size: Size, clock: str) -> list[Line]:
    """A screen of this size that shows `status`; `clock` is the time of day."""
    rows = [
        *_now(status, size.columns),
        *wording.troubles(status),
        *wording.queued(status),
        *_files(status),
        *_past(status),
    ]
    colours = [_COLOURS.get(row[0]) for row in rows]
    lines = [_head(status, size.columns, clock), *map(Line, _aligned(rows), colours)]
    return fitted([*lines, *map(Line, _stages(status))], size)


def message(said: str, size: Size, clock: str) -> list[Line]:
    """A screen that says why there is nothing to show."""
    return fitted([Line(f"{clock}  {said}", "red"), Line(""), Line("q leaves")], size)


def fitted(lines: Sequence[Line], size: Size) -> list[Line]:
    """As many of these lines as there is room for, none too wide; the last says what is missing."""
    shown = list(lines[: max(size.lines, 0)])
    if 1 < len(shown) < len(lines):
        shown[-1] = Line(f"... {len(lines) - len(shown) + 1} more lines; q leaves")
    return [Line(cut(output.clean(text), size.columns), colour) for text, colour in shown]


def cut(text: str, columns: int) -> str:
    """As much of a printable text as there is room for."""
    taken = 0
    for at, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[:at]
    return text


def shortened(text: str, columns: int) -> str:
    """A printable text, its end a `…` where there is no room for all of it."""
    shown = cut(text, columns)
    return shown if shown == text else cut(cut(text, columns - 1).rstrip() + "…", columns)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _head(status: StatusReply, columns: int, clock: str) -> Line:
    uptime = output.duration(status.uptime_s * 1000)
    parts = [f"glimpsed {status.version}", f"up {uptime}", status.mode, status.profile]
    left = "  ".join(part for part in parts if part)
    return Line(left + clock.rjust(max(len(clock) + 2, columns - _width(left))), "cyan")


def _now(status: StatusReply, columns: int) -> list[Row]:
    """The slot, memory, and who is in it."""
    slot = status.slot
    bar = _bar(slot.elapsed_ms, slot.predicted_ms or 0, columns)
    rows: list[Row] = [("slot", "", f"{wording.slot(slot)}{bar}"), *wording.job(slot)]
    rooms = [("GPU", status.gpu_used, status.gpu_room), ("main", status.main_used, status.main_room)]
    rows += [
        ("memory", what, f"{wording.memory(used, room)}{_bar(used, room, columns)}")
        for what, used, room in rooms
        if used or room
    ]
    return rows + [("resident", view.model, wording.resident(view)) for view in status.residents]


def _files(status: StatusReply) -> list[Row]:
    queue = status.queue
    return [("files", "", f"{queue.files} seen, {queue.read} to read")]


def _past(status: StatusReply) -> list[Row]:
    rungs = output.counted(status.rungs_last_hour) or "none"
    return [("calls", "last hour", wording.calls(status.calls)), ("results", "last hour", rungs)]


def _stages(status: StatusReply) -> list[str]:
    rows = wording.stages(status.stages, wording.LATELY)
    return ["", *_aligned(rows)] if rows else []


def _bar(part: int, whole: int, columns: int) -> str:
    """How much of a whole, as a picture; nothing where there is no room for it, or no whole."""
    if whole <= 0 or columns < _NARROW:
        return ""
    filled = min(_BAR, _BAR * part // whole)
    return f"  [{'#' * filled}{'.' * (_BAR - filled)}]"


def _aligned(rows: Sequence[Row]) -> list[str]:
    """Rows as lines with their columns aligned; the last column is free."""
    rows = [tuple(output.clean(cell) for cell in row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                *(cell + " " * (width - _width(cell)) for cell, width in zip(row[:-1], widths, strict=False)),
                row[-1],
            ]
        )
        for row in rows
    ]
