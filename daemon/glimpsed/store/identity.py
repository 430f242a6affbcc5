"""A file's identity as one column.

Rules of this file: text, because inode numbers are unsigned and SQLite's integers are not. It is only ever
compared for equality with that of another file at the same path. The device is left out: the numbers of some
(btrfs, NFS, USB disks) are others after each mount, and every file there would have to be read again.
"""

from glimpsed.core.model import FileIdentity


def to_text(identity: FileIdentity) -> str:
    """`inode:size:mtime_ns`."""
    return f"{identity.inode}:{identity.size}:{identity.mtime_ns}"
