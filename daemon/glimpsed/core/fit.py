"""What a model takes of a GPU and of main memory: predicted from its shape, or as its child measured it.

Rules of this file: pure; everything is in bytes. A prediction errs on the large side. What several models
take together is the sum of their needs; what has to stay free of a GPU is kept free once, however many
models there are on it.

Several GPUs are one number, too. llama.cpp spreads layers over them by what they have free, and the projector
is on the first one alone: so a need claims as much of each other GPU as the first has more to hold. That is
exact where the GPUs are alike.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

import msgspec

MIB = 2**20
GIB = 2**30

KvType = Literal["f16", "q8_0"]

KV_WIDTH: dict[KvType, Fraction] = {"f16": Fraction(2), "q8_0": Fraction(34, 32)}
"""Bytes that one number takes in the KV cache."""

FlashAttention = Literal["auto", "on", "off"]

COMPUTE = 16 * MIB
"""What the graph of a batch takes beside the logits of its tokens and what its attention takes."""

PROJECTOR_COMPUTE = 150 * MIB
"""What encoding one slice of a picture takes, with flash attention."""

GPU_CONTEXT = 457 * MIB
"""What a process takes of each GPU for using it at all."""

GPU_MARGIN = GIB
"""What is kept free of each GPU: drivers report late, and a desktop wants some of it, too."""

PROCESS = 300 * MIB
"""A child itself: Python, its libraries, and a vocabulary in a form that a grammar can use."""

GPU_PROCESS = 700 * MIB
"""What the libraries of a GPU take of main memory on top of that."""


class Shape(msgspec.Struct, frozen=True):
    """What a model's files say of its size.

    `weights` are bytes of all tensors but the projector's, `token_embd` those of the token embedding, which
    stays in main memory, and `output` those of the output head, which goes to a GPU with the first layer that
    does; of a `tied` model that is a copy of the embedding. `guessed` has a sentence for each number
    that the files do not say.
    """

    weights: int
    token_embd: int
    tied: bool
    layers: int
    heads: int
    kv_heads: int
    key_length: int
    value_length: int
    vocabulary: int
    output: int = 0
    projector: int = 0
    guessed: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True):
    """How a model is loaded, as far as memory is concerned.

    `context` and `ubatch` are in tokens, `gpu_layers` -1 is all of them, `slice_cache` is in bytes.
    """

    context: int
    kv_type: KvType = "f16"
    flash_attn: FlashAttention = "auto"
    gpu_layers: int = -1
    projector_on_gpu: bool = True
    slice_cache: int = 0
    ubatch: int = 512


class Measurement(msgspec.Struct, frozen=True):
    """What a child said once its model was loaded.

    `buffers` are bytes by device ("CPU", "CUDA0") as llama.cpp allocated them, `rss` the child's resident
    bytes.
    """

    buffers: dict[str, int]
    rss: int


class Need(msgspec.Struct, frozen=True):
    """Bytes by the name of what takes them, of GPUs and of main memory. Needs can be added.

    `lopsided` are bytes of further GPUs that it leaves free, since one has so much more to hold than they.
    """

    on_gpu: dict[str, int] = {}
    in_main: dict[str, int] = {}
    measured: bool = False
    lopsided: int = 0

    @property
    def gpu(self) -> int:
        """Bytes of GPUs."""
        return sum(self.on_gpu.values())

    @property
    def gpu_claim(self) -> int:
        """Bytes of GPUs that there must be for it."""
        return self.gpu + self.lopsided

    @property
    def main(self) -> int:
        """Bytes of main memory."""
        return sum(self.in_main.values())

    def __add__(self, other: "Need") -> "Need":
        """What both take together; measured when both are."""
        on_gpu, in_main = _sum(self.on_gpu, other.on_gpu), _sum(self.in_main, other.in_main)
        return Need(on_gpu, in_main, self.measured and other.measured, self.lopsided + other.lopsided)

    def fits(self, room: int, main: int) -> bool:
        """Whether there is place for it: `room` bytes of GPUs (see `gpu_room`), `main` of main memory."""
        return self.gpu_claim <= room and self.main <= main


def gpu_room(free: Iterable[int]) -> int:
    """Bytes that models may take of GPUs with so many bytes free; 0 when there is none."""
    return sum(max(0, each - GPU_MARGIN) for each in free)


def expected(shape: Shape, settings: Settings, *, gpus: int) -> Need:
    """What a model of this shape will need beside so many `gpus`; without any all of it is main memory."""
    share = _share(settings.gpu_layers, shape.layers) if gpus else Fraction(0)
    projector = shape.projector + PROJECTOR_COMPUTE if shape.projector else 0
    projector_on_gpu = bool(gpus) and settings.projector_on_gpu
    on_gpu, in_main = _layers(shape, settings, share)
    on_gpu["compute"] *= gpus
    (on_gpu if projector_on_gpu else in_main)["projector"] = projector
    if any(on_gpu.values()):
        on_gpu["context"] = GPU_CONTEXT * gpus
    in_main["process"] = PROCESS + (GPU_PROCESS if any(on_gpu.values()) else 0)
    in_main["slice cache"] = settings.slice_cache if shape.projector else 0
    lopsided = projector * (gpus - 1) if projector_on_gpu else 0
    return Need(_but_nothing(on_gpu), _but_nothing(in_main), lopsided=lopsided)


def unknown() -> Need:
    """What a model needs of which nothing is known but that it has a child."""
    return Need({}, {"process": PROCESS})


def found(measurement: Measurement, slice_cache: int, lopsided: int = 0) -> Need:
    """What a model needs that was loaded before: what it took then, and what it will grow to.

    Of what llama.cpp allocated in main memory not all is resident before a long prompt has filled it. How
    `lopsided` it is stays as expected: GPUs that are not alike hold different shares of its layers, too.
    """
    used = [size for device, size in measurement.buffers.items() if size and _is_gpu(device)]
    host = sum(measurement.buffers.values()) - sum(used)
    on_gpu = {"buffers": sum(used), "context": GPU_CONTEXT * len(used)} if used else {}
    grown = host + PROCESS if host or not measurement.rss else 0
    in_main = {"process": max(measurement.rss, grown), "slice cache": slice_cache}
    return Need(on_gpu, _but_nothing(in_main), measured=True, lopsided=lopsided)


def ceiling(need: Need, limit_mb: int) -> int:
    """Resident bytes over which a child is not kept; `limit_mb` 0: its need and half as much again."""
    return limit_mb * MIB if limit_mb else need.main * 3 // 2


def _layers(shape: Shape, settings: Settings, share: Fraction) -> tuple[dict[str, int], dict[str, int]]:
    """What the layers take, this `share` of them on the GPU: there, and in main memory."""
    offloaded = shape.weights if shape.tied else shape.weights - shape.token_embd
    output = min(shape.token_embd if shape.tied else shape.output, offloaded)
    weights = output + int((offloaded - output) * share) if share else 0
    kv = _kv(shape, settings)
    flash = _flash_attention(settings, on_gpu=share > 0)
    # The graph is laid out on every device in use: on each GPU, and in main memory for what stays there.
    compute = settings.ubatch * shape.vocabulary * 4 + _attention(shape, settings, flash=flash) + COMPUTE
    on_gpu = {"weights": weights, "kv": int(kv * share), "compute": compute if share else 0}
    in_main = {
        "weights": shape.weights - weights + (shape.token_embd if shape.tied and share else 0),
        "kv": kv - on_gpu["kv"],
        "compute": compute if share < 1 else 0,
    }
    return on_gpu, in_main


def _kv(shape: Shape, settings: Settings) -> int:
    numbers = shape.layers * shape.kv_heads * (shape.key_length + shape.value_length) * settings.context
    return int(numbers * KV_WIDTH[settings.kv_type])


def _attention(shape: Shape, settings: Settings, *, flash: bool) -> int:
    """What attention of a batch to a full context takes: a mask, and without flash attention all scores."""
    pairs = settings.ubatch * settings.context
    return pairs * 2 if flash else pairs * 4 * (1 + shape.heads)


def _flash_attention(settings: Settings, *, on_gpu: bool) -> bool:
    """Whether it is used: what is "auto" is off on a CPU, unless the context is quantised."""
    automatic = on_gpu or settings.kv_type != "f16"
    return automatic if settings.flash_attn == "auto" else settings.flash_attn == "on"


def _share(gpu_layers: int, layers: int) -> Fraction:
    return Fraction(1) if gpu_layers < 0 else min(Fraction(gpu_layers, max(layers, 1)), Fraction(1))


def _is_gpu(device: str) -> bool:
    """By llama.cpp's names: GPUs are numbered, CPU, CPU_Mapped and CUDA_Host are main memory."""
    return device[-1:].isdigit()


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in one | other}


def _but_nothing(parts: dict[str, int]) -> dict[str, int]:
    return {name: size for name, size in parts.items() if size}
