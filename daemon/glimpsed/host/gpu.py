"""NVIDIA GPUs, their memory and who uses them, as the driver tells it.

Rules of this file: asking never raises, and costs next to nothing where there is no driver. NVML is opened
for each question and closed again: it starts no work on a GPU and takes no memory of one.
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import psutil

_RECENT_US = 2_000_000
"""How old what is known of a process's use may be; the driver samples about once a second."""

_MOST = 100
"""What is more is no share: some drivers tell such of processes that just began."""


class Gpu(msgspec.Struct, frozen=True):
    """A GPU and its memory in bytes."""

    name: str
    free: int
    total: int


def gpus() -> tuple[Gpu, ...]:
    """Every GPU that the driver shows, in its order; none without a library, a driver or a GPU. Blocks."""
    try:
        with _driver() as nvml:
            return tuple(_gpu(nvml, handle) for handle in _handles(nvml))
    except Exception:  # noqa: BLE001 - no driver, one that is being replaced, a GPU that fell off the bus
        return ()


def foreign_use(ours: frozenset[int]) -> float | None:
    """How much the process that uses a GPU most, and is not one of `ours`, uses it: 0..100 % of late. Blocks.

    None when no GPU tells it: there is none, or it is too old, or is divided (MIG). A sleeping GPU wakes up
    to answer, so ask when something depends on it.
    """
    try:
        with _driver() as nvml:
            told = [_foreign_use(nvml, handle, ours) for handle in _handles(nvml)]
    except Exception:  # noqa: BLE001 - as above
        return None
    return max((use for use in told if use is not None), default=None)


@contextlib.contextmanager
def _driver() -> Iterator[Any]:
    """NVML, open; raises whatever keeps it from being so."""
    import pynvml  # noqa: PLC0415 - a daemon without a GPU need not load it

    pynvml.nvmlInit()
    try:
        yield pynvml
    finally:
        with contextlib.suppress(Exception):  # nothing is held that would matter
            pynvml.nvmlShutdown()


def _handles(nvml: Any) -> list[Any]:
    return [nvml.nvmlDeviceGetHandleByIndex(number) for number in range(nvml.nvmlDeviceGetCount())]


def _gpu(nvml: Any, handle: Any) -> Gpu:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    name = nvml.nvmlDeviceGetName(handle)
    return Gpu(
        name.decode("utf-8", "replace") if isinstance(name, bytes) else name, memory.free, memory.total
    )


def _foreign_use(nvml: Any, handle: Any, ours: frozenset[int]) -> float | None:
    """What `foreign_use` says of one GPU."""
    try:
        samples = nvml.nvmlDeviceGetProcessUtilization(handle, time.time_ns() // 1000 - _RECENT_US)
    except nvml.NVMLError as error:
        # Only processes that did something are told of; that there was none is an error, or "success".
        return 0.0 if error.value in (nvml.NVML_ERROR_NOT_FOUND, nvml.NVML_SUCCESS) else None
    # In a container the driver's ids are the host's, and what we run would be taken for somebody's.
    foreign = (sample for sample in samples if sample.pid not in ours and psutil.pid_exists(sample.pid))
    return max((float(each.smUtil) for each in foreign if each.smUtil <= _MOST), default=0.0)
