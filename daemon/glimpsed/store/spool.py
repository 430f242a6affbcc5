"""The spool: clean copies of pictures that are still owed work, so that deleting a file loses no job.

Rules of this file: the reader writes copies, the engine reads them, and only this file deletes them. A copy
that exists is trusted to be whole, so the reader syncs it before it gets its name. A copy that does not exist
is no loss while the user's own file is there to be read again: that is why deleting is not synced, why a full
spool refuses quietly, and why an error of the file system ends nothing.
"""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path


class Spool:
    """A directory of `<sha256>.png`: `bytes` of them together, to stay under `max_bytes`.

    Used from the event loop's thread alone.
    """

    def __init__(self, directory: Path, max_bytes: int) -> None:
        """Takes stock of what is there; the bound is for what is added later."""
        self.directory = directory
        self.max_bytes = max_bytes
        self._sizes: dict[str, int] = {}
        self.bytes = 0
        for entry in os.scandir(directory):
            self.added(Path(entry.name).stem)

    @property
    def files(self) -> int:
        """How many copies there are."""
        return len(self._sizes)

    def has_room(self) -> bool:
        """Whether another copy may be made."""
        return self.bytes < self.max_bytes

    def path(self, sha256: str) -> Path:
        """Where the copy of a picture is, if there is one."""
        return self.directory / f"{sha256}.png"

    def added(self, sha256: str) -> None:
        """The reader made a copy of this picture."""
        with contextlib.suppress(OSError):
            size = self.path(sha256).stat().st_size
            self.bytes += size - self._sizes.get(sha256, 0)
            self._sizes[sha256] = size

    def drop(self, sha256: str) -> None:
        """Delete the copy of a picture that owes nothing."""
        self.bytes -= self._sizes.pop(sha256, 0)
        with contextlib.suppress(OSError):
            self.path(sha256).unlink()

    def keep_only(self, owed: Iterable[str]) -> None:
        """Delete everything else, such as what a crash left half written."""
        names = {f"{sha256}.png" for sha256 in owed}
        for entry in list(os.scandir(self.directory)):
            if entry.name not in names:
                self.bytes -= self._sizes.pop(Path(entry.name).stem, 0)
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
