"""From a request to its handler.

Rules of this file: the table is written out; a request without a row here fails a test.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from glimpsed.api import (
    ask,
    cancel,
    day,
    doctor,
    events,
    hello,
    job,
    models,
    report,
    search,
    session,
    sessions,
    shot,
    shots,
    shutdown,
    stats,
    status,
    submit,
    task,
    tasks,
)
from glimpsed.api.context import Context
from glimpsed.wire import messages as m
from glimpsed.wire.days import DayRequest, ReportRequest
from glimpsed.wire.searching import SearchRequest
from glimpsed.wire.sessions import SessionRequest, SessionsRequest
from glimpsed.wire.tasks import TaskRequest, TasksRequest

HANDLERS: dict[type[m.Request], Callable[[Context, Any], Awaitable[m.Reply]]] = {
    m.HelloRequest: hello.handle,
    m.StatusRequest: status.handle,
    m.SubmitRequest: submit.handle,
    m.ShotRequest: shot.handle,
    m.ShotsRequest: shots.handle,
    SearchRequest: search.handle,
    SessionRequest: session.handle,
    SessionsRequest: sessions.handle,
    TasksRequest: tasks.handle,
    TaskRequest: task.handle,
    DayRequest: day.handle,
    ReportRequest: report.handle,
    m.JobRequest: job.handle,
    m.CancelRequest: cancel.handle,
    m.AskRequest: ask.handle,
    m.EventsRequest: events.handle,
    m.ModelsRequest: models.handle,
    m.StatsRequest: stats.handle,
    m.ShutdownRequest: shutdown.handle,
    m.DoctorRequest: doctor.handle,
}


async def answer(context: Context, request: m.Request) -> m.Reply:
    """The reply to a request. Raises `RequestError` when there is none."""
    return await HANDLERS[type(request)](context, request)
