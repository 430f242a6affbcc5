"""Small pictures with known text, drawn for a test."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

LINES = (
    "main.py - project - Visual Studio Code",
    "File Edit Selection View Go Run Terminal Help",
    "def accept(shot):",
    "    return store.write(shot)",
)


def screenshot(path: Path, *, lines: tuple[str, ...] = LINES, size: tuple[int, int] = (800, 300)) -> Path:
    """A white picture with dark lines of text, legible for any OCR engine."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(22)
    for row, line in enumerate(lines):
        draw.text((16, 10 + row * 40), line, fill="#202020", font=font)
    image.save(path)
    return path


def table(*, title: str, cells: dict[tuple[int, int], str], dialog: str | None = None) -> Image.Image:
    """A window of 1280x720: text in `cells` by row (0 to 18) and column (0 to 7), and perhaps a dialog."""
    image = Image.new("RGB", (1280, 720), "#f4f4f0")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(18)
    draw.rectangle((0, 0, 1280, 32), fill="#30343c")
    draw.text((16, 6), title, fill="white", font=font)
    for row in range(19):
        for column in range(8):
            left, top = column * 160, 36 + row * 36
            draw.rectangle((left, top, left + 159, top + 35), outline="#c0c0c0")
            draw.text((left + 8, top + 8), cells.get((row, column), ""), fill="#202020", font=font)
    if dialog is not None:
        draw.rectangle((480, 260, 800, 460), fill="white", outline="#202020")
        draw.text((500, 340), dialog, fill="#202020", font=font)
    return image


def swatch(number: int, *, size: tuple[int, int] = (16, 16)) -> bytes:
    """The bytes of a small PNG that differs from number to number."""
    image = Image.new("RGB", size, (number % 256, number // 256 % 256, number // 65536 % 256))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
