"""Peers that speak ZeroMQ to a daemon without the client: whatever frames they are told to send."""

import msgspec
import zmq

from glimpsed.wire.endpoint import Endpoint
from glimpsed.wire.version import MAGIC

PATIENCE_MS = 20_000


class Peer:
    """One socket of its own, a DEALER at `api.sock` or a SUB at `events.sock`. Context manager."""

    def __init__(self, runtime, kind=zmq.DEALER):
        self._context = zmq.Context()
        self._socket = self._context.socket(kind)
        self._socket.linger = 0
        self._socket.rcvhwm = 0
        endpoint = Endpoint(runtime)
        if kind == zmq.SUB:
            self._socket.subscribe(b"")
            self._socket.connect(endpoint.events_url)
        else:
            self._socket.immediate = 1
            self._socket.connect(endpoint.api_url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._context.destroy(linger=0)

    def send(self, *frames: bytes):
        """Send a message of these frames, once there is a connection."""
        assert self._socket.poll(PATIENCE_MS, zmq.POLLOUT), "no daemon to send to"
        self._socket.send_multipart(frames)

    def heard(self, within_ms: int = PATIENCE_MS) -> dict | None:
        """The body of the next message, None when there is none in time."""
        if not self._socket.poll(within_ms):
            return None
        magic, body = self._socket.recv_multipart()
        assert magic == MAGIC
        return msgspec.msgpack.decode(body)

    def body(self, body: bytes) -> dict | None:
        """What a message with this body is answered."""
        self.send(MAGIC, body)
        return self.heard()

    def ask(self, kind: str, **fields) -> dict | None:
        """What a request of these fields is answered."""
        return self.body(request(kind, **fields))


def request(kind: str, **fields) -> bytes:
    """The body of a request; `fields` may be wrong."""
    return msgspec.msgpack.encode({"v": 1, "id": "1", "type": kind} | fields)
