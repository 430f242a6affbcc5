"""Tiny models behind a slot: files, requests, a slot for a story, and lines that its child logs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import structlog
from PIL import Image, ImageDraw

import tiny_models
from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.model import ApplicationType
from glimpsed.core.roles import screen
from glimpsed.engine.slot import InferenceReply, InferenceRequest, Slot

CONTEXT = 8192
ANSWER = "It is a small red square on white."
SHORT = InferenceRequest("Look.", None, "", "What is it?", None, max_tokens=64)


def write_models(folder: Path) -> Path:
    """Models that describe, answer and babble, a projector for them, and a picture; the folder."""
    tiny_models.byte_text_model(folder / "canned.gguf", reply=tiny_models.canned_description())
    tiny_models.byte_text_model(folder / "answer.gguf", reply=ANSWER)
    tiny_models.byte_text_model(folder / "random.gguf", spread=0.3)
    tiny_models.projector(folder / "mmproj.gguf")
    picture = Image.new("RGB", (1280, 800), "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 300), fill="red")
    picture.save(folder / "picture.png")
    return folder


def write_noise(path: Path, width: int, height: int) -> Path:
    """A picture of which no two parts are alike; one for each name."""
    random = np.random.default_rng(list(path.name.encode()))
    Image.fromarray(random.integers(0, 256, (height, width, 3), dtype=np.uint8)).save(path)
    return path


def seeing(folder: Path, text: str = "canned.gguf", **changes: object) -> ModelConfig:
    """A model of `write_models` with its projector; one thread, since two wait for each other where cores are
    busy.
    """
    config = ModelConfig(file=folder / text, mmproj=folder / "mmproj.gguf", context=CONTEXT, threads=1)
    return msgspec.structs.replace(config, **changes)


def describing(folder: Path, **changes: object) -> InferenceRequest:
    """The role's request to describe the picture of `write_models`."""
    request = InferenceRequest(
        system=screen.INSTRUCTIONS,
        image=str(folder / "picture.png"),
        excerpt=screen.excerpt(None, window_title="main.py - Code", application="code"),
        question=screen.question(ApplicationType.CODE_EDITOR),
        schema=screen.SCHEMA,
        max_tokens=1000,
    )
    return msgspec.structs.replace(request, **changes)


@contextlib.asynccontextmanager
async def loaded(
    config: ModelConfig, vision: VisionConfig | None = None, *, verbose: bool = False
) -> AsyncIterator[Slot]:
    """A slot with the model in it."""
    slot = Slot("tiny", config, vision, verbose=verbose)
    await slot.load()
    try:
        yield slot
    finally:
        await slot.unload()


def run(config: ModelConfig, *requests: InferenceRequest) -> list[InferenceReply]:
    """Load, run all, unload; the replies."""

    async def walk() -> list[InferenceReply]:
        async with loaded(config) as slot:
            return [await slot.run(request) for request in requests]

    return asyncio.run(walk())


class NativeLines:
    """What native libraries logged since this was last asked, a line a time."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()

    def take(self, _logger: object, _method: str, entry: dict[str, object]) -> dict[str, object]:
        if entry["event"] == "engine.native":
            self._lines.put_nowait(str(entry["text"]))
        raise structlog.DropEvent

    async def until(self, running: "asyncio.Task[Any]", sign: str, times: int = 1) -> None:
        """Wait for so many lines with `sign` in them; fails when what runs has ended before."""
        seen = asyncio.create_task(self._count(sign, times))
        await asyncio.wait((seen, running), return_when=asyncio.FIRST_COMPLETED)
        if not seen.done():
            seen.cancel()
            raise AssertionError(f"it ended before it logged {sign!r}: {running}")

    async def _count(self, sign: str, times: int) -> None:
        for _ in range(times):
            while sign not in await self._lines.get():
                pass


@contextlib.contextmanager
def native_lines() -> Iterator[NativeLines]:
    """Lines of verbose slots, as they come; our log gets nothing meanwhile."""
    lines = NativeLines()
    processors = structlog.get_config()["processors"]
    before = processors.copy()
    processors[:] = [lines.take]
    structlog.configure(processors=processors)
    try:
        yield lines
    finally:
        processors[:] = before
        structlog.configure(processors=processors)
