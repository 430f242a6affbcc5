import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.reader.structure import is_whole, name_of_other, sniff
from odd_pictures import animated, encoded, exif, gradient_16_bit, screen

SCREEN = screen((40, 30), "x")
FILES = {
    "png": encoded(SCREEN, "PNG"),
    "16-bit png": gradient_16_bit(),
    "animated png": animated("PNG"),
    "jpeg": encoded(SCREEN, "JPEG"),
    "progressive jpeg": encoded(SCREEN, "JPEG", progressive=True),
    "jpeg with exif": encoded(SCREEN, "JPEG", exif=exif(6, "2024:01:02 03:04:05")),
    "jpeg with restarts": encoded(SCREEN, "JPEG", restart_marker_blocks=1),
    "webp": encoded(SCREEN, "WEBP"),
    "animated webp": animated("WEBP"),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_whole_file_is_whole_and_no_beginning_of_it_is(data):
    kind = sniff(data)
    assert is_whole(data, kind)
    for end in range(1, len(data)):
        assert sniff(data[:end]) is not None
        assert not is_whole(data[:end], kind), f"cut after {end} of {len(data)}"


def test_what_follows_the_end_does_not_matter():
    for data in FILES.values():
        assert is_whole(data + b"and more", sniff(data))


def test_the_end_of_a_thumbnail_is_not_the_end_of_its_picture():
    thumbnail = FILES["jpeg"]
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    picture = thumbnail[:2] + segment + thumbnail[2:]
    assert is_whole(picture, "jpeg")
    assert not is_whole(picture[:-2], "jpeg")


@given(st.binary(max_size=64), st.sampled_from(list(FILES.values())), st.integers(0, 200))
def test_any_bytes_can_be_asked_about(noise, data, keep):
    for candidate in (noise, data[:keep] + noise):
        kind = sniff(candidate)
        assert name_of_other(candidate) is None or kind is None
        if kind is not None:
            is_whole(candidate, kind)
