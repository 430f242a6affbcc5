"""Lay out the lines of a screen as OCR would return them, for tests of the rules.

A line is 16 px high and 8 px a character; coordinates are those of a 1280x800 screen.
"""

from glimpsed.core.model import PictureText, TextLine
from glimpsed.core.rules import describe

WIDTH, HEIGHT = 1280, 800


def line(text, x, y, height=16, confidence=0.98):
    return TextLine(text, (x, y, max(8, len(text) * height // 2), height), confidence)


def row(y, *texts, x=8, gap=16):
    """Texts side by side, as a menu bar or a status bar has them."""
    lines = []
    for text in texts:
        lines.append(line(text, x, y))
        x += len(text) * 8 + gap
    return lines


def column(x, y, *texts, step=24):
    """Texts below each other, as a side bar or a page has them."""
    return [line(text, x, y + i * step) for i, text in enumerate(texts)]


def menu(text, y=28, x=8):
    """A menu bar from `File|Edit|...`."""
    return row(y, *text.split("|"), x=x)


def grid(y=160, columns="ABCDEFGH", rows=12):
    """A spreadsheet's column letters and row numbers."""
    letters = [line(letter, 80 + 90 * i, y) for i, letter in enumerate(columns)]
    return [*letters, *column(8, y + 20, *map(str, range(1, rows + 1)), step=20)]


def screen(*parts):
    """Lines and lists of lines as one picture's text, in reading order."""
    lines = [each for part in parts for each in (part if isinstance(part, list) else [part])]
    return PictureText(tuple(sorted(lines, key=lambda t: (t.box[1], t.box[0]))), "drawn")


def described(*parts):
    """What the rules say of a screen of these parts."""
    return describe(screen(*parts), WIDTH, HEIGHT)


PANEL = [line("Activities", 12, 4), line("14 Apr 10:21", 600, 4), line("100 %", 1200, 4)]
CODE = column(
    120,
    130,
    "import sqlite3",
    "def total(orders):",
    "for order in orders:",
    "paid += order.amount",
    "return paid",
)
PROSE = column(200, 260, "The mill was built in 1871 and rebuilt twice.", "It has been a museum since.")
CALC_MENU = "File|Edit|View|Insert|Format|Styles|Sheet|Data|Tools|Window|Help"
WRITER_MENU = "File|Edit|View|Insert|Format|Styles|Table|Form|Tools|Window|Help"
CODE_MENU = "File|Edit|Selection|View|Go|Run|Terminal|Help"
