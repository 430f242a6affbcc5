"""Marks: copies of what grows piece by piece, so that a change in the middle costs what comes after it.

Rules of this file: pure. The mark before any size lies about twice as far from the end at most, or `APART`
further; so marks grow in number with the logarithm of the whole.
"""

from copy import copy
from typing import Generic, TypeVar

APART = 32
"""Pieces from one mark to the next, at least: a copy then costs little beside what it may save."""

T = TypeVar("T")


class Marks(Generic[T]):
    """Copies of one thing by its size, the closer together the nearer they are to its end."""

    def __init__(self, empty: T) -> None:
        """`empty` is what it was before there was any of it."""
        self._kept: list[tuple[int, T]] = [(0, empty)]

    def reach(self, size: int, end: int, grown: T) -> None:
        """It has grown to `size`, and is about to go on to `end`."""
        if size - self._kept[-1][0] < max(APART, end - size):
            return
        self._kept.append((size, copy(grown)))
        for index in range(len(self._kept) - 2, 0, -1):
            if end - self._kept[index - 1][0] <= 2 * (end - self._kept[index + 1][0]):
                del self._kept[index]

    def back(self, size: int) -> tuple[int, T]:
        """It is as it was up to `size`: where to go on from, and what it was there."""
        while self._kept[-1][0] > size:
            self._kept.pop()
        reached, grown = self._kept[-1]
        return reached, copy(grown)
