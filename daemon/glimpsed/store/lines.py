"""Lines of text as they are kept: compressed.

Rules of this file: what is decoded is what was encoded, but for confidence, which is kept in per cent. Lines
are kept as columns, since like things side by side compress best, and a place as the way from the last one.
"""

import zlib
from itertools import accumulate
from operator import sub

import msgspec

from glimpsed.core.model import TextLine

_LEVEL = 6


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    """Lines, a list for each part of them; `lefts` and `tops` are what they are more than the line before."""

    texts: list[str]
    lefts: list[int]
    tops: list[int]
    widths: list[int]
    heights: list[int]
    percents: list[int]


def encode(lines: tuple[TextLine, ...]) -> bytes:
    """As they are kept."""
    boxes = [line.box for line in lines]
    columns = _Columns(
        texts=[line.text for line in lines],
        lefts=_steps([box[0] for box in boxes]),
        tops=_steps([box[1] for box in boxes]),
        widths=[box[2] for box in boxes],
        heights=[box[3] for box in boxes],
        percents=[round(line.confidence * 100) for line in lines],
    )
    return zlib.compress(msgspec.msgpack.encode(columns), _LEVEL)


def decode(kept: bytes) -> tuple[TextLine, ...]:
    """The lines that `encode` was given."""
    of = _columns(kept)
    places = zip(accumulate(of.lefts), accumulate(of.tops), of.widths, of.heights, strict=True)
    told = zip(of.texts, places, of.percents, strict=True)
    return tuple(TextLine(text, box, percent / 100) for text, box, percent in told)


def texts(kept: bytes) -> list[str]:
    """Their text alone."""
    return _columns(kept).texts


def _columns(kept: bytes) -> _Columns:
    return msgspec.msgpack.decode(zlib.decompress(kept), type=_Columns)


def _steps(numbers: list[int]) -> list[int]:
    return list(map(sub, numbers, [0, *numbers]))
