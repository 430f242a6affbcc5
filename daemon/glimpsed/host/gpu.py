"""NVIDIA GPUs, their memory and who uses them, as the driver tells it.

Rules of this file: asking never raises, and costs next to nothing where there is no driver. NVML is opened
for each question and closed again: it starts no work on a GPU and takes no memory of one. The driver tells of
every GPU; what CUDA hides from a process of ours (`CUDA_VISIBLE_DEVICES`) is none here either.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import psutil

_RECENT_US = 2_000_000
"""How old what is known of a process's use may be; the driver samples about once a second."""

_T = TypeVar("_T")

_MOST = 100
"""What is more is no share: some drivers tell such of processes that just began."""


class Gpu(msgspec.Struct, frozen=True):
    """A GPU and its memory in bytes."""

    name: str
    free: int
    total: int


def gpus() -> tuple[Gpu, ...]:
    """The GPUs that CUDA shows, the first one first; none without a library, a driver or a GPU. Blocks.

    One that does not tell its memory is left out.
    """
    try:
        with _driver() as nvml:
            told = [_told(_gpu, nvml, handle) for handle in _handles(nvml)]
    except Exception:  # noqa: BLE001 - no driver, or one that is being replaced
        return ()
    return tuple(gpu for gpu in told if gpu is not None)


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


def visible(chosen: str, uuids: Sequence[str]) -> list[int]:
    """Which of the GPUs with these `uuids` CUDA shows when `CUDA_VISIBLE_DEVICES` is `chosen`, in its order.

    It takes places in the driver's order and UUIDs, or how one UUID alone begins, and stops at the first that
    is neither or comes again. Parts of a divided GPU (MIG) are neither.
    """
    found: list[int] = []
    for name in (each.strip() for each in chosen.split(",")):
        places = [place for place, uuid in enumerate(uuids) if _is_meant(name, place, uuid)]
        if len(places) != 1 or places[0] in found:
            break
        found += places
    return found


def _is_meant(name: str, place: int, uuid: str) -> bool:
    if name.isdecimal():
        return int(name) == place
    return name.startswith("GPU-") and uuid.startswith(name)


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
    """Handles of the GPUs that CUDA shows, less those that the driver has lost."""
    handles = [_told(nvml.nvmlDeviceGetHandleByIndex, n) for n in range(nvml.nvmlDeviceGetCount())]
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        uuids = [_text(_told(nvml.nvmlDeviceGetUUID, handle) or "") for handle in handles]
        handles = [handles[place] for place in visible(chosen, uuids)]
    return [handle for handle in handles if handle is not None]


def _told(ask: Callable[..., _T], *about: Any) -> _T | None:
    """What the driver tells of one GPU, None when it fails at it: another one may do."""
    with contextlib.suppress(Exception):
        return ask(*about)
    return None


def _gpu(nvml: Any, handle: Any) -> Gpu:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    return Gpu(_text(nvml.nvmlDeviceGetName(handle)), memory.free, memory.total)


def _text(told: str | bytes) -> str:
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else told


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
