"""A real daemon in a process and directories of its own, and the real client beside it.

Nothing here sleeps in order to wait: the daemon's readiness comes over its notification socket, and every
other wait is a condition that is looked at again until it holds or a deadline passes.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from glimpse_client import Client

DEADLINE_S = 60.0

MISTAKES = (
    "Traceback",
    "uncaught",
    "never retrieved",
    "never awaited",
    "Exception in callback",
    "Exception ignored",
    "request_failed",
    "was destroyed",
    "ResourceWarning",
)
"""What a daemon's log never says, whatever is done to the daemon."""

NO_OCR = '[ocr]\nengine = "none"\n'


def until(holds, *, deadline_s: float = DEADLINE_S, what: str = "the condition"):
    """The first true value of `holds()`; fails when there is none in time."""
    end = time.monotonic() + deadline_s
    looked = threading.Event()
    while True:
        if value := holds():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true in {deadline_s:g} s")
        looked.wait(0.02)


class RunningDaemon:
    """`glimpsed run` with its own data, runtime and screenshot folders under `root`. A context manager."""

    def __init__(
        self,
        root: Path,
        config: str = NO_OCR,
        *,
        watch: bool = True,
        env: dict[str, str] | None = None,
        launcher: tuple[str, ...] = (),
    ):
        """`launcher` is a command that becomes the daemon, which is its argument."""
        self.root = root
        self.shots = root / "shots"
        self.shots.mkdir(exist_ok=True)
        self.data = root / "data"
        # A socket's path is short, pytest's are not.
        self._runtime = tempfile.TemporaryDirectory(prefix="gl")
        self.runtime = Path(self._runtime.name) / "rt"
        self.config = root / "config.toml"
        self.config.write_text(config)
        self.log = root / "log"
        self.arguments = ("--watch", str(self.shots)) if watch else ()
        self._launcher = launcher
        self.env = {
            **os.environ,
            "GLIMPSED_DATA_DIR": str(self.data),
            "GLIMPSED_RUNTIME_DIR": str(self.runtime),
            "GLIMPSED_CONFIG": str(self.config),
            **(env or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._end()  # what went wrong already is said first

    def close(self) -> None:
        """Stop it if it runs, leave nothing outside `root`; fails when its log tells of a mistake of ours."""
        self._end()
        log = self.log.read_text() if self.log.exists() else ""
        mistakes = [line for line in log.splitlines() if any(sign in line for sign in MISTAKES)]
        assert not mistakes, mistakes

    def _end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        self._runtime.cleanup()

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with (
            tempfile.TemporaryDirectory(prefix="gl") as place,
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line,
        ):
            line.bind(f"{place}/n")
            line.settimeout(DEADLINE_S)
            self.spawn(NOTIFY_SOCKET=f"{place}/n")
            line.settimeout(0.2)
            self._await_ready(line)

    def spawn(self, **env: str) -> None:
        """Start it and wait for nothing."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                (*self._launcher, sys.executable, "-m", "glimpsed", "run", *self.arguments),
                env=self.env | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _await_ready(self, line: socket.socket) -> None:
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            try:
                if b"READY=1" in line.recv(4096):
                    return
            except TimeoutError:
                if self.process.poll() is not None:
                    break
        raise AssertionError(f"no daemon, status {self.process.poll()}: {self.log.read_text()[-4000:]}")

    def stop(self) -> int:
        """End it with SIGTERM; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE_S)

    def kill(self) -> None:
        """End it as the kernel would: no goodbye."""
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def client(self, **options: object) -> Client:
        """A client of this daemon; a context manager."""
        return Client(self.runtime, **options)

    def cli(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run `glimpse` against this daemon."""
        command = (sys.executable, "-m", "glimpse_client.cli", *arguments)
        options = {"timeout": DEADLINE_S} | options
        return subprocess.run(command, env=self.env, check=False, capture_output=True, text=True, **options)

    def child(self, module: str) -> int | None:
        """Process id of the daemon's child that runs this module, None when there is none."""
        pid = self.process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            with contextlib.suppress(OSError):  # it ended meanwhile
                if os.fsencode(module) in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                    return int(child)
        return None

    def settled(self, client: Client, *, shots: int = 0, rejected: int = 0, deadline_s: float = DEADLINE_S):
        """The status once at least so much is known and nothing is owed any more."""

        def quiet():
            status = client.status()
            open_jobs = sum(status.counts.jobs.get(state, 0) for state in ("queued", "running"))
            enough = status.counts.shots >= shots and status.counts.rejected >= rejected
            return status if enough and not open_jobs and not status.queue.files else None

        return until(
            quiet, deadline_s=deadline_s, what=f"{shots} shots and {rejected} rejections, nothing owed"
        )
