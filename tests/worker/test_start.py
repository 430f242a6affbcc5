"""Children that do not come to be."""

import asyncio
import contextlib
import resource
from pathlib import Path

import pytest

from glimpsed.core.errors import WorkerDiedError
from glimpsed.worker.process import Worker
from running_worker import open_files
from wayward_child import wayward_worker


@contextlib.contextmanager
def files_left(spare):
    """No more than `spare` further files can be opened."""
    used = {int(file.name) for file in Path("/proc/self/fd").iterdir()}
    free = [number for number in range(max(used) + spare + 2) if number not in used]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free[spare], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_worker_that_was_never_started_owes_nothing():
    async def run():
        worker = wayward_worker()
        await worker.stop()
        with pytest.raises(WorkerDiedError, match="never started"):
            await worker.call("echo", {}, answer=dict, limit_s=1)

    asyncio.run(run())


def test_a_start_that_is_cancelled_at_any_moment_leaves_no_child_and_can_be_repeated():
    async def run():
        worker = wayward_worker()
        files = open_files()
        for steps in range(12):
            start = asyncio.ensure_future(worker.start())
            for _ in range(steps):
                await asyncio.sleep(0)  # one step of the loop
            if start.cancel():
                await asyncio.wait((start,))
                assert not worker.running, steps
            else:
                await worker.stop()
        await asyncio.sleep(0)  # transports close their sockets one step later
        assert open_files() == files
        await worker.start()
        assert await worker.call("echo", {"n": 1}, answer=dict, limit_s=30) == {"n": 1}
        await worker.stop()

    asyncio.run(run())


def test_a_child_that_the_system_has_no_room_for_was_not_started():
    async def run():
        files = open_files()
        worker = Worker("wayward_child", "x" * 2**20)  # more than a program may be told
        for _ in range(2):
            with pytest.raises(WorkerDiedError, match="Argument list too long") as caught:
                await worker.start()
            assert caught.value.code == "not_started"
            assert not worker.running
        await worker.stop()
        await asyncio.sleep(0)
        assert open_files() == files

    asyncio.run(run())


def test_a_start_without_files_left_to_open_is_none_and_can_be_repeated():
    async def run():
        worker = wayward_worker()
        files = open_files()
        for spare in range(6):
            with files_left(spare), pytest.raises(WorkerDiedError) as caught:
                await worker.start()
            assert caught.value.code == "not_started"
            assert open_files() == files, spare
        await worker.start()
        assert await worker.call("echo", {"n": 1}, answer=dict, limit_s=30) == {"n": 1}
        await worker.stop()

    asyncio.run(run())


def test_a_module_that_does_not_exist_is_a_death_with_a_reason():
    async def run():
        worker = Worker("no_such_module_anywhere")
        await worker.start()
        with pytest.raises(WorkerDiedError, match="exited with status 1"):
            await worker.call("echo", {}, answer=dict, limit_s=30)
        await worker.stop()

    asyncio.run(run())
