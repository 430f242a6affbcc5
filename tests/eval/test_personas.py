"""Persona files: a new one is picked up without code, and a wrong one is refused with its name."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from eval.day import stream
from eval.persona import FOLDER, everybody, load
from eval.segmenters import Segmenter
from eval.sessions import made_for, measured, table, targets

TARGET = r"{} of left-out personas, {} of the means: \d\.\d{{3}} \(target {}: (not )?reached\)"
SCRIPT = Path(__file__).parent / "sessions.py"
WORDS = " ".join(
    f"{letter}{ending}"
    for letter in "bcdfgklmnp"
    for ending in ["al", "el", "il", "ol", "ul", "an", "en", "in", "on", "un"]
)

NEW = f"""
name = "archivist"
about = "Two collections."
tuned = false
people = ["A. Voss"]

[desktop]
style = "gnome"

[habits]
end = "12:00"

[[app]]
id = "catalogue"
layout = "page"
title = "{{document}} - LibreOffice Writer"

[[app]]
id = "post"
layout = "mail"
title = "Inbox"

[[aside]]
app = "post"
documents = ["Inbox"]
words = "dear regards"

[[matter]]
id = "maps"
title = "Maps"
words = "{WORDS}"
documents = {{ catalogue = ["Map 1", "Map 2"] }}

[[matter]]
id = "letters"
title = "Letters"
words = "{WORDS.replace("a", "s")}"
documents = {{ catalogue = ["Letter 1"] }}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "archivist.toml").write_text(NEW)
    return tmp_path


def test_a_new_file_is_a_new_persona_and_is_measured(folder):
    options = ["--personas", str(folder), "--seeds", "1", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *options, "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rows = found["personas"]["archivist"]
    assert set(rows) >= {"glimpsed", "gap > 5 min", "no boundary", "each application"}
    assert found["left_out"] == ["archivist"]
    assert rows["no boundary"]["recall"]["mean"] == 0
    assert rows["no boundary"]["unsupported"] == [], "it claims nothing"
    assert 0 <= rows["glimpsed"]["unsupported"]["mean"] < 0.02
    assert 0 < rows["gap > 5 min"]["precision"]["mean"] <= 1


def test_who_learns_is_never_shown_the_persona_of_its_row():
    people = everybody()[:2]
    streams = [stream(persona, 1, described=False) for persona in people]
    shown = []
    learner = Segmenter(
        "learner", lambda training: shown.append({each.name for each in training}), learns=True
    )
    for persona in people:
        made_for(learner, streams, persona.name)
    assert shown == [{people[1].name}, {people[0].name}]


def test_the_table_has_a_row_for_each_and_says_what_was_tuned(folder):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--personas", str(folder), "--seeds", "2", "--jobs", "1"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:11:5]] == ["archivist*", "all"]
    assert "Left out*: nothing was changed by looking at archivist." in lines
    assert "Glimpsed was tuned on: none of these." in lines
    assert "Means over seeds [1, 2]; a boundary may be one shot off." in lines
    assert any(re.fullmatch(TARGET.format("F1", "least", "0.95"), line) for line in lines)
    assert any(re.fullmatch(TARGET.format("Error of active time", "most", "0.02"), line) for line in lines)
    assert any(re.fullmatch(TARGET.format("Unsupported claims", "most", "0.0"), line) for line in lines)


def test_who_was_tuned_on_is_said_and_counts_for_no_target(folder):
    path = folder / "archivist.toml"
    path.write_text(NEW.replace("tuned = false", "tuned = true"))
    found = measured([load(path)], [1], jobs=1)
    lines = table(found)
    assert "Left out*: nothing was changed by looking at nobody." in lines
    assert "Glimpsed was tuned on: archivist." in lines
    assert not any("target" in line for line in lines)


@pytest.mark.parametrize(
    ("f1", "time", "claims", "said"),
    [
        ((0.99, 0.95), (0.02, 0.01), (0.0, 0.0), ["reached"] * 3),
        ((0.99, 0.949), (0.021, 0.01), (0.0, 0.01), ["not reached"] * 3),
    ],
)
def test_targets_are_reached_if_the_worst_persona_reaches_them(f1, time, claims, said):
    rows = [
        {name: {"mean": mean} for name, mean in zip(("f1", "time_error", "unsupported"), means, strict=True)}
        for means in zip(f1, time, claims, strict=True)
    ]
    assert [line.rpartition(": ")[2].rstrip(")") for line in targets(rows)] == said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('style = "gnome"', 'style = "cde"', "style"),
        ('about = "Two', 'abuot = "Two', "abuot"),
        ("tuned = false", "", "tuned"),
        ("documents = { catalogue", "documents = { ctalogue", "ctalogue"),
        ('title = "{document} -', 'title = "{documnet} -', "documnet"),
        ('end = "12:00"', 'end = "12:00', "archivist.toml"),
        (f'words = "{WORDS}"', 'words = "few words"', "has 2 words"),
        ('app = "post"', 'app = "past"', "past"),
        ('documents = { catalogue = ["Letter 1"] }', "documents = { catalogue = [] }", "without documents"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(folder, old, new, message):
    path = folder / "archivist.toml"
    assert old in NEW
    path.write_text(NEW.replace(old, new, 1))
    with pytest.raises(ValueError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith("archivist.toml: ")


def test_every_persona_is_named_as_its_file():
    assert [persona.name for persona in everybody()] == sorted(path.stem for path in FOLDER.glob("*.toml"))
