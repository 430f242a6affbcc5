"""A driver and a backend that are not there: what a process of its own finds in their places.

Rules of this file: each function writes into a folder; `search` says how a process comes to look there first.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import child_python

NVML = """
from types import SimpleNamespace
FREE, TOTAL = {free!r}, {total!r}
def nvmlInit(): pass
def nvmlShutdown(): pass
def nvmlDeviceGetCount(): return len(FREE)
def nvmlDeviceGetHandleByIndex(number): return number
def nvmlDeviceGetMemoryInfo(handle): return SimpleNamespace(free=FREE[handle], total=TOTAL)
def nvmlDeviceGetName(handle): return b"stand-in"
"""


def gpus(folder: Path, *free: int) -> None:
    """GPUs with so many bytes free, and a backend built for them; without any a driver and no GPU."""
    (folder / "pynvml.py").write_text(NVML.format(free=free, total=max(free, default=0)))
    offload(folder)


def offload(folder: Path, *, to_gpu: bool = True) -> None:
    """A backend as far as it says whether it was built for a GPU."""
    says = f"__version__ = '9.9'\ndef llama_supports_gpu_offload(): return {to_gpu}\n"
    (folder / "llama_cpp.py").write_text(says)


def backend(folder: Path, record: str, version: str = "9.9") -> None:
    """An installed llama-cpp-python, as far as its installer took notes of it."""
    notes = folder / f"llama_cpp_python-{version}.dist-info"
    notes.mkdir(exist_ok=True)
    (notes / "METADATA").write_text(f"Metadata-Version: 2.1\nName: llama_cpp_python\nVersion: {version}\n")
    (notes / "RECORD").write_text(record)


def search(folder: Path) -> Mapping[str, str]:
    """The environment of a process that looks into `folder` first."""
    return {"PYTHONPATH": os.pathsep.join((str(folder), child_python.ROOTS))}
