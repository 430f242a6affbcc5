"""What is in a folder: every candidate with its identity, newest first, a batch at a time.

Rules of this file: it looks and never opens a file; symbolic links are never followed below the top. Calls
block, so they are made in a thread, one at a time. Memory is bounded by `SORTED_AT_ONCE` entries of one
folder, and by the paths of the folders still to be looked into.
"""

import itertools
import os
import stat
from collections.abc import Iterable, Iterator

from glimpsed.core.model import FileIdentity
from glimpsed.sources.candidates import is_candidate, is_open_folder

BATCH = 256
"""Files that are handed over at once."""

SORTED_AT_ONCE = 10_000
"""Entries of one folder that are sorted together; a larger folder comes in parts, each newest first."""

Found = tuple[bytes, FileIdentity]


def identity_of(path: bytes) -> FileIdentity | None:
    """What `lstat` says of `path`; None when nothing is there, or nothing that we may look at."""
    try:
        return _identity(os.lstat(path))
    except OSError:
        return None


def is_folder(path: bytes) -> bool:
    """`path` is a folder itself, not a symbolic link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


class Walk:
    """One pass over the folder `top`; candidate `files` and `unreadable` folders are counted as it goes."""

    def __init__(self, top: bytes, *, recursive: bool) -> None:
        self.files = 0
        self.unreadable = 0
        self._found = self._walk(top, recursive=recursive)

    def batch(self) -> list[Found]:
        """The next candidates; an empty list when there are no more."""
        found = list(itertools.islice(self._found, BATCH))
        self.files += len(found)
        return found

    def _walk(self, top: bytes, *, recursive: bool) -> Iterator[Found]:
        folders = [top]
        while folders:
            inner: list[bytes] = []
            yield from self._look_into(folders.pop(), inner)
            if recursive:
                folders += sorted(inner)  # the last is next: folders named by date come newest first

    def _look_into(self, folder: bytes, inner: list[bytes]) -> Iterator[Found]:
        try:
            with os.scandir(folder) as entries:
                while part := list(itertools.islice(entries, SORTED_AT_ONCE)):
                    found, whole = _look_at(part, inner)
                    yield from sorted(found, key=_mtime, reverse=True)
                    self.unreadable += not whole
        except FileNotFoundError:
            pass  # it went away since: nothing is hidden from us
        except OSError:
            self.unreadable += 1


def _look_at(entries: Iterable[os.DirEntry[bytes]], inner: list[bytes]) -> tuple[list[Found], bool]:
    found, whole = [], True
    for entry in entries:
        try:
            if is_candidate(entry.name):
                found.append((entry.path, _identity(entry.stat(follow_symlinks=False))))
            if is_open_folder(entry.name) and entry.is_dir(follow_symlinks=False):
                inner.append(entry.path)
        except FileNotFoundError:
            continue
        except OSError:
            whole = False
    return found, whole


def _mtime(found: Found) -> int:
    return found[1].mtime_ns


def _identity(info: os.stat_result) -> FileIdentity:
    return FileIdentity(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)
