"""Nobody waits longer than `core.turn` says, whatever comes: two models, a memory that holds one of them."""

from dataclasses import dataclass, field
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.queue import JobQueue
from glimpsed.core.turn import ALLOWANCE_S, Turn

MODELS = {JobKind.DESCRIBE: "A", JobKind.ASK: "B"}
QUANTUM, ONE_IN = 2, 3


@dataclass
class Wait:
    """What is promised to a job from the grant on with which the count began."""

    ahead: int
    began: int


@dataclass
class Slot:
    """A queue, whose turn it is, and the promises."""

    queue: JobQueue = field(default_factory=lambda: JobQueue(100))
    turn: Turn = field(default_factory=lambda: Turn(QUANTUM, 300.0, ONE_IN))
    now: float = 100_000.0
    here: str = "A"
    background: bool = True
    loading_for: bool = False
    waiting: dict[str, tuple[float, bool]] = field(default_factory=dict)  # id -> (its time, interactive)
    promised: dict[str, Wait] = field(default_factory=dict)
    order: list[bool] = field(default_factory=list)  # of every grant: was it interactive
    people: int = 0  # grants to people since one went past a person who waited

    def add(self, kind, urgency, age):
        name = f"j{len(self.waiting) + len(self.order)}-{self.now}"
        self.queue.add([Job(name, kind, name, 0, urgency=urgency)], self.now, int(age * 1000))
        self.joins(self.queue.get(name), self.now - age)

    def joins(self, job, arrival):
        interactive = job.urgency is Urgency.INTERACTIVE
        time = arrival if interactive else arrival + ALLOWANCE_S[job.urgency]
        self.waiting[job.id] = time, interactive
        for other, wait in self.promised.items():
            if self.waiting[other][1] == interactive and self.waiting[other][0] >= time:
                wait.ahead += 1
        if interactive:
            self.promise(job.id)

    def promise(self, name):
        time, interactive = self.waiting[name]
        ahead = sum(i == interactive and t <= time for t, i in self.waiting.values()) - 1
        self.promised[name] = Wait(ahead + self.loading_for, len(self.order))

    def able(self, name):
        return self.background or self.queue.get(name).urgency is not Urgency.BACKGROUND

    def grant(self, *, returns=False):
        """Choose; load a model or let a job run, which then ends or is stopped and has its place back."""
        for name, (due, interactive) in self.waiting.items():
            if not self.able(name):
                self.promised.pop(name, None)
            elif not interactive and self.now > due and name not in self.promised:
                self.promise(name)
        heads = list(self.queue.heads())
        head = self.turn.choose(heads, MODELS, {self.here}, self.now, background=self.background)
        assert (head is None) == (not any(self.able(name) for name in self.waiting))
        if head is None:
            return
        assert self.able(head.job.id)
        self.loading_for = MODELS[head.job.kind] != self.here
        if self.loading_for:
            self.here = MODELS[head.job.kind]
            return
        self.run(head, returns=returns)

    def run(self, head, *, returns):
        name = head.job.id
        interactive = self.waiting[name][1]
        person_waited = any(i for _, i in self.waiting.values())
        self.order.append(interactive)
        if interactive:
            self.people += 1
        elif person_waited:
            assert self.people >= ONE_IN - 1
            self.people = 0
        self.turn.granted(self.queue.start(name), self.now)
        if name in self.promised:
            self.keep(self.promised.pop(name), interactive=interactive)
        del self.waiting[name]
        if returns and not interactive:
            self.joins(self.queue.wait_again(name), head.arrival)
        else:
            self.queue.ended(name)

    def keep(self, wait, *, interactive):
        since = self.order[wait.began :]
        if interactive:
            assert sum(since) <= (wait.ahead + 1) * (QUANTUM + 1)
        else:
            assert len(since) <= (wait.ahead + 1) * (QUANTUM + ONE_IN)

    def cancel(self, number):
        if self.waiting:
            name = sorted(self.waiting)[number % len(self.waiting)]
            del self.waiting[name]
            self.promised.pop(name, None)
            self.queue.ended(name)


KIND = st.sampled_from(sorted(MODELS))
ADD = st.tuples(st.just("add"), KIND, st.sampled_from(Urgency), st.sampled_from([0.0, 0.0, 700.0, 30_000.0]))
STEP = st.one_of(
    ADD,
    st.tuples(st.just("grant"), st.booleans()),
    st.tuples(st.just("tick"), st.sampled_from([0.5, 100.0, 5000.0])),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("yield"), st.booleans()),
)


def take(slot, step):
    match step:
        case ("add", kind, urgency, age):
            slot.add(kind, urgency, age)
        case ("grant", returns):
            slot.grant(returns=returns)
        case ("tick", seconds):
            slot.now += seconds
        case ("cancel", number):
            slot.cancel(number)
        case ("yield", holds_back):
            slot.background = not holds_back


@settings(deadline=None)
@given(st.lists(STEP, max_size=60), st.lists(ADD, max_size=3))
def test_every_job_is_granted_within_the_bound(steps, stream):
    slot = Slot()
    for step in steps:
        take(slot, step)
    slot.background, slot.now = True, slot.now + 100_000.0
    for _ in range(40):  # more of the same goes on coming
        for step in stream if len(slot.waiting) < 20 else ():
            take(slot, step)
        slot.now += 0.5
        slot.grant()
    for _ in range(3 * len(slot.waiting)):  # a grant and two loads for each are plenty
        slot.grant()
    assert not slot.waiting
    assert len(slot.queue) == 0


@settings(deadline=None)
@given(st.permutations([*["A"] * 12, *["B"] * 12]))
def test_any_order_of_two_models_takes_a_swap_for_each_quantum_at_most(names):
    queue, turn, here, swaps = JobQueue(), Turn(quantum_jobs=4), "A", 0
    kinds = {model: kind for kind, model in MODELS.items()}
    queue.add([Job(f"j{n}", kinds[m], f"p{n}", n) for n, m in enumerate(names)], 0.0, 100)
    while head := turn.choose(queue.heads(), MODELS, {here}, 0.0, background=True):
        if MODELS[head.job.kind] == here:
            turn.granted(queue.start(head.job.id), 0.0)
            queue.ended(head.job.id)
        else:
            here, swaps = MODELS[head.job.kind], swaps + 1
    assert swaps <= 24 // 4
    assert len(queue) == 0


@pytest.mark.parametrize("stream", ["I", "P", "IP", "PI", "IIP", "PPI", "PIIP"])
@pytest.mark.parametrize("interrupted", [False, True])
def test_a_low_job_of_another_model_is_served_in_a_stream_of_people_and_peers(stream, interrupted):
    slot = Slot()
    slot.add(JobKind.ASK, Urgency.LOW, 4000.0)
    (low,) = slot.waiting
    coming = cycle(stream)
    while low in slot.waiting:
        peer = next(coming) == "P" and slot.here == "A"
        if slot.here == "A" or interrupted:  # a person comes while its model is loaded
            slot.add(JobKind.DESCRIBE, Urgency.CRITICAL if peer else Urgency.INTERACTIVE, 0.0)
        slot.now += 0.5
        slot.grant()
        assert len(slot.order) <= QUANTUM + ONE_IN
