"""What every part of the backend needs of the native libraries: quiet, last words, and what they logged.

Rules of this file: nothing that llama.cpp or mtmd logs reaches standard error, for they log prompts. While a
model is loaded no prompt can have reached them, so all of it is kept; afterwards a line is passed on only
when it is one of those that are known to hold numbers and nothing else.
"""

import contextlib
import ctypes
import os
import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import mtmd_cpp

from glimpsed.core.errors import GlimpsedError, ModelError
from glimpsed.worker.child import MEMORY_RAN_OUT

Relay = Callable[[str, str], None]
"""Takes the level and the text of a line for the daemon's log."""

LEVELS = {1: "debug", 2: "info", 3: "warning", 4: "error"}
"""Names of ggml's log levels; 5 continues the line before."""

_ERROR = 4
_CONTINUES = 5

_NUMBERS_ALONE = re.compile(
    r"(?:mtmd_helper_\w+: |llama_decode: |decode: )?"
    r"(?:encoding image slice\.\.\.|image slice encoded in \d+ ms"
    r"|decoding image batch \d+/\d+, n_tokens_batch = \d+|image decoded \(batch \d+/\d+\) in \d+ ms"
    r"|failed to (?:encode image slice|decode (?:image|text))|failed to decode, ret = -?\d+"
    r"|failed to find a memory slot for batch of size \d+)",
    re.ASCII,
)
"""Lines of native libraries at work that cannot carry text: literals of their source with numbers in them."""

_BUFFER = re.compile(
    r"(?:^|\s)(\w+?)(?:_Mapped|_Host|_REPACK)? +(?:model|KV|RS|compute|output) +buffer size = +([\d.]+) MiB"
)
_CLIP_WEIGHTS = re.compile(r"model size: +([\d.]+) MiB")
_CLIP_DEVICE = re.compile(r"CLIP using (\w+?) backend")

_OUT_OF_MEMORY = re.compile(
    r"out of memory|insufficient memory|failed to allocate|unable to allocate|cannot allocate memory"
    r"|buffer allocation failed|cudaMalloc failed|mmap failed: Cannot allocate|bad_alloc|_ALLOC_FAILED"
    r"|OutOf(?:Device|Host)Memory|memory allocation of size \d+ failed",
    re.IGNORECASE,
)

_KEPT: list[Any] = []
"""Callbacks that C calls for as long as the process lives; Python would free them."""


class Log:
    """Takes what the libraries log."""

    def __init__(self, relay: Relay | None = None) -> None:
        """Install it for all three libraries; with `relay` lines are passed on."""
        self.loading = True
        self.out_of_memory = False
        """Whether it was said that memory ran out, while loading or since work last began."""
        self.lines: deque[tuple[int, str]] = deque(maxlen=2000)
        self._relay = relay
        callback = llama_cpp.llama_log_callback(self._take)
        _KEPT.append(callback)
        for set_log in (llama_cpp.llama_log_set, mtmd_cpp.mtmd_log_set, mtmd_cpp.mtmd_helper_log_set):
            set_log(callback, ctypes.c_void_p(0))

    @property
    def errors(self) -> str:
        """The last three errors of loading, one line; "" when there was none."""
        return "; ".join([text for level, text in self.lines if level == _ERROR][-3:])

    def work_begins(self) -> None:
        """What was said of memory before is of no account, but to a load that goes on."""
        self.out_of_memory &= self.loading

    def blamed(self, error: Exception) -> Exception:
        """What an error comes from: want of memory, where that is known to be behind it, or else itself."""
        named = isinstance(error, GlimpsedError) and error.code not in ("load_failed", "run_failed")
        if named or not (self.out_of_memory or isinstance(error, MemoryError)):
            return error
        said = (self.errors if self.loading else "") or "none was left"
        return ModelError("out_of_memory", f"there is not enough memory for it: {said}")

    @property
    def buffers(self) -> dict[str, int]:
        """Bytes that were allocated for models and contexts, by device."""
        sizes: dict[str, float] = {}
        projector, clip_device = 0.0, "CPU"
        for _, text in self.lines:
            if found := _BUFFER.search(text):
                sizes[found[1]] = sizes.get(found[1], 0.0) + float(found[2])
            elif found := _CLIP_WEIGHTS.search(text):
                projector = float(found[1])
            elif found := _CLIP_DEVICE.search(text):
                clip_device = found[1]
        if projector:
            sizes[clip_device] = sizes.get(clip_device, 0.0) + projector
        return {device: round(mib * 2**20) for device, mib in sizes.items()}

    def _take(self, level: int, text: bytes, _: Any) -> None:
        line = " ".join(text.decode("utf-8", "replace").split())[:400]
        if not line or level == _CONTINUES:
            return
        self.out_of_memory |= level == _ERROR and bool(_OUT_OF_MEMORY.search(line))
        if self.loading:
            self.lines.append((level, line))
        elif self._relay is None or not _NUMBERS_ALONE.fullmatch(line):
            return
        if self._relay is not None:
            self._relay(LEVELS.get(level, "debug"), line)


def speak_before_dying(log: Log) -> None:
    """Say on standard error why ggml aborts, even where llama-cpp-python has turned that off.

    Whether memory ran out is said in the log alone, a moment before.
    """
    stderr = os.dup(2)

    def speak(reason: bytes) -> None:
        place, colon, what = reason.partition(b": ")  # the place begins with a path on the build machine
        os.write(stderr, place.rpartition(b"/")[2] + colon + what + b"\n")
        if log.out_of_memory:
            os.write(stderr, MEMORY_RAN_OUT.encode() + b"\n")

    callback = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(speak)

    with contextlib.suppress(OSError, AttributeError):
        library().ggml_set_abort_callback(callback)
        _KEPT.append(callback)


def library() -> ctypes.CDLL:
    """The library of ggml itself. Raises `OSError` where this build has it elsewhere."""
    # The wheel has it under three names; under another it would be a second copy of itself.
    return ctypes.CDLL(str(Path(llama_cpp.__file__).parent / "lib" / "libggml-base.so.0"))
