"""A file that a source saw: the one thing that every source tells.

Rules of this file: values only. A sighting is a hint about what is there, never a promise that it still is.
"""

from typing import Literal

import msgspec

from glimpsed.core.model import FileIdentity


class FileSeen(msgspec.Struct, frozen=True):
    """A source saw `path`. `identity` is what `lstat` said, None when the file was gone by then.

    `settled` means that its writer seems to be done: it closed the file or renamed it into place, or a scan
    found it unmodified for a while. `origin` says whether a change was reported or a scan found the file.
    """

    source: str
    path: bytes
    identity: FileIdentity | None
    settled: bool
    origin: Literal["event", "scan"]
