"""A daemon reduced to its sockets: the real `Server` and a real lock, in a thread, answering from samples."""

import asyncio
import fcntl
import os
import tempfile
import threading
from pathlib import Path

import wire_samples
from glimpsed.core.errors import RequestError
from glimpsed.ipc.server import Server
from glimpsed.wire import messages as m
from glimpsed.wire.endpoint import Endpoint

SAMPLES = {
    type(request): reply for request, reply in zip(wire_samples.REQUESTS, wire_samples.REPLIES, strict=False)
}


class Answering:
    """Context manager. `answers` maps request types to functions (plain or async) from request to reply.

    Every request that came is kept in `requests`; `events` can be asked for and grow with `publish`.
    """

    def __init__(self, answers=None, *, directory=None, uid=None, seq=0, epoch=wire_samples.EPOCH):
        self._made = None if directory else tempfile.TemporaryDirectory(prefix="gl")
        self.directory = Path(directory or self._made.name)
        self.answers = dict(answers or {})
        self.requests = []
        self.events = []
        self.pruned = seq
        self._uid = os.getuid() if uid is None else uid
        self._seq, self._epoch = seq, epoch
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._failure = None

    @property
    def seq(self):
        return self.pruned + len(self.events)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        if self._failure:
            raise self._failure
        return self

    def __exit__(self, *_):
        self.stop()
        self.ended()
        if self._made:
            self._made.cleanup()

    def ended(self):
        """Wait for its end."""
        self._thread.join(10)
        assert not self._thread.is_alive()

    def stop(self):
        if self._thread.is_alive() and not self._failure:
            self._loop.call_soon_threadsafe(self._stopped.set)

    def call(self, function, *arguments):
        """Run a function in the server's loop, and wait for it."""

        async def run():
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def begin(self, coroutine):
        """Start a coroutine in the server's loop; its future."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def record(self, kind, **body):
        """Note an event as if it had been committed, without publishing it."""
        event = m.Event(seq=self.seq + 1, at_ms=0, type=kind, body=body)
        self.events.append(event)
        return event

    def publish(self, kind, **body):
        """Record an event and tell everybody."""
        event = self.record(kind, **body)
        self.call(self.server.publish, event)
        return event

    async def _run(self):
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self.directory.mkdir(mode=0o700, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.server = Server(
                Endpoint(self.directory), self._uid, self._answer, epoch=self._epoch, seq=self._seq
            )
            try:
                await self.server.start()
            except Exception as error:  # noqa: BLE001 - raised where the test sees it
                self._failure = error
            self._ready.set()
            if not self._failure:
                await self._stopped.wait()
            await self.server.close()

    async def _answer(self, request):
        self.requests.append(request)
        if type(request) in self.answers:
            reply = self.answers[type(request)](request)
            return await reply if asyncio.iscoroutine(reply) else reply
        if isinstance(request, m.EventsRequest):
            return self._replay(request)
        if isinstance(request, m.ShutdownRequest):
            self._stopped.set()
        if isinstance(request, m.HelloRequest):
            return m.HelloReply(protocol=(1, 1), daemon="0", epoch=self._epoch, pid=os.getpid(), seq=self.seq)
        return SAMPLES[type(request)]

    def _replay(self, request):
        if request.since < self.pruned:
            raise RequestError("seq_expired", "pruned")
        events = self.events[request.since - self.pruned :][: request.limit]
        return m.EventsReply(events=events, latest=self.seq, oldest=self.pruned + 1)
