"""Attempts at jobs: gather what a job needs, have it done, say what came of it.

Rules of this file: an attempt marks its job as running before it begins, and returns an event or raises. It
commits no result: whether one is still wanted is for the machine to say. `InputError` and `ModelError` mean
that the attempt failed, `WorkerDiedError` that it killed the child. What a model was asked is put on record
(`calls`), however it ended.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from glimpsed.calls import Recording, sample
from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core import reuse
from glimpsed.core.errors import InputError, ModelError, WorkerDiedError
from glimpsed.core.events import Event
from glimpsed.core.model import Description, Job, JobKind, PictureText
from glimpsed.core.places import KIND, ROLE
from glimpsed.core.roles import ask, screen
from glimpsed.engine.slot import InferenceReply, InferenceRequest, Slot
from glimpsed.host.clock import new_id, now_ms
from glimpsed.reader.process import Reader
from glimpsed.store import jobs, results, shots
from glimpsed.store.db import Database
from glimpsed.store.spool import Spool
from glimpsed.telling import Tellings, require_whole

MAX_READER_RSS_MB = 2048
"""A reader over this is ended between jobs: onnxruntime's arenas grow with the largest picture seen."""

BUILT_IN = Path(__file__).parent / "engine" / "rehearsal.png"
"""A picture of our own, to see whether a model's replies are well-formed: a window, drawn in few lines."""

REHEARSED = "What is to be seen?"

T = TypeVar("T")


class Attempts:
    """How each kind of job is tried."""

    def __init__(
        self, config: Config, store: Database, spool: Spool, reader: Reader, slots: dict[str, Slot]
    ) -> None:
        """`slots` by model name."""
        self._config = config
        self._store = store
        self._spool = spool
        self._reader = reader
        self._slots = slots
        self._ignored = {name: source.ignore for name, source in config.sources.items()}
        self._tellings = Tellings(config, store, slots)

    async def read(self, job: Job) -> Event:
        """Read a picture's text -> `TextRead`."""
        await self._mark_running(job, None)
        limit_s = self._config.ocr.run_limit_s
        read = await self._with_file(
            job.picture, lambda path: self._reader.read_text(job.picture, path, limit_s)
        )
        if read.rss_mb > MAX_READER_RSS_MB:
            await self._reader.stop()
        return was.TextRead(job.id, read.text, read.ms)

    async def infer(self, effect: do.StartInference) -> Event:
        """Run a job on a loaded model, or repeat what was said of a picture like its own."""
        job, model = effect.job, effect.model
        if not self._slots[model].running:  # it died idle, or over a job that was cancelled
            return was.ModelLost(model, job.id)
        await self._mark_running(job, model)
        if job.kind is JobKind.SESSION:
            return await self._tellings.attempt(effect)
        if job.kind is JobKind.DESCRIBE:
            like = partial(shots.reusable, picture=job.picture, ignore_of=self._ignored)
            if (described := await self._store.read(like)) is not None:
                repeated = reuse.repeat(described, new_id(), job.picture, now_ms())
                return was.DescriptionReused(job.id, repeated)
        image = await self._spooled(job.picture)
        request = await self._request(job, image, self._config.models[model].max_output_tokens)
        request = msgspec.structs.replace(request, deadline_s=effect.deadline_s)
        known = model, ROLE[job.kind], effect.device
        async with Recording(self._store, *known, job, waited_s=effect.waited_s, request=request) as call:
            reply = await self._asked(model, request, call)
            return _made(job, model, reply)

    async def rehearse(self, model: str, role: str, call: Recording) -> None:
        """Have a model do all that a role asks, over something built-in. Raises as an attempt does."""
        max_tokens = self._config.models[model].max_output_tokens
        kind = KIND[role]
        job = Job("", kind, "", 0, question=REHEARSED if kind is JobKind.ASK else None)
        if kind is JobKind.SESSION:
            await self._tellings.rehearse(model, call)
            return
        request = self._asking(job, BUILT_IN, None, Description(), max_tokens)
        call.asked(request)
        reply = await self._slots[model].run(request)
        call.answered(reply)
        _made(job, model, reply)

    async def _asked(self, model: str, request: InferenceRequest, call: Recording) -> InferenceReply:
        try:
            reply = await self._slots[model].run(request)
        except ModelError as error:
            if error.code != "context_overflow" or not request.excerpt:
                raise
            # Some scripts take a token for each letter. Nothing was encoded yet, and the picture says it all.
            shorter = msgspec.structs.replace(request, excerpt="")
            call.asked(shorter)
            reply = await self._slots[model].run(shorter)
        call.answered(reply)
        return reply

    async def _mark_running(self, job: Job, model: str | None) -> None:
        if not await self._store.write(partial(jobs.start, job_id=job.id, model=model)):
            raise RuntimeError(f"job {job.id} was to be run and is not queued")

    async def _request(self, job: Job, image: Path, max_tokens: int) -> InferenceRequest:
        text = await self._store.read(partial(results.text, picture=job.picture))
        row = await self._store.read(partial(shots.latest_of, sha256=job.picture))
        seen = row.result.description if row is not None else Description()
        return self._asking(job, image, text, seen, max_tokens)

    def _asking(
        self, job: Job, image: Path, text: PictureText | None, seen: Description, max_tokens: int
    ) -> InferenceRequest:
        excerpt = screen.excerpt(text, window_title=seen.window_title, application=seen.application)
        request = partial(
            InferenceRequest,
            image=str(image),
            excerpt=excerpt,
            max_tokens=max_tokens,
            detail=self._config.vision.detail_or("high"),
        )
        if job.kind is JobKind.ASK:
            question = ask.question(job.question or "")
            return request(system=ask.INSTRUCTIONS, question=question, schema=ask.SCHEMA)
        question = screen.question(seen.application_type)
        return request(system=screen.INSTRUCTIONS, question=question, schema=screen.SCHEMA)

    async def _spooled(self, picture: str) -> Path:
        """The clean copy of a picture, made again if it is gone."""
        path = self._spool.path(picture)
        if not path.exists():
            try:
                made = await self._with_file(picture, partial(self._reader.ensure_spooled, picture))
            except InputError as error:
                raise InputError("picture_gone", error.detail) from error
            except (ModelError, WorkerDiedError) as error:  # it was not the model's child that failed
                raise InputError("reader_died", error.detail) from error
            if not made:
                raise InputError("disk_full", "there is no room for a copy of the picture")
            self._spool.added(picture)
        return path

    async def _with_file(self, picture: str, call: Callable[[bytes], Awaitable[T]]) -> T:
        """What `call` makes of the first file that still holds the picture."""
        last = InputError("vanished", "no file of this picture is known")
        for path in await self._store.read(partial(shots.paths_of, sha256=picture)):
            try:
                return await call(path)
            except InputError as error:
                last = error
        raise last


def _made(job: Job, model: str, reply: InferenceReply) -> Event:
    require_whole(reply)
    took = sample(reply)
    if job.kind is JobKind.ASK:
        return was.AnswerMade(job.id, ask.parse(reply.text), model, took)
    description = screen.parse(reply.text)
    return was.DescriptionMade(job.id, description, model, screen.PROMPT_VERSION, reply.timings, took)
