"""`report`: a day as a document."""

import asyncio

import msgspec

from glimpsed.api.context import Context
from glimpsed.api.days import day_of, day_view
from glimpsed.core.days import html, markdown
from glimpsed.core.days.model import Day
from glimpsed.wire.days import ReportReply, ReportRequest


async def handle(context: Context, request: ReportRequest) -> ReportReply:
    """Write the document. Raises `RequestError` `bad_request` for a date that is not in the calendar."""
    day = await day_of(context, request.date)
    write = {"json": _json, "markdown": markdown.page, "html": html.page}[request.format]
    text = await asyncio.to_thread(write, day)
    return ReportReply(date=day.date.isoformat(), format=request.format, text=text)


def _json(day: Day) -> str:
    """The day as clients get it, in lines."""
    return msgspec.json.format(msgspec.json.encode(day_view(day)).decode(), indent=2) + "\n"
