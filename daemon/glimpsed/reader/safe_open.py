"""A path becomes bytes: the whole file, once, unchanged, and only if it is an ordinary file.

Rules of this file: it is the one place where a stranger's path is opened, and where the codes of bad input
are written down. Nothing here looks inside the bytes. The user's file is never changed, its access time
included where the kernel lets us.

The codes of `InputError`, stable:

`vanished`            there is no such file any more
`not_a_file`          a directory, FIFO, socket or device
`symlink`             a symbolic link; what it points at may be seen under its own name
`unreadable`          permission or an I/O error
`too_large`           over `MAX_BYTES`
`empty`               zero bytes: not begun yet, or never will be
`changed`             these are no longer the bytes that were asked for
`truncated`           the end is missing, or it changed while being read: it may still be being written
`not_an_image`        no picture format that we know
`format_not_allowed`  a picture, but neither PNG, JPEG nor WebP
`too_many_pixels`     over `core.model.MAX_PIXELS`
`corrupt`             the decoder refuses it otherwise

`vanished`, `unreadable`, `empty` and `truncated` may be different a moment later.
"""

import contextlib
import errno
import os
import stat

from glimpsed.core.errors import InputError
from glimpsed.core.model import FileIdentity

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read; a PNG of a noisy 8K screen is under it."""

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY

_OURS = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM))
"""What is wrong with this process or this machine, and with no file."""

_BY_ERRNO = {
    errno.ENOENT: ("vanished", "there is no such file"),
    errno.ENOTDIR: ("vanished", "a part of its path is not a directory"),
    errno.ENAMETOOLONG: ("vanished", "its path is longer than any file's can be"),
    errno.ELOOP: ("symlink", "it is a symbolic link"),
    errno.ENXIO: ("not_a_file", "it is not an ordinary file"),
    errno.EACCES: ("unreadable", "permission to read it is denied"),
    errno.EPERM: ("unreadable", "permission to read it is denied"),
}


def read_file(path: bytes, *, at_most: int = MAX_BYTES) -> tuple[bytes, FileIdentity]:
    """All bytes of an ordinary file of `at_most` bytes, and what it was when they were read.

    Raises `InputError` with a code of the first eight above; `OSError` when there is no room to open any.
    """
    try:
        return _read(path, at_most)
    except OSError as error:
        if error.errno in _OURS:
            raise
        code, detail = _BY_ERRNO.get(error.errno or 0, ("unreadable", os.strerror(error.errno or errno.EIO)))
        raise InputError(code, detail) from error
    except ValueError as error:  # a NUL in the path: no file can have that name
        raise InputError("vanished", "there is no such file") from error


def _read(path: bytes, at_most: int) -> tuple[bytes, FileIdentity]:
    _must_be_ordinary(os.lstat(path))  # before it is opened: opening a device can do things
    descriptor = _open(path)
    try:
        before = os.fstat(descriptor)
        _must_be_ordinary(before)  # again: the name may mean another file by now
        if before.st_size > at_most:
            raise InputError("too_large", f"{before.st_size} bytes; at most {at_most} are read")
        data = _read_all(descriptor, before.st_size)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if len(data) != before.st_size or _identity(before) != _identity(after):
        raise InputError("truncated", "it changed while it was being read")
    if not data:
        raise InputError("empty", "it holds no bytes")
    return data, _identity(after)


def _open(path: bytes) -> int:
    with contextlib.suppress(PermissionError):  # only the owner may leave no trace of the access
        return os.open(path, _FLAGS | os.O_NOATIME)
    return os.open(path, _FLAGS)


def _read_all(descriptor: int, size: int) -> bytes:
    """Up to one byte more than `size`, so that a file that grew shows."""
    data = bytearray()
    while len(data) <= size and (piece := os.read(descriptor, size + 1 - len(data))):
        data += piece
    return bytes(data)


def _must_be_ordinary(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise InputError(*_BY_ERRNO[errno.ELOOP])
    if not stat.S_ISREG(status.st_mode):
        raise InputError(*_BY_ERRNO[errno.ENXIO])


def _identity(status: os.stat_result) -> FileIdentity:
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
