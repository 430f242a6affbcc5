"""The watched folder itself: whether it is there, which one it is, and whether changes in it are heard of.

Rules of this file: it looks and changes nothing. Calls block (a dead network mount for a long time), so they
are made in a thread. Linux says in /proc/self/mountinfo which file system a path is on.
"""

import os
import stat
from pathlib import Path
from typing import Literal

import msgspec

MOUNTS = Path("/proc/self/mountinfo")

_ELSEWHERE = frozenset(
    ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "fuse", "virtiofs", "vboxsf"]
)
"""File systems on which others than this kernel change files, so that inotify hears of a part at most."""


class Root(msgspec.Struct, frozen=True):
    """What is at a source's path. `identity` is (device, inode) of the folder that was found."""

    state: Literal["watching", "missing", "unreadable"]
    detail: str = ""
    identity: tuple[int, int] | None = None


def look_at_root(path: bytes) -> Root:
    """What is at `path` now; symbolic links are followed, because the person who named it may mean one."""
    try:
        info = os.stat(path)  # noqa: PTH116 - Path takes no bytes
    except (FileNotFoundError, NotADirectoryError):
        return Root("missing", "there is no such folder")
    except OSError as error:
        return Root("unreadable", os.strerror(error.errno or 0))
    if not stat.S_ISDIR(info.st_mode):
        return Root("unreadable", "this is a file, not a folder")
    if not os.access(path, os.R_OK | os.X_OK, effective_ids=True):
        return Root("unreadable", "no permission to look into it")
    return Root("watching", identity=(info.st_dev, info.st_ino))


def remote_filesystem(path: bytes, mounts: Path = MOUNTS) -> str | None:
    """The type of the file system under `path` when files on it may change unheard, else None."""
    real = os.path.realpath(path)
    best, kind = -1, ""
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return None  # not Linux, or no /proc: nothing is known, and the usual rescan still finds all
    for line in lines:
        mount, filesystem = _mount(line)
        if len(mount) >= best and _is_at_or_below(real, mount):
            best, kind = len(mount), filesystem
    return kind if kind in _ELSEWHERE or kind.startswith("fuse.") else None


def _mount(line: bytes) -> tuple[bytes, str]:
    # "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": 5th is the point; the type follows "-"
    before, _, after = line.partition(b" - ")
    point = before.split(b" ")[4].decode("unicode_escape").encode("latin-1")  # \040 stands for a space
    return point, after.split(b" ")[0].decode("ascii", "replace")


def _is_at_or_below(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder.rstrip(b"/") + b"/")
