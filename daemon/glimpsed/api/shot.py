"""`shot`: one shot, with its text and the history of its results when asked for."""

from glimpsed.api.context import Context
from glimpsed.api.views import line_views, result_view, shot_view
from glimpsed.store import results
from glimpsed.wire.messages import ShotReply, ShotRequest


async def handle(context: Context, request: ShotRequest) -> ShotReply:
    """Show a shot. Raises `RequestError` `not_found`."""
    row = await context.shot(request.shot)
    picture = row.picture.sha256
    lines = history = None
    if request.text:
        lines = line_views(await context.store.read(lambda cx: results.text(cx, picture)))
    if request.history:
        every = await context.store.read(lambda cx: results.results(cx, picture))
        history = [result_view(result) for result in every]
    return ShotReply(shot=shot_view(row, context.machine.possible), lines=lines, results=history)
