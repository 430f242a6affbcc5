"""The daemon's two sockets: a ROUTER that answers requests, an XPUB that tells of events.

Rules of this file: requests run side by side and are answered as they end, so that a slow one holds up
nobody. Whatever goes wrong with a request becomes an error reply; an unexpected exception is logged by its
class and place alone, because its text may carry text from a screen. A peer that is gone or does not read
loses its replies and nothing else. Every subscription is greeted, and the greeting is harmless to those who
have had it before.
"""

import asyncio
import contextlib
import stat
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

import structlog
import zmq
import zmq.asyncio

from glimpsed.core.errors import RequestError
from glimpsed.ipc.peers import DOMAIN, PeerCheck
from glimpsed.wire.codec import MAX_REQUEST, Frames, decode_request, encode_event, encode_reply, error_reply
from glimpsed.wire.endpoint import Endpoint
from glimpsed.wire.errors import BadMessageError, EndpointError, ErrorCode
from glimpsed.wire.messages import WELCOME, Event, Reply, Request

Handler = Callable[[Request], Awaitable[Reply]]
"""Answers a request, or raises `RequestError`. It may be cancelled when the server closes."""

MAX_IN_FLIGHT: Final = 256
"""Requests that may be under way at once; the next one is told `queue_full`."""

MAX_OF_ONE: Final = 64
"""How many of them may be one connection's, so that one that floods us leaves room for the others."""

_MAX_SUBSCRIPTION = 4096  # bytes; XPUB keeps every topic that a peer names
_BACKLOG = 1000  # connections not yet accepted; with libzmq's 100 a burst of clients must try again
_SEND_QUEUE = 1000  # messages for one peer before they are dropped
_LINGER_MS = 500  # what the last replies and events have to leave after close
_GRACE_S = 1.0  # what requests under way have to end at close

_log = structlog.get_logger(__name__)


class Server:
    """Both sockets of one daemon. All methods belong to the event loop that `start` ran in."""

    def __init__(self, endpoint: Endpoint, uid: int, handler: Handler, *, epoch: str, seq: int) -> None:
        """Nothing is bound yet. `epoch` names the store, `seq` is its last event's.

        The caller holds the endpoint's lock, and the directory has been checked.
        """
        self._endpoint = endpoint
        self._handler = handler
        self._epoch = epoch
        self._seq = seq
        self._context = zmq.asyncio.Context()
        self._peers = PeerCheck(self._context, uid)
        self._api = self._socket(zmq.ROUTER, max_message=MAX_REQUEST)
        self._api.router_mandatory = 1
        self._events = self._socket(zmq.XPUB, max_message=_MAX_SUBSCRIPTION)
        self._events.xpub_verbose = 1  # without it a second subscriber of a topic is never seen
        self._bound: list[Path] = []
        self._loops: list[asyncio.Task[None]] = []
        self._requests: set[asyncio.Task[None]] = set()
        self._under_way: Counter[bytes] = Counter()
        self.undelivered = 0  # replies whose peer was gone or did not read

    async def start(self) -> None:
        """Bind and serve. Raises `EndpointError` when a path is too long or taken by something else."""
        self._loops = [self._peers.start()]
        _bind(self._api, self._endpoint.api_url, self._endpoint.api_path)
        self._bound.append(self._endpoint.api_path)
        _bind(self._events, self._endpoint.events_url, self._endpoint.events_path)
        self._bound.append(self._endpoint.events_path)
        self._loops += [asyncio.create_task(self._serve()), asyncio.create_task(self._greet())]

    def publish(self, event: Event) -> None:
        """Tell everybody. Never waits: a subscriber that does not keep up loses events and will notice."""
        self._seq = event.seq
        sent = self._events.send_multipart(encode_event(event), flags=zmq.NOBLOCK)
        asyncio.ensure_future(sent).result()  # done already: nothing waits with NOBLOCK

    async def ended(self) -> None:
        """Wait until one of the server's loops ends by itself, which none should; raises what ended it.

        Returns when the server is closed.
        """
        done, _ = await asyncio.wait(self._loops, return_when=asyncio.FIRST_COMPLETED)
        for loop in done:
            if not loop.cancelled():
                loop.result()

    async def close(self) -> None:
        """Take nothing more, let requests under way end for a moment, remove the sockets. Idempotent."""
        for loop in self._loops:
            await _cancelled(loop)
        if self._requests:
            _, late = await asyncio.wait(self._requests, timeout=_GRACE_S)
            for request in late:
                await _cancelled(request)
        self._context.destroy(linger=_LINGER_MS)
        while self._bound:
            self._bound.pop().unlink(missing_ok=True)  # libzmq leaves the names of its sockets behind

    def _socket(self, kind: int, *, max_message: int) -> zmq.asyncio.Socket:
        socket = self._context.socket(kind)
        socket.zap_domain = DOMAIN.encode()
        socket.maxmsgsize = max_message
        socket.handshake_ivl = 3000
        socket.heartbeat_ivl = 2000
        socket.heartbeat_timeout = 6000
        socket.heartbeat_ttl = 8000
        socket.backlog = _BACKLOG
        socket.sndhwm = _SEND_QUEUE
        socket.linger = _LINGER_MS
        return socket

    async def _serve(self) -> None:
        while True:
            await asyncio.sleep(0)  # one request a turn: a flood must not keep the loop to itself
            peer, *frames = await self._api.recv_multipart()
            try:
                request = decode_request(frames)
            except BadMessageError as error:
                await self._send(peer, encode_reply(error_reply(error.code, str(error)), error.request_id))
                continue
            if len(self._requests) >= MAX_IN_FLIGHT or self._under_way[peer] >= MAX_OF_ONE:
                busy = error_reply(ErrorCode.QUEUE_FULL, "too many requests under way")
                await self._send(peer, encode_reply(busy, request.id))
                continue
            task = asyncio.create_task(self._answer(peer, request))
            self._requests.add(task)
            self._under_way[peer] += 1
            task.add_done_callback(partial(self._answered, peer))

    def _answered(self, peer: bytes, task: asyncio.Task[None]) -> None:
        self._requests.discard(task)
        self._under_way[peer] -= 1
        self._under_way += Counter()  # forgets the peers that have none

    async def _answer(self, peer: bytes, request: Request) -> None:
        try:
            frames = encode_reply(await self._handler(request), request.id)
        except RequestError as error:
            frames = encode_reply(error_reply(error.code, error.detail), request.id)
        except Exception as error:  # noqa: BLE001 - a request must not harm the daemon
            _log.error("request_failed", request=type(request).__name__, **_trace(error))
            refusal = error_reply(ErrorCode.INTERNAL, "the daemon failed; its log says where")
            frames = encode_reply(refusal, request.id)
        await self._send(peer, frames)

    async def _send(self, peer: bytes, frames: Frames) -> None:
        try:
            await self._api.send_multipart([peer, *frames], flags=zmq.NOBLOCK)
        except zmq.ZMQError:  # the peer is gone, or does not read
            self.undelivered += 1

    async def _greet(self) -> None:
        while True:
            await asyncio.sleep(0)
            message = await self._events.recv()
            if message.startswith(b"\x01"):
                at_ms = time.time_ns() // 1_000_000
                welcome = Event(seq=self._seq, at_ms=at_ms, type=WELCOME, body={"epoch": self._epoch})
                await self._events.send_multipart(encode_event(welcome), flags=zmq.NOBLOCK)


def _bind(socket: zmq.asyncio.Socket, url: str, path: Path) -> None:
    # libzmq removes whatever lies under the path, be it a socket or somebody's file.
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise EndpointError(f"{path} is in the way: it is not a socket")
    socket.bind(url)
    path.chmod(0o600)


def _trace(error: Exception) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    last = [frame for frame in frames if frame.filename.endswith(".py")][-1]  # compiled modules add their own
    return {"error": type(error).__name__, "at": f"{last.filename}:{last.lineno}"}


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))  # whether it ended so or otherwise
