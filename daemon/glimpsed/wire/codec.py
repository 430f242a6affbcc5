"""Frames <-> messages.

Rules of this file: pure; the only place where bytes are decoded, and the only place where anything that a
decoder may raise is caught. Whatever is not a message becomes one `BadMessageError`, with the request's id
if that could be read, so that the answer finds its way home. What is skipped is never built: a frame of
1 MiB costs no more than that. Nothing of a bad message's content is repeated in the error.
"""

from collections.abc import Sequence
from typing import Final, TypeVar, Union

import msgspec
from msgspec.msgpack import Decoder, encode

from glimpsed.wire.catalogue import REPLIES, REQUESTS
from glimpsed.wire.errors import RETRYABLE, BadMessageError, ErrorCode
from glimpsed.wire.messages import ErrorReply, Event, Id, Reply, Request
from glimpsed.wire.version import MAGIC, MAJOR
from glimpsed.wire.views import ErrorView

MAX_REQUEST: Final = 1024 * 1024
"""Largest request body in bytes."""

Frames = list[bytes]
"""`[MAGIC, body]`; a ROUTER's identity frame is taken off before and put back after."""

_FAMILY = MAGIC.rstrip(b"0123456789")
_REQUEST_TYPES = {request.__struct_config__.tag for request in REQUESTS}

_Decoded = TypeVar("_Decoded")


class _Envelope(msgspec.Struct):
    """What must be known before the rest can be read; the values stay bytes until they are asked for."""

    v: msgspec.Raw = msgspec.Raw()
    id: msgspec.Raw = msgspec.Raw()
    type: msgspec.Raw = msgspec.Raw()


_envelope: Final = Decoder(_Envelope)
_id: Final[Decoder[str]] = Decoder(Id)
_number: Final = Decoder(int)
_text: Final = Decoder(str)
_event: Final = Decoder(Event)
_request: Final[Decoder[Request]] = Decoder(Union[REQUESTS])  # noqa: UP007 - a union made from the registry
_replies: Final = {reply.__struct_config__.tag: Decoder(reply) for reply in REPLIES}


def encode_request(request: Request) -> Frames:
    """Frames of a request, for a DEALER."""
    return [MAGIC, encode(request)]


def encode_reply(reply: Reply, request_id: str) -> Frames:
    """Frames of a reply to the request with this id."""
    return [MAGIC, encode(msgspec.structs.replace(reply, id=request_id))]


def encode_event(event: Event) -> Frames:
    """Frames of an event, for an XPUB."""
    return [MAGIC, encode(event)]


def error_reply(code: str, message: str) -> ErrorReply:
    """The reply that says no."""
    return ErrorReply(error=ErrorView(code=code, message=message, retryable=code in RETRYABLE))


def decode_request(frames: Sequence[bytes]) -> Request:
    """The request in these frames. Raises `BadMessageError`."""
    body = _body(frames)
    if len(body) > MAX_REQUEST:
        raise BadMessageError(ErrorCode.BAD_REQUEST, f"a request may have {MAX_REQUEST} bytes")
    envelope = _read(_envelope, body, "")
    request_id = _field(envelope.id, _id) or ""
    major = _field(envelope.v, _number)
    if major is None:
        raise BadMessageError(ErrorCode.BAD_REQUEST, "Expected `int` - at `$.v`", request_id)
    if major != MAJOR or frames[0] != MAGIC:
        message = f"this daemon speaks version {MAJOR} of the protocol"
        raise BadMessageError(ErrorCode.VERSION_MISMATCH, message, request_id)
    name = _field(envelope.type, _text)
    if name is not None and name not in _REQUEST_TYPES:
        raise BadMessageError(ErrorCode.UNKNOWN_REQUEST, "this daemon does not know this request", request_id)
    return _read(_request, body, request_id)


def decode_reply(frames: Sequence[bytes]) -> Reply:
    """The reply in these frames, as its type. Raises `BadMessageError`."""
    body = _body(frames)
    envelope = _read(_envelope, body, "")
    request_id = _field(envelope.id, _text) or ""
    decoder = _replies.get(_field(envelope.type, _text))
    if decoder is None:
        raise BadMessageError(ErrorCode.BAD_REQUEST, "a reply of an unknown type", request_id)
    return _read(decoder, body, request_id)


def decode_event(frames: Sequence[bytes]) -> Event:
    """The event in these frames. Raises `BadMessageError`."""
    return _read(_event, _body(frames), "")


def _body(frames: Sequence[bytes]) -> bytes:
    if len(frames) != 2 or not frames[0].startswith(_FAMILY):  # noqa: PLR2004 - magic and body
        raise BadMessageError(ErrorCode.BAD_REQUEST, "expected two frames, magic and body")
    return frames[1]


def _read(decoder: "Decoder[_Decoded]", body: bytes, request_id: str) -> _Decoded:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise BadMessageError(ErrorCode.BAD_REQUEST, str(error), request_id) from None
    except Exception:  # noqa: BLE001 - each kind of garbage raises another: this is the one place
        raise BadMessageError(ErrorCode.BAD_REQUEST, "not one MessagePack map", request_id) from None


def _field(raw: msgspec.Raw, decoder: "Decoder[_Decoded]") -> _Decoded | None:
    """A field of the envelope, None when it is missing or of another type."""
    try:
        return decoder.decode(raw)
    except Exception:  # noqa: BLE001 - as above; the full decoding says what is wrong with it
        return None
