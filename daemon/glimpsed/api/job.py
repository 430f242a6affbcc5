"""`job`: one job as it stands."""

from glimpsed.api.context import Context
from glimpsed.api.views import job_view
from glimpsed.wire.messages import JobReply, JobRequest


async def handle(context: Context, request: JobRequest) -> JobReply:
    """Show a job. Raises `RequestError` `not_found`."""
    return JobReply(job=job_view(await context.job(request.job)))
