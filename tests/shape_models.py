"""Models of the true shape of real ones with random weights: they cost what those cost, and say nothing.

Rules of this file: the same call writes the same bytes. The text model is small (512 wide, 8 layers, 4 bits)
over a vocabulary as large as Llama 3's, so that a picture costs what it costs in MiniCPM-V and text next to
nothing; the projector is the SigLIP-400M of MiniCPM-V 2.6 in f16. They are large, so they are written once,
into a folder that is no part of the repository.

Run it to write them: `python tests/shape_models.py [FOLDER] [--vocabulary GGUF]`.
"""

import argparse
import re
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np

import tiny_models
from glimpsed.core.roles import screen
from tiny_models import BYTES, TextShape, VisionShape, Vocabulary

FOLDER = Path(tempfile.gettempdir()) / "glimpsed-models"
"""Where they are written unless another place is named."""

CONTEXT = 8192
TOKENS = 128_000
"""Plain tokens of the made-up vocabulary, as many as Llama 3 has."""

TEXT = TextShape(width=512, layers=8, heads=8, heads_kv=4, hidden=1536)
VISION = VisionShape(width=1152, blocks=27, heads=16, hidden=4304)

_SEED = 7
_MERGES = 1000
_EDITION = 1  # changes with what this file writes, for it is part of the names
_WORDS = re.compile(r"[^\r\nA-Za-z0-9]?[A-Za-z]+|[0-9]{1,3}| ?[^\sA-Za-z0-9]+[\r\n]*|\s+")
_BLOCK = 32  # weights of a Q4_0 block: a scale in f16, then 4 bits each


def pair(folder: Path = FOLDER, vocabulary: Path | None = None) -> tuple[Path, Path]:
    """The text model and its projector in `folder`, written if they are not there; 0.04 and 0.9 GB.

    `vocabulary` is a GGUF file with a byte-pair vocabulary, which is used in place of the made-up one.
    """
    source = vocabulary.stem if vocabulary else screen.PROMPT_VERSION
    text = folder / f"shape-small-{source}-{_EDITION}.gguf"
    mmproj = folder / f"shape-siglip400m-{_EDITION}.gguf"
    return _once(text, lambda path: text_model(path, vocabulary)), _once(mmproj, projector)


def text_model(path: Path, vocabulary: Path | None = None) -> Path:
    """Write the text model to `path` and return it."""
    words = made_up_vocabulary() if vocabulary is None else read_vocabulary(vocabulary)
    random = np.random.default_rng(_SEED)

    def weights(*sizes: int) -> np.ndarray:
        return _four_bits(random, *sizes)

    tensors = {"token_embd.weight": weights(len(words.tokens), TEXT.width)}
    tensors |= tiny_models.text_layers(TEXT, weights, leading_out=weights)
    return tiny_models.write_text_model(path, words, TEXT, tensors, context=CONTEXT)


def projector(path: Path, version: int = 3) -> Path:
    """Write the projector to `path` and return it."""
    random = np.random.default_rng(_SEED + version)

    def weights(*sizes: int) -> np.ndarray:
        return (random.standard_normal(sizes, np.float32) * 0.05).astype(np.float16)

    tensors = tiny_models.encoder(VISION, weights) | tiny_models.resampler(VISION, weights, TEXT.width, 64)
    return tiny_models.write_projector(path, version, VISION, tensors, queries=64)


def made_up_vocabulary() -> Vocabulary:
    """Bytes, the words of the screen role's prompt with the merges that lead to them, and random words.

    So a prompt takes about as many tokens as on a real vocabulary; what a random model says is random words.
    """
    tokens = dict.fromkeys(BYTES.values())
    merges = _learned("\n".join(screen.TOLD), _MERGES)
    tokens |= dict.fromkeys("".join(pair) for pair in merges)
    random = np.random.default_rng(_SEED)
    letters = np.array([BYTES[ord(char)] for char in string.ascii_letters + string.digits])
    marks = [BYTES[ord(char)] for char in ' \n"\\,:{}[]().-_/']
    while len(tokens) < TOKENS:
        word = "".join(random.choice(letters, random.integers(3, 9)))
        before = BYTES[ord(" ")] if random.random() < 0.5 else ""  # as about half of a real vocabulary
        after = random.choice(marks) if random.random() < 0.1 else ""
        tokens[f"{before}{word}{after}"] = None
    return tiny_models.with_control(list(tokens), [" ".join(pair) for pair in merges])


def read_vocabulary(path: Path) -> Vocabulary:
    """That of a GGUF file, with what frames pictures and turns in place of its last control tokens."""
    fields = gguf.GGUFReader(path).fields
    tokens, types, merges = (
        fields[f"tokenizer.ggml.{key}"].contents() for key in ("tokens", "token_type", "merges")
    )
    missing = [token for token in tiny_models.CONTROL if token not in tokens]
    reserved = [n for n, token in enumerate(tokens) if "reserved_special_token" in token]
    for place, token in zip(reserved[-len(missing) :], missing, strict=True):
        tokens[place] = token
    return Vocabulary(tokens, [int(kind) for kind in types], merges)


def _learned(text: str, count: int) -> list[tuple[str, str]]:
    """The first merges of byte-pair encoding over a text, the most frequent pair first."""
    words = Counter(tuple(BYTES[byte] for byte in word.encode()) for word in _WORDS.findall(text))
    merges = []
    for _ in range(count):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, times in words.items():
            for pair in pairwise(word):
                pairs[pair] += times
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = Counter({_merged(word, best): times for word, times in words.items()})
    return merges


def _merged(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    merged: list[str] = []
    for token in word:
        if merged and (merged[-1], token) == pair:
            merged[-1] += token
        else:
            merged.append(token)
    return tuple(merged)


def _four_bits(random: np.random.Generator, *sizes: int) -> np.ndarray:
    """Random Q4_0 blocks for a tensor of these sizes, as bytes."""
    count = int(np.prod(sizes)) // _BLOCK
    blocks = random.integers(0, 256, (count, 2 + _BLOCK // 2), np.uint8)
    blocks[:, :2] = np.frombuffer(np.float16(0.004).tobytes(), np.uint8)
    return blocks.reshape(*sizes[:-1], -1)


def _once(path: Path, write: Callable[[Path], Path]) -> Path:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path.with_suffix(".part")).rename(path)
    return path


def main() -> None:
    """Write both files and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--vocabulary", type=Path, help="a GGUF file with a vocabulary, such as Llama 3's")
    options = parser.parse_args()
    for path in pair(options.folder, options.vocabulary):
        sys.stdout.write(f"{path}  {path.stat().st_size / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
