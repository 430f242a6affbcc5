"""What the encoder made of parts of pictures, by what they showed.

Rules of this file: bounded in bytes, the least recently used goes first. A key names everything that the
bits of its embedding depend on.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from glimpsed.core.slicing import Box

Embedding = npt.NDArray[np.float32]
"""Of one slice, shape (tokens * width of the model,)."""

Pixels = npt.NDArray[np.uint8]
"""Of a picture, shape (height, width, 3), RGB, contiguous."""

_DIGEST = 16


class SliceCache:
    """Embeddings of slices by their keys."""

    def __init__(self, limit: int) -> None:
        """At most `limit` bytes are kept; 0 keeps none."""
        self.bytes = 0
        self._limit = limit
        self._kept: OrderedDict[bytes, Embedding] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> Embedding | None:
        """The embedding under `key`, which counts as used now."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: bytes, embedding: Embedding) -> None:
        """Keep `embedding`, and forget what no longer fits."""
        if embedding.nbytes > self._limit:
            return
        before = self._kept.pop(key, None)
        self.bytes += embedding.nbytes - (before.nbytes if before is not None else 0)
        self._kept[key] = embedding
        while self.bytes > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= oldest.nbytes


def slice_keys(pixels: Pixels, boxes: Sequence[Box], encoder: bytes) -> list[bytes]:
    """A key for each of `boxes`, the parts of the picture that its slices are made from.

    The first box is the whole picture. `encoder` names the projector and how it works. A key depends on the
    pixels in its box and on where the cuts are, which follows from the picture's size.
    """
    height, width, _ = pixels.shape
    whole, *parts = boxes
    keys = [
        _digest(encoder, (width, height, *box), pixels[box.top : box.bottom, box.left : box.right])
        for box in parts
    ]
    if not keys:
        return [_digest(encoder, (width, height, *whole), pixels)]
    overview = hashlib.blake2b(
        b"overview".join([encoder, *keys]), digest_size=_DIGEST
    )  # the parts cover it all
    return [overview.digest(), *keys]


def _digest(encoder: bytes, place: Sequence[int], pixels: Pixels) -> bytes:
    digest = hashlib.blake2b(encoder, digest_size=_DIGEST)
    digest.update(repr(place).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.digest()
