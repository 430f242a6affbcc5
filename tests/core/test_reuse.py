"""When what was said of one picture goes for another."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import TILE, TILE_DIGEST, Description, Picture, Result, Rung
from glimpsed.core.reuse import repeat, unchanged

WIDTH, HEIGHT = 300, 200
COLUMNS, ROWS = 5, 4


def picture(*changed, width=WIDTH, height=HEIGHT):
    """One whose tiles are as ever, but for those at these (column, row)."""
    tiles = [b"same"] * (COLUMNS * ROWS)
    for column, row in changed:
        tiles[row * COLUMNS + column] = b"else"
    return Picture("0" * 64, width, height, "png", 1, b"".join(tiles))


@pytest.mark.parametrize(
    ("changed", "ignore", "expected"),
    [
        ([], [], True),
        ([(0, 0)], [], False),
        ([(0, 0)], [(0, 0, 64, 64)], True),
        ([(0, 0)], [(20, 20, 1, 1)], True),
        ([(0, 0)], [(64, 0, 64, 64)], False),
        ([(1, 0)], [(63, 0, 1, 64)], False),
        ([(1, 0)], [(63, 0, 2, 64)], True),
        ([(4, 0), (3, 0)], [(240, 0, 60, 24)], True),
        ([(4, 0), (3, 0), (4, 1)], [(240, 0, 60, 24)], False),
        ([(4, 0), (0, 3)], [(260, 0, 40, 24), (0, 195, 40, 500)], True),
        ([(4, 3)], [(290, 190, 1000, 1000)], True),
        ([(0, 0)], [(-50, -50, 60, 60)], True),
        ([(0, 0)], [(-50, -50, 50, 50)], False),
        ([(0, 0)], [(20, 20, 0, 9), (20, 20, 9, 0), (70, 0, -20, 5)], False),
        ([(0, 0)], [(5000, 5000, 10, 10)], False),
        ([(0, 3), (4, 0)], [(0, HEIGHT, 9, 9), (WIDTH, 0, 9, 9)], False),  # where the last tiles would go on
        ([(0, 0)], [(0, 0, WIDTH, HEIGHT)], False),
        ([], [(0, 0, WIDTH, HEIGHT)], True),
    ],
)
def test_what_a_rectangle_touches_does_not_count(changed, ignore, expected):
    assert unchanged(picture(), picture(*changed), ignore) is expected
    assert unchanged(picture(*changed), picture(), ignore) is expected


@pytest.mark.parametrize("size", [{"width": WIDTH + 1}, {"height": HEIGHT - 1}])
def test_pictures_of_other_sizes_are_others_though_their_tiles_are_as_many(size):
    assert not unchanged(picture(), picture(**size), [])


def test_pictures_whose_tiles_are_not_known_cannot_be_compared():
    bare = Picture("0" * 64, WIDTH, HEIGHT, "png", 1)
    short = msgspec.structs.replace(picture(), tiles=picture().tiles[:-TILE_DIGEST])
    for unknown in (bare, short):
        assert not unchanged(unknown, unknown, [])
        assert not unchanged(unknown, picture(), [])


RECTS = st.lists(st.tuples(*[st.integers(-100, 400)] * 4), max_size=4)
TILES = st.sets(st.tuples(st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1)))


def touches(rect, tile):
    """Whether a rectangle has a pixel of the picture in common with a tile, counted along both edges."""
    left, top, width, height = rect
    column, row = tile
    across = set(range(left, left + width)) & set(range(column * TILE, min(WIDTH, (column + 1) * TILE)))
    down = set(range(top, top + height)) & set(range(row * TILE, min(HEIGHT, (row + 1) * TILE)))
    return bool(across and down)


@given(changed=TILES, ignore=RECTS)
def test_it_is_what_a_look_at_every_pixel_says(changed, ignore):
    everything = {(column, row) for column in range(COLUMNS) for row in range(ROWS)}
    masked = {tile for tile in everything if any(touches(rect, tile) for rect in ignore)}
    expected = not changed if masked == everything else changed <= masked
    assert unchanged(picture(), picture(*changed), ignore) is expected


def test_a_repetition_says_the_same_of_another_picture_and_names_the_models_own_result():
    said = Result(
        "r1", "1" * 64, Rung.VISION, Description(summary="An editor."), 5, "m", "2", 1, {"encode": 9}
    )
    again = repeat(said, "r2", "2" * 64, 7)
    assert again == Result(
        "r2", "2" * 64, Rung.REUSED, said.description, 7, "m", "2", 1, timings={}, reused_from="r1"
    )
    third = repeat(again, "r3", "3" * 64, 8)
    assert (third.reused_from, third.description, third.id) == ("r1", said.description, "r3")
