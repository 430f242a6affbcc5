"""The engine's child in which an inference is called off at an exact moment, or memory is short.

Rules of this file: the operations of the real child, and `trip`: a run whose `Cancelled` sets itself, or lets
the deadline pass, when it is looked at and a condition on the runner holds. So a test says where a run
stops, and no clock does. `pinch` takes memory away, and `gorge` dies for want of it.
"""

import ctypes
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.errors import ModelError
from glimpsed.engine.child import Engine
from glimpsed.engine.contract import InferenceReply, InferenceRequest, Launch
from glimpsed.engine.llama.native import library
from glimpsed.engine.llama.runner import LlamaRunner
from glimpsed.worker.child import Cancelled, serve
from glimpsed.worker.process import Worker

PAGE = resource.getpagesize()

LIMIT = "TRIPPED_ENGINE_ADDRESS_SPACE"
"""Environment variable with the bytes of address space that the child may have."""


class Trip(msgspec.Struct, frozen=True):
    """Where a run is called off: all of it must hold.

    So many slices encoded by this run, tokens in the context, and looks taken at whether anybody still wants
    the answer. With `late` time passes there until the request's deadline is over; else it is cancelled.
    """

    encoded: int = 0
    evaluated: int = 0
    looks: int = 0
    late: bool = False


class Tripped(msgspec.Struct, frozen=True):
    """What came of it: the code of its error or else its reply, slices that it encoded, tokens in the
    context, looks in all, and those of them after the trip; what the error says was done until then.
    """

    code: str
    reply: InferenceReply | None
    encoded: int
    evaluated: int
    looks: int
    looks_after: int
    figures: dict[str, int] = {}


class _Wire(Cancelled):
    """Set by itself once its condition holds."""

    def __init__(self, runner: LlamaRunner, trip: Trip, deadline_s: float | None) -> None:
        super().__init__()
        self.looks = self.looks_after = 0
        self._runner = runner
        self._trip = trip
        self._known = len(runner._cache)
        self._ends = time.monotonic() + (deadline_s or 0.0)
        self._over = False

    @property
    def encoded(self) -> int:
        return len(self._runner._cache) - self._known

    def is_set(self) -> bool:
        self.looks += 1
        if self._over:
            self.looks_after += 1
        elif self._holds():
            self._over = True
            if self._trip.late:  # the deadline is a moment, and there is no sign of it but the clock
                time.sleep(max(0.0, self._ends - time.monotonic()) + 0.05)
            else:
                self.set()
        return super().is_set()

    def _holds(self) -> bool:
        trip, position = self._trip, self._runner._model.position
        return self.encoded >= trip.encoded and position >= trip.evaluated and self.looks >= trip.looks


class TrippedEngine(Engine):
    """The operations of this child."""

    def trip(self, args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        runner = self._loaded()
        assert isinstance(runner, LlamaRunner)
        request = msgspec.convert(args["request"], InferenceRequest)
        wire = _Wire(runner, msgspec.convert(args["trip"], Trip), request.deadline_s)
        code, reply, figures = "", None, {}
        try:
            reply = runner.run(request, wire)
        except ModelError as error:
            code, figures = error.code, dict(error.figures)
        position = runner._model.position
        tripped = Tripped(code, reply, wire.encoded, position, wire.looks, wire.looks_after, figures)
        return msgspec.to_builtins(tripped)

    def pinch(self, args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        """From now on there is no more memory than `slack` bytes, or with None as much as ever."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = resource.RLIM_INFINITY if args["slack"] is None else pages * PAGE + args["slack"]
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
        return {}

    def gorge(self, _args: dict[str, Any], _: Cancelled) -> dict[str, Any]:
        """Have ggml want more memory than there is, and abort."""
        library().ggml_init(_Wanted(2**62, None, False))
        raise AssertionError("still here")


class _Wanted(ctypes.Structure):
    """ggml's `ggml_init_params`."""

    _fields_ = (("bytes", ctypes.c_size_t), ("buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


def tripped_worker(config: ModelConfig, vision: VisionConfig, *, address_space: int | None = None) -> Worker:
    """A worker whose child runs this module, and may have so many bytes of address space."""
    env = {"PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), *sys.path[1:]))}
    if address_space is not None:
        env[LIMIT] = str(address_space)
    return Worker("tripped_engine", msgspec.json.encode(Launch.of(config, vision)).decode(), env=env)


def main() -> None:
    if LIMIT in os.environ:
        resource.setrlimit(resource.RLIMIT_AS, (int(os.environ[LIMIT]),) * 2)
    engine = TrippedEngine(msgspec.json.decode(sys.argv[1], type=Launch))
    handlers = (engine.load, engine.run, engine.trip, engine.pinch, engine.gorge)
    serve({handler.__name__: handler for handler in handlers}, nice=0)


if __name__ == "__main__":
    main()
