"""The blocking client: one method a request.

Rules of this file: nothing waits without an end, and nobody waits for a daemon that is not there: the lock
is looked at before the socket is, and again while an answer is due. Not to be shared between threads.
"""

import os
import time
from pathlib import Path
from typing import Any, Self, TypeVar

import zmq

from glimpse_client.connection import Connection
from glimpse_client.errors import (
    DaemonNotRunningError,
    GlimpseError,
    NoAnswerError,
    NotAllowedError,
)
from glimpsed.wire import days, messages, searching
from glimpsed.wire.codec import Frames
from glimpsed.wire.endpoint import Endpoint, check_directory, daemon_is_running, runtime_directory
from glimpsed.wire.errors import EndpointError
from glimpsed.wire.sessions import SessionReply, SessionRequest, SessionsReply, SessionsRequest
from glimpsed.wire.tasks import TaskReply, TaskRequest, TasksReply, TasksRequest

_Reply = TypeVar("_Reply", bound=messages.Reply)

_SLICE_MS = 250  # how long a wait may go on before the lock is looked at again


class Client:
    """Asks the daemon of this user. Use as a context manager, or `close` it."""

    def __init__(self, directory: Path | None = None, *, timeout_s: float = 10.0) -> None:
        """Connect. `directory` is the runtime directory, by default where the environment says.

        `timeout_s` bounds every request. Raises `DaemonNotRunningError` at once when there is none, and
        `NotAllowedError` when the directory is not safely ours.
        """
        self.directory = directory or runtime_directory()
        self.timeout_s = timeout_s
        require_daemon(self.directory)
        self._connection = Connection()
        self._context = zmq.Context()
        self._socket = self._connected()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the socket back. Idempotent."""
        self._context.destroy(linger=0)

    def hello(self, client: str) -> messages.HelloReply:
        """Who the daemon is; `client` names the caller in its log."""
        return self._ask(messages.HelloReply, messages.HelloRequest, client=client)

    def status(self) -> messages.StatusReply:
        """How everything is."""
        return self._ask(messages.StatusReply, messages.StatusRequest)

    def submit(
        self, path: str | bytes | os.PathLike[str], *, deadline_s: float | None = None
    ) -> messages.SubmitReply:
        """Hand a file over by its path, which is made absolute here; described within `deadline_s` or not."""
        absolute = os.path.abspath(os.fsencode(path))  # noqa: PTH100 - as bytes, and without resolving links
        kind = messages.SubmitRequest
        return self._ask(messages.SubmitReply, kind, path=absolute, deadline_s=deadline_s)

    def shot(self, shot: str, *, text: bool = False, history: bool = False) -> messages.ShotReply:
        """One shot; with `text` its lines, with `history` every rung's result."""
        kind = messages.ShotRequest
        return self._ask(messages.ShotReply, kind, shot=shot, text=text, history=history)

    def shots(self, **filters: Any) -> messages.ShotsReply:
        """A page of shots, newest first; `filters` are the fields of `messages.ShotsRequest`."""
        return self._ask(messages.ShotsReply, messages.ShotsRequest, **filters)

    def search(self, words: str, **filters: Any) -> searching.SearchReply:
        """A page of what is found, the best first; `filters` are the fields of `searching.SearchRequest`."""
        return self._ask(searching.SearchReply, searching.SearchRequest, words=words, **filters)

    def sessions(self, **filters: Any) -> SessionsReply:
        """A page of sessions, the latest begun first; `filters` are the fields of `SessionsRequest`."""
        return self._ask(SessionsReply, SessionsRequest, **filters)

    def session(self, **wanted: Any) -> SessionReply:
        """One session; `wanted` are the fields of `SessionRequest`."""
        return self._ask(SessionReply, SessionRequest, **wanted)

    def tasks(self, **filters: Any) -> TasksReply:
        """A page of tasks, the last seen first; `filters` are the fields of `TasksRequest`."""
        return self._ask(TasksReply, TasksRequest, **filters)

    def task(self, task: str) -> TaskReply:
        """One task, with its parts."""
        return self._ask(TaskReply, TaskRequest, task=task)

    def day(self, date: str = "today") -> days.DayReply:
        """What a day was: YYYY-MM-DD, or `today` or `yesterday` as the daemon has it."""
        return self._ask(days.DayReply, days.DayRequest, date=date)

    def report(self, date: str = "today", *, format: str = "markdown") -> days.ReportReply:  # noqa: A002 - its name
        """A day as a document, in `json`, `markdown` or `html`."""
        return self._ask(days.ReportReply, days.ReportRequest, date=date, format=format)

    def job(self, job: str) -> messages.JobReply:
        """One job."""
        return self._ask(messages.JobReply, messages.JobRequest, job=job)

    def cancel(self, job: str) -> messages.CancelReply:
        """Let a job be."""
        return self._ask(messages.CancelReply, messages.CancelRequest, job=job)

    def ask(self, shot: str, question: str, *, deadline_s: float | None = None) -> messages.AskReply:
        """Put a question about a shot; the answer comes with the end of its job, in time or not at all."""
        kind = messages.AskRequest
        return self._ask(messages.AskReply, kind, shot=shot, question=question, deadline_s=deadline_s)

    def events(self, since: int, *, limit: int = 500) -> messages.EventsReply:
        """Events after `since`. Raises `RequestFailedError` with `seq_expired` when they were pruned."""
        return self._ask(messages.EventsReply, messages.EventsRequest, since=since, limit=limit)

    def models(self) -> messages.ModelsReply:
        """Which models there are, and which of them does what."""
        return self._ask(messages.ModelsReply, messages.ModelsRequest)

    def stats(self, *, days: int = 1) -> messages.StatsReply:
        """How it went today and the days before it (UTC), `days` in all."""
        return self._ask(messages.StatsReply, messages.StatsRequest, days=days)

    def shutdown(self) -> messages.ShutdownReply:
        """Have the daemon stop; it has when nobody holds its lock."""
        return self._ask(messages.ShutdownReply, messages.ShutdownRequest)

    def doctor(self) -> messages.DoctorReply:
        """What the daemon finds wrong."""
        return self._ask(messages.DoctorReply, messages.DoctorRequest)

    def _ask(self, expected: type[_Reply], kind: type[messages.Request], /, **fields: Any) -> _Reply:
        deadline = time.monotonic() + self.timeout_s
        request_id, frames = self._connection.send(kind, **fields)
        try:
            self._send(frames, deadline)
            reply = self._receive(request_id, deadline)
        except GlimpseError:  # what may still lie in the socket must not reach a daemon that comes later
            self._socket.close()
            self._socket = self._connected()
            raise
        finally:
            self._connection.forget(request_id)
        if isinstance(reply, GlimpseError):
            raise reply
        if not isinstance(reply, expected):
            raise GlimpseError(f"the daemon answered {kind.__name__} with {type(reply).__name__}")
        return reply

    def _connected(self) -> "zmq.Socket[bytes]":
        # Not with ZMQ_IMMEDIATE, which drops replies that came when the daemon goes before they are read.
        socket = local_socket(self._context, zmq.DEALER)
        socket.connect(Endpoint(self.directory).api_url)
        return socket

    def _send(self, frames: Frames, deadline: float) -> None:
        self._await(zmq.POLLOUT, deadline)
        self._socket.send_multipart(frames, flags=zmq.NOBLOCK)

    def _receive(self, request_id: str, deadline: float) -> messages.Reply | GlimpseError:
        while True:
            self._await(zmq.POLLIN, deadline)
            answer = self._connection.receive(self._socket.recv_multipart())
            if answer is not None and answer[0] == request_id:
                return answer[1]

    def _await(self, readiness: int, deadline: float) -> None:
        if not becomes_ready(self._socket, readiness, deadline, self.directory):
            raise NoAnswerError(f"the daemon did not answer within {self.timeout_s:g} s")


def becomes_ready(
    socket: "zmq.Socket[bytes]", readiness: int, deadline: float | None, directory: Path
) -> bool:
    """Whether the socket is ready before `deadline` (monotonic seconds; None: wait as long as it takes).

    Raises as `require_daemon` does when the daemon ends meanwhile and its last words have been waited for.
    """
    while not socket.poll(min(_SLICE_MS, _remaining_ms(deadline)), readiness):
        try:
            require_daemon(directory)
        except DaemonNotRunningError:
            if socket.poll(_SLICE_MS, readiness):
                return True
            raise
        if not _remaining_ms(deadline):
            return False
    return True


def local_socket(context: "zmq.Context[zmq.Socket[bytes]]", kind: int) -> "zmq.Socket[bytes]":
    """A socket of this kind, set up for a daemon on the same machine."""
    socket = context.socket(kind)
    socket.linger = 0
    socket.reconnect_ivl = 20  # ms; right after its start the daemon holds the lock and binds next
    socket.heartbeat_ivl = 2000
    socket.heartbeat_timeout = 6000
    return socket


def require_daemon(directory: Path) -> None:
    """Raise unless a daemon of ours runs in this runtime directory.

    Raises `DaemonNotRunningError`, or `NotAllowedError` when the directory is not safely ours.
    """
    try:
        if directory.exists():
            check_directory(directory)
        if not daemon_is_running(directory):
            raise DaemonNotRunningError(f"no daemon runs in {directory}")
    except PermissionError as error:
        raise NotAllowedError(f"{directory} is not ours to enter") from error
    except EndpointError as error:
        raise (NotAllowedError if error.denied else GlimpseError)(str(error)) from error


def _remaining_ms(deadline: float | None) -> int:
    return _SLICE_MS if deadline is None else max(0, int((deadline - time.monotonic()) * 1000))
