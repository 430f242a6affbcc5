"""Effects and the events that they end in, where the order of things must be exact."""

import asyncio
import os
import signal

import pytest

import drawn
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.errors import StoreError
from glimpsed.core.fit import Need
from glimpsed.core.model import JobState
from glimpsed.memory import Memory
from glimpsed.store import jobs
from performing import perform


def test_an_attempt_that_is_stopped_before_its_first_step_says_so(tmp_path):
    async def body(world):
        job = await world.job()
        await world.load()
        world.performer.perform(do.StartInference(job, "eyes"))
        world.performer.perform(do.StopAttempt(job.id))
        assert (await world.told(was.JobStopped)).job == job.id
        assert not world.performer.started
        world.performer.perform(do.StartInference(job, "eyes"))
        assert (await world.told(was.DescriptionMade)).job == job.id

    perform(tmp_path, body)


def test_an_inference_without_a_child_is_not_begun(tmp_path):
    async def body(world):
        job = await world.job()
        world.performer.perform(do.StartInference(job, "eyes"))
        assert await world.told(was.ModelLost) == was.ModelLost("eyes", job.id)
        assert (await world.stored(job)).state is JobState.QUEUED

    perform(tmp_path, body)


def test_a_child_past_its_ceiling_is_told_of_before_its_job_is_whatever_its_end(tmp_path):
    async def body(world):
        job = await world.job()
        for stopped in (True, False):
            await world.load()
            world.performer.perform(do.StartInference(job, "eyes"))
            if stopped:
                world.performer.perform(do.StopAttempt(job.id))
            assert (await world.told(was.ModelOverweight)).model == "eyes"
            await world.told(was.JobStopped if stopped else was.JobRefused)

    perform(tmp_path, body, {"reply": "no description"}, memory_limit_mb=1)


@pytest.mark.parametrize(
    ("begun", "deaf"),
    [("", False), ("recorded", False), ("asked", False), ("asked", True)],
    ids=["before it began", "before it is on record", "hears", "deaf"],
)
def test_a_probe_that_is_called_off_says_so_and_its_child_lives_if_it_hears(tmp_path, begun, deaf):
    async def body(world):
        await world.load()
        if deaf:
            os.kill(world.performer.pids()["eyes"], signal.SIGSTOP)
        world.performer.perform(do.ProbeModel("eyes", "screen", reply=False))
        if begun:  # a turn of the loop, and it is to be put on record
            await asyncio.sleep(0)
        if begun == "asked":  # so it is when what is written after it is, and a turn later the child is asked
            await world.store.write(lambda _: None)
            await asyncio.sleep(0)
        world.performer.perform(do.StopProbe("eyes"))
        assert await world.told(was.ModelProbed) == was.ModelProbed("eyes", "cancelled", killed=deaf)
        assert (world.performer.pids() == {}) is deaf
        assert [call.outcome for call in await world.calls()] == ["cancelled"] * bool(begun)

    perform(tmp_path, body, {"delay_s": 300})


def test_a_probe_that_is_over_cannot_be_called_off(tmp_path):
    async def body(world):
        world.performer.perform(do.StopProbe("eyes"))
        await world.load()
        await world.done(do.ProbeModel("eyes", "screen", reply=False), was.ModelProbed)
        world.performer.perform(do.StopProbe("eyes"))
        await world.done(do.UnloadModel("eyes"), was.ModelUnloaded)

    perform(tmp_path, body)


def test_memory_is_looked_at_for_who_asks(tmp_path):
    async def body(world):
        held = Need({"weights": 5}, {"process": 7})
        seen = await world.done(do.LookAtRoom(held), was.RoomSeen)
        assert (seen.held, seen.room.main > 0) == (held, True)

    perform(tmp_path, body)


def test_what_a_load_measured_is_what_the_model_needs_from_then_on(tmp_path):
    async def body(world):
        loaded = await world.load()
        assert loaded.device == "CUDA0"
        assert world.performer.engines.memory.last("eyes").in_force == {"threads": "2"}
        found = (await Memory(world.config, world.store).ways("eyes"))[0]
        assert found.need.measured
        assert found.need == loaded.need
        assert (found.need.gpu > 4096, found.need.in_main["process"]) == (True, 1000)

    report = {"buffers": {"CUDA0": 4096}, "rss": 1000, "settings": {"threads": "2"}}
    perform(tmp_path, body, script=report)


def test_a_result_that_was_not_committed_when_it_stopped_is_owed_without_blame(tmp_path):
    async def body(world):
        job = await world.job()
        await world.load()
        world.performer.perform(do.StartInference(job, "eyes"))
        await world.told(was.DescriptionMade)
        assert (await world.stored(job)).state is JobState.RUNNING
        await world.performer.stop()
        (queued,), *_ = await world.store.write(jobs.restore)
        assert (queued.id, queued.interruptions) == (job.id, 0)

    perform(tmp_path, body)


def test_a_file_that_comes_while_the_idle_reader_is_ended_goes_to_the_next_one(tmp_path):
    async def body(world):
        await world.opened()
        for _ in range(3):
            path = drawn.screenshot(tmp_path / "next.png")
            world.performer.perform(do.StopReader())
            world.performer.perform(do.OpenFile(("shots", bytes(path)), spool=False))
            await world.told(was.FileOpened)

    perform(tmp_path, body)


def test_what_fails_beside_everything_else_is_raised_at_the_stop(tmp_path):
    async def body(world):
        async def fail():
            raise StoreError("disk_full", "no room")

        world.performer.background(fail())
        await asyncio.wait((world.performer.failed,))
        with pytest.raises(StoreError, match="no room"):
            await world.performer.stop()

    perform(tmp_path, body)


def test_a_stop_at_any_moment_leaves_no_child_and_nothing_running(tmp_path):
    async def body(world):
        job = await world.job()
        await world.load()
        world.performer.perform(do.StopReader())
        path = drawn.screenshot(tmp_path / "next.png")
        world.performer.perform(do.OpenFile(("shots", bytes(path)), spool=False))
        world.performer.perform(do.StartInference(job, "eyes"))
        for _ in range(3):  # steps of the loop: what has begun is in the middle of something
            await asyncio.sleep(0)
        await world.performer.stop()
        assert world.performer.pids() == {}
        assert (await world.stored(job)).state is JobState.QUEUED

    perform(tmp_path, body, {"hang": True})
