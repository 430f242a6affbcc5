"""What models are asked goes on record: each attempt with its sizes, its hashes, its times and its end.

Rules of this file: never what was asked or answered, only how much it was and a digest of it. An attempt is
put on record before it begins, so that one which kills the daemon is there, too; then its end, whether it
went well, failed, was stopped or killed its child, and it ends no differently for it.
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

import msgspec

from glimpsed.core.errors import GlimpsedError, figures
from glimpsed.core.histogram import Stage
from glimpsed.core.model import Job
from glimpsed.core.predict import Sample
from glimpsed.core.refusals import OUTCOMES
from glimpsed.core.roles import ask, screen, session_part
from glimpsed.engine.contract import Counts, InferenceReply, InferenceRequest
from glimpsed.host.clock import new_id, now_ms
from glimpsed.store import calls, stages
from glimpsed.store.db import Database
from glimpsed.store.writer import Writer

_FIGURES = {name: name for name in Counts.__struct_fields__} | {
    name: f"{name}_ms" for name in ("picture", "encode", "prefill", "generate")
}
"""What a call has of the figures of a reply or of an error, by their names there."""

_CUT_OFF = frozenset({"run_limit", "deadline"})
"""Outcomes of attempts that took too long: as far as they came, their stages are counted, too."""

_VERSIONS = {
    "screen": screen.PROMPT_VERSION,
    "ask": ask.PROMPT_VERSION,
    "session": session_part.PROMPT_VERSION,
}
"""Of the prompt that a probe has, and every job where there is but one."""


class Recording:
    """An attempt that is being made. Async context manager: it is on record from its begin to its end."""

    def __init__(
        self,
        store: Database,
        model: str,
        role: str,
        device: str,
        job: Job | None = None,
        *,
        waited_s: float = 0.0,
        request: InferenceRequest | None = None,
        prompt_version: str = "",
    ) -> None:
        """Nothing was asked yet; `request` is what will be. A probe is for no job.

        `device` is the one that the model is on; `prompt_version` the role's, where that has but one prompt.
        """
        self._store = store
        self._begun = calls.Call(
            id=new_id(),
            at_ms=now_ms(),
            job=None if job is None else job.id,
            role=role,
            model=model,
            device=device,
            prompt_version=prompt_version or _VERSIONS.get(role, ""),
            outcome=calls.RUNNING,
            retry=job is not None and job.deaths + job.failures + job.interruptions > 0,
            queue_ms=round(waited_s * 1000),
        )
        self._request = request
        self._reply: InferenceReply | None = None

    async def __aenter__(self) -> Self:
        """The clock runs from here; it is on record that this runs."""
        self._began = time.monotonic()
        running = self._call()
        try:
            await self._store.write(lambda w: calls.record(w, running))
        except asyncio.CancelledError as stopped:  # which does not take the write back
            await self.__aexit__(None, stopped, None)
            raise
        return self

    async def __aexit__(
        self, _kind: object, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Put its end on record."""
        outcome, code = _ended(error)
        done = _figures(self._reply, error)
        known = {column: done[name] for name, column in _FIGURES.items() if name in done}
        total_ms = round((time.monotonic() - self._began) * 1000)
        call = self._call(outcome=outcome, code=code, total_ms=total_ms, **known)
        took = _took(call, whole=self._reply is not None)
        await self._store.write(lambda w: _record(w, call, took))

    def asked(self, request: InferenceRequest) -> None:
        """This is what the model is asked, instead of what it was to be asked."""
        self._request = request

    def answered(self, reply: InferenceReply) -> None:
        """This is what it said."""
        self._reply = reply

    def _call(self, **known: object) -> calls.Call:
        """The call as it stands now, with what is known of it besides what went in and came out."""
        prompt, said = _prompt(self._request), (self._reply.text if self._reply is not None else "").encode()
        return msgspec.structs.replace(
            self._begun,
            at_ms=now_ms(),
            prompt_bytes=len(prompt),
            reply_bytes=len(said),
            prompt_sha256=hashlib.sha256(prompt).hexdigest() if prompt else "",
            reply_sha256=hashlib.sha256(said).hexdigest() if said else "",
            **known,
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


_OUTCOMES = {"died": "died", "bad_frame": "died", "killed": "died", "deadline": "deadline", **OUTCOMES}


def _prompt(request: InferenceRequest | None) -> bytes:
    if request is None:
        return b""
    return f"{request.system}\0{request.excerpt}\0{request.question}".encode()


def _figures(reply: InferenceReply | None, error: BaseException | None) -> Mapping[str, int]:
    """How much was done: what the reply says, or what the error does when it did not come to one."""
    return figures(error) if reply is None else msgspec.structs.asdict(reply.counts) | reply.timings


def _took(call: calls.Call, *, whole: bool) -> dict[Stage, int]:
    """Milliseconds of each stage that there was in a call, `whole` if it came to a reply.

    Where every slice was known nothing was encoded; one that was cut off came as far as its time shows.
    """
    parts = (
        (Stage.ENCODE, call.encoded, call.encode_ms),
        (Stage.PREFILL, call.prompt_tokens - call.kept_tokens, call.prefill_ms),
        (Stage.DECODE, call.output_tokens, call.generate_ms),
    )
    if not whole and call.outcome not in _CUT_OFF:
        return {}
    return {stage: ms for stage, units, ms in parts if (units if whole else ms)}


def _record(w: Writer, call: calls.Call, took: Mapping[Stage, int]) -> None:
    calls.record(w, call)
    if call.job is not None:
        stages.observe(w, Stage.QUEUE_WAIT, call.queue_ms)
    for stage, ms in took.items():
        stages.observe(w, stage, ms)
