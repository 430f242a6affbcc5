"""A world in memory that does what the machine asks, one thing at a time and in any order.

It keeps what a store would keep, so that a test can say: nothing was lost, nothing was done twice. Where it
is given a memory, what does not fit into that finds none, whatever the machine had been told of the room.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.fit import Need
from glimpsed.core.machine import Machine
from glimpsed.core.model import (
    Description,
    FileIdentity,
    Job,
    JobKind,
    JobState,
    OpenedFile,
    Picture,
    PictureText,
    Result,
    Rung,
    Urgency,
)
from glimpsed.core.places import ModelState, Reader, Slot
from glimpsed.core.predict import Sample
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from glimpsed.core.seen import FileSeen
from machine_invariants import Invariants
from machine_memory import Memory
from machine_promises import Promises
from machine_store import REVIVED, UNMOVED, Store
from machine_troubles import label
from machine_waits import Waits

VISION = {"screen": 0, "ask": 0}

PLAN = Plan(4096, "f16", projector_on_gpu=False, need=Need({}, {"process": 100}))
"""A way of loading a model that takes 100 bytes of main memory."""

ROOM = Room(0, 1000)

LEARNT = Sample(3, 1000, 100, encode_ms=3000, prefill_ms=2000, generate_ms=5000)
"""An inference that took ten seconds."""

PROFILE = PROFILES["balanced_24gb"]

MOST_EFFECTS = 3000
"""Effects without any time in between after which nothing more can be expected to come to rest."""


def identity(inode: int = 1, size: int = 10, mtime_ns: int = 0) -> FileIdentity:
    return FileIdentity(1, inode, size, mtime_ns)


def seen(
    path: bytes, *, settled: bool = True, origin: str = "event", of: FileIdentity | None = None
) -> FileSeen:
    return FileSeen("folder", path, of or identity(), settled, origin)


def gone(path: bytes) -> FileSeen:
    return FileSeen("folder", path, None, settled=False, origin="event")


def opened(sha: str, of: FileIdentity | None = None) -> OpenedFile:
    return OpenedFile(Picture(sha, 10, 10, "png", 10), of or identity())


class World:
    """The machine, and everything around it as plain data."""

    def __init__(
        self,
        *,
        models: Iterable[str] | Mapping[str, Mapping[str, int]] = ("eyes",),
        reads_text: bool = True,
        probed: bool = True,
        inspected: bool = True,
        room: Room = ROOM,
        plans: tuple[Plan, ...] = (PLAN,),
        policy: Policy | None = None,
        keep_alive_s: float = 300.0,
        watched: bool = True,
        looks_at_once: bool = True,
        memory: Memory | None = None,
    ) -> None:
        """`models` are names, or names with their roles. Each can be loaded by `plans`, into `room`.

        What is not `probed` or `inspected` is not known to be good yet. One that is not `watched` has the
        invariants checked by whoever asks for it: that takes longer the more jobs there are. The room is
        looked at as soon as that is asked for, unless it is not to be `looks_at_once`; what is seen is what
        `memory` shows, where there is one.
        """
        self.now = 0.0
        self.wall_ahead_ms = 0
        self.roles = models if isinstance(models, Mapping) else dict.fromkeys(models, VISION)
        self._keep_alive_s, self._reads_text, self._policy = keep_alive_s, reads_text, policy
        self.pending: list[do.Effect] = []
        self.store = Store()
        self.results, self.rungs = self.store.results, self.store.rungs
        self.shots: dict[tuple[str, bytes], str] = {}
        self.rejections: dict[tuple[str, bytes], str] = {}
        self.told: list[tuple[str, str]] = []
        self.noted: list[do.TellBreaker | do.TellAlarm] = []
        self.opened: set[tuple[str, str, str]] = set()
        self.started: list[str] = []
        self.plans = plans
        self.load_ms = 0
        self.took: Sample | None = None
        self.memory = memory
        self.contents: dict[tuple[str, bytes], str] = {}
        self.happened: Counter[str] = Counter()
        self._watched = watched
        self._looks_at_once = looks_at_once
        self.answers: dict[str, do.Answer | do.Refuse] = {}
        self._ids = 0
        self._boot(room if memory is None else memory.seen, probed=probed, inspected=inspected)
        self.settle()  # the store is asked for what had failed before there was a model

    def _boot(self, room: Room, *, probed: bool = True, inspected: bool = True, died: bool = False) -> None:
        """A daemon starts, after one that stopped or `died`, and is told what there is."""
        states = [ModelState(name, its, self._keep_alive_s) for name, its in self.roles.items()]
        policy = self._policy or Policy(PROFILE)
        self.machine = Machine(states, reads_text=self._reads_text, policy=policy)
        self.opened.clear()
        self._invariants = Invariants(self.machine)
        self._watchers = (self._invariants, Promises(self.machine), Waits(self.machine))
        if owed := self.store.restore(died=died):
            self.tell(was.JobsRestored(owed))
        if self._reads_text and probed:
            self.tell(was.ReaderProbed("", ""))
        self.tell(was.RoomSeen(room))
        for name in self.roles if inspected else ():
            self.inspect(name)

    def restart(self, *, died: bool) -> None:
        """The daemon stops or dies, and another begins: what was not committed is lost, and all children."""
        self.pending.clear()
        self._boot(self.machine.casting.room if self.memory is None else self.memory.seen, died=died)

    def tell(self, event: was.Event) -> list[do.Effect]:
        """Hand in an event; effects that take no time are done at once, the rest is pending."""
        self.happened[label(event, self.machine)] += 1
        for each in self._watchers:
            each.told(event, self.now)
        if self.memory is not None:
            self.memory.keep(self._invariants.children)
        effects = self.machine.handle(event, self.now, self.wall_ms)
        for each in self._watchers:
            each.asked(effects, self.now)
        for effect in effects:
            self.happened[label(effect, self.machine)] += 1
            if not self._is_done_at_once(effect):
                self.pending.append(effect)
        if self._watched:
            self.validate(woken=isinstance(event, was.TimePassed))
        if self._looks_at_once and self.is_pending(do.LookAtRoom):
            effects = [*effects, *self._look(self.take(do.LookAtRoom).held)]
        return effects

    def validate(self, *, woken: bool = False) -> None:
        """What must hold after every event, one that was a wake or another."""
        self._invariants.validate(self.jobs.values(), self.now, woken=woken)

    def _is_done_at_once(self, effect: do.Effect) -> bool:
        """Do an effect that takes no time, or whose mark in the store is all that is seen of it."""
        match effect:
            case do.Answer(ticket=ticket) | do.Refuse(ticket=ticket):
                self.answers[ticket] = effect
            case do.TellModel(model=model, state=state):
                self.told.append((model, state))
            case do.TellAlarm():
                self.noted.append(effect)
            case do.TellBreaker(model=model, role=role, sort=sort, state=state):
                self.noted.append(effect)
                (self.opened.add if state == "open" else self.opened.discard)((model, role, sort))
            case do.RequeueJob(job=job):
                self.store.requeue(job)
            case do.DeferJobs(jobs=ids):
                for job_id in ids:
                    self.store.become(job_id, state=JobState.DEFERRED)
            case do.RankJobs(jobs=ranked):
                for job in ranked:
                    self.store.rank(job)
            case do.StartRead(job=job) | do.StartInference(job=job):
                assert self.jobs[job.id].state is JobState.QUEUED, "what is begun is not queued"
                self.store.become(job.id, state=JobState.RUNNING)
                self.started.append(job.id)
                return False
            case _:
                return False
        return True

    @property
    def jobs(self) -> dict[str, Job]:
        return self.store.jobs

    @jobs.setter
    def jobs(self, jobs: dict[str, Job]) -> None:
        self.store.jobs = jobs

    @property
    def wall_ms(self) -> int:
        return round(self.now * 1000) + self.wall_ahead_ms

    @property
    def slot(self) -> Slot:
        return self.machine.scheduler.slot

    @property
    def reader(self) -> Reader:
        return self.machine.reading.reader

    def wake(self) -> None:
        """Nothing happens until the moment that the machine wants to be woken at."""
        assert self.machine.wake_at is not None, "nothing is due of itself"
        self.now = max(self.now, self.machine.wake_at)
        self.tell(was.TimePassed())

    def inspect(self, name: str, code: str = "", detail: str = "") -> None:
        """A model's files are looked at: they are good, or what `code` says."""
        self.tell(was.ModelInspected(name, code, detail, plans=() if code else self.plans))

    def owe(self, *jobs: Job) -> None:
        """The store has these jobs, and the machine is told of them as after a start."""
        for job in jobs:
            self.store.owe(job)
        self.tell(was.JobsRestored(jobs))

    def describe(self, *names: str, urgency: Urgency = Urgency.NORMAL, **what: Any) -> None:
        """Pictures are to be described, whose text is known; a job has the name of its picture."""
        made = {"urgency": urgency} | what
        self.owe(*(Job(name, JobKind.DESCRIBE, name, self.wall_ms, **made) for name in names))

    def ask(self, ticket: str = "t", **what: Any) -> Job:
        """A person asks about a picture."""
        made = {"picture": "a", "urgency": Urgency.INTERACTIVE, "shot": "s", "question": "?"} | what
        job = Job(self.new_id(), JobKind.ASK, created_ms=self.wall_ms, **made)
        self.tell(was.QuestionAsked(ticket, job))
        return job

    def reach(self, kind: type, sha: str = "a") -> do.Effect:
        """Let everything go well until an effect of this kind is pending, and take it."""
        while not self.is_pending(kind):
            self.succeed(self.pending.pop(0), sha)
        return self.take(kind)

    def take(self, kind: type) -> do.Effect:
        """The oldest pending effect of a kind, taken off the list."""
        effect = next(e for e in self.pending if isinstance(e, kind))
        self.pending.remove(effect)
        return effect

    def is_pending(self, kind: type) -> bool:
        return any(isinstance(e, kind) for e in self.pending)

    def next_of(self, *kinds: type) -> do.Effect | None:
        """Let everything go well until an effect of these kinds is pending, and take it; None if none is."""
        for _ in range(MOST_EFFECTS):
            found = next((e for e in self.pending if isinstance(e, kinds)), None)
            if found is not None:
                self.pending.remove(found)
                return found
            if not self.pending:
                return None
            self.succeed(self.pending.pop(0))
        raise AssertionError("it never rests")

    def settle(self, sha: str = "a") -> None:
        """Let everything go well until nothing is pending; every file holds picture `sha`."""
        for _ in range(MOST_EFFECTS):
            if not self.pending:
                return
            self.succeed(self.pending.pop(0), sha)
        raise AssertionError("it never rests")

    def succeed(self, effect: do.Effect, sha: str = "a") -> None:  # noqa: C901, PLR0912, PLR0915 - one arm an effect
        """Do one effect, well."""
        match effect:
            case do.OpenFile(key=key):
                self.tell(was.FileOpened(key, opened(self.contents.get(key, sha))))
            case do.LookAtFile(key=key):
                self.tell(was.FileLooked(key, identity()))
            case do.AcceptFile(key=key):
                self._accept(key, effect)
            case do.RejectFile(key=key, code=code, detail=detail):
                self.rejections[key] = code
                self.tell(was.RejectionCommitted(key, code, detail))
            case do.StartRead(job=job):
                self.tell(was.TextRead(job.id, PictureText((), "test"), 1))
            case do.LoadModel() if self.memory is not None:
                self.tell(self._loaded(effect, self.memory))
            case do.LoadModel(model=model):
                self.tell(was.ModelLoaded(model, self.load_ms))
            case do.ProbeModel(model=model):
                self.tell(was.ModelProbed(model))
            case do.StopProbe():
                self.stop_probe()
            case do.LookAtRoom(held=held):
                self._look(held)
            case do.UnloadModel(model=model):
                self.tell(was.ModelUnloaded(model))
            case do.StartInference(job=job) if self.memory is not None and not self.memory.suffices:
                self.tell(was.JobRefused(job.id, "out_of_memory", "there is none"))
            case do.StartInference(job=job, model=model) if job.kind is JobKind.ASK:
                self.tell(was.AnswerMade(job.id, "42", model, self.took))
            case do.StartInference(job=job, model=model) if job.kind is JobKind.SESSION:
                step = self.store.next_step(job)
                asked = (None, None) if step is None else ("ok", self.took)
                self.tell(was.SessionStepMade(job.id, step, model, *asked))
            case do.StartInference(job=job, model=model):
                self.tell(was.DescriptionMade(job.id, Description(), model, "v1", {}, self.took))
            case (
                do.FinishRead(job=job)
                | do.FinishDescription(job=job)
                | do.FinishReused(job=job)
                | do.FinishQuestion(job=job)
            ):
                self.store.finish(effect)
                self.tell(was.JobEnded(job.id))
            case do.FinishSessionStep(job=job):
                self.tell(was.JobEnded(job.id, self.store.finish_step(effect, self.new_id(), self.wall_ms)))
            case do.EndJob(job=job_id, state=state, error=error, failed=failed):
                failures = self.jobs[job_id].failures + failed
                self.store.end(job_id, state, error=error, failures=failures)
                self.tell(was.JobEnded(job_id))
            case do.TakeQuestion(ticket=ticket, job=job):
                self.jobs[job.id] = job
                self.tell(was.QuestionCommitted(ticket, job))
            case do.StopAttempt(job=job_id):
                self.stop(job_id)
            case do.RecallJobs(limit=limit):
                self.recall(self.store.deferred()[:limit])
            case do.ReviveJobs(kind=kind):
                self._revive(kind)
            case do.StopReader() | do.DropSpooled():
                pass
            case _:
                raise AssertionError(effect)

    def stop_probe(self, *, killed: bool = False) -> None:
        """The probe that is out is stopped, if it still is; its child may not survive that."""
        if self.is_pending(do.ProbeModel):
            self.tell(was.ModelProbed(self.take(do.ProbeModel).model, "cancelled", killed=killed))

    def repeat(self, effect: do.StartInference) -> None:
        """Nothing that counts changed since a picture that is described."""
        said = Result(self.new_id(), effect.job.picture, Rung.REUSED, Description(), self.wall_ms)
        self.tell(was.DescriptionReused(effect.job.id, said))

    def _look(self, held: Need) -> list[do.Effect]:
        room = self.machine.casting.room if self.memory is None else self.memory.seen
        return self.tell(was.RoomSeen(room, held))

    def _loaded(self, effect: do.LoadModel, memory: Memory) -> was.Event:
        """What becomes of a load in a memory that may hold less than was said."""
        name = effect.model
        if not memory.start(name, effect.plan.need):
            return was.ModelRefused(name, "out_of_memory", "there is none")
        return was.ModelLoaded(name, self.load_ms, need=memory.measured(name))

    def stop(self, job_id: str, *, killed: bool = False) -> None:
        """The attempt at a job is stopped, if it is still under way; its child may not survive that."""
        for effect in self.pending:
            if isinstance(effect, do.StartRead | do.StartInference) and effect.job.id == job_id:
                self.pending.remove(effect)
                self.tell(was.JobStopped(job_id, killed=killed))
                return

    def recall(self, jobs: Iterable[Job], *, more: bool = False, **what: object) -> None:
        """Jobs are queued in the store again."""
        queued = [self.store.become(job.id, state=JobState.QUEUED, **what) for job in jobs]
        self.tell(was.JobsRecalled(tuple(queued), more))

    def _revive(self, kind: JobKind) -> None:
        again = self.store.failed(kind)
        fresh = {"urgency": Urgency.BACKGROUND, "created_ms": self.wall_ms, "deadline_ms": None} | UNMOVED
        self.recall(again[:REVIVED], more=len(again) >= REVIVED, error=None, **fresh)

    def new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids}"

    def _accept(self, key: tuple[str, bytes], effect: do.AcceptFile) -> None:
        sha = effect.opened.picture.sha256
        new = key not in self.shots
        shot = self.shots.setdefault(key, self.new_id())
        self.store.accept(sha)
        made = (
            Job(self.new_id(), kind, sha, self.wall_ms, urgency, deadline_ms=effect.deadline_ms)
            for kind, urgency in effect.jobs
        )
        jobs = tuple(job for each in made if (job := self.store.owed(each)) is not None)
        self.tell(was.ShotCommitted(key, shot, sha, new=new, jobs=jobs))
