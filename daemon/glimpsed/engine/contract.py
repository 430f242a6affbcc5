"""What the daemon's end and the child's end of the engine agree on.

Rules of this file: values that cross the channel, and the protocol of a backend; nothing of llama.cpp. A
backend is a module with `load(launch: Launch) -> Runner`, one line in `child.BACKENDS`, and held to the slot
contract.
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.fit import FlashAttention, KvType, Need
from glimpsed.core.residency import Plan
from glimpsed.core.slicing import Detail
from glimpsed.worker.child import Cancelled

UNPLANNED_CONTEXT = 4096
"""Tokens of context where neither the configuration nor a plan says how many."""


class Launch(msgspec.Struct, frozen=True):
    """How a child loads its model: its part of the configuration, decided.

    `threads` 0 means as many as there are cores, `gpu_layers` -1 all, `projector_on_gpu` False keeps the
    projector on the CPU. With `verbose` what the native libraries log is sent to the daemon, less what could
    carry a prompt.
    """

    backend: str
    file: str = ""
    mmproj: str | None = None
    context: int = 512
    gpu_layers: int = 0
    threads: int = 0
    flash_attn: FlashAttention = "auto"
    kv_type: KvType = "f16"
    projector_on_gpu: bool = True
    file_sha256: str | None = None
    mmproj_sha256: str | None = None
    slice_cache_mb: int = 0
    verbose: bool = False

    @classmethod
    def of(
        cls,
        config: ModelConfig,
        vision: VisionConfig,
        *,
        plan: Plan | None = None,
        verbose: bool = False,
    ) -> "Launch":
        """What of the configuration the child of a model must know, loaded by `plan`.

        Without a plan nobody looked at what memory there is, and what is automatic is what it mostly is.
        """
        plan = plan or _unplanned(config)
        return cls(
            backend=config.backend,
            file=str(config.file),
            mmproj=str(config.mmproj) if config.mmproj is not None else None,
            context=plan.context,
            gpu_layers=plan.gpu_layers,
            threads=config.threads,
            flash_attn=config.flash_attn,
            kv_type=plan.kv_type,
            projector_on_gpu=plan.projector_on_gpu,
            file_sha256=config.file_sha256,
            mmproj_sha256=config.mmproj_sha256,
            slice_cache_mb=vision.slice_cache_mb,
            verbose=verbose,
        )


def _unplanned(config: ModelConfig) -> Plan:
    kv_type: KvType = "f16" if config.kv_type == "auto" else config.kv_type
    layers = -1 if config.gpu_layers == "auto" else config.gpu_layers
    context = config.context or UNPLANNED_CONTEXT
    return Plan(context, kv_type, config.projector != "cpu", Need(), gpu_layers=layers)


class LoadedModel(msgspec.Struct, frozen=True):
    """What a child holds once it is loaded.

    `context` is in tokens, `buffers` in bytes by device ("CPU", "CUDA0"), as llama.cpp allocated them,
    `rss` the child's resident bytes after a first inference. `settings` says what is in force, by the names
    of the configuration and a few more, for a person to read.
    """

    context: int
    vision: bool
    buffers: dict[str, int] = {}
    rss: int = 0
    settings: dict[str, str] = {}


class InferenceRequest(msgspec.Struct, frozen=True):
    """One prompt, in the order in which the model gets it: `system`, the picture, `excerpt`, `question`.

    `image` is the path of a clean RGB PNG written by our own reader, `detail` how much of it is shown.
    `schema` is a JSON schema that holds the output while it is made, None for free text. `max_tokens` bounds
    the output. After `deadline_s` seconds nobody wants the answer any more, None means that somebody always
    does.
    """

    system: str
    image: str | None
    excerpt: str
    question: str
    schema: dict[str, Any] | None
    max_tokens: int
    detail: Detail = "full"
    deadline_s: float | None = None


class Counts(msgspec.Struct, frozen=True):
    """What an inference was made of.

    Slices of the picture that were encoded and that were known; tokens of the prompt, and how many of them
    were evaluated for an earlier one; tokens of the output, and how many of them the schema left no choice
    about; steps of the model for the output, each for one token or more.
    """

    encoded: int = 0
    reused: int = 0
    prompt_tokens: int = 0
    kept_tokens: int = 0
    output_tokens: int = 0
    forced_tokens: int = 0
    steps: int = 0


class InferenceReply(msgspec.Struct, frozen=True):
    """What the model said. With `finish` "length" it was cut short, which a caller treats as a failure.

    `timings` are milliseconds, in the order of the work: `picture` (read, fitted, cut), `encode`, `prefill`
    (up to the first token), `generate`.
    """

    text: str
    finish: Literal["stop", "length"]
    counts: Counts
    timings: dict[str, int]


class Count(msgspec.Struct, frozen=True):
    """How many tokens each of several texts is, as part of a prompt, by the model's own vocabulary.

    `frame` is what a prompt without picture takes beside its texts, `context` what prompt and output may take
    in all.
    """

    tokens: tuple[int, ...]
    frame: int
    context: int


class Backend(msgspec.Struct, frozen=True):
    """The backend that is installed, and whether this build of it can use a GPU."""

    version: str
    gpu_offload: bool


class Runner(Protocol):
    """A loaded model."""

    loaded: LoadedModel

    def run(self, request: InferenceRequest, cancelled: Cancelled) -> InferenceReply:
        """Do one inference.

        Raises `InputError` and `ModelError`; the latter with code `cancelled` soon after `cancelled` is set,
        with `deadline` soon after the request's deadline, and with figures of what was done until then.
        """

    def count(self, texts: Sequence[str], cancelled: Cancelled) -> Count:
        """Count tokens. Raises `ModelError` with code `cancelled` soon after `cancelled` is set."""

    def probe(self, cancelled: Cancelled) -> None:
        """Prove that the model is alive: look at a built-in picture where it can see, make one token.

        Raises `ModelError` when that fails, with code `blind` when it does not depend on the picture.
        """
