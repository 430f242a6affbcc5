"""The example file is the configuration: every key, each with its default and its prose."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from glimpsed.config import (
    Config,
    FeaturesConfig,
    FolderConfig,
    LogConfig,
    ModelConfig,
    OcrConfig,
    QueueConfig,
    ResourcesConfig,
    SessionsConfig,
    StoreConfig,
    TasksConfig,
    VisionConfig,
    YieldConfig,
    load,
    parse,
)
from glimpsed.core.profiles import PROFILES

BASE = Path("/etc/glimpsed")
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
COMMENTED_OUT = re.compile(r"^#(?=\S)", re.MULTILINE)


def example() -> dict[str, Any]:
    return tomllib.loads(COMMENTED_OUT.sub("", EXAMPLE.read_text()))


SECTIONS = [
    (("log",), LogConfig),
    (("features",), FeaturesConfig),
    (("ocr",), OcrConfig),
    (("sessions",), SessionsConfig),
    (("queue",), QueueConfig),
    (("resources",), ResourcesConfig),
    (("yield",), YieldConfig),
    (("store",), StoreConfig),
    (("tasks",), TasksConfig),
    (("sources", "screenshots"), FolderConfig),
    (("vision",), VisionConfig),
    (("models", "minicpm"), ModelConfig),
]


def test_the_example_as_it_is_changes_nothing():
    assert load(EXAMPLE) == Config()


def test_the_example_uncommented_is_valid():
    config = parse(COMMENTED_OUT.sub("", EXAMPLE.read_text()), BASE)
    assert list(config.sources) == ["screenshots"]
    assert list(config.models) == ["minicpm"]


def test_the_example_has_every_section_and_no_other():
    assert set(example()) == {field.encode_name for field in msgspec.structs.fields(Config)}
    assert {path[0] for path, _ in SECTIONS} == set(example())


@pytest.mark.parametrize(("path", "kind"), SECTIONS)
def test_the_example_has_every_key_with_its_default(path, kind):
    section = example()
    for name in path:
        section = section[name]
    fields = msgspec.structs.fields(kind)
    assert set(section) == {field.name for field in fields}
    for field in fields:
        default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        if default is not None and not field.required:
            default = list(default) if isinstance(default, tuple) else default
            assert (section[field.name], type(section[field.name])) == (default, type(default))


def test_every_line_of_the_example_is_prose_or_toml_and_every_key_has_its_prose():
    lines = EXAMPLE.read_text().splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        assert re.match(r"$|#$|# |#?\[|#[a-z0-9_]+ = ", line), line
        if " = " in line and not line.startswith("# "):
            assert before.startswith("# "), line


def test_what_the_example_says_of_profiles_is_so():
    prose = EXAMPLE.read_text().replace("\n# ", " ")
    assert all(f'"{name}"' in prose for name in PROFILES)
    smallest, *others, largest = PROFILES.values()
    assert (smallest.detail, {each.detail for each in others}, largest.detail) == ("medium", {"high"}, "full")
    assert {each.keep_alive_s for each in (smallest, *others)} == {300.0}
    assert largest.keep_alive_s == 1800.0
