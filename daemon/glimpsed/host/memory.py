"""Main memory, as the kernel tells it.

Rules of this file: asking never raises and costs next to nothing.
"""

import psutil


def available() -> tuple[int, int]:
    """Bytes that processes can have without others being swapped out, and bytes in all; both 0 if unknown."""
    try:
        memory = psutil.virtual_memory()
    except Exception:  # noqa: BLE001 - no /proc, or one that says something new
        return 0, 0
    return memory.available, memory.total
