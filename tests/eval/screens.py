"""Screens drawn as lines of text with their places, as an OCR engine would find them.

Rules of this file: boxes are pixels; nothing is misread here. What every screen of an application shows is
its own furniture; what every screen of a desktop shows is its panel or task bar, with the clock.
"""

import datetime as dt
from collections.abc import Sequence
from random import Random

import msgspec

from eval.persona import PLACEHOLDER, App, Desktop
from eval.writing import Document
from glimpsed.core.model import TextLine

SPINNERS = "⠋⠙⠹⠸⠼⠴⠦⠧"
STARS = ("● ", "*", "• ")
_CHANGES = 0.4
_CHAR, _HEIGHT, _STEP = 8, 16, 22


class Window(msgspec.Struct):
    """A window as it stands now. `address` is empty but in a browser, `tabs` are titles of other pages."""

    app: App
    title: str
    address: str
    document: Document
    tabs: Sequence[str] = ()


def split_title(document: str) -> tuple[str, str]:
    """Title and address of `Title <address>`; the address may be missing."""
    title, _, address = document.partition(" <")
    return title, address.rstrip(">")


def title_of(app: App, document: str, matter: str, rng: Random) -> str:
    """The window's title now, with what changes in it: unread counts, spinners, marks of what is unsaved."""
    values = {"document": document, "file": document.rpartition("/")[2], "matter": matter}
    values["unread"] = f"({rng.randint(1, 40)}) " if rng.random() < _CHANGES else ""
    values["star"] = rng.choice(STARS) if rng.random() < _CHANGES else ""
    return filled(app.title, values, rng)


def filled(text: str, values: dict[str, str], rng: Random) -> str:
    """Put values, or numbers and a spinner, in the places of a title, a side bar or a status bar."""
    values = values | {"n": str(rng.randint(1, 99)), "busy": rng.choice(SPINNERS)}
    parts = PLACEHOLDER.split(text)
    return "".join(values.get(part, "") if index % 2 else part for index, part in enumerate(parts))


def furnished(app: App, document: str, rng: Random) -> App:
    """The application with its side bar, which is a document's own, and its status bar, which changes."""
    steady = Random(document)
    side = tuple(filled(text, {}, steady) for text in app.side)
    return msgspec.structs.replace(app, side=side, status=tuple(filled(text, {}, rng) for text in app.status))


def line(text: str, x: float, y: float) -> TextLine:
    """A line of text at a place."""
    return TextLine(text, (int(x), int(y), max(_CHAR, len(text) * _CHAR), _HEIGHT), 0.97)


def row(y: float, x: float, texts: Sequence[str], gap: int = 16) -> list[TextLine]:
    """Texts side by side."""
    made = []
    for text in texts:
        made.append(line(text, x, y))
        x += len(text) * _CHAR + gap
    return made


def column(x: float, y: float, texts: Sequence[str], step: int = _STEP) -> list[TextLine]:
    """Texts below each other; empty ones leave their place empty."""
    return [line(text, x, y + index * step) for index, text in enumerate(texts) if text]


def panel(desktop: Desktop, window: Window, at: dt.datetime, open_titles: Sequence[str]) -> list[TextLine]:
    """Clock, date and what is open, where this desktop shows them."""
    width, height = desktop.size
    clock = at.strftime(desktop.clock)
    match desktop.style:
        case "gnome":
            return [line("Activities", 12, 4), line(clock, width / 2 - 50, 4), line("100 %", width - 90, 4)]
        case "windows":
            shown = [text[:24] for text in open_titles]
            return [*row(height - 26, 60, shown, 28), line(clock, width - 140, height - 26)]
        case "mac":
            bar = [window.app.bar or window.app.title.rpartition(" ")[2], *window.app.menu]
            return [*row(4, 40, bar), line(clock, width - 170, 4)]
        case _:
            return [
                *row(4, 8, ["1:www", "2:code", "3", "9:chat"]),
                line(f"load 0.61 | {clock}", width - 260, 4),
            ]


def body(window: Window, desktop: Desktop, *, titled: bool, part: float = 1.0) -> list[TextLine]:
    """The window itself, at the left edge; `part` is how much of the screen's width it has."""
    app, (width, height) = window.app, desktop.size
    y = 4.0 if desktop.style == "windows" else 30.0
    made: list[TextLine] = []
    if titled and app.title_bar and desktop.style != "tiling":
        made.append(line(window.title, width * part / 2 - 4 * len(window.title), y))
        y += 24
    if app.layout == "browser":
        made += row(y, 40, [window.title[:28], *(tab[:22] for tab in window.tabs)], 40)
        made.append(line(window.address, 220, y + 28))
        y += 60
    if desktop.style != "mac" and app.menu:
        made += row(y, 12, app.menu)
        y += 26
    left = 24 if not app.side else 260
    made += column(16, y + 8, app.side)
    rows = int((height - y - 90) / _STEP)
    made += _content(window, left, y + 8, rows, width * part)
    if app.status:
        made += row(height - 56, 24, app.status, 60)
    return made


def _content(window: Window, left: float, top: float, rows: int, width: float) -> list[TextLine]:
    if window.app.layout == "sheet":
        return _cells(window, left, top, rows - 2, width)
    room = int((width - left) / _CHAR)
    lines = [text[:room] for text in window.document.view(rows)]
    if window.app.layout == "canvas":
        places = Random("\n".join(lines))
        return [
            line(text, places.uniform(left, width - 300), top + i * _STEP)
            for i, text in enumerate(lines[::3])
        ]
    if window.app.layout != "editor":
        return column(left, top, lines)
    numbers = [str(index) for index in range(1, 1 + len(lines))]
    return [*column(left, top, numbers), *column(left + 48, top, lines)]


def _cells(window: Window, left: float, top: float, rows: int, width: float) -> list[TextLine]:
    """A grid with letters and numbers at its edges; lines of the document fill it from left to right."""
    columns = max(2, int((width - left) / 190))
    made = [line(chr(65 + index), left + 120 + 190 * index, top) for index in range(min(26, columns))]
    made += column(left, top + _STEP, [str(index) for index in range(1, rows + 1)])
    texts = window.document.view(rows * 3)
    for index, text in enumerate(texts):
        made.append(
            line(text[:22], left + 60 + 190 * (index % columns), top + _STEP * (1 + index // columns))
        )
    return made


def popup(desktop: Desktop, app: str, texts: Sequence[str]) -> list[TextLine]:
    """A notification of another application, over whatever is there."""
    x = desktop.size[0] - 420
    y = 60 if desktop.style != "windows" else desktop.size[1] - 190
    return column(x, y, [app, *texts], 24)


def cover(lines: Sequence[TextLine], over: Sequence[TextLine]) -> list[TextLine]:
    """`lines` without what lies under the rectangle of `over`, and `over`."""
    if not over:
        return list(lines)
    left = min(each.box[0] for each in over) - 20
    top = min(each.box[1] for each in over) - 12
    right = max(each.box[0] + each.box[2] for each in over) + 20
    bottom = max(each.box[1] + each.box[3] for each in over) + 12
    free = [each for each in lines if not (left < each.box[0] < right and top < each.box[1] < bottom)]
    return [*free, *over]


def beside(lines: Sequence[TextLine], other: Sequence[TextLine], width: int) -> list[TextLine]:
    """The part of another window that is seen to the right of one that has 60 % of the screen."""
    edge = int(0.6 * width)
    moved = [TextLine(each.text[:60], (each.box[0] + edge, *each.box[1:]), each.confidence) for each in other]
    return [
        *(each for each in lines if each.box[0] < edge),
        *(each for each in moved if each.box[0] < width - 40),
    ]
