"""How much memory a process holds, asked from inside or from outside.

Rules of this file: one small read of `/proc`; Linux only, as everything here.
"""

import os
from pathlib import Path
from typing import Literal

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(process: int | Literal["self"] = "self") -> int:
    """Bytes of main memory that a process holds, by its id; 0 when it ended and is not reaped yet.

    Raises `OSError` when there is none.
    """
    return _pages(process)[1] * _PAGE


def own(process: int) -> int:
    """Bytes of these that are its own, and not those of files: the system can take those back by itself.

    Raises `OSError` when there is no such process.
    """
    _, held, of_files, *_ = _pages(process)
    return (held - of_files) * _PAGE


def _pages(process: int | Literal["self"]) -> list[int]:
    """What the kernel counts of a process, in pages: its size, what is resident, what of it is of files."""
    return [int(count) for count in Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()]
