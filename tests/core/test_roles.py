import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_models
from glimpsed.core.errors import ModelError
from glimpsed.core.model import (
    Activity,
    ApplicationType,
    Description,
    Entity,
    EntityKind,
    PictureText,
    TextLine,
)
from glimpsed.core.roles import PROMPTS, ask, screen
from glimpsed.core.roles.excerpt import INTRODUCTION

GOOD = json.loads(tiny_models.canned_description())


def text(*lines: str) -> PictureText:
    return PictureText(tuple(TextLine(line, (0, 0, 10, 10), 0.9) for line in lines), "test")


@pytest.mark.parametrize("role", [screen, ask], ids=lambda role: role.NAME)
def test_every_role_that_is_shown_a_picture_quotes_its_text(role):
    assert role.excerpt(text("hello")).endswith("| hello")


@pytest.mark.parametrize("role", PROMPTS, ids=lambda role: role.NAME)
def test_every_role_refuses_an_empty_reply(role):
    with pytest.raises(ModelError) as error:
        role.parse("")
    assert error.value.code == "malformed"


def test_the_schema_is_the_description():
    properties = screen.SCHEMA["properties"]
    assert tuple(properties) == Description.__struct_fields__ == tuple(screen.SCHEMA["required"])
    assert properties["application_type"]["enum"] == [kind.value for kind in ApplicationType]
    assert properties["activity"]["enum"] == [kind.value for kind in Activity]
    entity = properties["entities"]["items"]["properties"]
    assert tuple(entity) == Entity.__struct_fields__
    assert entity["kind"]["enum"] == [kind.value for kind in EntityKind]


def test_a_reply_becomes_a_description():
    description = screen.parse(json.dumps(GOOD))
    assert description.application == "Visual Studio Code"
    assert description.activity is Activity.CODING
    assert description.entities == (Entity(EntityKind.FILE, "main.py"),)
    assert description.confidence == 0.9


@pytest.mark.parametrize(
    "changes",
    [
        {"application_type": "editor"},
        {"activity": ["coding"]},
        {"task": None},
        {"task": 5},
        {"summary": "x" * 321},
        {"application": "x" * 49},
        {"window_title": ["x"]},
        {"confidence": 1.01},
        {"confidence": 0.123},
        {"confidence": 1e-9},
        {"confidence": None},
        {"confidence": -0.1},
        {"confidence": True},
        {"confidence": "0.5"},
        {"entities": {}},
        {"entities": ["main.py"]},
        {"entities": [{"kind": "file"}]},
        {"entities": [{"kind": "planet", "text": "Mars"}]},
        {"entities": [{"kind": "file", "text": "x"}] * 9},
        {"mood": "good"},
    ],
)
def test_a_reply_outside_the_schema_is_malformed(changes):
    with pytest.raises(ModelError) as error:
        screen.parse(json.dumps(GOOD | changes))
    assert error.value.code == "malformed"


@pytest.mark.parametrize(
    "reply",
    [
        "null",
        "[]",
        "{}",
        '{"application": "cut sh',
        "[" * 100_000,
        '{"application":' * 10_000,
        json.dumps(GOOD).replace("0.9", "1e999"),
        json.dumps(GOOD).replace("0.9", "NaN"),
        json.dumps(GOOD).replace("0.9", "-Infinity"),
        json.dumps(GOOD).replace("0.9", "9" * 400),
        json.dumps(GOOD).replace("0.9", "9" * 5000),
        json.dumps(GOOD).replace('"summary"', '"task"'),
        json.dumps(GOOD).replace("{", '{"task": "twice", ', 1),
        json.dumps(GOOD).replace('"kind"', '"text": "twice", "kind"'),
        json.dumps(GOOD).replace("Editing", "a\nb"),
        json.dumps(GOOD).replace("Editing", "a\x00b"),
        json.dumps(GOOD) + "}",
        json.dumps(GOOD) * 2,
        "```json\n" + json.dumps(GOOD) + "\n```",
    ],
    ids=lambda reply: reply[:12],
)
def test_a_reply_that_is_no_description_is_malformed(reply):
    with pytest.raises(ModelError) as error:
        screen.parse(reply)
    assert error.value.code == "malformed"


def test_an_error_does_not_quote_the_screen():
    unlike = (
        {"activity": "xylophone"},
        {"xylophone": 1},
        {"confidence": "xylophone"},
        {"task": ["xylophone"]},
    )
    for reply in (
        *(json.dumps(GOOD | change) for change in unlike),
        '{"xylophone',
        '{"xylophone":1,"xylophone":2}',
    ):
        with pytest.raises(ModelError) as error:
            screen.parse(reply)
        assert "xylophone" not in str(error.value)
        assert error.value.__cause__ is None


def test_escaped_control_characters_and_lone_surrogates_are_cleaned():
    raw = json.dumps(GOOD | {"task": "TASK"}).replace("TASK", r"a\nb\u0000\u0007\ud800c\ud83d\ude00")
    task = screen.parse(raw).task
    assert task == "a b c\N{GRINNING FACE}"
    assert msgspec.json.decode(msgspec.json.encode(screen.parse(raw)), type=Description).task == task


def test_lengths_are_those_of_characters():
    full = {field: "\N{GRINNING FACE}" * limit for field, limit in screen.MAX_CHARS.items()}
    for ensure_ascii in (False, True):
        description = screen.parse(json.dumps(GOOD | full, ensure_ascii=ensure_ascii))
        assert {field: getattr(description, field) for field in full} == full


@pytest.mark.parametrize("said", ["0", "1", "0.0", "1.0", "0.5", "0.50", "0.07", "0.29", "0.57", "0.99"])
def test_a_confidence_has_two_decimals(said):
    assert screen.parse(json.dumps(GOOD).replace("0.9", said)).confidence == float(said)


def test_empty_and_repeated_entities_are_dropped():
    entities = [{"kind": "file", "text": item} for item in ("a.py", " ", "a.py", "b.py")]
    description = screen.parse(json.dumps(GOOD | {"entities": entities}))
    assert [entity.text for entity in description.entities] == ["a.py", "b.py"]


@given(
    st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_any_reply_is_a_description_or_malformed(reply):
    with contextlib.suppress(ModelError):
        assert isinstance(screen.parse(reply), Description)


@given(
    st.lists(st.text(max_size=300), max_size=40),
    st.text(max_size=300),
    st.text(max_size=100),
    st.integers(0, 3000),
)
def test_an_excerpt_is_bounded_and_nothing_in_it_leaves_its_frame(lines, title, application, limit):
    said = screen.excerpt(text(*lines), window_title=title, application=application, limit_chars=limit)
    assert len(said) <= limit
    said.encode()
    if said:
        first, *rest = said.split("\n")
        assert first == INTRODUCTION
        assert rest
        assert all(line.startswith("| ") for line in rest if line != "(more text was left out)")
        assert all(line.isprintable() or "\u200c" in line or "\u200d" in line for line in rest)


def test_an_excerpt_quotes_hints_then_lines_in_order():
    said = screen.excerpt(text("first", "", "second\nthird"), window_title="main.py", application="Code")
    assert said.split("\n")[1:] == [
        "| Window title: main.py",
        "| Application: Code",
        "| first",
        "| second third",
    ]


def test_an_excerpt_says_when_text_was_left_out():
    said = screen.excerpt(text(*(f"line {n}" for n in range(1000))))
    assert said.endswith("(more text was left out)")
    assert "| line 0" in said


def test_nothing_to_quote_is_no_excerpt():
    assert screen.excerpt(None) == ""
    assert screen.excerpt(text("  ", "\x00")) == ""


def test_questions_and_answers_are_bounded():
    assert len(ask.question("why? " * 10_000)) < 2100
    assert ask.question("  why?\n").endswith(" why?")
    assert len(ask.parse("because " * 10_000)) <= 8000
    assert ask.parse("\n one\n\n two\x00 \n") == "one\n\ntwo"
    with pytest.raises(ModelError):
        ask.parse(" \n\x00 ")
