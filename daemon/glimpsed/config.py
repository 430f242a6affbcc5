"""TOML -> frozen structs; every error at once, each with its path and a suggestion.

Rules of this file: defaults live here and nowhere else (`config.example.toml` is held equal to them by a
test). Paths come out absolute: `~` is expanded, relative ones are relative to the configuration file. The
environment is not read here: which file is loaded, and where pictures lie, is said by the caller. Every
number has an upper bound, so that none can overflow what it is later used for.
"""

import difflib
import itertools
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import msgspec

from glimpsed.core.errors import ConfigError
from glimpsed.core.fit import FlashAttention, KvType
from glimpsed.core.slicing import Detail

Seconds = Annotated[float, msgspec.Meta(gt=0, le=366 * 86_400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Language = Annotated[str, msgspec.Meta(pattern="^[A-Za-z][A-Za-z_/]*$")]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]

Role = Literal["screen", "ask"]
OcrEngine = Literal["rapidocr", "tesseract", "none"]
LogLevel = Literal["debug", "info", "warning", "error"]
ProjectorPlace = Literal["auto", "gpu", "cpu"]


class LogConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes to standard error: pretty on a terminal, JSON lines otherwise. Never text from a screen."""

    level: LogLevel = "info"


class FolderConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A folder of screenshots, `[sources.<name>]`."""

    path: Path
    recursive: bool = True
    rescan_s: Seconds = 300.0


class OcrConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How text is read. `threads` 0 means: as many as there are cores, at most 4."""

    engine: OcrEngine = "rapidocr"
    threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1)] = ("eng",)
    run_limit_s: Seconds = 120.0


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A GGUF model, `[models.<name>]`; `mmproj` makes it a vision model.

    `gpu_layers` -1 means all of them, `threads` 0 as many as there are cores, `memory_limit_mb` 0 what the
    model is expected to need and half as much again. A pinned hash is checked before the model is loaded.
    """

    file: Path
    mmproj: Path | None = None
    role: Role | Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)] = ("screen", "ask")
    backend: Literal["llama_cpp", "fake"] = "llama_cpp"
    context: Annotated[int, msgspec.Meta(ge=512, le=1_048_576)] = 4096
    max_output_tokens: Annotated[int, msgspec.Meta(ge=16, le=65_536)] = 512
    gpu_layers: Annotated[int, msgspec.Meta(ge=-1, le=10_000)] = -1
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    flash_attn: FlashAttention = "auto"
    kv_type: KvType = "f16"
    projector: ProjectorPlace = "auto"
    file_sha256: Sha256 | None = None
    mmproj_sha256: Sha256 | None = None
    memory_limit_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    load_limit_s: Seconds = 600.0
    run_limit_s: Seconds = 600.0

    @property
    def roles(self) -> tuple[Role, ...]:
        """`role` as a tuple, however it was written."""
        return (self.role,) if isinstance(self.role, str) else self.role


class VisionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How models look at pictures. The slice cache holds what an encoder made of parts seen before."""

    detail: Detail = "high"
    slice_cache_mb: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 256


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is kept. The spool holds clean copies of pictures that are still owed work."""

    spool_max_mb: Count = 2048
    events_keep: Annotated[int, msgspec.Meta(ge=1000, le=1_000_000_000)] = 100_000


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration."""

    log: LogConfig = LogConfig()
    sources: dict[str, FolderConfig] = {}
    ocr: OcrConfig = OcrConfig()
    vision: VisionConfig = VisionConfig()
    models: dict[str, ModelConfig] = {}
    store: StoreConfig = StoreConfig()


DEFAULT_SOURCE = "screenshots"
"""Name of the source that is watched when neither the configuration nor the command line names one."""


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong: `path` is a key such as `ocr.engine`, or `line 3, column 7`."""

    path: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.path}: {self.message}" + (f" ({self.suggestion})" if self.suggestion else "")


class ConfigErrors(ConfigError):  # noqa: N818 - it stands for several
    """All that is wrong with a configuration, in the order of the file; `detail` has one line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("bad_config", "\n".join(map(str, self.problems)))


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
    reading = _Reading(base)
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
        sources = _named(watched)
        if problems := [
            Problem(f"--watch {sources[name].path}", f"{what} {sources[other].path}", "watch one of the two")
            for name, what, other in _overlaps(sources)
        ]:
            raise ConfigErrors(problems)
        return msgspec.structs.replace(config, sources=sources)
    if config.sources:
        return config
    return msgspec.structs.replace(config, sources={DEFAULT_SOURCE: FolderConfig(path=default)})


def _named(folders: Sequence[Path]) -> dict[str, FolderConfig]:
    distinct: dict[str, Path] = {}
    for folder in folders:
        distinct.setdefault(os.path.realpath(folder.expanduser()), folder.expanduser())
    sources: dict[str, FolderConfig] = {}
    for folder in distinct.values():
        path = Path(os.path.normpath(folder.absolute()))
        stem = os.fsencode(path.name).decode("utf-8", "replace") or "root"
        names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
        sources[next(name for name in names if name not in sources)] = FolderConfig(path=path)
    return sources


SAME, INSIDE = "is the same folder as", "lies inside"


def _overlaps(sources: dict[str, FolderConfig]) -> Iterator[tuple[str, str, str]]:
    """Sources whose files another one sees, too: the name, `SAME` or `INSIDE`, the other's name."""
    real = {name: Path(os.path.realpath(folder.path)) for name, folder in sources.items()}
    for one, two in itertools.combinations(sources, 2):
        if real[one] == real[two]:
            yield two, SAME, one
        elif sources[one].recursive and real[two].is_relative_to(real[one]):
            yield two, INSIDE, one
        elif sources[two].recursive and real[one].is_relative_to(real[two]):
            yield one, INSIDE, two


_S = TypeVar("_S", bound=msgspec.Struct)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_IN_LIST = re.compile(r" - at `\$\[(\d+)\]`$")


class _Reading:
    """One pass over a table: structs come out where nothing is wrong, problems are gathered."""

    def __init__(self, base: Path) -> None:
        self.problems: list[Problem] = []
        self._base = base

    def struct(self, kind: type[_S], table: Any, at: str) -> _S | None:
        """`table` as a `kind`, None when a part of it was wrong."""
        if not isinstance(table, dict):
            self._problem(at, "expected a section", f"write [{at}] and its keys below it")
            return None
        before = len(self.problems)
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        values = {}
        for key, value in table.items():
            if key in fields:
                values[key] = self._value(fields[key].type, value, _join(at, key))
            else:
                self._problem(_join(at, key), "unknown key", _meant(key, fields))
        for name, field in fields.items():
            if field.required and name not in table:
                self._problem(_join(at, name), "missing", f'add {name} = "..." below [{at}]')
        return kind(**values) if len(self.problems) == before else None

    def _value(self, kind: Any, value: Any, at: str) -> Any:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.struct(kind, value, at)
        if get_origin(kind) is dict:
            return self._sections(get_args(kind)[1], value, at)
        try:
            return msgspec.convert(value, kind, dec_hook=self._path)
        except msgspec.ValidationError as error:
            self._problem(at, *_explained(kind, value, str(error)))
            return None

    def _sections(self, kind: type[_S], table: Any, at: str) -> dict[str, _S]:
        if not isinstance(table, dict):
            self._problem(at, "expected named sections", f"write [{at}.NAME] and its keys below it")
            return {}
        found = {}
        for name, value in table.items():
            here = _join(at, name)
            if not name.strip():
                self._problem(here, "the name is empty", f"write [{at}.NAME]")
            elif not isinstance(value, dict) and name in {f.name for f in msgspec.structs.fields(kind)}:
                self._problem(here, "belongs to a named section", f"write it below [{at}.NAME]")
            elif (section := self.struct(kind, value, here)) is not None:
                found[name] = section
        self._check_folders(found, at)
        return found

    def _check_folders(self, sections: Mapping[str, msgspec.Struct], at: str) -> None:
        """Two sources that see one file would make two shots of it."""
        folders = {name: section for name, section in sections.items() if isinstance(section, FolderConfig)}
        for name, what, other in _overlaps(folders):
            there = _join(at, other)
            suggestion = "remove one of the two"
            if what == INSIDE:
                suggestion += f", or set {there}.recursive = false"
            self._problem(f"{_join(at, name)}.path", f"{what} {there}.path", suggestion)

    def _path(self, kind: type, value: Any) -> Any:
        """`msgspec`'s hook for types of ours. Raises `ValueError`, which it makes a validation error."""
        if kind is not Path or not isinstance(value, str):
            raise ValueError(f"Expected a path as `str`, got `{type(value).__name__}`")
        if not value or "\0" in value:
            raise ValueError("Expected the path of a file or folder")
        try:
            return Path(os.path.normpath(self._base / Path(value).expanduser()))
        except RuntimeError as error:
            raise ValueError("There is no such user, or it has no home") from error

    def _problem(self, at: str, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(at, message, suggestion))


def _explained(kind: Any, value: Any, message: str) -> tuple[str, str]:
    """What is wrong with `value` and what to write instead."""
    choices = _choices(kind)
    where = _IN_LIST.search(message)
    message = _IN_LIST.sub(lambda found: f" in place {int(found[1]) + 1} of the list", message)
    if not choices:
        return message, ""
    listed = "one of " + ", ".join(f'"{choice}"' for choice in choices)
    wrong = value[int(where[1])] if where else value
    return f"expected {listed}", _near(wrong, choices) if isinstance(wrong, str) else ""


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    inner = (_choices(part) for part in get_args(kind))
    return next((choices for choices in inner if choices), ())


def _meant(key: str, known: Iterable[str]) -> str:
    known = list(known)
    return _near(key, known) or "known here: " + ", ".join(known)


def _near(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return f'did you mean "{close[0]}"?' if close else ""


def _join(at: str, key: str) -> str:
    shown = key if _BARE_KEY.fullmatch(key) else '"' + key.encode("unicode_escape").decode() + '"'
    return f"{at}.{shown}" if at else shown


def _syntax_problem(text: str, message: str) -> Problem:
    found = _PLACE.search(message)
    if found and found[1]:
        line, column = int(found[1]), int(found[2])
    else:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return Problem(f"line {line}, column {column}", "not TOML: " + _PLACE.sub("", message))
