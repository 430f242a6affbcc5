"""A child's memory is flat, however much is asked of it, and nothing of it is left when it is gone."""

import asyncio
import statistics
from pathlib import Path
from random import Random

import psutil
import pytest

import drawn
import tiny_models
from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.engine.slot import InferenceRequest, Slot

pytestmark = pytest.mark.models

MIB = 2**20
PICTURES = 9  # of each kind: more than the cache has room for
KINDS = (None, "small", "wide", "wide", "small", "wide")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny_models.byte_text_model(folder / "text.gguf", spread=0.3)
    tiny_models.projector(folder / "mmproj.gguf", shape=tiny_models.QUICK)
    for number in range(PICTURES):
        (folder / f"small-{number}.png").write_bytes(drawn.swatch(number))
        (folder / f"wide-{number}.png").write_bytes(drawn.swatch(number, size=(640, 360)))  # of 3 encodes
    return folder


def slot(folder: Path) -> Slot:
    config = ModelConfig(file=folder / "text.gguf", mmproj=folder / "mmproj.gguf", context=1024, threads=1)
    return Slot("tiny", config, VisionConfig(slice_cache_mb=1))


def looking(folder: Path, number: int) -> InferenceRequest:
    """A request that differs from its neighbours in picture, words and whether a schema holds the answer."""
    kind, picture = KINDS[number % len(KINDS)], Random(number).randrange(PICTURES)
    schema = {"type": "object", "properties": {"n": {"type": "string", "maxLength": 3}}, "required": ["n"]}
    return InferenceRequest(
        system="Describe it. " * (1 + number % 3),
        image=str(folder / f"{kind}-{picture}.png") if kind else None,
        excerpt=f"| {number}",
        question="What is it?",
        schema=schema if number % 2 else None,
        max_tokens=12,
    )


def test_two_hundred_requests_leave_a_child_no_larger(folder):
    async def walk():
        child = slot(folder)
        await child.load()
        held, encoded = [], 0
        try:
            for number in range(200):
                reply = await child.run(looking(folder, number))
                held.append(child.rss)
                encoded += reply.counts.encoded
        finally:
            await child.unload()
        return held, encoded

    held, encoded = asyncio.run(walk())
    assert encoded > 4 * PICTURES + 20, "what is forgotten is made again"
    # The first ones fill what is kept for good: schemas, buffers of the allocator.
    early, late = statistics.median(held[40:80]), statistics.median(held[160:])
    assert late - early < 4 * MIB  # the allocator takes and gives back 2 at a time


@pytest.mark.timeout(300)  # each load is a process of its own
def test_thirty_loads_leave_nothing_behind(folder):
    async def walk():
        child, mine = slot(folder), psutil.Process()
        held, ours, files = [], [], []
        for _ in range(30):
            await child.load()
            held.append(child.rss)
            await child.unload()
            ours.append(mine.memory_info().rss)
            files.append(mine.num_fds())
            assert not mine.children()
        return held, ours, files

    held, ours, files = asyncio.run(walk())
    assert max(held) - min(held) < 8 * MIB
    assert ours[-1] - ours[4] < 4 * MIB
    assert files[-1] == files[0]
