"""Reads the head of a GGUF file: its metadata and where its tensors end.

Rules of this file: plain reads, no mapping of the file, so that it is safe in the daemon: a hostile or
changing file costs an error, never memory, time or a signal. Arrays are skipped, not kept: vocabularies have
150,000 entries. Numbers of the format are as in ggml's `docs/gguf.md`, tensor types as in `ggml.h`.
"""

import math
import struct
from pathlib import Path
from typing import BinaryIO

import msgspec

from glimpsed.core.errors import ModelError

MAGIC = b"GGUF"
VERSIONS = (2, 3)

MAX_HEAD = 32 * 1024 * 1024
"""Bytes of metadata and tensor table; the largest vocabularies in use take under 16 MiB."""

MAX_ENTRIES = 1 << 16
"""Metadata keys, or tensors; models in use have under 2,000 of either."""

MAX_STRING = 1 << 20
"""Bytes of one name or text that is kept; chat templates are the longest."""

DEFAULT_ALIGNMENT = 32

Value = int | float | bool | str

_CHUNK = 1 << 18
_STRING, _ARRAY = 8, 9
_SMALL = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?"}
_SCALARS = _SMALL | {10: "<Q", 11: "<q", 12: "<d"}

# fmt: off
TENSOR_TYPES: dict[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 30: (1, 2), 28: (1, 8),  # F32 F16 BF16 F64
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),  # I8 I16 I32 I64
    2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),  # Q4_0 Q4_1 Q5_0 Q5_1 Q8_0
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),  # Q2_K to Q6_K
    16: (256, 66), 17: (256, 74), 22: (256, 82),  # IQ2_XXS IQ2_XS IQ2_S
    18: (256, 98), 21: (256, 110), 20: (32, 18), 23: (256, 136),  # IQ3_XXS IQ3_S IQ4_NL IQ4_XS
    19: (256, 50), 29: (256, 56), 34: (256, 54), 35: (256, 66),  # IQ1_S IQ1_M TQ1_0 TQ2_0
    39: (32, 17), 40: (64, 36), 41: (128, 18),  # MXFP4 NVFP4 Q1_0
}
# fmt: on
"""Weights in a block and bytes a block takes, by tensor type."""


class GgufError(ModelError):
    """Codes: `not_gguf`, `unsupported_version`, `short` (ends inside its head), `malformed`."""


class Tensor(msgspec.Struct, frozen=True):
    """`shape` is ggml's, fastest dimension first; `offset` is in bytes from the start of the data."""

    shape: tuple[int, ...]
    type: int
    offset: int

    @property
    def size(self) -> int:
        """Bytes; 0 for a type that is not known here."""
        block, width = TENSOR_TYPES.get(self.type, (1, 0))
        return math.prod(self.shape) // block * width


class Head(msgspec.Struct, frozen=True):
    """The head of a GGUF file. `metadata` has everything but arrays; `data_start` is in bytes."""

    version: int
    metadata: dict[str, Value]
    tensors: dict[str, Tensor]
    data_start: int

    @property
    def expected_size(self) -> int:
        """Where the last tensor ends: a file with fewer bytes than this is incomplete."""
        ends = (tensor.offset + tensor.size for tensor in self.tensors.values())
        return max((self.data_start + end for end in ends), default=0)


def read_head(path: Path) -> Head:
    """Read the head of the file at `path`. Raises `OSError` or `GgufError`, nothing else."""
    with path.open("rb", buffering=0) as file:
        return _head(_Cursor(file))


class _Cursor:
    """Reads a file front to back through one small buffer, and never past `MAX_HEAD`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = b""
        self._at = 0
        self._before = 0

    @property
    def position(self) -> int:
        return self._before + self._at

    def take(self, count: int) -> bytes:
        """The next `count` bytes; at most `MAX_STRING` of them."""
        self._fill(count)
        self._at += count
        return self._buffer[self._at - count : self._at]

    def number(self, layout: str) -> int | float | bool:
        value: int | float | bool = struct.unpack(layout, self.take(struct.calcsize(layout)))[0]
        return value

    def count(self, limit: int) -> int:
        """A 64-bit number that must not be over `limit`."""
        value = int.from_bytes(self.take(8), "little")
        if value > limit:
            raise GgufError("malformed", f"a count of {value} at byte {self.position - 8} is too large")
        return value

    def text(self) -> str:
        return self.take(self.count(MAX_STRING)).decode("utf-8", "replace")

    def skip(self, count: int) -> None:
        while count > 0:
            step = min(count, _CHUNK)
            self.take(step)
            count -= step

    def skip_strings(self, count: int) -> None:
        """Skip `count` strings: the one place where a vocabulary's length is felt, hence the bare loop."""
        while count > 0:
            self._fill(8)
            buffer, at, end = self._buffer, self._at, len(self._buffer) - 8
            while count > 0 and at <= end:
                (length,) = _LENGTH.unpack_from(buffer, at)
                if at + 8 + length > end + 8:
                    break
                at += 8 + length
                count -= 1
            if at == self._at:  # one string is longer than what is buffered
                self.skip(self.count(MAX_HEAD))
                count -= 1
            else:
                self._at = at

    def _fill(self, count: int) -> None:
        if len(self._buffer) - self._at >= count:
            return
        if self.position + count > MAX_HEAD:
            raise GgufError("malformed", f"its head is over {MAX_HEAD} bytes long")
        self._before += self._at
        parts, have = [self._buffer[self._at :]], len(self._buffer) - self._at
        while have < count:
            part = self._file.read(_CHUNK)
            if not part:
                raise GgufError("short", f"it ends inside its head, after {self._before + have} bytes")
            parts.append(part)
            have += len(part)
        self._buffer, self._at = b"".join(parts), 0


_LENGTH = struct.Struct("<Q")


def _head(cursor: _Cursor) -> Head:
    if cursor.take(4) != MAGIC:
        raise GgufError("not_gguf", "it does not begin as a GGUF file does")
    version = int(cursor.number("<I"))
    if version not in VERSIONS:
        raise GgufError(
            "unsupported_version", f"it is GGUF version {version}, of which only 2 and 3 are known"
        )
    tensor_count, key_count = cursor.count(MAX_ENTRIES), cursor.count(MAX_ENTRIES)
    metadata: dict[str, Value] = {}
    for _ in range(key_count):
        key = cursor.text()
        value = _value(cursor, int(cursor.number("<I")))
        if value is not None:
            metadata[key] = value
    tensors = {}
    for _ in range(tensor_count):
        name = cursor.text()
        tensors[name] = _tensor(cursor)
    alignment = _alignment(metadata)
    return Head(version, metadata, tensors, -(-cursor.position // alignment) * alignment)


def _value(cursor: _Cursor, kind: int) -> Value | None:
    if kind == _STRING:
        return cursor.text()
    if kind != _ARRAY:
        return cursor.number(_layout(kind))
    item = int(cursor.number("<I"))
    count = cursor.count(MAX_HEAD)
    if item == _STRING:
        cursor.skip_strings(count)
    else:
        cursor.skip(count * struct.calcsize(_layout(item)))
    return None


def _layout(kind: int) -> str:
    if kind not in _SCALARS:
        raise GgufError("malformed", f"a value is of the unknown type {kind}")
    return _SCALARS[kind]


def _tensor(cursor: _Cursor) -> Tensor:
    dimensions = int(cursor.number("<I"))
    if dimensions > 4:  # noqa: PLR2004 - ggml's GGML_MAX_DIMS
        raise GgufError("malformed", f"a tensor has {dimensions} dimensions")
    shape = tuple(int(cursor.number("<Q")) for _ in range(dimensions))
    return Tensor(shape, int(cursor.number("<I")), int(cursor.number("<Q")))


def _alignment(metadata: dict[str, Value]) -> int:
    alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
        raise GgufError("malformed", "its alignment is not a power of two")
    return alignment
