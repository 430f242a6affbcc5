"""A text model and its context, through llama.cpp's C interface.

Rules of this file: what is evaluated is always cut at the same places: a batch never spans two calls, and a
call is cut every `BATCH` tokens from its beginning. So the bits of a prompt's numbers depend on the prompt
alone, not on how much of it was there already.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterator, Sequence
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from glimpsed.core.errors import ModelError
from glimpsed.engine.contract import Launch
from glimpsed.engine.stopping import Stop

BATCH = 512
"""Tokens evaluated at once, and between two looks at whether anybody still wants the answer."""

KV_TYPES = {"f16": llama_cpp.GGML_TYPE_F16, "q8_0": llama_cpp.GGML_TYPE_Q8_0}

_ABORTED = 2
_NO_MEMORY = -2
"""What llama.cpp has a decode return when it could not allocate; a failure of any other sort is below it."""

_PIECE = 512
"""Bytes of the longest text of a token that is looked at; the longest ones known have 256."""


class Vocabulary:
    """The words of a model."""

    def __init__(self, model: Any) -> None:
        """`model` is llama.cpp's pointer, and must outlive this."""
        self.pointer = llama_cpp.llama_model_get_vocab(model)
        self.size: int = llama_cpp.llama_vocab_n_tokens(self.pointer)
        first = llama_cpp.llama_vocab_bos(self.pointer)
        self.bos: int | None = (
            first if llama_cpp.llama_vocab_get_add_bos(self.pointer) and first >= 0 else None
        )
        self.ends = frozenset(
            token for token in range(self.size) if llama_cpp.llama_vocab_is_eog(self.pointer, token)
        )
        self._buffer = ctypes.create_string_buffer(_PIECE)

    def tokens(self, text: str, *, control: bool) -> list[int]:
        """`text` as tokens; words such as "<|im_end|>" become control tokens only if `control`."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        found = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self.pointer, data, len(data), found, room, False, control)
        if count < 0:
            raise ModelError("run_failed", "llama.cpp cannot tokenize the prompt")
        return list(found[:count])

    def text(self, tokens: Sequence[int]) -> str:
        """What `tokens` say, less control tokens; what is no UTF-8 becomes replacement characters."""
        return b"".join(map(self.piece, tokens)).decode("utf-8", "replace")

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of one token; those of a control token only if `special`."""
        size = llama_cpp.llama_token_to_piece(self.pointer, token, self._buffer, _PIECE, 0, special)
        return self._buffer.raw[: max(0, size)]

    def word(self, token: int) -> str:
        """The text of a token as the vocabulary has it."""
        text: bytes = llama_cpp.llama_vocab_get_text(self.pointer, token)
        return text.decode("utf-8", "replace")

    def user_defined(self) -> set[str]:
        """Words that are parsed wherever they stand, whatever is asked of the tokenizer."""
        wanted = llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
        return {
            self.word(token)
            for token in range(self.size)
            if llama_cpp.llama_vocab_get_attr(self.pointer, token) & wanted
        }


class Model:
    """A loaded model with one context in which one sequence is kept; its memory is freed with the process."""

    def __init__(self, launch: Launch, *, threads: int, flash_attention: int) -> None:
        """Load it. Raises `ModelError` with code `load_failed`; what llama.cpp said is in the log."""
        llama_cpp.llama_backend_init()
        self.pointer = self._load(launch)
        self.vocabulary = Vocabulary(self.pointer)
        self.context = self._open(launch, threads, flash_attention)
        self.size: int = llama_cpp.llama_n_ctx(self.context)
        self.width: int = llama_cpp.llama_model_n_embd_inp(self.pointer)
        self.position = 0
        self._memory = llama_cpp.llama_get_memory(self.context)
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)
        self._tokens = np.ctypeslib.as_array(self._batch.token, (BATCH,))
        self._positions = np.ctypeslib.as_array(self._batch.pos, (BATCH,))
        self._wants_logits = np.ctypeslib.as_array(self._batch.logits, (BATCH,))
        self._wants_logits[:] = 0
        np.ctypeslib.as_array(self._batch.n_seq_id, (BATCH,))[:] = 1
        for place in range(BATCH):
            self._batch.seq_id[place][0] = 0
        self._stop: Stop | None = None
        self._abort = llama_cpp.ggml_abort_callback(lambda _: self._stop is not None and self._stop.wanted)
        self._never = llama_cpp.ggml_abort_callback(0)

    def keep(self, position: int) -> bool:
        """Forget everything from `position` on. False when it can only forget all, and did."""
        kept = llama_cpp.llama_memory_seq_rm(self._memory, 0, position, -1)
        self.position = position if kept else 0
        if not kept:  # all or nothing, as with models that keep a state instead of a context
            llama_cpp.llama_memory_seq_rm(self._memory, 0, -1, -1)
        return bool(kept)

    def wipe(self) -> None:
        """Forget everything, and the numbers themselves: what is no number would reach what comes after it.

        Hidden behind a mask it is multiplied by 0, and stays what it is.
        """
        llama_cpp.llama_memory_clear(self._memory, True)
        self.position = 0

    def evaluate(self, tokens: Sequence[int], stop: Stop) -> None:
        """Append `tokens`; only the last one's logits are computed.

        Raises `ModelError`: `cancelled` or `deadline` between two batches and, on a CPU, within one; or as
        `require_success` does. What was appended before that stays, so that the caller must `keep` a known
        position.
        """
        for start in range(0, len(tokens), BATCH):
            stop.check()
            part = tokens[start : start + BATCH]
            with self.abortable(stop):
                failed = self._decode(part)
            if failed == _ABORTED:
                stop.check()
            require_success(failed)

    @contextlib.contextmanager
    def abortable(self, stop: Stop) -> Iterator[None]:
        """While it lasts, llama.cpp asks between two operations whether to go on; on a CPU alone."""
        self._stop = stop
        llama_cpp.llama_set_abort_callback(self.context, self._abort, None)
        try:
            yield
        finally:  # asking costs a moment of Python for each operation, too much for single tokens
            llama_cpp.llama_set_abort_callback(self.context, self._never, None)

    def step(self, tokens: Sequence[int]) -> None:
        """Append up to `BATCH` tokens of the output, at once. Raises as `require_success` does."""
        require_success(self._decode(tokens))

    def settle(self) -> None:
        """Wait until what was evaluated has been computed, which a GPU does meanwhile."""
        llama_cpp.llama_synchronize(self.context)

    def logits(self) -> npt.NDArray[np.float32]:
        """Logits after the last token, shape (vocabulary,); valid until the next evaluation."""
        pointer = llama_cpp.llama_get_logits_ith(self.context, -1)
        if not pointer:
            raise ModelError("run_failed", "llama.cpp computed no logits")
        return np.ctypeslib.as_array(pointer, (self.vocabulary.size,))

    def _decode(self, tokens: Sequence[int]) -> int:
        count = len(tokens)
        self._tokens[:count] = tokens
        self._positions[:count] = np.arange(self.position, self.position + count)
        self._wants_logits[count - 1] = 1
        self._batch.n_tokens = count
        failed: int = llama_cpp.llama_decode(self.context, self._batch)
        self._wants_logits[count - 1] = 0
        self.position += count
        return failed

    def _load(self, launch: Launch) -> Any:
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = launch.gpu_layers
        if launch.gpu_layers == 0:  # else large batches would be sent to a GPU all the same
            params.split_mode, params.main_gpu = llama_cpp.LLAMA_SPLIT_MODE_NONE, -1
        pointer = llama_cpp.llama_model_load_from_file(os.fsencode(launch.file), params)
        if not pointer:
            raise ModelError("load_failed", "")
        return pointer

    def _open(self, launch: Launch, threads: int, flash_attention: int) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = launch.context
        params.n_batch = params.n_ubatch = BATCH
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = flash_attention
        params.type_k = params.type_v = KV_TYPES[launch.kv_type]
        params.no_perf = True
        params.offload_kqv = params.op_offload = launch.gpu_layers != 0
        params.n_outputs_max = 1  # one row of logits a batch: room for all would be the most of its memory
        pointer = llama_cpp.llama_init_from_model(self.pointer, params)
        if not pointer:
            raise ModelError("load_failed", "")
        return pointer


def require_success(status: int) -> None:
    """Raise `ModelError`, `out_of_memory` or `run_failed`, for a status of `llama_decode` that is not 0."""
    if status == _NO_MEMORY:
        raise ModelError("out_of_memory", "llama.cpp found no memory to evaluate the prompt")
    if status:
        raise ModelError("run_failed", f"llama.cpp could not evaluate the prompt (status {status})")
