"""Pictures to replay: a folder's, or drawn ones, and the text that a prompt quotes from them."""

import random
import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import screen_layouts
from glimpsed.core.model import ApplicationType
from glimpsed.core.roles import screen

SIZE = (1280, 720)

KIND = ApplicationType.CODE_EDITOR
"""What the rules would take the quoted text for."""

_LINES = 18
_NEW_WINDOW = 10  # shots, and then another window is in front


def in_folder(folder: Path) -> list[Path]:
    """The PNGs of a folder in the order in which a person counts: `step_2` before `step_10`."""
    shots = sorted(folder.glob("*.png"), key=lambda path: _natural(path.name))
    if not shots:
        raise SystemExit(f"{folder} holds no PNG files")
    return shots


def drawn(folder: Path, count: int) -> list[Path]:
    """Write `count` screenshots of somebody who types, a line a shot, and at times changes the window."""
    return [_drawn(folder / f"{number:04}.png", number) for number in range(count)]


def noise(folder: Path, count: int) -> list[Path]:
    """Write pictures of which no two have a slice in common."""
    paths = []
    for number in range(count):
        data = random.Random(number).randbytes(3 * SIZE[0] * SIZE[1])
        paths.append(folder / f"noise-{number}.png")
        Image.frombytes("RGB", SIZE, data).save(paths[-1], compress_level=0)
    return paths


def blank(folder: Path) -> Path:
    """Write a small white picture."""
    path = folder / "blank.png"
    Image.new("RGB", (64, 64), "white").save(path)
    return path


def excerpt(number: int) -> str:
    """What the prompt quotes of shot `number`: made-up text of about a screen's length, the same for any run.

    What is measured then depends on no OCR.
    """
    layouts = screen_layouts
    text = layouts.screen(
        layouts.menu(layouts.CODE_MENU),
        layouts.CODE,
        layouts.PROSE,
        layouts.column(
            700, 130, *(f"2026-03-{day:02} shipment {day * 37} of {day * 12} boards" for day in range(1, 16))
        ),
        layouts.row(770, f"Ln {number + 1}, Col 1", "Spaces: 4", "UTF-8", "Python"),
    )
    return screen.excerpt(text, window_title=f"orders-{number}.py - mill", application="Visual Studio Code")


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def _drawn(path: Path, number: int) -> Path:
    window, line = divmod(number, _NEW_WINDOW)
    chance = random.Random(window)
    image = Image.new("RGB", SIZE, (240 - 8 * (window % 8), 240, 244))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(18)
    draw.rectangle((0, 0, SIZE[0], 36), fill="#30343c")
    draw.text((16, 8), f"orders-{window}.py - mill", fill="white", font=font)
    for row in range(_LINES):
        words = " ".join(chance.choice(_WORDS) for _ in range(12))
        draw.text(
            (32, 60 + 34 * row), words if row < _LINES - _NEW_WINDOW + line else "", fill="#202020", font=font
        )
    image.save(path)
    return path


_WORDS = ("board", "order", "mill", "paid", "total", "ship", "spring", "invoice", "customer", "due")
