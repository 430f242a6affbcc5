"""Where the sockets are, who may have put them there, and whether a daemon stands behind them.

Rules of this file: standard library only, and no state. A runtime directory is trusted when it is a real
directory, ours, and closed to everybody else: whoever could write into it could pose as the daemon.
"""

import fcntl
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from glimpsed.wire.errors import EndpointError

RUNTIME_DIR = "GLIMPSED_RUNTIME_DIR"
"""Environment variable that overrides the runtime directory: several daemons can live side by side."""

PATH_LIMIT = 107
"""Longest path of a unix socket in bytes, without its terminating NUL (`sun_path` on Linux)."""


class Endpoint(NamedTuple):
    """The names in a runtime directory."""

    directory: Path

    @property
    def api_path(self) -> Path:
        """Socket of the ROUTER that takes requests."""
        return self.directory / "api.sock"

    @property
    def events_path(self) -> Path:
        """Socket of the XPUB that publishes events."""
        return self.directory / "events.sock"

    @property
    def lock_path(self) -> Path:
        """File that a running daemon holds an exclusive `flock` on."""
        return self.directory / "lock"

    @property
    def api_url(self) -> str:
        """`ipc://` URL of `api_path`. Raises `EndpointError` when the path is too long for a socket."""
        return _url(self.api_path)

    @property
    def events_url(self) -> str:
        """`ipc://` URL of `events_path`. Raises `EndpointError` when the path is too long for a socket."""
        return _url(self.events_path)


def runtime_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Where daemon and clients meet, as the environment says; nothing is created or checked.

    The first that applies: `$GLIMPSED_RUNTIME_DIR`, `$XDG_RUNTIME_DIR/glimpsed`, `/run/user/UID/glimpsed`
    when `/run/user/UID` is ours, `/tmp/glimpsed-UID`.
    """
    if own := environ.get(RUNTIME_DIR):
        return Path(own).expanduser().absolute()
    if shared := environ.get("XDG_RUNTIME_DIR"):
        return Path(shared).absolute() / "glimpsed"
    uid = os.getuid()
    session = Path(f"/run/user/{uid}")
    if _owner(session) == uid:
        return session / "glimpsed"
    return Path(f"/tmp/glimpsed-{uid}")  # noqa: S108 - refused by `check_directory` unless it is ours alone


def check_directory(directory: Path) -> None:
    """Raise `EndpointError` unless `directory` is a real directory, ours, and closed to others."""
    try:
        found = directory.lstat()
    except PermissionError as error:
        raise EndpointError(f"runtime directory {directory} is not ours to enter", denied=True) from error
    except OSError as error:
        raise EndpointError(f"runtime directory {directory}: {error.strerror}") from error
    if not stat.S_ISDIR(found.st_mode):
        raise EndpointError(f"runtime directory {directory} is not a directory", denied=True)
    if found.st_uid != os.getuid():
        raise EndpointError(f"runtime directory {directory} belongs to uid {found.st_uid}", denied=True)
    if found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise EndpointError(f"runtime directory {directory} has mode {mode:04o}, not 0700", denied=True)


def daemon_is_running(directory: Path) -> bool:
    """Whether somebody holds the lock in `directory`: known at once, without asking a socket.

    The test takes the lock itself for a moment, shared, so a daemon that starts must try more than once
    before it believes that another one runs. Raises `EndpointError` when the lock may not be looked at.
    """
    try:
        lock = os.open(Endpoint(directory).lock_path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError as error:
        denied = isinstance(error, PermissionError)
        raise EndpointError(
            f"cannot look at the lock in {directory}: {error.strerror}", denied=denied
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _url(path: Path) -> str:
    length = len(os.fsencode(path))
    if length > PATH_LIMIT:
        raise EndpointError(f"{path} is {length} bytes long; a socket's path may have {PATH_LIMIT}")
    return f"ipc://{path}"


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None
