"""How long the stages of the work take, as counts by length, so that a day is a few hundred numbers.

Rules of this file: lengths are whole milliseconds. Up to 31 every millisecond is a bucket of its own;
beyond, each doubling is cut into sixteen. So a bucket is at most a sixteenth as wide as the lengths in it, it
is found by shifting bits, and it means the same for ever: counts of different days add up.
"""

from collections.abc import Mapping
from enum import StrEnum

_PARTS = 16
"""Buckets in each doubling."""


class Stage(StrEnum):
    """What is timed: a whole way that a shot goes, or one part of the work on it."""

    FILE_TO_OCR = "file_to_ocr"
    FILE_TO_DESCRIPTION = "file_to_description"
    QUEUE_WAIT = "queue_wait"
    LOAD = "load"
    ENCODE = "encode"
    PREFILL = "prefill"
    DECODE = "decode"


def bucket(ms: int) -> int:
    """The number of the bucket, from 0, that `ms` falls into; less than nothing counts as nothing."""
    ms = max(ms, 0)
    shift = max(ms.bit_length() - _PARTS.bit_length(), 0)
    return shift * _PARTS + (ms >> shift)


def upper(number: int) -> int:
    """The most milliseconds that fall into the bucket of this `number`."""
    shift = max(number // _PARTS - 1, 0)
    return ((number - shift * _PARTS + 1) << shift) - 1


def quantile(counts: Mapping[int, int], q: float) -> int | None:
    """Milliseconds within which the share `q` (0 < q <= 1) of all that was counted came to its end.

    `counts` are by bucket. Never less than the true quantile and at most a sixteenth more; None when nothing
    was counted.
    """
    total = sum(counts.values())
    seen = 0
    for number in sorted(counts):
        seen += counts[number]
        if total and seen / total >= q:  # a quotient: 0.07 x 100 would be a little more than 7
            return upper(number)
    return None
