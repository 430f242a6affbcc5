"""A test double that ships: a backend in the same child, under the same contract, without a model.

Rules of this file: its model "file" is a JSON script, so that a test can say to the millisecond what a model
does. A script is `{"vision": true, "load": STEP, "steps": [STEP, ...]}`; each inference takes the next step,
and the last one again when there are no more. A `load_on_gpu` is taken in place of `load` where the projector
is to go to a GPU. A picture whose SHA-256 is in `poison` ends it by SIGABRT. A STEP has any of: `delay_s`
(wait first; a cancel ends the wait), `hang` (deaf to cancelling), `words` (said on standard error), `abort`
(die by SIGABRT), `error` (`{"code"}`), `reply`, `sample` (reply as the schema allows, in words it was given).
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from glimpsed.core.errors import InputError, ModelError
from glimpsed.engine.contract import Count, Counts, InferenceReply, InferenceRequest, Launch, LoadedModel
from glimpsed.engine.sampled import sample
from glimpsed.engine.stopping import Stop, require_room
from glimpsed.worker.child import Cancelled, say


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `ModelError` to raise."""

    code: str


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One behaviour, its parts done in the order of its fields."""

    delay_s: float = 0.0
    hang: bool = False
    words: str = ""
    abort: bool = False
    error: Failure | None = None
    reply: str = ""
    sample: bool = False


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the double does on loading and on each inference."""

    steps: tuple[Step, ...] = (Step(),)
    load: Step = Step()
    load_on_gpu: Step | None = None
    vision: bool = True
    poison: frozenset[str] = frozenset()
    buffers: dict[str, int] = {}
    rss: int = 0
    settings: dict[str, str] = {}


class FakeRunner:
    """Plays a script. One word is one token, and a picture one slice, which is never known."""

    def __init__(self, script: Script, context: int) -> None:
        self.loaded = LoadedModel(context, script.vision, script.buffers, script.rss, script.settings)
        self._steps = list(script.steps)
        self._poison = script.poison

    def run(self, request: InferenceRequest, cancelled: Cancelled) -> InferenceReply:
        """Take the next step of the script."""
        started = time.monotonic()
        prompt = f"{request.system} {request.excerpt} {request.question}".split()
        self._check(request, len(prompt))
        if request.image is not None and Path(request.image).stem in self._poison:
            os.abort()
        step = self._next_step()
        shown = int(request.image is not None)
        try:
            _perform(step, Stop(cancelled, request.deadline_s))
        except ModelError as error:
            error.figures = {"encoded": shown, "prompt_tokens": len(prompt), "generate": _ms_since(started)}
            raise
        said = sample(request.schema or {}, request.excerpt) if step.sample else step.reply
        words = said.split(" ")
        cut = len(words) > request.max_tokens
        return InferenceReply(
            text=" ".join(words[: request.max_tokens]),
            finish="length" if cut else "stop",
            counts=Counts(
                encoded=shown, prompt_tokens=len(prompt), output_tokens=min(len(words), request.max_tokens)
            ),
            timings={
                **dict.fromkeys(("picture", "encode", "prefill"), 0),
                "generate": _ms_since(started),
            },
        )

    def count(self, texts: Sequence[str], cancelled: Cancelled) -> Count:
        """One word is one token."""
        Stop(cancelled).check()
        return Count(tuple(len(text.split()) for text in texts), 0, self.loaded.context)

    def probe(self, cancelled: Cancelled) -> None:
        """Take the next step of the script."""
        _perform(self._next_step(), Stop(cancelled))

    def _next_step(self) -> Step:
        return self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]

    def _check(self, request: InferenceRequest, prompt_tokens: int) -> None:
        if request.image is not None and not self.loaded.vision:
            raise ModelError("no_vision", "this model cannot see pictures: it has no mmproj")
        if request.image is not None and not Path(request.image).is_file():
            raise InputError("picture_gone", "the picture's copy in the spool is gone")
        require_room(prompt_tokens, request.max_tokens, self.loaded.context)


def load(launch: Launch) -> FakeRunner:
    """Read the script. Raises `ModelError` with code `load_failed` when it is none."""
    try:
        script = msgspec.json.decode(Path(launch.file).read_bytes(), type=Script)
    except (OSError, msgspec.MsgspecError) as error:
        raise ModelError("load_failed", f"no script of a fake model: {type(error).__name__}") from error
    if launch.verbose:
        say("info", f"a script of {len(script.steps)} steps")
    on_gpu = script.load_on_gpu if launch.projector_on_gpu else None
    _perform(on_gpu or script.load, Stop(Cancelled()))
    return FakeRunner(script, launch.context)


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _perform(step: Step, stop: Stop) -> None:
    stop.wait(step.delay_s)
    while step.hang:
        time.sleep(1)
    os.write(2, step.words.encode())
    if step.abort:
        os.abort()
    if step.error is not None:
        raise ModelError(step.error.code, "as the script says")
