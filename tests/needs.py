"""Tests that need a program of the system: skipped where it is missing, but not where CI is said to run."""

import os
import shutil

import pytest


def program(name: str, package: str) -> pytest.MarkDecorator:
    """A mark for tests that run program `name`, which Debian's `package` has."""
    missing = shutil.which(name) is None and not os.environ.get("CI")
    return pytest.mark.skipif(missing, reason=f"{name} is not installed (Debian: {package})")
