"""The one owner of everything that is scheduled: events in, effects out.

Rules of this file: no I/O, no clock, no ids of its own, no locks. Time is an argument (seconds of a monotonic
clock). Every decision that changes something is taken here, in the moment the change is made; nobody outside
reads state in order to decide. What an effect begins, an event ends: success, failure or cancellation.

Theory of operation. There are two places where work happens, each doing one thing at a time: the reader
(opens files, reads text) and the slot (whatever is done with models). `reading` and `scheduler` decide for
one of them each; what concerns jobs, or both, is decided here. After every event both are filled. A job is
`running` from the effect that starts it until the event that ends its attempt; its end counts when it is
committed (`JobEnded`).
"""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.admission import LATE, Admission
from glimpsed.core.breaker import Outcome
from glimpsed.core.casting import ROLES
from glimpsed.core.effects import Effect
from glimpsed.core.events import Event
from glimpsed.core.looking import look
from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.overview import Overview
from glimpsed.core.places import OUT_OF_MEMORY, ROLE, ModelState
from glimpsed.core.predict import Sample
from glimpsed.core.queue import JobQueue
from glimpsed.core.reading import Reading
from glimpsed.core.refusals import ENGINE_MISSING, OUTCOMES, PASSING_FOR_JOBS, TRIED_AGAIN
from glimpsed.core.scheduler import Policy, Scheduler
from glimpsed.core.selection import Selection

MAX_DEATHS = 2
"""Child deaths after which a job is set aside as poisoned."""

POISONED = "two children died while they worked on it"


class Machine:
    """All scheduling state of the daemon."""

    def __init__(
        self, models: Iterable[ModelState], *, reads_text: bool, policy: Policy | None = None
    ) -> None:
        """`models` in order of preference; `reads_text` False when the configuration wants no OCR."""
        self.policy = policy or Policy()
        self.queue = JobQueue(self.policy.max_jobs)
        self.scheduler = Scheduler(models, self.queue, self.policy)
        self.casting = self.scheduler.casting
        self.admission = Admission(self.scheduler, self.queue, self.policy.max_questions)
        self.reading = Reading(self.queue, self.casting, self.policy.ranks, reads_text=reads_text)
        self.stopping = False
        self._cancelling: dict[str, list[str]] = {}
        self._wall_ms = 0
        self._states = self._model_states()
        self._handlers: dict[type, Callable[[Any, float], list[Effect]]] = {
            kind: self._handler(was.handler_name(kind)) for kind in get_args(Event)
        }

    def handle(self, event: Event, now: float, wall_ms: int) -> list[Effect]:
        """Take in what happened at `now`; the effects are to be performed in their order.

        `now` is in seconds of a clock that only goes forward, also while the machine is suspended; `wall_ms`
        is what the calendar says then.
        """
        self._wall_ms = wall_ms
        out = self._handlers[type(event)](event, now)
        if not self.stopping:
            self.queue.reads_possible = self.reading.possible
            self.queue.resume(now)
            for job_id, why in self.admission.in_vain(now):
                out += self._end(job_id, JobState.FAILED, why)
            out += self.admission.demote(now, wall_ms)
            out += self.admission.bring_back(out)
            out += self.reading.pump(now, background=not self.scheduler.yields)
            out += self.scheduler.pump(now)
        self.admission.asked(out)
        before, self._states = self._states, self._model_states()
        return out + [do.TellModel(name, state) for name, state, _ in sorted(self._states - before)]

    def _handler(self, name: str) -> Callable[[Any, float], list[Effect]]:
        """Who is told of an event: this, or the side that alone is concerned."""
        sides = (self, self.reading, self.scheduler, self.scheduler.loading)
        found: list[Callable[[Any, float], list[Effect]]] = [
            getattr(side, name) for side in sides if hasattr(side, name)
        ]
        (handler,) = found
        return handler

    @property
    def wake_at(self) -> float | None:
        """When `TimePassed` is wanted next, on the clock of `now`."""
        if self.stopping:
            return None
        queue = self.queue
        times = (
            *(queue.next_resume(), queue.next_deadline),
            *(self.reading.wake_at, self.scheduler.wake_at, self.admission.wake_at),
        )
        return min((t for t in times if t is not None), default=None)

    @property
    def possible(self) -> frozenset[JobKind]:
        """The kinds of job that can be done as things stand."""
        return frozenset(self.casting.models_by_kind()) | ({JobKind.READ} if self.reading.possible else set())

    def model_state(self, name: str) -> str:
        """How a model is: `idle`, `loading`, `ready` or `unavailable`."""
        slot = self.scheduler.slot
        if name in slot.residents:
            return "ready"
        if slot.activity == "loading" and slot.model == name:
            return "loading"
        return "idle" if self.casting.models[name].usable else "unavailable"

    def overview(self, now: float) -> Overview:
        """How the slot, its models and its queue stand at `now`."""
        return look(self.scheduler, reads=self.reading.possible, now=now)

    def selections(self) -> tuple[Selection, ...]:
        """Which model has each role, and why."""
        return tuple(self.casting.selection(role) for role in ROLES)

    # -- what was learnt about the world

    def jobs_restored(self, event: was.JobsRestored, now: float) -> list[Effect]:
        """The store was read at start."""
        return self._take_on(event.jobs, now)

    def jobs_added(self, event: was.JobsAdded, now: float) -> list[Effect]:
        """Jobs that nobody waits for are in the store."""
        return self._take_on(event.jobs, now)

    def jobs_recalled(self, event: was.JobsRecalled, now: float) -> list[Effect]:
        """Jobs that the store alone knew are queued again."""
        self.admission.came_back(event)
        return self._take_on(event.jobs, now)

    def time_passed(self, _event: was.TimePassed, now: float) -> list[Effect]:
        """What is due of itself is done; most of it is after any event."""
        return self.reading.woken(now) + self.scheduler.woken(now)

    def stop_requested(self, _event: was.StopRequested, _now: float) -> list[Effect]:
        """The daemon is to stop: nothing new is begun."""
        self.stopping = True
        waiting = [*self.reading.intake.tickets(), *(t for ts in self._cancelling.values() for t in ts)]
        return [do.Refuse(t, "shutting_down", "the daemon is stopping") for t in waiting]

    # -- files

    def file_submitted(self, event: was.FileSubmitted, now: float) -> list[Effect]:
        """A person handed in a file."""
        if self.stopping:
            return [do.Refuse(event.ticket, "shutting_down", "the daemon is stopping")]
        self.reading.submitted(event, now)
        return []

    def shot_committed(self, event: was.ShotCommitted, now: float) -> list[Effect]:
        """A file is a shot for good."""
        tickets = self.reading.committed(event.key, now)
        out: list[Effect] = [do.Answer(ticket, event.shot, new=event.new) for ticket in tickets]
        out += self._take_on(event.jobs, now)
        if tickets and (hurried := self.queue.expedite(event.picture, now, self._wall_ms)):
            out.append(do.RankJobs(tuple(hurried)))
        if not self.queue.owes(event.picture):
            out.append(do.DropSpooled(event.picture))
        return out

    def rejection_committed(self, event: was.RejectionCommitted, now: float) -> list[Effect]:
        """A file is known to be no shot."""
        tickets = self.reading.committed(event.key, now)
        return [do.Refuse(t, "rejected", f"{event.code}: {event.detail}") for t in tickets]

    def reader_died(self, event: was.ReaderDied, now: float) -> list[Effect]:
        """The reader ended while it owed an answer."""
        self.reading.reader.free(now)
        self.reading.reader.started = False
        if isinstance(event.work, str):
            return self._attempt_died(event.work, event.detail, now)
        return self.reading.died_over(event.work, event.detail)

    def text_read(self, event: was.TextRead, now: float) -> list[Effect]:
        """A picture's text is known."""
        self._attempt_over(self.queue[event.job], now, None)
        job = self._result_in(event.job)
        return [do.FinishRead(job, event.text, event.ms)] if job else self._end_cancelled(event.job)

    # -- jobs

    def question_asked(self, event: was.QuestionAsked, now: float) -> list[Effect]:
        """A client asks about a shot."""
        if self.stopping:
            return [do.Refuse(event.ticket, "shutting_down", "the daemon is stopping")]
        return [self.admission.question(event, now, self._wall_ms)]

    def question_committed(self, event: was.QuestionCommitted, now: float) -> list[Effect]:
        """A question is a job for good."""
        self.admission.came(event.job.id)
        return [do.Answer(event.ticket, event.job.id, new=True), *self._take_on((event.job,), now)]

    def job_cancel_requested(self, event: was.JobCancelRequested, _now: float) -> list[Effect]:
        """A client wants a job no more."""
        job = self.queue.get(event.job)
        if job is None:  # it has ended
            return [do.Answer(event.ticket, event.job)]
        first = event.job not in self._cancelling
        self._cancelling.setdefault(event.job, []).append(event.ticket)
        if not first or self.queue.is_ending(event.job):
            return []  # its end is on the way
        if job.state is not JobState.RUNNING:
            return self._end_cancelled(event.job)
        if event.job in self.scheduler.stopped:
            return []  # it was stopped already, for another's sake
        self.scheduler.stopped.add(event.job)
        return [do.StopAttempt(event.job)]

    def job_refused(self, event: was.JobRefused, now: float) -> list[Effect]:
        """An attempt failed, and nobody died."""
        job, slot = self.queue[event.job], self.scheduler.slot
        model = slot.model if slot.job == event.job else None
        out = self._attempt_over(job, now, OUTCOMES.get(event.code))
        if event.killed and model is not None:
            self.scheduler.loading.gone(model)  # a deadline is ours, and nothing to hold against the model
        if event.job in self._cancelling:
            return out + self._end_cancelled(event.job)
        if event.code in ENGINE_MISSING:
            self.reading.reader.code, self.reading.reader.detail = event.code, event.detail
            return out + self._wait_again(event.job)
        if event.code == LATE and self.queue.is_reprieved(event.job):
            return out + self._wait_again(event.job)
        waits = job.kind is not JobKind.ASK  # a person wants to know now
        if waits and event.code in PASSING_FOR_JOBS:
            again = self.queue.put_off(event.job, now, self._wall_ms)
            if again is not None:
                return [*out, do.RequeueJob(again)]
        first = job.deaths + job.failures == 0
        if first and event.code in TRIED_AGAIN and (waits or event.code != "run_limit"):
            return [*out, do.RequeueJob(self.queue.requeue(event.job, now, self._wall_ms, failed=True))]
        if event.code == LATE:
            self.admission.was_late(job.kind)
        why = f"{event.code}: {event.detail}"
        failed = job.kind in ROLE and event.code in OUTCOMES
        return out + self._end(event.job, JobState.FAILED, why, failed=failed)

    def job_stopped(self, event: was.JobStopped, now: float) -> list[Effect]:
        """An attempt was stopped: on request, or for somebody who cannot wait."""
        job, slot = self.queue[event.job], self.scheduler.slot
        model = slot.model if slot.job == event.job else None
        self._attempt_over(job, now, None)
        if event.killed and model is not None:
            self.scheduler.loading.gone(model)  # our own doing, and nothing to hold against the model
        if event.job in self._cancelling:
            return self._end_cancelled(event.job)
        return self._wait_again(event.job)

    def job_ended(self, event: was.JobEnded, now: float) -> list[Effect]:
        """A job's end is committed."""
        job = self.queue.ended(event.job)
        self.admission.ended()
        tickets = self._cancelling.pop(event.job, [])
        out: list[Effect] = [do.Answer(ticket, event.job) for ticket in tickets]
        if job.picture and not self.queue.owes(job.picture):
            out.append(do.DropSpooled(job.picture))
        return out + self._take_on(event.then, now)

    # -- the model

    def model_died(self, event: was.ModelDied, now: float) -> list[Effect]:
        """A model's child ended."""
        if event.job is None:
            self.casting.models[event.model].detail = event.detail
            return self.scheduler.lost(event.model, now)
        if event.code == OUT_OF_MEMORY:  # it may be too much for the machine, and is no poison
            out = self.job_refused(was.JobRefused(event.job, event.code, event.detail), now)
        else:
            out = self._attempt_died(event.job, event.detail, now)
        self.scheduler.loading.gone(event.model)
        return out

    def model_lost(self, event: was.ModelLost, now: float) -> list[Effect]:
        """A model's child had ended before the job was begun in it."""
        self.scheduler.stopped.discard(event.job)
        out = self.scheduler.lost(event.model, now)
        if event.job in self._cancelling:
            return out + self._end_cancelled(event.job)
        return out + self._wait_again(event.job)

    def description_made(self, event: was.DescriptionMade, now: float) -> list[Effect]:
        """A model described a picture."""
        out = self._attempt_over(self.queue[event.job], now, "ok", event.took)
        job = self._result_in(event.job)
        if job is None:
            return out + self._end_cancelled(event.job)
        finish = do.FinishDescription(
            job, event.description, event.model, event.prompt_version, event.timings
        )
        return [*out, finish]

    def description_reused(self, event: was.DescriptionReused, now: float) -> list[Effect]:
        """Nothing that counts changed since a picture that is described."""
        self._attempt_over(self.queue[event.job], now, None)
        job = self._result_in(event.job)
        return [do.FinishReused(job, event.result)] if job else self._end_cancelled(event.job)

    def answer_made(self, event: was.AnswerMade, now: float) -> list[Effect]:
        """A model answered a question."""
        out = self._attempt_over(self.queue[event.job], now, "ok", event.took)
        job = self._result_in(event.job)
        if job is None:
            return out + self._end_cancelled(event.job)
        return [*out, do.FinishQuestion(job, event.answer, event.model)]

    def session_step_made(self, event: was.SessionStepMade, now: float) -> list[Effect]:
        """A step of what is told of a session was made, or there is none."""
        out = self._attempt_over(self.queue[event.job], now, event.outcome, event.took)
        job = self._result_in(event.job)
        if job is None:
            return out + self._end_cancelled(event.job)
        return [*out, do.FinishSessionStep(job, event.step, event.model)]

    # -- steps that several events share

    def _take_on(self, jobs: Iterable[Job], now: float) -> list[Effect]:
        """Queue jobs; those that the queue has no room for are deferred, those that come too late ended."""
        deferred = tuple(job.id for job in self.queue.add(jobs, now, self._wall_ms))
        out: list[Effect] = [do.DeferJobs(deferred)] if deferred else []
        for job in jobs:
            if (role := ROLE.get(job.kind)) is not None:
                self.scheduler.asked(role, now, by_person=job.urgency is Urgency.INTERACTIVE)
            if job.kind is not JobKind.DESCRIBE or not self.queue.waits(job.id):
                continue
            if late := self.admission.too_late(job, now, self._wall_ms):
                out += self._end(job.id, JobState.FAILED, f"{LATE}: {late}")
        return out

    def _result_in(self, job_id: str) -> Job | None:
        """A running job has its result; None when it is not wanted any more."""
        if job_id in self._cancelling:
            return None
        self.queue.ending(job_id)
        return self.queue.get(job_id)

    def _attempt_died(self, job_id: str, detail: str, now: float) -> list[Effect]:
        job = self.queue[job_id]
        if job_id in self._cancelling:
            return self._attempt_over(job, now, None) + self._end_cancelled(job_id)
        out = self._attempt_over(job, now, "died")
        first = job.deaths + job.failures == 0
        job = self.queue.requeue(job_id, now, self._wall_ms, died=True)
        if job.deaths >= MAX_DEATHS:
            why = f"{POISONED}; last: {detail}"
            return out + self._end(job_id, JobState.POISONED, why, died=True)
        if not first:  # it has had its retry
            return out + self._end(job_id, JobState.FAILED, f"died: {detail}", died=True)
        return [*out, do.RequeueJob(job)]

    def _wait_again(self, job_id: str) -> list[Effect]:
        return [do.RequeueJob(self.queue.wait_again(job_id))]

    def _attempt_over(
        self, job: Job, now: float, outcome: Outcome | None, took: Sample | None = None
    ) -> list[Effect]:
        """The place where a job was tried is free again; what follows for its model."""
        self.scheduler.stopped.discard(job.id)
        if self.reading.reader.work == job.id:
            self.reading.reader.free(now)
        if self.scheduler.slot.job != job.id:
            return []
        return self.scheduler.concluded(job, outcome, now, took)

    def _end(
        self, job_id: str, state: JobState, error: str, *, died: bool = False, failed: bool = False
    ) -> list[Effect]:
        self.queue.ending(job_id)
        return [do.EndJob(job_id, state, error, died, failed)]

    def _end_cancelled(self, job_id: str) -> list[Effect]:
        return self._end(job_id, JobState.CANCELLED, "cancelled on request")

    # -- what follows from time, and from what is possible

    def _model_states(self) -> set[tuple[str, str, str]]:
        return {(model.name, self.model_state(model.name), model.code) for model in self.casting.models}
