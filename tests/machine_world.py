"""A world in memory that does what the machine asks, one thing at a time and in any order.

It keeps what a store would keep, so that a test can say: nothing was lost, nothing was done twice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

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
    Urgency,
)
from glimpsed.core.places import ROLE, ModelState, Reader, Slot
from glimpsed.core.predict import Sample
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from glimpsed.core.seen import FileSeen
from machine_invariants import Invariants

VISION = {"screen": 0, "ask": 0}

PLAN = Plan(4096, "f16", projector_on_gpu=False, need=Need({}, {"process": 100}))
"""A way of loading a model that takes 100 bytes of main memory."""

ROOM = Room(0, 1000)

LEARNT = Sample(3, 1000, 100, encode_ms=3000, prefill_ms=2000, generate_ms=5000)
"""An inference that took ten seconds."""

REVIVED_OF = ("run_limit", "out_of_memory", "run_failed", "malformed", "reply_cut")
"""What a job may have failed of that is tried again once a breaker has closed."""

REVIVED = 2
"""Most failed jobs that are queued again together."""

UNMOVED: dict[str, Any] = {"moved_ms": None, "put_off": 0, "resumes_ms": None}
"""A job that stands where its age puts it."""

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
        inspected: bool = True,
        room: Room = ROOM,
        plans: tuple[Plan, ...] = (PLAN,),
        policy: Policy | None = None,
        keep_alive_s: float = 300.0,
        watched: bool = True,
        looks_at_once: bool = True,
    ) -> None:
        """`models` are names, or names with their roles. Each can be loaded by `plans`, into `room`.

        What is not `probed` or `inspected` is not known to be good yet. One that is not `watched` has the
        invariants checked by whoever asks for it: that takes longer the more jobs there are. The room is
        looked at as soon as that is asked for, unless it is not to be `looks_at_once`.
        """
        self.now = 0.0
        self.wall_ahead_ms = 0
        roles = models if isinstance(models, Mapping) else dict.fromkeys(models, VISION)
        states = [ModelState(name, its, keep_alive_s) for name, its in roles.items()]
        self.machine = Machine(states, reads_text=reads_text, policy=policy or Policy(PROFILE))
        self.pending: list[do.Effect] = []
        self.jobs: dict[str, Job] = {}
        self.results: dict[str, list[str]] = {}
        self.shots: dict[tuple[str, bytes], str] = {}
        self.rejections: dict[tuple[str, bytes], str] = {}
        self.told: list[tuple[str, str]] = []
        self.noted: list[do.TellBreaker | do.TellAlarm] = []
        self.opened: set[tuple[str, str, str]] = set()
        self.started: list[str] = []
        self.plans = plans
        self.load_ms = 0
        self.took: Sample | None = None
        self._invariants = Invariants(self.machine)
        self._watched = watched
        self._looks_at_once = looks_at_once
        self.answers: dict[str, do.Answer | do.Refuse] = {}
        self._ids = 0
        if reads_text and probed:
            self.tell(was.ReaderProbed("", ""))
        self.tell(was.RoomSeen(room))
        for name in roles if inspected else ():
            self.inspect(name)
        self.settle()  # the store is asked for what had failed before there was a model

    def tell(self, event: was.Event) -> list[do.Effect]:
        """Hand in an event; effects that take no time are done at once, the rest is pending."""
        self._invariants.told(event)
        effects = self.machine.handle(event, self.now, self.wall_ms)
        self._invariants.asked(effects)
        for effect in effects:
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
                assert self.jobs[job.id].state is JobState.RUNNING, "what waits again did not run"
                tried = {"deaths": job.deaths, "failures": job.failures, "put_off": job.put_off}
                place = {"moved_ms": job.moved_ms, "resumes_ms": job.resumes_ms}
                self._become(job.id, state=JobState.QUEUED, **tried, **place)
            case do.DeferJobs(jobs=ids):
                for job_id in ids:
                    self._become(job_id, state=JobState.DEFERRED)
            case do.RankJobs(jobs=ranked):
                for job in ranked:
                    place = {"moved_ms": job.moved_ms, "resumes_ms": job.resumes_ms}
                    self._become(job.id, urgency=job.urgency, **place)
            case do.StartRead(job=job) | do.StartInference(job=job):
                assert self.jobs[job.id].state is JobState.QUEUED, "what is begun is not queued"
                self._become(job.id, state=JobState.RUNNING)
                self.started.append(job.id)
                return False
            case _:
                return False
        return True

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
        self.jobs.update((job.id, job) for job in jobs)
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

    def settle(self, sha: str = "a") -> None:
        """Let everything go well until nothing is pending; every file holds picture `sha`."""
        while self.pending:
            self.succeed(self.pending.pop(0), sha)

    def succeed(self, effect: do.Effect, sha: str = "a") -> None:  # noqa: C901, PLR0912, PLR0915 - one arm an effect
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
                self.tell(was.ModelLoaded(model, self.load_ms))
            case do.ProbeModel(model=model):
                self.tell(was.ModelProbed(model))
            case do.StopProbe():
                self.stop_probe()
            case do.LookAtRoom(held=held):
                self._look(held)
            case do.UnloadModel(model=model):
                self.tell(was.ModelUnloaded(model))
            case do.StartInference(job=job, model=model) if job.kind is JobKind.ASK:
                self.tell(was.AnswerMade(job.id, "42", model, self.took))
            case do.StartInference(job=job, model=model):
                self.tell(was.DescriptionMade(job.id, Description(), model, "v1", {}, self.took))
            case (
                do.FinishRead(job=job)
                | do.FinishDescription(job=job)
                | do.FinishReused(job=job)
                | do.FinishQuestion(job=job)
            ):
                self._end(job.id, JobState.DONE)
                self.results.setdefault(job.picture, []).append(job.kind)
                self.tell(was.JobEnded(job.id))
            case do.EndJob(job=job_id, state=state, error=error, failed=failed):
                self._end(job_id, state)
                self._become(job_id, error=error, failures=self.jobs[job_id].failures + failed)
                self.tell(was.JobEnded(job_id))
            case do.TakeQuestion(ticket=ticket, job=job):
                self.jobs[job.id] = job
                self.tell(was.QuestionCommitted(ticket, job))
            case do.StopAttempt(job=job_id):
                self.stop(job_id)
            case do.RecallJobs(limit=limit):
                ranks = list(Urgency)
                waiting = [job for job in self.jobs.values() if job.state is JobState.DEFERRED]
                waiting.sort(key=lambda job: ranks.index(job.urgency))
                self.recall(waiting[:limit])
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

    def _look(self, held: Need) -> list[do.Effect]:
        return self.tell(was.RoomSeen(self.machine.casting.room, held))

    def stop(self, job_id: str, *, killed: bool = False) -> None:
        """The attempt at a job is stopped, if it is still under way; its child may not survive that."""
        for effect in self.pending:
            if isinstance(effect, do.StartRead | do.StartInference) and effect.job.id == job_id:
                self.pending.remove(effect)
                self.tell(was.JobStopped(job_id, killed=killed))
                return

    def recall(self, jobs: Iterable[Job], *, more: bool = False, **what: object) -> None:
        """Jobs are queued in the store again."""
        queued = [self._become(job.id, state=JobState.QUEUED, **what) for job in jobs]
        self.tell(was.JobsRecalled(tuple(queued), more))

    def _revive(self, kind: JobKind) -> None:
        failed = [job for job in self.jobs.values() if job.kind is kind and job.state is JobState.FAILED]
        again = [job for job in failed if job.failures < 3 and str(job.error).partition(":")[0] in REVIVED_OF]
        fresh = {"urgency": Urgency.BACKGROUND, "created_ms": self.wall_ms, "deadline_ms": None} | UNMOVED
        self.recall(again[:REVIVED], more=len(again) >= REVIVED, error=None, **fresh)

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
        owed = [self._owed(kind, sha, urgency, effect.deadline_ms) for kind, urgency in effect.jobs]
        jobs = tuple(job for job in owed if job is not None)
        self.tell(was.ShotCommitted(key, shot, sha, new=new, jobs=jobs))

    def _owed(self, kind: JobKind, sha: str, urgency: Urgency, deadline_ms: int | None) -> Job | None:
        """A new job, or the one that failed before, or that is deferred although a person waits now."""
        deadline_ms = deadline_ms if kind in ROLE else None
        known = next((job for job in self.jobs.values() if (job.kind, job.picture) == (kind, sha)), None)
        if known is None:
            job = Job(self.new_id(), kind, sha, self.wall_ms, urgency, deadline_ms=deadline_ms)
            self.jobs[job.id] = job
            return job
        hurried = known.state is JobState.DEFERRED and urgency is Urgency.INTERACTIVE
        if not known.state.ended:
            both = (known.deadline_ms, deadline_ms)
            deadline_ms = None if None in both else max(both)
            self._become(known.id, deadline_ms=deadline_ms)
        if known.state is not JobState.FAILED and not hurried:
            return None
        wish = {"urgency": urgency, "created_ms": self.wall_ms, "deadline_ms": deadline_ms, "error": None}
        wish |= UNMOVED
        return self._become(known.id, state=JobState.QUEUED, **wish)

    def _end(self, job_id: str, state: JobState) -> None:
        job = self.jobs[job_id]
        assert not job.state.ended, f"{job_id} ended twice"
        self._become(job_id, state=state)
