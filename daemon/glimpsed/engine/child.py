"""The engine's child: holds one model, answers `load`, `probe`, `count`, `run`, and `about`.

Rules of this file: started as `python -m glimpsed.engine.child LAUNCH`, LAUNCH being a `Launch` in JSON. It
imports a backend only when asked to load it, so that the shipped test double needs no llama.cpp.
"""

import importlib
import sys
from typing import Any

import msgspec

from glimpsed.core.errors import ModelError
from glimpsed.engine.contract import Backend, InferenceRequest, Launch, Runner
from glimpsed.worker.child import Cancelled, serve

NICE = 15
"""Below the reader's 5: text that can be searched comes before descriptions."""

BACKENDS: dict[str, str] = {
    "llama_cpp": "glimpsed.engine.llama",
    "fake": "glimpsed.engine.fake",
}
"""Module of each backend, by its name in the configuration."""


class Engine:
    """The operations of this child."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._runner: Runner | None = None

    def load(self, _args: dict[str, Any], _cancelled: Cancelled) -> dict[str, Any]:
        """Load the model named at launch."""
        try:
            backend = importlib.import_module(BACKENDS[self._launch.backend])
        except Exception as error:  # a library that it needs may be missing, and says so here alone
            detail = f"what runs it cannot be loaded: {type(error).__name__}: {error}"
            code = "out_of_memory" if _is_short(error) else "backend_missing"
            raise ModelError(code, detail[:500]) from error
        runner: Runner = backend.load(self._launch)
        self._runner = runner
        return _as_map(runner.loaded)

    def probe(self, _args: dict[str, Any], cancelled: Cancelled) -> dict[str, Any]:
        """Prove that the model is alive."""
        self._loaded().probe(cancelled)
        return {}

    def count(self, args: dict[str, Any], cancelled: Cancelled) -> dict[str, Any]:
        """Count the tokens of texts."""
        texts = msgspec.convert(args["texts"], tuple[str, ...])
        return _as_map(self._loaded().count(texts, cancelled))

    def run(self, args: dict[str, Any], cancelled: Cancelled) -> dict[str, Any]:
        """Do one inference."""
        return _as_map(self._loaded().run(msgspec.convert(args, InferenceRequest), cancelled))

    def _loaded(self) -> Runner:
        if self._runner is None:
            raise ModelError("not_loaded", "no model was loaded in this child")
        return self._runner


def _is_short(error: Exception) -> bool:
    # What the loader of libraries says where there is no memory to map one into.
    return isinstance(error, MemoryError) or "failed to map segment" in str(error)


def about(_args: dict[str, Any], _cancelled: Cancelled) -> dict[str, Any]:
    """The version of llama-cpp-python, and whether this build of it can use a GPU."""
    llama_cpp = importlib.import_module("llama_cpp")
    return _as_map(Backend(llama_cpp.__version__, bool(llama_cpp.llama_supports_gpu_offload())))


def _as_map(value: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(value)
    return fields


def main() -> None:
    """Serve until the daemon closes the channel."""
    engine = Engine(msgspec.json.decode(sys.argv[1], type=Launch))
    operations = {"load": engine.load, "probe": engine.probe, "count": engine.count, "run": engine.run}
    serve({**operations, "about": about}, nice=NICE)


if __name__ == "__main__":
    main()
