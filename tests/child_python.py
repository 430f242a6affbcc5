"""Pieces of Python run in processes of their own, where environment, umask and death are real."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOTS = os.pathsep.join(str(Path(__file__).parents[1] / name) for name in ("daemon", "clients", "tests"))


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment with nothing of this machine's user in it but the search path."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": ROOTS} | dict(extra or {})


def run(code: str, home: Path, extra: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `code` to its end; a failure of its own is the caller's to judge."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home, extra),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextlib.contextmanager
def running(code: str, home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `code` up to its first line of output, and kill it at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
