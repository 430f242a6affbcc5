"""A real daemon in a process and directories of its own, and the real client beside it.

Nothing here sleeps in order to wait: the daemon's readiness comes over its notification socket, and every
other wait is a condition that is looked at again until it holds or a deadline passes.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from glimpse_client import Client

DEADLINE_S = 60.0

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

    def __init__(self, root: Path, config: str = NO_OCR, *, watch: bool = True, env: dict[str, str] | None = None):
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
        self.env = {
            **os.environ,
            "GLIMPSED_DATA_DIR": str(self.data),
            "GLIMPSED_RUNTIME_DIR": str(self.runtime),
            "GLIMPSED_CONFIG": str(self.config),
            **(env or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "RunningDaemon":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it if it runs, and leave nothing outside `root`."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        self._runtime.cleanup()

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with tempfile.TemporaryDirectory(prefix="gl") as place, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.bind(f"{place}/n")
            line.settimeout(DEADLINE_S)
            self.spawn(NOTIFY_SOCKET=f"{place}/n")
            line.settimeout(0.2)
            self._await_ready(line)

    def spawn(self, **env: str) -> None:
        """Start it and wait for nothing."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                (sys.executable, "-m", "glimpsed", "run", *self.arguments),
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
        limits = {"timeout": DEADLINE_S, "check": False} | options
        return subprocess.run(command, env=self.env, capture_output=True, text=True, **limits)

    def settled(self, client: Client, *, shots: int = 0, rejected: int = 0, deadline_s: float = DEADLINE_S):
        """The status once at least so much is known and nothing is owed any more."""

        def quiet():
            status = client.status()
            open_jobs = sum(status.counts.jobs.get(state, 0) for state in ("queued", "running"))
            enough = status.counts.shots >= shots and status.counts.rejected >= rejected
            return status if enough and not open_jobs and not status.queue.files else None

        return until(quiet, deadline_s=deadline_s, what=f"{shots} shots and {rejected} rejections, nothing owed")
