"""Until when jobs are wanted.

Rules of this file: pure. A deadline in `_ms` is a time of the calendar, one without a unit seconds of the
machine's clock. None is never, and later than any other.
"""

from collections.abc import Iterable
from itertools import count

from glimpsed.core.line import Line


def latest(deadlines: Iterable[int | None]) -> int | None:
    """When the last of some wishes ends; None also when there is no wish that could."""
    ends = list(deadlines)
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


class Deadlines:
    """The deadline of each job that has one, and whose is next of those that wait."""

    def __init__(self) -> None:
        """Nobody has one."""
        self._of: dict[str, float] = {}
        self._waiting = Line()
        self._numbers = count()

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._of

    def of(self, job_id: str) -> float | None:
        """The job's deadline."""
        return self._of.get(job_id)

    def give(self, job_id: str, deadline: float | None) -> None:
        """A job that does not wait has this deadline from now on."""
        self._of.pop(job_id, None)
        if deadline is not None:
            self._of[job_id] = deadline

    def postpone(self, job_id: str, by_s: float | None) -> None:
        """The job, which has one, has it so much later, or none any more."""
        before, waits = self._of.get(job_id), self._waiting.leave(job_id)
        self.give(job_id, None if before is None or by_s is None else before + by_s)
        if waits:
            self.wait(job_id)

    def wait(self, job_id: str) -> None:
        """The job waits, if it did not already."""
        if job_id in self._of and job_id not in self._waiting:
            self._waiting.join(job_id, (self._of[job_id], next(self._numbers)))

    def leave(self, job_id: str) -> None:
        """The job does not wait any more."""
        self._waiting.leave(job_id)

    def passed(self, now: float) -> list[str]:
        """Those that wait and whose deadline has passed, the earliest first."""
        return self._waiting.until(now)

    @property
    def next(self) -> float | None:
        """The earliest deadline of those that wait."""
        return None if self._waiting.first is None else self._waiting.first[0]

    @property
    def waiting(self) -> Line:
        """Those that wait and have one."""
        return self._waiting
