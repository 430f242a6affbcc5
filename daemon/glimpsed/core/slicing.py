"""How a picture is cut for MiniCPM-V, and what that costs.

Rules of this file: pure; llama.cpp's rule (LLaVA-UHD, `mtmd_image_preprocessor_llava_uhd`) restated, down to
its float32, so that we know before a model is loaded what it will make of a picture. A picture is shown once
as a whole, the *overview*; a larger one also as *slices*: it is scaled to a canvas, centred there on black,
and the canvas is cut into a grid. Each of these images is one *encode*, by far the dearest thing about a
picture. The tests compare every answer with the library's.
"""

import itertools
import math
import struct
from bisect import bisect_right
from typing import Literal, NamedTuple

import msgspec

Detail = Literal["low", "medium", "high", "full"]
"""How much of a picture a model is shown; each is a bound on the number of encodes."""

MOST_SLICES = 9
"""A constant in llama.cpp, whatever the projector says."""

_MOST_ENCODES: dict[Detail, int] = {"low": 1, "medium": 3, "high": 7, "full": 1 + MOST_SLICES}
_FLOAT32 = struct.Struct("f")


class Size(NamedTuple):
    """Of a picture, in pixels, each at least 1; or of a grid, in columns and rows."""

    width: int
    height: int


class Box(NamedTuple):
    """A part of a picture, in pixels; `right` and `bottom` are the first outside."""

    left: int
    top: int
    right: int
    bottom: int


class Slicing(msgspec.Struct, frozen=True):
    """How one projector wants its pictures cut: the `edge` and the `patch` it was trained on, in pixels.

    Where a projector merges patches (`n_merge`), `patch` is the edge of what it merges into one.
    """

    edge: int = 448
    patch: int = 14

    def grid(self, size: Size) -> Size | None:
        """Columns and rows of slices, 2 to 9 together; None when there is the overview only."""
        if max(size) <= self.edge:
            return None
        # As many slices as there are squares of `edge` in the picture, or one more or less: what suits its
        # shape best. The first of equals is taken, narrow ones first.
        area = _float32(_float32(size.width * size.height) / self.edge**2)
        squares = min(math.ceil(area), MOST_SLICES)
        shape = _float32(math.log(_float32(size.width / size.height)))
        return min(
            _grids(squares), key=lambda grid: _float32(abs(shape - math.log(grid.width / grid.height)))
        )

    def encodes(self, size: Size) -> int:
        """How many images the encoder is given for a picture: 1, or 3 to 10."""
        grid = self.grid(size)
        return 1 if grid is None else 1 + grid.width * grid.height

    def sources(self, size: Size) -> tuple[Box, ...]:
        """The part of the picture that each encode is made of: first the overview, then slices row by row.

        Of two pictures of one size, whose pixels are the same inside a box, this encode is the same, bit for
        bit. No box is larger than what the bicubic filter reaches; a pixel on its rim may weigh too little
        to change anything. Neighbours overlap, as filters do. A slice that shows nothing but the black
        around the picture (shapes beyond 1:2500) has an empty box.
        """
        overview = Box(0, 0, *size)
        grid = self.grid(size)
        if grid is None:
            return (overview,)
        canvas = self._canvas(size, grid)
        scale = min(_float32(canvas.width / size.width), _float32(canvas.height / size.height))
        columns = _reaches(size.width, scale, canvas.width, grid.width)
        rows = _reaches(size.height, scale, canvas.height, grid.height)
        return overview, *(Box(left, top, right, bottom) for top, bottom in rows for left, right in columns)

    def fitted(self, size: Size, detail: Detail) -> Size:
        """The size to scale a picture down to, so that it costs at most 1, 3 or 7 encodes; "full" is `size`.

        What is within its bound stays as it is, so that this is idempotent; nothing is enlarged. The longer
        side is a whole number, the shorter follows it to the nearest pixel, and is at least 1. The answer
        is the largest size of this shape within the bound, but for shapes so near to where the best grid
        changes (1:sqrt(2), say) that rounding the shorter side decides; there it can have a third fewer
        pixels, or fewer still.
        """
        most = _MOST_ENCODES[detail]
        if detail == "full" or self.encodes(size) <= most:
            return size
        if most == 1:
            return _scaled(size, self.edge)
        # More squares never make fewer slices, but for a jump from one grid to another; so what is tried is
        # the largest picture of so many squares. A picture of one square has two slices at most.
        candidates = (_within(size, squares * self.edge**2) for squares in range(most, 0, -1))
        return next(candidate for candidate in candidates if self.encodes(candidate) <= most)

    def _canvas(self, size: Size, grid: Size) -> Size:
        """The size that a picture is scaled to before it is cut: of about `edge` squared for each slice."""
        width = _multiple(size.width, grid.width) // grid.width
        height = _multiple(size.height, grid.height) // grid.height
        ratio = _float32(width / height)
        height = int(_float32(self.edge / _float32(math.sqrt(ratio))))
        width = int(_float32(height * ratio))
        return Size(_multiple(width, self.patch) * grid.width, _multiple(height, self.patch) * grid.height)


def _float32(value: float) -> float:
    """What is left of `value` in a C float; every step that C++ takes in float goes through here."""
    rounded: float = _FLOAT32.unpack(_FLOAT32.pack(value))[0]
    return rounded


def _grids(squares: int) -> list[Size]:
    counts = (count for count in (squares - 1, squares, squares + 1) if 1 < count <= MOST_SLICES)
    return [Size(n, count // n) for count in counts for n in range(1, count + 1) if count % n == 0]


def _multiple(length: int, of: int) -> int:
    """The multiple that is nearest to `length` (a half goes up), and at least one."""
    return max(math.floor(_float32(length / of) + 0.5) * of, of)


def _reaches(length: int, scale: float, canvas: int, count: int) -> list[tuple[int, int]]:
    """What each of `count` slices is made of, along one side; `length` is of the picture."""
    scaled = min(math.ceil(_float32(length * scale)), canvas)
    padding = (canvas - scaled) // 2
    edges = [min(max(n * (canvas // count) - padding, 0), scaled) for n in range(count + 1)]
    return [_reach(length, scaled, *pair) for pair in itertools.pairwise(edges)]


def _reach(length: int, scaled: int, first: int, stop: int) -> tuple[int, int]:
    """The pixels out of `length` that the pixels `first` to `stop` out of `scaled` are made of.

    A pixel counts when its centre is less than two steps (of the coarser of the two) from that of one of
    them: bicubic weights are nil from there on. The sum is exact, in units of 1 / (2 * scaled) of a pixel:
    llama.cpp works in doubles, and may take in one pixel more, but with a weight that rounds to nothing.
    """
    if first >= stop:
        return 0, 0
    if length == scaled:
        return first, stop
    support = 4 * max(length, scaled)
    begin = (2 * first + 1) * length - support
    end = (2 * stop - 1) * length + support
    left = (begin - scaled) // (2 * scaled) + 1
    right = -((scaled - end) // (2 * scaled))
    return max(left, 0), min(right, length)


def _scaled(size: Size, longest: int) -> Size:
    """`size` in small: the longer side is `longest`, the other follows to the nearest pixel."""
    longer = max(size)
    width, height = (max(1, (2 * side * longest + longer) // (2 * longer)) for side in size)
    return Size(width, height)


def _within(size: Size, area: int) -> Size:
    """The largest picture of this shape, but not larger than `size`, with at most `area` pixels."""
    longest = bisect_right(range(1, max(size) + 1), area, key=lambda side: math.prod(_scaled(size, side)))
    return _scaled(size, longest)
