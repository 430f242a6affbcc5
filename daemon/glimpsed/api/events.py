"""`events`: what a subscriber missed."""

from glimpsed.api.context import Context
from glimpsed.core.errors import RequestError
from glimpsed.store import events
from glimpsed.wire.messages import Event, EventsReply, EventsRequest


async def handle(context: Context, request: EventsRequest) -> EventsReply:
    """Replay events. Raises `RequestError` `seq_expired` when some after `since` are gone."""
    oldest, latest = await context.store.read(events.bounds)
    if request.since < oldest - 1:
        raise RequestError("seq_expired", f"events up to {oldest - 1} were let go; the latest is {latest}")
    found = await context.store.read(lambda cx: events.since(cx, request.since, request.limit))
    return EventsReply(
        events=[Event(seq=e.seq, at_ms=e.at_ms, type=e.type, body=e.body) for e in found],
        latest=latest,
        oldest=oldest,
    )
