"""What kind of file these bytes are, and whether their end is there: told from the outside, nothing decoded.

Rules of this file: pure; bytes in, words out. It exists because decoders disagree about what an early end is,
and because "still being written" deserves a second look while "broken" does not. A file whose tail is zeros
was given its size before its content: that counts as an early end too.
"""

from typing import Literal

Format = Literal["png", "jpeg", "webp"]

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"

# Recognised so that they can be named, never opened: (offset, magic, name).
_OTHERS = (
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"8BPS", "Photoshop"),
    (0, b"\0\0\1\0", "icon"),
    (0, b"qoif", "QOI"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL \r\n\x87\n", "JPEG XL"),
    (4, b"jP  \r\n\x87\n", "JPEG 2000"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftyphei", "HEIF"),
    (4, b"ftyphev", "HEIF"),
    (4, b"ftypmif1", "HEIF"),
)

_MARKERS_WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD8)))
_MARKER, _START_OF_SCAN = 0xFF, 0xDA
_RIFF_HEAD = 12  # bytes


def sniff(data: bytes) -> Format | None:
    """The allowed format that these bytes begin as; a beginning too short to tell apart counts as one."""
    if _begins(data, _PNG):
        return "png"
    if _begins(data, _JPEG):
        return "jpeg"
    if _begins(data[:4], b"RIFF") and _begins(data[8:12], b"WEBP"):
        return "webp"
    return None


def name_of_other(data: bytes) -> str | None:
    """The name of a picture format that these bytes are and that is not read here, or None."""
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":  # two letters alone would take text for a picture
        return "BMP"
    return next((name for at, magic, name in _OTHERS if data[at : at + len(magic)] == magic), None)


def is_whole(data: bytes, kind: Format) -> bool:
    """The end that `kind` must have is there."""
    match kind:
        case "png":
            return _png_is_whole(data)
        case "jpeg":
            return _jpeg_is_whole(data)
        case "webp":
            return len(data) >= max(_RIFF_HEAD, 8 + int.from_bytes(data[4:8], "little"))


def _begins(data: bytes, magic: bytes) -> bool:
    return data[: len(magic)] == magic[: len(data)]


def _png_is_whole(data: bytes) -> bool:
    """Whether the chain of chunks reaches IEND. A chain that breaks sooner is the decoder's to judge."""
    end = len(data.rstrip(b"\0"))
    at = len(_PNG)
    while at + 12 <= end:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"IEND" or not kind.isalpha():
            return True
        at += 12 + length
    return False


def _jpeg_is_whole(data: bytes) -> bool:
    """Whether an end-of-image follows the start of a scan (thumbnails before that have their own end)."""
    at = 2
    while at + 4 <= len(data) and data[at] == _MARKER:
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            return b"\xff\xd9" in data[at:]
        at += _step(data, at)
    # Off the end, or into zeros: early. Into anything else: broken, which the decoder will say.
    return at + 4 <= len(data) and bool(data[at:].rstrip(b"\0"))


def _step(data: bytes, at: int) -> int:
    marker = data[at + 1]
    if marker == _MARKER:  # a fill byte
        return 1
    if marker in _MARKERS_WITHOUT_LENGTH:
        return 2
    return 2 + int.from_bytes(data[at + 2 : at + 4], "big")
