"""The daemon's end of one model in one child: load, run, unload.

Rules of this file: llama_cpp is never imported here. Unloading is the end of a process, so that memory on
every device is the driver's to take back. One inference at a time. A child that died stays dead until `load`
is called again: whether that is wise is not decided here.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import structlog

from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.errors import ModelError, WorkerDiedError
from glimpsed.core.residency import Plan
from glimpsed.engine.contract import Count, InferenceReply, InferenceRequest, Launch, LoadedModel
from glimpsed.worker.process import CalledOff, Worker

__all__ = ["Count", "InferenceReply", "InferenceRequest", "LoadedModel", "Slot"]

log = structlog.get_logger()

Answer = TypeVar("Answer")

GRACE_S = 2.0
"""Seconds in which a child that is told to stop, or is late, has to come back; then it is killed."""

CHILD_MODULE = "glimpsed.engine.child"

CHILD_ENV = {
    "OMP_WAIT_POLICY": "passive",  # idle threads sleep instead of spinning
    "GGML_NO_BACKTRACE": "1",  # an abort would start a debugger to print a backtrace
    "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # GPUs have the numbers that the driver gives them
}
"""For libraries that read their settings when they are loaded."""


def child_env(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What `environ` does not say for an engine's child; where a person has said something, it stands."""
    return {name: value for name, value in CHILD_ENV.items() if name not in environ}


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
        self._last_cancel: CalledOff | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, None when there is none."""
        return self._worker.pid if self._worker is not None else None

    @property
    def rss(self) -> int | None:
        """Bytes of main memory that the child holds, None when there is none."""
        return self._worker.rss if self._worker is not None else None

    @property
    def running(self) -> bool:
        """There is a child with the model in it."""
        return self._worker is not None and self._worker.running

    @property
    def last_cancel(self) -> CalledOff | None:
        """How the last inference that was cancelled ended; None when there was none."""
        return self._last_cancel

    async def load(self, plan: Plan | None = None) -> LoadedModel:
        """Start a fresh child and load the model, projector included; a child from before is ended first.

        It is loaded by `plan`, or else as `Launch.of` has it.
        Raises `ModelError` when the model cannot be loaded, `WorkerDiedError` when trying killed the child or
        took longer than `load_limit_s`. Afterwards, and when cancelled, there is no child.
        """
        await self.unload()
        launch = Launch.of(self.config, self._vision, plan=plan, verbose=self._verbose)
        argument = msgspec.json.encode(launch).decode()
        worker = Worker(CHILD_MODULE, argument, env=child_env(), on_log=self._log_native)
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

        Raises `ModelError` (code `not_loaded` when `load` did not come first, `deadline` or `run_limit` when
        it took too long), `InputError` when the picture is gone, `WorkerDiedError` when the child died or had
        to be killed. When it is cancelled or late the child stops between two steps of its work and keeps the
        model; one that does not in `GRACE_S` is killed.
        """
        limit_s = self.config.run_limit_s
        if request.deadline_s is not None and request.deadline_s <= limit_s:
            return await self._by_deadline(request, max(request.deadline_s, 0.0))
        limited = msgspec.structs.replace(request, deadline_s=limit_s)
        try:
            return await self._call("run", msgspec.to_builtins(limited), InferenceReply)
        except ModelError as error:
            if error.code != "deadline":
                raise
            raise ModelError("run_limit", f"given up after {limit_s:g} s") from error

    async def _by_deadline(self, request: InferenceRequest, left_s: float) -> InferenceReply:
        """A caller's deadline is nobody's fault, also where only an end of the child could keep it."""
        try:
            return await self._call("run", msgspec.to_builtins(request), InferenceReply, limit_s=left_s)
        except WorkerDiedError as error:
            if error.code != "run_limit":
                raise
            raise ModelError("deadline", f"not done within {left_s:g} s") from error

    async def count(self, texts: Sequence[str]) -> Count:
        """How many tokens each text is, and what a prompt takes beside its texts. Raises as `run`."""
        return await self._call("count", {"texts": list(texts)}, Count)

    async def probe(self) -> None:
        """Prove that the model is alive: one token, over a built-in picture where it can see.

        Raises as `run`.
        """
        await self._call("probe", {}, dict[str, str])

    async def _call(
        self, op: str, args: dict[str, Any], answer: type[Answer], *, limit_s: float | None = None
    ) -> Answer:
        """Have the child do something, in `limit_s` seconds and its grace; None: as for any run."""
        worker = self._worker
        if worker is None:
            raise ModelError("not_loaded", f"model {self.name} is not loaded")
        try:
            whole_s = (self.config.run_limit_s if limit_s is None else limit_s) + GRACE_S
            return await worker.call(op, args, answer=answer, limit_s=whole_s, grace_s=GRACE_S)
        except asyncio.CancelledError:
            self._log_cancel(worker.last_cancel)
            raise

    def _log_cancel(self, ended: CalledOff | None) -> None:
        if ended is None:
            return  # cancelled again and again: nobody waited for the end
        self._last_cancel = ended
        log.info("engine.cancelled", model=self.name, ms=ended.ms, killed=ended.killed)

    def _log_native(self, level: str, text: str) -> None:
        log.debug("engine.native", model=self.name, severity=level, text=text)  # `level` is our own log's

    async def unload(self) -> None:
        """End the child. Idempotent."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()
