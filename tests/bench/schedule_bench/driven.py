"""The machine itself, in a world where everything takes virtual time.

Rules of this file: what the machine asks for is done when its time is up, nothing else happens, and whatever
the machine must never ask for ends the program. There is no job for sessions yet: their work comes as jobs
of the kind ASK that nobody waits for, which is what the other model does.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

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
    OpenedFile,
    Picture,
    PictureText,
)
from glimpsed.core.places import ModelState
from glimpsed.core.predict import Sample
from glimpsed.core.profiles import PROFILES
from glimpsed.core.residency import Plan, Room
from glimpsed.core.scheduler import Policy
from glimpsed.core.seen import FileSeen
from schedule_bench import trace
from schedule_bench.trace import EYES, WORDS, Arrival, Served

TAKES = 600
"""Bytes that either model takes."""

ONE, BOTH = Room(0, TAKES), Room(0, 2 * TAKES)
"""Room for one of the models, and for both."""

PLAN = Plan(4096, "f16", projector_on_gpu=False, need=Need({}, {"model": TAKES}))
IDENTITY = FileIdentity(1, 1, 1, 0)
REPLY = Sample(encoded=4, new_tokens=1000, output_tokens=100, encode_ms=0, prefill_ms=0, generate_ms=0)

MOST_WAKES = 100
"""How often the machine may want to be woken without any time passing."""


def machine(room: Room, *, max_jobs: int, max_questions: int) -> Machine:
    """A machine with both models at hand, nothing in memory, and a reader that can read."""
    policy = Policy(PROFILES["balanced_24gb"], trace.RANKS, max_jobs, max_questions)
    models = [ModelState(EYES, {"screen": 0}), ModelState(WORDS, {"ask": 0})]
    found = Machine(models, reads_text=True, policy=policy)
    for event in (was.ReaderProbed("", ""), was.RoomSeen(room)):
        found.handle(event, 0.0, 0)
    for name in (EYES, WORDS):
        found.handle(was.ModelInspected(name, plans=(PLAN,)), 0.0, 0)
    found.handle(was.JobsRecalled(()), 0.0, 0)  # nothing had failed before
    return found


class Driven:
    """A machine, and everything around it."""

    def __init__(self, room: Room) -> None:
        # Sessions ask as many questions as they like here; only people are refused one too many.
        self.machine = machine(room, max_jobs=100_000, max_questions=100_000)
        self.loads: list[str] = []
        self.served: list[Served] = []
        self.events = 0
        self._room = room
        self._numbers = count()
        self._agenda: list[tuple[float, int, Callable[[], was.Event | None]]] = []
        self._now = 0.0
        self._memory: set[str] = set()
        self._running: dict[str, do.StartInference | do.StartRead] = {}
        self._ready: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self._arrivals: dict[str, Arrival] = {}
        self._crashed = False

    def live(self, arrivals: list[Arrival]) -> None:
        """Let the day pass, and then whatever time it takes until everything is done."""
        for arrival in arrivals:
            self._arrivals[arrival.name] = arrival
            self._at(arrival.at, lambda arrival=arrival: self._arrive(arrival))
        wakes = 0
        while self._agenda or len(self.machine.queue):
            wake = self.machine.wake_at
            if self._agenda and (wake is None or self._agenda[0][0] <= max(wake, self._now)):
                self._now, _, happens = heappop(self._agenda)
                event, wakes = happens(), 0
            elif wake is not None:
                wakes = wakes + 1 if wake <= self._now else 0
                event, self._now = was.TimePassed(), max(wake, self._now)
            else:
                raise RuntimeError("work is left over, and the machine waits for nothing")
            if wakes > MOST_WAKES:
                raise RuntimeError("the machine wants to be woken and then does nothing")
            if event is not None:
                self._tell(event)

    def _tell(self, event: was.Event) -> None:
        self.events += 1
        for effect in self.machine.handle(event, self._now, round(self._now * 1000)):
            self._do(effect)

    def _at(self, when: float, happens: Callable[[], was.Event | None]) -> None:
        heappush(self._agenda, (when, next(self._numbers), happens))

    def _after(self, s: float, event: was.Event) -> None:
        self._at(self._now + s, lambda: event)

    def _do(self, effect: do.Effect) -> None:  # noqa: C901, PLR0912 - one arm an effect
        match effect:
            case do.OpenFile(key=key):
                self._after(trace.OPEN_S, was.FileOpened(key, _opened(key[1].decode())))
            case do.AcceptFile(key=key):
                self._after(trace.COMMIT_S, self._accepted(key, effect))
            case do.StartRead(job=job):
                self._running[job.id] = effect
                text = was.TextRead(job.id, PictureText((), "bench"), 1)
                self._at(self._now + trace.read_s(job.picture), lambda: self._over(effect, text))
            case do.LoadModel(model=model):
                self._load(model)
            case do.LookAtRoom(held=held):
                self._after(trace.LOOK_S, was.RoomSeen(self._room, held))
            case do.UnloadModel(model=model):
                self._memory.remove(model)
                self._after(trace.UNLOAD_S, was.ModelUnloaded(model))
            case do.StartInference():
                self._run(effect)
            case do.StopAttempt(job=job_id):
                if self._running.pop(job_id, None) is not None:
                    self._after(trace.STOP_S, was.JobStopped(job_id))
            case do.FinishRead(job=job):
                self._at(self._now + trace.COMMIT_S, lambda: self._read(job))
            case do.FinishDescription(job=job) | do.FinishQuestion(job=job):
                self._serve(job)
                self._after(trace.COMMIT_S, was.JobEnded(job.id))
            case do.TakeQuestion(ticket=ticket, job=job):
                self._after(trace.COMMIT_S, was.QuestionCommitted(ticket, job))
            case do.RequeueJob() | do.StopReader() | do.DropSpooled() | do.Answer():
                pass
            case do.TellModel() | do.TellAlarm():
                pass
            case _:
                raise RuntimeError(f"nobody would expect {effect}")

    def _load(self, model: str) -> None:
        self._memory.add(model)
        if len(self._memory) * TAKES > self._room.main:
            raise RuntimeError(f"there is no room for {self._memory}")
        self.loads.append(model)
        seconds = trace.LOAD_S[model]
        self._after(seconds, was.ModelLoaded(model, round(seconds * 1000), "bench"))

    def _run(self, effect: do.StartInference) -> None:
        job, model = effect.job, effect.model
        if model not in self._memory or any(isinstance(e, do.StartInference) for e in self._running.values()):
            raise RuntimeError(f"{model} cannot do {job.id} now")
        self._running[job.id] = effect
        self._begun[job.id] = self._now
        if not self._crashed and self._now >= trace.CRASH_AT:
            self._crashed = True
            self._at(self._now + trace.CRASHES_AFTER_S, lambda: self._crash(effect))
            return
        seconds = self._arrivals[job.picture].run_s
        self._at(self._now + seconds, lambda: self._over(effect, _replied(effect, seconds)))

    def _over(self, effect: do.StartInference | do.StartRead, event: was.Event) -> was.Event | None:
        """An attempt ends by itself, unless it was stopped."""
        if self._running.get(effect.job.id) is not effect:
            return None
        del self._running[effect.job.id]
        return event

    def _crash(self, effect: do.StartInference) -> was.Event | None:
        died = self._over(effect, was.ModelDied(effect.model, effect.job.id, "crashed"))
        if died is not None:
            self._memory.remove(effect.model)
        return died

    def _serve(self, job: Job) -> None:
        arrival = self._arrivals[job.picture]
        ready, begun = self._ready[job.picture], self._begun[job.id]
        self.served.append(Served(arrival.name, job.kind, arrival.urgency, ready, begun, self._now))

    def _arrive(self, arrival: Arrival) -> was.Event:
        """What the machine is told of somebody's arrival."""
        path = arrival.name.encode()
        if arrival.kind is JobKind.DESCRIBE:
            if arrival.sort == "hand_in":
                return was.FileSubmitted(arrival.name, arrival.source, path)
            origin = "scan" if arrival.sort == "import" else "event"
            return FileSeen(arrival.source, path, IDENTITY, settled=True, origin=origin)
        self._ready[arrival.name] = self._now
        job = Job(f"ask {arrival.name}", JobKind.ASK, arrival.name, round(self._now * 1000), arrival.urgency)
        if arrival.sort == "question":
            return was.QuestionAsked(arrival.name, job)
        return was.QuestionCommitted(arrival.name, job)

    def _read(self, job: Job) -> was.Event:
        self._ready[job.picture] = self._now
        return was.JobEnded(job.id)

    def _accepted(self, key: was.FileKey, effect: do.AcceptFile) -> was.Event:
        name = key[1].decode()
        wall_ms = round(self._now * 1000)
        jobs = tuple(Job(f"{kind} {name}", kind, name, wall_ms, urgency) for kind, urgency in effect.jobs)
        return was.ShotCommitted(key, name, name, new=True, jobs=jobs)


def _opened(name: str) -> OpenedFile:
    return OpenedFile(Picture(name, 10, 10, "png", 10), IDENTITY)


def _replied(effect: do.StartInference, seconds: float) -> was.Event:
    job, took = effect.job, msgspec.structs.replace(REPLY, generate_ms=round(seconds * 1000))
    if job.kind is JobKind.ASK:
        return was.AnswerMade(job.id, "42", effect.model, took)
    return was.DescriptionMade(job.id, Description(), effect.model, "v1", {}, took)
