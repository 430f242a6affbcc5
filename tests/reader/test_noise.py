"""Whatever the bytes are, the child answers, and it is the same child that answers the next question."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glimpsed.core.errors import InputError
from odd_pictures import animated, encoded, exif, screen, with_text

SCREEN = screen((60, 40), "x")
FILES = (
    encoded(SCREEN, "PNG"),
    encoded(SCREEN.quantize(8), "PNG"),
    encoded(SCREEN, "JPEG", exif=exif(6, "2024:01:02 03:04:05", "+02:00")),
    encoded(SCREEN, "JPEG", progressive=True),
    encoded(SCREEN, "WEBP", exif=exif(3)),
    encoded(SCREEN, "WEBP", lossless=True),
    animated("PNG"),
    animated("WEBP"),
    with_text({"Creation Time": "then"}, international=True),
)
CODES = {"empty", "truncated", "not_an_image", "format_not_allowed", "too_many_pixels", "corrupt"}

PATCHES = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answers(reader, data):
    """The child opens these bytes or refuses them by a known code, and lives."""
    before = reader.reader.pid
    try:
        assert reader.open_bytes(data).picture.size == len(data)
    except InputError as error:
        code = error.code
    else:
        code = None
    assert code in {None, *CODES}
    assert before in (None, reader.reader.pid)


@MANY
@given(data=st.binary(max_size=300))
def test_random_bytes(reader, data):
    answers(reader, data)


@MANY
@given(data=st.sampled_from(FILES), patches=PATCHES)
def test_a_picture_with_bytes_changed(reader, data, patches):
    changed = bytearray(data)
    for where, patch in patches:
        at = int(where * len(changed))
        changed[at : at + len(patch)] = patch
    answers(reader, bytes(changed))


@MANY
@given(data=st.sampled_from(FILES), head=st.floats(0, 1), tail=st.floats(0, 1), filler=st.binary(max_size=20))
def test_a_picture_with_a_piece_missing(reader, data, head, tail, filler):
    start, end = sorted((int(head * len(data)), int(tail * len(data))))
    answers(reader, data[:start] + filler + data[end:])


@pytest.mark.parametrize("data", FILES)
def test_a_picture_cut_short_is_never_opened(reader, data):
    for end in range(1, len(data), max(1, len(data) // 25)):
        assert reader.refusal(reader.file(data[:end])) == "truncated"
