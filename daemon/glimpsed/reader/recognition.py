"""The recogniser of RapidOCR behind a memory: what was read of the same pixels is not read again.

Rules of this file: imported by the first read, since it imports the library. How wide a cut-out is padded
depends on that cut-out alone, so what is read of it does, too, whatever else is on the picture and whatever
was read before. From one screenshot to the next most lines stay as they are, and recognising them is most of
what reading costs. The library pads narrow cut-outs to 320 pixels; with less it is quicker and misreads
digits.
"""

from collections import defaultdict
from hashlib import blake2b
from math import ceil
from time import perf_counter
from typing import Any

import numpy as np
from rapidocr.ch_ppocr_rec import TextRecInput, TextRecOutput

MOST = 20_000
"""Cut-outs that are remembered; some 10 MB."""

_HEIGHT = 48  # pixels, to which every cut-out is scaled
_NARROWEST = 320
_STEP = 64

Reading = tuple[str, float]
"""Text and confidence."""


class Recogniser:
    """Stands in for a `rapidocr.ch_ppocr_rec.TextRecognizer`, which does the work."""

    def __init__(self, recogniser: Any, most: int = MOST) -> None:
        """Nothing was read yet; at most `most` cut-outs are remembered."""
        self._recogniser = recogniser
        self._most = most
        self._memory: dict[bytes, Reading] = {}
        self.recognised = 0  # cut-outs that were not known

    def __call__(self, wanted: Any) -> Any:
        """The text of every cut-out of a `TextRecInput`, as a `TextRecOutput`."""
        begun = perf_counter()
        names = [_name(image) for image in wanted.img]
        found = {name: self._memory.pop(name) for name in set(names) if name in self._memory}
        unknown = {name: image for name, image in zip(names, wanted.img, strict=True) if name not in found}
        found |= self._read(unknown)
        self._remember(found)
        texts, scores = zip(*(found[name] for name in names), strict=True)
        fields: dict[str, Any] = {"imgs": wanted.img, "txts": texts, "scores": scores}
        fields |= {"word_results": (None,) * len(names), "elapse": perf_counter() - begun}
        return TextRecOutput(**fields)

    def _read(self, unknown: dict[bytes, Any]) -> dict[bytes, Reading]:
        widths: dict[int, list[bytes]] = defaultdict(list)
        for name, image in unknown.items():
            widths[_width(image)].append(name)
        found: dict[bytes, Reading] = {}
        for width, names in sorted(widths.items()):
            self._recogniser.rec_image_shape = [3, _HEIGHT, width]
            said = self._recogniser(TextRecInput(img=[unknown[name] for name in names]))
            found |= zip(names, zip(said.txts, said.scores, strict=True), strict=True)
        self.recognised += len(unknown)
        return found

    def _remember(self, found: dict[bytes, Reading]) -> None:
        """What was just met goes last when there is no more room."""
        self._memory |= found
        for name in list(self._memory)[: max(0, len(self._memory) - self._most)]:
            del self._memory[name]


def _name(image: Any) -> bytes:
    height, width = image.shape[:2]
    size = height.to_bytes(4) + width.to_bytes(4)
    return blake2b(np.ascontiguousarray(image).data, digest_size=16, person=size).digest()


def _width(image: Any) -> int:
    """Pixels that a cut-out is padded to, a multiple of `_STEP` so that several go together."""
    height, width = map(int, image.shape[:2])
    return max(_NARROWEST, ceil(_HEIGHT * width / height / _STEP) * _STEP)
