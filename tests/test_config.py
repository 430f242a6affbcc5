"""What a person may write, and what is said when it is wrong."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.config import (
    Config,
    ConfigErrors,
    FolderConfig,
    LogConfig,
    ModelConfig,
    OcrConfig,
    StoreConfig,
    VisionConfig,
    load,
    parse,
    with_sources,
)
from glimpsed.core.errors import ConfigError

BASE = Path("/etc/glimpsed")
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
COMMENTED_OUT = re.compile(r"^#(?=\S)", re.MULTILINE)


def problems(text: str) -> dict[str, tuple[str, str]]:
    with pytest.raises(ConfigErrors) as caught:
        parse(text, BASE)
    assert len({problem.path for problem in caught.value.problems}) == len(caught.value.problems)
    return {problem.path: (problem.message, problem.suggestion) for problem in caught.value.problems}


def test_nothing_written_means_the_defaults():
    assert parse("", BASE) == Config()
    assert load(None) == Config()


def test_what_is_written_is_what_comes_out():
    config = parse(
        """
        [log]
        level = "debug"
        [sources.work]
        path = "shots"
        rescan_s = 5
        [ocr]
        engine = "tesseract"
        languages = ["eng", "chi_sim"]
        [models.seer]
        file = "/m/a.gguf"
        mmproj = "m/b.gguf"
        role = "screen"
        """,
        BASE,
    )
    assert config.log.level == "debug"
    assert config.sources == {"work": FolderConfig(path=BASE / "shots", rescan_s=5.0)}
    assert config.ocr == OcrConfig(engine="tesseract", languages=("eng", "chi_sim"))
    assert config.models["seer"].mmproj == BASE / "m/b.gguf"
    assert config.models["seer"].roles == ("screen",)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("shots", BASE / "shots"),
        ("../shots/", Path("/etc/shots")),
        ("/a/./b", Path("/a/b")),
        ("~/shots", Path.home() / "shots"),
    ],
)
def test_paths_come_out_absolute(written, path):
    assert parse(f'sources.a.path = "{written}"', BASE).sources["a"].path == path


def test_everything_that_is_wrong_is_said_at_once():
    found = problems(
        """
        [ocr]
        engin = "tesseract"
        threads = "two"
        [storre]
        events_keep = 5
        [store]
        spool_max_mb = 0
        [models.seer]
        mmproj = "x.gguf"
        [sources.a]
        path = 7
        """
    )
    assert set(found) == {
        "ocr.engin",
        "ocr.threads",
        "storre",
        "store.spool_max_mb",
        "models.seer.file",
        "sources.a.path",
    }
    assert found["ocr.engin"] == ("unknown key", 'did you mean "engine"?')
    assert found["storre"] == ("unknown key", 'did you mean "store"?')
    assert found["models.seer.file"][0] == "missing"
    assert "[models.seer]" in found["models.seer.file"][1]
    assert ">= 1" in found["store.spool_max_mb"][0]


def test_an_unknown_key_like_no_other_lists_what_is_known():
    assert problems("[log]\nzzz = 1")["log.zzz"] == ("unknown key", "known here: level")


@pytest.mark.parametrize(
    ("text", "path", "choices", "meant"),
    [
        ('ocr.engine = "tesserract"', "ocr.engine", '"rapidocr", "tesseract", "none"', "tesseract"),
        ('log.level = "WARN"', "log.level", '"debug", "info", "warning", "error"', "warning"),
        ("log.level = 3", "log.level", '"debug", "info", "warning", "error"', ""),
        ('models.m = {file = "f", role = "scren"}', "models.m.role", '"screen", "ask"', "screen"),
        ('models.m = {file = "f", role = ["ask", "sreen"]}', "models.m.role", '"screen", "ask"', "screen"),
        ('models.m = {file = "f", role = []}', "models.m.role", '"screen", "ask"', ""),
    ],
)
def test_a_wrong_choice_lists_the_choices(text, path, choices, meant):
    message, suggestion = problems(text)[path]
    assert message == f"expected one of {choices}"
    assert suggestion == (f'did you mean "{meant}"?' if meant else "")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("ocr = 1", "ocr"),
        ("ocr.threads = true", "ocr.threads"),
        ("ocr.threads = -1", "ocr.threads"),
        ("ocr.run_limit_s = nan", "ocr.run_limit_s"),
        ("ocr.run_limit_s = inf", "ocr.run_limit_s"),
        (f"store.events_keep = {10**30}", "store.events_keep"),
        ("ocr.languages = []", "ocr.languages"),
        ('ocr.languages = "eng"', "ocr.languages"),
        ('ocr.languages = [""]', "ocr.languages"),
        ('ocr.languages = ["--psm"]', "ocr.languages"),
        ("sources = []", "sources"),
        ("sources.a = 1", "sources.a"),
        ('sources.path = "/x"', "sources.path"),
        ('sources."".path = "/x"', 'sources.""'),
        ('sources." ".path = "/x"', 'sources." "'),
        ('sources.a.path = ""', "sources.a.path"),
        ('sources.a.path = "a\\u0000b"', "sources.a.path"),
        ('sources.a.path = "~nobody-of-this-name/x"', "sources.a.path"),
        ("sources.a.recursive = 1", "sources.a.recursive"),
        ("sources.a.path = 2026-01-01", "sources.a.path"),
        ('models."a.b" = {}', 'models."a.b".file'),
        ("models.m = {file = 'f', mmproj = ''}", "models.m.mmproj"),
    ],
)
def test_a_value_that_cannot_work_is_refused(text, path):
    assert path in problems(text)


def test_one_folder_cannot_be_two_sources(tmp_path):
    folder, link = tmp_path / "a", tmp_path / "b"
    folder.mkdir()
    link.symlink_to(folder)
    found = problems(f'sources.one.path = "{folder}/"\nsources.two.path = "{link}"')
    assert list(found) == ["sources.two.path"]
    assert "sources.one.path" in found["sources.two.path"][0]


@pytest.mark.parametrize("order", ["outer inner", "inner outer"])
def test_a_folder_that_is_watched_already_cannot_be_a_source_of_its_own(tmp_path, order):
    """Also by another name: a link leads to what it points at."""
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a/b")
    folders = {"outer": tmp_path / "a", "inner": tmp_path / "link/c/not-there-yet"}
    text = "\n".join(f'sources.{name}.path = "{folders[name]}"' for name in order.split())
    found = problems(text)
    assert list(found) == ["sources.inner.path"]
    assert found["sources.inner.path"][0] == "lies inside sources.outer.path"
    assert "sources.outer.recursive = false" in found["sources.inner.path"][1]
    assert len(parse(f"{text}\nsources.outer.recursive = false", BASE).sources) == 2
    assert list(problems(f"{text}\nsources.inner.recursive = false")) == ["sources.inner.path"]


def test_folders_beside_each_other_may_both_be_sources():
    text = 'sources.a.path = "/s/shots"\nsources.b.path = "/s/shots-2"\nsources.c.path = "/s/shot"'
    assert list(parse(text, BASE).sources) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[log]\nlevel = debug", "line 2, column 9"),
        ("[log]\nlevel =", "line 2, column 8"),
        ("[log]\n[log]\n", "line 2, column 5"),
        ("a = " + "[" * 5000, "file"),
    ],
)
def test_what_is_not_toml_is_named_by_its_place(text, place):
    assert list(problems(text)) == [place]


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigErrors, match=r"gone\.toml: cannot be read: No such file"):
        load(tmp_path / "gone.toml")
    with pytest.raises(ConfigErrors, match="Is a directory"):
        load(tmp_path)


def test_a_file_is_read_and_its_folder_is_the_base(tmp_path, request):
    before = Path.cwd()
    request.addfinalizer(lambda: os.chdir(before))
    os.chdir(tmp_path)
    (tmp_path / "c.toml").write_text('sources.a.path = "x"', encoding="utf-8-sig")
    assert load(Path("c.toml")).sources["a"].path == tmp_path / "x"
    (tmp_path / "c.toml").write_bytes(b"# \xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(Path("c.toml"))


def test_detail_has_one_line_for_each_problem():
    with pytest.raises(ConfigErrors) as caught:
        parse("log.levle = 1\nocr.engine = 'tesserakt'\n\"a\\nb\" = 1", BASE)
    assert caught.value.code == "bad_config"
    assert caught.value.detail.splitlines() == [
        'log.levle: unknown key (did you mean "level"?)',
        'ocr.engine: expected one of "rapidocr", "tesseract", "none" (did you mean "tesseract"?)',
        r'"a\nb": unknown key (known here: log, sources, ocr, vision, models, store)',
    ]


KEYS = st.sampled_from(
    ["log", "level", "ocr", "engine", "threads", "languages", "sources", "path", "models", "file", "role"]
) | st.text(max_size=4)
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def parsed(text: str) -> Config | ConfigErrors:
    try:
        return parse(text, BASE)
    except ConfigErrors as errors:
        return errors


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_toml(key)} = {as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
    return str(value).lower() if not isinstance(value, float) else repr(value)


@given(table=st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_written_gives_a_configuration_or_all_its_problems(table):
    text = "\n".join(f"{as_toml(key)} = {as_toml(value)}" for key, value in table.items())
    tomllib.loads(text)
    outcome = parsed(text)
    if isinstance(outcome, Config):
        assert all(source.path.is_absolute() for source in outcome.sources.values())
    else:
        assert outcome.problems
        assert len(outcome.detail.split("\n")) == len(outcome.problems)


@given(text=st.text())
def test_any_text_gives_a_configuration_or_its_problems(text):
    assert isinstance(parsed(text), Config | ConfigErrors)


def test_folders_on_the_command_line_replace_the_configured_ones(tmp_path):
    config = parse('sources.mine.path = "/mine"\nocr.engine = "none"', BASE)
    both = [tmp_path / "x" / "shots", tmp_path / "y" / "shots", tmp_path / "x/../x/shots"]
    watched = with_sources(config, both, Path("/pictures"))
    assert watched.sources == {"shots": FolderConfig(path=both[0]), "shots-2": FolderConfig(path=both[1])}
    assert watched.ocr.engine == "none"


def test_folders_on_the_command_line_cannot_lie_inside_each_other(tmp_path):
    (tmp_path / "real/inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    inner, outer = tmp_path / "link/inner", tmp_path / "real"
    for folders in ([inner, outer], [outer, inner]):
        with pytest.raises(ConfigErrors) as caught:
            with_sources(Config(), folders, Path("/none"))
        assert caught.value.detail == f"--watch {inner}: lies inside {outer} (watch one of the two)"


@given(names=st.lists(st.sampled_from(["a", "a-2", "a-2-2", "b"]), max_size=6))
def test_every_folder_on_the_command_line_gets_a_name_of_its_own(names):
    folders = [Path(f"/none/{number}/{name}") for number, name in enumerate(names)]
    sources = with_sources(Config(), folders, Path("/none/default")).sources
    assert [source.path for source in sources.values()] == (folders or [Path("/none/default")])


def test_without_any_folder_the_default_one_is_watched():
    assert with_sources(Config(), [], Path("/p/Screenshots")).sources == {
        "screenshots": FolderConfig(path=Path("/p/Screenshots"))
    }
    named = parse('sources.mine.path = "/mine"', BASE)
    assert with_sources(named, [], Path("/p")) is named


# The example file ---------------------------------------------------------------------------------------


def example() -> dict[str, Any]:
    return tomllib.loads(COMMENTED_OUT.sub("", EXAMPLE.read_text()))


SECTIONS = [
    (("log",), LogConfig),
    (("ocr",), OcrConfig),
    (("store",), StoreConfig),
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
    assert set(example()) == {field.name for field in msgspec.structs.fields(Config)}
    assert {path[0] for path, _ in SECTIONS} == set(example())


@pytest.mark.parametrize(("path", "kind"), SECTIONS)
def test_the_example_has_every_key_with_its_default(path, kind):
    section = example()
    for name in path:
        section = section[name]
    fields = msgspec.structs.fields(kind)
    assert set(section) == {field.name for field in fields}
    for field in fields:
        if field.default is not None and not field.required:
            default = list(field.default) if isinstance(field.default, tuple) else field.default
            assert (section[field.name], type(section[field.name])) == (default, type(default))


def test_every_line_of_the_example_is_prose_or_toml_and_every_key_has_its_prose():
    lines = EXAMPLE.read_text().splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        assert re.match(r"$|#$|# |#?\[|#[a-z0-9_]+ = ", line), line
        if " = " in line and not line.startswith("# "):
            assert before.startswith("# "), line
