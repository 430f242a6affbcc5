"""What a model's files say of its size, and which files they are.

Rules of this file: safe in the daemon; reads heads of files as `gguf` does, never whole files. Numbers in a
head are strangers': one that is missing or absurd is guessed, and that is said.
"""

import hashlib
from pathlib import Path

import msgspec
import structlog

from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError
from glimpsed.core.fit import Shape
from glimpsed.engine.gguf import Head, read_head

log = structlog.get_logger()

USUAL_HEAD = 128
"""Width of an attention head in most models."""

MAX_NUMBER = 1 << 20
"""Heads, layers and widths over this are no model's."""

UNREAD_HEAD = 1 << 20
"""Bytes that name a file whose head is not GGUF's: the script of the test double."""


_FILE_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    19: "IQ2_XXS",
    20: "IQ2_XS",
    21: "Q2_K_S",
    22: "IQ3_XS",
    23: "IQ3_XXS",
    24: "IQ1_S",
    25: "IQ4_NL",
    26: "IQ3_S",
    27: "IQ3_M",
    28: "IQ2_S",
    29: "IQ2_M",
    30: "IQ4_XS",
    31: "IQ1_M",
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
    38: "MXFP4_MOE",
}
"""llama.cpp's `llama_ftype`, as `general.file_type` of a head has it."""


class Survey(msgspec.Struct, frozen=True):
    """A model's shape (None of the test double's) and a `fingerprint` of its files: 64 hexadecimal digits.

    `quantisation` is how most of its weights are kept, by llama.cpp's name; empty when its head does not say.
    """

    shape: Shape | None
    fingerprint: str
    quantisation: str = ""


def survey(config: ModelConfig) -> Survey | None:
    """Look at a model's files, None when they cannot be read. Takes as long as `inspect`: up to 0.2 s.

    Never raises: what is odd about a model's files is the model's trouble, and nobody else's.
    """
    paths = [path for path in (config.file, config.mmproj) if path is not None]
    try:
        if config.backend == "fake":
            return Survey(None, _fingerprint([(path, UNREAD_HEAD) for path in paths]))
        heads = [(path, read_head(path)) for path in paths]
        fingerprint = _fingerprint([(path, head.data_start) for path, head in heads])
        return Survey(shape(*(head for _, head in heads)), fingerprint, _quantisation(heads[0][1]))
    except (OSError, ModelError):
        return None
    except Exception as error:  # noqa: BLE001 - strangers' files: a child that loads them says what is wrong
        log.warning("model.odd_files", file=str(config.file), error=type(error).__name__)
        return None


def shape(text: Head, projector: Head | None = None) -> Shape:
    """The shape of a text model, and of its projector if it has one."""
    guessed: list[str] = []
    table, output = text.tensors.get("token_embd.weight"), text.tensors.get("output.weight")
    heads, kv_heads, key_length, value_length = _attention(text, guessed)
    layers = _number(text, "block_count")
    if layers is None:
        layers = len({name.split(".")[1] for name in text.tensors if name.startswith("blk.")})
        guessed.append(f"its head does not say how many layers it has: taken for {layers}, as tensors go")
    return Shape(
        weights=_size(text),
        token_embd=table.size if table is not None else 0,
        tied=output is None,
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        key_length=key_length,
        value_length=value_length,
        vocabulary=table.shape[-1] if table is not None and table.shape else 0,
        output=output.size if output is not None else 0,
        projector=_size(projector) if projector is not None else 0,
        guessed=tuple(guessed),
    )


def _quantisation(head: Head) -> str:
    kind = head.metadata.get("general.file_type")
    return _FILE_TYPES.get(kind, "") if isinstance(kind, int) else ""


def _attention(text: Head, guessed: list[str]) -> tuple[int, int, int, int]:
    """Heads, heads of the KV cache, and the lengths of a key and of a value."""
    heads, width = _number(text, "attention.head_count"), _number(text, "embedding_length")
    usual = (width // heads or None) if width and heads else None
    key = _number(text, "attention.key_length") or usual
    if key is None:
        key = USUAL_HEAD
        guessed.append(f"its head does not say how wide attention is: taken for {key}")
    value = _number(text, "attention.value_length") or usual or key
    kv_heads = _number(text, "attention.head_count_kv")
    if kv_heads is None:  # either it has as many as heads, or each layer has its own number
        kv_heads = -(-_widest(text, "attn_k") // key) or heads or 1
        if kv_heads != heads:
            guessed.append(f"its head has no one number of KV heads: taken for {kv_heads}, as tensors go")
    if heads is None:
        heads = max(-(-_widest(text, "attn_q") // key), kv_heads)
        guessed.append(f"its head has no one number of heads: taken for {heads}, as tensors go")
    return heads, kv_heads, key, value


def _widest(text: Head, part: str) -> int:
    """What the widest layer makes in this part of its attention, 0 when no tensor says so."""
    extents = (tensor.shape for name, tensor in text.tensors.items() if name.endswith(f".{part}.weight"))
    return max((extent[1] for extent in extents if len(extent) > 1 and extent[1] <= MAX_NUMBER), default=0)


def _number(head: Head, key: str) -> int | None:
    """A size from the metadata, by its name below the architecture's; None when it is not one."""
    value = head.metadata.get(f"{head.metadata.get('general.architecture')}.{key}")
    return value if type(value) is int and 0 < value <= MAX_NUMBER else None


def _size(head: Head) -> int:
    return sum(tensor.size for tensor in head.tensors.values())


def _fingerprint(files: list[tuple[Path, int]]) -> str:
    """One hash over the first bytes and the size of each file."""
    digest = hashlib.sha256()
    for path, count in files:
        with path.open("rb") as file:
            start = file.read(count)
        digest.update(b"%d %d " % (path.stat().st_size, len(start)))
        digest.update(start)
    return digest.hexdigest()
