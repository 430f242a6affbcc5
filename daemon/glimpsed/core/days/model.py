"""The words of the day layer as types.

Rules of this file: values only, frozen. Times are milliseconds since 1970, UTC; durations are milliseconds of
presence, and `minutes` beside them are the same in whole minutes, so rounded that the parts of a whole add up
to it. Texts are printable, in one line, and bounded; lists are bounded, too, and say how much is left out.
"""

import datetime as dt

import msgspec

from glimpsed.core.sessions.model import Focus, Interruption, SessionRung, SessionState, Step, Workflow
from glimpsed.core.tasks.model import TaskState

MAX_SESSIONS = 200
"""Sessions of a day that are shown: of more, the longest."""

MAX_NAMES = 20
"""Names that a time is divided among; of more, the smallest are one."""

MAX_APPLICATIONS = 5
MAX_STEPS = 8
MAX_INTERRUPTIONS = 12
MAX_TASKS = 50
MAX_HABITS = 10
MAX_HABIT_STEPS = 8

MAX_NAME = 60
"""Characters of what something is called."""

MAX_TITLE = 120
MAX_SUMMARY = 400


class Spent(msgspec.Struct, frozen=True):
    """Time in front of something. An empty `name`: it has none.

    With `names` above 1 it is the sum of so many smaller ones, and has no name either.
    """

    name: str
    active_ms: int
    minutes: int
    names: int = 1


class Entry(msgspec.Struct, frozen=True):
    """A session in the course of a day.

    `steps` are the longest, and `more_steps` are left out; `interrupted` is how often, and `interruptions`
    are the first of them. `focus` is None where nothing was read; more is `awaited` of so many shots.
    """

    session: str
    state: SessionState
    rung: SessionRung
    start_ms: int
    end_ms: int
    offset_s: int
    active_ms: int
    minutes: int
    title: str
    summary: str
    workflow: Workflow
    focus: Focus | None
    applications: tuple[Spent, ...]
    steps: tuple[Step, ...]
    more_steps: int
    interrupted: int
    interruptions: tuple[Interruption, ...]
    awaited: int


class Break(msgspec.Struct, frozen=True):
    """Nobody was there, from the end of a session to the start of the next; each on its own wall clock."""

    start_ms: int
    offset_s: int
    end_ms: int
    end_offset_s: int


class Interrupter(msgspec.Struct, frozen=True):
    """What interrupted, how often, and how long that lasted in all (on the clock)."""

    name: str
    times: int
    lasted_ms: int


class Worked(msgspec.Struct, frozen=True):
    """A task that was worked at: that day, in so many sessions of it, and in all."""

    task: str
    title: str
    state: TaskState
    active_ms: int
    minutes: int
    total_ms: int
    sessions: int


class Habit(msgspec.Struct, frozen=True):
    """Steps that follow each other again and again: on `days` days, `times` times in all.

    The `last` time was on this day, in these `sessions`, one for each step.
    """

    steps: tuple[str, ...]
    days: int
    times: int
    last: dt.date
    sessions: tuple[str, ...]


class Day(msgspec.Struct, frozen=True):
    """One day, from its start on the wall clock to the next one's.

    `entries` are in order of time, and `sessions` is how many there are in all. Each of the divisions
    (`projects` to `focus`) adds up to `active_ms`, and in minutes to `minutes`; what is not known has an
    empty name. `interrupted` is how often in all; what begins with `more_` is how many are left out. `over`:
    only what comes late is added to it.
    """

    date: dt.date
    over: bool
    active_ms: int
    minutes: int
    sessions: int
    entries: tuple[Entry, ...]
    breaks: tuple[Break, ...]
    projects: tuple[Spent, ...]
    applications: tuple[Spent, ...]
    activities: tuple[Spent, ...]
    workflows: tuple[Spent, ...]
    focus: tuple[Spent, ...]
    interrupted: int
    interrupters: tuple[Interrupter, ...]
    more_interrupters: int
    tasks: tuple[Worked, ...]
    more_tasks: int
    habits: tuple[Habit, ...]
    more_habits: int
