"""`submit`: a file handed in by a client."""

from glimpsed.api.context import Context
from glimpsed.api.views import deadline_ms, shot_view
from glimpsed.core.events import FileSubmitted
from glimpsed.host.clock import now_ms
from glimpsed.wire.messages import SubmitReply, SubmitRequest


async def handle(context: Context, request: SubmitRequest) -> SubmitReply:
    """Answer once the file is a shot for good. Raises `RequestError` `rejected` when it cannot be one."""
    source, path = await context.locate(request.path_bytes)
    deadline = deadline_ms(now_ms(), request.deadline_s)
    accepted = await context.ask(lambda ticket: FileSubmitted(ticket, source, path, deadline))
    row = await context.shot(accepted.subject)
    return SubmitReply(shot=shot_view(row, context.prospects), new=accepted.new)
