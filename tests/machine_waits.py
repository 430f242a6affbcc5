"""Every wait is bounded, in grants: what `core.turn` promises, held to though models fail and jobs come back.

Only who could be granted is promised anything: not a job whose models are out, that stands aside for its
text, or that is held back. As soon as one of these is so the promise ends, and it begins anew once none is.
"""

from collections.abc import Iterable

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.machine import Machine
from glimpsed.core.model import JobKind, Urgency
from glimpsed.core.turn import ALLOWANCE_S, Head

QUANTUM_JOBS, ONE_IN = 20, 20
GRANTS = QUANTUM_JOBS + ONE_IN
"""Grants in which somebody who is due has their turn."""

INTERACTIVE = Urgency.INTERACTIVE


class Waits:
    """Raises AssertionError as soon as somebody is passed over too often."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._left: dict[str, int] = {}  # grants that may go to others, by whom they are passed over
        self._people = 0  # grants to people since one went past a person who waits

    def told(self, event: was.Event, now: float) -> None:
        """The machine is about to be told of an event."""

    def asked(self, effects: Iterable[do.Effect], now: float) -> None:
        """The machine asks for these."""
        heads = [head for head in self._machine.queue.heads() if self._is_able(head)]
        for effect in effects:
            if isinstance(effect, do.StartInference):
                self._granted(effect, heads)
        overdue = [head for head in heads if head.job.urgency is not INTERACTIVE and now > head.due]
        # One turn is its own, and one may go to the job that a model is being loaded for.
        self._left = {head.job.id: self._left.get(head.job.id, 2 * GRANTS) for head in overdue}

    def _is_able(self, head: Head) -> bool:
        scheduler = self._machine.scheduler
        held_back = scheduler.yields and head.job.urgency is Urgency.BACKGROUND
        return head.job.kind in self._kinds and not held_back

    @property
    def _kinds(self) -> Iterable[JobKind]:
        return self._machine.casting.models_by_kind()

    def _granted(self, grant: do.StartInference, heads: list[Head]) -> None:
        job = grant.job
        if job.urgency is INTERACTIVE:
            self._people += 1
        elif any(head.job.urgency is INTERACTIVE for head in heads):
            assert self._people >= ONE_IN - 1, f"a person waits, and {job} is begun"
            self._people = 0
        due = self._machine.queue._places[job.id][0] + ALLOWANCE_S[job.urgency]
        for head in heads:
            if head.job.id not in self._left:
                continue
            was_before = job.urgency is not INTERACTIVE and due <= head.due
            self._left[head.job.id] += GRANTS * was_before - 1
            assert self._left[head.job.id] >= 0, f"{job} is begun, and {head.job} is not, again and again"
