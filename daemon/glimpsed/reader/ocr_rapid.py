"""RapidOCR: PP-OCR networks on the CPU, carried by its own wheel.

Rules of this file: the library is imported by the first read. It is given its networks ready to run, because
left to itself it fetches a missing or damaged one from the network; given these, it never asks. Threads are
set everywhere, because ONNX Runtime otherwise takes every core; and they sleep where they would spin, which
takes a third longer where others compute, too. ONNX Runtime's telemetry, on by default since 2026, is off
before it is imported: nothing leaves this machine.
"""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from PIL import Image

from glimpsed.core.errors import ModelError
from glimpsed.core.model import TextLine
from glimpsed.reader.answers import Lacking
from glimpsed.reader.bands import Band, bands
from glimpsed.reader.settings import ReaderSettings

_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}

_LIBRARIES = ("rapidocr", "onnxruntime")

_SLIMMEST = 4  # as long as wide

_SMALLEST_SIDE = 8
"""Pixels; no text fits in less."""


class Rapid:
    """The engine, its networks loaded by the first read (about 700 MB)."""

    def __init__(self, settings: ReaderSettings) -> None:
        """`languages` do not matter: one network reads Latin and Chinese scripts."""
        self._threads = settings.thread_count
        self._reads: Any = None
        self._broken: Lacking | None = None

    def missing(self) -> Lacking | None:
        """What is not installed, found without importing it."""
        absent = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
        if absent:
            return "engine_missing", f"{' and '.join(absent)} not installed: pip install 'glimpsed[ocr]'"
        if files := [path.name for path in _model_files().values() if not path.is_file()]:
            return "engine_missing", f"rapidocr lacks {files[0]}: reinstall 'glimpsed[ocr]'"
        return self._broken  # what is installed may still not load; a fresh child finds out anew

    def read(self, image: Image.Image, limit_s: float) -> list[TextLine]:
        """Lines of an RGB picture. Raises `ModelError`: not installed, or over the limit after some band."""
        if self._reads is None:
            self._reads = self._load()
        deadline = monotonic() + limit_s
        lines: list[TextLine] = []
        for band in bands(image.size) if min(image.size) >= _SMALLEST_SIDE else ():
            if monotonic() > deadline:
                raise ModelError("ocr_limit", f"not read within {limit_s:g} s")
            lines += self._read_band(image, band)
        return lines

    def _load(self) -> Any:
        if lacking := self.missing():
            raise ModelError(*lacking)
        try:
            return self._constructed()
        except Exception as error:  # libraries that do not fit together raise anything
            # An ImportError names a library; no picture has been seen yet that it could quote.
            said = f": {error}"[:200] if isinstance(error, ImportError) else ""
            detail = f"rapidocr cannot be loaded ({type(error).__name__}{said}): reinstall 'glimpsed[ocr]'"
            self._broken = ("engine_missing", detail)
            raise ModelError("engine_missing", detail) from error

    def _constructed(self) -> Any:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it phones home on import, and keeps an id and a database
        import cv2  # noqa: PLC0415 - a second and 100 MB, only when a text is read
        from omegaconf import flag_override  # noqa: PLC0415 - the same
        from rapidocr import RapidOCR  # noqa: PLC0415 - the same

        from glimpsed.reader.recognition import Recogniser  # noqa: PLC0415 - the same

        cv2.setNumThreads(self._threads)
        upright = {"Global.use_cls": False}  # screens are not upside down
        engine: Any = RapidOCR(params=upright | {"Global.log_level": "critical"})
        with flag_override(engine.cfg, "allow_objects", True):
            for part, file in _model_files().items():
                engine.cfg[part].session = self._session(file)
        # Else its networks come with the first picture, where a missing library looks like a failed reading.
        engine._load_det_model()  # noqa: SLF001 - there is no other way, and its version is pinned
        engine.text_rec = Recogniser(engine._load_rec_model())  # noqa: SLF001 - the same
        return engine

    def _session(self, file: Path) -> Any:
        """A network, set as the library sets it but for its threads."""
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - the same

        options = SessionOptions()
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def _read_band(self, image: Image.Image, band: Band) -> Iterator[TextLine]:
        pixels = np.asarray(_on_paper(image.crop(band.box)))[:, :, ::-1]  # it wants blue first
        found = self._reads(np.ascontiguousarray(pixels))
        if found.boxes is None:
            return
        for corners, text, confidence in zip(found.boxes, found.txts, found.scores, strict=True):
            left, top = np.floor(corners.min(axis=0)).astype(int) + band.box[:2]
            right, bottom = np.ceil(corners.max(axis=0)).astype(int) + band.box[:2]
            if band.owns((left + right) / 2, (top + bottom) / 2):
                yield TextLine(
                    text, (int(left), int(top), int(right - left), int(bottom - top)), float(confidence)
                )


def _on_paper(image: Image.Image) -> Image.Image:
    """A sliver laid on white paper: the library would enlarge it until its short side were a screen's."""
    width, height = image.size
    paper = Image.new("RGB", (max(width, height // _SLIMMEST), max(height, width // _SLIMMEST)), "white")
    paper.paste(image)
    return paper


def _model_files() -> dict[str, Path]:
    found = importlib.util.find_spec("rapidocr")
    home = Path(found.origin).parent if found is not None and found.origin else Path()
    return {part: home / "models" / name for part, name in _MODELS.items()}
