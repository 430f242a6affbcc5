import asyncio
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from glimpsed.core.errors import ModelError, WorkerDiedError
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings
from odd_pictures import encoded, png_of, screen
from running_daemon import until
from running_reader import running_reader

PNG = encoded(screen(), "PNG")
LARGE = png_of(8000, 5000, bytes(5000 * 8001))


@pytest.fixture
def mine(tmp_path):
    with running_reader(tmp_path, engine="none") as running:
        yield running


def test_no_child_is_started_before_it_is_needed(mine):
    assert mine.reader.pid is None
    mine.open_bytes(PNG)
    assert mine.reader.pid is not None


def test_a_reader_that_is_killed_in_the_middle_is_a_death_and_the_next_call_works(mine):
    path = mine.file(LARGE)
    mine.open_bytes(PNG, spool=False)

    async def killed_in_the_middle():
        call = asyncio.ensure_future(mine.reader.open_file(path, False))
        done, _ = await asyncio.wait((call,), timeout=0.05)
        assert not done, "it was over before it could be killed"
        os.kill(mine.reader.pid, signal.SIGKILL)
        return await call

    path = mine.file(LARGE, "large.png")
    with pytest.raises(WorkerDiedError, match="SIGKILL"):
        mine.run(killed_in_the_middle())
    assert mine.open(mine.file(PNG)).picture.format == "png"


def test_calls_wait_for_each_other(mine):
    path = mine.file(PNG)

    async def all_at_once():
        return await asyncio.gather(*(mine.reader.open_file(path, False) for _ in range(10)))

    assert len({opened.picture.sha256 for opened in mine.run(all_at_once())}) == 1


def test_a_cancelled_open_leaves_a_reader_that_works(mine):
    path = mine.file(LARGE, "large.png")
    mine.open_bytes(PNG)

    async def cancelled():
        call = asyncio.ensure_future(mine.reader.open_file(path, False))
        await asyncio.wait((call,), timeout=0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    mine.run(cancelled())
    assert mine.open(mine.file(PNG)).picture.width == 200


def test_a_stopped_reader_starts_again_when_it_is_needed(mine):
    mine.open_bytes(PNG)
    first = mine.reader.pid
    mine.run(mine.reader.stop())
    assert mine.reader.pid is None
    mine.open_bytes(PNG)
    assert mine.reader.pid not in (None, first)


def test_readers_that_die_while_idle_leave_no_files_open(mine):
    open_files = []
    for _ in range(4):
        mine.open_bytes(PNG)
        open_files.append(len(list(Path("/proc/self/fd").iterdir())))
        os.kill(mine.reader.pid, signal.SIGKILL)
        until(lambda: mine.run(asyncio.sleep(0)) or mine.reader.pid is None, what="its death")
    assert len(set(open_files)) == 1, open_files


@pytest.mark.parametrize(
    ("what", "most"),
    [(resource.RLIMIT_NOFILE, 3), (resource.RLIMIT_AS, 300 * 2**20)],
    ids=["files", "memory"],
)
def test_a_reader_that_lacks_something_does_not_blame_the_file(mine, what, most):
    mine.open_bytes(PNG)
    resource.prlimit(mine.reader.pid, what, (most, most))
    with pytest.raises((ModelError, WorkerDiedError)):
        mine.open(mine.file(LARGE, "large.png"))
    mine.run(mine.reader.stop())
    assert mine.open(mine.file(LARGE, "large.png")).picture.width == 8000


def test_the_daemons_end_imports_nothing_that_decodes():
    code = "import sys, glimpsed.reader.process; print(*sys.modules)"
    paths = os.pathsep.join(sys.path[1:])
    done = subprocess.run(
        (sys.executable, "-c", code),
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"PIL", "numpy", "onnxruntime", "rapidocr", "cv2", "glimpsed.reader.decode"}
    assert not heavy & set(done.stdout.split())


def test_threads_are_never_more_than_there_are_cores():
    cores = os.cpu_count()
    assert ReaderSettings(spool="").thread_count == min(4, cores)
    assert ReaderSettings(spool="", threads=1).thread_count == 1
    assert ReaderSettings(spool="", threads=10_000).thread_count == cores


def test_a_reader_is_bound_to_no_loop_until_it_is_used():
    reader = Reader(ReaderSettings(spool="/nowhere", engine="none"))
    assert asyncio.run(_probe_and_stop(reader)).ok


async def _probe_and_stop(reader):
    try:
        return await reader.probe()
    finally:
        await reader.stop()
