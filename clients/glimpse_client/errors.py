"""What can go wrong for a client, one class for each thing that a caller would do differently.

Rules of this file: messages are sentences for a person and carry no screen text.
"""


class GlimpseError(Exception):
    """Base of what this package raises."""


class DaemonNotRunningError(GlimpseError):
    """Nobody holds the lock: known at once, without waiting. Start the daemon."""


class NotAllowedError(GlimpseError):
    """The runtime directory belongs to another user, or others may enter it."""


class VersionMismatchError(GlimpseError):
    """The daemon speaks another major version of the protocol; one of the two must be upgraded."""


class NoAnswerError(GlimpseError, TimeoutError):
    """A daemon runs, and did not answer in time."""


class RequestFailedError(GlimpseError):
    """The daemon said no. `code` is one of `glimpsed.wire.errors.ErrorCode`, or a newer one."""

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable
