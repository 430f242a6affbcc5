"""`shot`: one shot, with its text and the history of its results when asked for."""

from glimpsed.api.context import Context
from glimpsed.api.reasons import SUPERSEDED
from glimpsed.api.views import line_views, result_view, shot_view
from glimpsed.store import results, sessions
from glimpsed.wire.messages import ShotReply, ShotRequest


async def handle(context: Context, request: ShotRequest) -> ShotReply:
    """Show a shot. Raises `RequestError` `not_found`."""
    row = await context.shot(request.shot)
    picture = row.picture.sha256
    shot = shot_view(row, context.prospects)
    lines = history = None
    if request.text:
        lines = line_views(await context.store.read(lambda cx: results.text(cx, picture)))
    if request.history:
        every = await context.store.read(lambda cx: results.results(cx, picture))
        current = shot.result
        history = [current if each.id == current.id else result_view(each, SUPERSEDED) for each in every]
    taken = row.shot.taken_at.ms
    session = await context.store.read(lambda cx: sessions.of_shot(cx, taken, row.shot.id))
    return ShotReply(shot=shot, lines=lines, results=history, session=session.id if session else None)
