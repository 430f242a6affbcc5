"""A day, looked up and told: what `day` and `report` have in common.

Rules of this file: which day today is, is decided here, by the daemon's clock.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence

import apsw

from glimpsed.api.context import Context
from glimpsed.core.days.day import bounds, date_at, day, day_of_session
from glimpsed.core.days.model import Day, Entry, Spent
from glimpsed.core.errors import RequestError
from glimpsed.core.sessions.model import Session
from glimpsed.core.sessions.settings import DAY_MS, Settings
from glimpsed.core.tasks.model import Task
from glimpsed.core.tasks.patterns import deeds, patterns
from glimpsed.host.clock import now_ms, offset_at
from glimpsed.store import sessions, tasks
from glimpsed.wire.days import (
    BreakView,
    DayView,
    EntryView,
    HabitView,
    InterrupterView,
    SpentView,
    WorkedView,
)
from glimpsed.wire.sessions import InterruptionView, StepView

HABITS_MS = 56 * DAY_MS
"""How far back patterns are looked for: eight weeks, so that what is done weekly is seen eight times."""


async def day_of(context: Context, asked: str) -> Day:
    """The day that was asked for. Raises `RequestError` `bad_request` for a date that there is not."""
    start_ms, at_ms = context.config.sessions.day_start_ms, now_ms()
    today = date_at(at_ms, offset_at(at_ms), start_ms)
    date = _date(asked, today)
    since_ms, until_ms = bounds(date, start_ms)

    def look(cx: apsw.Connection) -> tuple[list[Session], Sequence[Task]]:
        earlier = sessions.between(cx, since_ms - HABITS_MS, until_ms)
        return earlier, tasks.between(cx, since_ms, until_ms)

    def made() -> Day:
        until_then = [session for session in found if day_of_session(session, start_ms) <= date]
        habits = patterns(deeds(until_then, Settings(start_ms)))
        return day(date, until_then, worked, habits, day_start_ms=start_ms, today=today)

    found, worked = await context.store.search(look)
    return await asyncio.to_thread(made)


def _date(asked: str, today: dt.date) -> dt.date:
    if asked in ("today", "yesterday"):
        return today - dt.timedelta(asked == "yesterday")
    try:
        return dt.date.fromisoformat(asked)
    except ValueError:
        raise RequestError("bad_request", f"{asked} is not in the calendar") from None


def day_view(day: Day) -> DayView:
    """A day for a client."""
    return DayView(
        date=day.date.isoformat(),
        over=day.over,
        active_ms=day.active_ms,
        minutes=day.minutes,
        sessions=day.sessions,
        entries=list(map(_entry_view, day.entries)),
        breaks=[
            BreakView(each.start_ms, each.offset_s, each.end_ms, each.end_offset_s) for each in day.breaks
        ],
        projects=_spent_views(day.projects),
        applications=_spent_views(day.applications),
        activities=_spent_views(day.activities),
        workflows=_spent_views(day.workflows),
        focus=_spent_views(day.focus),
        interrupted=day.interrupted,
        interrupters=[InterrupterView(each.name, each.times, each.lasted_ms) for each in day.interrupters],
        more_interrupters=day.more_interrupters,
        tasks=[
            WorkedView(
                each.task,
                each.title,
                each.state.value,
                each.active_ms,
                each.minutes,
                each.total_ms,
                each.sessions,
            )
            for each in day.tasks
        ],
        more_tasks=day.more_tasks,
        habits=[
            HabitView(list(each.steps), each.days, each.times, each.last.isoformat(), list(each.sessions))
            for each in day.habits
        ],
        more_habits=day.more_habits,
    )


def _spent_views(parts: Sequence[Spent]) -> list[SpentView]:
    return [SpentView(each.name, each.active_ms, each.minutes, each.names) for each in parts]


def _entry_view(entry: Entry) -> EntryView:
    return EntryView(
        session=entry.session,
        state=entry.state.value,
        rung=entry.rung.value,
        start_ms=entry.start_ms,
        end_ms=entry.end_ms,
        offset_s=entry.offset_s,
        active_ms=entry.active_ms,
        minutes=entry.minutes,
        title=entry.title,
        summary=entry.summary,
        workflow=entry.workflow.value,
        focus=entry.focus.value if entry.focus else "",
        applications=_spent_views(entry.applications),
        steps=[StepView(step.start_ms, step.end_ms, step.text) for step in entry.steps],
        more_steps=entry.more_steps,
        interrupted=entry.interrupted,
        interruptions=[
            InterruptionView(each.start_ms, each.end_ms, each.application) for each in entry.interruptions
        ],
        awaited=entry.awaited,
    )
