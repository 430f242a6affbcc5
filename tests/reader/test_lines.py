from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import TextLine
from glimpsed.reader.bands import MARGIN, SHORTEST, bands
from glimpsed.reader.lines import in_reading_order

SIDE = st.integers(1, 30_000)
LINES = st.lists(
    st.builds(
        TextLine,
        st.text(max_size=4),
        st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(1, 200), st.integers(1, 40)),
        st.floats(0, 1),
    ),
    max_size=12,
)


def texts(*lines):
    return [line.text for line in in_reading_order(TextLine(text, box, 0.9) for text, box in lines)]


def test_lines_are_read_down_and_then_across():
    menu = [("Edit", (60, 31, 30, 14)), ("File", (10, 30, 30, 15)), ("View", (100, 29, 30, 15))]
    assert texts(("below", (0, 60, 50, 15)), *menu, ("title", (5, 2, 90, 16))) == [
        "title",
        "File",
        "Edit",
        "View",
        "below",
    ]


def test_a_tall_line_beside_small_ones_does_not_join_them():
    small = [("first", (200, 10, 40, 10)), ("second", (200, 25, 40, 10))]
    assert texts(*small, ("TALL", (0, 5, 100, 40))) == ["first", "TALL", "second"]


@given(LINES)
def test_every_line_with_text_is_there_once(lines):
    found = in_reading_order(lines)
    assert sorted(found, key=repr) == sorted((line for line in lines if line.text.strip()), key=repr)


@given(LINES, st.randoms())
def test_the_order_in_which_an_engine_tells_does_not_matter_for_distinct_lines(lines, random):
    distinct = list({(line.box[0], line.box[1] * 2 + line.box[3]): line for line in lines}.values())
    shuffled = random.sample(distinct, len(distinct))
    assert in_reading_order(shuffled) == in_reading_order(distinct)


def test_most_screens_are_one_band():
    for size in [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (1, 1), (2000, 10)]:
        assert [band.box for band in bands(size)] == [(0, 0, *size)]


def test_two_monitors_are_two_bands():
    left, right = bands((3840, 1080))
    assert left.box == (0, 0, 1920 + MARGIN, 1080)
    assert right.box == (1920 - MARGIN, 0, 3840, 1080)


@given(SIDE, SIDE, st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_every_point_is_owned_by_one_band_that_sees_it(width, height, across, down):
    x, y = across * width, down * height
    owners = [band for band in bands((width, height)) if band.owns(x, y)]
    assert len(owners) == 1
    left, top, right, bottom = owners[0].box
    assert left <= x < right
    assert top <= y < bottom


@given(SIDE, SIDE)
def test_no_band_is_longer_than_what_an_engine_takes(width, height):
    for left, top, right, bottom in (band.box for band in bands((width, height))):
        sides = right - left, bottom - top
        assert max(sides) <= max(SHORTEST, 2 * min(width, height))
