"""`day`: what a day was."""

from glimpsed.api.context import Context
from glimpsed.api.days import day_of, day_view
from glimpsed.wire.days import DayReply, DayRequest


async def handle(context: Context, request: DayRequest) -> DayReply:
    """Put the day together. Raises `RequestError` `bad_request` for a date that is not in the calendar."""
    return DayReply(day=day_view(await day_of(context, request.date)))
