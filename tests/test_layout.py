"""The house itself: no module outgrows its room, each says its rules, and one version is told everywhere."""

import ast
import tomllib
from pathlib import Path

import pytest

import glimpsed

ROOT = Path(__file__).parents[1]
LONGEST = 400
MODULES = sorted([*ROOT.glob("daemon/**/*.py"), *ROOT.glob("clients/**/*.py"), *ROOT.glob("samples/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_modules_to_look_at():
    assert {"daemon", "clients"} <= {path.relative_to(ROOT).parts[0] for path in MODULES}


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name)
def test_a_module_fits_into_a_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_with_its_rules(path):
    assert ast.get_docstring(ast.parse(path.read_bytes()))


def test_the_version_is_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert glimpsed.__version__ == project["version"]


def test_the_roots_are_no_packages():
    assert not (ROOT / "daemon/__init__.py").exists()
    assert not (ROOT / "clients/__init__.py").exists()
