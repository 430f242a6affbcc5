"""The codes by which a daemon says no, and what else can go wrong with a message.

Rules of this file: codes are stable strings; one may be added in a minor version, so a client must show a
code that it does not know. A message beside a code is a sentence for a person and carries no screen text.
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Every code that a daemon of this version sends."""

    BAD_REQUEST = "bad_request"
    """The request is not MessagePack, lacks a field, or has one of a wrong type or out of bounds."""

    UNKNOWN_REQUEST = "unknown_request"
    """This daemon does not know this `type` of request; a newer one might."""

    VERSION_MISMATCH = "version_mismatch"
    """The request's `v` is not this daemon's major version; one of the two must be upgraded."""

    NOT_FOUND = "not_found"
    """There is no shot, job or the like with this id."""

    REJECTED = "rejected"
    """The submitted file cannot be a shot; the message is the rejection's own `code: detail`."""

    MODEL_UNAVAILABLE = "model_unavailable"
    """No model that could do this is configured, fits, or loads; `status` says which and why."""

    SEQ_EXPIRED = "seq_expired"
    """Events after this `since` were pruned; take stock through `shots` and follow from `latest`."""

    QUEUE_FULL = "queue_full"
    """Too much is under way; the same request may succeed in a moment."""

    DEADLINE = "deadline"
    """It cannot be done within the deadline; the message says how long it is expected to take."""

    PICTURE_GONE = "picture_gone"
    """The shot is known, but its file is gone or changed and no copy was kept, so nobody can look again."""

    SHUTTING_DOWN = "shutting_down"
    """The daemon is stopping and takes nothing new; ask its successor."""

    INTERNAL = "internal"
    """The daemon is at fault; its log names the error."""


RETRYABLE = frozenset({ErrorCode.QUEUE_FULL, ErrorCode.SHUTTING_DOWN})
"""Codes after which the same request may succeed later without anybody changing anything."""


class WireError(Exception):
    """Base of what this room raises."""


class BadMessageError(WireError):
    """Bytes that are not a message; `code` and `str(error)` fit an error reply.

    `request_id` is the id of the request when it could be read, else the empty string.
    """

    def __init__(self, code: ErrorCode, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id


class EndpointError(WireError):
    """The runtime directory cannot be used; `denied` when it is somebody else's or open to others."""

    def __init__(self, message: str, *, denied: bool = False) -> None:
        super().__init__(message)
        self.denied = denied
