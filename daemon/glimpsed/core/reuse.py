"""Whether what was said of one picture goes for another.

Rules of this file: pure and exact, as `dedup` is. What does not count is given as rectangles, such as the
clock of a panel. They mask whole tiles, every one that they touch: a clock hardly ever fills a tile, so that
a mask of only the tiles that lie within it would mask nothing. The price is that a change right beside a
rectangle, in the same tile, is not seen.
"""

from collections.abc import Sequence
from itertools import compress, count
from operator import ne

import msgspec

from glimpsed.core.model import TILE, TILE_DIGEST, Picture, Result, Rung

Rect = tuple[int, int, int, int]
"""Left, top, width and height, in pixels. It may reach beyond the picture; an empty one touches nothing."""


def unchanged(before: Picture, after: Picture, ignore: Sequence[Rect]) -> bool:
    """Whether two pictures are of one size and equal in every tile that no rectangle touches.

    False when their tiles are not known. Where no tile is left to compare, all of them count.
    """
    tiles = after.tile_count
    if (before.width, before.height) != (after.width, after.height):
        return False
    if not len(before.tiles) == len(after.tiles) == tiles * TILE_DIGEST:
        return False
    masked = {tile for rect in ignore for tile in _touched(rect, after.width, after.height)}
    if len(masked) == tiles:
        return before.tiles == after.tiles
    changed = compress(count(), map(ne, _tiles(before), _tiles(after)))
    return all(tile in masked for tile in changed)


def repeat(said: Result, new_id: str, picture: str, now_ms: int) -> Result:
    """The `reused` result of a picture that repeats what was said of another.

    It names the result that a model made, also when `said` repeats that one itself. It took no time.
    """
    return msgspec.structs.replace(
        said,
        id=new_id,
        picture=picture,
        rung=Rung.REUSED,
        created_ms=now_ms,
        timings={},
        reused_from=said.reused_from or said.id,
    )


def _tiles(picture: Picture) -> memoryview:
    return memoryview(picture.tiles).cast("I")


def _touched(rect: Rect, width: int, height: int) -> set[int]:
    """The tiles of a picture of this size, counted row by row, that share a pixel of it with a rectangle."""
    left, top, right, bottom = max(0, rect[0]), max(0, rect[1]), rect[0] + rect[2], rect[1] + rect[3]
    right, bottom, columns = min(right, width), min(bottom, height), -(-width // TILE)
    if left >= right or top >= bottom:
        return set()
    across, down = range(left // TILE, -(-right // TILE)), range(top // TILE, -(-bottom // TILE))
    return {row * columns + column for row in down for column in across}
