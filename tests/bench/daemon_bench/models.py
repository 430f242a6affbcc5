"""Models that are busy while something else is measured, as configurations of a daemon.

Rules of this file: each function writes what its configuration names below `root`.
"""

from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import msgspec

import tiny_models
from glimpsed.engine.fake import Script, Step

FOREVER_S = 24 * 3600.0

ENCODER = tiny_models.VisionShape(width=640, blocks=12, heads=10, hidden=2560)
"""Seconds of both cores for a picture, in a file of 250 MB."""


COMPUTES = find_spec("llama_cpp") is not None
"""Whether llama.cpp is installed, so that an inference can be a real one."""


def told(*, computes: bool) -> str:
    """What runs beside what is measured, for people."""
    if not computes:
        why = "as was asked for" if COMPUTES else "llama-cpp-python is not installed"
        return f"beside an inference that only waits ({why})"
    return f"beside an inference of llama-cpp-python {metadata.version('llama-cpp-python')} on every core"


def waiting(root: Path) -> str:
    """A model whose first inference does not end within a day, and costs nothing."""
    script = Script((Step(delay_s=FOREVER_S),))
    (root / "waits.json").write_bytes(msgspec.json.encode(script))
    return '[models.waits]\nrole = "screen"\nbackend = "fake"\nfile = "waits.json"\nrun_limit_s = 3600\n'


def encoding(root: Path) -> str:
    """A model that llama.cpp runs on every core, most of the time in its encoder."""
    tiny_models.byte_text_model(root / "busy.gguf", reply=tiny_models.canned_description())
    tiny_models.projector(root / "encoder.gguf", shape=ENCODER)
    return """
[vision]
detail = "high"
slice_cache_mb = 0

[models.busy]
role = "screen"
file = "busy.gguf"
mmproj = "encoder.gguf"
context = 8192
gpu_layers = 0
projector = "cpu"
"""
