"""A day and a report of it as messages.

Rules of this file: as in `messages` and `views`. Lists and texts are bounded, so a reply has 4 MiB at most.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from glimpsed.wire.messages import Reply, Request
from glimpsed.wire.sessions import InterruptionView, StepView

MAX_REPLY = 4 * 1024 * 1024
"""Largest body of a reply to `day` or `report`, in bytes."""

DATE = "^(today|yesterday|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
"""What a date looks like."""

Date = Annotated[str, Meta(pattern=DATE)]
Format = Literal["json", "markdown", "html"]


class SpentView(Struct, frozen=True):
    """Presence in front of something.

    `minutes` are whole ones, so rounded that those of a division add up to the day's. An empty `name`: it has
    none; with `names` above 1: so many smaller ones together.
    """

    name: str
    active_ms: int
    minutes: int
    names: int = 1


class EntryView(Struct, kw_only=True, frozen=True):
    """A session in the course of a day; its longest `steps`, and the first of `interrupted` interruptions.

    `focus` is empty where nothing was read; more is `awaited` of so many shots.
    """

    session: str
    state: str
    rung: str
    start_ms: int
    end_ms: int
    offset_s: int
    active_ms: int
    minutes: int
    title: str
    summary: str
    workflow: str
    focus: str
    applications: list[SpentView]
    steps: list[StepView]
    more_steps: int
    interrupted: int
    interruptions: list[InterruptionView]
    awaited: int


class BreakView(Struct, frozen=True):
    """Nobody was there, from the end of a session to the start of the next, each on its own wall clock."""

    start_ms: int
    offset_s: int
    end_ms: int
    end_offset_s: int


class InterrupterView(Struct, frozen=True):
    """An application that interrupted, how often, and for how long in all."""

    name: str
    times: int
    lasted_ms: int


class WorkedView(Struct, frozen=True):
    """A task that was worked at on a day, in `sessions` sessions; `total_ms` is its time on all days."""

    task: str
    title: str
    state: str
    active_ms: int
    minutes: int
    total_ms: int
    sessions: int


class HabitView(Struct, frozen=True):
    """Steps that follow each other again and again, and when they did last: a date, and a session a step."""

    steps: list[str]
    days: int
    times: int
    last: str
    sessions: list[str]


class DayView(Struct, kw_only=True, frozen=True):
    """One day, from its start on the wall clock to the next one's.

    Each division (`projects` to `focus`) adds up to `active_ms`. `sessions` is how many there are in all; of
    too many, `entries` are the longest. What begins with `more_` is how many are left out. `over`: only what
    comes late is added.
    """

    date: str
    over: bool
    active_ms: int
    minutes: int
    sessions: int
    entries: list[EntryView]
    breaks: list[BreakView]
    projects: list[SpentView]
    applications: list[SpentView]
    activities: list[SpentView]
    workflows: list[SpentView]
    focus: list[SpentView]
    interrupted: int
    interrupters: list[InterrupterView]
    more_interrupters: int
    tasks: list[WorkedView]
    more_tasks: int
    habits: list[HabitView]
    more_habits: int


class DayRequest(Request, tag="day", frozen=True):
    """What a day was: a date, or `today` or `yesterday` by the daemon's clock and its day's start."""

    date: Date = "today"


class DayReply(Reply, tag="day", frozen=True):
    """The day."""

    day: DayView


class ReportRequest(Request, tag="report", frozen=True):
    """A day as a document."""

    date: Date = "today"
    format: Format = "markdown"


class ReportReply(Reply, tag="report", frozen=True):
    """The document; `date` is the day that it is of."""

    date: str
    format: str
    text: str
