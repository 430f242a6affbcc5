"""Bytes become pixels: the first frame, upright, 8-bit RGB, nothing else.

Rules of this file: what the bytes are is known before Pillow sees them (`structure`), Pillow may use that one
decoder only, and the number of pixels is checked before any is decoded. A decoder fed by a stranger may raise
anything; whatever it raises is the file's fault, but for what we lack ourselves (memory, a library). Needs
Pillow >= 12.3: older decoders have memory faults.
"""

import io
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image

from glimpsed.core.errors import InputError
from glimpsed.core.model import MAX_PIXELS
from glimpsed.reader import structure
from glimpsed.reader.embedded_time import embedded_time

Image.MAX_IMAGE_PIXELS = None  # ours is checked instead, and does not warn first

_ORIENTATION = 0x0112  # EXIF tag
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Decoded(NamedTuple):
    """`image` is mode RGB, as shown, without metadata; `time` is EXIF's or PNG's own notation."""

    image: Image.Image
    format: structure.Format
    time: str | None


def decode(data: bytes) -> Decoded:
    """The pixels of a PNG, JPEG or WebP file.

    Raises `InputError`: `not_an_image`, `format_not_allowed`, `truncated`, `too_many_pixels`, `corrupt`.
    """
    kind = _kind_of(data)
    with warnings.catch_warnings(action="ignore"):
        try:
            with Image.open(io.BytesIO(data), formats=(kind.upper(),)) as image:
                _must_fit(image.size)
                image.load()
                time = embedded_time(image)
                return Decoded(_rgb(_upright(image)), kind, time)
        except (InputError, MemoryError, ImportError):
            raise
        except Exception as error:
            raise InputError("corrupt", f"the {kind} decoder refuses it") from error


def _kind_of(data: bytes) -> structure.Format:
    kind = structure.sniff(data)
    if kind is None:
        raise _refusal(data)
    if not structure.is_whole(data, kind):
        raise InputError("truncated", f"a {kind} file without its end")
    return kind


def _refusal(data: bytes) -> InputError:
    if other := structure.name_of_other(data):
        return InputError("format_not_allowed", f"{other} pictures are not read; PNG, JPEG and WebP are")
    if not data.strip(b"\0"):
        return InputError("truncated", "it holds zeros only")
    return InputError("not_an_image", "it does not begin as a picture does")


def _must_fit(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise InputError("too_many_pixels", f"{width}x{height} pixels; at most {MAX_PIXELS} are decoded")


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - broken EXIF must not cost the picture; it is then shown as stored
        turn = None
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image) -> Image.Image:
    """8-bit RGB: deep greys are scaled, not clipped, and what is transparent lies on white paper."""
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image).astype(np.int64), 0, 65535) >> 8
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    plain = image.convert("RGB")
    plain.info = {}
    return plain
