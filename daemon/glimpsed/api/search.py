"""`search`: pictures by their words and the sessions that they are in, the best first, a page at a time."""

import apsw

from glimpsed.api.context import Context
from glimpsed.api.views import found_session_view, found_view
from glimpsed.core.searching import parse
from glimpsed.store import found, found_sessions, search
from glimpsed.store.found import Found
from glimpsed.store.found_sessions import FoundSession
from glimpsed.store.page import Page
from glimpsed.wire.searching import SearchReply, SearchRequest


async def handle(context: Context, request: SearchRequest) -> SearchReply:
    """Show a page.

    Raises `RequestError` `bad_request` when there is no word to look for, and for a cursor that is not one of
    ours; `not_found` for a session that is none.
    """
    query = parse(request.words)
    wanted = found.Filter(
        since_ms=request.since_ms,
        until_ms=request.until_ms,
        application=request.application,
        kind=request.kind,
        session=None if request.session is None else await context.session(request.session),
    )

    def look(cx: apsw.Connection) -> tuple[Page[Found], list[FoundSession], int]:
        page = found.search(cx, query, wanted, request.cursor, request.limit)
        told = found_sessions.search(cx, query, wanted, request.limit) if request.cursor is None else []
        return page, found_sessions.grouped(page.rows, told), search.pending(cx)

    page, sessions, pending = await context.store.search(look)
    prospects = context.prospects
    return SearchReply(
        found=[found_view(row, prospects) for row in page.rows],
        next=page.next,
        pending=pending,
        sessions=[found_session_view(each) for each in sessions],
    )
