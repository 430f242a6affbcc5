"""Pairs requests and replies by id.

Rules of this file: pure; frames in, frames and replies out. It neither waits nor knows a socket, so that
clients of every kind (blocking, asyncio, a GUI's loop) share it. A reply that nobody waits for is dropped:
it answers a request that was given up.
"""

from collections.abc import Sequence
from typing import Any

from glimpse_client.errors import GlimpseError, RequestFailedError, VersionMismatchError
from glimpsed.wire.codec import Frames, decode_reply, encode_request
from glimpsed.wire.errors import BadMessageError, ErrorCode
from glimpsed.wire.messages import ErrorReply, Reply, Request


class Connection:
    """The requests of one client that are under way. Ids are unique within it."""

    def __init__(self) -> None:
        self._made = 0
        self._waiting: set[str] = set()

    def send(self, kind: type[Request], /, **fields: Any) -> tuple[str, Frames]:
        """A new request: its id, and the frames to send."""
        self._made += 1
        request = kind(id=f"{self._made}", **fields)
        self._waiting.add(request.id)
        return request.id, encode_request(request)

    def forget(self, request_id: str) -> None:
        """Give a request up: its reply, if one comes, is dropped."""
        self._waiting.discard(request_id)

    def receive(self, frames: Sequence[bytes]) -> tuple[str, Reply | GlimpseError] | None:
        """Which request these frames answer, and how; None when nobody waits for it.

        An error that names no request is about the only one under way, if there is exactly one.
        """
        answered, outcome = _read(frames)
        if not answered and len(self._waiting) == 1:
            (answered,) = self._waiting
        if answered not in self._waiting:
            return None
        self._waiting.remove(answered)
        return answered, outcome


def _read(frames: Sequence[bytes]) -> tuple[str, Reply | GlimpseError]:
    try:
        reply = decode_reply(frames)
    except BadMessageError as error:
        return error.request_id, GlimpseError(f"the daemon's reply cannot be read: {error}")
    return reply.id, _failure(reply) if isinstance(reply, ErrorReply) else reply


def _failure(reply: ErrorReply) -> GlimpseError:
    error = reply.error
    if error.code == ErrorCode.VERSION_MISMATCH:
        return VersionMismatchError(error.message)
    return RequestFailedError(error.code, error.message, retryable=error.retryable)
