"""GPUs through NVML: whatever stands in its way, asking is harmless."""

import subprocess
import sys
from pathlib import Path

import pytest

from glimpsed.host.gpu import gpus

ASK = "from glimpsed.host.gpu import gpus; print([(gpu.name, gpu.free, gpu.total) for gpu in gpus()])"

LIBRARY = """
from types import SimpleNamespace
OPEN = []
def nvmlInit(): OPEN.append(1)
def nvmlShutdown(): print(*OPEN, "closed")
def nvmlDeviceGetCount(): return 2
def nvmlDeviceGetHandleByIndex(number): return number
def nvmlDeviceGetMemoryInfo(handle): return SimpleNamespace(free=5 + handle, total=8)
def nvmlDeviceGetName(handle): return b"One" if handle else "Other"
"""
"""NVML as far as it is used, in the place of the library in a process of its own."""


def asked(folder: Path, library: str) -> list[str]:
    """What a fresh process says of its GPUs when this is its library."""
    (folder / "pynvml.py").write_text(library)
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); {ASK}"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_this_machines_gpus_have_sizes_if_there_are_any():
    for gpu in gpus():
        assert gpu.name
        assert 0 <= gpu.free <= gpu.total


def test_each_gpu_is_named_with_its_memory_and_the_library_is_closed_again(tmp_path):
    assert asked(tmp_path, LIBRARY) == ["1 closed", "[('Other', 5, 8), ('One', 6, 8)]"]


@pytest.mark.parametrize(
    "part", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetMemoryInfo", "nvmlShutdown"]
)
def test_a_library_that_fails_is_no_gpu_and_no_error(tmp_path, part):
    failing = f"{LIBRARY}\ndef {part}(*_): raise RuntimeError('lost')"
    assert asked(tmp_path, failing)[-1] == ("[]" if part != "nvmlShutdown" else asked(tmp_path, LIBRARY)[-1])


def test_without_a_library_there_is_no_gpu(tmp_path):
    assert asked(tmp_path, "raise ImportError('not installed')") == ["[]"]
