"""Whatever befalls the slot, its models and its jobs: what is promised holds, and every job ends.

Most rules drive the machine to where something can go wrong, and have it go wrong there: what is drawn at
random from all that is pending is hardly ever an inference, and two deaths of one job are a rare coincidence.
That each kind of trouble does happen is counted, below. What must hold meanwhile is in `machine_invariants`,
`machine_promises` and `machine_waits`, what must hold in the end in `machine_trial`.
"""

from collections import Counter
from itertools import cycle
from typing import ClassVar

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import JobKind, Urgency
from glimpsed.core.refusals import PASSING_FOR_JOBS
from glimpsed.core.residency import Room
from machine_trial import MODELS, NOTHING, QUIET, Trial
from machine_troubles import OPEN_CODES, PROBE_CODES, READ_CODES, RUN_CODES
from machine_world import LEARNT, seen

SLOT = (do.LoadModel, do.ProbeModel, do.StartInference)
"""What may go wrong with models."""

TAKEN = st.sampled_from(
    [NOTHING, NOTHING, Room(100, 50), Room(250, 0), Room(650, 0), Room(800, 0), Room(0, 450), Room(1000, 700)]
)
HIDDEN = st.sampled_from([NOTHING, NOTHING, Room(300, 0), Room(0, 300), Room(900, 0)])
NAMES = st.sampled_from(sorted(MODELS))
KINDS = st.sampled_from([JobKind.DESCRIBE, JobKind.ASK, JobKind.SESSION])
DEADLINES = st.sampled_from([None, None, -1, 5, 15, 100])
MENDED = st.sampled_from([True, True, False])

RUN = do.StartInference
FAILURES = {
    "dies while it is loaded": (do.LoadModel, "died"),
    "finds no memory": (do.LoadModel, "out_of_memory"),
    "is no model": (do.LoadModel, "load_failed"),
    "dies over its work": (RUN, "died"),
    "finds no memory to work": (RUN, "out_of_memory"),
    "takes for ever": (RUN, "run_limit"),
    "talks nonsense": (RUN, "malformed"),
    "never ends": (RUN, "reply_cut"),
    "is wedged": (RUN, "run_failed"),
    "runs the machine out of memory": (RUN, "starved"),
}
"""How a model may fail again and again, though its probes go well if ever one goes out."""

BLAMED = ("died", "died", "starved", "out_of_memory", "run_limit", "run_failed")
"""Ends of an attempt after which there is one more."""

PROBED = st.sampled_from(["called off", "killed", "well", "died", *PROBE_CODES, "starved"])
"""What may become of a probe."""


class AnyTrouble(Trial):
    """The world does what was asked in any order, well or badly, and everything around it changes."""

    @initialize(
        learnt=MENDED,
        percent=st.sampled_from([100, 100, 130]),
        growth=st.sampled_from([0, 60, 160]),
        broken=st.sampled_from([None, *sorted(FAILURES)]),
    )
    def things_are_so(self, learnt, percent, growth, broken):
        self.memory.percent, self.memory.growth = percent, growth
        self.broken = FAILURES.get(broken)
        if learnt:
            self.world.took = LEARNT
            self.world.load_ms = 4000

    # -- work

    @rule(urgency=st.sampled_from(Urgency), jobs=st.integers(1, 4), deadline_s=DEADLINES)
    def pictures_are_to_be_described(self, urgency, jobs, deadline_s):
        deadline_ms = self.wall(deadline_s)
        names = [f"picture {next(self.numbers)}" for _ in range(jobs)]
        self.world.describe(*names, urgency=urgency, deadline_ms=deadline_ms)

    @rule(origin=st.sampled_from(["event", "scan", "person"]), known=st.booleans(), deadline_s=DEADLINES)
    def a_screenshot_is_taken(self, origin, known, deadline_s):
        number = next(self.numbers)
        path = b"%d.png" % number
        source = "submit" if origin == "person" else "folder"
        self.world.contents[source, path] = "known" if known else f"screenshot {number}"
        if origin == "person":
            self.world.tell(was.FileSubmitted(self.ticket(), source, path, self.wall(deadline_s)))
        else:
            self.world.tell(seen(path, origin=origin))

    @rule(deadline_s=DEADLINES, urgency=st.sampled_from(Urgency), times=st.sampled_from([1, 1, 4]))
    def questions_are_asked(self, deadline_s, urgency, times):
        for _ in range(times):
            self.ask(urgency=urgency, deadline_ms=self.wall(deadline_s))

    @precondition(lambda self: self.open_jobs)
    @rule(data=st.data(), state=st.sampled_from(["running", "deferred", None]))
    def a_job_is_cancelled(self, data, state):
        jobs = [job for job in self.open_jobs if self.world.jobs[job].state == state] or self.open_jobs
        self.cancel(data.draw(st.sampled_from(jobs)))

    # -- what becomes of it

    @precondition(lambda self: self.world.pending)
    @rule(data=st.data(), times=st.integers(1, 3))
    def something_ends_well_or_badly(self, data, times):
        for _ in range(times):
            if not self.world.pending:
                return
            effect = self.world.pending.pop(data.draw(st.integers(0, len(self.world.pending) - 1)))
            self.befalls(effect, data.draw(st.sampled_from([None, *self.fates(effect)])))

    @rule(data=st.data(), times=st.integers(2, 8), kind=KINDS, mended=MENDED)
    def models_work_and_fail(self, data, times, kind, mended):
        self.may_mend(mended)
        for _ in range(times):
            effect = self.world.next_of(*SLOT)
            if effect is None:
                self.owe(kind, Urgency.HIGH)
                continue
            self.befalls(effect, data.draw(st.sampled_from([None, None, *self.fates(effect)])))

    @rule(around=st.booleans())
    def all_goes_well_for_a_while(self, around):
        self.may_mend(around)
        self.goes_on()

    @rule(
        fates=st.one_of(
            st.lists(st.sampled_from(["lost", "deaf", *RUN_CODES]), min_size=1, max_size=1),
            st.lists(st.sampled_from(BLAMED), min_size=2, max_size=2),
        ),
        kind=KINDS,
        mended=MENDED,
    )
    def a_job_fails_wherever_it_is_tried(self, fates, kind, mended):
        """And comes back each time that it was put off."""
        self.may_mend(mended)
        job, fate = self.owe(kind, Urgency.CRITICAL), cycle(fates)
        for _ in range(6 if PASSING_FOR_JOBS & set(fates) else 1):
            self.goes_on(lambda e: next(fate) if isinstance(e, RUN) and e.job.id == job else None)
            self.time_passes(90_000.0 if PASSING_FOR_JOBS & set(fates) else 0.5)

    @rule(
        name=st.sampled_from([*sorted(MODELS), "eyes", ""]),
        how=st.sampled_from(sorted(FAILURES)),
        kind=KINDS,
        mended=MENDED,
    )
    def a_model_fails_whatever_it_is_asked(self, name, how, kind, mended):
        """Or all of them, until breakers are open."""
        self.may_mend(mended)
        for _ in range(3):
            self.owe(kind, Urgency.CRITICAL)
        stage, fate = FAILURES[how]
        self.goes_on(lambda e: fate if isinstance(e, stage) and name in ("", e.model) else None)

    @rule(how=st.sampled_from(sorted(FAILURES)), fates=st.lists(PROBED, min_size=2, max_size=5))
    def a_model_that_was_left_alone_is_tried_again(self, how, fates):
        if not self.world.opened:
            self.a_model_fails_whatever_it_is_asked("", how, JobKind.DESCRIBE, mended=True)
        self.may_mend(mended=True)
        for fate in fates:
            self.ask()
            self.time_passes(601.0)
            if (effect := self.world.next_of(do.ProbeModel)) is not None:
                self.is_probed(effect, fate)

    @rule(fate=st.sampled_from(["stopped", "killed"]), kind=KINDS)
    def a_person_cannot_wait(self, fate, kind):
        """And what was told to stop for them perhaps does."""
        self.owe(kind, Urgency.INTERACTIVE)
        self.ends_at_once(do.StopAttempt, fate)
        self.ends_at_once(do.StopProbe, fate)

    @rule(fate=st.sampled_from(["died", *OPEN_CODES, *READ_CODES]), times=st.integers(1, 3))
    def the_reader_fails(self, fate, times):
        self.a_screenshot_is_taken("event", known=False, deadline_s=None)
        for _ in range(times):
            effect = self.world.next_of(do.OpenFile, do.StartRead)
            if effect is None:
                return
            self.befalls(effect, fate)

    @rule(
        why=st.sampled_from(["person", "person", "cancelled", "yields", "switched off"]),
        cancelled=st.booleans(),
        then=st.sampled_from(
            ["stopped", "stopped", "killed", "killed", "", "died", "lost", "out_of_memory", "later"]
        ),
        mended=MENDED,
    )
    def what_runs_is_in_the_way(self, why, cancelled, then, mended):
        self.may_mend(mended)
        self.owe(JobKind.DESCRIBE, Urgency.BACKGROUND)
        run = self.next_in_the_background()
        if run is None:
            return
        self.world.pending.append(run)
        self.somebody_wants(why, run.job.id)
        if cancelled:
            self.cancel(run.job.id)
        self.time_passes(0.5)
        self.ends_at_once(do.StopAttempt, then)
        if run in self.world.pending and then not in ("stopped", "killed", "later"):
            self.world.pending.remove(run)
            self.befalls(run, then)

    @precondition(lambda self: len(self.open_jobs) < 4)
    @rule(
        times=st.sampled_from([20, 90]),
        urgency=st.sampled_from([Urgency.INTERACTIVE, Urgency.INTERACTIVE, Urgency.CRITICAL]),
        kind=KINDS,
        own=KINDS,
    )
    def work_never_ceases_to_come(self, times, urgency, kind, own):
        """And one job has been overdue since long before."""
        self.may_mend(mended=True)
        self.owe(own, Urgency.LOW, age_s=1e5)
        self.owe(kind, urgency)
        for _ in range(times):
            self.owe(kind, urgency)
            if (run := self.world.next_of(do.StartInference)) is None:
                return
            self.world.succeed(run)

    # -- what goes on around

    @rule(others=TAKEN, hidden=HIDDEN, seen=st.booleans())
    def others_take_memory_or_give_it_back(self, others, hidden, seen):
        self.memory.others, self.memory.hidden = others, hidden
        if seen:
            self.world.tell(was.RoomSeen(self.memory.seen))

    @rule(by=st.sampled_from([0.5, 5.0, 31.0, 400.0, 90_000.0]))
    def time_passes(self, by):
        self.world.now += by
        self.world.tell(was.TimePassed())

    @precondition(lambda self: self.world.machine.wake_at is not None)
    @rule(set_ms=st.sampled_from([0, 0, -(10**7), -60_000, 60_000, 10**7]))
    def nothing_happens_until_the_machine_is_woken(self, set_ms):
        """But that somebody may set the clock of the wall meanwhile."""
        self.world.wall_ahead_ms += set_ms
        self.world.wake()

    @rule(name=NAMES, good=st.sampled_from([True, True, False]))
    def a_model_file_changes(self, name, good):
        self.world.inspect(name, "" if good else "short")

    @rule(name=st.sampled_from(sorted(QUIET)), value=st.sampled_from([None, 0.0, 1.0, 100.0]))
    def others_use_the_machine(self, name, value):
        self.world.tell(was.SurroundingsSeen(QUIET | {name: value}))

    @rule(vision=st.sampled_from([True, True, False]))
    def a_feature_is_switched(self, vision):
        self.vision = vision
        self.world.tell(was.FeaturesSet(vision, True))

    @rule(name=NAMES)
    def a_child_is_found_to_be_gone(self, name):
        self.world.tell(was.ModelGone(name))

    @rule(told=st.integers(0, 3), died=st.booleans())
    def the_daemon_ends_and_another_begins(self, told, died):
        if not died:
            self.world.tell(was.StopRequested())
            self.ask()
            assert self.world.machine.wake_at is None
        for _ in range(told):
            if self.world.pending:
                self.world.succeed(self.world.pending.pop(0))
        self.world.restart(died=died)
        self.world.tell(was.FeaturesSet(self.vision, True))
        self.tickets &= self.world.answers.keys()  # who waited for a daemon that is gone knows it


PHASES = [phase for phase in Phase if phase is not Phase.explain]  # traces every line, and explains little
SIZE = settings(max_examples=250, stateful_step_count=40, deadline=None, phases=PHASES)
AnyTrouble.TestCase.settings = SIZE
TestAnyTrouble = pytest.mark.timeout(600)(AnyTrouble.TestCase)  # what fails takes a while to be made small

OFTEN, SELDOM = 6, 2
"""In how many of 200 examples something has to happen at least."""

HAPPENS = {
    OFTEN: (
        *("ModelDied loading", "ModelDied running", "ModelDied starved", "ModelUnloaded loading"),
        *("ModelGone", "ModelLost", "ModelRefused out_of_memory", "ModelRefused load_failed"),
        *("JobRefused out_of_memory", "JobRefused run_limit", "JobRefused run_failed"),
        *("JobRefused malformed", "JobRefused reply_cut", "JobRefused reading"),
        *("JobStopped", "JobStopped killed", "StopAttempt", "StopProbe", "StopRequested", "RankJobs"),
        *("EndJob poisoned", "EndJob failed", "EndJob cancelled", "DeferJobs", "RecallJobs", "TextRead"),
        *("JobCancelRequested running", "JobCancelRequested stopped", "ProbeModel", "FileRefused"),
        *("TellBreaker health open", "TellBreaker health closed", "TellBreaker format open"),
    ),
    SELDOM: (
        *("ModelProbed cancelled", "ModelProbed killed", "ModelProbed malformed", "ModelDied probing"),
        *(
            "JobRefused killed",
            "JobRefused picture_gone",
            "JobRefused deadline",
            "JobRefused too_large",
            "JobRefused not_started",
        ),
        *("JobCancelRequested ending", "JobCancelRequested queued", "TellBreaker format closed"),
        *("Refuse model_unavailable", "Refuse queue_full", "Refuse deadline", "Refuse shutting_down"),
        *("ModelOverweight", "DescriptionReused", "ReaderDied", "JobCancelRequested queued while loading"),
    ),
}


def test_each_kind_of_trouble_really_happens():
    @seed(7)
    class Counted(AnyTrouble):
        counted: ClassVar = Counter()

    run_state_machine_as_test(
        Counted, settings=settings(SIZE, max_examples=200, phases=[Phase.generate], database=None)
    )
    short = {
        f"{what}: {Counted.counted[what]} of {least}"
        for least, kinds in HAPPENS.items()
        for what in kinds
        if Counted.counted[what] < least
    }
    assert not short
