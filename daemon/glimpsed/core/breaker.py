"""Which models are left alone for a while, because what they were asked lately went wrong too often.

Rules of this file: pure; `now` is monotonic seconds. A breaker is closed (work is let through), open, or half
open (its one probe is out). A window counts calls, not time, so a clock that jumps forwards brings a probe
early and does nothing else. Only what is the model's own fault is told: never that a caller gave up, that the
input was bad, or that a queue was full. What began before a breaker opened and ends later changes nothing: of
an open breaker the probe alone decides. A probe that went well is not trusted with everything: until a window
full of calls went well after it, how long the model was left alone is remembered, so that one that passes its
probes and fails at its work is left alone longer each time.
"""

from collections import deque
from collections.abc import Iterator
from typing import Literal

import msgspec

State = Literal["closed", "open", "half_open"]

Sort = Literal["health", "format"]
"""What a breaker watches: that the model works at all, or that its replies are what was asked for."""

SORTS: tuple[Sort, ...] = ("health", "format")

Outcome = Literal["ok", "died", "out_of_memory", "run_limit", "run_failed", "malformed"]
"""How a call ended: well, or by a fault of the model. One that ended otherwise is not told to a breaker."""


MOST_COUNTED = 1000
"""Jobs that are remembered as counted, the latest; far more than wait for their retry at a time."""


class Change(msgspec.Struct, frozen=True):
    """A breaker opened or closed. A probe that failed is no change: the breaker was open and stays so."""

    model: str
    role: str
    sort: Sort
    state: Literal["open", "closed"]


class Breaker:
    """One breaker: the last calls of a model in a role, and when it may be tried again."""

    def __init__(
        self,
        *,
        window: int = 10,
        min_calls: int = 3,
        share: float = 0.5,
        open_s: float = 30.0,
        longest_s: float = 600.0,
    ) -> None:
        """It opens when `share` of the last `window` calls failed, and not before there were `min_calls`.

        It stays open for `open_s`, and twice as long after each probe that failed, up to `longest_s`; so it
        does when it opens again before `window` calls went well.
        """
        self._failed: deque[bool] = deque(maxlen=window)
        self._window = window
        self._min_calls, self._share = min_calls, share
        self._open_s, self._longest_s = open_s, longest_s
        self._state: State = "closed"
        self._died_on: set[str] = set()
        self._wait_s = open_s  # what the next wait for a probe takes
        self._went_well = 0  # calls since it was closed
        self._probe_at: float | None = None
        self.opened_at = 0.0
        """When it opened, or its probe failed last."""
        self.resigned = False
        """Whether it is left alone for the longest time there is."""
        self.tripped = False
        """Whether it was opened because the model could not be loaded."""
        self.probe_code = ""
        """What was wrong with its last probe; empty while none went badly since it opened."""

    @property
    def state(self) -> State:
        """Half open means that its probe is out."""
        return self._state

    @property
    def is_open(self) -> bool:
        """Open or half open: no user's work is let through."""
        return self._state != "closed"

    @property
    def probe_at(self) -> float | None:
        """When the next probe is due; None while it is closed and while a probe is out."""
        return self._probe_at

    @property
    def calls(self) -> int:
        """Calls in the window; while it is open those that opened it are the last."""
        return len(self._failed)

    @property
    def failures(self) -> int:
        """Calls in the window that failed."""
        return sum(self._failed)

    @property
    def deaths(self) -> int:
        """Jobs over which a child died since the last success; the second one opens."""
        return len(self._died_on)

    def succeeded(self) -> None:
        """A call ended well. It never opens, whatever went before."""
        if self.is_open:
            return
        self._failed.append(False)
        self._died_on.clear()
        self._went_well += 1
        if self._went_well >= self._window:
            self._wait_s = self._open_s

    def failed(self, now: float) -> bool:
        """A call failed; whether that opened the breaker."""
        if self.is_open:
            return False
        self._failed.append(True)
        enough = self.calls >= self._min_calls and self.failures >= self._share * self.calls
        if enough or self.deaths > 1:
            self._open_for_longer(now)
        return self.is_open

    def died(self, job: str, now: float) -> bool:
        """A call failed because the child died over this job; whether that opened the breaker.

        Deaths over two different jobs open it at once. Over one job it may be the job that is to blame.
        """
        if not self.is_open:
            self._died_on.add(job)
        return self.failed(now)

    def trip(self, now: float) -> bool:
        """Open at once, since the model could not be loaded; whether it was closed."""
        if self.is_open:
            return False
        self.tripped = True
        self._open_for_longer(now)
        return True

    def probe_began(self) -> None:
        """Its probe is out; RuntimeError unless it is open and has no other one out."""
        if self._state != "open":
            raise RuntimeError(f"a probe of a breaker that is {self._state}")
        self._state, self._probe_at = "half_open", None

    def probe_ended(self, now: float, ok: bool | None, code: str = "") -> bool:
        """Its probe went well, badly (with a `code`), or was called off (None); whether that closed it.

        One that was called off proved nothing, and the next is due at once.
        """
        if self._state != "half_open":
            return False
        if ok:
            self._close()
        elif ok is None:
            self._open(probe_at=now)
        else:
            self.probe_code = code
            self._open_for_longer(now)
        return not self.is_open

    def _open_for_longer(self, now: float) -> None:
        self._open(probe_at=now + self._wait_s)
        self.opened_at, self.resigned = now, self._wait_s >= self._longest_s
        self._wait_s = min(2 * self._wait_s, self._longest_s)

    def _open(self, probe_at: float) -> None:
        self._state, self._probe_at = "open", probe_at

    def _close(self) -> None:
        self._state, self._went_well = "closed", 0
        self.tripped, self.probe_code, self.resigned = False, "", False
        self._failed.clear()
        self._died_on.clear()


class Breakers:
    """The breakers of every model and role, of each sort; all are closed until something is told of them."""

    def __init__(self) -> None:
        self._breakers: dict[tuple[str, str, Sort], Breaker] = {}
        self._counted: dict[tuple[str, str], deque[str]] = {}  # jobs that failed, until it closes

    def __iter__(self) -> Iterator[tuple[str, str, Sort, Breaker]]:
        """Model, role, sort and breaker, to be looked at."""
        return ((*key, breaker) for key, breaker in self._breakers.items())

    def outcome(self, model: str, role: str, outcome: Outcome, now: float, *, job: str) -> list[Change]:
        """A call ended; `job` is what it was for: a job, or the session that many are about.

        A job is counted once, whichever models fail it: what fails at its retry may be its own fault. But one
        that was counted before a probe went well, and fails again after it, is news.
        """
        if outcome == "ok":
            for each in SORTS:
                self._of(model, role, each).succeeded()
            return []
        if any(job in counted for counted in self._counted.values()):
            return []
        self._counted.setdefault((model, role), deque(maxlen=MOST_COUNTED)).append(job)
        sort: Sort = "format" if outcome == "malformed" else "health"
        breaker = self._of(model, role, sort)
        opened = breaker.died(job, now) if outcome == "died" else breaker.failed(now)
        return [Change(model, role, sort, "open")] if opened else []

    def trip(self, model: str, role: str, now: float) -> list[Change]:
        """A model could not be loaded: it is not tried again for a while, however well it did before."""
        opened = self._of(model, role, "health").trip(now)
        return [Change(model, role, "health", "open")] if opened else []

    def why_not(self, model: str, role: str) -> str:
        """Why this model is not to be used in this role at present; empty when nothing is against it."""
        for sort in SORTS:
            breaker = self._breakers.get((model, role, sort))
            if breaker is not None and breaker.is_open:
                return f"its breaker is open: {_reason(sort, breaker)}"
        return ""

    def probes(self) -> list[tuple[float, tuple[str, str, Sort]]]:
        """When the probes to come are due, and of which model, role and sort, the first one first."""
        return sorted(self._probes())

    def find(self, model: str, role: str, sort: Sort) -> Breaker | None:
        """One of them, None as long as nothing was told of it."""
        return self._breakers.get((model, role, sort))

    def probe_began(self, model: str, role: str, sort: Sort) -> None:
        """The probe of a breaker is out; RuntimeError unless it is open and has no other one out."""
        self._of(model, role, sort).probe_began()

    def probe_ended(
        self, model: str, role: str, sort: Sort, now: float, ok: bool | None, *, code: str = ""
    ) -> list[Change]:
        """A probe ended, as that of its breaker. One of a breaker since forgotten is ignored."""
        breaker = self._breakers.get((model, role, sort))
        if breaker is None or not breaker.probe_ended(now, ok, code):
            return []
        self._counted.pop((model, role), None)
        return [Change(model, role, sort, "closed")]

    def forget(self, model: str) -> list[Change]:
        """The model's files or its configuration changed: nothing is held against it any more."""
        forgotten = {key: breaker for key, breaker in self._breakers.items() if key[0] == model}
        for key in forgotten:
            del self._breakers[key]
            self._counted.pop(key[:2], None)
        return [Change(*key, "closed") for key, breaker in forgotten.items() if breaker.is_open]

    def _of(self, model: str, role: str, sort: Sort) -> Breaker:
        key = model, role, sort
        if key not in self._breakers:
            self._breakers[key] = Breaker()
        return self._breakers[key]

    def _probes(self) -> Iterator[tuple[float, tuple[str, str, Sort]]]:
        """Probes to come and when. What a model says is asked only once it works at all."""
        for (model, role, sort), breaker in self._breakers.items():
            if breaker.probe_at is None:
                continue
            health = self._breakers.get((model, role, "health"))
            if sort == "health" or health is None or not health.is_open:
                yield breaker.probe_at, (model, role, sort)


def _reason(sort: Sort, breaker: Breaker) -> str:
    probe = f"; its last probe: {breaker.probe_code}" if breaker.probe_code else ""
    return _opened_by(sort, breaker) + probe


def _opened_by(sort: Sort, breaker: Breaker) -> str:
    if breaker.tripped:
        return "it could not be loaded"
    if breaker.deaths > 1:
        return f"it died over {breaker.deaths} jobs in a row"
    what = "replies were malformed" if sort == "format" else "calls failed"
    return f"{breaker.failures} of {breaker.calls} {what}"
