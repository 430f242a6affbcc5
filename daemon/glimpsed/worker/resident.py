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
    statm = Path(f"/proc/{process}/statm").read_text(encoding="ascii")
    return int(statm.split()[1]) * _PAGE
