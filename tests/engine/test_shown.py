"""What of a picture is encoded at each detail and at each step of a recording, and a copy that is damaged."""

import functools
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

import drawn
import resident
import tiny_models
from mtmd_library import Library

pytestmark = resident.MARKS

ENCODES = {"low": 1, "medium": 3, "high": 7, "full": 9}
"""Of a screen of 1920x1080: the overview, and slices in one row, in two of three, in two of four."""


@functools.cache
def screen():
    return resident.screen(1920, 1080)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A request that shows the screen."""
    path = tmp_path_factory.mktemp("pictures") / "screen.png"
    return resident.asking(image=resident.save(path, screen()))


def encoded(runner, request):
    """Slices that were encoded and slices that were known."""
    counts = resident.run(runner, request).counts
    return counts.encoded, counts.reused


def test_a_picture_at_another_detail_is_another_picture(runner, cold, shown):
    details = {detail: replace(shown, detail=detail) for detail in ENCODES}
    for detail, whole in ENCODES.items():
        assert encoded(runner, details[detail]) == (whole, 0)
    outcomes = {}
    for detail, whole in ENCODES.items():
        reply = resident.run(runner, details[detail])
        assert (reply.counts.encoded, reply.counts.reused) == (0, whole)
        outcomes[detail] = resident.last(runner, reply)
    assert len({outcome.last_logits for outcome in outcomes.values()}) == len(details)
    for detail in ("low", "medium"):  # the others take long
        assert outcomes[detail] == cold.outcome(details[detail])


@pytest.mark.parametrize(
    ("rectangle", "changed"),
    [
        ((60, 60, 40, 20), {"low": 0, "medium": 1, "high": 1, "full": 1}),
        ((940, 520, 40, 40), {"low": 0, "medium": 2, "high": 2, "full": 4}),  # the middle
        ((0, 200, 1920, 20), {"low": 0, "medium": 2, "high": 3, "full": 4}),
    ],
)
def test_a_local_change_costs_the_overview_and_what_it_touches(
    old_runner, shown, tmp_path, rectangle, changed
):
    after = resident.save(tmp_path / "after.png", resident.inverted(screen(), *rectangle))
    for detail, whole in ENCODES.items():
        resident.run(old_runner, replace(shown, detail=detail))
        new = 1 + changed[detail]
        found = encoded(old_runner, replace(shown, detail=detail, image=after))
        assert found == (new, whole - new), detail


# -- a recording

STEPS = (
    {},
    {(0, 0): "board"},
    {(17, 7): "118"},
    {"title": "orders.ods *"},
    {"dialog": "Save orders.ods?"},
    {"dialog": None},
    {(17, 7): ""},  # every part was there before, but not together
    {(9, 3): "spring"},
    {(9, 3): "summer", (10, 6): "paid"},
    {(9, 3): "", (10, 6): ""},
    {"dialog": "Find what?"},
    {"dialog": None, (0, 0): "boards"},
)
"""What changes on the screen of somebody who works in a table, step by step."""


def recording():
    """The pictures of it, in their order."""
    look, cells = {"title": "orders.ods"}, {(row, 1): f"order {row * 37}" for row in range(12)}
    for step in STEPS:
        look |= {name: value for name, value in step.items() if isinstance(name, str)}
        cells |= {place: text for place, text in step.items() if isinstance(place, tuple)}
        yield np.asarray(drawn.table(cells=cells, **look))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    library = Library(tmp_path_factory.mktemp("models"), shape=tiny_models.QUICK, spread=0.5)
    yield library
    library.close()


def test_each_step_of_a_recording_costs_exactly_what_nobody_has_seen_before(runner, library, tmp_path):
    """Slices are told apart by what llama.cpp makes of them without us, overviews by their pixels."""
    known, costs = set(), []
    for number, pixels in enumerate(recording()):
        slices = set(enumerate([pixels.tobytes(), *library.embeddings(pixels, range(1, 7))]))
        request = resident.asking(image=resident.save(tmp_path / f"{number}.png", pixels))
        costs.append(len(slices - known))
        assert encoded(runner, request) == (costs[-1], 7 - costs[-1]), STEPS[number]
        known |= slices
    assert costs == [7, 2, 2, 2, 3, 0, 1, 2, 3, 0, 2, 2], "else the recording shows something else"


# -- copies that are damaged


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """A request that shows a picture of three slices."""
    path = tmp_path_factory.mktemp("pictures") / "wide.png"
    return resident.asking(image=resident.save(path, resident.screen(640, 360)))


def as_jpeg(data):
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).save(out, "JPEG")
    return out.getvalue()


def resized_head(data, width, height):
    """A PNG whose head claims another size."""
    head = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda _: b"",
        lambda data: data[:20],
        lambda data: data[:33],  # all that says what it is, and none of its pixels
        lambda data: data[: len(data) // 2],
        lambda data: data[:-40],
        lambda data: data[:2000] + bytes([data[2000] ^ 1]) + data[2001:],
        lambda _: b"<!DOCTYPE html>" * 100,
        lambda data: b"\x89PNG\r\n\x1a\n" + data[8:][::-1],
        as_jpeg,
        lambda data: resized_head(data, 7000, 7000),  # more than the reader takes in
        lambda data: resized_head(data, 60_000, 60_000),  # more than Pillow does
    ],
    ids=[
        *("empty", "few bytes", "head", "half", "end missing", "one bit", "no picture", "nonsense", "JPEG"),
        *("large", "huge"),
    ],
)
def test_a_damaged_copy_is_named_and_the_runner_goes_on(old_runner, cold, wide, tmp_path, damaged):
    whole, copy = Path(wide.image).read_bytes(), tmp_path / "copy.png"
    for data, code in ((whole, None), (damaged(whole), "damaged_copy"), (whole, None)):
        copy.write_bytes(data)
        assert resident.code_of(old_runner, replace(wide, image=str(copy))) == code
    assert resident.outcome(old_runner, wide) == cold.outcome(wide)


def test_a_copy_that_is_gone_is_named_though_all_of_it_is_known(old_runner, cold, wide, tmp_path):
    copy = resident.save(tmp_path / "copy.png", resident.screen(640, 360))
    request = replace(wide, image=copy)
    assert resident.code_of(old_runner, request) is None
    (tmp_path / "copy.png").unlink()
    assert resident.code_of(old_runner, request) == "picture_gone"
    assert resident.outcome(old_runner, wide) == cold.outcome(wide)
