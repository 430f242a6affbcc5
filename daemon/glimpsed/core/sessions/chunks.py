"""Where the material of a session is parted so that each part fits into a model's context.

Rules of this file: pure. Theory of operation: each entry has a strength, by how much changes with it, and by
chance where that is equal. A run that is too long for the context is parted before its strongest entry, its
first one aside, and so is what is left of it on both sides as long as that is too long. So an entry is an
edge exactly if the run around it, up to a stronger one on either side, is too long, which is told by no
more than one context's tokens before and after it. What comes in, late or at the end, therefore changes
edges within that distance alone, and all parts beyond it stay what they are, byte for byte.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from glimpsed.core.sessions.material import Entry


def parted(entries: Sequence[Entry], tokens: Sequence[int], most: int) -> list[list[int]]:
    """Indices of the entries of each part, which has at most `most` tokens unless it is one entry."""
    at = [0, *edges([_strength(entry) for entry in entries], tokens, most), len(entries)]
    return [list(range(first, last)) for first, last in pairwise(at) if last > first]


def edges(strengths: Sequence[tuple[int, int, str]], tokens: Sequence[int], most: int) -> list[int]:
    """The entries with which a part begins, but for the first; takes time in proportion to the entries."""
    sums = [0]
    for each in tokens:
        sums.append(sums[-1] + each)
    count = len(tokens)
    begins, ends = [0] * count, [count] * count
    stack: list[int] = []
    for index in range(1, count):
        while stack and strengths[stack[-1]] < strengths[index]:
            ends[stack.pop()] = index
        begins[index] = stack[-1] if stack else 0
        stack.append(index)
    return [index for index in range(1, count) if sums[ends[index]] - sums[begins[index]] > most]


def key(*parts: str) -> str:
    """The name of a part, by everything that its summary depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _strength(entry: Entry) -> tuple[int, int, str]:
    return entry.change, crc32(entry.name.encode()), entry.name
