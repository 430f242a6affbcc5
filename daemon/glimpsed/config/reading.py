"""A parsed table -> structs; every error at once, each with its path and a suggestion.

Rules of this file: one pass, and what is wrong in one place hides nothing that is wrong in another. Paths
come out absolute: `~` is expanded, relative ones are relative to the folder of the configuration.
"""

import difflib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import msgspec

from glimpsed.config.folders import INSIDE, overlaps
from glimpsed.config.settings import MIN_CONTEXT, FolderConfig, ModelConfig
from glimpsed.core.errors import ConfigError


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


_S = TypeVar("_S", bound=msgspec.Struct)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_IN_LIST = re.compile(r" - at `\$((?:\[\d+\])+)`$")
_NUMBER = re.compile(r"\d+")


class Reading:
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
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        values = {}
        for key, value in table.items():
            if key in fields:
                values[fields[key].name] = self._value(fields[key].type, value, _join(at, key))
            else:
                self._problem(_join(at, key), "unknown key", _meant(key, fields))
        for name, field in fields.items():
            if field.required and name not in table:
                self._problem(_join(at, name), "missing", f'add {name} = "..." below [{at}]')
        if kind is ModelConfig:
            self._check_model(values, at)
        return kind(**values) if len(self.problems) == before else None

    def _value(self, kind: Any, value: Any, at: str) -> Any:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.struct(kind, value, at)
        if get_origin(kind) is dict:
            names, kind = get_args(kind)
            return self._named(names, kind, value, at)
        try:
            return msgspec.convert(value, kind, dec_hook=self._path)
        except msgspec.ValidationError as error:
            self._problem(at, *_explained(kind, value, str(error)))
            return None

    def _named(self, names: Any, kind: Any, table: Any, at: str) -> dict[str, Any]:
        """Sections, or single values, under names."""
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._sections(kind, table, at)
        if not isinstance(table, dict):
            key = at.rpartition(".")[2]
            self._problem(at, "expected names and values", f"write {key} = {{NAME = VALUE}}")
            return {}
        before = len(self.problems)
        for name in table:
            if name not in _choices(names):
                self._problem(_join(at, name), "unknown name", _meant(name, _choices(names)))
        found = {name: self._value(kind, value, _join(at, name)) for name, value in table.items()}
        return found if len(self.problems) == before else {}

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

    def _check_model(self, values: Mapping[str, Any], at: str) -> None:
        """What no single value can tell: `values` has None for each that is wrong."""
        if 0 < (values.get("context") or 0) < MIN_CONTEXT:
            message = f"Expected `int` >= {MIN_CONTEXT}, or 0 for what suits the machine"
            self._problem(_join(at, "context"), message)
        if "role" in values and values["role"] is None:
            return
        model = ModelConfig(file=Path(), **{key: values[key] for key in ("role",) if key in values})
        for role in values.get("priority") or {}:
            if role not in model.roles:
                here = _join(_join(at, "priority"), role)
                self._problem(here, "the model does not have this role", f'add "{role}" to its role')

    def _check_folders(self, sections: Mapping[str, msgspec.Struct], at: str) -> None:
        """Two sources that see one file would make two shots of it."""
        folders = {name: section for name, section in sections.items() if isinstance(section, FolderConfig)}
        for name, what, other in overlaps(folders):
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


def expected_one_of(choices: Sequence[str], written: Any) -> tuple[str, str]:
    """What is wrong with something that is none of these, and which of them was probably meant."""
    return f"expected one of {_quoted(choices)}", _near(written, choices) if isinstance(written, str) else ""


def _explained(kind: Any, value: Any, message: str) -> tuple[str, str]:
    """What is wrong with `value` and what to write instead."""
    choices = _choices(kind)
    if choices and int in _plain(kind):
        number = message if message.startswith("Expected `int` ") else "Expected `int`"
        return f"{number}, or {_quoted(choices)}", _near(value, choices) if isinstance(value, str) else ""
    found = _IN_LIST.search(message)
    where = [int(number) for number in _NUMBER.findall(found[1])] if found else []
    if not choices:
        return _IN_LIST.sub("", message) + _place(where), ""
    return expected_one_of(choices, value[where[0]] if where else value)


def _place(where: Sequence[int]) -> str:
    """Where in a list, in words, the innermost list first; nothing for what is in none."""
    places = [f"place {position + 1}" for position in reversed(where)]
    return f" in {' of '.join(places)} of the list" if places else ""


def _plain(kind: Any) -> list[Any]:
    """The parts of a union, without what is said of them."""
    return [get_args(part)[0] if get_origin(part) is Annotated else part for part in get_args(kind)]


def _quoted(choices: Sequence[str]) -> str:
    return ", ".join(f'"{choice}"' for choice in choices)


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
