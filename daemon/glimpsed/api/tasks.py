"""`tasks`: what is worked at over days, the last worked at first, a page at a time."""

from glimpsed.api.context import Context
from glimpsed.api.views import task_view
from glimpsed.core.errors import RequestError
from glimpsed.core.tasks.model import TaskState
from glimpsed.store import tasks
from glimpsed.wire.tasks import TasksReply, TasksRequest


async def handle(context: Context, request: TasksRequest) -> TasksReply:
    """Show a page.

    Raises `RequestError` `bad_request` for a state that there is not, and for a cursor that is not ours.
    """
    if request.state is not None and request.state not in set(TaskState):
        raise RequestError("bad_request", f"a task is {', '.join(TaskState)}")
    wanted = tasks.Filter(state=request.state, since_ms=request.since_ms, until_ms=request.until_ms)
    page = await context.store.read(lambda cx: tasks.page(cx, wanted, request.cursor, request.limit))
    return TasksReply(tasks=[task_view(row, row.sessions) for row in page.rows], next=page.next)
