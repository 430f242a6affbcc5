"""Clean copies of pictures that are still owed work, so that deleting the user's file loses nothing.

Rules of this file: a copy is pixels only, an 8-bit RGB PNG named by the SHA-256 of the *original's* bytes. It
appears whole or not at all, and what appears survives a power cut. What may stay, and how much, is the
daemon's to decide; a copy that cannot be written is no error.
"""

import contextlib
import os
import time
from pathlib import Path

from PIL import Image

from glimpsed.core.errors import InputError
from glimpsed.core.model import MAX_PIXELS
from glimpsed.reader.decode import decode
from glimpsed.reader.safe_open import read_file

_MOST_BYTES = 4 * MAX_PIXELS  # no clean copy is larger, and none is refused for its size

_STALE_S = 60
"""A copy takes a second to write; an unfinished one that is older was left by a reader that died."""


class Spool:
    """The directory of clean copies."""

    def __init__(self, directory: str) -> None:
        """`directory` must exist for anything to be kept."""
        self._directory = Path(directory)

    def path(self, sha256: str) -> bytes:
        """Where the copy of this picture is, or would be."""
        return os.fsencode(self._directory / f"{sha256}.png")

    def has(self, sha256: str) -> bool:
        """There is a copy of this picture."""
        return os.path.lexists(self.path(sha256))

    def image(self, sha256: str) -> Image.Image | None:
        """The pixels of the copy, RGB; None when there is none, or none that is whole."""
        try:
            return decode(read_file(self.path(sha256), at_most=_MOST_BYTES)[0]).image
        except InputError:
            return None

    def keep(self, sha256: str, image: Image.Image) -> bool:
        """Write a copy unless there is one; False when it cannot be (a full disk, say)."""
        if self.has(sha256):
            return True
        unfinished = self._directory / f".{sha256}.{os.getpid()}.part"
        try:
            self._write(unfinished, image)
            unfinished.rename(os.fsdecode(self.path(sha256)))
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            return False
        return True

    def sweep(self) -> None:
        """Remove what readers that died left unfinished."""
        with contextlib.suppress(OSError):
            for left in self._directory.glob(".*.part"):
                if time.time() - left.stat().st_mtime > _STALE_S:
                    left.unlink()

    @staticmethod
    def _write(path: Path, image: Image.Image) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            image.save(file, "PNG", compress_level=1)
            file.flush()
            os.fsync(file.fileno())
