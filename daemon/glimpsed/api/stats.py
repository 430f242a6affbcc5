"""`stats`: how it went today and on the days before."""

import apsw

from glimpsed.api.context import Context
from glimpsed.api.scheduling import call_stats_views, stage_views
from glimpsed.host.clock import now_ms
from glimpsed.store import calls, results, stages
from glimpsed.wire.messages import StatsReply, StatsRequest


async def handle(context: Context, request: StatsRequest) -> StatsReply:
    """Add up the days, which begin at midnight UTC."""
    first = now_ms() // stages.DAY_MS - (request.days - 1)
    since_ms = first * stages.DAY_MS

    def look(cx: apsw.Connection) -> StatsReply:
        return StatsReply(
            days=request.days,
            since_ms=since_ms,
            calls=call_stats_views(calls.summary(cx, since_ms)),
            stages=stage_views(stages.counts(cx, first)),
            rungs={rung.value: times for rung, times in results.rungs_since(cx, since_ms).items()},
        )

    return await context.store.read(look)
