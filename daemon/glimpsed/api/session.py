"""`session`: one stretch of work, by its id or by a shot in it."""

from glimpsed.api.context import Context
from glimpsed.api.sessions import session_view
from glimpsed.core.errors import RequestError
from glimpsed.core.sessions.model import Session
from glimpsed.store import sessions
from glimpsed.wire.sessions import EarlierView, SessionReply, SessionRequest


async def handle(context: Context, request: SessionRequest) -> SessionReply:
    """Show a session.

    Raises `RequestError` `not_found`, also for a shot that is in none yet, and `bad_request` unless just one
    of both is named.
    """
    found, earlier = await _found(context, request), None
    if request.history:
        versions = await context.store.read(lambda cx: sessions.versions(cx, found.id))
        earlier = [EarlierView(until_ms=each.at_ms, session=session_view(each.session)) for each in versions]
    return SessionReply(session=session_view(found), earlier=earlier)


async def _found(context: Context, request: SessionRequest) -> Session:
    if (request.session is None) == (request.shot is None):
        raise RequestError("bad_request", "either a session or a shot")
    if request.session is not None:
        return await context.session(request.session)
    shot = (await context.shot(request.shot or "")).shot
    session = await context.store.read(lambda cx: sessions.of_shot(cx, shot.taken_at.ms, shot.id))
    if session is None:
        raise RequestError("not_found", f"shot {shot.id} is in no session yet")
    return session
