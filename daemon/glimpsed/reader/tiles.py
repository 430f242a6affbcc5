"""A picture's tiles as digests, so that two screenshots can be compared without their pixels.

Rules of this file: exact, not perceptual: screens of text that look alike to a perceptual hash are different.
"""

from hashlib import blake2b

import numpy as np
from PIL import Image

from glimpsed.core.model import TILE, TILE_DIGEST


def tile_digests(image: Image.Image) -> bytes:
    """Digests of an RGB picture's tiles, row-major, `TILE_DIGEST` bytes each, joined."""
    pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    return b"".join(
        blake2b(pixels[top : top + TILE, left : left + TILE].tobytes(), digest_size=TILE_DIGEST).digest()
        for top in range(0, height, TILE)
        for left in range(0, width, TILE)
    )
