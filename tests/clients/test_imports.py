"""A client is thin: what it imports is what it needs."""

import json
import subprocess
import sys

import pytest

from glimpse_client.cli import VERBS

HEAVY = (
    "apsw",
    "structlog",
    "watchdog",
    "psutil",
    "PIL",
    "numpy",
    "zmq.asyncio",
    "platformdirs",
    "onnxruntime",
)

MODULES = (
    "glimpse_client.client",
    "glimpse_client.connection",
    "glimpse_client.watch",
    "glimpse_client.cli",
    *(f"glimpse_client.cli.{verb}" for verb in VERBS),
)


def imported_with(*modules):
    program = f"import sys, json, {', '.join(modules)}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
    return set(json.loads(run.stdout))


@pytest.mark.parametrize("module", MODULES)
def test_of_the_daemon_only_the_wire_is_imported(module):
    imported = imported_with(module)
    daemon = {name for name in imported if name.split(".")[0] == "glimpsed"}
    assert daemon <= {"glimpsed"} | {name for name in daemon if name.split(".")[1:2] == ["wire"]}
    assert not imported & set(HEAVY)


def test_calling_one_verb_imports_no_other():
    program = (
        "import sys; from glimpse_client.cli import run; run(['version']); print(*sys.modules, sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
    loaded = run.stdout.decode().split()
    assert "glimpse_client.cli.version" in loaded
    assert not {f"glimpse_client.cli.{verb}" for verb in VERBS if verb != "version"} & set(loaded)
