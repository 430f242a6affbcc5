"""The rule by which pictures are cut: the measured table, what each slice is made of, and sizes that fit."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.slicing import Box, Size, Slicing, _reach

SLICING = Slicing()
BOUNDS = {"low": 1, "medium": 3, "high": 7, "full": 10}
SCREENS = [
    *(Size(1280, 720), Size(1280, 800), Size(1366, 768), Size(1440, 900), Size(1600, 900), Size(1920, 1080)),
    *(Size(1920, 1200), Size(2256, 1504), Size(2560, 1440), Size(3440, 1440), Size(3840, 2160)),
    *(Size(5120, 1440), Size(1024, 768), Size(1080, 2400), Size(1170, 2532)),
]
SIDES = st.integers(1, 600) | st.integers(1, 5000) | st.integers(1, 30_000)
SIZES = st.builds(Size, SIDES, SIDES) | st.sampled_from(SCREENS)

# How many images the library made of each size.
MEASURED = {
    1: [(1, 1), (448, 448), (448, 252), (64, 64), (448, 1)],
    3: [(449, 300), (640, 360), (640, 480), (896, 504), (1024, 576), (1034, 581)],
    4: [(1040, 585), (1194, 672)],
    5: [(800, 600), (1024, 768)],
    7: [(1200, 675), (1280, 720), (1280, 800), (1366, 768), (1440, 900), (1440, 810)],
    9: [(1536, 864), (1600, 900), (1920, 1080), (2560, 1440), (3840, 2160), (1080, 2400)],
}


@pytest.mark.parametrize(("encodes", "size"), [(n, Size(*size)) for n in MEASURED for size in MEASURED[n]])
def test_what_a_picture_costs(encodes, size):
    assert SLICING.encodes(size) == encodes
    assert len(SLICING.sources(size)) == encodes


@pytest.mark.parametrize(
    ("size", "grid"),
    [
        ((448, 448), None),
        ((449, 449), (1, 2)),  # as good as 2 columns, and tried first
        ((1034, 581), (2, 1)),
        ((1100, 619), (3, 1)),
        ((1280, 720), (3, 2)),
        ((1920, 1080), (4, 2)),
        ((1080, 1920), (2, 4)),
        ((5000, 5000), (3, 3)),
        ((20000, 20), (3, 1)),
    ],
)
def test_the_grid_follows_the_shape(size, grid):
    assert SLICING.grid(Size(*size)) == (grid and Size(*grid))


def test_an_edge_of_another_projector():
    slicing = Slicing(edge=980)
    assert slicing.grid(Size(980, 980)) is None
    assert slicing.grid(Size(1920, 1080)) == Size(2, 1)


def test_sources_of_a_full_hd_screen():
    # The canvas is 1680 x 952: 1680 x 945 of picture, 3 black rows above it and 4 below.
    overview, *slices = SLICING.sources(Size(1920, 1080))
    assert overview == Box(0, 0, 1920, 1080)
    assert slices == [
        *(Box(0, 0, 482, 542), Box(478, 0, 962, 542), Box(958, 0, 1442, 542), Box(1438, 0, 1920, 542)),
        *(Box(0, 539, 482, 1080), Box(478, 539, 962, 1080), Box(958, 539, 1442, 1080)),
        Box(1438, 539, 1920, 1080),
    ]


def test_a_slice_of_nothing_but_padding_is_made_of_nothing():
    first = SLICING.sources(Size(85500, 19))[1]
    assert first.left == first.right


@settings(deadline=None)
@given(SIZES)
def test_sources_are_in_the_picture_and_cover_it(size):
    boxes = SLICING.sources(size)
    assert boxes[0] == Box(0, 0, *size)
    for box in boxes:
        assert 0 <= box.left <= box.right <= size.width
        assert 0 <= box.top <= box.bottom <= size.height
    grid = SLICING.grid(size)
    if grid is None:
        return
    shown = [box for box in boxes[1:] if box.left < box.right and box.top < box.bottom]
    assert_covers({(box.left, box.right) for box in shown}, size.width)
    assert_covers({(box.top, box.bottom) for box in shown}, size.height)
    for n, box in enumerate(boxes[1:]):  # row by row
        assert (box.top, box.bottom) == (
            boxes[1 + n - n % grid.width].top,
            boxes[1 + n - n % grid.width].bottom,
        )
        assert (box.left, box.right) == (boxes[1 + n % grid.width].left, boxes[1 + n % grid.width].right)


def assert_covers(spans, length):
    end = 0
    for left, right in sorted(spans):
        assert left <= end
        end = max(end, right)
    assert end == length


def weights(length, scaled, at):
    """llama.cpp's weights for the pixel `at` of a side scaled from `length` to `scaled`; 2 ** 22 is one."""
    scale = length / scaled
    widened = max(scale, 1.0)
    centre = (at + 0.5) * scale
    first = max(int(centre - 2 * widened + 0.5), 0)
    stop = min(int(centre + 2 * widened + 0.5), length)
    raw = [bicubic(abs((x - centre + 0.5) / widened)) for x in range(first, stop)]
    total = sum(raw)
    return {first + n: int(w / total * 2**22 + math.copysign(0.5, w)) for n, w in enumerate(raw)}


def bicubic(x):
    if x < 1:
        return (1.5 * x - 2.5) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * -0.5 if x < 2 else 0.0


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 4000), st.integers(1, 2000))
def test_what_a_slice_is_made_of_is_what_has_weight(data, length, scaled):
    first = data.draw(st.integers(0, scaled - 1))
    stop = data.draw(st.integers(first + 1, min(scaled, first + 10)))
    left, right = _reach(length, scaled, first, stop)
    if length == scaled:
        assert (left, right) == (first, stop)
        return
    weighed = [weights(length, scaled, at) for at in range(first, stop)]
    assert {x for row in weighed for x in row if row[x]} <= set(range(left, right))
    assert min(map(min, weighed)) <= left  # never more than llama.cpp looks at
    assert right <= 1 + max(map(max, weighed))
    if length > 100 * scaled:
        return  # then several pixels on the rim weigh so little that it rounds to nothing; else at most one
    assert any(row.get(x) for row in weighed for x in (left, left + 1))
    assert any(row.get(x) for row in weighed for x in (right - 1, right - 2))


@pytest.mark.parametrize(
    ("size", "detail", "fitted"),
    [
        ((1920, 1080), "low", (448, 252)),
        ((1920, 1080), "medium", (1034, 582)),
        ((1920, 1080), "high", (1463, 823)),
        ((1920, 1080), "full", (1920, 1080)),
        ((3840, 2160), "high", (1463, 823)),
        ((1366, 768), "high", (1366, 768)),
        ((5120, 1440), "medium", (844, 237)),
        ((1080, 2400), "medium", (520, 1156)),
        ((20000, 20), "low", (448, 1)),
        ((20000, 20), "medium", (14336, 14)),
        ((20000, 20), "high", (20000, 20)),
        ((300, 200), "low", (300, 200)),
    ],
)
def test_sizes_that_fit(size, detail, fitted):
    assert SLICING.fitted(Size(*size), detail) == Size(*fitted)


@settings(deadline=None)
@given(SIZES, st.sampled_from(list(BOUNDS)))
def test_what_fits_is_within_its_bound_and_of_the_same_shape(size, detail):
    fitted = SLICING.fitted(size, detail)
    assert SLICING.encodes(fitted) <= BOUNDS[detail]
    assert SLICING.fitted(fitted, detail) == fitted
    assert 1 <= fitted.width <= size.width
    assert 1 <= fitted.height <= size.height
    longer, shorter = (1, 0) if size.height > size.width else (0, 1)
    exact = size[shorter] * fitted[longer] / size[longer]
    assert abs(fitted[shorter] - exact) <= 0.5 or fitted[shorter] == 1
    if SLICING.encodes(size) <= BOUNDS[detail]:
        assert fitted == size


@pytest.mark.parametrize("detail", ["low", "medium", "high"])
@pytest.mark.parametrize("screen", SCREENS)
def test_of_a_screen_no_larger_size_fits(screen, detail):
    fitted = SLICING.fitted(screen, detail)
    longest, bound = max(screen), BOUNDS[detail]
    larger = (
        Size(*(max(1, math.floor(side * n / longest + 0.5)) for side in screen))
        for n in range(max(fitted) + 1, longest + 1)
    )
    assert all(SLICING.encodes(size) > bound for size in larger)
