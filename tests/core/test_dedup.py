"""Tiles that differ."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.dedup import changed_since, changed_tiles
from glimpsed.core.model import TILE_DIGEST, Picture

GRIDS = st.integers(0, 60).flatmap(
    lambda n: st.tuples(
        *[st.lists(st.binary(min_size=TILE_DIGEST, max_size=TILE_DIGEST), min_size=n, max_size=n)] * 2
    )
)


def test_equal_pictures_differ_in_no_tile():
    assert changed_tiles(b"abcdefgh", b"abcdefgh") == 0
    assert changed_tiles(b"", b"") == 0


def test_one_bit_in_a_tile_counts_the_tile_once():
    assert changed_tiles(b"aaaabbbbcccc", b"aaaabbbccccc") == 1
    assert changed_tiles(b"aaaabbbb", b"xxxxyyyy") == 2


def test_tiles_that_merely_moved_are_changed():
    assert changed_tiles(b"aaaabbbb", b"bbbbaaaa") == 2


def test_grids_of_different_size_cannot_be_compared():
    assert changed_tiles(b"aaaa", b"aaaabbbb") is None
    assert changed_tiles(b"", b"aaaa") is None


@given(GRIDS)
def test_counts_what_a_loop_counts_and_does_not_care_for_order(grids):
    left, right = grids
    expected = sum(x != y for x, y in zip(left, right, strict=True))
    assert changed_tiles(b"".join(left), b"".join(right)) == expected
    assert changed_tiles(b"".join(right), b"".join(left)) == expected


WIDE = Picture("00", 640, 320, "png", 9, b"aaaa" * 50)


def test_pictures_of_one_size_are_compared_tile_by_tile():
    after = msgspec.structs.replace(WIDE, sha256="01", tiles=b"aaaa" * 49 + b"bbbb")
    assert WIDE.tile_count == 50
    assert changed_since(WIDE, after) == 1
    assert changed_since(WIDE, WIDE) == 0


@pytest.mark.parametrize("other", [{"width": 320, "height": 640}, {"width": 639}, {"tiles": b""}])
def test_what_is_of_another_size_or_not_known_is_not_compared(other):
    """One that is turned has as many tiles."""
    after = msgspec.structs.replace(WIDE, **other)
    assert changed_since(WIDE, after) is None
    assert changed_since(after, WIDE) is None


def test_a_picture_of_which_nothing_is_known_did_not_stay_the_same():
    nothing = msgspec.structs.replace(WIDE, tiles=b"")
    assert changed_since(nothing, nothing) is None
