"""Who may connect: our own user, as the kernel says (SO_PEERCRED), asked through ZAP (RFC 27).

Rules of this file: without a ZAP handler libzmq hands messages of ZMTP 1.0 peers to us unchecked, so every
socket of the daemon has a ZAP domain. A user namespace between us and a peer (`PrivateUsers=` in a unit)
hides its uid, and it is denied.
"""

import asyncio
from collections.abc import Sequence

import structlog
import zmq
import zmq.asyncio

DOMAIN = "glimpsed"
"""ZAP domain of all our sockets."""

_URL = "inproc://zeromq.zap.01"
_VERSION = b"1.0"
_FRAMES = 6  # version, request id, domain, address, identity, mechanism; credentials may follow

_log = structlog.get_logger(__name__)


class PeerCheck:
    """The ZAP handler of one context."""

    def __init__(self, context: zmq.asyncio.Context, uid: int) -> None:
        """`uid` is the only user who may connect. Nothing is checked before `start`."""
        self._context = context
        self._uid = uid

    def start(self) -> asyncio.Task[None]:
        """Begin to answer; must happen before any socket of the context binds. Goes on until cancelled."""
        socket = self._context.socket(zmq.REP)
        socket.linger = 0
        socket.bind(_URL)
        return asyncio.create_task(self._answer(socket))

    async def _answer(self, socket: zmq.asyncio.Socket) -> None:
        with socket:
            while True:
                request = await socket.recv_multipart()
                allowed = is_allowed(request, self._uid)
                if not allowed:
                    _log.warning("peer_denied", address=_address(request).decode("ascii", "replace"))
                await socket.send_multipart(_verdict(request, allowed=allowed))


def is_allowed(request: Sequence[bytes], uid: int) -> bool:
    """Whether a ZAP request is well formed and comes from a process of `uid`.

    The address of a peer on a unix socket reads `localhost:UID:GID:PID`.
    """
    if len(request) < _FRAMES or request[0] != _VERSION:
        return False
    parts = _address(request).split(b":")
    return len(parts) == 4 and parts[1] == b"%d" % uid  # noqa: PLR2004 - as the docstring says


def _address(request: Sequence[bytes]) -> bytes:
    return request[3] if len(request) >= _FRAMES else b""


def _verdict(request: Sequence[bytes], *, allowed: bool) -> list[bytes]:
    request_id = request[1] if len(request) > 1 else b""
    status = (b"200", b"OK") if allowed else (b"400", b"not your daemon")
    return [_VERSION, request_id, *status, b"", b""]
