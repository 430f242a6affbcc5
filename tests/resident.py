"""Models in the tests' own process: tiny ones whose every number depends on every pixel and every word.

Rules of this file: what is compared is the text, how it ended, and the model's last numbers bit for bit, for
two texts can be equal by luck. A runner is cold when it kept nothing of what it ran before, which its own
counts say.
"""

import os
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import Phase
from PIL import Image

import tiny_models
from glimpsed.core.errors import GlimpsedError
from glimpsed.engine.contract import InferenceReply, InferenceRequest, Launch
from glimpsed.engine.slot import child_env
from glimpsed.worker.child import Cancelled

os.environ.update(child_env())  # as in the engine's child, and before anything loads OpenMP

MARKS = [
    pytest.mark.models,
    pytest.mark.filterwarnings("ignore:llama_token_get_attr:DeprecationWarning"),  # llguidance's
]
"""For a module that loads models."""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""For properties of a runner that lives on: a failure that needs what came before cannot be made smaller."""

CONTEXT = 2048
SYSTEM, QUESTION, EXCERPT = "Say what you see.", "What is it?", "| File  Edit  View"


class Outcome(NamedTuple):
    """What came of a request, in full."""

    text: str
    finish: str
    last_logits: bytes


def write_pair(folder: Path, **projector) -> None:
    """Write `text.gguf` and `mmproj.gguf`, which are sensitive, and quick: one block looks at a picture."""
    tiny_models.byte_text_model(folder / "text.gguf", layers=2, spread=0.6)
    tiny_models.projector(folder / "mmproj.gguf", shape=tiny_models.QUICK, **({"spread": 0.5} | projector))


def launch(folder: Path, **changes) -> Launch:
    """The pair in `folder`, on one thread, with a cache that everything fits in."""
    files = {"file": str(folder / "text.gguf"), "mmproj": str(folder / "mmproj.gguf")}
    known = {"backend": "llama", "context": CONTEXT, "threads": 1, "slice_cache_mb": 64}
    return Launch(**(known | files | changes))


def load(folder: Path, **changes):
    """A runner over the pair in `folder`; raises as `llama.load`."""
    from glimpsed.engine import llama  # noqa: PLC0415 - not installed everywhere

    return llama.load(launch(folder, **changes))


def asking(**changes) -> InferenceRequest:
    """A request in free text, of 16 tokens and without a picture, with `changes`."""
    request = InferenceRequest(SYSTEM, None, EXCERPT, QUESTION, None, max_tokens=16)
    return msgspec.structs.replace(request, **changes)


def run(runner, request: InferenceRequest) -> InferenceReply:
    """The reply; raises as the runner does."""
    return runner.run(request, Cancelled())


def outcome(runner, request: InferenceRequest) -> Outcome:
    """What comes of a request that nothing is wrong with."""
    return last(runner, run(runner, request))


def last(runner, reply: InferenceReply) -> Outcome:
    """What came of the request that `runner` has just replied to."""
    return Outcome(reply.text, reply.finish, runner._model.logits().tobytes())


def forget(runner, cache: int = 64 * 2**20) -> None:
    """Have a runner keep nothing of what it ran, and from now on up to `cache` bytes of slices."""
    from glimpsed.engine.llama.cache import SliceCache  # noqa: PLC0415 - not installed everywhere

    runner._cache = SliceCache(cache)
    run(runner, InferenceRequest("Forget.", None, "", "", None, max_tokens=1))


class Cold:
    """What comes of requests where nothing was kept of earlier ones; each is run once."""

    def __init__(self, runner) -> None:
        """The runner's cache must hold 0 bytes."""
        self._runner = runner
        self._known: dict[bytes, Outcome] = {}

    def outcome(self, request: InferenceRequest) -> Outcome:
        """As `outcome`."""
        key = msgspec.json.encode(request)
        if key not in self._known:
            forget(self._runner, 0)
            reply = run(self._runner, request)
            assert reply.counts.kept_tokens == reply.counts.reused == 0
            self._known[key] = last(self._runner, reply)
        return self._known[key]


def code_of(runner, request: InferenceRequest, cancelled: Cancelled | None = None) -> str | None:
    """The code of the error that a request ends with; None when it ends with a reply."""
    try:
        runner.run(request, cancelled or Cancelled())
    except GlimpsedError as error:
        return error.code
    return None


def screen(width: int, height: int, seed: int = 1) -> np.ndarray:
    """Something like a screen: coloured areas with fine marks on them, shape (height, width, 3)."""
    random = np.random.default_rng(seed)
    areas = random.integers(60, 256, (height // 40 + 1, width // 40 + 1, 3), np.uint8)
    pixels = areas.repeat(40, axis=0).repeat(40, axis=1)[:height, :width]
    marks = random.random((height, width)) < 0.15
    return np.where(marks[..., None], np.uint8(20), pixels)


def save(path: Path, pixels: np.ndarray) -> str:
    """Write a picture as the reader does, and return its path as a request has it."""
    Image.fromarray(pixels).save(path, "PNG", compress_level=1)
    return str(path)


def inverted(pixels: np.ndarray, left: int, top: int, width: int, height: int) -> np.ndarray:
    """A copy with the colours of one rectangle inverted."""
    changed = pixels.copy()
    changed[top : top + height, left : left + width] ^= np.uint8(255)
    return changed
