from hashlib import sha256

import numpy as np
import pytest
from PIL import Image

from glimpsed.core.model import TILE, TILE_DIGEST
from odd_pictures import SIZE, animated, encoded, exif, gradient_16_bit, png_chunk, png_of, screen, with_text


@pytest.fixture
def pixels(reader):
    """The pixels that the reader sees in a file of these bytes, from its clean copy."""

    def pixels_of(data):
        opened = reader.open_bytes(data, spool=True)
        assert opened.spooled
        with Image.open(reader.spool / f"{opened.picture.sha256}.png") as copy:
            assert copy.mode == "RGB"
            assert copy.size == (opened.picture.width, opened.picture.height)
            return np.asarray(copy)

    return pixels_of


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_named_by_its_bytes_and_described_by_its_pixels(reader, kind):
    data = encoded(screen(), kind)
    picture = reader.open_bytes(data).picture
    assert picture.sha256 == sha256(data).hexdigest()
    assert picture.format == kind.lower()
    assert (picture.width, picture.height) == SIZE
    assert picture.size == len(data)


def test_deep_grey_is_scaled_and_not_clipped(pixels):
    seen = pixels(gradient_16_bit())[0, :, 0].astype(int)
    assert abs(seen - np.arange(256)).max() <= 1


def test_deep_colour_is_scaled_and_not_clipped(pixels):
    row = b"\0" + b"\x80\x12\x40\x34\x20\x56"
    assert pixels(png_of(1, 2, row * 2, depth=16, colour=2)).tolist() == [[[0x80, 0x40, 0x20]]] * 2


def test_cmyk_comes_out_in_its_colours(pixels):
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red, green, blue = pixels(encoded(image, "JPEG"))[8, 8]
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_every_plain_mode_shows_its_ink(pixels, mode):
    seen = pixels(encoded(screen().convert(mode), "PNG"))
    assert seen.min() < 30
    assert seen.max() > 225


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P"])
def test_black_on_nothing_stays_visible(pixels, mode):
    layer = screen(mode="RGBA", ink=(0, 0, 0, 255), paper=(0, 0, 0, 0))
    kind = "WEBP" if mode == "RGBA" else "PNG"
    if mode in ("P", "PA"):
        data = encoded(layer.quantize(8), "PNG")
    else:
        data = encoded(layer.convert(mode), kind, **({"lossless": True} if kind == "WEBP" else {}))
    seen = pixels(data)
    assert (seen[0, 0] == 255).all()
    assert seen.min() < 30


def test_a_colour_that_stands_for_nothing_is_white(pixels):
    nothing = png_chunk(b"tRNS", b"\0\x07\0\x08\0\x09")
    row = b"\0" + bytes((7, 8, 9)) + bytes((1, 2, 3))
    assert pixels(png_of(2, 1, row, colour=2, extra=nothing)).tolist() == [[[255, 255, 255], [1, 2, 3]]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_as_it_is_shown_and_not_as_it_is_stored(pixels, kind, orientation):
    shown = Image.new("RGB", (48, 32), "white")
    shown.paste("black", (0, 0, 16, 16))  # the corner that says what is up
    stored = shown
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF's orientation to Pillow's opposite turn
    if orientation in undo:
        stored = shown.transpose(Image.Transpose(undo[orientation]))
    seen = pixels(encoded(stored, kind, exif=exif(orientation)))
    assert seen.shape == (32, 48, 3)
    assert seen[8, 8].max() < 60
    assert min(seen[24, 8].min(), seen[8, 40].min(), seen[24, 40].min()) > 200


@pytest.mark.parametrize(
    "junk", [b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01", b"Exif\0\0"]
)
def test_broken_metadata_costs_nothing_but_itself(reader, junk):
    opened = reader.open_bytes(encoded(screen(), "JPEG", exif=junk))
    assert (opened.picture.width, opened.picture.height) == SIZE
    assert opened.embedded_time is None


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_seen(pixels, kind):
    assert pixels(animated(kind))[5, 5].tolist() == [255, 0, 0]


def test_a_clean_copy_is_pixels_and_nothing_else(reader):
    data = encoded(
        screen(), "JPEG", exif=exif(original="2024:01:02 03:04:05"), icc_profile=b"x" * 200, dpi=(90, 90)
    )
    opened = reader.open_bytes(data, spool=True)
    copy = (reader.spool / f"{opened.picture.sha256}.png").read_bytes()
    kinds, at = [], 8
    while at < len(copy):
        kinds.append(copy[at + 4 : at + 8])
        at += 12 + int.from_bytes(copy[at : at + 4], "big")
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}


def test_tiles_tell_which_part_of_a_screen_changed(reader):
    before = screen((200, 130))
    after = before.copy()
    after.putpixel((TILE * 2 + 3, TILE), (1, 2, 3))  # third column, second row
    old, new = (reader.open_bytes(encoded(image, "PNG")).picture.tiles for image in (before, after))
    assert len(old) == len(new) == 4 * 3 * TILE_DIGEST
    changed = [n for n in range(12) if old[n * 4 : n * 4 + 4] != new[n * 4 : n * 4 + 4]]
    assert changed == [4 + 2]


def test_tiles_are_of_the_pixels_whatever_the_file(reader):
    png = reader.open_bytes(encoded(screen(), "PNG")).picture
    webp = reader.open_bytes(encoded(screen(), "WEBP", lossless=True)).picture
    assert png.tiles == webp.tiles
    assert png.sha256 != webp.sha256


ORIGINAL = "2024:01:02 03:04:05"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (exif(original=ORIGINAL), ORIGINAL),
        (exif(original=ORIGINAL, offset="+02:00"), ORIGINAL + "+02:00"),
        (exif(original=ORIGINAL, changed="2025:01:01 00:00:00"), ORIGINAL),
        (exif(changed=ORIGINAL), ORIGINAL),
        (exif(changed=ORIGINAL + "\0 "), ORIGINAL),
        (exif(original="x" * 65), None),
        (exif(original="2024\x01"), None),
        (exif(), None),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_time_in_exif_is_found(reader, kind, block, expected):
    assert reader.open_bytes(encoded(screen(), kind, exif=block)).embedded_time == expected


@pytest.mark.parametrize("international", [False, True], ids=["tEXt", "iTXt"])
@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"Creation Time": "Tue, 02 Jan 2024 03:04:05 +0000"}, "Tue, 02 Jan 2024 03:04:05 +0000"),
        ({"date:create": "2024-01-02T03:04:05+00:00"}, "2024-01-02T03:04:05+00:00"),
        ({"DateTimeOriginal": ORIGINAL, "Comment": "no"}, ORIGINAL),
        ({"Creation Time": "x" * 65}, None),
        ({"Software": "gnome-screenshot"}, None),
    ],
)
def test_the_time_in_a_png_text_is_found(reader, texts, expected, international):
    assert reader.open_bytes(with_text(texts, international=international)).embedded_time == expected


def test_a_text_after_the_pixels_is_found_too(reader):
    data = encoded(screen(), "PNG")
    end = data.rindex(b"IEND") - 4
    late = data[:end] + png_chunk(b"tEXt", b"Creation Time\0then") + data[end:]
    assert reader.open(reader.file(late)).embedded_time == "then"
