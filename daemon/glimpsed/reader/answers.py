"""What a reader child answers, besides `core.model.OpenedFile`.

Rules of this file: values only; both ends import it, so nothing heavy.
"""

from typing import Literal

import msgspec

from glimpsed.core.model import PictureText

LackingCode = Literal["engine_missing", "language_missing"]

Lacking = tuple[LackingCode, str]
"""What an engine needs and does not find: a stable code, and what to do about it."""


class ReadText(msgspec.Struct, frozen=True):
    """The text of one picture, how long reading took, and how big the child is now (resident MiB)."""

    text: PictureText
    ms: int
    rss_mb: int


class Spooled(msgspec.Struct, frozen=True):
    """Whether there is a clean copy of the picture."""

    spooled: bool


class Probe(msgspec.Struct, frozen=True):
    """Whether the OCR engine can work here; otherwise `detail` says what to do about it."""

    engine: str
    ok: bool
    code: Literal["ready"] | LackingCode
    detail: str
