"""The llama.cpp backend: llama-cpp-python's stock chat handlers, held to one seed and temperature 0.

Rules of this file: runs in the engine's child alone. Nothing that llama.cpp logs reaches standard error, for
it logs prompts; only load errors are kept, which no prompt can have reached yet. Words of the person or the
screen never become control tokens. Every run starts from an empty context: equal prompts give equal bytes.
"""

import base64
import contextlib
import ctypes
import json
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import mtmd_cpp
from llama_cpp.llama_chat_format import MiniCPMv26ChatHandler

from glimpsed.core.errors import InputError, ModelError
from glimpsed.engine.contract import InferenceReply, InferenceRequest, Launch
from glimpsed.worker.child import Cancelled

SEED = 1
"""0 would be replaced by a random one."""

BATCH = 512
"""Tokens evaluated at once, and between two looks at whether anybody still wants the answer."""

_ERROR_LEVEL = 4
_OVERFLOW = ("Prompt exceeds n_ctx", "could not broadcast", "Requested tokens")
"""How llama-cpp-python says that a prompt is too long, in three places."""


_KEPT: list[Any] = []
"""Callbacks that C calls for as long as the process lives; Python would free them."""


class _Log:
    """Takes what the libraries log; keeps errors, and those only while `listening`."""

    def __init__(self) -> None:
        self.listening = True
        self.errors: list[str] = []
        callback = llama_cpp.llama_log_callback(self._take)
        _KEPT.append(callback)
        for set_log in (llama_cpp.llama_log_set, mtmd_cpp.mtmd_log_set, mtmd_cpp.mtmd_helper_log_set):
            set_log(callback, ctypes.c_void_p(0))

    def _take(self, level: int, text: bytes, _: Any) -> None:
        if self.listening and level == _ERROR_LEVEL:
            self.errors.append(" ".join(text.decode("utf-8", "replace").split())[:200])


class _Interruptible(llama_cpp.Llama):  # type: ignore[misc]  # Any, to mypy
    """A `Llama` that stops between two batches or tokens, and notes when it sampled its first token."""

    cancelled = Cancelled()
    first_token: float | None = None

    def begin(self, cancelled: Cancelled) -> None:
        """Start afresh: a context that was left over would change the last bits of the numbers."""
        self.reset()
        self.cancelled, self.first_token = cancelled, None

    def eval(self, tokens: Sequence[int]) -> None:
        """Evaluate `tokens` in the batches in which it would be done anyway."""
        for start in range(0, max(len(tokens), 1), BATCH):
            if self.cancelled.is_set():
                raise ModelError("cancelled", "nobody wants this answer any more")
            super().eval(tokens[start : start + BATCH])

    def sample(self, *args: Any, **kwargs: Any) -> int:
        """Sample one token."""
        token: int = super().sample(*args, **kwargs)
        self.first_token = self.first_token or time.monotonic()
        return token


class LlamaRunner:
    """One loaded model, with its projector where it has one."""

    def __init__(self, llama: _Interruptible, *, vision: bool) -> None:
        self.vision = vision
        self.context: int = llama.n_ctx()
        self._llama = llama
        self._control = _control_words(llama)

    def run(self, request: InferenceRequest, cancelled: Cancelled) -> InferenceReply:
        """Do one inference.

        Raises `ModelError`: `no_vision`, `bad_schema`, `context_overflow`, `cancelled` or `run_failed`.
        """
        if request.image is not None and not self.vision:
            raise ModelError("no_vision", "this model cannot see pictures: it has no mmproj")
        grammar = _grammar(self._llama, request.schema) if request.schema is not None else None
        messages = self._messages(request)
        self._llama.begin(cancelled)
        started = time.monotonic()
        try:
            answer = self._complete(messages, grammar, request.max_tokens)
        except (ValueError, RuntimeError) as error:
            raise self._blamed(error) from error
        first = self._llama.first_token or time.monotonic()
        choice, usage = answer["choices"][0], answer["usage"]
        return InferenceReply(
            text=choice["message"]["content"] or "",
            finish="stop" if choice["finish_reason"] == "stop" else "length",
            prompt_tokens=usage["prompt_tokens"],
            output_tokens=usage["completion_tokens"],
            timings={
                "prompt": round((first - started) * 1000),
                "generate": round((time.monotonic() - first) * 1000),
            },
        )

    def _complete(self, messages: list[dict[str, Any]], grammar: Any, max_tokens: int) -> Any:
        return self._llama.create_chat_completion(
            messages,
            temperature=0.0,
            repeat_penalty=1.0,
            seed=SEED,
            max_tokens=max_tokens,
            grammar=grammar,
        )

    def _messages(self, request: InferenceRequest) -> list[dict[str, Any]]:
        parts = [self._tamed(part) for part in (request.excerpt, request.question) if part]
        text = "\n\n".join(parts)
        system = {"role": "system", "content": request.system}
        if not self.vision:
            return [system, {"role": "user", "content": text}]
        if request.image is None:
            return [system, {"role": "user", "content": [{"type": "text", "text": text}]}]
        # MiniCPM-V was trained with a line break after the picture.
        content = [_picture(request.image), {"type": "text", "text": "\n" + text}]
        return [system, {"role": "user", "content": content}]

    def _tamed(self, text: str) -> str:
        # Prompts are tokenized with control tokens on: a screen that shows "<|im_end|>" would end the turn.
        return self._control.sub(r"\1 ", text)

    def _blamed(self, error: ValueError | RuntimeError) -> ModelError:
        if str(error).startswith(_OVERFLOW):
            detail = (
                f"the prompt does not fit into {self.context} tokens; set a larger context for this model"
            )
            return ModelError("context_overflow", detail)
        return ModelError("run_failed", f"llama.cpp gave up: {type(error).__name__}")


def load(launch: Launch) -> LlamaRunner:
    """Load the model and its projector. Raises `ModelError` with code `load_failed`."""
    log = _Log()
    _speak_before_dying()
    threads = launch.threads or len(os.sched_getaffinity(0))
    try:
        handler = MiniCPMv26ChatHandler(launch.mmproj, verbose=False) if launch.mmproj is not None else None
        llama = _Interruptible(
            launch.file,
            chat_handler=handler,
            n_gpu_layers=launch.gpu_layers,
            n_ctx=launch.context,
            n_batch=BATCH,
            n_threads=threads,
            n_threads_batch=threads,
            flash_attn=True,
            seed=SEED,
            verbose=False,
        )
        if handler is not None:
            handler._init_mtmd_context(llama)  # noqa: SLF001 - else a faulty projector shows on the first picture
    except Exception as error:  # whatever a library's constructor raises, the model did not load
        said = "; ".join(log.errors[-3:]) or f"{type(error).__name__}: {error}"
        raise ModelError("load_failed", f"llama.cpp cannot load it: {said}") from error
    log.listening = False
    return LlamaRunner(llama, vision=handler is not None)


def _speak_before_dying() -> None:
    """Say on standard error why llama.cpp aborts, even where llama-cpp-python has turned that off."""
    stderr = os.dup(2)

    def speak(reason: bytes) -> None:
        place, colon, what = reason.partition(b": ")  # the place begins with a path on the build machine
        os.write(stderr, place.rpartition(b"/")[2] + colon + what + b"\n")

    callback = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(speak)

    # The wheel has the library under three names; under another it would be a second copy of itself.
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(str(Path(llama_cpp.__file__).parent / "lib" / "libggml-base.so.0"))
        library.ggml_set_abort_callback(callback)
        _KEPT.append(callback)


def _control_words(llama: llama_cpp.Llama) -> re.Pattern[str]:
    """Matches, at its first character, every word of the vocabulary that is not mere text."""
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    special = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
    words = {mtmd_cpp.mtmd_default_marker().decode()}
    for token in range(llama_cpp.llama_vocab_n_tokens(vocabulary)):
        if llama_cpp.llama_vocab_get_attr(vocabulary, token) & special:
            words.add(llama_cpp.llama_vocab_get_text(vocabulary, token).decode("utf-8", "replace"))
    alternatives = "|".join(re.escape(word) for word in sorted(words) if len(word.strip()) > 1)
    return re.compile(rf"(?=(?:{alternatives}))(.)", re.DOTALL)


def _grammar(llama: llama_cpp.Llama, schema: dict[str, Any]) -> llama_cpp.LlamaGrammar:
    # llama-cpp-python would fall back to "any JSON" without a word when a schema cannot be a grammar.
    try:
        grammar = llama_cpp.LlamaGrammar.from_json_schema(json.dumps(schema), verbose=False)
    except Exception as error:
        raise ModelError("bad_schema", f"not a schema for a grammar: {type(error).__name__}") from error
    text = grammar._grammar.encode()  # noqa: SLF001 - no other way to have it compiled before it is needed
    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, text, b"root")
    if not sampler:
        raise ModelError("bad_schema", "llama.cpp cannot compile this schema's grammar")
    llama_cpp.llama_sampler_free(sampler)
    return grammar


def _picture(path: str) -> dict[str, Any]:
    try:
        png = Path(path).read_bytes()
    except OSError as error:
        raise InputError("picture_gone", "the picture's copy in the spool is gone") from error
    return {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64," + base64.b64encode(png).decode()},
    }
