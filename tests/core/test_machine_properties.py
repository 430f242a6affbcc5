"""Whatever happens in whatever order: one thing at a time, nothing lost or done twice, every job ends."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from machine_world import World, gone, identity, seen

FILES = st.sampled_from([b"1.png", b"2.png", b"3.png", b"4.png"])
PICTURES = st.sampled_from(["a", "b", "c"])


class AnyOrder(RuleBasedStateMachine):
    """The world does what was asked in any order, well or badly."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(models=("eyes", "spare"))
        self.tickets: set[str] = set()
        self.inode = 0

    @rule(path=FILES, settled=st.booleans(), origin=st.sampled_from(["event", "scan"]), new=st.booleans())
    def a_file_is_seen(self, path, settled, origin, new):
        self.inode += new
        self.world.tell(seen(path, settled=settled, origin=origin, of=identity(self.inode)))

    @rule(path=FILES)
    def a_file_is_seen_to_be_gone(self, path):
        self.world.tell(gone(path))

    @rule(path=FILES)
    def a_file_is_submitted(self, path):
        ticket = self.world.new_id()
        self.tickets.add(ticket)
        self.world.tell(was.FileSubmitted(ticket, "submit", path))

    @rule(picture=PICTURES)
    def a_question_is_asked(self, picture):
        job = Job(self.world.new_id(), JobKind.ASK, picture, 0, urgency=Urgency.INTERACTIVE, question="?")
        ticket = self.world.new_id()
        self.tickets.add(ticket)
        self.world.tell(was.QuestionAsked(ticket, job))

    @precondition(lambda self: self.world.jobs)
    @rule(data=st.data())
    def a_job_is_cancelled(self, data):
        job_id = data.draw(st.sampled_from(sorted(self.world.jobs)))
        ticket = self.world.new_id()
        self.tickets.add(ticket)
        self.world.tell(was.JobCancelRequested(ticket, job_id))

    @precondition(lambda self: self.world.pending)
    @rule(data=st.data(), picture=PICTURES)
    def something_goes_well(self, data, picture):
        effect = self.world.pending.pop(data.draw(st.integers(0, len(self.world.pending) - 1)))
        self.world.succeed(effect, picture)

    @precondition(lambda self: self.world.pending)
    @rule(data=st.data())
    def something_goes_wrong(self, data):
        effect = self.world.pending.pop(data.draw(st.integers(0, len(self.world.pending) - 1)))
        events = _failures(effect)
        if events:
            self.world.tell(data.draw(st.sampled_from(events)))
        else:
            self.world.succeed(effect)

    @rule(by=st.sampled_from([0.5, 1.5, 10.0, 400.0, 4000.0]))
    def time_passes(self, by):
        self.world.now += by
        self.world.tell(was.TimePassed())

    @rule(name=st.sampled_from(["eyes", "spare"]), good=st.booleans())
    def a_model_file_changes(self, name, good):
        self.world.inspect(name, "" if good else "short")

    @precondition(lambda self: any(isinstance(e, do.StartInference) for e in self.world.pending))
    @rule()
    def a_child_is_overweight_at_the_end_of_its_attempt(self):
        running = next(e for e in self.world.pending if isinstance(e, do.StartInference))
        self.world.tell(was.ModelOverweight(running.model))

    @rule(good=st.booleans())
    def the_engine_comes_and_goes(self, good):
        self.world.tell(was.ReaderProbed("" if good else "engine_missing", ""))

    @invariant()
    def one_thing_at_a_time(self):
        reading = [e for e in self.world.pending if isinstance(e, do.OpenFile | do.StartRead)]
        in_slot = [
            e for e in self.world.pending if isinstance(e, do.StartInference | do.LoadModel | do.UnloadModel)
        ]
        assert len(reading) <= 1
        assert len(in_slot) <= 1

    def teardown(self):
        """When all goes well from here, everything comes to an end."""
        for name in ("eyes", "spare"):
            self.world.inspect(name)
        self.world.tell(was.ReaderProbed("", ""))
        for _ in range(6):
            self.world.settle()
            self.world.now += 7 * 3600.0
            self.world.tell(was.TimePassed())
        self.world.settle()
        assert len(self.world.machine.reading.intake) == 0
        assert len(self.world.machine.queue) == 0
        assert all(job.state.ended for job in self.world.jobs.values())
        assert set(self.world.answers) >= self.tickets
        for picture, kinds in self.world.results.items():
            for kind in (JobKind.READ, JobKind.DESCRIBE):
                assert kinds.count(kind) <= 1, f"{picture} was done twice"
        for job in self.world.jobs.values():
            if job.state is JobState.DONE and job.kind is not JobKind.ASK:
                assert job.kind in self.world.results[job.picture]


def _failures(effect: do.Effect) -> list[was.Event]:
    match effect:
        case do.OpenFile(key=key):
            codes = ("truncated", "corrupt", "vanished")
            return [was.ReaderDied(key, "x"), *(was.FileRefused(key, code, "x") for code in codes)]
        case do.LookAtFile(key=key):
            return [was.FileLooked(key, None), was.FileLooked(key, identity(77))]
        case do.StartRead(job=job):
            codes = ("vanished", "ocr_failed", "engine_missing")
            return [was.ReaderDied(job.id, "x"), *(was.JobRefused(job.id, code, "x") for code in codes)]
        case do.LoadModel(model=model):
            return [was.ModelDied(model, None, "x"), was.ModelRefused(model, "load_failed", "x")]
        case do.StartInference(job=job, model=model):
            died = (was.ModelDied(model, job.id, "x"), was.ModelLost(model, job.id))
            starved = was.ModelDied(model, job.id, "x", "out_of_memory")
            codes = ("malformed", "run_failed", "picture_gone")
            return [*died, starved, *(was.JobRefused(job.id, code, "x") for code in codes)]
    return []


AnyOrder.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestAnyOrder = AnyOrder.TestCase
