"""A folder of screenshots: says what is in it, and what changes there.

Rules of this file: events are hints, scans are truth; both end in the same `FileSeen`. It never opens a file.
One task owns all state; watchdog's threads only leave hints with the loop, and whatever blocks runs in a
thread that the task awaits. Nothing is polled but the folder itself: is it there, and is it still the same?
"""

import asyncio
import contextlib
import itertools
import math
import os
import time
from collections.abc import Callable
from typing import Literal

import msgspec

from glimpsed.config import FolderConfig
from glimpsed.core.seen import FileSeen
from glimpsed.sources.candidates import is_below_open_folders, is_candidate, is_open_folder
from glimpsed.sources.root import Root, look_at_root, remote_filesystem
from glimpsed.sources.walk import BATCH, Walk, identity_of, is_folder
from glimpsed.sources.watch import NO_ROOM, Hint, Watch, has_room, reason

CHECK_S = 2.0
"""How often the folder itself is looked at."""

BLIND_RESCAN_S = 15.0
"""Longest time between scans while changes can go unheard."""

OVERFLOW_PAUSE_S = 1.0
"""From lost hints to the scan that makes up for them: by then the burst is over and the watch mended."""

SETTLED_AGE_S = 2.0
"""A file that a scan finds unmodified for this long is taken to be complete."""

MAX_HINTS = 10_000
"""Hints kept at once; when more come in, a scan finds what they were about."""


class SourceState(msgspec.Struct, frozen=True):
    """How a source does. `detail` is for a person, empty when all is well.

    `last_scan_ms` is when the last complete scan ended (None before the first), `files_seen` what it counted.
    """

    name: str
    state: Literal["starting", "watching", "missing", "unreadable"]
    detail: str = ""
    last_scan_ms: int | None = None
    files_seen: int = 0


class FolderSource:
    """Watches one folder from `start` to `stop`; everything is called from, and calls on, the event loop."""

    def __init__(
        self,
        name: str,
        config: FolderConfig,
        emit: Callable[[FileSeen], None],
        on_state: Callable[[SourceState], None],
        *,
        check_s: float = CHECK_S,
    ) -> None:
        """`emit` gets every sighting; `on_state` every change of state, and the end of every full scan."""
        self._name = name
        self._path = os.fsencode(config.path)
        self._config = config
        self._emit = emit
        self._on_state = on_state
        self._check_s = check_s
        self._state = SourceState(name, "starting")
        self._root = Root("missing")
        self._watch: Watch | None = None
        self._remote: str | None = None
        self._limit = ""
        self._hints: dict[bytes, Hint] = {}
        self._subtrees: dict[bytes, None] = {}
        self._walk: Walk | None = None
        self._walk_is_full = False
        self._check_at = self._scan_at = 0.0
        self._unreadable = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns at once. What is in the folder follows through `emit`."""
        self._on_state(self._state)
        self._task = asyncio.create_task(self._run(), name=f"source {self._name}")
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """End; nothing is emitted afterwards and no thread is left. Raises what ended the source before."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def request_scan(self) -> None:
        """Scan the whole folder as soon as possible."""
        self._scan_by(0.0)

    async def _run(self) -> None:
        try:
            while not self._stopping:
                self._wake.clear()
                if _now() >= self._check_at:
                    await self._check_root()
                busy = await self._take_hints()
                busy |= await self._continue_scan()
                if not busy:
                    await self._rest()
        finally:
            await self._unwatch()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._root = Root("unreadable", f"stopped by an internal error ({type(error).__name__})")
            self._report()

    async def _rest(self) -> None:
        until = min(self._check_at, self._scan_at) if self._root.state == "watching" else self._check_at
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - _now())):
                await self._wake.wait()

    # The folder itself, and the watch on it.

    async def _check_root(self) -> None:
        root = await asyncio.to_thread(look_at_root, self._path)
        self._check_at = _now() + self._check_s
        # An inode number may be given anew, but the watch of a deleted folder has ended.
        if root == self._root and (self._watch is None or self._watch.alive):
            return
        self._root = root
        self._walk = None
        self._subtrees.clear()
        await self._unwatch()
        if root.state == "watching":
            await self._watch_root()
            self._scan_at = 0.0
        self._report()

    async def _watch_root(self) -> None:
        self._remote = await asyncio.to_thread(remote_filesystem, self._path)
        loop = asyncio.get_running_loop()
        watch = Watch(
            self._path,
            recursive=self._config.recursive,
            on_hint=lambda hint: _leave(loop, self._heard, hint),
            on_lost=lambda: _leave(loop, self._hints_were_lost),
        )
        try:
            await asyncio.to_thread(watch.start)
            self._watch, self._limit = watch, ""
        except OSError as error:
            self._limit = reason(error)

    async def _unwatch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            await asyncio.to_thread(watch.stop)

    async def _see_to_watch(self) -> None:
        """Folders made since the last scan may have used up the room, or others have left some."""
        room = await asyncio.to_thread(has_room, self._path) if self._config.recursive else True
        if self._watch is None or (self._limit and room):
            await self._unwatch()
            await self._watch_root()
        elif not room:
            self._limit = NO_ROOM

    # Hints.

    def _heard(self, hint: Hint) -> None:
        wanted = is_candidate(hint.name) or (hint.folder and is_open_folder(hint.name))
        if not wanted or not is_below_open_folders(hint.path, self._path):
            return
        if len(self._hints) < MAX_HINTS or hint.path in self._hints:
            self._hints[hint.path] = hint  # the last one tells how the file stands now
            self._wake.set()
        else:
            self._hints_were_lost()

    def _hints_were_lost(self) -> None:
        self._scan_by(_now() + OVERFLOW_PAUSE_S)

    async def _take_hints(self) -> bool:
        hints = [self._hints.pop(path) for path in list(itertools.islice(self._hints, BATCH))]
        if not hints:
            return False
        seen, folders = await asyncio.to_thread(self._look_at, hints)
        self._subtrees |= dict.fromkeys(folders)
        for file in seen:
            self._emit(file)
        return True

    def _look_at(self, hints: list[Hint]) -> tuple[list[FileSeen], list[bytes]]:
        seen = [
            FileSeen(self._name, hint.path, identity_of(hint.path), settled=hint.settled, origin="event")
            for hint in hints
            if is_candidate(hint.name)
        ]
        folders = [h.path for h in hints if h.folder and self._config.recursive and is_folder(h.path)]
        return seen, folders

    # Scans.

    def _scan_by(self, at: float) -> None:
        self._scan_at = min(self._scan_at, at)
        self._wake.set()

    async def _continue_scan(self) -> bool:
        if self._root.state != "watching":
            return False
        walk = self._walk or await self._next_walk()
        if walk is None:
            return False
        self._walk = walk
        found = await asyncio.to_thread(walk.batch)
        settled_before = time.time_ns() - int(SETTLED_AGE_S * 1e9)
        for path, identity in found:
            settled = identity.mtime_ns < settled_before
            self._emit(FileSeen(self._name, path, identity, settled=settled, origin="scan"))
        if not found:
            self._end_walk(walk)
        return True

    async def _next_walk(self) -> Walk | None:
        if _now() >= self._scan_at:
            self._scan_at = math.inf  # whatever asks for a scan from here on gets another one
            self._subtrees.clear()
            self._walk_is_full = True
            await self._see_to_watch()
            return Walk(self._path, recursive=self._config.recursive)
        if self._subtrees:
            top = next(iter(self._subtrees))
            self._subtrees = {p: None for p in self._subtrees if not (p + b"/").startswith(top + b"/")}
            self._walk_is_full = False
            return Walk(top, recursive=True)
        return None

    def _end_walk(self, walk: Walk) -> None:
        self._walk = None
        if self._walk_is_full:
            blind = self._limit or self._remote
            every = min(self._config.rescan_s, BLIND_RESCAN_S) if blind else self._config.rescan_s
            self._scan_at = min(self._scan_at, _now() + every)
            self._unreadable = walk.unreadable
            self._report(last_scan_ms=time.time_ns() // 1_000_000, files_seen=walk.files)

    # What is said about it all.

    def _report(self, **scan: int) -> None:
        state = msgspec.structs.replace(
            self._state, state=self._root.state, detail="; ".join(self._troubles()), **scan
        )
        if state != self._state:
            self._state = state
            self._on_state(state)

    def _troubles(self) -> list[str]:
        if self._root.state != "watching":
            return [self._root.detail]
        troubles = []
        if self._limit:
            troubles.append(self._limit)
        if self._remote:
            troubles.append(f"not every change is heard of on {self._remote}")
        if troubles:
            troubles.append(f"scanned every {min(self._config.rescan_s, BLIND_RESCAN_S):g} s instead")
        if self._unreadable:
            troubles.append(f"{self._unreadable} folder(s) cannot be read")
        return troubles


def _now() -> float:
    return time.monotonic()


def _leave(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: Hint) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to hear it
        loop.call_soon_threadsafe(callback, *arguments)
