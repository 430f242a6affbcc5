"""From files to a runner that was seen to work.

Rules of this file: whatever is wrong with files or memory is said here, before anybody waits for an answer.
"""

import contextlib
import hashlib
import os
from pathlib import Path

import llama_cpp

from glimpsed.core.errors import ModelError
from glimpsed.core.fit import FlashAttention
from glimpsed.core.slicing import Slicing
from glimpsed.engine.contract import Launch, LoadedModel
from glimpsed.engine.gguf import GgufError, read_head
from glimpsed.engine.llama.cache import SliceCache
from glimpsed.engine.llama.model import BATCH, Model
from glimpsed.engine.llama.native import Log, speak_before_dying
from glimpsed.engine.llama.runner import LlamaRunner
from glimpsed.engine.llama.template import Template, template_of
from glimpsed.engine.llama.vision import Projector
from glimpsed.worker.child import Cancelled, say
from glimpsed.worker.resident import resident

_FLASH_ATTENTION: dict[FlashAttention, int] = {
    "auto": llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}

_HEAD = 2**20
"""Bytes of a projector's file that tell it from others, with its size."""


def load(launch: Launch) -> LlamaRunner:
    """Load the model and its projector, and try them.

    Raises `ModelError`: `wrong_file` (not the pinned one), `out_of_memory`, `wrong_pair`, `blind`,
    `no_template`, `context_overflow` (not even the trial fits), or `load_failed` with what llama.cpp said.
    """
    for file, pinned in ((launch.file, launch.file_sha256), (launch.mmproj, launch.mmproj_sha256)):
        if file is not None and pinned is not None:
            _require_pinned(Path(file), pinned)
    log = Log(say if launch.verbose else None)
    speak_before_dying(log)
    try:
        runner = _load(launch, log)
        runner.probe(Cancelled())
    except Exception as error:  # whatever a library's constructor raises, the model did not load
        blamed = _blamed(error, log)
        if blamed is error:
            raise
        raise blamed from error
    runner.loaded = LoadedModel(
        runner.loaded.context, runner.loaded.vision, log.buffers, _resident(), runner.loaded.settings
    )
    log.loading = False
    return runner


def _load(launch: Launch, log: Log) -> LlamaRunner:
    threads = launch.threads or len(os.sched_getaffinity(0))
    on_gpu = launch.gpu_layers != 0 and bool(llama_cpp.llama_supports_gpu_offload())
    flash_attn = _flash_attention(launch, on_gpu=on_gpu)
    model = Model(launch, threads=threads, flash_attention=_FLASH_ATTENTION[flash_attn])
    template = _template(model)
    projector = None
    projector_on_gpu = launch.projector_on_gpu and bool(llama_cpp.llama_supports_gpu_offload())
    if launch.mmproj is not None:
        projector = Projector(
            launch.mmproj, model, _slicing(launch.mmproj), threads=threads, on_gpu=projector_on_gpu
        )
    encoder = _encoder_name(launch, on_gpu=projector_on_gpu)
    cache = SliceCache(launch.slice_cache_mb * 2**20)
    runner = LlamaRunner(model, projector, template, cache, encoder, log=log)
    settings = {
        "llama_cpp": llama_cpp.__version__,
        "context": _told_context(model),
        "batch": str(BATCH),
        "threads": str(threads),
        "gpu_layers": str(launch.gpu_layers) if on_gpu else "0",
        "flash_attn": flash_attn,
        "kv_type": launch.kv_type,
        "template": template.origin,
    }
    if projector is not None:
        settings["projector"] = "gpu" if projector_on_gpu else "cpu"
        settings["slice_cache_mb"] = str(launch.slice_cache_mb)
    settings |= {name: os.environ.get(name, "") for name in ("OMP_WAIT_POLICY", "GGML_NO_BACKTRACE")}
    runner.loaded = LoadedModel(model.size, projector is not None, settings=settings)
    return runner


def _flash_attention(launch: Launch, *, on_gpu: bool) -> FlashAttention:
    # On a CPU its last bits depend on the number of threads, unless the context is quantised, which needs it.
    if launch.flash_attn != "auto":
        return launch.flash_attn
    if launch.kv_type != "f16":
        return "on"
    return "auto" if on_gpu else "off"  # whether a GPU knows how to is for llama.cpp to find out


def _told_context(model: Model) -> str:
    trained: int = llama_cpp.llama_model_n_ctx_train(model.pointer)
    return f"{model.size}, over the {trained} it was trained on" if model.size > trained else str(model.size)


def _slicing(mmproj: str) -> Slicing | None:
    """How the projector in this file cuts pictures; None when not as MiniCPM-V does."""
    try:
        head = read_head(Path(mmproj)).metadata
    except GgufError as error:
        raise ModelError("load_failed", f"{mmproj}: {error.detail}") from error
    edge, patch = (head.get(f"clip.vision.{name}") for name in ("image_size", "patch_size"))
    if head.get("clip.projector_type") != "resampler" or not (
        isinstance(edge, int) and isinstance(patch, int)
    ):
        return None
    return Slicing(edge, patch)


def _template(model: Model) -> Template:
    words = model.vocabulary
    source: bytes | None = llama_cpp.llama_model_chat_template(model.pointer, None)
    first = llama_cpp.llama_vocab_bos(words.pointer)
    last = llama_cpp.llama_vocab_eos(words.pointer)
    return template_of(
        source.decode("utf-8", "replace") if source else None,
        set() if source else {words.word(token) for token in range(words.size)},
        bos=words.word(first) if first >= 0 else "",
        eos=words.word(last) if last >= 0 else "",
    )


def _blamed(error: Exception, log: Log) -> ModelError:
    error = log.blamed(error)
    if isinstance(error, ModelError) and error.code != "load_failed":
        return error
    known = error.detail if isinstance(error, ModelError) else ""
    said = known or log.errors or f"{type(error).__name__}: {error}"
    return ModelError("load_failed", f"llama.cpp cannot load it: {said}")


def _require_pinned(path: Path, pinned: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError("load_failed", f"{path} cannot be read: {error.strerror}") from error
    if found != pinned:
        raise ModelError("wrong_file", f"{path} is not the pinned file: its SHA-256 is {found}")


def _encoder_name(launch: Launch, *, on_gpu: bool) -> bytes:
    if launch.mmproj is None:
        return b""
    name = hashlib.blake2b(f"{launch.mmproj_sha256} {on_gpu} {Path(launch.mmproj).stat().st_size}".encode())
    with Path(launch.mmproj).open("rb") as file:
        name.update(file.read(_HEAD))
    return name.digest()


def _resident() -> int:
    with contextlib.suppress(OSError):
        return resident()
    return 0
