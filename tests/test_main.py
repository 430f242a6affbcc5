"""What the `glimpsed` command makes of its environment, seen from outside."""

import os
import subprocess
import sys

import pytest


def checked(tmp_path, **environment):
    """`glimpsed check-config` of an empty configuration: exit code, output, standard error."""
    (tmp_path / "empty.toml").touch()
    done = subprocess.run(
        [sys.executable, "-m", "glimpsed", "check-config", "--config", str(tmp_path / "empty.toml")],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_profile_that_does_not_exist_is_an_error_of_the_configuration_that_names_the_variable(tmp_path):
    code, _, said = checked(tmp_path, GLIMPSED_PROFILE="balanced")
    assert code == 2
    assert 'GLIMPSED_PROFILE: expected one of "auto", "development"' in said


@pytest.mark.parametrize("profile", ["", "development"])
def test_a_profile_may_be_chosen_in_the_environment(tmp_path, profile):
    code, said, _ = checked(tmp_path, GLIMPSED_PROFILE=profile)
    assert code == 0
    assert "ok" in said
