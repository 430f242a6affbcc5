"""What is logged, and how it looks: pretty on a terminal, JSON lines otherwise, on standard error.

Rules of this file: no text from a screen, whoever logs. An exception is logged by its class and the lines of
code that it passed; its message only when it is one of ours, whose details never carry such text. Of what
libraries log (warnings and worse) only the template is kept, its first line, without its arguments.
"""

import contextlib
import logging
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from glimpsed.core.errors import GlimpsedError

_PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_LONGEST_FOREIGN = 200


def configure(level: str = "info", environ: Mapping[str, str] = os.environ) -> None:
    """Log to standard error from `level` ("debug", "info", "warning" or "error") upwards.

    To be called once, before anything logs. Under systemd every line begins with its priority (sd-daemon(3)).
    """
    stream = sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=not stream.isatty()),
            _exception_without_message,
            _rendering(stream, environ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=_Unbreakable(stream)),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    logging.root.handlers = [_FromLibraries(logging.WARNING)]
    logging.root.setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _rendering(stream: IO[str], environ: Mapping[str, str]) -> Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer(colors="NO_COLOR" not in environ)
    as_json = structlog.processors.JSONRenderer()
    if not _is_journal(stream, environ):
        return as_json

    def journal_line(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return f"<{_PRIORITIES[event['level']]}>{as_json(logger, method, event)!s}"

    return journal_line


def _is_journal(stream: IO[str], environ: Mapping[str, str]) -> bool:
    """Whether `stream` is the one that the service manager connected to the journal."""
    with contextlib.suppress(OSError, ValueError):
        found = os.fstat(stream.fileno())
        return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
    return False


def _exception_without_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = "; ".join(_said(leaf) for leaf in _leaves(error))
    return event


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """What ends the process or a thread is logged too: Python's own traceback would show its message."""
    structlog.get_logger().critical("uncaught", exc_info=(kind, error, trace))


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for part in error.exceptions for leaf in _leaves(part)]
    return [error]


def _said(error: BaseException) -> str:
    """Class, then where it was raised and through which lines it came, innermost first."""
    said = type(error).__qualname__
    if isinstance(error, GlimpsedError):
        said += f" ({error})"
    elif isinstance(error, OSError) and error.errno is not None:
        said += f" ({os.strerror(error.errno)})"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    return " < ".join([said, *lines])


class _FromLibraries(logging.Handler):
    """Passes on what libraries log through the standard library."""

    def emit(self, record: logging.LogRecord) -> None:
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        event = template.partition("\n")[0][:_LONGEST_FOREIGN]
        log = structlog.get_logger()
        say = log.error if record.levelno >= logging.ERROR else log.warning
        say(event, library=record.name, exc_info=record.exc_info)


class _Unbreakable:
    """A stream that a log line may fail to reach: a closed terminal must not stop the work."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()
