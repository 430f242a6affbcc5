"""Writing the answer: the likeliest token each time, held to a schema where there is one.

Rules of this file: temperature 0. The model's own choice is asked about first, and only when the schema
refuses it the allowed tokens are computed. Tokens that the schema leaves no choice about are evaluated in one
step: whether they are depends on the answer so far alone, so the same prompt takes the same steps.
"""

import json
import math
from typing import Any

import llguidance
import llguidance.llamacpp
import msgspec
import numpy as np
import numpy.typing as npt

from glimpsed.core.errors import ModelError
from glimpsed.engine.llama.model import BATCH, Model, Vocabulary
from glimpsed.engine.stopping import Stop

_KEPT_GRAMMARS = 8


class Written(msgspec.Struct, frozen=True):
    """An answer: its tokens, whether it came to its end, steps of the model, tokens that were forced."""

    tokens: list[int]
    ended: bool
    steps: int
    forced: int


class Schemas:
    """Compiles schemas for one vocabulary, and keeps the last few."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Read the vocabulary, which takes up to a second."""
        self._tokenizer = llguidance.llamacpp.lltokenizer_from_vocab(
            vocabulary.pointer, eos_token=sorted(vocabulary.ends) or None
        )
        self._compiled: dict[str, llguidance.LLMatcher] = {}

    def matcher(self, schema: dict[str, Any]) -> llguidance.LLMatcher:
        """A matcher at its start. Raises `ModelError` with code `bad_schema` for what is no schema."""
        text = json.dumps(schema)
        if text not in self._compiled:
            while len(self._compiled) >= _KEPT_GRAMMARS:
                del self._compiled[next(iter(self._compiled))]
            self._compiled[text] = self._compile(text)
        return self._compiled[text].deep_copy()

    def _compile(self, text: str) -> llguidance.LLMatcher:
        try:
            # Spaces between the parts of an answer would be tokens that say nothing.
            grammar = llguidance.LLMatcher.grammar_from_json_schema(
                text, overrides={"whitespace_flexible": False}
            )
            matcher = llguidance.LLMatcher(self._tokenizer, grammar, log_level=0)
        except MemoryError:
            raise  # that says nothing of the schema
        except Exception as error:
            raise ModelError("bad_schema", f"not a schema: {type(error).__name__}") from error
        if matcher.is_error():
            reason = " ".join(matcher.get_error().split())[:300]
            raise ModelError("bad_schema", f"this schema cannot be compiled: {reason}")
        return matcher


def write(
    model: Model, matcher: llguidance.LLMatcher | None, max_tokens: int, stop: Stop, *, forward: bool = True
) -> Written:
    """Continue what `model` has evaluated, by at most `max_tokens`.

    With `forward` False forced tokens are evaluated one by one, which is for measuring: the last bits differ,
    so that an answer may. Raises `ModelError`: `cancelled`, `deadline` or `run_failed`.
    """
    if matcher is None:
        return _write_freely(model, max_tokens, stop)
    tokens: list[int] = []
    chosen: list[int] = []
    steps = forced = 0
    mask = np.empty((model.vocabulary.size + 31) // 32, dtype=np.uint32)
    while True:
        # What is forced is evaluated together with the choice before it, which costs no step of its own.
        room = min(max_tokens - len(tokens), BATCH) - len(chosen)
        ahead = matcher.compute_ff_tokens()[:room] if forward else []
        if matcher.is_error():
            raise ModelError("run_failed", "the schema's matcher failed")
        _consume(matcher, ahead)
        forced += len(ahead)
        tokens += chosen + ahead
        if matcher.is_stopped() or len(tokens) >= max_tokens:
            whole = matcher.is_stopped() and matcher.is_accepting()  # 12 is a number, and a part of 123
            return Written(tokens, whole, steps, forced)
        if chosen or ahead:
            model.step(chosen + ahead)
            steps += 1
        stop.check()
        chosen = [_choice(model, matcher, mask)]
        if chosen[0] in model.vocabulary.ends:  # the schema is fulfilled, and no more is wanted
            return Written(tokens, True, steps, forced)
        _consume(matcher, chosen)


def _consume(matcher: llguidance.LLMatcher, tokens: list[int]) -> None:
    if not matcher.consume_tokens(tokens):
        raise ModelError("run_failed", "the schema's matcher refused its own tokens")


def _write_freely(model: Model, max_tokens: int, stop: Stop) -> Written:
    tokens: list[int] = []
    while True:
        stop.check()
        token = _likeliest(model.logits())
        if token in model.vocabulary.ends:
            return Written(tokens, True, len(tokens), 0)
        tokens.append(token)
        if len(tokens) >= max_tokens:
            return Written(tokens, False, len(tokens) - 1, 0)
        model.step([token])


def _choice(model: Model, matcher: llguidance.LLMatcher, mask: npt.NDArray[np.uint32]) -> int:
    """The likeliest token that the schema allows."""
    logits = model.logits()
    token = _likeliest(logits)
    if matcher.validate_tokens([token]) == 1:
        return token
    matcher.unsafe_compute_mask_ptr(mask.ctypes.data, mask.nbytes)
    if matcher.is_error():
        raise ModelError("run_failed", "the schema's matcher failed")
    bits = np.unpackbits(mask.view(np.uint8), bitorder="little", count=logits.size)
    allowed = np.flatnonzero(bits.view(np.bool_))  # three times as fast as of numbers
    if not allowed.size:
        raise ModelError("run_failed", "the schema allows no token of this vocabulary")
    return int(allowed[logits[allowed].argmax()])


def _likeliest(logits: npt.NDArray[np.float32]) -> int:
    token = int(logits.argmax())
    if not math.isfinite(logits[token]):  # a NaN wins every comparison of argmax
        raise ModelError("run_failed", "the model computes no numbers: its file may be damaged")
    return token
