"""What is kept of pictures and prompts: never the wrong thing, and all that can be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

import resident
from glimpsed.core.slicing import Size, Slicing
from glimpsed.engine.llama.cache import SliceCache, slice_keys

pytestmark = resident.MARKS

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.png"))
SLICING = Slicing()
WIDE = Size(640, 360)  # two slices side by side and the overview


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pictures")


def within(pixels, box):
    return pixels[box.top : box.bottom, box.left : box.right].tobytes()


class Seen:
    """Says how many encodes a picture must take, from nothing but pixels and where the cuts are."""

    def __init__(self):
        self._seen = set()

    def new(self, pixels):
        size = Size(pixels.shape[1], pixels.shape[0])
        parts = {(size, box, within(pixels, box)) for box in SLICING.sources(size)}
        new = len(parts - self._seen)
        self._seen |= parts
        return new


EDITS = st.tuples(
    st.sampled_from(["base", "last"]),
    st.integers(0, WIDE.width - 1),
    st.integers(0, WIDE.height - 1),
    st.integers(0, 400),
    st.integers(1, 90),
)


def edited(base, last, edit):
    origin, left, top, width, height = edit
    return resident.inverted(base if origin == "base" else last, left, top, width, height)


@settings(max_examples=6, deadline=None, phases=resident.UNSHRUNK)
@given(st.lists(EDITS, min_size=1, max_size=5))
def test_an_encode_for_each_part_that_is_new_and_none_for_the_others(folder, old_runner, cold, edits):
    resident.forget(old_runner)
    seen = Seen()
    base = last = resident.screen(*WIDE)
    for edit in [("base", 0, 0, 0, 1), *edits]:
        last = edited(base, last, edit)
        request = resident.asking(image=resident.save(folder / f"{hash(last.tobytes())}.png", last))
        for expected in (seen.new(last), 0):
            counts = resident.run(old_runner, request).counts
            assert (counts.encoded, counts.reused) == (expected, 3 - expected)
    assert resident.outcome(old_runner, request) == cold.outcome(request)


def test_the_projects_own_screens_cost_what_differs_in_them(runner):
    seen = Seen()
    encodes = []
    for sample in SAMPLES:
        with Image.open(sample) as opened:
            new = seen.new(np.asarray(opened.convert("RGB")))
        encodes.append(resident.run(runner, resident.asking(image=str(sample))).counts.encoded)
        assert encodes[-1] == new
    assert encodes[0] == 7
    assert max(encodes) <= 7
    again = resident.asking(image=str(SAMPLES[0]))
    assert resident.run(runner, again).counts.encoded == 0, "it comes back while its parts are kept"


@pytest.mark.parametrize(
    ("rectangle", "changed"),
    [
        ((60, 60, 40, 20), 1),  # of six, the first
        ((1279, 799, 1, 1), 1),
        ((0, 0, 1280, 1), 3),  # the whole upper row of slices
        ((640, 0, 1, 800), 2),  # the middle column
        ((420, 380, 20, 40), 4),  # where four of them meet
        ((0, 0, 1280, 800), 6),
    ],
)
def test_a_local_change_costs_the_overview_and_what_it_touches(folder, old_runner, rectangle, changed):
    before = resident.screen(1280, 800)
    after = resident.inverted(before, *rectangle)
    requests = [
        resident.asking(image=resident.save(folder / f"{name}.png", pixels))
        for name, pixels in (("before", before), ("after", after))
    ]
    resident.run(old_runner, requests[0])
    counts = resident.run(old_runner, requests[1]).counts
    assert (counts.encoded, counts.reused) == (1 + changed, 6 - changed)


def swapped(pixels, one, other):
    """A copy in which two boxes of one size have changed places."""
    changed = pixels.copy()
    changed[one.top : one.bottom, one.left : one.right] = pixels[
        other.top : other.bottom, other.left : other.right
    ]
    changed[other.top : other.bottom, other.left : other.right] = pixels[
        one.top : one.bottom, one.left : one.right
    ]
    return changed


def alike():
    """Pictures of one size that are easily taken for one another."""
    base = resident.screen(*WIDE)
    _, left, right = SLICING.sources(WIDE)
    return {
        "base": base,
        "slices changed places": swapped(base, left._replace(right=320), right._replace(left=320)),
        "left": resident.inverted(base, 100, 100, 60, 30),
        "right": resident.inverted(base, 500, 100, 60, 30),
        "both": resident.inverted(resident.inverted(base, 100, 100, 60, 30), 500, 100, 60, 30),
        "first row": resident.inverted(base, 0, 0, 640, 1),
        "last pixel": resident.inverted(base, 639, 359, 1, 1),
        "where slices meet": resident.inverted(base, 319, 0, 2, 360),
        "mirrored": base[:, ::-1],
        "white": np.full_like(base, 255),
        "black": np.zeros_like(base),
        "of other proportions": base.reshape(400, 576, 3),
    }


@pytest.fixture(scope="module")
def pictures(folder):
    return {
        name: resident.asking(image=resident.save(folder / f"{name}.png", p)) for name, p in alike().items()
    }


def test_pictures_that_are_alike_are_told_apart(pictures, cold):
    """Else the next test would prove nothing."""
    outcomes = {name: cold.outcome(request) for name, request in pictures.items()}
    assert len({outcome.last_logits for outcome in outcomes.values()}) == len(pictures)
    assert len({outcome.text for outcome in outcomes.values()}) >= len(pictures) - 1  # a pixel is little


@settings(max_examples=12, deadline=None, phases=resident.UNSHRUNK)
@given(st.lists(st.sampled_from(sorted(alike())), min_size=2, max_size=8))
def test_no_answer_comes_from_another_picture(pictures, old_runner, cold, names):
    for name in names:
        assert resident.outcome(old_runner, pictures[name]) == cold.outcome(pictures[name])


def test_a_picture_that_was_written_over_is_another_picture(folder, old_runner, pictures, cold):
    for name in ("base", "left", "base"):
        path = resident.save(folder / "current.png", alike()[name])
        found = resident.outcome(old_runner, resident.asking(image=path))
        assert found == cold.outcome(pictures[name])


# -- what is kept of a prompt


def test_a_second_question_keeps_all_before_it(runner, pictures):
    first, second = pictures["base"], replace(pictures["base"], question="And what was it before?")
    ends = len("\n\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")
    before, after = (resident.run(runner, request).counts for request in (first, second))
    assert (before.encoded, after.encoded, after.reused) == (3, 0, 3)
    # All but the question and the few tokens that begin the answer.
    assert 0 < after.prompt_tokens - after.kept_tokens <= len(second.question) + ends
    assert resident.run(runner, second).counts.kept_tokens == after.kept_tokens


def test_a_new_picture_keeps_the_instructions(runner, pictures):
    texts = [resident.asking(excerpt=excerpt) for excerpt in ("one", "two")]
    static = [resident.run(runner, request).counts.kept_tokens for request in texts][1]
    assert static >= len(resident.SYSTEM), "a byte is a token, but for a few pairs"
    kept = [resident.run(runner, pictures[name]).counts.kept_tokens for name in ("base", "left", "right")]
    assert kept[1:] == [static + 1] * 2, "the instructions and the word that opens a picture"


def test_instructions_are_evaluated_once_for_texts(runner):
    system = "Sum up this part of a text. " * 20
    kept, sizes = [], []
    for number in range(4):
        counts = resident.run(
            runner, resident.asking(system=system, excerpt=f"part {number}", question="Sum it up.")
        ).counts
        kept.append(counts.kept_tokens)
        sizes.append(counts.prompt_tokens)
    assert kept[1] > len(system) * 0.8
    assert kept == [0, kept[1], kept[1], kept[1]]
    assert len({*sizes}) == 1


@pytest.mark.parametrize("trouble", ["picture_gone", "bad_schema", "context_overflow", "deadline"])
def test_what_came_to_nothing_spoils_nothing(runner, pictures, cold, trouble):
    request = pictures["left"]
    failing = {
        "picture_gone": replace(request, image="/nonexistent.png"),
        "bad_schema": replace(request, schema={"type": "nonsense"}),
        "context_overflow": replace(request, question="word " * resident.CONTEXT),
        "deadline": replace(request, deadline_s=0.0),
    }
    resident.run(runner, pictures["base"])
    assert resident.code_of(runner, failing[trouble]) == trouble
    assert resident.outcome(runner, pictures["base"]) == cold.outcome(pictures["base"])
    assert resident.outcome(runner, request) == cold.outcome(request)


def test_a_question_that_was_broken_off_anywhere_is_answered_the_next_time(runner, pictures, cold):
    for number, name in enumerate(("slices changed places", "both", "mirrored", "first row", "white")):
        late = replace(pictures[name], deadline_s=0.04 * number)
        assert resident.code_of(runner, late) in ("deadline", None)
        assert resident.outcome(runner, pictures[name]) == cold.outcome(pictures[name])


# -- the cache


def embedding(number, size=25):
    return np.full(size, number, np.float32)


def test_the_least_recently_used_goes_first():
    cache = SliceCache(300)
    for number in range(3):
        cache.put(bytes([number]), embedding(number))
    assert (len(cache), cache.bytes) == (3, 300)
    assert cache.get(b"\0") is not None, "and so it is used"
    cache.put(b"\3", embedding(3))
    assert [cache.get(bytes([number])) is not None for number in range(4)] == [True, False, True, True]


def test_what_is_replaced_is_not_counted_twice():
    cache = SliceCache(300)
    cache.put(b"a", embedding(1))
    cache.put(b"a", embedding(2, size=50))
    assert (len(cache), cache.bytes) == (1, 200)
    assert cache.get(b"a")[0] == 2


def test_what_is_larger_than_the_cache_is_not_kept_and_drives_nothing_out():
    cache = SliceCache(300)
    cache.put(b"a", embedding(1))
    cache.put(b"b", embedding(2, size=76))
    assert cache.get(b"b") is None
    assert (cache.get(b"a")[0], cache.bytes) == (1, 100)


def test_a_cache_of_nothing_keeps_nothing():
    cache = SliceCache(0)
    cache.put(b"a", embedding(1))
    assert (cache.get(b"a"), len(cache), cache.bytes) == (None, 0, 0)


@given(st.integers(0, 1000), st.lists(st.tuples(st.binary(max_size=1), st.integers(1, 60), st.booleans())))
def test_the_cache_is_never_larger_than_it_may_be(limit, steps):
    cache, kept = SliceCache(limit), {}
    for key, size, puts in steps:
        if puts:
            cache.put(key, embedding(size, size))
            kept[key] = size
        found = cache.get(key)
        assert found is None or key in kept
        assert cache.bytes <= limit
    sizes = [found.nbytes for key in kept if (found := cache.get(key)) is not None]
    assert (len(cache), cache.bytes) == (len(sizes), sum(sizes))


def test_a_key_says_which_encoder_which_place_and_which_pixels():
    pixels = resident.screen(*WIDE)
    boxes = SLICING.sources(WIDE)
    keys = slice_keys(pixels, boxes, b"one")
    assert len({*keys, *slice_keys(pixels, boxes, b"two")}) == 6
    assert len({*keys, *slice_keys(pixels, boxes[:1], b"one")}) == 4, "alone, it is the whole picture"
    white = np.full_like(pixels, 255)
    assert len({*slice_keys(white, boxes, b"one")}) == 3, "the same pixels elsewhere are something else"
