"""NVIDIA GPUs and their memory, as the driver tells it.

Rules of this file: asking never raises, and costs next to nothing where there is no driver. NVML is opened
for each question and closed again: it starts no work on a GPU and takes no memory of one.
"""

import contextlib
from typing import Any

import msgspec


class Gpu(msgspec.Struct, frozen=True):
    """A GPU and its memory in bytes."""

    name: str
    free: int
    total: int


def gpus() -> tuple[Gpu, ...]:
    """Every GPU that the driver shows, in its order; none without a library, a driver or a GPU. Blocks."""
    try:
        import pynvml  # noqa: PLC0415 - a daemon without a GPU need not load it

        pynvml.nvmlInit()
    except Exception:  # noqa: BLE001 - whatever keeps it from answering: there is no GPU to speak of
        return ()
    try:
        return tuple(_gpu(pynvml, number) for number in range(pynvml.nvmlDeviceGetCount()))
    except Exception:  # noqa: BLE001 - a driver that is being replaced, a GPU that fell off the bus
        return ()
    finally:
        with contextlib.suppress(Exception):  # nothing is held that would matter
            pynvml.nvmlShutdown()


def _gpu(nvml: Any, number: int) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(number)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    name = nvml.nvmlDeviceGetName(handle)
    return Gpu(
        name.decode("utf-8", "replace") if isinstance(name, bytes) else name, memory.free, memory.total
    )
