"""Whose turn it is in the slot.

Rules of this file: pure; it holds a few numbers and no jobs. `now` is seconds of a monotonic clock.

Theory of operation. Interactive jobs come first, by age; all others by urgency, and by age where that is
equal. A job whose model is away (loading it would cost another one its place) may be passed over by jobs of
its class or a higher one whose model is here, `quantum_jobs` times or for `quantum_s`; so A B A B becomes A A
B B. That alone would have what is less urgent wait for ever. So each job is due a while after it came, the
sooner the more urgent it is. The one that is due first of all is passed over, once it is overdue,
`quantum_jobs` times by others like it and `one_in - 1` times by people, and then has its turn whatever is
more urgent. That is the ageing: a backlog of any length costs what is new one turn in `quantum_jobs + 1`, and
people one in `one_in`.

The bound. Let a job that is not interactive be overdue and ready, and n jobs be due before it, counting the
one that a model is being loaded for, and those that come back to a place before it. It is granted at the
latest with grant number (n + 1) * (quantum_jobs + one_in) from then on. Proof: what comes later is due later,
so that only these n and it itself can be due first until it is granted. Both counts, of others and of
interactive jobs that were granted meanwhile, go back to zero only when the one that is due first is granted:
n + 1 times at most. In between there are at most `quantum_jobs` grants to others, `one_in - 1` to interactive
jobs, and one to a job that a model was loaded for; then the next of the n + 1 has its turn.

An interactive job with m interactive ones before it is granted in the same way at the latest after
(m + 1) * (quantum_jobs + 1) grants to interactive jobs. Between two grants that go past a person who waits
there are at least `one_in - 1` that do not.

A grant to background work that is stopped for a person is a turn lost. After `one_in - 1` of them the next
one of the job that is due first, once it is overdue, has a turn of its own and is not stopped (`lifted`).

While background work is held back, its jobs wait outside of this order; the bound counts from the end of it.
"""

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

import msgspec

from glimpsed.core.model import Job, JobKind, Urgency

ALLOWANCE_S: dict[Urgency, float] = {
    Urgency.INTERACTIVE: 0.0,
    Urgency.CRITICAL: 0.0,
    Urgency.HIGH: 60.0,
    Urgency.NORMAL: 600.0,
    Urgency.LOW: 3600.0,
    Urgency.BACKGROUND: 6 * 3600.0,
}
"""Seconds after its arrival that a job is due, and may go before what is more urgent."""

_INTERACTIVE, _BACKGROUND = Urgency.INTERACTIVE, Urgency.BACKGROUND
_CLASSES = {urgency: urgency.job_class for urgency in Urgency}
_PLACES = {urgency: place for place, urgency in enumerate(Urgency)}


class Head(msgspec.Struct, frozen=True):
    """The first of a line of jobs: when it came, is due and expires, seconds of the machine's clock."""

    job: Job
    arrival: float
    due: float
    deadline: float | None = None


class _Passed(msgspec.Struct):
    """How often the first of its kind was passed over since one had its turn, and since when."""

    jobs: int = 0
    since: float = 0.0

    def again(self, now: float) -> None:
        """It was passed over once more."""
        self.since = self.since if self.jobs else now
        self.jobs += 1


class Turn:
    """Chooses among the heads of lines, and counts what it granted."""

    def __init__(self, quantum_jobs: int = 20, quantum_s: float = 300.0, one_in: int = 20) -> None:
        """At least 1 each: how long a job is passed over for others, and one in how many turns for people."""
        self._quantum_jobs, self.quantum_s, self._one_in = quantum_jobs, quantum_s, one_in
        self._passed = {True: _Passed(), False: _Passed()}  # the first interactive job, the first other one
        self._firsts: tuple[str, ...] = ()
        self._swap_for = ""
        self._due_first = ""
        self._since_due = {
            True: 0,
            False: 0,
        }  # grants since who was due first had its turn: to people, to others
        self._due_at = math.inf
        self._stops = 0  # of background work for people, since the overdue had a turn of their own
        self._is_lifted = False
        self.lifted = False
        """Whether the job that runs has one of the turns that are left to who is overdue."""

    def choose(
        self,
        heads: Iterable[Head],
        model_of: Mapping[JobKind, str],
        here: AbstractSet[str],
        now: float,
        *,
        background: bool,
    ) -> Head | None:
        """The job that is to run next; that its model is not `here` means that it is worth a swap.

        `model_of` has the kinds that can be done and by which model; `here` the models that are resident or
        fit beside those that are; `background` False holds background work back. None: nothing is to be done.
        Asking twice gives the same answer.
        """
        able: list[Head] = []
        person: Head | None = None
        other: Head | None = None
        due: Head | None = None
        for each in heads:
            job = each.job
            if job.kind not in model_of or (job.urgency is _BACKGROUND and not background):
                continue
            able.append(each)
            if job.urgency is _INTERACTIVE:
                person = each if person is None or each.arrival < person.arrival else person
                continue
            if other is None or _rank(each) < _rank(other):
                other = each
            if due is None or each.due < due.due:
                due = each
        self._note(person, other, due)
        self._is_lifted = due is not None and now > due.due and self._is_passed_over(person is not None)
        head = due if self._is_lifted else person or other
        if head is None or model_of[head.job.kind] in here:
            return head
        least = _CLASSES[head.job.urgency]
        near = [h for h in able if model_of[h.job.kind] in here and _CLASSES[h.job.urgency] <= least]
        chosen = self._before(head, near, now)
        if chosen is head:
            self._swap_for = head.job.id
        return chosen

    def granted(self, job: Job, now: float) -> None:
        """The job that was chosen last runs now."""
        interactive, due_first = job.urgency is _INTERACTIVE, job.id == self._due_first
        tried = now > self._due_at and self._stops >= self._one_in - 1
        self.lifted = due_first and (self._is_lifted or tried)
        if self.lifted:
            self._stops = 0
        if due_first:
            self._since_due = {True: 0, False: 0}
        else:
            self._since_due[interactive] += 1
        if job.id in self._firsts or job.id == self._swap_for:
            self._passed[interactive].jobs = 0
        elif not due_first:
            self._passed[interactive].again(now)
        self._swap_for = ""

    def stopped(self) -> None:
        """The background job that was granted last is stopped for a person."""
        self._stops += 1

    def favours_person(
        self, heads: Iterable[Head], model_of: Mapping[JobKind, str], now: float, *, background: bool
    ) -> bool:
        """Whether a person would be chosen if nothing ran; unlike to choose, to ask changes nothing."""
        able = [h for h in heads if h.job.kind in model_of]
        persons = [h for h in able if h.job.urgency is _INTERACTIVE]
        others = (h for h in able if h.job.urgency is not _INTERACTIVE)
        due = min((h.due for h in others if background or h.job.urgency is not _BACKGROUND), default=math.inf)
        return bool(persons) and not (now > due and self._since_due[True] >= self._one_in - 1)

    def _note(self, person: Head | None, other: Head | None, due: Head | None) -> None:
        """Who would be first if no model had to be loaded; where nobody waits, nobody was passed over."""
        self._firsts = tuple(h.job.id for h in (person, other) if h is not None)
        self._due_first, self._due_at = ("", math.inf) if due is None else (due.job.id, due.due)
        if person is None:
            self._passed[True].jobs = 0
        if other is None:
            self._passed[False].jobs = 0
            self._since_due = {True: 0, False: 0}

    def _is_passed_over(self, person_waits: bool) -> bool:
        """Whether the job that is due first was passed over as often as may be."""
        if person_waits:
            return self._since_due[True] >= self._one_in - 1
        return self._since_due[False] >= self._quantum_jobs

    def _before(self, head: Head, near: list[Head], now: float) -> Head:
        """Who of those that need no swap goes before `head`, which needs one; itself when nobody does."""
        for one in near:
            if one.job.id == self._swap_for:
                return one  # its model was loaded for it
        interactive = head.job.urgency is _INTERACTIVE
        passed = self._passed[interactive]
        patient = not passed.jobs or now - passed.since < self.quantum_s
        if self._is_lifted or not near or not patient or passed.jobs >= self._quantum_jobs:
            return head
        return min(near, key=_arrival if interactive else _rank)


def _rank(head: Head) -> tuple[int, float]:
    """Its place among those that are not overdue: by urgency, then by age."""
    return _PLACES[head.job.urgency], head.arrival


def _arrival(head: Head) -> float:
    return head.arrival
