"""What models were asked is on record, however it ended: how much it was, and never what."""

import asyncio
import hashlib
from functools import partial

import msgspec
import pytest

import tiny_models
from glimpsed import calls
from glimpsed.calls import Recording
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.errors import WorkerDiedError
from glimpsed.core.histogram import Stage
from glimpsed.core.model import Job, JobKind
from glimpsed.core.roles import ask, screen
from glimpsed.engine.contract import Counts, InferenceReply, InferenceRequest
from glimpsed.host.clock import new_id, now_ms
from glimpsed.store import calls as store_calls
from performing import perform
from wayward_child import wayward_worker

GOOD = tiny_models.canned_description(task="Writing to the landlord")
PRIVATE = "Who is the landlord?"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("step", "told", "outcome", "code"),
    [
        ({"reply": GOOD}, was.DescriptionMade, "ok", ""),
        ({"reply": "no description"}, was.JobRefused, "malformed", "malformed"),
        ({"reply": "word " * 5000}, was.JobRefused, "malformed", "reply_cut"),
        ({"error": {"code": "out_of_memory"}}, was.JobRefused, "out_of_memory", "out_of_memory"),
        ({"error": {"code": "decode_failed"}}, was.JobRefused, "failed", "decode_failed"),
        ({"abort": True}, was.ModelDied, "died", "died"),
        ({"abort": True, "words": "memory ran out\n"}, was.ModelDied, "out_of_memory", "out_of_memory"),
        ({"error": {"code": "run_failed"}}, was.JobRefused, "run_failed", "run_failed"),
        ({"delay_s": 300}, was.JobRefused, "run_limit", "run_limit"),
        ({"hang": True}, was.ModelDied, "run_limit", "run_limit"),
    ],
    ids=["ok", "malformed", "cut", "memory", "failed", "died", "died of memory", "wedged", "late", "deaf"],
)
def test_an_attempt_is_on_record_however_it_ends(tmp_path, step, told, outcome, code):
    async def body(world):
        job = await world.job()
        await world.load()
        await world.done(do.StartInference(job, "eyes", None, 2.5, "CUDA0"), told)
        (call,) = await world.calls()
        assert (call.job, call.role, call.model, call.device) == (job.id, "screen", "eyes", "CUDA0")
        assert (call.outcome, call.code, call.retry) == (outcome, code, False)
        assert (call.prompt_version, call.queue_ms) == (screen.PROMPT_VERSION, 2500)
        assert call.prompt_bytes > len(screen.INSTRUCTIONS)
        assert len(call.prompt_sha256) == len(sha256(""))
        came_back = not step.keys() & {"abort", "hang"}
        assert (call.prompt_tokens > 0, call.encoded) == (came_back, came_back)
        assert call.generate_ms <= call.total_ms
        assert (call.reply_bytes > 0) == ("reply" in step)
        assert call.at_ms <= now_ms()
        if outcome == "ok":
            assert (call.reply_bytes, call.reply_sha256) == (len(GOOD), sha256(GOOD))

    limit_s = 0.3 if outcome == "run_limit" else 60
    perform(tmp_path, body, step, run_limit_s=limit_s, max_output_tokens=512)


def test_one_that_came_too_late_is_on_record(tmp_path):
    async def body(world):
        await world.load()
        await world.done(do.StartInference(await world.job(), "eyes", 0.2), was.JobRefused)
        assert [call.outcome for call in await world.calls()] == ["deadline"]

    perform(tmp_path, body, {"delay_s": 300})


def test_one_that_was_stopped_is_on_record_before_it_is_over(tmp_path):
    async def body(world):
        job, asked = await world.job(), asyncio.Event()

        async def attempt():
            async with Recording(world.store, "eyes", "screen", "CPU", job) as call:
                call.asked(InferenceRequest(PRIVATE, None, "", "", None, 1))
                asked.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(attempt())
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (call,) = await world.calls()
        assert (call.job, call.outcome, call.code) == (job.id, "cancelled", "")
        assert (call.prompt_bytes > len(PRIVATE), call.reply_bytes, call.reply_sha256) == (True, 0, "")

    perform(tmp_path, body)


def test_of_one_that_was_stopped_it_is_on_record_how_far_it_came(tmp_path):
    async def body(world):
        await world.load()
        slot, asked = world.performer.engines.slots["eyes"], asyncio.Event()
        request = InferenceRequest("Say it.", None, "", PRIVATE, None, 1)

        async def attempt():
            async with Recording(world.store, "eyes", "ask", "CPU", request=request):
                asked.set()
                await slot.run(request)

        task = asyncio.create_task(attempt())
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (call,) = await world.calls()
        assert (call.outcome, call.prompt_tokens) == ("cancelled", len(f"Say it.  {PRIVATE}".split()))
        assert await world.stages() == {Stage.LOAD: 1}, "it says nothing of how long a stage takes"

    perform(tmp_path, body, {"delay_s": 300})


@pytest.mark.parametrize(("deadline_s", "outcome"), [(None, "run_limit"), (0.2, "deadline")])
def test_one_that_took_too_long_is_counted_as_far_as_it_came(tmp_path, deadline_s, outcome):
    async def body(world):
        await world.load()
        await world.done(do.StartInference(await world.job(), "eyes", deadline_s), was.JobRefused)
        (call,) = await world.calls()
        assert (call.outcome, call.generate_ms >= 200) == (outcome, True)
        assert await world.stages() == {Stage.LOAD: 1, Stage.QUEUE_WAIT: 1, Stage.DECODE: 1}

    perform(tmp_path, body, {"delay_s": 300}, run_limit_s=0.3)


def test_a_stage_with_nothing_to_do_is_not_counted(tmp_path):
    async def body(world):
        known = InferenceReply("I see.", "stop", Counts(reused=4, prompt_tokens=9, output_tokens=2), {})
        async with Recording(world.store, "eyes", "screen", "CPU") as call:
            call.answered(known)
        assert await world.stages() == {Stage.PREFILL: 1, Stage.DECODE: 1}

    perform(tmp_path, body)


def test_what_is_asked_is_on_record_while_it_runs(tmp_path):
    async def body(world):
        job = await world.job()
        request = InferenceRequest(PRIVATE, None, "", "", None, 1)
        known = world.store, "eyes", "screen", "CPU", job
        async with Recording(*known, waited_s=2.5, request=request):
            (runs,) = await world.calls()
            assert (runs.job, runs.outcome, runs.code, runs.queue_ms) == (job.id, "running", "", 2500)
            assert (runs.prompt_bytes > len(PRIVATE), runs.reply_bytes) == (True, 0)
            assert await world.store.read(partial(store_calls.summary, since_ms=0)) == []
        (ended,) = await world.calls()
        assert (ended.id, ended.outcome, ended.prompt_sha256) == (runs.id, "ok", runs.prompt_sha256)

    perform(tmp_path, body)


def test_one_that_was_stopped_before_it_began_does_not_run_for_ever(tmp_path):
    async def body(world):
        async def attempt():
            async with Recording(world.store, "eyes", "screen", "CPU"):
                raise AssertionError("it was stopped before")

        task = asyncio.create_task(attempt())
        await asyncio.sleep(0)  # it waits for the store
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [call.outcome for call in await world.calls()] == ["cancelled"]

    perform(tmp_path, body)


def test_a_child_that_talks_nonsense_is_one_that_died(tmp_path):
    async def body(world):
        worker = wayward_worker()
        await worker.start()
        with pytest.raises(WorkerDiedError):
            async with Recording(world.store, "eyes", "screen", "CPU"):
                await worker.call("echo", {"a": 1}, answer=InferenceReply, limit_s=60)
        (call,) = await world.calls()
        assert (call.outcome, call.code) == ("died", "bad_frame")

    perform(tmp_path, body)


def test_what_was_asked_and_answered_is_nowhere_in_the_record(tmp_path):
    async def body(world):
        await world.load()
        described = await world.job()
        await world.done(do.StartInference(described, "eyes"), was.DescriptionMade)
        question = Job(new_id(), JobKind.ASK, described.picture, now_ms(), question=PRIVATE)
        await world.done(do.TakeQuestion("", question), was.QuestionCommitted)
        await world.done(do.StartInference(question, "eyes"), was.AnswerMade)
        answered, _ = await world.calls()
        assert (answered.role, answered.prompt_version) == ("ask", ask.PROMPT_VERSION)
        kept = await world.store.read(lambda cx: str(cx.execute("SELECT * FROM call").fetchall()))
        assert "landlord" not in kept

    perform(tmp_path, body, {"reply": GOOD})


@pytest.mark.parametrize("fault", ["deaths", "failures", "interruptions"])
def test_a_second_attempt_says_that_it_is_one(tmp_path, fault):
    async def body(world):
        await world.load()
        job = msgspec.structs.replace(await world.job(), **{fault: 1})
        await world.done(do.StartInference(job, "eyes"), was.DescriptionMade)
        (call,) = await world.calls()
        assert call.retry

    perform(tmp_path, body)


def test_what_is_remembered_of_a_call_is_what_was_learnt_from_it(tmp_path):
    async def body(world):
        await world.load()
        made = await world.done(
            do.StartInference(await world.job(), "eyes", device="CPU"), was.DescriptionMade
        )
        await world.done(do.ProbeModel("eyes", "screen", reply=True), was.ModelProbed)
        recent = await world.calls()
        assert len(recent) == 2, "also the probe, which says nothing of what jobs take"
        assert calls.remembered(recent) == (("eyes", "CPU", "screen", made.took),)

    perform(tmp_path, body)


def test_the_stages_of_an_attempt_are_counted_those_that_it_came_to(tmp_path):
    async def body(world):
        await world.load()
        for told in (was.JobRefused, was.DescriptionMade):
            await world.done(do.StartInference(await world.job(), "eyes"), told)
        counted = await world.stages()
        assert counted[Stage.QUEUE_WAIT] == 2
        assert counted[Stage.ENCODE] == counted[Stage.PREFILL] == counted[Stage.DECODE] == 1

    perform(tmp_path, body, {"error": {"code": "decode_failed"}}, {"reply": GOOD})


@pytest.mark.parametrize(
    ("step", "reply", "told", "outcome"),
    [
        ({}, False, was.ModelProbed, "ok"),
        ({"reply": GOOD}, True, was.ModelProbed, "ok"),
        ({"reply": "no description"}, True, was.ModelProbed, "malformed"),
        ({"error": {"code": "blind"}}, False, was.ModelProbed, "run_failed"),
        ({"abort": True}, False, was.ModelDied, "died"),
    ],
)
def test_a_sign_of_life_is_on_record_for_no_job_and_waited_for_nothing(tmp_path, step, reply, told, outcome):
    async def body(world):
        await world.load()
        await world.done(do.ProbeModel("eyes", "screen", reply=reply, device="CPU"), told)
        (call,) = await world.calls()
        assert (call.job, call.role, call.device, call.outcome) == (None, "screen", "CPU", outcome)
        assert Stage.QUEUE_WAIT not in await world.stages()

    perform(tmp_path, body, step)
