"""What a person may write, and what is said when it is wrong."""

import os
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.config import (
    Config,
    ConfigErrors,
    FolderConfig,
    ModelConfig,
    OcrConfig,
    ProfileChoice,
    Rank,
    load,
    parse,
    with_profile,
    with_sources,
)
from glimpsed.core.errors import ConfigError
from glimpsed.core.model import Urgency
from glimpsed.core.profiles import PROFILES

BASE = Path("/etc/glimpsed")
SECTIONS = (
    *("log", "features", "sources", "ocr", "vision", "models", "sessions", "queue", "resources", "yield"),
    *("store", "tasks"),
)


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
        priority = {screen = 10}
        keep_alive_s = -1
        [sources.other]
        path = "/other"
        rank = "low"
        ignore = [[1700, 0, 220, 32], [0, 0, 1, 1]]
        [yield]
        on_battery = false
        """,
        BASE,
    )
    assert config.log.level == "debug"
    ignored = ((1700, 0, 220, 32), (0, 0, 1, 1))
    assert config.sources == {
        "work": FolderConfig(path=BASE / "shots", rescan_s=5.0),
        "other": FolderConfig(path=Path("/other"), rank="low", ignore=ignored),
    }
    assert config.ocr == OcrConfig(engine="tesseract", languages=("eng", "chi_sim"))
    assert config.models["seer"].mmproj == BASE / "m/b.gguf"
    assert config.models["seer"].roles == ("screen",)
    assert config.models["seer"].priorities == {"screen": 10}
    assert config.models["seer"].keep_alive_s == -1
    assert not config.yielding.on_battery


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
        ('models.m = {file = "f", role = "scren"}', "models.m.role", '"screen", "session", "ask"', "screen"),
        (
            'models.m = {file = "f", role = ["ask", "sreen"]}',
            "models.m.role",
            '"screen", "session", "ask"',
            "screen",
        ),
        ('models.m = {file = "f", role = []}', "models.m.role", '"screen", "session", "ask"', ""),
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
        ("models.m = {file = 'f', context = 511}", "models.m.context"),
        ("models.m = {file = 'f', keep_alive_s = -2}", "models.m.keep_alive_s"),
        ("models.m = {file = 'f', gpu_layers = 10001}", "models.m.gpu_layers"),
        ("models.m = {file = 'f', priority = 5}", "models.m.priority"),
        ("models.m = {file = 'f', priority = {screen = 'x'}}", "models.m.priority.screen"),
        ("models.m = {file = 'f', priority = {scren = 1}}", "models.m.priority.scren"),
        ("models.m = {file = 'f', priority = {session = 1}}", "models.m.priority.session"),
        ("models.m = {file = 'f', role = 'ask', priority = {screen = 1}}", "models.m.priority.screen"),
        ("queue.max_jobs = 99", "queue.max_jobs"),
        ("queue.max_questions = 0", "queue.max_questions"),
        ('resources.profile = "constrained_8gb"', "resources.profile"),
        ("resources.gpu_memory_mb = -1", "resources.gpu_memory_mb"),
        ("yielding.on_battery = true", "yielding"),
        ('sources.a = {path = "/x", rank = "interactive"}', "sources.a.rank"),
        ('sources.a = {path = "/x", ignore = [1, 2, 3, 4]}', "sources.a.ignore"),
        ('sources.a = {path = "/x", ignore = [[0, 0, 0, 4]]}', "sources.a.ignore"),
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
        f'"a\\nb": unknown key (known here: {", ".join(SECTIONS)})',
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


def test_a_value_deep_in_a_list_is_named_by_its_place():
    said = problems('sources.a = {path = "/x", ignore = [[0, 0, 9, 9], [0, 0, 0, 4]]}')["sources.a.ignore"][0]
    assert said == "Expected `int` >= 1 in place 3 of place 2 of the list"


@pytest.mark.parametrize("context", [0, 512, 4096])
def test_a_context_is_automatic_or_large_enough(context):
    model = f"models.m = {{file = 'f', context = {context}}}"
    assert parse(model, BASE).models["m"].context == context


def test_a_wrong_role_hides_no_wrong_priority_and_causes_none():
    text = "models.m = {{file = 'f', role = {role}, priority = {priority}}}"
    assert set(problems(text.format(role="'x'", priority="{session = 1}"))) == {"models.m.role"}
    both = problems(text.format(role="'x'", priority="{sesion = 1}"))
    assert set(both) == {"models.m.role", "models.m.priority.sesion"}


def test_every_role_has_a_priority_and_some_must_see():
    model = ModelConfig(file=Path("f"), role=("session", "ask"), priority={"ask": 3})
    assert model.priorities == {"session": 0, "ask": 3}
    assert model.must_see
    assert not ModelConfig(file=Path("f"), role="session").must_see


def test_the_choices_are_those_of_the_house():
    assert set(get_args(ProfileChoice)) == {"auto", *PROFILES}
    assert set(get_args(Rank)) == set(Urgency) - {Urgency.INTERACTIVE}


def test_a_profile_that_was_chosen_goes_before_the_configured_one():
    config = parse('resources = {profile = "development", gpu_memory_mb = 7}', BASE)
    assert with_profile(config, "", "THE_VARIABLE") is config
    chosen = with_profile(config, "balanced_24gb", "THE_VARIABLE").resources
    assert (chosen.profile, chosen.gpu_memory_mb) == ("balanced_24gb", 7)
    with pytest.raises(ConfigErrors, match=r'THE_VARIABLE: expected one of "auto", .+"balanced_24gb"\?\)$'):
        with_profile(config, "balanced_24g", "THE_VARIABLE")
