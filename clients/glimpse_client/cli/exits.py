"""Exit codes of `glimpse`, for scripts.

Rules of this file: a code never changes its meaning.
"""

from glimpse_client.errors import (
    DaemonNotRunningError,
    GlimpseError,
    NoAnswerError,
    NotAllowedError,
    VersionMismatchError,
)

OK = 0
FAILED = 1
USAGE = 2  # click's own
NOT_RUNNING = 3
TIMEOUT = 4
NOT_ALLOWED = 5
VERSION_MISMATCH = 6
INTERRUPTED = 130

_CODES = (
    (DaemonNotRunningError, NOT_RUNNING),
    (NoAnswerError, TIMEOUT),
    (NotAllowedError, NOT_ALLOWED),
    (VersionMismatchError, VERSION_MISMATCH),
)


def code_of(error: GlimpseError) -> int:
    """The exit code for this error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)
