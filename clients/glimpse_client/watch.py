"""Events without a gap: subscribe first, then ask for what was missed.

Rules of this file: `Follower` decides and is pure; `Watch` waits and asks. All events are taken and filtered
by the caller, so a hole in `seq` always means a loss. What cannot be had any more is said, never skipped
over silently: whoever keeps a picture of the daemon's state must then take stock anew.
"""

import time
from collections import deque
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple, Self

import zmq

from glimpse_client.client import Client, becomes_ready, local_socket
from glimpse_client.errors import NoAnswerError, RequestFailedError
from glimpsed.wire.codec import decode_event
from glimpsed.wire.endpoint import Endpoint
from glimpsed.wire.errors import BadMessageError, ErrorCode
from glimpsed.wire.messages import WELCOME, Event

_QUEUE = 10_000  # events that may wait here; what is lost beyond is replayed


class Missed(NamedTuple):
    """Events after `since` up to `latest` can no longer be had: take stock anew."""

    since: int
    latest: int


class NewStore(NamedTuple):
    """Another database stands behind the daemon: nothing known before holds. Events go on after `latest`."""

    epoch: str
    latest: int


class Verdict(Enum):
    """What to do with an event that was just seen."""

    PASS = auto()
    DROP = auto()
    REPLAY = auto()
    NEW_STORE = auto()


class Follower:
    """What has been seen, and what that makes of the next event."""

    def __init__(self, since: int | None = None, epoch: str | None = None) -> None:
        """Follow after `since` in the store `epoch`; None means: from the first thing that is seen."""
        self.seq = since
        self.epoch = epoch

    def see(self, event: Event) -> Verdict:
        """Judge an event in the order of its arrival, and remember it unless it must be replayed."""
        if event.type == WELCOME:
            return self._welcomed(str(event.body.get("epoch", "")), event.seq)
        if self.seq is None or event.seq == self.seq + 1:
            self.seq = event.seq
            return Verdict.PASS
        return Verdict.REPLAY if event.seq > self.seq else Verdict.DROP

    def _welcomed(self, epoch: str, latest: int) -> Verdict:
        known, self.epoch = self.epoch, epoch
        if known not in (None, epoch):
            self.seq = latest
            return Verdict.NEW_STORE
        if self.seq is None:
            self.seq = latest
        return Verdict.REPLAY if latest > self.seq else Verdict.DROP


Item = Event | Missed | NewStore


class Watch:
    """A subscription. Iterate it, or ask for the `next` item with a limit. Context manager."""

    def __init__(self, client: Client, *, since: int | None = None, epoch: str | None = None) -> None:
        """Subscribe; events from now on are not lost, whenever they are asked for.

        With `since` and `epoch` of an earlier watch it goes on where that one ended. `client` is used for
        replays; it stays the caller's.
        """
        self._client = client
        self._follower = Follower(since, epoch)
        self._ready: deque[Item] = deque()
        self._context = zmq.Context()
        self._socket = local_socket(self._context, zmq.SUB)
        self._socket.rcvhwm = _QUEUE
        self._socket.subscribe(b"")
        self._socket.connect(Endpoint(client.directory).events_url)
        self._await_welcome()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the subscription. Idempotent."""
        self._context.destroy(linger=0)

    @property
    def seq(self) -> int:
        """Number of the last event taken in; with `epoch`, where another watch can go on."""
        return self._follower.seq or 0

    @property
    def epoch(self) -> str:
        """The store that `seq` counts in."""
        return self._follower.epoch or ""

    def __iter__(self) -> Iterator[Item]:
        while True:
            item = self.next()
            if item is not None:
                yield item

    def next(self, timeout_s: float | None = None) -> Item | None:
        """The next item, None when there is none within `timeout_s` (None: wait as long as it takes).

        Raises `DaemonNotRunningError` when the daemon ends, and what `Client.events` does.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._ready:
            if not self._message_comes(deadline):
                return None
            self._take()
        return self._ready.popleft()

    def _await_welcome(self) -> None:
        deadline = time.monotonic() + self._client.timeout_s
        while self._take() != WELCOME:
            if not self._message_comes(deadline):
                raise NoAnswerError(f"no welcome within {self._client.timeout_s:g} s")

    def _message_comes(self, deadline: float | None) -> bool:
        return becomes_ready(self._socket, zmq.POLLIN, deadline, self._client.directory)

    def _take(self) -> str | None:
        """Take one message in if there is one; its type."""
        try:
            event = decode_event(self._socket.recv_multipart(zmq.NOBLOCK))
        except zmq.Again:
            return None
        except BadMessageError:
            return None  # the hole that it leaves in `seq` will be seen, and replayed
        verdict = self._follower.see(event)
        if verdict is Verdict.PASS:
            self._ready.append(event)
        elif verdict is Verdict.NEW_STORE:
            self._ready.append(NewStore(self.epoch, self.seq))
        elif verdict is Verdict.REPLAY:
            self._replay(event.seq)
        return event.type

    def _replay(self, until: int) -> None:
        while self.seq < until:
            try:
                events = self._client.events(self.seq).events
            except RequestFailedError as error:
                if error.code != ErrorCode.SEQ_EXPIRED:
                    raise
                events, until = [], self._client.hello("glimpse_client.watch").seq
            if not events:
                self._ready.append(Missed(self.seq, until))
                self._follower.seq = until
            for event in events:
                self._ready.append(event)
                self._follower.seq = event.seq
