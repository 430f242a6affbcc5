"""tesseract, called as the program it is: light, and good enough when nothing better is installed.

Rules of this file: one thread (`OMP_THREAD_LIMIT`: on two cores it is nine times slower without), grey, twice
the size. Page mode 11 ("sparse text") takes a screen for what it is: other modes find as many words but join
neighbouring columns or skip whole panes. Nothing passes through the file system.
"""

import ctypes
import io
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from PIL import Image

from glimpsed.core.errors import ModelError
from glimpsed.core.model import TextLine
from glimpsed.reader.answers import Lacking
from glimpsed.reader.settings import ReaderSettings

_SCALE = 2
_MOST_PIXELS = 100_000_000  # scaled; what is larger is read as it is
_LONGEST_SIDE = 32_767  # scaled; the program's own limit
_SMALLEST_SIDE = 8  # no text fits in less
_LEAST_CONFIDENCE = 20.0  # of 100; below it are icons taken for letters
_WORD = "5"  # the level of a row of tesseract's TSV that is a word
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class _Word(NamedTuple):
    line: tuple[str, ...]
    left: int
    top: int
    width: int
    height: int
    confidence: float
    text: str


class Tesseract:
    """The engine; every read starts the program once."""

    def __init__(self, settings: ReaderSettings) -> None:
        """`languages` are what `tesseract --list-langs` lists."""
        self._languages = settings.languages

    def missing(self) -> Lacking | None:
        """Whether the program or one of the languages is not installed."""
        if shutil.which("tesseract") is None:
            return "engine_missing", "tesseract is not installed: install the Debian package tesseract-ocr"
        absent = set(self._languages) - _installed_languages()
        if absent:
            packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in sorted(absent))
            return "language_missing", f"install the Debian packages of the languages in use: {packages}"
        return None

    def read(self, image: Image.Image, limit_s: float) -> list[TextLine]:
        """Lines of an RGB picture. Raises `ModelError`: not installed, over the limit, or it gave up."""
        scale = _SCALE if image.width * image.height * _SCALE**2 <= _MOST_PIXELS else 1
        if min(image.size) < _SMALLEST_SIDE or max(image.size) * scale > _LONGEST_SIDE:
            return []
        table = self._run(_grey(image, scale), limit_s)
        return _lines(_words(table), scale)

    def _run(self, picture: bytes, limit_s: float) -> str:
        command = ("tesseract", "stdin", "stdout", "-l", "+".join(self._languages), "--psm", "11", "tsv")
        try:
            done = subprocess.run(
                command,
                input=picture,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
                timeout=limit_s,
                check=True,
                preexec_fn=_die_with_us,  # one system call, prepared before the fork
            )
        except FileNotFoundError as error:
            raise ModelError(*(self.missing() or ("engine_missing", "tesseract went away"))) from error
        except subprocess.TimeoutExpired as error:
            raise ModelError("ocr_limit", f"not read within {limit_s:g} s") from error
        except subprocess.CalledProcessError as error:
            lacking = self.missing() or ("ocr_failed", f"tesseract ended with status {error.returncode}")
            raise ModelError(*lacking) from error
        return done.stdout.decode("utf-8", "replace")


def _die_with_us() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _installed_languages() -> set[str]:
    listing = subprocess.run(("tesseract", "--list-langs"), capture_output=True, text=True, check=False)
    return set(listing.stdout.splitlines()[1:])


def _grey(image: Image.Image, scale: int) -> bytes:
    grey = image.convert("L")
    if scale != 1:
        grey = grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    grey.save(stream, "PPM")
    return stream.getvalue()


def _words(table: str) -> Iterable[_Word]:
    """Words of tesseract's TSV: level, page, block, paragraph, line, word, four of box, confidence, text."""
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if cells[0] == _WORD and float(cells[10]) >= _LEAST_CONFIDENCE and cells[11].strip():
            left, top, width, height = (int(cell) for cell in cells[6:10])
            yield _Word(tuple(cells[1:5]), left, top, width, height, float(cells[10]), cells[11])


def _lines(words: Iterable[_Word], scale: int) -> list[TextLine]:
    return [_line(list(group), scale) for _, group in groupby(words, key=lambda word: word.line)]


def _line(words: list[_Word], scale: int) -> TextLine:
    left, top = min(word.left for word in words), min(word.top for word in words)
    right = max(word.left + word.width for word in words)
    bottom = max(word.top + word.height for word in words)
    box = (left // scale, top // scale, -(-(right - left) // scale), -(-(bottom - top) // scale))
    confidence = sum(word.confidence for word in words) / len(words) / 100
    return TextLine(" ".join(word.text for word in words), box, confidence)
