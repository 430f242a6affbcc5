"""Which model may do what, and what the configuration says of scheduling."""

from pathlib import Path

import pytest

from glimpsed.app import _model_states, _policy
from glimpsed.config import Config, FolderConfig, ModelConfig, QueueConfig, YieldConfig
from glimpsed.core.model import Urgency
from glimpsed.core.profiles import PROFILES

EYES = Path("/eyes.gguf")
PROFILE = PROFILES["generous_96gb"]


def roles(**models):
    return {state.name: state.roles for state in _model_states(Config(models=models), PROFILE)}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (("screen", "ask"), {"screen": 0, "ask": 0}),
        ("ask", {"ask": 0}),
        ("session", {"session": 0}),
        ("screen", {"screen": 0, "ask": 0}),  # nobody else can answer, and it can see
    ],
)
def test_a_model_that_sees_does_what_its_role_says(role, expected):
    assert roles(eyes=ModelConfig(EYES, mmproj=EYES, role=role)) == {"eyes": expected}


def test_questions_go_to_the_model_that_is_named_for_them():
    models = {
        "eyes": ModelConfig(EYES, mmproj=EYES, role="screen"),
        "voice": ModelConfig(EYES, mmproj=EYES, role="ask"),
    }
    assert roles(**models) == {"eyes": {"screen": 0}, "voice": {"ask": 0}}


def test_who_answers_without_being_named_for_it_is_as_good_at_it_as_at_describing():
    eyes = ModelConfig(EYES, mmproj=EYES, role="screen", priority={"screen": 7})
    assert roles(eyes=eyes) == {"eyes": {"screen": 7, "ask": 7}}


@pytest.mark.parametrize(("configured", "kept_s"), [(None, PROFILE.keep_alive_s), (0.0, 0.0), (-1.0, -1.0)])
def test_a_model_is_kept_as_long_as_is_configured_or_suits_the_machine(configured, kept_s):
    config = Config(models={"eyes": ModelConfig(EYES, mmproj=EYES, keep_alive_s=configured)})
    (state,) = _model_states(config, PROFILE)
    assert state.keep_alive_s == kept_s


def test_the_machine_schedules_as_the_configuration_says():
    config = Config(
        sources={"desk": FolderConfig(EYES, rank="high"), "wall": FolderConfig(EYES)},
        queue=QueueConfig(max_jobs=500, max_questions=3),
        yielding=YieldConfig(on_battery=False),
    )
    policy = _policy(config, PROFILE)
    assert policy.profile is PROFILE
    assert policy.ranks == {"desk": Urgency.HIGH, "wall": Urgency.NORMAL}
    assert (policy.max_jobs, policy.max_questions) == (500, 3)
    assert policy.yields == {"foreign_gpu"}
