"""Which model may do what."""

from pathlib import Path

import pytest

from glimpsed.app import _model_states
from glimpsed.config import Config, ModelConfig
from glimpsed.core.model import JobKind

EYES = Path("/eyes.gguf")


def kinds(**models):
    return {state.name: state.kinds for state in _model_states(Config(models=models))}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (("screen", "ask"), {JobKind.DESCRIBE, JobKind.ASK}),
        ("ask", {JobKind.ASK}),
        ("screen", {JobKind.DESCRIBE, JobKind.ASK}),  # nobody else can answer, and it can see
    ],
)
def test_a_model_that_sees_does_what_its_role_says(role, expected):
    assert kinds(eyes=ModelConfig(EYES, mmproj=EYES, role=role)) == {"eyes": expected}


def test_a_model_that_cannot_see_is_shown_no_picture():
    assert kinds(blind=ModelConfig(EYES)) == {"blind": frozenset()}


def test_questions_go_to_the_model_that_is_named_for_them():
    models = {
        "eyes": ModelConfig(EYES, mmproj=EYES, role="screen"),
        "voice": ModelConfig(EYES, mmproj=EYES, role="ask"),
    }
    assert kinds(**models) == {"eyes": {JobKind.DESCRIBE}, "voice": {JobKind.ASK}}
