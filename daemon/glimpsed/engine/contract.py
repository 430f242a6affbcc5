"""What the daemon's end and the child's end of the engine agree on.

Rules of this file: values that cross the channel, and the protocol of a backend; nothing of llama.cpp. A
backend is a module with `load(launch: Launch) -> Runner`, one line in `child.BACKENDS`, and held to the slot
contract.
"""

from typing import Any, Literal, Protocol

import msgspec

from glimpsed.config import ModelConfig
from glimpsed.worker.child import Cancelled


class Launch(msgspec.Struct, frozen=True):
    """How a child loads its model. `threads` 0 means as many as there are cores, `gpu_layers` -1 all."""

    backend: str
    file: str
    mmproj: str | None
    context: int
    gpu_layers: int
    threads: int

    @classmethod
    def of(cls, config: ModelConfig) -> "Launch":
        """What of a model's configuration its child must know."""
        return cls(
            backend=config.backend,
            file=str(config.file),
            mmproj=str(config.mmproj) if config.mmproj is not None else None,
            context=config.context,
            gpu_layers=config.gpu_layers,
            threads=config.threads,
        )


class LoadedModel(msgspec.Struct, frozen=True):
    """What a child holds once it is loaded: tokens of context, whether it can see."""

    context: int
    vision: bool


class InferenceRequest(msgspec.Struct, frozen=True):
    """One prompt, in the order in which the model gets it: `system`, the picture, `excerpt`, `question`.

    `image` is the path of a clean RGB PNG written by our own reader. `schema` is a JSON schema that holds the
    output while it is made, None for free text. `max_tokens` bounds the output.
    """

    system: str
    image: str | None
    excerpt: str
    question: str
    schema: dict[str, Any] | None
    max_tokens: int


class InferenceReply(msgspec.Struct, frozen=True):
    """What the model said. With `finish` "length" it was cut short, which a caller treats as a failure.

    `timings` are milliseconds: `prompt` up to the first token, `generate` from there.
    """

    text: str
    finish: Literal["stop", "length"]
    prompt_tokens: int
    output_tokens: int
    timings: dict[str, int]


class Backend(msgspec.Struct, frozen=True):
    """The backend that is installed, and whether this build of it can use a GPU."""

    version: str
    gpu_offload: bool


class Runner(Protocol):
    """A loaded model."""

    vision: bool
    context: int

    def run(self, request: InferenceRequest, cancelled: Cancelled) -> InferenceReply:
        """Do one inference. Raises `ModelError`; with code `cancelled` soon after `cancelled` is set."""
