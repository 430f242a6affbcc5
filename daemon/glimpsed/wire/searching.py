"""A search as messages.

Rules of this file: as in `messages`.
"""

from typing import Annotated

from msgspec import Meta, field

from glimpsed.wire.messages import MAX_PAGE, Filter, Instant, Reply, Request
from glimpsed.wire.views import FoundSessionView, FoundView

MAX_WORDS = 1000
"""Longest text of a search in characters."""

Place = Annotated[str, Meta(max_length=2000)]


class SearchRequest(Request, tag="search", frozen=True):
    """Find pictures by `words`, as a person types them, a page at a time.

    `since_ms` <= taken < `until_ms`. `application`, compared without regard to case, and `kind` of
    application are those of the current result; with `session` (an id) it was taken in that one. `cursor` is
    `next` of the page before, and belongs to the same search.
    """

    words: Annotated[str, Meta(min_length=1, max_length=MAX_WORDS)]
    since_ms: Instant | None = None
    until_ms: Instant | None = None
    application: Filter | None = None
    kind: Filter | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 20
    cursor: Place | None = None
    session: Filter | None = None


class SearchReply(Reply, tag="search", frozen=True):
    """What was found, the best first; `next` is None on the last page.

    Up to `pending` pictures are not indexed yet. `sessions` are those of the pictures of this page, and on
    the first page those that were found by what is told of them, too; the best first.
    """

    found: list[FoundView]
    next: str | None = None
    pending: int = 0
    sessions: list[FoundSessionView] = field(default_factory=list)
