"""The daemon's end of the reader: files in, pictures and their text out.

Rules of this file: nothing that decodes is imported here. The child is started by the first call and by the
first after its end; calls wait for each other. When to take the child back (its memory only grows) is the
caller's to decide, from `ReadText.rss_mb`.
"""

import asyncio
from typing import Any

import msgspec

from glimpsed.core.model import OpenedFile
from glimpsed.reader.answers import Probe, ReadText, Spooled
from glimpsed.reader.settings import ReaderSettings
from glimpsed.worker.process import Answer, Worker

OPEN_LIMIT_S = 30.0
"""Longest time for opening one file; the largest allowed picture takes about two seconds."""

PROBE_LIMIT_S = 30.0
"""Longest time for asking whether the engine is there; a cold child must first import its libraries."""


_OWN_SHARE = 0.9  # of the limit: a child that gives up by itself says why, and need not die


class Reader:
    """A reader child, whenever there is need of one.

    Every call raises `WorkerDiedError` when the child ended instead of answering.
    """

    def __init__(self, settings: ReaderSettings) -> None:
        """Nothing is started yet."""
        module = "glimpsed.reader.child"
        arguments = msgspec.json.encode(settings).decode()
        # numpy's own thread pool would only wait, and take memory for it.
        self._worker = Worker(module, arguments, env={"OPENBLAS_NUM_THREADS": "1"})
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Process id of the child, None when there is none."""
        return self._worker.pid

    async def open_file(self, path: bytes, spool: bool) -> OpenedFile:
        """Read and decode a file; with `spool`, leave a clean copy of its pixels in the spool.

        Raises `InputError` when it is the file's fault; `safe_open` lists the codes. A `ModelError` says
        nothing about the file: the reader itself failed.
        """
        return await self._call("open", {"path": path, "spool": spool}, OpenedFile, OPEN_LIMIT_S)

    async def read_text(self, sha256: str, path: bytes | None, limit_s: float) -> ReadText:
        """The text of a picture, from its spooled copy or else from `path`.

        Raises `InputError` when neither holds these bytes any more, `ModelError` when the engine cannot; with
        code `engine_missing` or `language_missing` it can read nothing until something is installed.
        """
        args = {"sha256": sha256, "path": path, "limit_s": _OWN_SHARE * limit_s}
        return await self._call("read", args, ReadText, limit_s)

    async def ensure_spooled(self, sha256: str, path: bytes | None) -> bool:
        """Make sure that a clean copy exists, made from `path` if need be; False when it cannot be written.

        Raises `InputError` when `path` does not hold these bytes any more.
        """
        return (await self._call("spool", {"sha256": sha256, "path": path}, Spooled, OPEN_LIMIT_S)).spooled

    async def probe(self) -> Probe:
        """Whether the engine and its languages are installed; loads no model."""
        return await self._call("probe", {}, Probe, PROBE_LIMIT_S)

    async def stop(self) -> None:
        """End the child once it is idle, giving its memory back. The next call starts another."""
        async with self._turn:  # a call that comes now must not talk to a child that is on its way out
            await self._worker.stop()

    async def _call(self, op: str, args: dict[str, Any], answer: type[Answer], limit_s: float) -> Answer:
        async with self._turn:
            if not self._worker.running:
                await self._worker.stop()  # what is left of one that died idle
                await self._worker.start()
            return await self._worker.call(op, args, answer=answer, limit_s=limit_s)
