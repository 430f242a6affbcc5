"""Which work is taken on: not more than can wait, nothing that cannot be done in time.

Rules of this file: pure; time is an argument, `wall_ms` what the calendar says. What is not taken on is said
why, with what is expected; where nothing was learnt yet everything is taken on. What the store keeps for
later is asked for here: jobs that there was no room for, and those that a model had failed.
"""

from collections.abc import Iterable, Iterator

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.effects import Effect
from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.places import ROLE
from glimpsed.core.queue import JobQueue
from glimpsed.core.scheduler import Scheduler
from glimpsed.core.turn import Head

NO_ROOM_S = 60.0
"""How long questions wait for a model that there is no room for at present."""

LATE = "deadline"
"""What is said of a job that cannot be done by its deadline."""

NOT_BACKGROUND = tuple(urgency for urgency in Urgency if urgency is not Urgency.BACKGROUND)

DOUBTED_AFTER = 9
"""Refusals of a kind of job, one after the other, after which a prediction is put to the test."""

HOPELESS_S = 300.0
"""How long a kind of work can have been hopeless until what waits for it gives up its rank."""

REVIVED = (JobKind.DESCRIBE, JobKind.SESSION)
"""Kinds of job that nobody waits for, so that those which a model had failed are tried again later."""

BRING_BACK = (do.RecallJobs, do.ReviveJobs)
"""Effects that bring jobs back from the store."""


class Admission:
    """What stands at the door of the queue."""

    def __init__(self, scheduler: Scheduler, queue: JobQueue, max_questions: int) -> None:
        """At most `max_questions` wait at a time."""
        self._scheduler = scheduler
        self._queue = queue
        self._max_questions = max_questions
        self._coming: set[str] = set()
        self._hopeless_since: float | None = None
        self._unanswered_since: float | None = None
        self._refused = dict.fromkeys(JobKind, 0)  # since one was too late as it was predicted
        self._returning = 0  # effects that bring jobs back from the store and have not done so yet
        self._may_recall = True
        self._able: frozenset[JobKind] = frozenset()  # what is revived and some model does, as things stood
        self._more: frozenset[JobKind] = (
            frozenset()
        )  # of what the store may know more that a model had failed

    def question(self, event: was.QuestionAsked, now: float, wall_ms: int) -> Effect:
        """A question that may be asked is committed, and counts from here on; any other is refused."""
        casting = self._scheduler.casting
        if casting.model_for(JobKind.ASK) is None:
            self._scheduler.asked(ROLE[JobKind.ASK], now, by_person=True)
            return do.Refuse(event.ticket, "model_unavailable", casting.selection("ask").why)
        if self._waiting >= self._max_questions:
            wait = self.expected_wait_s(now)
            work = (
                "and how long they take was not learnt yet" if wait is None else f"about {wait:.0f} s of work"
            )
            return do.Refuse(event.ticket, "queue_full", f"too many questions wait, {work}")
        if late := self.too_late(event.job, now, wall_ms):
            return do.Refuse(event.ticket, LATE, late)
        self._coming.add(event.job.id)
        return do.TakeQuestion(event.ticket, event.job)

    def came(self, job_id: str) -> None:
        """A question is committed, and counted by the queue from now on."""
        self._coming.discard(job_id)

    def too_late(self, job: Job, now: float, wall_ms: int) -> str:
        """Why a job that comes now cannot be done by its deadline; empty when it can, or nothing is known."""
        if job.deadline_ms is None:
            return ""
        for_person = job.kind is JobKind.ASK or job.urgency is Urgency.INTERACTIVE
        wait_s = self.expected_wait_s(now, job) if for_person else self._scheduler.soonest_s(job.kind, now)
        return self._too_late(job.kind, (job.deadline_ms - wall_ms) / 1000, wait_s)

    def _too_late_now(self, head: Head, now: float) -> str:
        """Why a job whose turn it is cannot be done by its deadline any more."""
        if head.deadline is None:
            return ""
        kind = head.job.kind
        return self._too_late(kind, head.deadline - now, self._scheduler.soonest_s(kind, now))

    def _too_late(self, kind: JobKind, left_s: float, wait_s: float | None) -> str:
        """Who is refused teaches nothing, so that a prediction that is too long would stay so.

        After `DOUBTED_AFTER` refusals jobs are taken on all the same, until one is too late indeed.
        """
        predicted_s = self._scheduler.casting.usual_s(kind)
        if predicted_s is None:
            return ""
        needed_s = (wait_s or 0.0) + predicted_s
        if needed_s <= left_s:
            self._refused[kind] = 0
            return ""
        if left_s > 0:
            if self._refused[kind] >= DOUBTED_AFTER:
                return ""
            self._refused[kind] += 1
        return f"it would take about {needed_s:.1f} s, of {max(left_s, 0.0):.1f} s left"

    def in_vain(self, now: float) -> Iterator[tuple[str, str]]:
        """The jobs that wait in vain and why, each to be ended before the next is asked for."""
        for job_id in self._queue.expired(now):
            self.was_late(self._queue[job_id].kind)
            yield job_id, f"{LATE}: it could not be begun in time"
        if self._is_unanswerable(now):
            why = f"model_unavailable: {self._scheduler.casting.selection('ask').why}"
            yield from ((job_id, why) for job_id in self._queue.questions())
        while self._queue.next_deadline is not None and (head := self._scheduler.next_job(now)) is not None:
            late = self._too_late_now(head, now)
            if not late:
                return
            yield head.job.id, f"{LATE}: {late}"

    def _is_unanswerable(self, now: float) -> bool:
        """Whether questions cannot be answered; a lack of room may be over in a moment."""
        casting, kind = self._scheduler.casting, JobKind.ASK
        if casting.model_for(kind) is not None or casting.is_undecided(ROLE[kind]):
            self._unanswered_since = None
            return False
        if self._unanswered_since is None:
            self._unanswered_since = now
        return casting.is_hopeless(ROLE[kind]) or now >= self._unanswered_since + NO_ROOM_S

    def was_late(self, kind: JobKind) -> None:
        """A job of this kind that was taken on could not be done by its deadline."""
        self._refused[kind] = 0

    def expected_wait_s(self, now: float, job: Job | None = None) -> float | None:
        """Seconds until what a person wants now, a question or this `job`, would be begun.

        That is after all that people wait for. None when it was not learnt how long one of those takes.
        """
        before = {kind: self._queue.waiting(kind, Urgency.INTERACTIVE) for kind in ROLE}
        before[JobKind.ASK] = self._waiting
        if job is not None and self._queue.waits(job.id):
            before[job.kind] -= 1
        wait = self._scheduler.soonest_s(JobKind.ASK if job is None else job.kind, now)
        for kind in self._scheduler.casting.models_by_kind():
            each = self._scheduler.casting.usual_s(kind)
            if each is None and before[kind]:
                return None
            wait += (each or 0.0) * before[kind]
        return wait

    def demote(self, now: float, wall_ms: int) -> list[Effect]:
        """Descriptions that no model could make for a while now are background work from then on."""
        kind, casting = JobKind.DESCRIBE, self._scheduler.casting
        if casting.model_for(kind) is not None or not casting.is_hopeless(ROLE[kind]):
            self._hopeless_since = None
            return []
        if self._hopeless_since is None:
            self._hopeless_since = now
        if now < self._hopeless_since + HOPELESS_S or not self._queue.waiting(kind, *NOT_BACKGROUND):
            return []
        return [do.RankJobs(tuple(self._queue.demote(kind, now, wall_ms)))]

    @property
    def wake_at(self) -> float | None:
        """When what waits gives up its rank, or is not waited for any more."""
        times = []
        if self._hopeless_since is not None and self._queue.waiting(JobKind.DESCRIBE, *NOT_BACKGROUND):
            times.append(self._hopeless_since + HOPELESS_S)
        if self._unanswered_since is not None and self._queue.questions():
            times.append(self._unanswered_since + NO_ROOM_S)
        return min(times, default=None)

    def bring_back(self, so_far: Iterable[Effect]) -> list[Effect]:
        """Ask the store for what can be taken up again, after these effects of the same event.

        That is as much as there is room for of what was deferred; and what a model had failed at, once its
        breaker has closed, or when there is a model again where there was none.
        """
        before, self._able = self._able, frozenset(REVIVED) & self._scheduler.casting.models_by_kind().keys()
        closed = {e.role for e in so_far if isinstance(e, do.TellBreaker) and e.state == "closed"}
        wanted = self._more | (self._able - before) | {kind for kind in REVIVED if ROLE[kind] in closed}
        out: list[Effect] = [do.ReviveJobs(kind) for kind in REVIVED if kind in wanted]
        self._more = frozenset()
        room = self._queue.recallable
        if room and self._may_recall and not self._returning and not out:
            self._may_recall = False  # until some come: the store may know of none
            out.append(do.RecallJobs(room))
        return out

    def asked(self, effects: Iterable[Effect]) -> None:
        """These effects go out."""
        self._returning += sum(isinstance(effect, BRING_BACK) for effect in effects)

    def came_back(self, event: was.JobsRecalled) -> None:
        """Jobs came back from the store."""
        self._returning -= 1
        self._may_recall |= bool(event.jobs)
        if event.more:
            self._more |= {job.kind for job in event.jobs}

    def ended(self) -> None:
        """A job is no more, so that there may be room for another."""
        self._may_recall = True

    @property
    def _waiting(self) -> int:
        return len(self._queue.questions()) + len(self._coming)
