"""Long pictures cut into bands that an OCR network can read without shrinking them to nothing.

Rules of this file: pure. Two monitors side by side and captures of whole pages are such pictures. Bands
overlap, so that no line is cut in every band that shows it; each point of the picture is owned by exactly
one band, so that no line is told twice.
"""

from itertools import pairwise
from math import ceil
from typing import NamedTuple

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels; right and bottom are outside."""

SHORTEST = 2000
"""Pixels; nothing shorter is cut. It is also what RapidOCR shrinks longer pictures to."""

MARGIN = 64
"""Pixels that a band sees beyond what it owns; more than the height of a line."""

_MOST_ELONGATED = 2  # as wide as two screens is still one screen's worth of shrinking


class Band(NamedTuple):
    """A part of a picture: what is looked at, and what of it this band answers for."""

    box: Box
    owned: Box

    def owns(self, x: float, y: float) -> bool:
        """The point, in the picture's pixels, is this band's to tell about."""
        left, top, right, bottom = self.owned
        return left <= x < right and top <= y < bottom


def bands(size: tuple[int, int]) -> list[Band]:
    """The bands of a picture of (width, height) pixels, in reading order; one band for most pictures."""
    width, height = size
    long, short = max(size), min(size)
    reach = max(SHORTEST, _MOST_ELONGATED * short)
    count = 1 if long <= reach else ceil(long / (reach - 2 * MARGIN))
    edges = [long * i // count for i in range(count + 1)]
    spans = [(max(0, start - MARGIN), start, end, min(long, end + MARGIN)) for start, end in pairwise(edges)]
    if width >= height:
        return [Band((seen, 0, till, height), (start, 0, end, height)) for seen, start, end, till in spans]
    return [Band((0, seen, width, till), (0, start, width, end)) for seen, start, end, till in spans]
