"""Equal requests get equal replies, to the last bit, whatever a model was asked before."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import resident
from glimpsed.worker.child import Cancelled

pytestmark = resident.MARKS

WIDE, SQUARE = (640, 360), (400, 400)  # of 3 encodes and of 1
TWO_SLICES = 2 * 64 * 128 * 4  # bytes of what is kept of them
LONG = "Say what you see, and leave nothing out. " * 13  # over 512 tokens by itself
KV_TYPES = ("f16", "q8_0")
SCHEMA = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["editor", "terminal", "browser"]},
        "title": {"type": "string", "maxLength": 8},
    },
    "required": ["kind", "title"],
    "additionalProperties": False,
}


def pictures() -> dict[str, np.ndarray]:
    """By name: screens that have a lot in common, and some that have nothing."""
    wide, square = resident.screen(*WIDE), resident.screen(*SQUARE, seed=2)
    halves = np.concatenate([wide[:, 320:], wide[:, :320]], axis=1)
    return {
        "wide": wide,
        "a few pixels": resident.inverted(wide, 500, 100, 4, 4),
        "the left": resident.inverted(wide, 40, 200, 120, 40),
        "the right": resident.inverted(wide, 440, 200, 120, 40),
        "the first row": resident.inverted(wide, 0, 0, 640, 1),
        "halves changed places": halves,
        "upside down": wide[::-1],
        "square": square,
        "one pixel": resident.inverted(square, 200, 200, 1, 1),
        "its first row": resident.inverted(square, 0, 0, 400, 1),
    }


PICTURES = tuple(pictures())
SYSTEMS = (resident.SYSTEM, "Answer in one word.", LONG)
DETAILS = ("low", "medium", "high", "full")  # the first makes what is wide smaller
EXCERPTS = ("", resident.EXCERPT, resident.EXCERPT + ".", "| total 12 drwxr-xr-x\n" * 12)
QUESTIONS = (resident.QUESTION, "What is it!", "Which file is open, and what was done to it last?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    for name, pixels in pictures().items():
        resident.save(folder / f"{name}.png", pixels)
    return folder


@pytest.fixture(scope="module")
def references(pair, cold):
    """Replies of runners that keep nothing, by the type of the context's numbers."""
    return {"f16": cold, "q8_0": resident.Cold(resident.load(pair, slice_cache_mb=0, kv_type="q8_0"))}


@pytest.fixture(scope="module")
def others(pair, old_runner):
    """Runners that keep things. They live on, and one of them has little room for what it keeps."""
    forgetful = resident.load(pair, threads=2)
    resident.forget(forgetful, TWO_SLICES)
    return ("f16", old_runner), ("f16", forgetful), ("q8_0", resident.load(pair, kv_type="q8_0", threads=2))


def image(folder, name):
    return None if name is None else str(folder / f"{name}.png")


def asking(folder, parts):
    system, picture, detail, excerpt, question, held = parts
    return resident.asking(
        system=system,
        image=image(folder, picture),
        detail=detail,
        excerpt=excerpt,
        question=question,
        schema=SCHEMA if held else None,
        max_tokens=48 if held else 16,
    )


REQUESTS = st.tuples(
    st.sampled_from(SYSTEMS[:2] * 3 + SYSTEMS[2:]),
    st.none() | st.sampled_from(PICTURES),
    st.sampled_from(DETAILS),
    st.sampled_from(EXCERPTS),
    st.sampled_from(QUESTIONS),
    st.booleans(),
)
ENDINGS = st.sampled_from(["reply"] * 4 + ["late", "cancelled", "too long", "no schema", "no picture"])


def ends_badly(runner, request, ending, seconds):
    """Run a request that comes to nothing, whatever it had begun."""
    if ending == "late":  # anywhere in it; a quick machine may be done by then
        assert resident.code_of(runner, replace(request, deadline_s=seconds)) in ("deadline", None)
    elif ending == "cancelled":
        cancelled = Cancelled()
        cancelled.set()
        assert resident.code_of(runner, request, cancelled) == "cancelled"
    elif ending == "too long":
        long = replace(request, question="word " * resident.CONTEXT)
        assert resident.code_of(runner, long) == "context_overflow"
    elif ending == "no schema":
        assert resident.code_of(runner, replace(request, schema={"type": "nonsense"})) == "bad_schema"
    elif ending == "no picture":
        gone = replace(request, image="/nonexistent.png")
        assert resident.code_of(runner, gone) == "picture_gone"


@settings(max_examples=6, deadline=None, phases=resident.UNSHRUNK)
@given(st.lists(st.tuples(REQUESTS, ENDINGS, st.floats(0, 0.08)), min_size=1, max_size=6))
@example(
    [
        ((LONG, "wide", "full", "", resident.QUESTION, True), "reply", 0),
        ((LONG, "the right", "full", "", resident.QUESTION, True), "late", 0.02),
        ((LONG, "wide", "full", "", QUESTIONS[1], True), "reply", 0),
        ((LONG, "wide", "low", "", QUESTIONS[1], True), "reply", 0),
        ((LONG, "wide", "full", EXCERPTS[3], resident.QUESTION, True), "reply", 0),
        ((LONG, None, "full", EXCERPTS[3], resident.QUESTION, False), "reply", 0),
        ((LONG, "wide", "full", "", resident.QUESTION, True), "reply", 0),
    ]
)
def test_a_reply_depends_on_nothing_but_its_request(folder, references, others, sequence):
    for parts, ending, seconds in sequence:
        request = asking(folder, parts)
        for kv_type, runner in others:
            if ending == "reply":
                assert resident.outcome(runner, request) == references[kv_type].outcome(request)
            else:
                ends_badly(runner, request, ending, seconds)


@pytest.mark.parametrize("kv_type", KV_TYPES)
def test_the_first_request_of_a_fresh_model_gets_the_same(folder, pair, references, kv_type):
    for picture, threads in (("square", 2), (None, 1)):
        request = resident.asking(image=image(folder, picture), system=LONG)
        fresh = resident.load(pair, kv_type=kv_type, threads=threads)
        assert resident.outcome(fresh, request) == references[kv_type].outcome(request)


def test_a_hundred_and_twenty_requests_in_a_row_get_what_each_gets_alone(folder, pair, cold):
    """With room for two of three pictures, so that things are kept, forgotten and made again."""
    runner = resident.load(pair)
    resident.forget(runner, TWO_SLICES)
    random = Random(1)
    requests = [
        asking(folder, [random.choice(part) for part in parts])
        for picture in (None, *PICTURES[-3:])  # each of one slice
        for parts in [(SYSTEMS[:2], [picture], DETAILS, EXCERPTS[:3], QUESTIONS, [False, True])] * 6
    ]
    counts = Counter()
    for _ in range(120):
        request = random.choice(requests)
        reply = resident.run(runner, request)
        assert resident.last(runner, reply) == cold.outcome(request)
        counts += Counter(encoded=reply.counts.encoded, reused=reply.counts.reused)
    assert min(counts["encoded"], counts["reused"]) > 20


def test_these_models_notice_the_least_of_changes(folder, cold):
    """Else the tests of this module would prove nothing."""
    square = resident.asking(image=image(folder, "square"))
    small = [replace(square, image=image(folder, name)) for name in ("a few pixels", "one pixel")]
    large = [
        *(replace(square, image=image(folder, name)) for name in PICTURES if "pixel" not in name),
        *(replace(square, system=system) for system in SYSTEMS[1:]),
        *(replace(square, excerpt=excerpt) for excerpt in EXCERPTS if excerpt != square.excerpt),
        *(replace(square, question=question) for question in QUESTIONS[1:]),
        replace(square, image=None),
    ]
    outcomes = [cold.outcome(request) for request in large + small]
    assert len({outcome.last_logits for outcome in outcomes}) == len(outcomes)
    texts = [outcome.text for outcome in outcomes[: len(large)]]
    assert len({*texts}) == len(texts)
