"""Persona files: a new one is picked up without code, and a wrong one is refused with its name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.day import stream
from eval.persona import FOLDER, everybody, load
from eval.segmenters import Segmenter
from eval.sessions import made_for

SCRIPT = Path(__file__).parent / "sessions.py"
WORDS = " ".join(
    f"{letter}{ending}"
    for letter in "bcdfgklmnp"
    for ending in ["al", "el", "il", "ol", "ul", "an", "en", "in", "on", "un"]
)

NEW = f"""
name = "archivist"
about = "Two collections."
people = ["A. Voss"]

[desktop]
style = "gnome"

[habits]
end = "12:00"

[[app]]
id = "catalogue"
layout = "page"
title = "{{document}} - Catalogue"

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
    assert set(found["tuned_on"]) == set(rows) >= {"gap > 5 min", "no boundary", "each application"}
    assert rows["no boundary"]["recall"]["mean"] == 0
    assert rows["no boundary"]["unsupported"] == [], "nothing is claimed yet"
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
    assert "archivist             " in done.stdout
    assert "Tuned on: " in done.stdout
    assert "seeds [1, 2]" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('style = "gnome"', 'style = "cde"', "style"),
        ('about = "Two', 'abuot = "Two', "abuot"),
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
