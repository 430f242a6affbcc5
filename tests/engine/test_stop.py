"""Calling an inference off: it stops at the next step of its work, and the model is as it was.

Where a run stops is counted (slices, tokens, looks at whether it is still wanted), never timed.
"""

import asyncio
import os
import signal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resident
import tiny_engine
from glimpsed.config import VisionConfig
from glimpsed.core.errors import ModelError
from glimpsed.engine.contract import InferenceReply, InferenceRequest, LoadedModel
from glimpsed.engine.stopping import Stop
from glimpsed.worker.child import Cancelled
from tiny_engine import SHORT, native_lines
from tripped_engine import Trip, Tripped, tripped_worker

pytestmark = pytest.mark.models

SLICES = 5
WORDS = "a line of the screen | " * 130
"""About 3000 tokens, which are six batches."""

LONG = {"type": "string", "minLength": 100}
"""Random weights would end an answer anywhere."""

NEVER = Trip(looks=10**9)
PICTURES = ("cancel", "deadline", "slices", "batches", "deaf", "grace")
"""One for each test that must know nothing of its picture before."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tiny_engine.write_models(tmp_path_factory.mktemp("models"))
    for picture in PICTURES:
        tiny_engine.write_noise(folder / f"{picture}.png", 896, 896)
    tiny_engine.write_noise(folder / "small.png", 448, 448)
    return folder


@pytest.fixture(scope="module")
def config(folder):
    return tiny_engine.seeing(folder, "random.gguf")


@pytest.fixture(scope="module")
def asking(folder):
    """A request whose every part takes a while: five slices, six batches of text, an answer of 40 tokens."""

    def ask(picture: str, **changes) -> InferenceRequest:
        image = str(folder / f"{picture}.png")
        request = InferenceRequest("Look.", image, WORDS, "What is it?", LONG, max_tokens=40)
        return msgspec.structs.replace(request, **changes)

    return ask


@pytest.fixture(scope="module")
def replies(config, asking):
    """What a child says of each picture when nobody calls anything off."""
    made = tiny_engine.run(config, *(asking(picture) for picture in PICTURES))
    assert all(reply.counts.encoded == SLICES for reply in made)
    assert all(reply.counts.output_tokens == 40 for reply in made)
    return dict(zip(PICTURES, made, strict=True))


class Child:
    """A child whose runs can be called off at an exact moment."""

    def __init__(self, config, vision=None):
        self.runner = asyncio.Runner()
        self.worker = tripped_worker(config, vision or VisionConfig())
        self.runner.run(self.worker.start())
        self._call("load", {}, LoadedModel)

    def run(self, request: InferenceRequest) -> InferenceReply:
        return self._call("run", msgspec.to_builtins(request), InferenceReply)

    def trip(self, request: InferenceRequest, trip: Trip) -> Tripped:
        return self._call("trip", msgspec.to_builtins({"request": request, "trip": trip}), Tripped)

    def _call(self, op, args, answer):
        return self.runner.run(self.worker.call(op, args, answer=answer, limit_s=60))

    def close(self) -> None:
        self.runner.run(self.worker.stop())
        self.runner.close()


@pytest.fixture(scope="module")
def child(config):
    child = Child(config)
    pid = child.worker.pid
    yield child
    assert child.worker.pid == pid, "every stop left the child alone"
    child.close()


@pytest.mark.parametrize("late", [False, True], ids=["cancel", "deadline"])
def test_each_stage_stops_where_it_is_and_the_next_reply_is_the_reference(child, asking, replies, late):
    name, code = ("deadline", "deadline") if late else ("cancel", "cancelled")
    prompt = replies[name].counts.prompt_tokens
    request = asking(name, deadline_s=3.0 if late else None)
    slices, text, answer = (
        child.trip(request, msgspec.structs.replace(trip, late=late))
        for trip in (Trip(encoded=2), Trip(evaluated=SLICES * 64 + 600), Trip(evaluated=prompt + 10))
    )
    for tripped in (slices, text, answer):
        assert tripped.code == code
        assert tripped.looks_after <= 3, "it went on although nobody wanted it"
    assert slices.encoded == 2
    assert text.encoded == SLICES - 2
    assert text.evaluated < prompt - 512
    assert (answer.encoded, answer.evaluated) == (0, prompt + 10)
    assert [(t.figures["encoded"], t.figures["reused"]) for t in (slices, text, answer)] == [
        (2, 0),
        (SLICES - 2, 2),
        (0, SLICES),
    ]
    assert slices.figures["encode"] > 0
    assert "output_tokens" not in text.figures
    assert (answer.figures["prompt_tokens"], answer.figures["output_tokens"]) == (prompt, 10)
    again = child.run(asking(name))
    assert again.text == replies[name].text
    assert again.counts.output_tokens == 40


def test_a_batch_is_left_in_its_middle_on_a_cpu(child):
    request = msgspec.structs.replace(SHORT, question="x" * 400, max_tokens=8)
    cold, warm = child.trip(request, NEVER), child.trip(request, NEVER)
    assert warm.looks > 30, "a batch and eight tokens: it is asked between operations"
    for looks in (2, 6, warm.looks - 20):
        tripped = child.trip(request, Trip(looks=looks))
        assert tripped.code == "cancelled"
        assert tripped.looks <= looks + 3
    assert child.run(request).text == warm.reply.text == cold.reply.text


def test_a_deadline_that_is_over_starts_nothing(child, asking):
    before = child.run(SHORT)
    tripped = child.trip(asking("small", deadline_s=0.0), NEVER)
    assert (tripped.code, tripped.encoded, tripped.evaluated) == ("deadline", 0, 0)
    assert child.run(SHORT).text == before.text


def test_wherever_a_run_is_called_off_the_next_one_is_as_ever(config, asking):
    """Any moment of any stage, with nothing known of the picture before; one child for all of them."""
    child = Child(config, VisionConfig(slice_cache_mb=0))
    request = asking("small", excerpt="x" * 300, max_tokens=24)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data):
        child.run(SHORT)  # forgets the picture
        looks = data.draw(st.integers(1, whole.looks))
        tripped = child.trip(request, Trip(looks=looks))
        assert tripped.code == "cancelled"
        assert tripped.looks <= looks + 3
        assert child.run(request).text == whole.reply.text
        assert child.worker.pid == pid

    try:
        whole, pid = child.trip(request, NEVER), child.worker.pid
        check()
    finally:
        child.close()


class Watched:
    """A verbose slot, whose runs are cancelled at what its child logs."""

    def __init__(self, config):
        self.runner = asyncio.Runner()
        self.slot = tiny_engine.Slot("tiny", config, verbose=True)
        self.runner.run(self.slot.load())

    def run(self, request: InferenceRequest) -> InferenceReply:
        return self.runner.run(self.slot.run(request))

    def call_off(self, request: InferenceRequest, sign: str, times: int, *, deaf: bool = False) -> None:
        """Cancel a run after so many lines with `sign` in them; a deaf child does nothing from then on."""

        async def walk():
            with native_lines() as lines:
                running = asyncio.create_task(self.slot.run(request))
                await lines.until(running, sign, times)
                if deaf:
                    os.kill(self.slot.pid, signal.SIGSTOP)
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running

        self.runner.run(walk())

    def close(self) -> None:
        self.runner.run(self.slot.unload())
        self.runner.close()


@pytest.fixture(scope="module")
def watched(config):
    watched = Watched(config)
    yield watched
    watched.close()


def test_a_cancel_between_slices_leaves_the_others_alone(watched, asking, replies):
    pid = watched.slot.pid
    watched.call_off(asking("slices"), "decoding image batch", times=1)
    assert not watched.slot.last_cancel.killed
    again = watched.run(asking("slices"))
    assert again.counts.reused >= 1
    assert again.counts.encoded >= 1, "it encoded all that nobody wanted"
    assert again.counts.encoded + again.counts.reused == SLICES
    assert again.text == replies["slices"].text
    assert watched.slot.pid == pid


def test_a_cancel_between_batches_of_text_keeps_the_picture(watched, asking, replies):
    pid, reference = watched.slot.pid, replies["batches"]
    watched.call_off(asking("batches"), "image decoded", times=SLICES)
    assert not watched.slot.last_cancel.killed
    again = watched.run(asking("batches"))
    assert again.counts.encoded == 0
    assert SLICES * 64 < again.counts.kept_tokens < reference.counts.prompt_tokens - 2000
    assert again.text == reference.text
    assert watched.slot.pid == pid


def test_a_deaf_child_is_killed_and_a_fresh_one_says_the_same(watched, asking, replies):
    pid = watched.slot.pid
    watched.call_off(asking("deaf"), "decoding image batch", times=1, deaf=True)
    assert watched.slot.last_cancel.killed
    assert not watched.slot.running
    watched.runner.run(watched.slot.load())
    assert watched.slot.pid != pid
    assert watched.run(asking("deaf")).text == replies["deaf"].text


def test_an_encode_that_outlasts_the_grace_ends_with_its_child(watched, asking, replies):
    async def walk():
        args = msgspec.to_builtins(asking("grace"))
        worker = watched.slot._worker
        with native_lines() as lines:
            call = worker.call("run", args, answer=InferenceReply, limit_s=60, grace_s=0.0)
            running = asyncio.create_task(call)
            await lines.until(running, "image decoded")  # the next slice is encoded now
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert worker.last_cancel.killed
        assert not watched.slot.running
        await watched.slot.load()

    watched.runner.run(walk())
    assert watched.run(asking("grace")).text == replies["grace"].text


class Wanted(Stop):
    """Stopping is wanted from the look of this number on."""

    def __init__(self, looks: int) -> None:
        super().__init__(Cancelled())
        self.looks = looks

    @property
    def wanted(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def check(self) -> None:
        if self.looks < 0:
            raise ModelError("cancelled", "as the test wants it")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # llguidance asks llama.cpp by an old name
def test_an_encode_is_left_in_its_middle_on_a_cpu(tmp_path):
    from glimpsed.engine.llama.picture import striped_picture  # noqa: PLC0415 - not installed everywhere

    resident.write_pair(tmp_path)
    runner = resident.load(tmp_path)
    projector = runner._projector

    def operations(stop: Stop) -> tuple[int, bytes | None]:
        before = projector._asked
        with projector.show(striped_picture()) as shown:
            try:
                made = shown.encode(shown.slices[0], stop).tobytes()
            except ModelError:
                made = None
        return projector._asked - before, made

    whole, reference = operations(Stop(Cancelled()))
    part, nothing = operations(Wanted(looks=0))
    assert part < whole
    assert nothing is None
    assert operations(Stop(Cancelled())) == (whole, reference)
