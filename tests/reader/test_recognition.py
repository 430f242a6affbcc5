"""What RapidOCR's recogniser read of the same pixels is not read again, and nobody can tell."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

from glimpsed.reader.recognition import Recogniser

WORDS = ("File", "Revenue rose by 12 percent in March", "196,318.00", "def open_file(path):", "OK", "2018")


@pytest.fixture(scope="module")
def library() -> Any:
    """The library's own, its networks loaded."""
    return RapidOCR(params={"Global.log_level": "critical"})._load_rec_model()


def line(text: str) -> np.ndarray:
    """A line of text, cut out as closely as detection cuts it out."""
    font = ImageFont.load_default(20)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("RGB", (round(right - left) + 8, round(bottom - top) + 8), "white")
    ImageDraw.Draw(image).text((4 - left, 4 - top), text, fill="black", font=font)
    return np.asarray(image)


def read(recogniser: Recogniser, images: list[np.ndarray]) -> tuple[str, ...]:
    return tuple(recogniser(TextRecInput(img=images)).txts)


def test_what_was_read_once_is_not_read_again(library):
    recogniser, lines = Recogniser(library), [line(word) for word in WORDS]
    first = read(recogniser, lines)
    assert (first, recogniser.recognised) == (WORDS, len(WORDS))
    assert read(recogniser, [*reversed(lines), line("Edit")]) == (*reversed(WORDS), "Edit")
    assert recogniser.recognised == len(WORDS) + 1


def test_lines_that_are_equal_on_one_picture_are_read_once(library):
    recogniser = Recogniser(library)
    assert read(recogniser, [line("File"), line("Edit"), line("File")]) == ("File", "Edit", "File")
    assert recogniser.recognised == 2


def test_what_is_read_depends_on_nothing_beside_it(library):
    together = Recogniser(library)(TextRecInput(img=[line(word) for word in WORDS]))
    for word, text, score in zip(WORDS, together.txts, together.scores, strict=True):
        alone = Recogniser(library)(TextRecInput(img=[line(word)]))
        assert (alone.txts, alone.scores) == ((text,), pytest.approx((score,), abs=1e-4))


def test_the_same_bytes_in_another_shape_are_another_line(library):
    recogniser = Recogniser(library)
    read(recogniser, [np.zeros((24, 96, 3), np.uint8), np.zeros((48, 48, 3), np.uint8)])
    assert recogniser.recognised == 2


def test_a_line_that_lies_in_memory_in_another_order_is_the_same(library):
    recogniser, upright = Recogniser(library), line("Revenue")
    assert read(recogniser, [upright]) == read(recogniser, [np.rot90(np.rot90(upright, 1).copy(), -1)])
    assert recogniser.recognised == 1


def test_what_was_not_met_for_longest_is_forgotten(library):
    recogniser = Recogniser(library, most=2)
    for word in ("File", "Edit", "File", "View"):
        read(recogniser, [line(word)])
    assert recogniser.recognised == 3
    read(recogniser, [line("File")])
    assert recogniser.recognised == 3
    read(recogniser, [line("Edit")])
    assert recogniser.recognised == 4


def test_a_picture_with_more_lines_than_are_remembered_is_read_whole(library):
    assert read(Recogniser(library, most=2), [line(word) for word in WORDS]) == WORDS
