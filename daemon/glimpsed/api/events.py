"""`events`: what a subscriber missed.

Rules of this file: all that a reply says is from one moment. Between two looks events may be let go, and a
gap would pass for none.
"""

import apsw

from glimpsed.api.context import Context
from glimpsed.core.errors import RequestError
from glimpsed.store import events
from glimpsed.store.writer import StoredEvent
from glimpsed.wire.messages import Event, EventsReply, EventsRequest


async def handle(context: Context, request: EventsRequest) -> EventsReply:
    """Replay events. Raises `RequestError` `seq_expired` when some after `since` are gone."""

    def look(cx: apsw.Connection) -> tuple[int, int, list[StoredEvent]]:
        return *events.bounds(cx), events.since(cx, request.since, request.limit)

    oldest, latest, found = await context.store.read(look)
    if request.since < oldest - 1:
        raise RequestError("seq_expired", f"events up to {oldest - 1} were let go; the latest is {latest}")
    return EventsReply(
        events=[Event(seq=e.seq, at_ms=e.at_ms, type=e.type, body=e.body) for e in found],
        latest=latest,
        oldest=oldest,
    )
