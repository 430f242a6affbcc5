"""`ask`: a free question about a shot."""

from glimpsed.api.context import Context
from glimpsed.api.views import deadline_ms, job_view
from glimpsed.core.errors import RequestError
from glimpsed.core.events import QuestionAsked
from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.host.clock import new_id, now_ms
from glimpsed.wire.messages import AskReply, AskRequest


async def handle(context: Context, request: AskRequest) -> AskReply:
    """Take the question on as a job. Raises `RequestError` as PROTOCOL.md lists it."""
    row = await context.shot(request.shot)
    possible = JobKind.ASK in context.machine.possible  # if not, the machine says why, which comes first
    if possible and not await context.can_be_looked_at(row.picture.sha256):
        raise RequestError("picture_gone", "its file is gone, and no copy was kept")
    now = now_ms()
    job = Job(
        new_id(),
        JobKind.ASK,
        row.picture.sha256,
        now,
        urgency=Urgency.INTERACTIVE,
        shot=row.shot.id,
        question=request.question,
        deadline_ms=deadline_ms(now, request.deadline_s),
    )
    taken = await context.ask(lambda ticket: QuestionAsked(ticket, job))
    return AskReply(job=job_view(await context.job(taken.subject)))
