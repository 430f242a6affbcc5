"""The one owner of everything that is scheduled: events in, effects out.

Rules of this file: no I/O, no clock, no ids of its own, no locks. Time is an argument (seconds of a monotonic
clock). Every decision that changes something is taken here, in the moment the change is made; nobody outside
reads state in order to decide. What an effect begins, an event ends: success, failure or cancellation.

Theory of operation. There are two places where work happens, each doing one thing at a time: the reader
(opens files, reads text) and the slot (one child with one model). `_pump` is called after every event and
fills both from the intake and the queue. A job is `running` from the effect that starts it until the event
that ends its attempt; its end counts when it is committed (`JobEnded`).
"""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.effects import Effect
from glimpsed.core.events import Event, FileKey
from glimpsed.core.intake import Intake, Lane
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.places import Models, ModelState, Reader, Slot
from glimpsed.core.queue import JobQueue
from glimpsed.core.refusals import ENGINE_MISSING, PASSING_FOR_JOBS
from glimpsed.core.seen import FileSeen

MAX_DEATHS = 2
"""Child deaths after which a job is set aside as poisoned."""

POISONED = "two children died while they worked on it"


class Machine:
    """All scheduling state of the daemon."""

    def __init__(self, models: Iterable[ModelState], *, reads_text: bool) -> None:
        """`models` in order of preference; `reads_text` False when the configuration wants no OCR."""
        self.models = Models(models)
        self.reads_text = reads_text
        self.slot, self.reader = Slot(), Reader()
        self.intake = Intake()
        self.queue = JobQueue()
        self.stopping = False
        self._cancelling: dict[str, list[str]] = {}
        self._planned = (JobKind.READ,) * reads_text + (JobKind.DESCRIBE,) * self.models.describes
        self._handlers: dict[type, Callable[[Any, float], list[Effect]]] = {
            kind: getattr(self, was.handler_name(kind)) for kind in get_args(Event)
        }

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Take in what happened at `now`; the effects are to be performed in their order."""
        before = self._model_states()
        out = self._handlers[type(event)](event, now)
        if not self.stopping:
            self.queue.resume(now)
            out += [do.LookAtFile(key) for key in self.intake.due(now)]
            out += self._pump_reader()
            out += self._pump_slot()
            out += self._end_questions()
        changed = self._model_states() - before
        return out + [do.TellModel(name, state) for name, state, _ in changed]

    @property
    def wake_at(self) -> float | None:
        """When `TimePassed` is wanted next, on the clock of `now`."""
        if self.stopping:
            return None
        children = (self.slot.idle_until, self.reader.idle_until)
        times = (self.intake.next_due(), self.queue.next_resume(), *children)
        return min((t for t in times if t is not None), default=None)

    @property
    def possible(self) -> frozenset[JobKind]:
        """The kinds of job that can be done as things stand."""
        kinds = {kind for model in self.models if model.usable for kind in model.kinds}
        if self.reads_text and not self.reader.code:
            kinds.add(JobKind.READ)
        return frozenset(kinds)

    def model_state(self, name: str) -> str:
        """How a model is: `idle`, `loading`, `ready` or `unavailable`."""
        if self.slot.model == name:
            return "loading" if self.slot.phase == "loading" else "ready"
        return "idle" if self.models[name].usable else "unavailable"

    # -- what was learnt about the world

    def _jobs_restored(self, event: was.JobsRestored, _now: float) -> list[Effect]:
        self.queue.add(event.jobs)
        return []

    def _reader_probed(self, event: was.ReaderProbed, now: float) -> list[Effect]:
        self.reader.answered(event.code, event.detail, now)
        return []

    def _model_inspected(self, event: was.ModelInspected, _now: float) -> list[Effect]:
        self.models.inspected(event.model, event.code, event.detail, event.hint)
        return []

    def _time_passed(self, _event: was.TimePassed, now: float) -> list[Effect]:
        out: list[Effect] = []
        slot_until, reader_until = self.slot.idle_until, self.reader.idle_until
        if slot_until is not None and now >= slot_until:
            out.append(do.UnloadModel(self.slot.unload()))
        if reader_until is not None and now >= reader_until:
            self.reader.started = False
            out.append(do.StopReader())
        return out

    def _stop_requested(self, _event: was.StopRequested, _now: float) -> list[Effect]:
        self.stopping = True
        waiting = [*self.intake.tickets(), *(t for ts in self._cancelling.values() for t in ts)]
        return [do.Refuse(t, "shutting_down", "the daemon is stopping") for t in waiting]

    # -- files

    def _file_seen(self, event: FileSeen, now: float) -> list[Effect]:
        gone = self.intake.seen(event, now)
        return [_vanished((event.source, event.path))] if gone else []

    def _file_submitted(self, event: was.FileSubmitted, _now: float) -> list[Effect]:
        if self.stopping:
            return [do.Refuse(event.ticket, "shutting_down", "the daemon is stopping")]
        self.intake.submitted((event.source, event.path), event.ticket)
        return []

    def _file_looked(self, event: was.FileLooked, now: float) -> list[Effect]:
        gone = self.intake.looked(event.key, event.identity, now)
        return [_vanished(event.key)] if gone else []

    def _file_opened(self, event: was.FileOpened, now: float) -> list[Effect]:
        self.reader.free(now)
        self.intake.opened(event.key, event.opened.identity)
        waited_for = Urgency.INTERACTIVE if self.intake.is_waited_for(event.key) else Urgency.NORMAL
        return [do.AcceptFile(event.key, event.opened, self._planned, waited_for)]

    def _file_refused(self, event: was.FileRefused, now: float) -> list[Effect]:
        self.reader.free(now)
        identity = self.intake.refused_as(event.key, event.code)
        if not self.intake.refused(event.key, event.code, now):
            return []
        return [do.RejectFile(event.key, identity, event.code, event.detail)]

    def _shot_committed(self, event: was.ShotCommitted, now: float) -> list[Effect]:
        tickets = self.intake.committed(event.key, now)
        self.queue.add(event.jobs)
        if tickets:
            self.queue.expedite(event.picture)
        out: list[Effect] = [do.Answer(ticket, event.shot, new=event.new) for ticket in tickets]
        if not self.queue.owes(event.picture):
            out.append(do.DropSpooled(event.picture))
        return out

    def _rejection_committed(self, event: was.RejectionCommitted, now: float) -> list[Effect]:
        tickets = self.intake.committed(event.key, now)
        return [do.Refuse(t, "rejected", f"{event.code}: {event.detail}") for t in tickets]

    def _reader_died(self, event: was.ReaderDied, now: float) -> list[Effect]:
        self.reader.free(now)
        self.reader.started = False
        if isinstance(event.work, str):
            return self._attempt_died(event.work, event.detail)
        if self.intake.died(event.work):
            identity = self.intake.refused_as(event.work, "reader_died")
            return [do.RejectFile(event.work, identity, "reader_died", event.detail)]
        return []

    def _text_read(self, event: was.TextRead, now: float) -> list[Effect]:
        self.reader.free(now)
        job = self._result_in(event.job)
        return [do.FinishRead(job, event.text, event.ms)] if job else self._end_cancelled(event.job)

    # -- jobs

    def _question_asked(self, event: was.QuestionAsked, _now: float) -> list[Effect]:
        if self.stopping:
            return [do.Refuse(event.ticket, "shutting_down", "the daemon is stopping")]
        if JobKind.ASK not in self.possible:
            return [do.Refuse(event.ticket, "model_unavailable", self.models.complaint(JobKind.ASK))]
        return [do.TakeQuestion(event.ticket, event.job)]

    def _question_committed(self, event: was.QuestionCommitted, _now: float) -> list[Effect]:
        self.queue.add((event.job,))
        return [do.Answer(event.ticket, event.job.id, new=True)]

    def _job_cancel_requested(self, event: was.JobCancelRequested, _now: float) -> list[Effect]:
        job = self.queue.get(event.job)
        if job is None:
            return [do.Answer(event.ticket, event.job)]
        first = event.job not in self._cancelling
        self._cancelling.setdefault(event.job, []).append(event.ticket)
        if not first or self.queue.is_ending(event.job):
            return []  # its end is on the way
        if job.state is JobState.RUNNING:
            return [do.StopAttempt(event.job)]
        return self._end_cancelled(event.job)

    def _job_refused(self, event: was.JobRefused, now: float) -> list[Effect]:
        self._attempt_over(event.job, now)
        if event.job in self._cancelling:
            return self._end_cancelled(event.job)
        if event.code in ENGINE_MISSING:
            self.reader.code, self.reader.detail = event.code, event.detail
            return self._wait_again(event.job)
        job = self.queue.get(event.job)
        waits = job is not None and job.kind is not JobKind.ASK  # a person wants to know now
        if waits and event.code in PASSING_FOR_JOBS and self.queue.put_off(event.job, now):
            return [do.RequeueJob(event.job, died=False)]
        return self._end(event.job, JobState.FAILED, f"{event.code}: {event.detail}")

    def _job_stopped(self, event: was.JobStopped, now: float) -> list[Effect]:
        if event.killed:
            self.slot.empty()  # our own doing, and nothing to hold against the model
        else:
            self._attempt_over(event.job, now)
        return self._end_cancelled(event.job)

    def _job_ended(self, event: was.JobEnded, _now: float) -> list[Effect]:
        job = self.queue.ended(event.job)
        tickets = self._cancelling.pop(event.job, [])
        out: list[Effect] = [do.Answer(ticket, event.job) for ticket in tickets]
        if not self.queue.owes(job.picture):
            out.append(do.DropSpooled(job.picture))
        return out

    # -- the model

    def _model_loaded(self, event: was.ModelLoaded, now: float) -> list[Effect]:
        self.slot.loaded(event.model, now)
        return []

    def _model_refused(self, event: was.ModelRefused, _now: float) -> list[Effect]:
        self.models.give_up(event.model, event.code, event.detail)
        self.slot.empty()
        return []

    def _model_died(self, event: was.ModelDied, _now: float) -> list[Effect]:
        self.slot.empty()
        if event.job is not None:
            return self._attempt_died(event.job, event.detail)
        self.models.died_loading(event.model, event.detail)
        return []

    def _model_lost(self, event: was.ModelLost, _now: float) -> list[Effect]:
        self.slot.empty()
        self.models.died_loading(event.model, "its child ended before it was asked anything")
        if event.job in self._cancelling:
            return self._end_cancelled(event.job)
        return self._wait_again(event.job)

    def _model_overweight(self, event: was.ModelOverweight, _now: float) -> list[Effect]:
        if self.slot.model == event.model:
            self.slot.overweight = True
        return []

    def _model_unloaded(self, _event: was.ModelUnloaded, _now: float) -> list[Effect]:
        self.slot.empty()
        return []

    def _description_made(self, event: was.DescriptionMade, now: float) -> list[Effect]:
        self.slot.free(now)
        self.models.proved(event.model)
        job = self._result_in(event.job)
        if job is None:
            return self._end_cancelled(event.job)
        return [
            do.FinishDescription(job, event.description, event.model, event.prompt_version, event.timings)
        ]

    def _answer_made(self, event: was.AnswerMade, now: float) -> list[Effect]:
        self.slot.free(now)
        self.models.proved(event.model)
        job = self._result_in(event.job)
        return [do.FinishQuestion(job, event.answer, event.model)] if job else self._end_cancelled(event.job)

    # -- steps that several events share

    def _result_in(self, job_id: str) -> Job | None:
        """A running job has its result; None when it is not wanted any more."""
        if job_id in self._cancelling:
            return None
        self.queue.ending(job_id)
        return self.queue.get(job_id)

    def _attempt_died(self, job_id: str, detail: str) -> list[Effect]:
        if job_id in self._cancelling:
            return self._end_cancelled(job_id)
        job = self.queue.requeue(job_id, died=True)
        if job.deaths >= MAX_DEATHS:
            return self._end(job_id, JobState.POISONED, f"{POISONED}; last: {detail}", died=True)
        return [do.RequeueJob(job_id, died=True)]

    def _wait_again(self, job_id: str) -> list[Effect]:
        self.queue.requeue(job_id, died=False)
        return [do.RequeueJob(job_id, died=False)]

    def _attempt_over(self, job_id: str, now: float) -> None:
        if self.reader.work == job_id:
            self.reader.free(now)
        elif self.slot.job == job_id:
            self.slot.free(now)

    def _end(self, job_id: str, state: JobState, error: str, *, died: bool = False) -> list[Effect]:
        self.queue.ending(job_id)
        return [do.EndJob(job_id, state, error, died)]

    def _end_cancelled(self, job_id: str) -> list[Effect]:
        return self._end(job_id, JobState.CANCELLED, "cancelled on request")

    # -- filling the reader and the slot

    def _model_states(self) -> set[tuple[str, str, str]]:
        return {(model.name, self.model_state(model.name), model.code) for model in self.models}

    def _pump_reader(self) -> list[Effect]:
        """Whoever waits first; then what is new on disk before old text, then text before the backlog.

        The backlog of a first scan is taken one file at a time between reads, so that the spool stays small
        and what is accepted is soon readable.
        """
        if self.reader.work is not None:
            return []
        return (
            self._open_next(Lane.SUBMITTED)
            or self._read_next(Urgency.INTERACTIVE)
            or self._open_next(Lane.EVENT)
            or self._read_next(Urgency.NORMAL)
            or self._open_next(Lane.SCAN)
        )

    def _open_next(self, lane: Lane) -> list[Effect]:
        key = self.intake.take(lane)
        if key is None:
            return []
        self.reader.take(key)
        return [do.OpenFile(key, spool=bool(self._planned))]

    def _read_next(self, urgency: Urgency) -> list[Effect]:
        if not self.reader.probed or JobKind.READ not in self.possible:
            return []
        job = self.queue.next_read(urgency)
        if job is None:
            return []
        self.reader.take(job.id)
        return [do.StartRead(self.queue.start(job.id))]

    def _end_questions(self) -> list[Effect]:
        """Who waits for an answer that cannot come is told so."""
        if not self.models.hopeless(JobKind.ASK):
            return []
        why = f"model_unavailable: {self.models.complaint(JobKind.ASK)}"
        return [e for job in self.queue.questions() for e in self._end(job, JobState.FAILED, why)]

    def _pump_slot(self) -> list[Effect]:
        if self.slot.phase not in ("empty", "ready"):
            return []
        if self.slot.phase == "ready" and self.slot.overweight:  # between jobs, held against nobody
            return [do.UnloadModel(self.slot.unload())]
        possible = self.possible
        job = self.queue.next_inference(possible, lambda job: self._has_text(job, possible))
        if job is None:
            return []
        usable = self.models.usable_for(job.kind)
        if usable is None:
            raise RuntimeError(f"no model for a possible {job.kind}")
        model = usable.name
        if self.slot.model is None:
            self.slot.load(model)
            return [do.LoadModel(model)]
        if self.slot.model != model:
            return [do.UnloadModel(self.slot.unload())]
        self.slot.run(job.id)
        return [do.StartInference(self.queue.start(job.id), model)]

    def _has_text(self, job: Job, possible: frozenset[JobKind]) -> bool:
        """Its picture's text is there, or cannot come as things stand."""
        return JobKind.READ not in possible or not self.queue.owes_text(job.picture)


def _vanished(key: FileKey) -> Effect:
    return do.RejectFile(key, None, "vanished", "the file was gone before it could be read")
