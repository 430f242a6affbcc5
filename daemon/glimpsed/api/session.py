"""`session`: one stretch of work, by its id or by a shot in it."""

import apsw

from glimpsed.api.context import Context
from glimpsed.api.sessions import session_views
from glimpsed.core.errors import RequestError
from glimpsed.core.sessions.model import Session
from glimpsed.store import sessions, tasks
from glimpsed.wire.sessions import MAX_IN_TASKS, EarlierView, InTaskView, SessionReply, SessionRequest


async def handle(context: Context, request: SessionRequest) -> SessionReply:
    """Show a session.

    Raises `RequestError` `not_found`, also for a shot that is in none yet, and `bad_request` unless just one
    of both is named.
    """
    found = await _found(context, request)

    def shown(cx: apsw.Connection) -> SessionReply:
        versions = sessions.versions(cx, found.id) if request.history else []
        now, *before = session_views(cx, [found, *(each.session for each in versions)])
        earlier = [
            EarlierView(until_ms=each.at_ms, session=its) for each, its in zip(versions, before, strict=True)
        ]
        in_tasks = [
            InTaskView(id=row.id, title=row.title, state=row.state)
            for row in tasks.of_session(cx, found.id, MAX_IN_TASKS)
        ]
        return SessionReply(session=now, earlier=earlier if request.history else None, in_tasks=in_tasks)

    return await context.store.read(shown)


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
