"""Replies about sessions: what their schemas let a model write, and what their parsers take."""

import contextlib
import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.config import ModelConfig
from glimpsed.core.errors import ModelError
from glimpsed.core.roles import session_boundary, session_part, session_whole
from glimpsed.core.sessions.model import Workflow
from glimpsed.core.sessions.told import BoundarySaid, PartSaid, SaidStep, WholeSaid

END = 256
STEP = {"start": "09:00", "end": "10:30", "text": "x" * session_part.MAX_STEP_CHARS}
PART = {
    "steps": [STEP] * session_part.MAX_STEPS,
    "summary": "x" * session_part.MAX_SUMMARY_CHARS,
    "tasks": ["x" * session_part.MAX_TASK_CHARS] * session_part.MAX_TASKS,
}
WHOLE = {
    "summary": "x" * session_whole.MAX_CHARS["summary"],
    "title": "x" * session_whole.MAX_CHARS["title"],
    "workflow": "content_creation",
    "activities": ["x" * session_whole.MAX_ACTIVITY_CHARS] * session_whole.MAX_ACTIVITIES,
    "tasks": ["x" * session_whole.MAX_TASK_CHARS] * session_whole.MAX_TASKS,
    "efficiency": "x" * session_whole.MAX_CHARS["efficiency"],
    "recommendations": ["x" * session_whole.MAX_RECOMMENDATION_CHARS] * session_whole.MAX_RECOMMENDATIONS,
}
BOUNDARY = {"before": "x" * 80, "after": "x" * 80, "another_begins": False}
FULL = {session_part: PART, session_whole: WHOLE, session_boundary: BOUNDARY}
LEAST = {
    session_part: {"steps": [], "summary": "", "tasks": []},
    session_whole: dict.fromkeys(WHOLE, "")
    | {"workflow": "mixed", "activities": [], "tasks": [], "recommendations": []},
    session_boundary: {"before": "", "after": "", "another_begins": True},
}
EVERY = pytest.mark.parametrize("role", FULL, ids=lambda role: role.NAME)


class Bytes:
    """A vocabulary of bytes and one end."""

    eos_token_id = END
    bos_token_id = None
    special_token_ids = (END,)
    tokens = (*(bytes([byte]) for byte in range(256)), b"<end>")

    def __call__(self, text):
        return list(text if isinstance(text, bytes) else text.encode())


@cache
def at_start(role):
    llguidance = pytest.importorskip("llguidance")
    tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Bytes()))
    grammar = llguidance.LLMatcher.grammar_from_json_schema(
        json.dumps(role.SCHEMA), overrides={"whitespace_flexible": False}
    )
    assert llguidance.LLMatcher.validate_grammar(grammar, tokenizer) == ""
    return llguidance.LLMatcher(tokenizer, grammar)


def compact(reply):
    return json.dumps(reply, separators=(",", ":"), ensure_ascii=False)


def allowed(role, reply):
    said = compact(reply).encode()
    return at_start(role).deep_copy().validate_tokens([*said, END]) == len(said) + 1


@EVERY
@pytest.mark.models
def test_the_least_and_the_fullest_reply_are_allowed_and_parsed(role):
    for reply in (LEAST[role], FULL[role]):
        assert allowed(role, reply)
        role.parse(compact(reply))


@EVERY
def test_the_default_limit_of_tokens_holds_a_full_reply(role):
    assert len(compact(FULL[role])) < 3.4 * ModelConfig(file="x").max_output_tokens


def change(role, path, value):
    """The fullest reply with another value somewhere."""
    reply = json.loads(compact(FULL[role]))
    *way, last = path
    inner = reply
    for step in way:
        inner = inner[step]
    inner[last] = value
    return reply


WRONG = [
    *(
        (session_part, ("steps", 0, "start"), value)
        for value in ("9:00", "24:00", "09:60", "09:00 ", "", 9, None)
    ),
    *((session_part, ("steps", 0, "end"), value) for value in ("09:00\n", "٠٩:00", ["09:00"])),
    *((session_part, ("steps",), value) for value in ({}, "", [STEP] * 9, [[]], [{"text": "x"}])),
    (session_part, ("steps", 0, "text"), "x" * 91),
    (session_part, ("summary",), "x" * 261),
    (session_part, ("tasks",), ["x"] * 4),
    (session_part, ("tasks", 0), 1),
    (session_part, ("mood",), "good"),
    *((session_whole, ("workflow",), value) for value in ("Coding", "", None, ["coding"], "gaming")),
    *((session_whole, (name,), ["x"] * 6) for name in ("activities", "tasks", "recommendations")),
    *((session_whole, (name, 0), "x" * 111) for name in ("activities", "tasks", "recommendations")),
    *((session_whole, (name,), "x" * 421) for name in ("summary", "title", "efficiency")),
    *((session_boundary, ("another_begins",), value) for value in ("true", 1, None, "yes")),
    *((session_boundary, (name,), "x" * 81) for name in ("before", "after")),
]


@pytest.mark.parametrize(("role", "path", "value"), WRONG)
@pytest.mark.models
def test_what_is_outside_the_schema_is_neither_allowed_nor_taken(role, path, value):
    reply = change(role, path, value)
    assert not allowed(role, reply)
    with pytest.raises(ModelError) as error:
        role.parse(compact(reply))
    assert error.value.code == "malformed"
    assert "x" * 20 not in error.value.detail


def test_replies_become_what_they_say():
    part = {"steps": [STEP | {"text": " Fixed\ta\x00loop "}], "summary": "S", "tasks": ["T", " ", "T"]}
    assert session_part.parse(json.dumps(part)) == PartSaid(
        (SaidStep("09:00", "10:30", "Fixed a loop"),), "S", ("T",)
    )
    whole = LEAST[session_whole] | {"title": "A", "workflow": "coding", "activities": ["a", "a", "b"]}
    assert session_whole.parse(json.dumps(whole)) == WholeSaid(
        "", "A", Workflow.CODING, ("a", "b"), (), "", ()
    )
    assert session_boundary.parse(compact(BOUNDARY)) == BoundarySaid("x" * 80, "x" * 80, begins=False)


def test_the_workflows_are_the_models():
    assert session_whole.SCHEMA["properties"]["workflow"]["enum"] == [kind.value for kind in Workflow]
    assert all(kind.value in session_whole.INSTRUCTIONS.partition("JSON schema")[0] for kind in Workflow)


def test_what_was_wrong_is_one_line_and_bounded():
    said = session_part.question("09:00", "10:00", "a\nb " + "x" * 10_000)
    assert said.count("\n") == 1
    assert len(said) < 700
    assert session_part.question("09:00", "10:00").count("\n") == 0


def test_both_sides_of_a_moment_are_quoted():
    said = session_boundary.material(["[09:00-09:01] A", "  -----"], ["[09:01-09:02] B"])
    assert said.split("\n")[1:] == ["| [09:00-09:01] A", "|   -----", "| -----", "| [09:01-09:02] B"]


@EVERY
@given(reply=st.text() | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_any_reply_is_an_account_or_malformed(role, reply):
    with contextlib.suppress(ModelError):
        assert isinstance(role.parse(reply), PartSaid | WholeSaid | BoundarySaid)
