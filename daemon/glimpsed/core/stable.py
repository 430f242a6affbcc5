"""When a file is complete: its writer said so, or it did not change between two looks.

Rules of this file: pure; time and what `stat` said are arguments. `now` is monotonic seconds. A file's own
times are only compared for equality, so a clock that jumps delays nothing. Whoever owns a `Stability` looks
at what is `due`, and tells what it found with `seen`; a file that stops changing is then ready at most two
`quiet_s` later. Memory is bounded: what is dropped is found again by the next scan, and the store knows
which files were taken long ago.
"""

import heapq
from dataclasses import dataclass
from enum import StrEnum

from glimpsed.core.events import FileKey
from glimpsed.core.model import FileIdentity

RETRY_DELAYS_S = (1.0, 3.0, 9.0)
"""How long to wait before a file that was refused as incomplete is read again; then it is given up."""

CAPACITY = 20_000
"""Files remembered of each kind, waiting and ready; one takes about 400 bytes."""


class Verdict(StrEnum):
    """What to do about a file that was just seen."""

    READY = "ready"
    WAIT = "wait"
    KNOWN = "known"
    GONE = "gone"


@dataclass(slots=True)
class _Waiting:
    identity: FileIdentity
    ready_at: float
    look_at: float
    retry: bool = False


@dataclass(slots=True)
class _Reported:
    identity: FileIdentity
    retries: int = 0


class Stability:
    """Decides for every file whether it is ready to be read; says so once for each identity."""

    def __init__(self, quiet_s: float = 1.0, *, capacity: int = CAPACITY) -> None:
        """`quiet_s` is how far apart two equal looks must be; `capacity` bounds what is kept of each kind."""
        self._quiet_s = quiet_s
        self._capacity = capacity
        self._waiting: dict[FileKey, _Waiting] = {}
        self._reported: dict[FileKey, _Reported] = {}
        self._looks: list[tuple[float, FileKey]] = []  # a heap; entries that `_waiting` disowned are skipped

    def __len__(self) -> int:
        """How many files wait to be complete."""
        return len(self._waiting)

    def seen(self, key: FileKey, identity: FileIdentity | None, *, settled: bool, now: float) -> Verdict:
        """Take a look's outcome: READY once for each identity, KNOWN ever after, WAIT until then.

        `identity` is None when there is nothing at that path any more: GONE, and all about it is forgotten.
        """
        if identity is None:
            self.forget(key)
            return Verdict.GONE
        waiting = self._waiting.get(key)
        if waiting is not None and waiting.identity == identity:
            # A refused file waits out its delay even when settled: it is still the one that was refused.
            if now >= waiting.ready_at or (settled and not waiting.retry):
                return self._ready(key, identity)
            return Verdict.WAIT
        reported = self._reported.get(key)
        if reported is not None and reported.identity == identity:
            self._waiting.pop(key, None)
            return Verdict.KNOWN
        if settled:
            return self._ready(key, identity)
        self._wait(key, identity, now, self._quiet_s)
        return Verdict.WAIT

    def retry(self, key: FileKey, now: float) -> bool:
        """The file was ready, and refused as incomplete: wait and say READY again; False when given up.

        A file that changed since starts afresh, as any other.
        """
        if key in self._waiting:
            return True
        reported = self._reported.get(key)
        if reported is None or reported.retries == len(RETRY_DELAYS_S):
            return False
        self._wait(key, reported.identity, now, RETRY_DELAYS_S[reported.retries], retry=True)
        reported.retries += 1
        return True

    def due(self, now: float) -> list[FileKey]:
        """Files to look at now, each to be followed by `seen`; one that is not comes up again."""
        keys = []
        while self._looks and self._looks[0][0] <= now:
            look_at, key = heapq.heappop(self._looks)
            waiting = self._waiting.get(key)
            if waiting is not None and waiting.look_at == look_at:
                keys.append(key)
                self._look(key, waiting, now + self._quiet_s)
        return keys

    def next_due(self) -> float | None:
        """When `due` will next have something to say; None when nothing waits."""
        while self._looks:
            look_at, key = self._looks[0]
            waiting = self._waiting.get(key)
            if waiting is not None and waiting.look_at == look_at:
                return look_at
            heapq.heappop(self._looks)
        return None

    def forget(self, key: FileKey) -> None:
        """Drop all that is known about a file."""
        self._waiting.pop(key, None)
        self._reported.pop(key, None)

    def _ready(self, key: FileKey, identity: FileIdentity) -> Verdict:
        self._waiting.pop(key, None)
        reported = self._reported.get(key)
        if reported is None or reported.identity != identity:
            self._reported.pop(key, None)  # so that the dictionary's order is that of age
            self._reported[key] = _Reported(identity)
            if len(self._reported) > self._capacity:
                del self._reported[next(iter(self._reported))]
        return Verdict.READY

    def _wait(
        self, key: FileKey, identity: FileIdentity, now: float, delay_s: float, *, retry: bool = False
    ) -> None:
        waiting = _Waiting(identity, ready_at=now + delay_s, look_at=now + delay_s, retry=retry)
        self._waiting.pop(key, None)
        self._waiting[key] = waiting
        if len(self._waiting) > self._capacity:
            self._evict(next(iter(self._waiting)))
        self._look(key, waiting, waiting.look_at)

    def _evict(self, key: FileKey) -> None:
        if self._waiting.pop(key).retry:
            self._reported.pop(key, None)  # else the next scan would take it for one that was read

    def _look(self, key: FileKey, waiting: _Waiting, at: float) -> None:
        waiting.look_at = at
        heapq.heappush(self._looks, (at, key))
        if (
            len(self._looks) > 2 * len(self._waiting) + 64
        ):  # a file that changes without end leaves many behind
            self._looks = [(waiting.look_at, key) for key, waiting in self._waiting.items()]
            heapq.heapify(self._looks)
