"""A folder source under test, on real folders, with real events and real files.

`Watching` runs a source and keeps what it says; its `until` waits for a condition over that, with a deadline.
`run` makes a test of a coroutine function that takes pytest's `tmp_path`.
"""

import asyncio
import os

from glimpsed.config import FolderConfig
from glimpsed.sources.folder import FolderSource


class Watching:
    def __init__(self, path, *, start=True, emit=None, **config):
        self.seen, self.states = [], []
        self._more = asyncio.Event()
        self._start = start
        self._emit = emit
        config = {"rescan_s": 3600.0} | config
        self.path = os.fsencode(path)
        self.source = FolderSource(
            "shots", FolderConfig(path=path, **config), self._saw, self._stated, check_s=0.05
        )

    async def __aenter__(self):
        await self.source.start()
        if self._start:
            await self.until(lambda: self.states[-1].last_scan_ms)
        return self

    async def __aexit__(self, *_):
        await self.source.stop()

    def _saw(self, file):
        if self._emit:
            self._emit(file)
        self.seen.append(file)
        self._more.set()

    def _stated(self, state):
        self.states.append(state)
        self._more.set()

    async def until(self, condition, limit_s=20):
        async with asyncio.timeout(limit_s):
            while not (value := condition()):
                self._more.clear()
                await self._more.wait()
            return value

    async def until_seen(self, name, **what):
        path = self.path + b"/" + name

        def found():
            return [
                s for s in self.seen if s.path == path and all(getattr(s, k) == v for k, v in what.items())
            ]

        return (await self.until(found))[-1]

    async def until_state(self, state):
        return await self.until(lambda: self.states[-1].state == state and self.states[-1])

    def told(self):
        """The states in order, repeats (a scan's end) left out."""
        names = [state.state for state in self.states]
        return [name for i, name in enumerate(names) if not i or names[i - 1] != name]


def run(test):
    """Run a coroutine function as a test."""

    def wrapper(tmp_path):
        asyncio.run(test(tmp_path))

    wrapper.__name__ = test.__name__
    return wrapper
