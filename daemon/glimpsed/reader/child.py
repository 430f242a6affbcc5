"""The reader's main: the only process that looks into files that a stranger may have made.

Rules of this file: answers are maps of what `core.model` and `process` define; pictures never cross the
channel. Nothing is remembered between requests but the engine and what makes it quicker: any request can be
the first of a new child, and is answered alike.
"""

import sys
from hashlib import sha256
from time import monotonic
from typing import Any, NoReturn

import msgspec
from PIL import Image

from glimpsed.core.errors import InputError
from glimpsed.core.model import OpenedFile, Picture
from glimpsed.reader import ocr
from glimpsed.reader.answers import Probe, ReadText, Spooled
from glimpsed.reader.decode import decode
from glimpsed.reader.safe_open import read_file
from glimpsed.reader.settings import ReaderSettings
from glimpsed.reader.spool import Spool
from glimpsed.reader.tiles import tile_digests
from glimpsed.worker.child import Cancelled, serve
from glimpsed.worker.resident import resident

NICE = 5
"""Below the desktop, above the engine: a text that a person waits for comes before a description."""


class _Reading:
    """The requests' handlers; each is named as its operation."""

    def __init__(self, settings: ReaderSettings) -> None:
        self._spool = Spool(settings.spool)
        self._spool.sweep()
        self._ocr = ocr.chosen(settings)

    def open(self, args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        data, identity = read_file(args["path"])
        decoded = decode(data)
        digest = sha256(data).hexdigest()
        width, height = decoded.image.size
        picture = Picture(digest, width, height, decoded.format, len(data), tile_digests(decoded.image))
        spooled = bool(args["spool"]) and self._spool.keep(digest, decoded.image)
        return _plain(OpenedFile(picture, identity, decoded.time, spooled))

    def read(self, args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        begun = monotonic()
        image = self._pixels(args["sha256"], args["path"])
        text = self._ocr.read(image, args["limit_s"] - (monotonic() - begun))
        return _plain(ReadText(text, round((monotonic() - begun) * 1000), resident() // 2**20))

    def spool(self, args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        digest = args["sha256"]
        spooled = self._spool.has(digest) or self._spool.keep(digest, _again(args["path"], digest))
        return _plain(Spooled(spooled))

    def probe(self, _args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        lacking = self._ocr.engine.missing()
        code, detail = lacking or ("ready", "")
        return _plain(Probe(self._ocr.name, lacking is None, code, detail))

    def _pixels(self, digest: str, path: bytes | None) -> Image.Image:
        return self._spool.image(digest) or _again(path, digest)


def _again(path: bytes | None, digest: str) -> Image.Image:
    """The pixels of a file that was opened before, if it still holds the same bytes."""
    if path is None:
        raise InputError("vanished", "there is no copy of it, and no file is known")
    data, _ = read_file(path)
    if sha256(data).hexdigest() != digest:
        raise InputError("changed", "the file holds other bytes by now")
    return decode(data).image


def _plain(answer: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(answer, builtin_types=(bytes,))
    return plain


def main() -> NoReturn:
    """Serve until the daemon closes the channel; the settings are the one argument, as JSON."""
    reading = _Reading(msgspec.json.decode(sys.argv[1], type=ReaderSettings))
    handlers = {"open": reading.open, "read": reading.read, "spool": reading.spool, "probe": reading.probe}
    serve(handlers, nice=NICE)


if __name__ == "__main__":
    main()
