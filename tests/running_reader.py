"""A real reader with its child, for tests that are not asynchronous themselves."""

import asyncio
import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from glimpsed.core.errors import InputError
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings


class RunningReader:
    """A `Reader`, its loop, its spool, and a directory for files."""

    def __init__(self, runner, directory, **settings):
        self.directory = directory
        self.spool = directory / "spool"
        self.spool.mkdir(mode=0o700, exist_ok=True)
        self._runner = runner
        self.reader = Reader(ReaderSettings(spool=str(self.spool), **settings))

    def run(self, awaitable):
        async def awaiting():
            return await awaitable

        return self._runner.run(awaiting())

    def file(self, data, name="x.png"):
        """The path of a file with these bytes."""
        path = self.directory / os.fsdecode(name)
        path.write_bytes(data)
        return os.fsencode(path)

    def remove(self, path):
        Path(os.fsdecode(path)).unlink()

    def open(self, path, *, spool=False):
        return self.run(self.reader.open_file(path, spool))

    def open_bytes(self, data, *, spool=False):
        return self.open(self.file(data), spool=spool)

    def refusal(self, path):
        """The code with which opening this path is refused."""
        with pytest.raises(InputError) as caught:
            self.open(path)
        assert caught.value.detail
        return caught.value.code

    def read(self, sha256, path=None, limit_s=60.0):
        return self.run(self.reader.read_text(sha256, path, limit_s))

    def read_bytes(self, data):
        """What is read in a file with these bytes."""
        path = self.file(data)
        return self.read(self.open(path).picture.sha256, path)


@contextmanager
def running_reader(directory, **settings):
    with asyncio.Runner() as runner:
        running = RunningReader(runner, directory, **settings)
        try:
            yield running
        finally:
            running.run(running.reader.stop())
