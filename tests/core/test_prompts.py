"""What models are told, word for word: a change shows as a change of a golden file and of the version in it.

When a change is meant, write the files anew with `.venv/bin/python tests/core/test_prompts.py`, and read the
difference before committing it.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from glimpsed.config.settings import Role
from glimpsed.core.model import ApplicationType, PictureText, TextLine
from glimpsed.core.roles import PROMPTS, ask, screen, session_boundary
from glimpsed.core.roles.hints import GENERAL, HINTS, hint
from glimpsed.core.roles.version import prompt_version

GOLDEN = Path(__file__).parent / "golden"
QUESTION = "QUESTION"
MATERIAL = ("LINE", "TITLE", "NAME", QUESTION, "09:00", "10:00", "WRONG")

EVERY_PROMPT = pytest.mark.parametrize("role", PROMPTS, ids=lambda role: role.NAME)
EVERY_KIND = pytest.mark.parametrize("kind", list(ApplicationType))


def questions(role):
    """Every way in which a prompt of the role can end, by what it depends on."""
    if role is ask:
        return {"any": ask.question(QUESTION)}
    if role is session_boundary:
        return {"first": role.question("09:00"), "again": role.question("09:00", "WRONG")}
    if role.ROLE == "session":
        return {"first": role.question("09:00", "10:00"), "again": role.question("09:00", "10:00", "WRONG")}
    return {kind.value: screen.question(kind) for kind in ApplicationType}


def excerpt(role):
    if role is session_boundary:
        return role.material(["LINE"], ["LINE"], earlier=True, later=True)
    if role.ROLE == "session":
        return role.quoted(["LINE"])
    lines = (TextLine("LINE", (0, 0, 1, 1), 0.9),) * 2000
    said = role.excerpt(PictureText(lines, "test"), window_title="TITLE", application="NAME")
    first, *repeated, last = said.split("\n| LINE")
    assert not any(repeated)
    return first + "\n| LINE" + last


def pieces(role):
    """What is told, cut where something is filled in."""
    return (
        piece for text in role.TOLD for piece in ([text] if text[:1] == "{" else text.split("{}")) if piece
    )


def prompt(role):
    parts = {"instructions": role.INSTRUCTIONS, "excerpt": excerpt(role)}
    parts |= {f"question: {name}": text for name, text in questions(role).items()}
    told = "\n".join(f"== {name}\n{text}" for name, text in parts.items())
    return f"{role.PROMPT_VERSION}\n{told}\n"


@EVERY_PROMPT
def test_the_prompt_is_as_it_was(role):
    # Not compared by pytest, whose account of two such texts is longer than both.
    same = (GOLDEN / f"{role.NAME}.txt").read_text() == prompt(role)
    assert same, "the prompt changed: see the top of this file"


@EVERY_PROMPT
def test_the_version_stands_for_every_byte_that_is_told(role):
    edition = int(role.PROMPT_VERSION.split("-")[1])
    assert prompt_version(role.NAME, edition, *role.TOLD) == role.PROMPT_VERSION
    for text in (role.INSTRUCTIONS, excerpt(role), *questions(role).values()):
        rest = text
        for part in sorted((*pieces(role), *MATERIAL), key=len, reverse=True):
            rest = rest.replace(part, "")
        assert not rest.strip("\n| "), "all of it is in TOLD, but for what is quoted"


def test_a_version_changes_with_every_byte():
    told = ("ab", "c")
    others = [("a", "bc"), ("ab", "d"), ("ab", "c "), ("ab",), ("ab", "c", "")]
    versions = {prompt_version("screen", 1, *parts) for parts in (told, *others)}
    assert len(versions) == 1 + len(others)
    assert prompt_version("screen", 1, *told) in versions


def test_versions_are_the_same_in_every_process():
    code = "from glimpsed.core.roles import PROMPTS; print([role.PROMPT_VERSION for role in PROMPTS])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(said) == [role.PROMPT_VERSION for role in PROMPTS]


@EVERY_PROMPT
def test_every_role_is_whole(role):
    assert role.ROLE in get_args(Role), "a role can be named in the configuration"
    assert role.PROMPT_VERSION.startswith(f"{role.NAME}-")
    assert role.SCHEMA is None or json.dumps(role.SCHEMA, separators=(",", ":")) in role.INSTRUCTIONS
    assert "x-guidance" not in role.INSTRUCTIONS, "how a schema is followed is the engine's business"


@EVERY_PROMPT
def test_a_prompt_leaves_room_in_the_default_context(role):
    # English has four characters a token or more. What stays is for 600 tokens of picture, 512 of reply,
    # and an excerpt, which has two tokens a character at worst, though mostly a quarter of one.
    assert 200 < len(role.INSTRUCTIONS) < 5500
    assert all(len(text) < 700 for text in questions(role).values())


def test_every_kind_has_a_hint_or_goes_without_on_purpose():
    assert set(ApplicationType) - set(HINTS) == {ApplicationType.OTHER, ApplicationType.UNKNOWN}
    assert len({*HINTS.values(), GENERAL}) == len(HINTS) + 1


@EVERY_KIND
def test_a_question_says_what_to_look_for_and_that_the_kind_is_a_guess(kind):
    said = screen.question(kind)
    assert hint(kind) in said
    assert screen.INSTRUCTIONS.count(f'"{kind.value}"'), "it is named as the schema names it"
    if kind is ApplicationType.UNKNOWN:
        assert "application_type" not in said
    else:
        assert f'application_type "{kind.value}". It may be wrong' in said


def test_what_is_the_same_for_every_picture_comes_first():
    assert all(hint(kind) not in screen.INSTRUCTIONS for kind in ApplicationType)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for role in PROMPTS:
        (GOLDEN / f"{role.NAME}.txt").write_text(prompt(role))
