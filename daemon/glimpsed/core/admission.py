"""Which work is taken on: not more than can wait, and nothing that cannot be done in time.

Rules of this file: pure; time is an argument, `wall_ms` what the calendar says. What is not taken on is said
why, with what is expected; where nothing was learnt yet everything is taken on.
"""

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.effects import Effect
from glimpsed.core.model import Job, JobKind
from glimpsed.core.queue import JobQueue
from glimpsed.core.scheduler import Scheduler


class Admission:
    """What stands at the door of the queue."""

    def __init__(self, scheduler: Scheduler, queue: JobQueue, max_questions: int) -> None:
        """At most `max_questions` wait at a time."""
        self._scheduler = scheduler
        self._queue = queue
        self._max_questions = max_questions
        self._coming: set[str] = set()

    def question(self, event: was.QuestionAsked, now: float, wall_ms: int) -> Effect:
        """A question that may be asked is committed, and counts from here on; any other is refused."""
        casting = self._scheduler.casting
        if casting.model_for(JobKind.ASK) is None:
            return do.Refuse(event.ticket, "model_unavailable", casting.selection("ask").why)
        if self._waiting >= self._max_questions:
            wait = self.expected_wait_s(now)
            detail = f"too many questions wait, about {wait:.0f} s of work"
            return do.Refuse(event.ticket, "queue_full", detail)
        if late := self.too_late(event.job, now, wall_ms):
            return do.Refuse(event.ticket, "deadline", late)
        self._coming.add(event.job.id)
        return do.TakeQuestion(event.ticket, event.job)

    def came(self, job_id: str) -> None:
        """A question is committed, and counted by the queue from now on."""
        self._coming.discard(job_id)

    def too_late(self, job: Job, now: float, wall_ms: int) -> str:
        """Why a job that comes now cannot be done by its deadline; empty when it can, or nothing is known."""
        predicted = self._scheduler.casting.predicted_s(job)
        if job.deadline_ms is None or predicted is None:
            return ""
        asks = job.kind is JobKind.ASK
        wait = self.expected_wait_s(now) if asks else self._scheduler.soonest_s(job.kind, now)
        left, needed = (job.deadline_ms - wall_ms) / 1000, wait + predicted
        return f"it would take about {needed:.1f} s, of {max(left, 0.0):.1f} s left" if needed > left else ""

    def expected_wait_s(self, now: float) -> float:
        """Seconds until a question that is put now would be begun, as far as anything was learnt."""
        casting = self._scheduler.casting
        name = casting.model_for(JobKind.ASK)
        each = (
            None if name is None else casting.predictor.predicted_s(name, casting.models[name].device, "ask")
        )
        return self._scheduler.soonest_s(JobKind.ASK, now) + (each or 0.0) * self._waiting

    @property
    def _waiting(self) -> int:
        return len(self._queue.questions()) + len(self._coming)
