"""A world in memory that does what the machine asks, one thing at a time and in any order.

It keeps what a store would keep, so that a test can say: nothing was lost, nothing was done twice.
"""

from collections.abc import Iterable, Mapping

import msgspec

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
)
from glimpsed.core.places import ModelState, Reader, Slot
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from glimpsed.core.seen import FileSeen

VISION = {"screen": 0, "ask": 0}

PLAN = Plan(4096, "f16", projector_on_gpu=False, need=Need({}, {"process": 100}))
"""A way of loading a model that takes 100 bytes of main memory."""


PROFILE = PROFILES["balanced_24gb"]


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
        room: Room = Room(0, 1000),
        plans: tuple[Plan, ...] = (PLAN,),
        policy: Policy | None = None,
    ) -> None:
        """`models` are names, or names with their roles. Each can be loaded by `plans`, into `room`."""
        self.now = 0.0
        roles = models if isinstance(models, Mapping) else dict.fromkeys(models, VISION)
        states = [ModelState(name, its) for name, its in roles.items()]
        self.machine = Machine(states, reads_text=reads_text, policy=policy or Policy(PROFILE))
        self.pending: list[do.Effect] = []
        self.jobs: dict[str, Job] = {}
        self.results: dict[str, list[str]] = {}
        self.shots: dict[tuple[str, bytes], str] = {}
        self.rejections: dict[tuple[str, bytes], str] = {}
        self.told: list[tuple[str, str]] = []
        self.noted: list[do.TellBreaker | do.TellAlarm] = []
        self.plans = plans
        self.answers: dict[str, do.Answer | do.Refuse] = {}
        self._ids = 0
        if reads_text and probed:
            self.tell(was.ReaderProbed("", ""))
        self.tell(was.RoomSeen(room))
        for name in roles:
            self.tell(was.ModelInspected(name, plans=plans))

    def tell(self, event: was.Event) -> list[do.Effect]:
        """Hand in an event; effects that take no time are done at once, the rest is pending."""
        effects = self.machine.handle(event, self.now, self.wall_ms)
        self.validate()
        for effect in effects:
            if isinstance(effect, do.Answer | do.Refuse):
                self.answers[effect.ticket] = effect
            elif isinstance(effect, do.TellModel):
                self.told.append((effect.model, effect.state))
            elif isinstance(effect, do.TellBreaker | do.TellAlarm):
                self.noted.append(effect)
            else:
                self.pending.append(effect)
        return effects

    @property
    def wall_ms(self) -> int:
        return round(self.now * 1000)

    @property
    def slot(self) -> Slot:
        return self.machine.scheduler.slot

    @property
    def reader(self) -> Reader:
        return self.machine.reading.reader

    def validate(self) -> None:
        """What must hold after every event."""
        machine, slot = self.machine, self.slot
        machine.queue.validate()
        running = [job for job in (slot.job, self.reader.work) if isinstance(job, str)]
        for job_id in running:
            job = machine.queue.get(job_id)
            assert job is not None, "an ended job runs"
            assert job.state is JobState.RUNNING
        assert (slot.activity == "running") == (slot.job is not None)
        assert (slot.activity == "idle") == (slot.model is None)
        assert (slot.activity in ("running", "probing")) == (slot.model in slot.residents)

    def take(self, kind: type) -> do.Effect:
        """The oldest pending effect of a kind, taken off the list."""
        effect = next(e for e in self.pending if isinstance(e, kind))
        self.pending.remove(effect)
        return effect

    def is_pending(self, kind: type) -> bool:
        return any(isinstance(e, kind) for e in self.pending)

    def settle(self, sha: str = "a") -> None:
        """Let everything go well until nothing is pending; every file holds picture `sha`."""
        while self.pending:
            self.succeed(self.pending.pop(0), sha)

    def succeed(self, effect: do.Effect, sha: str = "a") -> None:  # noqa: C901, PLR0912 - one arm an effect
        """Do one effect, well."""
        match effect:
            case do.OpenFile(key=key):
                self.tell(was.FileOpened(key, opened(sha)))
            case do.LookAtFile(key=key):
                self.tell(was.FileLooked(key, identity()))
            case do.AcceptFile(key=key):
                self._accept(key, effect)
            case do.RejectFile(key=key, code=code, detail=detail):
                self.rejections[key] = code
                self.tell(was.RejectionCommitted(key, code, detail))
            case do.StartRead(job=job):
                self.tell(was.TextRead(job.id, PictureText((), "test"), 1))
            case do.LoadModel(model=model):
                self.tell(was.ModelLoaded(model))
            case do.ProbeModel(model=model):
                self.tell(was.ModelProbed(model))
            case do.UnloadModel(model=model):
                self.tell(was.ModelUnloaded(model))
            case do.StartInference(job=job, model=model) if job.kind is JobKind.ASK:
                self.tell(was.AnswerMade(job.id, "42", model))
            case do.StartInference(job=job, model=model):
                self.tell(was.DescriptionMade(job.id, Description(), model, "v1", {}))
            case (
                do.FinishRead(job=job)
                | do.FinishDescription(job=job)
                | do.FinishReused(job=job)
                | do.FinishQuestion(job=job)
            ):
                self._end(job.id, JobState.DONE)
                self.results.setdefault(job.picture, []).append(job.kind)
                self.tell(was.JobEnded(job.id))
            case do.EndJob(job=job_id, state=state):
                self._end(job_id, state)
                self.tell(was.JobEnded(job_id))
            case do.TakeQuestion(ticket=ticket, job=job):
                self.jobs[job.id] = job
                self.tell(was.QuestionCommitted(ticket, job))
            case do.StopAttempt(job=job_id):
                self.stop(job_id)
            case do.DeferJobs(jobs=ids):
                for job_id in ids:
                    self._become(job_id, state=JobState.DEFERRED)
            case do.RankJobs(jobs=ids, urgency=urgency):
                for job_id in ids:
                    self._become(job_id, urgency=urgency)
            case do.RecallJobs(limit=limit):
                waiting = [job.id for job in self.jobs.values() if job.state is JobState.DEFERRED]
                self.recall(waiting[:limit])
            case do.ReviveJobs():
                self.recall([])
            case do.RequeueJob() | do.StopReader() | do.DropSpooled():
                pass
            case _:
                raise AssertionError(effect)

    def stop(self, job_id: str) -> None:
        """The attempt at a job is stopped, if it is still under way."""
        for effect in self.pending:
            if isinstance(effect, do.StartRead | do.StartInference) and effect.job.id == job_id:
                self.pending.remove(effect)
                self.tell(was.JobStopped(job_id))
                return

    def recall(self, ids: Iterable[str]) -> None:
        """Jobs are queued in the store again."""
        self.tell(was.JobsRecalled(tuple(self._become(job_id, state=JobState.QUEUED) for job_id in ids)))

    def _become(self, job_id: str, **what: object) -> Job:
        self.jobs[job_id] = msgspec.structs.replace(self.jobs[job_id], **what)
        return self.jobs[job_id]

    def new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids}"

    def _accept(self, key: tuple[str, bytes], effect: do.AcceptFile) -> None:
        sha = effect.opened.picture.sha256
        new = key not in self.shots
        shot = self.shots.setdefault(key, self.new_id())
        added = []
        for kind, urgency in effect.jobs:
            if not any(j.kind is kind and j.picture == sha for j in self.jobs.values()):
                job = Job(self.new_id(), kind, sha, self.wall_ms, urgency, deadline_ms=effect.deadline_ms)
                self.jobs[job.id] = job
                added.append(job)
        self.tell(was.ShotCommitted(key, shot, sha, new=new, jobs=tuple(added)))

    def _end(self, job_id: str, state: JobState) -> None:
        job = self.jobs[job_id]
        assert not job.state.ended, f"{job_id} ended twice"
        self._become(job_id, state=state)
