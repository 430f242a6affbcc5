"""`cancel`: a job is not wanted any more."""

from glimpsed.api.context import Context
from glimpsed.api.views import job_view
from glimpsed.core.events import JobCancelRequested
from glimpsed.wire.messages import CancelReply, CancelRequest


async def handle(context: Context, request: CancelRequest) -> CancelReply:
    """Answer once the job has ended, this way or another. Raises `RequestError` `not_found`."""
    await context.job(request.job)
    await context.ask(lambda ticket: JobCancelRequested(ticket, request.job))
    return CancelReply(job=job_view(await context.job(request.job)))
