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


def swatch(number: int, *, size: tuple[int, int] = (16, 16)) -> bytes:
    """The bytes of a small PNG that differs from number to number."""
    image = Image.new("RGB", size, (number % 256, number // 256 % 256, number // 65536 % 256))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
