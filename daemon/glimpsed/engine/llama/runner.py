"""One loaded model: from a request to a reply.

Rules of this file: a prompt is a row of segments, each evaluated by itself. What an earlier prompt began with
is kept up to the first segment that differs, never the last one; so equal prompts are evaluated in equal
batches whatever came before, and equal batches give equal bits. A segment of a picture is known by what it
shows, never by its place, so an answer cannot come from the picture before.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import numpy as np

from glimpsed.core.errors import ModelError
from glimpsed.core.slicing import Box, Size, Slicing
from glimpsed.engine.contract import Count, Counts, InferenceReply, InferenceRequest, LoadedModel
from glimpsed.engine.llama.cache import Embedding, Pixels, SliceCache, slice_keys
from glimpsed.engine.llama.model import Model
from glimpsed.engine.llama.native import Log
from glimpsed.engine.llama.picture import blank_picture, read_picture, striped_picture, wide_picture
from glimpsed.engine.llama.sampling import Schemas, write
from glimpsed.engine.llama.template import Template
from glimpsed.engine.llama.vision import Projector, Shown, Slice
from glimpsed.engine.stopping import Stop, require_room
from glimpsed.worker.child import Cancelled

_BLIND = 1e-3
"""Least relative difference between what a projector makes of two pictures that look nothing alike."""


class Segment(NamedTuple):
    """What is evaluated at once: tokens, or a slice of the picture under its key."""

    tokens: tuple[int, ...]
    part: Slice | None = None
    key: bytes = b""

    @property
    def size(self) -> int:
        """Tokens that it takes in the context."""
        return len(self.tokens) if self.part is None else self.part.tokens


class _Evaluated(NamedTuple):
    """A segment in the context, and the position after it."""

    segment: Segment
    end: int


class Times:
    """What was done so far: milliseconds by stage, and of `Counts` what is known."""

    def __init__(self) -> None:
        self.ms = dict.fromkeys(("picture", "encode", "prefill", "generate"), 0.0)
        self.counts: dict[str, int] = {}

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count the time until the end as this stage's."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.ms[stage] += (time.perf_counter() - started) * 1000

    def rounded(self) -> dict[str, int]:
        """For a reply."""
        return {stage: round(ms) for stage, ms in self.ms.items()}

    @contextmanager
    def told(self) -> Iterator[None]:
        """An error until the end says how much was done."""
        try:
            yield
        except ModelError as error:
            error.figures = self.counts | self.rounded()
            raise


class LlamaRunner:
    """One loaded model, with its projector where it has one."""

    loaded: LoadedModel

    def __init__(
        self,
        model: Model,
        projector: Projector | None,
        template: Template,
        cache: SliceCache,
        encoder: bytes,
        *,
        log: Log,
    ) -> None:
        """`encoder` names the projector and how it works, for the keys of the cache.

        `log` hears what the native libraries say of memory.
        """
        self._model = model
        self._projector = projector
        self._template = template
        self._cache = cache
        self._encoder = encoder
        self._log = log
        self._schemas = Schemas(model.vocabulary)
        self._parsed_anyway = _pattern(model.vocabulary.user_defined())
        self._evaluated: list[_Evaluated] = []
        self.forward = True
        """Whether forced tokens are evaluated in one step; not so only for measuring."""

    def run(self, request: InferenceRequest, cancelled: Cancelled) -> InferenceReply:
        """Do one inference.

        Raises `InputError`, or `ModelError`: `no_vision`, `bad_schema`, `context_overflow`, `cancelled`,
        `deadline`, `out_of_memory`, `blind` or `run_failed`.
        """
        stop, times = Stop(cancelled, request.deadline_s), Times()
        with self._blamed():
            with times.of("picture"):
                pixels = self._read(request)
            return self._infer(request, pixels, stop, times)

    def count(self, texts: Sequence[str], cancelled: Cancelled) -> Count:
        """How many tokens each text is in a prompt, and what a prompt takes beside its texts.

        Raises `ModelError` with code `cancelled`.
        """
        stop, found = Stop(cancelled), []
        for text in texts:
            stop.check()
            found.append(len(self._plain(text)))
        words, template = self._model.vocabulary, self._template
        ends = words.tokens(template.between, control=True) + words.tokens(template.after, control=True)
        frame = len(self._begins()) + len(ends) + len(self._plain("\n\n"))
        return Count(tuple(found), frame, self._model.size)

    def probe(self, cancelled: Cancelled) -> None:
        """Look at the built-in pictures where it can see, and make one token.

        Raises `ModelError`: `blind` when what it sees does not depend on the picture, `wrong_pair` when the
        model has no words for pictures, or as `run` does.
        """
        with self._blamed():
            self._probe(Stop(cancelled))

    def _probe(self, stop: Stop) -> None:
        pixels = None
        if self._projector is not None:
            with self._projector.show(wide_picture()):  # the words around slices are looked for, no more
                pass
            pixels = striped_picture()
            (key, seen), (_, nothing) = (self._seen(each, stop) for each in (pixels, blank_picture()))
            require_sight(seen, nothing)
            self._cache.put(key, seen)
        request = InferenceRequest("Describe.", None, "", "What is shown?", None, max_tokens=1)
        self._infer(request, pixels, stop, Times())

    def _infer(
        self, request: InferenceRequest, pixels: Pixels | None, stop: Stop, times: Times
    ) -> InferenceReply:
        matcher = self._schemas.matcher(request.schema) if request.schema is not None else None
        with self._all_forgotten_on_failure(), times.told(), ExitStack() as opened:
            with times.of("picture"):
                shown = self._show(pixels, opened)
                prompt = self._prompt(request, shown, pixels)
            size = sum(segment.size for segment in prompt)
            times.counts["prompt_tokens"] = size
            require_room(size, request.max_tokens, self._model.size)
            self._evaluate(prompt, shown, stop, times)
            with times.of("generate"), self._counting_output(times):
                written = write(self._model, matcher, request.max_tokens, stop, forward=self.forward)
        wrote = {
            "output_tokens": len(written.tokens),
            "forced_tokens": written.forced,
            "steps": written.steps,
        }
        counts = Counts(**(times.counts | wrote))
        text = self._model.vocabulary.text(written.tokens)
        return InferenceReply(text, "stop" if written.ended else "length", counts, times.rounded())

    # -- the prompt

    def _read(self, request: InferenceRequest) -> Pixels | None:
        if request.image is None:
            return None
        if self._projector is None:
            raise ModelError("no_vision", "this model cannot see pictures: it has no mmproj")
        return read_picture(request.image, request.detail, self._projector.slicing or Slicing())

    def _show(self, pixels: Pixels | None, opened: ExitStack) -> Shown | None:
        if pixels is None or self._projector is None:
            return None
        return opened.enter_context(self._projector.show(pixels))

    def _prompt(self, request: InferenceRequest, shown: Shown | None, pixels: Pixels | None) -> list[Segment]:
        """Instructions, picture, excerpt, question: what changes least comes first."""
        words, template = self._model.vocabulary, self._template
        static = self._begins()
        # Many templates strip what they are given, and models are trained on that.
        static += self._plain(request.system.strip()) + words.tokens(template.between, control=True)
        # MiniCPM-V was trained with a line break after the picture.
        excerpt = ("\n" if shown is not None else "") + request.excerpt
        ends = self._plain(f"\n\n{request.question}" if request.excerpt else request.question)
        ends += words.tokens(template.after, control=True)
        if not ends:
            raise ModelError("run_failed", "the prompt ends in nothing that could be answered")
        if shown is None or pixels is None:
            return _segments([static], self._plain(excerpt), ends)
        keys = iter(self._keys(shown, pixels))
        row: list[list[int] | Segment] = [static]
        row += [
            Segment((), piece, next(keys)) if isinstance(piece, Slice) else list(piece)
            for piece in shown.layout
        ]
        return _segments(row, self._plain(excerpt), ends)

    def _begins(self) -> list[int]:
        """What stands before the instructions."""
        words = self._model.vocabulary
        tokens = words.tokens(self._template.before, control=True)
        return tokens if words.bos is None or tokens[:1] == [words.bos] else [words.bos, *tokens]

    def _plain(self, text: str) -> list[int]:
        # What a screen shows must not become a control word; some words are parsed whatever is asked.
        return self._model.vocabulary.tokens(self._parsed_anyway.sub(r"\1 ", text), control=False)

    def _keys(self, shown: Shown, pixels: Pixels) -> list[bytes]:
        height, width, _ = pixels.shape
        slicing = self._projector.slicing if self._projector is not None else None
        boxes = slicing.sources(Size(width, height)) if slicing is not None else ()
        if len(boxes) == len(shown.slices):
            return slice_keys(pixels, boxes, self._encoder)
        # Another family: it cuts in ways of its own, so that every slice may be made of the whole picture.
        (whole,) = slice_keys(pixels, [Box(0, 0, width, height)], self._encoder)
        return [whole + part.chunk.to_bytes(4) for part in shown.slices]

    # -- its evaluation

    def _evaluate(self, prompt: Sequence[Segment], shown: Shown | None, stop: Stop, times: Times) -> None:
        """Have the whole prompt in the context.

        Counts the tokens that were there already, and the slices that were encoded and that were known.
        """
        counts = times.counts
        counts["kept_tokens"], counts["encoded"] = self._keep(prompt), 0
        counts["reused"] = sum(segment.part is not None for segment in prompt[: len(self._evaluated)])
        for segment in prompt[len(self._evaluated) :]:
            if segment.part is None or shown is None:
                with times.of("prefill"):
                    self._model.evaluate(segment.tokens, stop)
            else:
                embedding = self._cache.get(segment.key)
                if embedding is None:
                    with times.of("encode"):
                        embedding = shown.encode(segment.part, stop)
                    self._cache.put(segment.key, embedding)
                    counts["encoded"] += 1
                else:
                    counts["reused"] += 1
                with times.of("prefill"):
                    shown.evaluate(segment.part, embedding, stop)
            self._evaluated.append(_Evaluated(segment, self._model.position))
        with times.of("prefill"):
            self._model.settle()

    @contextmanager
    def _counting_output(self, times: Times) -> Iterator[None]:
        """However it ends, the tokens that were written until then are counted."""
        begins = self._model.position
        try:
            yield
        finally:
            times.counts["output_tokens"] = self._model.position - begins

    def _keep(self, prompt: Sequence[Segment]) -> int:
        """Forget what this prompt does not begin with; tokens that are left. Its last segment never is."""
        same = 0
        for before, now in zip(self._evaluated, prompt[:-1], strict=False):
            if before.segment != now:
                break
            same += 1
        if not self._model.keep(self._evaluated[same - 1].end if same else 0):
            same = 0
        del self._evaluated[same:]
        for segment in prompt[:same]:
            self._cache.get(segment.key)  # what is asked about again and again is not what is forgotten first
        return sum(segment.size for segment in prompt[:same])

    @contextmanager
    def _all_forgotten_on_failure(self) -> Iterator[None]:
        """After a failure that may have left no numbers behind, the next prompt begins with nothing."""
        try:
            yield
        except (ModelError, MemoryError) as error:
            if isinstance(error, MemoryError) or error.code in ("run_failed", "out_of_memory"):
                self._evaluated.clear()
                self._model.wipe()
            raise

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        """What fails for want of memory says so, whoever of those at work noticed it."""
        self._log.work_begins()
        try:
            yield
        except Exception as error:
            if (blamed := self._log.blamed(error)) is error:
                raise
            raise blamed from error

    def _seen(self, pixels: Pixels, stop: Stop) -> tuple[bytes, Embedding]:
        """What is made of a picture of one slice, encoded whether it is known or not, and its key."""
        with ExitStack() as opened:
            shown = self._show(pixels, opened)
            if shown is None:
                raise RuntimeError("a model without a projector sees nothing")
            return self._keys(shown, pixels)[0], shown.encode(shown.slices[0], stop)


def require_sight(seen: Embedding, nothing: Embedding) -> None:
    """Raise `ModelError`, `blind`, when a projector makes the same of both."""
    difference = np.linalg.norm(seen - nothing) / max(float(np.linalg.norm(nothing)), 1e-12)
    if difference < _BLIND:
        raise ModelError(
            "blind", "the projector makes the same of every picture: the model would see nothing"
        )


def _segments(row: Sequence[list[int] | Segment], excerpt: list[int], ends: list[int]) -> list[Segment]:
    """Neighbouring tokens become one segment, but for the end: questions share all before it."""
    segments: list[Segment] = []
    tokens: list[int] = []
    for piece in row:
        if isinstance(piece, Segment):
            if tokens:
                segments.append(Segment(tuple(tokens)))
            segments.append(piece)
            tokens = []
        else:
            tokens += piece
    if isinstance(row[-1], list) and len(row) == 1:  # no picture: instructions are shared by themselves
        segments.append(Segment(tuple(tokens)))
        tokens = []
    if tokens + excerpt:
        segments.append(Segment(tuple(tokens + excerpt)))
    return [*segments, Segment(tuple(ends))]


def _pattern(words: set[str]) -> re.Pattern[str]:
    """Matches, at its first character, each of `words` that is longer than a character."""
    words = {word for word in words if len(word.strip()) > 1}
    if not words:
        return re.compile(r"(?!)()")
    first = "".join(re.escape(char) for char in sorted({word[0] for word in words}))
    alternatives = "|".join(re.escape(word) for word in sorted(words))
    # Thousands of words have few beginnings, and most of a text has none of them.
    return re.compile(rf"(?=[{first}])(?=(?:{alternatives}))(.)", re.DOTALL)
