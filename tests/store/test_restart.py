"""What a restart keeps of a queue is its whole order: who is next, who is put off until when, who is late."""

import asyncio
import copy
import tempfile
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from glimpsed.core.model import JobKind, JobState, Rung, Urgency
from glimpsed.core.queue import PUT_OFF_S, JobQueue
from glimpsed.core.turn import Turn
from glimpsed.store import jobs, shots
from store_samples import ask_job, describe_job, open_database, opened, read_job, result, shot

MODELS = {JobKind.DESCRIBE: "eyes", JobKind.ASK: "eyes"}
EPOCH_MS = 1_700_000_000_000
ANY = st.integers(0, 99)


def order(queue: JobQueue, now: float):
    """All that the queue would do if nothing came any more: what is granted, read, resumed and given up."""
    queue, turn = copy.deepcopy(queue), Turn()
    queue.reads_possible = False  # so that no description waits for a text
    late = [(name, round(1000 * (queue._deadlines.of(name) - now))) for name in queue.expired(1e12)]
    granted, read, resumed = [], [], []
    while head := turn.choose(queue.heads(), MODELS, {"eyes"}, now, background=True):
        granted.append(head.job.id)
        turn.granted(queue.start(head.job.id), now)
        queue.ended(head.job.id)
    while job := queue.next_read(*Urgency):
        read.append(job.id)
        queue.ended(queue.start(job.id).id)
    while (at := queue.next_resume()) is not None:
        resumed.append((round(1000 * (at - now)), queue._put_off.first[2]))
        queue.ended(resumed[-1][1])
    return granted, read, resumed, late


class Restarts(RuleBasedStateMachine):
    """A queue, and a store that is told what the queue says of its jobs. Each event has its own second."""

    @initialize()
    def open(self):
        self.directory = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.db = open_database(Path(self.directory.name))
        self.queue = JobQueue(1000)
        self.now, self.wall_ms = 1000.0, EPOCH_MS
        self.pictures = 0
        for _ in range(3):
            self.a_picture_comes(Urgency.NORMAL, None, asks=False)

    def teardown(self):
        if hasattr(self, "db"):
            self.runner.run(self.db.close())
            self.runner.close()
            self.directory.cleanup()

    def write(self, fn):
        return self.runner.run(self.db.write(fn))

    def passes(self, seconds=1.0):
        self.now += seconds
        self.wall_ms += round(seconds * 1000)
        self.queue.resume(self.now)

    @rule(urgency=st.sampled_from(Urgency), in_s=st.sampled_from([None, 3600, 10**6]), asks=st.booleans())
    def a_picture_comes(self, urgency, in_s, asks):
        self.passes()
        n, self.pictures = self.pictures, self.pictures + 1
        when = {"created_ms": self.wall_ms, "urgency": urgency}
        deadline_ms = None if in_s is None else self.wall_ms + in_s * 1000
        owed = [msgspec.structs.replace(read_job(n), **when)]
        owed.append(msgspec.structs.replace(describe_job(n), deadline_ms=deadline_ms, **when))
        about = shot(n, n)
        minimum = result(f"minimum-{n}", n, Rung.MINIMUM)
        self.write(lambda w: shots.accept(w, about, opened(n), minimum, tuple(owed)))
        if asks:
            owed.append(msgspec.structs.replace(ask_job(f"ask-{n}", n, about.id), **when))
            self.write(lambda w: jobs.add(w, owed[-1]))
        assert self.queue.add(owed, self.now, self.wall_ms) == []

    @rule(number=ANY, how=st.sampled_from(["died", "failed", "stopped", "put off", "put off"]))
    def an_attempt_comes_to_nothing(self, number, how):
        self.passes()
        waiting = [job for job in self.queue._jobs.values() if job.id not in self.queue._put_off]
        if not waiting:
            return
        job = self.queue.start(waiting[number % len(waiting)].id)
        assert self.write(lambda w: jobs.start(w, job.id, "m"))
        self.passes()
        again = self.again(job, how)
        if again is None:
            assert job.put_off == len(PUT_OFF_S)
            self.queue.ended(job.id)
            self.write(lambda w: jobs.end(w, job.id, JobState.FAILED, "why"))
        else:
            assert self.write(lambda w: jobs.requeue(w, again))

    def again(self, job, how):
        """The job as it waits again; None when it is given up."""
        if how == "stopped":
            return self.queue.wait_again(job.id)
        if how == "put off":
            return self.queue.put_off(job.id, self.now, self.wall_ms)
        died = how == "died"
        return self.queue.requeue(job.id, self.now, self.wall_ms, died=died, failed=not died)

    @rule(number=ANY)
    def a_person_waits(self, number):
        self.passes()
        expedited = self.queue.expedite(describe_job(number % self.pictures).picture, self.now, self.wall_ms)
        self.write(lambda w: jobs.rank(w, expedited))

    @rule()
    def nobody_waits(self):
        self.passes()
        demoted = self.queue.demote(JobKind.DESCRIBE, self.now, self.wall_ms)
        self.write(lambda w: jobs.rank(w, demoted))

    @rule(number=ANY, in_s=st.sampled_from([None, 10**5]))
    def a_picture_is_wanted_longer(self, number, in_s):
        self.passes()
        again = describe_job(number % self.pictures)
        deadline_ms = None if in_s is None else self.wall_ms + in_s * 1000
        self.queue.widen(again.picture, deadline_ms)
        wish = msgspec.structs.replace(again, deadline_ms=deadline_ms)
        queued = self.write(lambda w: jobs.add_or_revive(w, wish))
        self.queue.add([queued] if queued else [], self.now, self.wall_ms)

    @rule(seconds=st.sampled_from([60.0, 600.0, 4000.0]))
    def time_passes(self, seconds):
        self.passes(seconds)

    def restored(self, now):
        """The queue of another daemon, which starts now."""
        queue = JobQueue(1000)
        queue.add(self.write(jobs.restore)[0], now, self.wall_ms)
        return queue

    @rule()
    def the_machine_starts_again(self):
        self.passes()
        self.now = 100.0
        self.queue = self.restored(self.now)

    @invariant()
    def a_restart_would_change_nothing(self):
        self.passes()
        assert order(self.restored(7.0), 7.0) == order(self.queue, self.now)

    @invariant()
    def the_store_knows_each_job_as_the_queue_does(self):
        known = self.queue._jobs
        rows = self.runner.run(self.db.read(lambda cx: [jobs.job(cx, name).job for name in known]))
        assert [msgspec.structs.replace(known[row.id], model=row.model) for row in rows] == rows


Restarts.TestCase.settings = settings(deadline=None, max_examples=40, stateful_step_count=30)
TestRestarts = Restarts.TestCase
