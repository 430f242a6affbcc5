"""Tiny GGUF files that llama.cpp loads and runs: a text model of bytes, and MiniCPM-V projectors.

Rules of this file: built by the tests, never stored; the same call writes the same bytes. Weights are
random, or *canned*: then the model answers every prompt, with or without a picture, with one fixed reply,
which a grammar must of course allow. One token is one byte (but for eight merges), so a prompt of 4 KB needs
a context of more than 4096: give such a model `context = 8192` in the configuration. The parts that a model
of any size is made of have public names.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import gguf
import numpy as np

from byte_tokens import BYTES, reply_tokens

Tensors = dict[str, np.ndarray]
Weights = Callable[..., np.ndarray]
"""Makes a tensor of a given shape, outermost dimension first."""

WIDTH = 128
"""Width of the text model and of the projector; the resampler's graph needs a multiple of 128."""

_SEED = 20240607
_MERGES = ("i n", "Ġ t", "e r", "o n", "r e", "a t", "Ċ Ċ", "Ġ a")  # llama.cpp wants at least one
CONTROL = (
    *("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    *("<|im_start|>", "<|im_end|>", "<image>", "</image>", "<slice>", "</slice>"),
)
_TEMPLATE = (
    "{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    " + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)


class Vocabulary(NamedTuple):
    """Of a byte-pair tokenizer. Tokens are unique, or llama.cpp aborts; `types` are `gguf.TokenType`."""

    tokens: list[str]
    types: list[int]
    merges: list[str]


@dataclass(frozen=True)
class TextShape:
    """Sizes of a llama model. A head is `width` / `heads` wide."""

    width: int = WIDTH
    layers: int = 1
    heads: int = 4
    heads_kv: int = 2
    hidden: int = 2 * WIDTH


@dataclass(frozen=True)
class VisionShape:
    """Sizes of a projector's encoder; pictures of 448 pixels in patches of 14 like the published ones."""

    width: int = 64
    blocks: int = 2
    heads: int = 2
    hidden: int = 128


QUICK = VisionShape(width=32, blocks=1, heads=1, hidden=64)
"""The quickest encoder."""


def canned_description(**changes: Any) -> str:
    """A JSON reply that is valid under the schema of the screen role, with `changes` laid over it."""
    description = {
        "application": "Visual Studio Code",
        "application_type": "code_editor",
        "window_title": "main.py - project - Visual Studio Code",
        "activity": "coding",
        "task": "Editing main.py",
        "summary": "A Python file is open in an editor.",
        "entities": [{"kind": "file", "text": "main.py"}],
        "confidence": 0.9,
    }
    return json.dumps(description | changes, separators=(",", ":"))


def byte_text_model(
    path: Path,
    *,
    reply: str | None = None,
    width: int = WIDTH,
    context: int = 8192,
    layers: int = 1,
    spread: float = 0.05,
    drop: Collection[str] = (),
    fill: Mapping[str, float] | None = None,
) -> Path:
    """Write a llama model to `path` and return it; about 1 MB.

    `reply` makes it canned: the text comes in tokens of about 12 bytes, then the turn ends; a JSON object
    without spaces comes so that a schema can force its keys. `width` is a multiple of 128, `drop` names
    tensors to leave out and `fill` those that are one number all over. Random weights are of standard
    deviation `spread`: from about 0.3 on, what the model says depends on every byte of the prompt and on the
    picture.
    """
    words = [merge.replace(" ", "") for merge in _MERGES]
    taken = frozenset([*BYTES.values(), *words])
    keys, chain = reply_tokens(reply, taken) if reply is not None else (set(), [])
    vocabulary = with_control(
        [*BYTES.values(), *words, *(piece for piece in chain if piece not in taken)], _MERGES, keys - taken
    )
    shape = TextShape(width=width, layers=layers, hidden=2 * width)
    random = np.random.default_rng(_SEED)
    table = random.standard_normal((len(vocabulary.tokens), width)).astype(np.float32)
    tensors = (
        _successors(table, chain, vocabulary.tokens)
        if chain
        else {"token_embd.weight": table * np.float32(spread)}
    )

    def weights(*sizes: int) -> np.ndarray:
        return (random.standard_normal(sizes) * spread).astype(np.float32)

    def silence(*sizes: int) -> np.ndarray:
        return np.zeros(sizes, np.float32)

    tensors |= text_layers(shape, weights, leading_out=silence if chain else weights)
    _damage(tensors, drop, fill or {})
    return write_text_model(path, vocabulary, shape, tensors, context=context)


def projector(
    path: Path,
    version: int = 3,
    *,
    width: int = WIDTH,
    shape: VisionShape | None = None,
    spread: float = 0.05,
    declared_queries: int | None = None,
    version_as_uint32: bool = False,
    drop: Collection[str] = (),
    fill: Mapping[str, float] | None = None,
) -> Path:
    """Write a random MiniCPM-V projector of real geometry (448 pixels, 14 a patch) to `path`; about 1.4 MB.

    `version` is clip.minicpmv_version: 2 (MiniCPM-Llama3-V 2.5), 3 (V 2.6), 5 (V 4.0), 6 (V 4.5).
    Weights are of standard deviation `spread`: about 0.5 lets every pixel count.
    Faults: `declared_queries` that differ from the tensor's (64, version 2: 96), the version in a wrong type,
    tensors to `drop`, tensors to `fill` with one number.
    """
    queries = 96 if version == 2 else 64
    random = np.random.default_rng(_SEED + version)

    def weights(*sizes: int) -> np.ndarray:
        return (random.standard_normal(sizes, np.float32) * spread).astype(np.float32)

    shape = shape or VisionShape()
    tensors = encoder(shape, weights) | resampler(shape, weights, width, queries)
    _damage(tensors, drop, fill or {})
    return write_projector(
        path,
        version,
        shape,
        tensors,
        queries=declared_queries or queries,
        version_as_uint32=version_as_uint32,
    )


def with_control(
    tokens: list[str], merges: Collection[str], user_defined: Collection[str] = ()
) -> Vocabulary:
    """A vocabulary of plain tokens and those that end turns and frame pictures.

    Those that are `user_defined` are one token wherever their text stands.
    """
    normal, whole = int(gguf.TokenType.NORMAL), int(gguf.TokenType.USER_DEFINED)
    types = [whole if token in user_defined else normal for token in tokens]
    types += [int(gguf.TokenType.CONTROL)] * len(CONTROL)
    return Vocabulary([*tokens, *CONTROL], types, list(merges))


def write_text_model(
    path: Path, vocabulary: Vocabulary, shape: TextShape, tensors: Tensors, *, context: int
) -> Path:
    """Write a llama model to `path` and return it. Tensors of bytes are taken for Q4_0 blocks."""
    writer = gguf.GGUFWriter(path, "llama")
    _text_metadata(writer, vocabulary, shape, context)
    return _write(writer, path, tensors)


def write_projector(
    path: Path,
    version: int,
    shape: VisionShape,
    tensors: Tensors,
    *,
    queries: int,
    version_as_uint32: bool = False,
) -> Path:
    """Write a MiniCPM-V projector to `path` and return it."""
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "resampler")
    add_version = writer.add_uint32 if version_as_uint32 else writer.add_int32
    add_version("clip.minicpmv_version", version)
    writer.add_uint32("clip.minicpmv_query_num", queries)
    writer.add_uint32("clip.vision.image_size", 448)
    writer.add_uint32("clip.vision.patch_size", _PATCH)
    writer.add_uint32("clip.vision.embedding_length", shape.width)
    writer.add_uint32("clip.vision.feed_forward_length", shape.hidden)
    writer.add_uint32("clip.vision.projection_dim", 0)
    writer.add_uint32("clip.vision.attention.head_count", shape.heads)
    writer.add_uint32("clip.vision.block_count", shape.blocks)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    writer.add_bool("clip.use_gelu", True)
    return _write(writer, path, tensors)


_PATCH = 14


def _damage(tensors: Tensors, drop: Collection[str], fill: Mapping[str, float]) -> None:
    for name, number in fill.items():
        tensors[name] = np.full_like(tensors[name], number)
    for name in drop:
        del tensors[name]


def _text_metadata(writer: gguf.GGUFWriter, vocabulary: Vocabulary, shape: TextShape, context: int) -> None:
    writer.add_name("tiny bytes")
    writer.add_context_length(context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads_kv)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(500000.0)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_vocab_size(len(vocabulary.tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    writer.add_token_merges(vocabulary.merges)
    writer.add_bos_token_id(vocabulary.tokens.index("<|begin_of_text|>"))
    writer.add_eos_token_id(vocabulary.tokens.index("<|eot_id|>"))
    writer.add_add_bos_token(True)
    writer.add_chat_template(_TEMPLATE)


def _successors(table: np.ndarray, chain: list[str], tokens: list[str]) -> Tensors:
    """Embedding and head of a model whose next token follows from the last one alone.

    Layers add nothing, so the head sees the last token's own embedding: a 1 in dimension 0, which calls for
    the first piece, and a random unit vector, which calls louder for a piece's successor where it has one.
    """
    width = table.shape[1]
    table[:, 0] = 0
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    table[:, 0] = 1
    gain = np.sqrt(width / 2)  # of the norm, on rows of length sqrt(2)
    head = np.zeros_like(table)
    ids = [tokens.index(piece) for piece in chain]
    head[ids[0], 0] = 60 / gain
    for this, following in zip(ids, [*ids[1:], tokens.index("<|eot_id|>")], strict=True):
        head[following, 1:] += 100 / gain * table[this, 1:]
    return {"token_embd.weight": table, "output.weight": head}


def text_layers(shape: TextShape, weights: Weights, *, leading_out: Weights) -> Tensors:
    """All of a llama model but its embedding; `leading_out` makes what a layer adds to the stream."""
    width, hidden = shape.width, shape.hidden
    width_kv = width // shape.heads * shape.heads_kv
    tensors: Tensors = {"output_norm.weight": np.ones(width, np.float32)}
    for layer in range(shape.layers):
        tensors |= {
            f"blk.{layer}.attn_norm.weight": np.ones(width, np.float32),
            f"blk.{layer}.attn_q.weight": weights(width, width),
            f"blk.{layer}.attn_k.weight": weights(width_kv, width),
            f"blk.{layer}.attn_v.weight": weights(width_kv, width),
            f"blk.{layer}.attn_output.weight": leading_out(width, width),
            f"blk.{layer}.ffn_norm.weight": np.ones(width, np.float32),
            f"blk.{layer}.ffn_gate.weight": weights(hidden, width),
            f"blk.{layer}.ffn_up.weight": weights(hidden, width),
            f"blk.{layer}.ffn_down.weight": leading_out(width, hidden),
        }
    return tensors


def encoder(shape: VisionShape, weights: Weights) -> Tensors:
    """The part of a projector that looks at one slice."""
    width, hidden = shape.width, shape.hidden
    tensors: Tensors = {
        "v.patch_embd.weight": weights(width, 3, _PATCH, _PATCH).astype(np.float16),
        "v.patch_embd.bias": np.zeros(width, np.float32),
        "v.position_embd.weight": weights(70 * 70, width).astype(np.float16),
        "v.post_ln.weight": np.ones(width, np.float32),
        "v.post_ln.bias": np.zeros(width, np.float32),
    }
    for block in range(shape.blocks):
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            tensors[f"v.blk.{block}.{name}.weight"] = weights(width, width)
            tensors[f"v.blk.{block}.{name}.bias"] = np.zeros(width, np.float32)
        for name in ("ln1", "ln2"):
            tensors[f"v.blk.{block}.{name}.weight"] = np.ones(width, np.float32)
            tensors[f"v.blk.{block}.{name}.bias"] = np.zeros(width, np.float32)
        # Published files call the first of the two "down" and the second "up"; llama.cpp swaps them back.
        for name, sizes in (("ffn_down", (hidden, width)), ("ffn_up", (width, hidden))):
            tensors[f"v.blk.{block}.{name}.weight"] = weights(*sizes)
            tensors[f"v.blk.{block}.{name}.bias"] = np.zeros(sizes[0], np.float32)
    return tensors


def resampler(shape: VisionShape, weights: Weights, width: int, queries: int) -> Tensors:
    """The part of a projector that makes of a slice `queries` tokens for a text model of `width`."""
    tensors: Tensors = {
        "resampler.pos_embed_k": np.zeros((1, width), np.float32),  # must exist; llama.cpp computes its own
        "resampler.query": weights(queries, width).astype(np.float32),
        "resampler.proj.weight": weights(width, width),
        "resampler.kv.weight": weights(width, shape.width),
    }
    for name in ("q", "k", "v", "out"):
        tensors[f"resampler.attn.{name}.weight"] = weights(width, width)
        tensors[f"resampler.attn.{name}.bias"] = np.zeros(width, np.float32)
    for name in ("q", "kv", "post"):
        tensors[f"resampler.ln_{name}.weight"] = np.ones(width, np.float32)
        tensors[f"resampler.ln_{name}.bias"] = np.zeros(width, np.float32)
    return tensors


def _write(writer: gguf.GGUFWriter, path: Path, tensors: Tensors) -> Path:
    for name, tensor in tensors.items():
        blocks = gguf.GGMLQuantizationType.Q4_0 if tensor.dtype == np.uint8 else None
        writer.add_tensor(name, tensor, raw_dtype=blocks)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
