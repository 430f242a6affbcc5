"""A started wayward child, and what a test looks for when it is gone."""

import asyncio
import contextlib
from pathlib import Path
from time import monotonic, sleep

import pytest

from glimpsed.core.errors import WorkerDiedError
from wayward_child import wayward_worker


def with_worker(story, on_log=None):
    """Run `story(worker)` on a started child, and leave none behind."""

    async def run():
        worker = wayward_worker(on_log)
        await worker.start()
        try:
            return await story(worker)
        finally:
            await worker.stop()

    return asyncio.run(run())


def is_gone(pid):
    """The process ended, whether or not anybody has collected it yet."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    return True


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def wait_until_gone(pid, limit_s=10.0):
    deadline = monotonic() + limit_s
    while not is_gone(pid):
        assert monotonic() < deadline, "it lives on"
        sleep(0.01)


async def death_in(worker, op, limit_s=30.0, answer=dict, **args):
    with pytest.raises(WorkerDiedError) as caught:
        await worker.call(op, args, answer=answer, limit_s=limit_s)
    assert not worker.running
    assert worker.pid is None
    return caught.value
