"""`search`: pictures by their words, the best first, a page at a time."""

import apsw

from glimpsed.api.context import Context
from glimpsed.api.views import found_view
from glimpsed.core.searching import parse
from glimpsed.store import found, search
from glimpsed.store.found import Found
from glimpsed.store.page import Page
from glimpsed.wire.searching import SearchReply, SearchRequest


async def handle(context: Context, request: SearchRequest) -> SearchReply:
    """Show a page.

    Raises `RequestError` `bad_request` when there is no word to look for, and for a cursor that is not one of
    ours.
    """
    query = parse(request.words)
    wanted = found.Filter(
        since_ms=request.since_ms,
        until_ms=request.until_ms,
        application=request.application,
        kind=request.kind,
    )

    def look(cx: apsw.Connection) -> tuple[Page[Found], int]:
        return found.search(cx, query, wanted, request.cursor, request.limit), search.pending(cx)

    page, pending = await context.store.search(look)
    prospects = context.prospects
    rows = [found_view(row, prospects) for row in page.rows]
    return SearchReply(found=rows, next=page.next, pending=pending)
