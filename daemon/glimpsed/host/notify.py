"""Telling the service manager how we are, by systemd's notification protocol (sd_notify(3)).

Rules of this file: without a service manager every call does nothing. A message that cannot be delivered is
dropped: the manager has time limits of its own and restarts what it does not hear from.
"""

import contextlib
import os
import socket
from collections.abc import Mapping

_SEND_LIMIT_S = 0.2


class Notifier:
    """One service's line to its manager."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Where to tell and how often to show life are read from `environ`, as the manager set it."""
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._watchdog_s = _watchdog_s(environ)

    @property
    def interval_s(self) -> float | None:
        """Seconds between calls of `alive`, half of what is allowed; None when nobody watches."""
        return self._watchdog_s

    def ready(self) -> None:
        """Starting is over: requests are answered."""
        self._send("READY=1")

    def alive(self) -> None:
        """The work goes on. To be called from the loop that does the work, so that it is true."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Stopping has begun."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.settimeout(_SEND_LIMIT_S)  # a manager that does not read must not stop the work
            line.sendto(message.encode(), self._address)


def _address(name: str) -> bytes | None:
    if name.startswith("@"):
        return b"\0" + os.fsencode(name[1:])
    return os.fsencode(name) if name.startswith("/") else None


def _watchdog_s(environ: Mapping[str, str]) -> float | None:
    meant_for = environ.get("WATCHDOG_PID", str(os.getpid()))
    allowed = environ.get("WATCHDOG_USEC", "")
    if meant_for != str(os.getpid()) or not allowed.isascii() or not allowed.isdigit() or int(allowed) == 0:
        return None
    return int(allowed) / 1_000_000 / 2
