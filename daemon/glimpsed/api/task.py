"""`task`: one task, with its parts."""

from glimpsed.api.context import Context
from glimpsed.api.views import part_view, task_view
from glimpsed.core.errors import RequestError
from glimpsed.store import tasks
from glimpsed.wire.tasks import MAX_PARTS, TaskReply, TaskRequest


async def handle(context: Context, request: TaskRequest) -> TaskReply:
    """Show a task. Raises `RequestError` `not_found`."""
    found = await context.store.read(lambda cx: tasks.task(cx, request.task))
    if found is None:
        raise RequestError("not_found", f"there is no task {request.task}")
    parts = [part_view(part) for part in found.parts[-MAX_PARTS:]]
    return TaskReply(task=task_view(found, len(found.parts)), parts=parts)
