"""What a handler may look at.

Rules of this file: the machine is here to be shown, not to be changed; what a client wants done goes through
`performer.ask`, and the machine answers.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from glimpsed.api.figures import Looks
from glimpsed.api.reasons import Prospects
from glimpsed.config import Config
from glimpsed.core import effects as do
from glimpsed.core.errors import RequestError
from glimpsed.core.events import Event, FileKey
from glimpsed.core.machine import Machine
from glimpsed.core.sessions.model import Session
from glimpsed.host.clock import uptime_s
from glimpsed.host.paths import Paths
from glimpsed.memory import Memory
from glimpsed.sources.folder import SourceState
from glimpsed.store import jobs, sessions, shots
from glimpsed.store.db import Database
from glimpsed.store.jobs import JobRow
from glimpsed.store.shots import ShotRow
from glimpsed.store.spool import Spool

SUBMITTED = "submit"
"""Source of files that a client hands in from outside every watched folder."""


@dataclass(frozen=True)
class Context:
    """The daemon as a handler sees it.

    `ask` puts the event that it makes of a fresh ticket before the machine and awaits the answer; it raises
    `RequestError`. `running_since` is on the event loop's clock, by job. `pids` are the children's, by name.
    """

    config: Config
    config_file: Path | None
    paths: Paths
    store: Database
    spool: Spool
    machine: Machine
    ask: Callable[[Callable[[str], Event]], Awaitable[do.Answer]]
    running_since: dict[str, float]
    pids: Callable[[], dict[str, int]]
    memory: Memory
    states: dict[str, SourceState]
    stop: Callable[[], None]
    started_ms: int
    looks: Looks = field(default_factory=Looks)

    @property
    def prospects(self) -> Prospects:
        """What can be had as of now."""
        missing = {each.role: each.why for each in self.machine.selections() if each.model is None}
        now, later = uptime_s(), self.machine.queue.later

        def put_off(job_id: str) -> float | None:
            at = later.time_of(job_id)
            return None if at is None else max(0.0, at - now)

        return Prospects(self.machine.possible, missing, put_off)

    def over_its_limit(self, name: str) -> str:
        """What it means that a model takes more than its `memory_limit_mb`, empty when it does not.

        As measured when this daemon loaded it last.
        """
        outlook = self.memory.last(name)
        if outlook is None or not outlook.need.measured:
            return ""
        takes, limit = outlook.need.in_main["process"], self.memory.ceiling(name, outlook)
        if takes <= limit:
            return ""
        return (
            f"it takes up to {takes >> 20} MiB of main memory and its memory_limit_mb is {limit >> 20}: "
            "once over that, it is ended after a job and loaded again for the next"
        )

    async def locate(self, path: bytes) -> FileKey:
        """Source and path under which a file is known, so that one file is one shot however it comes in.

        Links in the path are followed up to the file itself, which the reader refuses when it is one.
        """
        return await asyncio.to_thread(self._located, Path(os.fsdecode(path)))

    def _located(self, path: Path) -> FileKey:
        directory = path.parent.resolve()
        for name, folder in self.config.sources.items():
            root = folder.path.resolve()
            if directory == root or (folder.recursive and directory.is_relative_to(root)):
                return name, os.fsencode(folder.path / directory.relative_to(root) / path.name)
        return SUBMITTED, os.fsencode(directory / path.name)

    async def shot(self, shot_id: str) -> ShotRow:
        """The shot with this id. Raises `RequestError` `not_found`."""
        row = await self.store.read(lambda cx: shots.shot(cx, shot_id))
        if row is None:
            raise RequestError("not_found", f"there is no shot {shot_id}")
        return row

    async def session(self, session_id: str) -> Session:
        """The session with this id. Raises `RequestError` `not_found`."""
        session = await self.store.read(lambda cx: sessions.get(cx, session_id))
        if session is None:
            raise RequestError("not_found", f"there is no session {session_id}")
        return session

    async def job(self, job_id: str) -> JobRow:
        """The job with this id. Raises `RequestError` `not_found`."""
        row = await self.store.read(lambda cx: jobs.job(cx, job_id))
        if row is None:
            raise RequestError("not_found", f"there is no job {job_id}")
        return row

    async def can_be_looked_at(self, picture: str) -> bool:
        """Whether a copy of a picture was kept, or a file that held it is still there."""
        files = await self.store.read(lambda cx: shots.paths_of(cx, picture))
        files.append(os.fsencode(self.spool.path(picture)))
        return await asyncio.to_thread(lambda: any(map(os.path.lexists, files)))
