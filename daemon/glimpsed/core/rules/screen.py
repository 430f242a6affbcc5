"""The text of one picture with its geometry worked out: lines, rows, and everything folded once.

Rules of this file: pure and total; boxes may be nonsense (negative, empty, outside). Sizes are pixels.
"""

import unicodedata
from collections.abc import Sequence
from functools import cached_property

import msgspec

from glimpsed.core.model import PictureText, TextLine
from glimpsed.core.rules.folding import fold

MAX_LINES = 800
"""Lines that are looked at; the densest desktop seen has 161, and a 4K screen four times the room."""

MAX_LENGTH = 300
"""Characters of a line that are looked at."""

MAX_TEXT = 24_000
"""Characters that are looked at in all; the densest desktop seen has 2,700."""

_TASKBAR = 0.935
"""Below this part of the height lie task bars and docks, which name windows that may not be in front."""

_SEVERAL = 3
"""Texts side by side at the lower edge that are a task bar, at least: names of windows, and a clock."""


class Line(msgspec.Struct, frozen=True):
    """A line of text, as read and folded, with its edges."""

    text: str
    folded: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float

    @property
    def height(self) -> int:
        """At least 1."""
        return max(1, self.bottom - self.top)

    @property
    def middle(self) -> float:
        """Vertical middle."""
        return (self.top + self.bottom) / 2


Row = tuple[Line, ...]
"""Lines side by side, left to right."""


class Screen:
    """What a picture shows, ready to be asked."""

    def __init__(self, text: PictureText, width: int, height: int) -> None:
        """Over `MAX_LINES`, `MAX_LENGTH` and `MAX_TEXT` nothing is looked at: no real screen has as much."""
        lines = []
        left_over = MAX_TEXT
        for line in text.lines[:MAX_LINES]:
            clean = " ".join(_printable(line.text[: min(MAX_LENGTH, left_over)]).split())
            left_over -= min(MAX_LENGTH, len(line.text), left_over)
            left, top, wide, high = line.box
            if clean:
                edges = (left, top, left + max(0, wide), top + max(0, high))
                lines.append(Line(clean, fold(clean), *edges, line.confidence))
        self.lines = tuple(lines)
        self.width = max(width, 1)
        self.height = max(height, 1)
        self.blob = "\n" + "\n".join(line.folded for line in lines) + "\n"
        self.raw = "\n".join(line.text.replace(" ", "") for line in lines)
        self.whole = frozenset(line.folded for line in lines)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Lines grouped by height on the screen, top to bottom."""
        rows: list[list[Line]] = []
        for line in sorted(self.lines, key=lambda line: (line.middle, line.left)):
            if rows and line.middle - rows[-1][0].middle <= 0.5 * min(line.height, rows[-1][0].height):
                rows[-1].append(line)
            else:
                rows.append([line])
        return tuple(tuple(sorted(row, key=lambda line: line.left)) for row in rows)

    def within_top(self, line: Line, part: float) -> bool:
        """Whether `line` lies in the upper `part` (0..1) of the picture."""
        return line.middle <= part * self.height

    def in_taskbar(self, line: Line) -> bool:
        """Whether `line` lies where task bars are."""
        return line.middle > _TASKBAR * self.height


def parted(lines: Sequence[TextLine], height: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the lines of a picture say, and what those of a task bar do: the lowest row, of several texts.

    What fills the screen has text of its own there, but seldom so: lines of a shell are of one text mostly,
    and the status line of an editor tells nothing.
    """
    lowest = max(lines, key=_middle, default=None)
    row = _middle(lowest) - max(1, lowest.box[3]) if lowest else 0.0
    edge = max(_TASKBAR * height, row)
    below = tuple(line.text for line in lines if _middle(line) > edge)
    if len(below) < _SEVERAL:
        return tuple(line.text for line in lines), ()
    return tuple(line.text for line in lines if _middle(line) <= edge), below


def _middle(line: TextLine) -> float:
    return line.box[1] + max(0, line.box[3]) / 2


def runs(row: Row, gap: float) -> list[Row]:
    """Cut a row where the space between two lines exceeds `gap` times their height."""
    cut: list[list[Line]] = []
    for line in row:
        if cut and line.left - cut[-1][-1].right <= gap * line.height:
            cut[-1].append(line)
        else:
            cut.append([line])
    return [tuple(run) for run in cut]


def _printable(text: str) -> str:
    return "".join(c if unicodedata.category(c)[0] != "C" else " " if c in "\t\n\r" else "" for c in text)
