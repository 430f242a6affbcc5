"""Looking at pictures: llama.cpp's mtmd, one slice at a time.

Rules of this file: mtmd sees pixels and never a prompt. What a picture becomes is asked with a placeholder
that has its size and no pixels; pixels are cut only when a slice must be encoded.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import llama_cpp
import numpy as np
from llama_cpp import mtmd_cpp

from glimpsed.core.errors import ModelError
from glimpsed.core.slicing import Size, Slicing
from glimpsed.engine.llama.cache import Embedding, Pixels
from glimpsed.engine.llama.model import BATCH, Model, require_success
from glimpsed.engine.stopping import Stop

_ABORTED = 2

_OPERATIONS = 16
"""Of an encode, between two looks at whether anybody still wants the answer; it has about a thousand."""


class Slice(NamedTuple):
    """A part of a picture in a prompt: which of mtmd's chunks, and how many tokens it takes."""

    chunk: int
    tokens: int


Layout = tuple[tuple[int, ...] | Slice, ...]
"""What a picture becomes in a prompt: the tokens around its slices, and the slices, in their order."""


class Projector:
    """A loaded projector, for one model."""

    def __init__(
        self, file: str, model: Model, slicing: Slicing | None, *, threads: int, on_gpu: bool
    ) -> None:
        """Load it; `slicing` None when it does not cut pictures as MiniCPM-V does.

        Raises `ModelError` with code `load_failed`; what the library said is in the log.
        """
        self.slicing = slicing
        params = mtmd_cpp.mtmd_context_params_default()
        params.use_gpu = on_gpu
        params.print_timings = False
        params.warmup = False  # a picture is looked at anyway, to see whether it sees
        params.n_threads = threads
        # Of the encoder it has the same bits for any number of threads, and takes a third off the time.
        flash = llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO if on_gpu else llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.flash_attn_type = flash  # a GPU may not know how; then it would be done by the CPU
        self._stop: Stop | None = None
        self._asked = 0
        self._interrupt = llama_cpp.ggml_backend_sched_eval_callback(self._go_on)
        if not on_gpu:  # there a slice is quick, and asking would make it wait for each answer
            params.cb_eval = self._interrupt
        self._context = mtmd_cpp.mtmd_init_from_file(os.fsencode(file), model.pointer, params)
        if not self._context or not mtmd_cpp.mtmd_support_vision(self._context):
            raise ModelError("load_failed", "")
        self._model = model

    @contextlib.contextmanager
    def show(self, pixels: Pixels) -> Iterator["Shown"]:
        """A picture for as long as it lasts. Raises `ModelError` with code `wrong_pair`."""
        height, width, _ = pixels.shape
        with contextlib.ExitStack() as opened:
            placeholder = opened.enter_context(self._chunks(Size(width, height), None))
            yield Shown(self, tuple(self._pieces(placeholder)), placeholder, pixels, opened)

    def cut(self, pixels: Pixels) -> contextlib.AbstractContextManager[Any]:
        """A picture as chunks of mtmd, resized and normalised."""
        height, width, _ = pixels.shape
        return self._chunks(Size(width, height), pixels)

    def encode(self, chunks: Any, part: Slice, stop: Stop) -> Embedding:
        """What the encoder makes of one slice.

        Raises `ModelError`: `cancelled` or `deadline`, on a CPU also in the midst of it; `blind` when what
        came out are no numbers; or `run_failed`, whatever it failed of.
        """
        stop.check()
        self._stop = stop
        failed = mtmd_cpp.mtmd_encode_chunk(self._context, mtmd_cpp.mtmd_input_chunks_get(chunks, part.chunk))
        stop.check()  # one that was interrupted says that it succeeded
        if failed:
            raise ModelError("run_failed", "the projector could not encode the picture")
        found = mtmd_cpp.mtmd_get_output_embd(self._context)
        embedding = np.ctypeslib.as_array(found, (part.tokens * self._model.width,)).copy()
        if not np.isfinite(embedding).all():
            raise ModelError("blind", "the projector computes no numbers: its file may be damaged")
        return embedding

    def _go_on(self, _tensor: Any, asks: bool, _data: Any) -> bool:
        """The two questions of ggml: whether to be asked after this operation, and then whether to go on."""
        if asks:
            self._asked += 1
            return self._asked % _OPERATIONS == 0
        return self._stop is None or not self._stop.wanted

    def evaluate(self, chunks: Any, part: Slice, embedding: Embedding, stop: Stop) -> None:
        """Append a slice to what the model has evaluated. Raises as `Model.evaluate` does."""
        stop.check()
        after = llama_cpp.llama_pos(0)
        with self._model.abortable(stop):
            failed = mtmd_cpp.mtmd_helper_decode_image_chunk(
                self._context,
                self._model.context,
                mtmd_cpp.mtmd_input_chunks_get(chunks, part.chunk),
                embedding.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
                self._model.position,
                0,
                BATCH,
                ctypes.byref(after),
                mtmd_cpp.mtmd_helper_post_decode_callback(0),
                None,
            )
        if failed == _ABORTED:
            stop.check()
        require_success(failed)
        self._model.position = after.value

    def _pieces(self, chunks: Any) -> Iterator[tuple[int, ...] | Slice]:
        for index in range(mtmd_cpp.mtmd_input_chunks_size(chunks)):
            chunk = mtmd_cpp.mtmd_input_chunks_get(chunks, index)
            if mtmd_cpp.mtmd_input_chunk_get_type(chunk) == mtmd_cpp.MTMD_INPUT_CHUNK_TYPE_IMAGE:
                yield Slice(index, mtmd_cpp.mtmd_input_chunk_get_n_tokens(chunk))
                continue
            count = ctypes.c_size_t()
            tokens = mtmd_cpp.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
            found = tuple(tokens[place] for place in range(count.value))
            if any(token < 0 for token in found):
                detail = "the model has no words for the edges of pictures: it does not belong to this mmproj"
                raise ModelError("wrong_pair", detail)
            yield found

    @contextlib.contextmanager
    def _chunks(self, size: Size, pixels: Pixels | None) -> Iterator[Any]:
        with contextlib.ExitStack() as freed:
            data = pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)) if pixels is not None else None
            bitmap = mtmd_cpp.mtmd_bitmap_init(size.width, size.height, data)
            freed.callback(mtmd_cpp.mtmd_bitmap_free, bitmap)
            chunks = mtmd_cpp.mtmd_input_chunks_init()
            freed.callback(mtmd_cpp.mtmd_input_chunks_free, chunks)
            part = mtmd_cpp.mtmd_input_part(text=None, bitmap=bitmap)
            parts = (ctypes.POINTER(mtmd_cpp.mtmd_input_part) * 1)(ctypes.pointer(part))
            if mtmd_cpp.mtmd_tokenize_from_parts(self._context, chunks, parts, 1, False):
                raise ModelError("run_failed", "the projector could not cut the picture")
            yield chunks


class Shown:
    """One picture before the projector: what it becomes, and its slices, cut when the first is encoded."""

    def __init__(
        self,
        projector: Projector,
        layout: Layout,
        placeholder: Any,
        pixels: Pixels,
        opened: contextlib.ExitStack,
    ) -> None:
        """`opened` is what ends with the picture."""
        self.layout = layout
        self._projector = projector
        self._placeholder = placeholder
        self._pixels = pixels
        self._opened = opened
        self._cut: Any = None

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The parts that take an encode each."""
        return tuple(piece for piece in self.layout if isinstance(piece, Slice))

    def encode(self, part: Slice, stop: Stop) -> Embedding:
        """What the encoder makes of one slice. Raises as `Projector.encode` does."""
        if self._cut is None:
            self._cut = self._opened.enter_context(self._projector.cut(self._pixels))
        return self._projector.encode(self._cut, part, stop)

    def evaluate(self, part: Slice, embedding: Embedding, stop: Stop) -> None:
        """Append a slice to what the model has evaluated. Raises as `Model.evaluate` does."""
        self._projector.evaluate(self._placeholder, part, embedding, stop)
