"""What `core.slicing` says of a picture, against what llama.cpp does with it."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glimpsed.core.slicing import Size, Slicing
from mtmd_library import Library

pytestmark = pytest.mark.models

SLICING = Slicing()
SIDES = st.integers(1, 1500) | st.integers(1, 6000) | st.integers(1, 30_000)

SHOWN = [
    Size(640, 360),  # enlarged
    Size(1366, 768),
    Size(1024, 768),
    Size(1920, 1080),  # made smaller, with black above and below
    Size(1080, 2400),
    Size(2560, 1440),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    library = Library(tmp_path_factory.mktemp("models"))
    yield library
    library.close()


@settings(max_examples=300, deadline=None)
@given(SIDES, SIDES)
@example(20000, 20)
@example(20, 20000)
@example(1, 449)
@example(30_000, 30_000)
@example(60_000, 1)
def test_the_number_of_images(library, width, height):
    assert SLICING.encodes(Size(width, height)) == library.encodes(Size(width, height))


def near(shape):
    """Sizes of 1 to 20 squares whose shape is as near to this one as whole numbers come, and neighbours."""
    for limit in (30, 300, 3000):
        ratio = Fraction(shape).limit_denominator(limit)
        for squares in range(1, 21):
            scale = math.isqrt(squares * 448**2 // (ratio.numerator * ratio.denominator))
            for d in (-1, 0, 1) if scale else ():
                yield Size(ratio.numerator * scale + d, ratio.denominator * scale)


# Two grids, a and b times as wide as high, suit the shape sqrt(a * b) equally; all the pairs that can meet.
@pytest.mark.parametrize("product", [1, 1.5, 2, 3, 6, 7.5, 12, 14, 16, 20, 30, 42, 56, 72])
def test_where_the_last_bit_of_a_float_decides(library, product):
    for size in near(math.sqrt(product)):
        for turned in (size, Size(size.height, size.width)):
            assert SLICING.encodes(turned) == library.encodes(turned), turned


def noise(random, size):
    """A picture in which every pixel differs from its neighbours."""
    return random.integers(0, 256, (size.height, size.width, 3), np.uint8)


def within(pixels, box):
    return pixels[box.top : box.bottom, box.left : box.right]


def edited(random, pixels):
    """A copy with some rectangle changed, often a thin one."""
    height, width, _ = pixels.shape
    high, wide = (
        int(min(random.integers(1, limit), 2 ** random.integers(0, 11))) for limit in (height, width)
    )
    top, left = random.integers(0, height - high + 1), random.integers(0, width - wide + 1)
    changed = pixels.copy()
    changed[top : top + high, left : left + wide] ^= random.integers(1, 256, dtype=np.uint8)
    return changed


@pytest.mark.parametrize("size", [SHOWN[0], SHOWN[2]], ids="{0[0]}x{0[1]}".format)
def test_a_slice_whose_source_did_not_change_is_the_same_bit_for_bit(library, size):
    random = np.random.default_rng(7)
    pixels, boxes = noise(random, size), SLICING.sources(size)
    before = library.embeddings(pixels)
    for _ in range(4):
        changed = edited(random, pixels)
        same = [n for n, box in enumerate(boxes) if np.array_equal(within(pixels, box), within(changed, box))]
        assert 0 not in same
        assert library.embeddings(changed, same) == [before[n] for n in same]


@settings(max_examples=15, deadline=None)
@given(st.data(), st.integers(30, 1200), st.integers(30, 1200))
def test_nothing_outside_its_source_reaches_a_slice(library, data, width, height):
    size = Size(width, height)
    n = data.draw(st.integers(0, SLICING.encodes(size) - 1))
    pixels, box = noise(np.random.default_rng(9), size), SLICING.sources(size)[n]
    assert library.embeddings(inverted_outside(pixels, box), [n]) == library.embeddings(pixels, [n])


@pytest.mark.parametrize("size", SHOWN, ids="{0[0]}x{0[1]}".format)
def test_a_source_is_large_enough_and_not_a_pixel_too_large(library, size):
    # Not so for every size: on a rim a pixel may weigh too little to change a byte.
    pixels, boxes = noise(np.random.default_rng(8), size), SLICING.sources(size)
    n = len(boxes) // 2 + 1  # a slice with neighbours
    before = library.embeddings(pixels, [n])
    assert library.embeddings(inverted_outside(pixels, boxes[n]), [n]) == before
    for rim in rims(boxes[n]):
        inside = pixels.copy()
        within(inside, rim)[:] ^= np.uint8(255)
        assert library.embeddings(inside, [n]) != before, rim


def inverted_outside(pixels, box):
    inverted = pixels ^ np.uint8(255)
    within(inverted, box)[:] = within(pixels, box)
    return inverted


def rims(box):
    """The outermost pixels of a box, one to each side."""
    return (
        box._replace(right=box.left + 1),
        box._replace(left=box.right - 1),
        box._replace(bottom=box.top + 1),
        box._replace(top=box.bottom - 1),
    )
