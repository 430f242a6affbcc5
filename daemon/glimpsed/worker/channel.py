"""Frames between the daemon and a child: four bytes of length, then one MessagePack map.

Rules of this file: pure; bytes in, maps out. Both ends are ours, yet the child has touched strangers' bytes,
so the daemon's end bounds what it accepts.
"""

import struct
from typing import Annotated, Any, Literal

import msgspec

MAX_FRAME = 32 * 1024 * 1024
"""Largest frame in bytes; the text of the densest screen is well under 1 MiB."""

MAX_LINE = 500
"""Longest line for the daemon's log, in bytes."""

_LENGTH = struct.Struct(">I")

Message = dict[str, Any]


class LogLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line for the daemon's log."""

    level: Literal["debug", "info", "warning", "error"]
    text: Annotated[str, msgspec.Meta(max_length=MAX_LINE)]


class LogFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a child may say at any time; every other message of its is an answer."""

    log: LogLine


class BadFrameError(Exception):
    """The other end sent something that is not a frame."""


def encode(message: Message) -> bytes:
    """One frame, ready to be written. Raises `BadFrameError` when it would be over `MAX_FRAME`."""
    body = msgspec.msgpack.encode(message)
    if len(body) > MAX_FRAME:
        raise BadFrameError(f"frame of {len(body)} bytes is over {MAX_FRAME}")
    return _LENGTH.pack(len(body)) + body


class Decoder:
    """Turns a stream of bytes, cut anywhere, into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """All messages completed by `data`. Raises `BadFrameError` on an oversized or malformed frame."""
        self._buffer += data
        messages = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MAX_FRAME:
                raise BadFrameError(f"frame of {length} bytes is over {MAX_FRAME}")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(_decode(bytes(self._buffer[_LENGTH.size : end])))
            del self._buffer[:end]
        return messages


def _decode(body: bytes) -> Message:
    try:
        return msgspec.msgpack.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadFrameError(str(error)) from error
