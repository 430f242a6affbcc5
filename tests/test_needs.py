"""A program that is missing is forgiven on somebody's own machine, never where everything must be shown."""

from pathlib import Path

import pytest

import child_python

ASKS = """
import needs

@needs.program("no-such-program-anywhere", "no-such-package")
def test_it():
    raise AssertionError("ran")
"""


@pytest.mark.parametrize(
    ("environ", "outcome"), [({}, "1 skipped"), ({"CI": ""}, "1 skipped"), ({"CI": "true"}, "1 failed")]
)
def test_a_missing_program_skips_a_test_unless_ci_is_set(tmp_path: Path, environ, outcome):
    (tmp_path / "test_asks.py").write_text(ASKS)
    run = f"import pytest; pytest.main(['-q', '-p', 'no:cacheprovider', {str(tmp_path)!r}])"
    done = child_python.run(run, tmp_path, environ)
    assert outcome in done.stdout, done
