"""Which llama-cpp-python is installed, and what this build of it can do.

Rules of this file: safe in the daemon; whatever takes importing llama_cpp is asked of a child of its own.
What is installed changes while a daemon runs, so that an answer is kept for one build.
"""

import asyncio
import hashlib
import importlib.util
import math
import time
from importlib import metadata
from typing import Any

import msgspec

from glimpsed.core.errors import ModelError, WorkerDiedError
from glimpsed.engine.contract import Backend, Launch
from glimpsed.engine.slot import CHILD_MODULE, child_env
from glimpsed.worker.process import Worker

REPORT_LIMIT_S = 30.0

ASK_AGAIN_S = 60.0
"""Seconds until a backend is asked again that gave no answer."""

_answers: dict[str, tuple[bool, float]] = {}
"""Whether a build offloads, and how long this holds, by the clock that never jumps."""


def installed() -> bool:
    """Whether there is one, working or not."""
    return importlib.util.find_spec("llama_cpp") is not None


def build() -> str:
    """A name for the build that is installed, empty when none is. Reads from disk.

    Builds of one version, for a CPU and for a GPU, differ in their files, of which the installer kept hashes.
    """
    try:
        found = metadata.distribution("llama-cpp-python")
    except metadata.PackageNotFoundError:
        return ""
    files = found.read_text("RECORD") or ""
    return f"{found.version}-{hashlib.sha256(files.encode()).hexdigest()[:12]}"


async def offloads() -> bool:
    """Whether the build that is installed can use a GPU. Asks a child once for each build: up to seconds."""
    name = await asyncio.to_thread(build)
    answer, until = _answers.get(name, (False, -math.inf))
    if time.monotonic() >= until:
        report = await backend_report()
        answer = report["installed"] and report["gpu_offload"]
        _answers[name] = (answer, math.inf if report["installed"] else time.monotonic() + ASK_AGAIN_S)
    return answer


async def backend_report() -> dict[str, Any]:
    """The installed backend, asked in a child of its own: `installed`, and then `version`, `gpu_offload`.

    `installed` is False with a `detail` when importing it fails or kills.
    """
    if not installed():
        return {"installed": False}
    launch = Launch("llama_cpp")
    worker = Worker(CHILD_MODULE, msgspec.json.encode(launch).decode(), env=child_env())
    try:
        await worker.start()
        about = await worker.call("about", {}, answer=Backend, limit_s=REPORT_LIMIT_S)
        return {"installed": True} | msgspec.structs.asdict(about)
    except (ModelError, WorkerDiedError) as error:
        return {"installed": False, "detail": error.detail}
    finally:
        await worker.stop()
