"""TOML -> frozen structs; every error at once, each with its path and a suggestion.

Rules of this room: the environment is not read here: which file is loaded, which profile was chosen, and
where pictures lie, is said by the caller. What can be written, and its defaults, are in `settings`.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import msgspec

from glimpsed.config.folders import named, overlaps
from glimpsed.config.reading import ConfigErrors, Problem, Reading, expected_one_of
from glimpsed.config.settings import (
    SHOWN_PICTURES,
    Config,
    FeaturesConfig,
    FolderConfig,
    LogConfig,
    ModelConfig,
    OcrConfig,
    OcrEngine,
    ProfileChoice,
    QueueConfig,
    Rank,
    Rectangle,
    ResourcesConfig,
    Role,
    SessionsConfig,
    StoreConfig,
    TasksConfig,
    VisionConfig,
    YieldConfig,
)

__all__ = [
    "DEFAULT_SOURCE",
    "SHOWN_PICTURES",
    "Config",
    "ConfigErrors",
    "FeaturesConfig",
    "FolderConfig",
    "LogConfig",
    "ModelConfig",
    "OcrConfig",
    "OcrEngine",
    "Problem",
    "ProfileChoice",
    "QueueConfig",
    "Rank",
    "Rectangle",
    "ResourcesConfig",
    "Role",
    "SessionsConfig",
    "StoreConfig",
    "TasksConfig",
    "VisionConfig",
    "YieldConfig",
    "load",
    "parse",
    "with_profile",
    "with_sources",
]

DEFAULT_SOURCE = "screenshots"
"""Name of the source that is watched when neither the configuration nor the command line names one."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path | None) -> Config:
    """The configuration in the file at `path`; the defaults when it is None.

    Raises `ConfigErrors`, also when the file is missing or cannot be read: somebody named it.
    """
    if path is None:
        return Config()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigErrors([Problem(str(path), f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1}"
        raise ConfigErrors([Problem(place, "not UTF-8 text", "save the file as UTF-8")]) from error
    return parse(text, path.absolute().parent)


def parse(text: str, base: Path) -> Config:
    """The configuration in `text`; paths in it are relative to `base`. Raises `ConfigErrors`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigErrors([_syntax_problem(text, str(error))]) from error
    except RecursionError as error:
        raise ConfigErrors([Problem("file", "nested too deeply")]) from error
    reading = Reading(base)
    config = reading.struct(Config, table, "")
    if config is None or reading.problems:
        raise ConfigErrors(reading.problems)
    return config


def with_sources(config: Config, watched: Sequence[Path], default: Path) -> Config:
    """`config` with the folders that are really watched.

    Those `watched` on the command line replace the configured ones, each named as its folder; with neither,
    `default` is watched as `DEFAULT_SOURCE`. Raises `ConfigErrors` when one of them lies inside another.
    """
    if watched:
        sources = named(watched)
        if problems := [
            Problem(f"--watch {sources[name].path}", f"{what} {sources[other].path}", "watch one of the two")
            for name, what, other in overlaps(sources)
        ]:
            raise ConfigErrors(problems)
        return msgspec.structs.replace(config, sources=sources)
    if config.sources:
        return config
    return msgspec.structs.replace(config, sources={DEFAULT_SOURCE: FolderConfig(path=default)})


def with_profile(config: Config, chosen: str, where: str) -> Config:
    """`config` for the profile of this name, which was chosen in the variable `where`; "" leaves it as it is.

    Raises `ConfigErrors` when there is no such profile.
    """
    if not chosen:
        return config
    if chosen not in get_args(ProfileChoice):
        raise ConfigErrors([Problem(where, *expected_one_of(get_args(ProfileChoice), chosen))])
    resources = msgspec.structs.replace(config.resources, profile=chosen)
    return msgspec.structs.replace(config, resources=resources)


def _syntax_problem(text: str, message: str) -> Problem:
    found = _PLACE.search(message)
    if found and found[1]:
        line, column = int(found[1]), int(found[2])
    else:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return Problem(f"line {line}, column {column}", "not TOML: " + _PLACE.sub("", message))
