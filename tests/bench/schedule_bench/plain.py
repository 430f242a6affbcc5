"""Two policies to compare with: strict order of arrival, and strict priority.

Rules of this file: they have the same reader, slot, models and durations as the machine, one model in memory
at a time, and no other wisdom: what is first by the key is next, whatever has to be loaded for it, and what
runs is left alone.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from glimpsed.core.model import JobKind, Urgency
from schedule_bench import trace
from schedule_bench.trace import Arrival, Served

Key = Callable[[Arrival], tuple[float, ...]]

URGENCIES = list(Urgency)


def fifo(arrival: Arrival) -> tuple[float, ...]:
    """What came first is first."""
    return (arrival.at,)


def priority(arrival: Arrival) -> tuple[float, ...]:
    """What is more urgent is first, however long anything else has waited."""
    return (URGENCIES.index(arrival.urgency), arrival.at)


class Plain:
    """A reader and a slot that do what is first by one key."""

    def __init__(self, key: Key) -> None:
        self.loads: list[str] = []
        self.served: list[Served] = []
        self._key = key
        self._numbers = count()
        self._agenda: list[tuple[float, int, Callable[[float], None]]] = []
        self._unread: list[tuple[tuple[float, ...], int, Arrival]] = []
        self._ready: list[tuple[tuple[float, ...], int, Arrival, float]] = []
        self._reads = self._works = self._crashed = False
        self._resident: str | None = None

    def live(self, arrivals: list[Arrival]) -> None:
        """Let the day pass, and then whatever time it takes until everything is done."""
        for arrival in arrivals:
            self._at(arrival.at, lambda now, arrival=arrival: self._arrive(arrival, now))
        while self._agenda:
            now, _, happens = heappop(self._agenda)
            happens(now)
            self._read(now)
            self._work(now)

    def _at(self, when: float, happens: Callable[[float], None]) -> None:
        heappush(self._agenda, (when, next(self._numbers), happens))

    def _arrive(self, arrival: Arrival, now: float) -> None:
        if arrival.kind is JobKind.DESCRIBE:
            heappush(self._unread, (self._key(arrival), next(self._numbers), arrival))
        else:
            self._line_up(arrival, now)

    def _line_up(self, arrival: Arrival, now: float) -> None:
        heappush(self._ready, (self._key(arrival), next(self._numbers), arrival, now))

    def _read(self, now: float) -> None:
        if self._reads or not self._unread:
            return
        *_, arrival = heappop(self._unread)
        self._reads = True

        def done(now: float) -> None:
            self._reads = False
            self._line_up(arrival, now)

        self._at(now + trace.OPEN_S + trace.read_s(arrival.name), done)

    def _work(self, now: float) -> None:
        if self._works or not self._ready:
            return
        *_, arrival, ready = heappop(self._ready)
        self._works = True
        begun = now + self._have(trace.model_of(arrival.kind))
        if not self._crashed and begun >= trace.CRASH_AT:
            self._at(begun + trace.CRASHES_AFTER_S, lambda _: self._crash(arrival, ready))
            return

        def done(now: float) -> None:
            self._works = False
            self.served.append(Served(arrival.name, arrival.kind, arrival.urgency, ready, begun, now))

        self._at(begun + arrival.run_s, done)

    def _have(self, model: str) -> float:
        """Seconds until a model is in memory."""
        if self._resident == model:
            return 0.0
        leaves = trace.UNLOAD_S if self._resident is not None else 0.0
        self._resident = model
        self.loads.append(model)
        return leaves + trace.LOAD_S[model]

    def _crash(self, arrival: Arrival, ready: float) -> None:
        self._works, self._crashed, self._resident = False, True, None
        self._line_up(arrival, ready)
