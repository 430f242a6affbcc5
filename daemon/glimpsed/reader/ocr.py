"""The OCR engines by name, and what each must be able to do.

Rules of this file: an engine is made at once and costs nothing until its first `read`. To add one, write
`ocr_<name>.py` and a line in `ENGINES`.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from PIL import Image

from glimpsed.config import OcrEngine
from glimpsed.core.model import PictureText, TextLine
from glimpsed.reader.answers import Lacking
from glimpsed.reader.lines import in_reading_order
from glimpsed.reader.ocr_rapid import Rapid
from glimpsed.reader.ocr_tesseract import Tesseract
from glimpsed.reader.settings import ReaderSettings


class Engine(Protocol):
    """What reads text off a picture."""

    def missing(self) -> Lacking | None:
        """A code and what to do about it when the engine cannot work here. Loads nothing."""

    def read(self, image: Image.Image, limit_s: float) -> list[TextLine]:
        """Lines of an RGB picture in any order, boxes in its pixels, in at most `limit_s` if it can.

        Raises `ModelError`.
        """


class Nothing:
    """The engine of those who want no text read."""

    def __init__(self, settings: ReaderSettings) -> None:
        """There is nothing to set."""

    def missing(self) -> None:
        """It is never missing."""

    def read(self, image: Image.Image, limit_s: float) -> list[TextLine]:  # noqa: ARG002 - the contract's
        """No lines."""
        return []


ENGINES: dict[OcrEngine, Callable[[ReaderSettings], Engine]] = {
    "rapidocr": Rapid,
    "tesseract": Tesseract,
    "none": Nothing,
}


class Ocr(NamedTuple):
    """An engine under its name."""

    name: OcrEngine
    engine: Engine

    def read(self, image: Image.Image, limit_s: float) -> PictureText:
        """The text of an RGB picture, in reading order. Raises `ModelError`."""
        return PictureText(in_reading_order(self.engine.read(image, limit_s)), self.name)


def chosen(settings: ReaderSettings) -> Ocr:
    """The engine that the settings name."""
    return Ocr(settings.engine, ENGINES[settings.engine](settings))
