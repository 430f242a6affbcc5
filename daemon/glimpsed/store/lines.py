"""Lines of text as they are kept: compressed, what they say apart from where they stand.

Rules of this file: what is decoded is what was encoded, but for confidence, which is kept in per cent. Places
are kept as columns, since like things side by side compress best: a corner as the way from the last one, a
width as what it is more than so many letters take.
"""

import zlib
from collections.abc import Sequence
from itertools import accumulate
from operator import sub
from typing import NamedTuple

import msgspec

from glimpsed.core.model import TextLine


class Kept(NamedTuple):
    """Lines as they are kept. The index is made of `texts` alone."""

    texts: bytes
    places: bytes


class _Places(msgspec.Struct, frozen=True, array_like=True):
    letter: int
    lefts: list[int]
    tops: list[int]
    widths: list[int]
    heights: list[int]
    percents: list[int]


_PLACES = msgspec.msgpack.Decoder(_Places)


def encode(lines: tuple[TextLine, ...]) -> Kept:
    """As they are kept."""
    return Kept(texts_of(lines), places_of(lines))


def texts_of(lines: tuple[TextLine, ...]) -> bytes:
    """What they say, as it is kept."""
    return _packed(msgspec.json.encode([line.text for line in lines]))


def places_of(lines: tuple[TextLine, ...]) -> bytes:
    """Where they stand, as it is kept."""
    letters = [len(line.text) for line in lines]
    lefts, tops, widths, heights = zip(*(line.box for line in lines), strict=True) if lines else ((),) * 4
    letter = sum(widths) // max(1, sum(letters))
    places = _Places(
        letter=letter,
        lefts=_steps(lefts),
        tops=_steps(tops),
        widths=[width - letter * many for width, many in zip(widths, letters, strict=True)],
        heights=list(heights),
        percents=[round(line.confidence * 100) for line in lines],
    )
    return _packed(msgspec.msgpack.encode(places))


def decode(kept: Kept) -> tuple[TextLine, ...]:
    """The lines that `encode` was given."""
    said = texts(kept.texts)
    of = _PLACES.decode(_unpacked(kept.places))
    widths = (of.letter * len(text) + more for text, more in zip(said, of.widths, strict=True))
    boxes = zip(accumulate(of.lefts), accumulate(of.tops), widths, of.heights, strict=True)
    told = zip(said, boxes, of.percents, strict=True)
    return tuple(TextLine(text, box, percent / 100) for text, box, percent in told)


def texts(kept: bytes) -> list[str]:
    """What they say."""
    return msgspec.json.decode(_unpacked(kept), type=list[str])


def _packed(plain: bytes) -> bytes:
    return zlib.compress(plain, level=6, wbits=-zlib.MAX_WBITS)  # SQLite looks after what a checksum would


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompress(packed, wbits=-zlib.MAX_WBITS)


def _steps(numbers: Sequence[int]) -> list[int]:
    return list(map(sub, numbers, (0, *numbers)))
