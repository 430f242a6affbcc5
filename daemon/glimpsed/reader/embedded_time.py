"""When a picture says it was taken: EXIF's or PNG's own words, still to be understood.

Rules of this file: what is found is a stranger's text, so it is short, printable and otherwise not looked at.
Broken metadata is no metadata.
"""

from PIL import Image

MAX_LENGTH = 64
"""Longest text, in characters, that is taken for a time."""

_EXIF_IFD = 0x8769
_DATE_TIME = 0x0132
_DATE_TIME_ORIGINAL = 0x9003
_OFFSET_TIME_ORIGINAL = 0x9011

_PNG_KEYS = ("Creation Time", "date:create", "DateTimeOriginal")


def embedded_time(image: Image.Image) -> str | None:
    """The time inside a loaded picture, or None.

    EXIF's `2024:01:02 03:04:05`, with its offset (`+02:00`) appended when there is one, before PNG's text.
    """
    found = _from_exif(image) or _from_png(image)
    return found if found and len(found) <= MAX_LENGTH else None


def _from_exif(image: Image.Image) -> str | None:
    try:
        exif = image.getexif()
        details = exif.get_ifd(_EXIF_IFD)
    except Exception:  # noqa: BLE001 - broken EXIF raises anything; a time is found elsewhere then
        return None
    if original := _text(details.get(_DATE_TIME_ORIGINAL)):
        return original + (_text(details.get(_OFFSET_TIME_ORIGINAL)) or "")
    return _text(exif.get(_DATE_TIME))


def _from_png(image: Image.Image) -> str | None:
    return next((found for key in _PNG_KEYS if (found := _text(image.info.get(key)))), None)


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    trimmed = str(value).strip("\0 \t\r\n")
    return trimmed if trimmed.isprintable() else None
