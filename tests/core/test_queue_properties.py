"""The queue agrees with itself and with a plain reading of its rules after anything, for a few calls."""

import math
import sys

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.queue import JobQueue
from glimpsed.core.turn import Turn
from queue_checks import validate

MODELS = dict.fromkeys(JobKind, "eyes")
NUMBERS = st.integers(0, 11)


class Anything(RuleBasedStateMachine):
    """Jobs of four pictures in a queue for three; `arrived` has when each that waits came, told plainly."""

    def __init__(self):
        super().__init__()
        self.queue = JobQueue(3)
        self.now = 1000.0
        self.known, self.arrived = set(), {}
        self.moved = 0.0

    @property
    def wall_ms(self):
        return round(self.now * 1000)

    def moves(self, *names):
        """Jobs move one after the other to places that differ by what the store keeps."""
        for name in names:
            self.moved = max(self.now, self.moved + 0.001)
            self.arrived[name] = self.moved
            assert self.queue.get(name).moved_ms == self.wall_ms + round((self.moved - self.now) * 1000)

    def job(self, number, *, waits=None):
        found = self.queue.get(f"j{number}")
        waiting = found is not None and found.state is JobState.QUEUED and not self.queue.is_ending(found.id)
        return found if found is not None and (waits is None or waits == waiting) else None

    def running(self, number):
        found = self.job(number)
        runs = found is not None and found.state is JobState.RUNNING and not self.queue.is_ending(found.id)
        return found if runs else None

    @rule(number=NUMBERS, urgency=st.sampled_from(Urgency), age=st.integers(-5, 900), deadline=st.booleans())
    def add(self, number, urgency, age, deadline):
        name, kind, picture = f"j{number}", list(JobKind)[number % 3], f"p{number % 4}"
        until = 2000_000 if deadline else None
        job = Job(name, kind, picture, 10**6 - age * 1000, urgency=urgency, deadline_ms=until)
        if name not in self.queue or self.queue.is_deferred(name):
            self.arrived[name] = self.now - max(0, age)
        over = self.queue.add([job], self.now, 10**6)
        self.known.add(name)
        stay = [j for j in map(self.queue.get, self.known) if self.in_line(j) and j.kind is JobKind.DESCRIBE]
        for deferred in over:
            assert all(self.want(deferred) >= self.want(other) for other in stay)
        slot = [j for j in map(self.queue.get, self.known) if self.in_line(j) and j.kind is not JobKind.READ]
        assert len(slot) <= 3 or not stay

    def want(self, job):
        """The greater, the less wanted."""
        return list(Urgency).index(job.urgency), self.arrived[job.id]

    def in_line(self, job):
        return self.job(job.id[1:], waits=True) is not None and job.id not in self.queue._put_off

    @rule(number=NUMBERS)
    def add_deferred(self, number):
        if f"j{number}" not in self.queue and number % 3 == 1:
            name = f"j{number}"
            self.queue.add(
                [Job(name, JobKind.DESCRIBE, f"p{number % 4}", 0, state=JobState.DEFERRED)], self.now, 0
            )
            self.known.add(name)

    @rule(number=NUMBERS)
    def start(self, number):
        found = self.job(number, waits=True)
        if found and found.id not in self.queue._put_off:
            self.queue.start(found.id)

    @rule(number=NUMBERS, died=st.booleans(), keeps=st.booleans())
    def requeue(self, number, died, keeps):
        if found := self.running(number):
            if keeps:
                self.queue.wait_again(found.id)
            else:
                self.queue.requeue(found.id, self.now, self.wall_ms, died=died, failed=not died)
                self.moves(found.id)

    @rule(number=NUMBERS)
    def put_off(self, number):
        if (found := self.running(number)) and self.queue.put_off(found.id, self.now, self.wall_ms):
            self.moves(found.id)

    @rule(number=NUMBERS, ends=st.booleans())
    def end(self, number, ends):
        if found := self.job(number):
            if not ends:
                self.queue.ending(found.id)
            else:
                assert self.queue.ended(found.id).id == found.id
                self.known.discard(found.id)

    @rule(number=NUMBERS)
    def expedite(self, number):
        before = {name: self.queue.get(name) for name in self.known}
        expedited = self.queue.expedite(f"p{number % 4}", self.now, self.wall_ms)
        self.moves(*(job.id for job in expedited))
        assert {job.id for job in expedited} == {n for n, job in before.items() if self.queue.get(n) != job}

    @rule()
    def demote(self):
        self.moves(*(job.id for job in self.queue.demote(JobKind.DESCRIBE, self.now, self.wall_ms)))

    @rule(number=NUMBERS, deadline_ms=st.sampled_from([None, 1000_000, 3000_000]))
    def widen(self, number, deadline_ms):
        before = {name: self.queue.get(name) for name in self.known}
        self.queue.widen(f"p{number % 4}", deadline_ms)
        for name, job in before.items():
            theirs = job.picture == f"p{number % 4}" and job.kind is JobKind.DESCRIBE
            open_still = theirs and not self.queue.is_ending(name)
            both = (job.deadline_ms, deadline_ms) if open_still else (job.deadline_ms,)
            wanted = None if None in both else max(both)
            assert self.queue.get(name) == msgspec.structs.replace(job, deadline_ms=wanted)

    @rule(seconds=st.sampled_from([1.0, 100.0, 10_000.0]))
    def pass_time(self, seconds):
        self.now += seconds
        self.queue.resume(self.now)

    @rule(possible=st.booleans())
    def read(self, possible):
        self.queue.reads_possible = possible

    @precondition(lambda self: self.queue.recallable)
    @rule()
    def recall(self):
        away = [n for n in sorted(self.known) if self.queue.is_deferred(n)][: self.queue.recallable]
        jobs = [Job(n, JobKind.DESCRIBE, self.queue.get(n).picture, 10**6) for n in away]
        self.arrived |= dict.fromkeys(away, self.now)
        assert not self.queue.add(jobs, self.now, 10**6)

    @invariant()
    def agrees_with_itself(self):
        validate(self.queue)

    @invariant()
    def nothing_is_lost(self):
        assert {name for name in self.known if self.queue.get(name)} == self.known
        assert len(self.queue) == len(self.known)
        assert self.queue.deferred == sum(map(self.queue.is_deferred, self.known))

    @invariant()
    def offers_the_oldest_that_is_ready(self):
        oldest = {}
        for name in self.known:
            job = self.queue.get(name)
            if not self.in_line(job) or job.kind is JobKind.READ:
                continue
            text = job.kind is JobKind.DESCRIBE and self.queue.owes_text(job.picture)
            if not (text and self.queue.reads_possible):
                line = (job.kind, job.urgency)
                oldest[line] = min(oldest.get(line, math.inf), self.arrived[name])
        assert {(h.job.kind, h.job.urgency): h.arrival for h in self.queue.heads()} == oldest

    @invariant()
    def tells_whose_deadline_has_passed(self):
        waiting = {j.id for n in self.known if (j := self.job(n[1:], waits=True)) and j.deadline_ms}
        assert set(self.queue.expired(10**9)) == waiting


Anything.TestCase.settings = settings(deadline=None, max_examples=60, stateful_step_count=40)
TestAnything = Anything.TestCase


def calls_a_decision(length):
    """Functions called for adding a job, choosing one, starting and ending it, beside so many others."""
    queue, turn, count = JobQueue(length), Turn(), 0
    urgencies = list(Urgency)
    jobs = [Job(f"j{n}", JobKind.DESCRIBE, f"p{n}", n, urgency=urgencies[n % 6]) for n in range(length + 300)]
    queue.add(jobs[:length], 10**4, 10**7)

    def seen(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        for job in jobs[length:]:
            queue.add((job,), 10**4, 10**7)
            head = turn.choose(queue.heads(), MODELS, {"eyes"}, 10**4, background=True)
            turn.granted(head.job, 10**4)
            queue.start(head.job.id)
            queue.ended(head.job.id)
    finally:
        sys.setprofile(None)
    return count / 300


def test_a_decision_among_many_jobs_takes_no_more_calls_than_among_few():
    few, many = calls_a_decision(100), calls_a_decision(20_000)
    assert many < 1.3 * few
    assert many < 300
