"""What models are asked goes on record: each attempt with its sizes, its hashes, its times and its end.

Rules of this file: never what was asked or answered, only how much it was and a digest of it. An attempt is
put on record whether it went well, failed, was stopped or killed its child, and ends no differently for it.
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from glimpsed.core.errors import GlimpsedError
from glimpsed.core.histogram import Stage
from glimpsed.core.model import Job
from glimpsed.core.predict import Sample
from glimpsed.core.refusals import OUTCOMES
from glimpsed.core.roles import ask, screen
from glimpsed.engine.contract import Counts, InferenceReply, InferenceRequest
from glimpsed.host.clock import new_id, now_ms
from glimpsed.store import calls, stages
from glimpsed.store.db import Database
from glimpsed.store.writer import Writer

_STAGES = {Stage.ENCODE: "encode", Stage.PREFILL: "prefill", Stage.DECODE: "generate"}
"""The stages that a reply has timings of, and what it calls them."""

_VERSIONS = {"screen": screen.PROMPT_VERSION, "ask": ask.PROMPT_VERSION}


class Recording:
    """An attempt that is being made. Async context manager: when it ends it is put on record."""

    def __init__(
        self,
        store: Database,
        model: str,
        role: str,
        device: str,
        job: Job | None = None,
        *,
        waited_s: float = 0.0,
    ) -> None:
        """Nothing was asked yet. A probe is for no job; `device` is the one that the model is on."""
        self._store = store
        self._job = job
        self._known = {
            "model": model,
            "role": role,
            "device": device,
            "prompt_version": _VERSIONS.get(role, ""),
        }
        self._waited_s = waited_s
        self._request: InferenceRequest | None = None
        self._reply: InferenceReply | None = None

    async def __aenter__(self) -> Self:
        """The clock runs from here."""
        self._began = time.monotonic()
        return self

    async def __aexit__(
        self, _kind: object, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Put it on record."""
        call = self._call(*_ended(error))
        await self._store.write(lambda w: _record(w, call, self._reply))

    def asked(self, request: InferenceRequest) -> None:
        """This is what the model was asked."""
        self._request = request

    def answered(self, reply: InferenceReply) -> None:
        """This is what it said."""
        self._reply = reply

    def _call(self, outcome: str, code: str) -> calls.Call:
        job, reply = self._job, self._reply
        counts = reply.counts if reply is not None else Counts()
        timings = reply.timings if reply is not None else {}
        prompt, said = _prompt(self._request), (reply.text if reply is not None else "").encode()
        return calls.Call(
            id=new_id(),
            at_ms=now_ms(),
            job=None if job is None else job.id,
            **self._known,
            outcome=outcome,
            code=code,
            retry=job is not None and job.deaths + job.failures > 0,
            encoded=counts.encoded,
            reused=counts.reused,
            prompt_tokens=counts.prompt_tokens,
            kept_tokens=counts.kept_tokens,
            output_tokens=counts.output_tokens,
            forced_tokens=counts.forced_tokens,
            steps=counts.steps,
            queue_ms=round(self._waited_s * 1000),
            picture_ms=timings.get("picture", 0),
            encode_ms=timings.get("encode", 0),
            prefill_ms=timings.get("prefill", 0),
            generate_ms=timings.get("generate", 0),
            total_ms=round((time.monotonic() - self._began) * 1000),
            prompt_bytes=len(prompt),
            reply_bytes=len(said),
            prompt_sha256=hashlib.sha256(prompt).hexdigest() if prompt else "",
            reply_sha256=hashlib.sha256(said).hexdigest() if said else "",
        )


def sample(reply: InferenceReply) -> Sample:
    """What an inference took, for predicting others."""
    counts, timings = reply.counts, reply.timings
    return Sample(
        encoded=counts.encoded,
        new_tokens=counts.prompt_tokens - counts.kept_tokens,
        output_tokens=counts.output_tokens,
        encode_ms=timings.get("encode", 0),
        prefill_ms=timings.get("prefill", 0),
        generate_ms=timings.get("generate", 0),
    )


def remembered(recent: Iterable[calls.Call]) -> tuple[tuple[str, str, str, Sample], ...]:
    """Model, device, role and figures of the calls that did a job, oldest first; `recent` is newest first."""
    done = [call for call in recent if call.job is not None and call.outcome == "ok"]
    return tuple(_remembered(call) for call in reversed(done))


def _remembered(call: calls.Call) -> tuple[str, str, str, Sample]:
    took = Sample(
        encoded=call.encoded,
        new_tokens=call.prompt_tokens - call.kept_tokens,
        output_tokens=call.output_tokens,
        encode_ms=call.encode_ms,
        prefill_ms=call.prefill_ms,
        generate_ms=call.generate_ms,
    )
    return call.model, call.device, call.role, took


def _ended(error: BaseException | None) -> tuple[str, str]:
    """How an attempt ended, in a word, and the code of what went wrong."""
    if error is None:
        return "ok", ""
    if isinstance(error, asyncio.CancelledError):
        return "cancelled", ""
    code = error.code if isinstance(error, GlimpsedError) else type(error).__name__
    return _OUTCOMES.get(code, "failed"), code


_OUTCOMES = {"died": "died", "killed": "died", "deadline": "deadline", **OUTCOMES}


def _prompt(request: InferenceRequest | None) -> bytes:
    if request is None:
        return b""
    return f"{request.system}\0{request.excerpt}\0{request.question}".encode()


def _record(w: Writer, call: calls.Call, reply: InferenceReply | None) -> None:
    calls.record(w, call)
    if call.job is not None:
        stages.observe(w, Stage.QUEUE_WAIT, call.queue_ms)
    if reply is not None:
        for stage, name in _STAGES.items():
            stages.observe(w, stage, reply.timings.get(name, 0))
