"""Lines come back as they were, and take little."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import TextLine
from glimpsed.store import lines

SMALLEST, LARGEST = -(2**31), 2**31 - 1
LINES = st.lists(
    st.builds(
        TextLine,
        st.text(st.characters(exclude_categories=["Cs"])),
        st.tuples(*[st.integers(SMALLEST, LARGEST)] * 4),
        st.floats(0, 1),
    ),
    max_size=20,
).map(tuple)


@given(LINES)
def test_lines_come_back_with_every_box_and_every_letter(read):
    found = lines.decode(lines.encode(read))
    assert [(line.text, line.box) for line in found] == [(line.text, line.box) for line in read]
    assert lines.texts(lines.encode(read).texts) == [line.text for line in read]


@given(LINES)
def test_confidence_comes_back_in_per_cent_and_is_the_same_the_second_time(read):
    found = lines.decode(lines.encode(read))
    for before, after in zip(read, found, strict=True):
        assert abs(before.confidence - after.confidence) <= 0.005 + 1e-9
        assert 0 <= after.confidence <= 1
    assert lines.decode(lines.encode(found)) == found


def test_a_screen_takes_less_than_its_text():
    """Boxes are not quite regular, as those of a screen; the words are as different as words are."""
    read = tuple(
        TextLine(
            f"the {number * number} lines of window {number * 7919 % 1000} are shown in order",
            (64 + number * 7919 % 5, 30 + 16 * number, 300 + number * 104729 % 90, 14 + number % 3),
            1 - number * 7919 % 100 / 1000,
        )
        for number in range(60)
    )
    size = sum(map(len, lines.encode(read)))
    assert size < sum(len(line.text) for line in read)
    assert size < len(msgspec.json.encode(read)) / 4
