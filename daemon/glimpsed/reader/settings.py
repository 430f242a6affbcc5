"""What a reader child is told when it starts.

Rules of this file: values only; both ends import it, so nothing heavy.
"""

import os

import msgspec

from glimpsed.config import OcrEngine

_MOST_THREADS = 4  # more than this buys little on one screenshot and takes much from the desktop


class ReaderSettings(msgspec.Struct, frozen=True):
    """How a reader reads. `spool` is the directory of clean copies; it must exist.

    `threads` 0 means: as many as there are cores, at most 4. `languages` are tesseract's names (`eng`).
    """

    spool: str
    engine: OcrEngine = "rapidocr"
    threads: int = 0
    languages: tuple[str, ...] = ("eng",)

    @property
    def thread_count(self) -> int:
        """Threads to use on this machine: never more than it has cores."""
        cores = os.cpu_count() or 1
        return min(self.threads or _MOST_THREADS, cores)
