"""What screens are made of: windows, rows of text, buttons, on a desktop with a bar.

Rules of this file: Pillow and its bundled font only, so that everybody draws the same pixels. All measures
are pixels, and every text goes through `Canvas.text` or `Canvas.mono`.
"""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 800
TOP = 28
"""Height of the desktop's own bar."""

INK, GREY, PALE, LINE, WHITE = "#1f2328", "#6a737d", "#f3f3f2", "#d4d4d2", "#ffffff"
DARK, DARKER, SIDE = "#1f1f1f", "#181818", "#252526"
TEXT, DIM, BLUE, GREEN, ORANGE, PINK, YELLOW = (
    "#d4d4d4", "#8b949e", "#6cb6ff", "#8ddb8c", "#e5a06b", "#dc8add", "#e6d28a",
)  # fmt: skip


class Canvas:
    """A picture with the few things that windows are made of. All measures are pixels."""

    def __init__(self, clock: str) -> None:
        """An empty desktop whose bar shows `clock`."""
        self.image = Image.new("RGB", (WIDTH, HEIGHT), "#3d5a6c")
        self.pen = ImageDraw.Draw(self.image)
        self.box(0, 0, WIDTH, TOP, "#101214")
        self.pen.rounded_rectangle((14, 11, 40, 17), 3, WHITE)
        self.pen.ellipse((46, 11, 52, 17), "#8a8f94")
        self.text(WIDTH // 2 - 46, 6, clock, WHITE, 14)
        for x in (1210, 1232, 1254):
            self.pen.rounded_rectangle((x, 9, x + 12, 19), 3, outline=WHITE)

    def box(self, x: int, y: int, w: int, h: int, fill: str, *, edge: str | None = None) -> None:
        """A filled rectangle."""
        self.pen.rectangle((x, y, x + w - 1, y + h - 1), fill, edge)

    def text(self, x: float, y: float, text: str, fill: str = INK, size: int = 15) -> float:
        """Write `text` with its top left at `x`, `y`; returns where it ends. The font lacks the long dash."""
        face = font(size)
        for i, part in enumerate(text.split("—")):
            if i:
                self.box(int(x), int(y + size * 0.62), size, 1, fill)
                x += size
            self.pen.text((x, y), part, fill, face)
            x += face.getlength(part)
        return x

    def mono(self, x: int, y: int, runs: list[tuple[str, str]], size: int = 15) -> None:
        """Write coloured runs on a grid: every character centred in a cell, wide ones squeezed."""
        cell, face = 9, font(size)
        for run, fill in runs:
            for character in run:
                width = max(1, round(face.getlength(character)))
                glyph = Image.new("L", (width + 2, size + 6))
                ImageDraw.Draw(glyph).text((1, 0), character, 255, face)
                if glyph.width > cell + 1:
                    glyph = glyph.resize((cell + 1, glyph.height), Image.Resampling.BICUBIC)
                self.image.paste(
                    Image.new("RGB", glyph.size, fill), (x + (cell - glyph.width) // 2, y), glyph
                )
                x += cell

    def row(self, x: float, y: float, texts: str, fill: str = INK, size: int = 14, *, gap: int = 20) -> None:
        """Write texts separated by `|` side by side."""
        for text in texts.split("|"):
            x = self.text(x, y, text, fill, size) + gap

    def column(self, x: int, y: int, texts: str, fill: str = INK, size: int = 15, *, step: int = 26) -> None:
        """Write texts separated by `|` below each other."""
        for i, text in enumerate(texts.split("|")):
            self.text(x, y + i * step, text, fill, size)

    def button(self, x: int, y: int, w: int, text: str, *, fill: str = PALE, ink: str = INK) -> None:
        """A push button, 30 high."""
        self.pen.rounded_rectangle((x, y, x + w, y + 30), 5, fill, LINE)
        self.text(x + (w - font(14).getlength(text)) / 2, y + 7, text, ink, 14)

    def window(self, title: str, bar: str = "#ebebeb", ink: str = INK, body: str = WHITE) -> None:
        """A maximised window: a title bar 32 high and an empty body under it."""
        self.box(0, TOP, WIDTH, HEIGHT - TOP, body)
        self.box(0, TOP, WIDTH, 32, bar)
        width = font(15).getlength(title.replace("—", "MM"))
        self.text((WIDTH - width) / 2, TOP + 7, title, ink, 15)
        x, y = WIDTH - 24, TOP + 16
        self.pen.line((x - 5, y - 5, x + 5, y + 5), ink)
        self.pen.line((x - 5, y + 5, x + 5, y - 5), ink)
        self.pen.rectangle((x - 35, y - 5, x - 25, y + 5), outline=ink)
        self.pen.line((x - 66, y, x - 56, y), ink)

    def save(self, path: Path) -> None:
        """Write a small PNG: 256 colours keep the edges of letters, far fewer make them hard to read."""
        self.image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font, laid out the basic way that every build knows."""
    face = ImageFont.load_default(size)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise TypeError("this Pillow was built without FreeType")
    return face
