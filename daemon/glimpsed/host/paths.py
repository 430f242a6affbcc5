"""Where things lie, and directories that are ours alone.

Rules of this file: XDG says where, and one environment variable overrides each place, so that several daemons
can live side by side. A directory is used only when it is a real directory, ours, and nobody else could have
put something into it; one that others may merely read is closed to them.
"""

import os
import stat
from pathlib import Path
from typing import NamedTuple

import platformdirs

from glimpsed.core.errors import ConfigError
from glimpsed.wire.endpoint import RUNTIME_DIR, runtime_directory

CONFIG = "GLIMPSED_CONFIG"
"""Environment variable that names the configuration file."""

DATA_DIR = "GLIMPSED_DATA_DIR"
"""Environment variable that overrides the data directory."""

PROFILE = "GLIMPSED_PROFILE"
"""Environment variable that names the profile of this machine, whatever the configuration says."""

_NAME = "glimpsed"
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Paths(NamedTuple):
    """The two directories of one daemon: `data` is kept, `runtime` ends with the login session."""

    data: Path
    runtime: Path

    @property
    def spool(self) -> Path:
        """Clean copies of pictures that are still owed work."""
        return self.data / "spool"


def paths() -> Paths:
    """The directories that the environment names, absolute; nothing is created or checked."""
    own = os.environ.get(DATA_DIR)
    data = Path(own).expanduser().absolute() if own else platformdirs.user_data_path(_NAME)
    return Paths(data, runtime_directory())


def config_file(named: Path | None) -> Path | None:
    """The configuration file to load: the one `named`, the one in `$GLIMPSED_CONFIG`, or the default one.

    None when nobody named one and the default one, `$XDG_CONFIG_HOME/glimpsed/config.toml`, does not exist. A
    file that somebody named is returned whether it exists or not.
    """
    if named is not None:
        return named
    if own := os.environ.get(CONFIG):
        return Path(own).expanduser()
    default = platformdirs.user_config_path(_NAME) / "config.toml"
    return default if os.path.lexists(default) else None


def chosen_profile() -> str:
    """The profile that the environment names, empty when none; whether there is such a one is not checked."""
    return os.environ.get(PROFILE, "")


def screenshots_directory() -> Path:
    """Where desktops put screenshots: `Screenshots` in the user's pictures folder.

    That folder is `$XDG_PICTURES_DIR`, from the environment or `user-dirs.dirs`, else `~/Pictures`. It is
    what is watched when nobody named a folder; it may not exist.
    """
    return platformdirs.user_pictures_path() / "Screenshots"


def prepare(where: Paths) -> None:
    """Close new files to others (umask 077), and make `where`'s directories, each of mode 0700.

    Raises `ConfigError` for one that cannot be made, is a symbolic link, belongs to somebody else, or is
    writable by others.
    """
    os.umask(0o077)
    _prepare(where.data, DATA_DIR)
    _prepare(where.spool, DATA_DIR)
    _prepare(where.runtime, RUNTIME_DIR)


def _prepare(directory: Path, variable: str) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_ISLNK(directory.lstat().st_mode):
            raise _refused(directory, "is a symbolic link", f"put the real directory into {variable}")
        opened = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refused(directory, f"cannot be used ({reason})", f"{variable} names another one") from error
    try:
        _close_to_others(directory, opened)
    finally:
        os.close(opened)


def _close_to_others(directory: Path, opened: int) -> None:
    found = os.fstat(opened)
    if found.st_uid != os.geteuid():
        raise _refused(directory, f"belongs to uid {found.st_uid}, not to you ({os.geteuid()})", "remove it")
    if found.st_mode & _WRITABLE_BY_OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise _refused(
            directory, f"is writable by others (mode {mode:04o})", "look into it, then chmod 700 it"
        )
    os.fchmod(opened, 0o700)


def _refused(directory: Path, what: str, remedy: str) -> ConfigError:
    return ConfigError("bad_directory", f"{directory} {what}: {remedy}")
