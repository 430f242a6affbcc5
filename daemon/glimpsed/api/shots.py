"""`shots`: shots or rejections, newest first, a page at a time."""

from glimpsed.api.context import Context
from glimpsed.api.views import rejection_view, shot_view
from glimpsed.core.errors import RequestError
from glimpsed.store import rejections, shots
from glimpsed.wire.messages import ShotsReply, ShotsRequest


async def handle(context: Context, request: ShotsRequest) -> ShotsReply:
    """Show a page.

    Raises `RequestError` `bad_request` for a cursor that is not one of ours, and for filters by a result or
    session when files are asked for that have none; `not_found` for a session that is none.
    """
    return await (_rejected if request.rejected else _shots)(context, request)


async def _shots(context: Context, request: ShotsRequest) -> ShotsReply:
    within = None if request.session is None else await context.session(request.session)
    wanted = shots.Filter(
        since_ms=request.since_ms,
        until_ms=request.until_ms,
        application=request.application,
        rung=request.rung,
        source=request.source,
        first=None if within is None else within.first,
        last=None if within is None else within.last,
    )
    page = await context.store.read(lambda cx: shots.shots(cx, wanted, request.cursor, request.limit))
    prospects = context.prospects
    return ShotsReply(shots=[shot_view(row, prospects) for row in page.rows], rejections=[], next=page.next)


async def _rejected(context: Context, request: ShotsRequest) -> ShotsReply:
    if any(asked is not None for asked in (request.application, request.rung, request.session)):
        raise RequestError("bad_request", "files that were refused have no application, rung or session")
    page = await context.store.read(
        lambda cx: rejections.rejections(
            cx,
            request.cursor,
            request.limit,
            since_ms=request.since_ms,
            until_ms=request.until_ms,
            source=request.source,
        )
    )
    return ShotsReply(shots=[], rejections=[rejection_view(row) for row in page.rows], next=page.next)
