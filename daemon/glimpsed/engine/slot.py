"""The daemon's end of one model in one child: load, run, unload.

Rules of this file: llama_cpp is never imported here. Unloading is the end of a process, so that memory on
every device is the driver's to take back. One inference at a time. A child that died stays dead until `load`
is called again: whether that is wise is not decided here.
"""

from typing import Any, TypeVar

import msgspec

from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.errors import ModelError
from glimpsed.engine.contract import InferenceReply, InferenceRequest, Launch, LoadedModel
from glimpsed.worker.process import Worker

__all__ = ["InferenceReply", "InferenceRequest", "LoadedModel", "Slot"]

Answer = TypeVar("Answer")

CHILD_MODULE = "glimpsed.engine.child"

CHILD_ENV = {
    "OMP_WAIT_POLICY": "passive",  # idle threads sleep instead of spinning
    "GGML_NO_BACKTRACE": "1",  # an abort would start a debugger to print a backtrace
}


class Slot:
    """A place where one configured model runs; empty until `load`."""

    def __init__(
        self, name: str, config: ModelConfig, vision: VisionConfig | None = None, *, verbose: bool = False
    ) -> None:
        """Nothing is started yet; `name` is the model's, for messages.

        With `verbose` what the native libraries log reaches our log, at debug.
        """
        self.name = name
        self.config = config
        self._vision = vision or VisionConfig()
        self._verbose = verbose
        self._worker: Worker | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, None when there is none."""
        return self._worker.pid if self._worker is not None else None

    @property
    def running(self) -> bool:
        """There is a child with the model in it."""
        return self._worker is not None and self._worker.running

    async def load(self) -> LoadedModel:
        """Start a fresh child and load the model, projector included; a child from before is ended first.

        Raises `ModelError` when the model cannot be loaded, `WorkerDiedError` when trying killed the child or
        took longer than `load_limit_s`. Afterwards, and when cancelled, there is no child.
        """
        await self.unload()
        launch = Launch.of(self.config, self._vision, verbose=self._verbose)
        worker = Worker(CHILD_MODULE, msgspec.json.encode(launch).decode(), env=CHILD_ENV)
        try:
            await worker.start()
            loaded = await worker.call("load", {}, answer=LoadedModel, limit_s=self.config.load_limit_s)
        except BaseException:
            await worker.stop()
            raise
        self._worker = worker
        return loaded

    async def run(self, request: InferenceRequest) -> InferenceReply:
        """Run one inference, at most `run_limit_s` seconds.

        Raises `ModelError` (code `not_loaded` when `load` did not come first), `InputError` when the picture
        is gone, `WorkerDiedError` when the child died or had to be killed. When cancelled, the child stops
        between two tokens and keeps the model; one that does not in time is killed.
        """
        args = msgspec.to_builtins(request)
        return await self._call("run", args, InferenceReply)

    async def probe(self) -> None:
        """Prove that the model is alive: one token, over a built-in picture where it can see. Raises as `run`."""
        await self._call("probe", {}, dict[str, str])

    async def _call(self, op: str, args: dict[str, Any], answer: type[Answer]) -> Answer:
        if self._worker is None:
            raise ModelError("not_loaded", f"model {self.name} is not loaded")
        return await self._worker.call(op, args, answer=answer, limit_s=self.config.run_limit_s)

    async def unload(self) -> None:
        """End the child. Idempotent."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()
