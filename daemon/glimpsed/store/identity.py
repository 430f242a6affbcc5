"""A file's identity as one column.

Rules of this file: text, because device and inode numbers are unsigned and SQLite's integers are not. It is
only ever compared for equality.
"""

from glimpsed.core.model import FileIdentity


def to_text(identity: FileIdentity) -> str:
    """`device:inode:size:mtime_ns`."""
    return f"{identity.device}:{identity.inode}:{identity.size}:{identity.mtime_ns}"


def from_text(text: str) -> FileIdentity:
    """What `to_text` was given."""
    device, inode, size, mtime_ns = map(int, text.split(":"))
    return FileIdentity(device, inode, size, mtime_ns)
