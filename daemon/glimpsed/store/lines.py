"""Lines of text as they are kept: compressed, what they say apart from where they stand.

Rules of this file: what is decoded is what was encoded, but for confidence, which is kept in per cent. Places
are kept as columns, since like things side by side compress best: a corner as the way from the last one, a
width as what it is more than so many letters take.
"""

import zlib
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


def encode(lines: tuple[TextLine, ...]) -> Kept:
    """As they are kept."""
    texts = [line.text for line in lines]
    boxes = [line.box for line in lines]
    letter = sum(box[2] for box in boxes) // max(1, sum(map(len, texts)))
    places = _Places(
        letter=letter,
        lefts=_steps([box[0] for box in boxes]),
        tops=_steps([box[1] for box in boxes]),
        widths=[box[2] - letter * len(text) for box, text in zip(boxes, texts, strict=True)],
        heights=[box[3] for box in boxes],
        percents=[round(line.confidence * 100) for line in lines],
    )
    return Kept(_packed(msgspec.json.encode(texts)), _packed(msgspec.msgpack.encode(places)))


def decode(kept: Kept) -> tuple[TextLine, ...]:
    """The lines that `encode` was given."""
    said = texts(kept.texts)
    of = msgspec.msgpack.decode(_unpacked(kept.places), type=_Places)
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


def _steps(numbers: list[int]) -> list[int]:
    return list(map(sub, numbers, [0, *numbers]))
