"""Pictures as models get them: read from the spool, fitted; and the two that every projector is tried on.

Rules of this file: what is read was written by our own reader, and is still not trusted to be whole.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from glimpsed.core.errors import InputError
from glimpsed.core.model import MAX_PIXELS
from glimpsed.core.slicing import Detail, Size, Slicing
from glimpsed.engine.llama.cache import Pixels

_EDGE = 448


def read_picture(path: str, detail: Detail, slicing: Slicing) -> Pixels:
    """The picture in a clean PNG, no larger than `detail` allows.

    Raises `InputError`: `picture_gone`, or `damaged_copy` when it is no whole picture.
    """
    try:
        with Image.open(Path(path), formats=("PNG",)) as opened:
            picture = _whole(opened)
    except FileNotFoundError as error:
        raise InputError("picture_gone", "the picture's copy in the spool is gone") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError("damaged_copy", "the picture's copy in the spool cannot be read") from error
    size = slicing.fitted(Size(*picture.size), detail)
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return np.array(picture)


def _whole(opened: Image.Image) -> Image.Image:
    if opened.width * opened.height > MAX_PIXELS:
        raise ValueError("larger than any picture that was taken in")
    return opened.convert("RGB")


def striped_picture() -> Pixels:
    """Dark and light lines of different lengths, as text on a screen looks, on a slope of colours."""
    rows, columns = np.mgrid[0:_EDGE, 0:_EDGE]
    lines = ((rows // 8) % 2 == 1) & ((columns * 7 + rows // 8 * 131) % 97 < 48)  # noqa: PLR2004 - any would do
    slope = np.stack([rows // 2, columns // 2, (rows + columns) // 4], axis=-1)
    return np.where(lines[..., None], 16, slope + 30).astype(np.uint8)


def blank_picture() -> Pixels:
    """White."""
    return np.full((_EDGE, _EDGE, 3), 255, dtype=np.uint8)


def wide_picture() -> Pixels:
    """White, and cut into slices by every projector that cuts pictures; it is shown, and never encoded."""
    return np.broadcast_to(np.uint8(255), (2 * _EDGE, 4 * _EDGE, 3))
