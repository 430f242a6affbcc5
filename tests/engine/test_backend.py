"""What the installed backend says of itself, asked in a child."""

import os

import pytest

import child_python
import stand_in

REPORT = "import asyncio; from glimpsed.engine.backend import backend_report as b; print(asyncio.run(b()))"


@pytest.mark.parametrize(
    ("library", "detail"),
    [("import os; os.abort()", "killed by SIGABRT"), ("raise OSError('libcuda')", "unexpected OSError")],
)
def test_a_backend_that_cannot_be_imported_is_not_installed(tmp_path, library, detail):
    (tmp_path / "llama_cpp.py").write_text(library)
    paths = os.pathsep.join((str(tmp_path), child_python.ROOTS))
    done = child_python.run(REPORT, tmp_path, {"PYTHONPATH": paths})
    assert f"'installed': False, 'detail': '{detail}" in done.stdout, done


OFFLOADS = """
import asyncio
from pathlib import Path
from glimpsed.engine import backend

async def main():
    print(await backend.offloads(), await backend.offloads())
    Path({other!r}).rename({record!r})
    print(await backend.offloads())

asyncio.run(main())
"""
"""Asks twice, puts another build in the place of the first, and asks once more."""


def test_a_build_is_asked_once_and_another_one_anew(tmp_path):
    stand_in.backend(tmp_path, "libllama.so,sha256=1")
    stand_in.offload(tmp_path)
    with (tmp_path / "llama_cpp.py").open("a") as library:
        library.write(f"open({str(tmp_path / 'asked')!r}, 'a').write('once ')\n")
    (tmp_path / "other").write_text("libllama.so,sha256=2")
    record = next(tmp_path.glob("*.dist-info")) / "RECORD"
    code = OFFLOADS.format(other=str(tmp_path / "other"), record=str(record))
    done = child_python.run(code, tmp_path, stand_in.search(tmp_path))
    assert done.stdout.split() == ["True"] * 3, done.stderr
    assert (tmp_path / "asked").read_text().split() == ["once"] * 2


@pytest.mark.parametrize(
    ("library", "answer"),
    [(True, "True"), (False, "False"), ("import os; os.abort()", "False")],
    ids=["for a GPU", "for the CPU", "that dies"],
)
def test_a_build_offloads_when_it_says_so(tmp_path, library, answer):
    if isinstance(library, bool):
        stand_in.offload(tmp_path, to_gpu=library)
    else:
        (tmp_path / "llama_cpp.py").write_text(library)
    code = "import asyncio; from glimpsed.engine.backend import offloads; print(asyncio.run(offloads()))"
    done = child_python.run(code, tmp_path, stand_in.search(tmp_path))
    assert done.stdout.split() == [answer], done.stderr
