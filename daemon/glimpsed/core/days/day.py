"""A day from its sessions: which they are, and what they come to.

Rules of this file: pure and total. A session belongs to the day of its first shot on its own wall clock, by
the rule that cuts sessions at the day's start; so no change of the clock and no journey counts one twice.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from glimpsed.core.days import model as m
from glimpsed.core.days.dividing import by_share, divided, minutes_of
from glimpsed.core.days.wording import plain
from glimpsed.core.sessions.model import Focus, Interruption, Session, SessionRung, SessionState, Share, Step
from glimpsed.core.sessions.segmenting import day_of
from glimpsed.core.sessions.settings import BREAK_MS, DAY_MS
from glimpsed.core.tasks.model import Pattern, Task

_EPOCH = dt.date(1970, 1, 1).toordinal()


def date_at(at_ms: int, offset_s: int, day_start_ms: int) -> dt.date:
    """The day that a moment belongs to, at `offset_s` seconds east of UTC; the first or last one there is."""
    return _date(day_of(at_ms, offset_s, day_start_ms))


def _date(day: int) -> dt.date:
    """The date of a day that is counted from 1970; the first or last one there is."""
    return dt.date.fromordinal(min(max(day + _EPOCH, 1), dt.date.max.toordinal()))


def day_of_session(session: Session, day_start_ms: int) -> dt.date:
    """The day that a session belongs to."""
    return date_at(session.boundary.at_ms, session.offset_s, day_start_ms)


def bounds(date: dt.date, day_start_ms: int) -> tuple[int, int]:
    """From when to when (ms, UTC) sessions of a day may begin, wherever on Earth its clock was read."""
    start_ms = (date.toordinal() - _EPOCH) * DAY_MS + day_start_ms
    return start_ms - DAY_MS, start_ms + 2 * DAY_MS


def day(
    date: dt.date,
    sessions: Iterable[Session],
    tasks: Iterable[Task] = (),
    patterns: Iterable[Pattern] = (),
    *,
    day_start_ms: int,
    today: dt.date,
) -> m.Day:
    """What a day was: `sessions` are those that begin within its `bounds`, `tasks` those worked at then.

    Sessions of other days, withdrawn ones, and tasks that no session of the day is part of, are left out.
    """
    ours = sorted(
        (
            session
            for session in sessions
            if session.state is not SessionState.WITHDRAWN and day_of_session(session, day_start_ms) == date
        ),
        key=lambda session: (session.start_ms, session.id),
    )
    active_ms = sum(session.active_ms for session in ours)
    minutes = minutes_of(active_ms)

    def divide(parts: Iterable[Mapping[str, int]]) -> tuple[m.Spent, ...]:
        spent: Counter[str] = Counter()
        for part in parts:
            spent.update(part)
        return divided(minutes, spent, m.MAX_NAMES)

    longest = sorted(ours, key=lambda session: (-session.active_ms, session.start_ms))[: m.MAX_SESSIONS]
    shown = sorted(longest, key=lambda session: (session.start_ms, session.id))
    worked = _worked(tasks, {session.id for session in ours})
    by, habits = _interrupters(ours), tuple(map(_habit, patterns))
    return m.Day(
        date,
        date < today,
        active_ms,
        minutes,
        len(ours),
        tuple(map(_entry, shown)),
        _breaks(ours),
        divide(by_share(s.active_ms, _clean(s.outline.projects)) for s in ours),
        divide(by_share(s.active_ms, _clean(s.outline.applications)) for s in ours),
        divide(by_share(s.active_ms, _clean(s.outline.activities)) for s in ours),
        divide({s.workflow.value: s.active_ms} for s in ours),
        divide({_focus(s) or "": s.active_ms} for s in ours),
        sum(len(session.interruptions) for session in ours),
        by[: m.MAX_NAMES],
        max(0, len(by) - m.MAX_NAMES),
        worked[: m.MAX_TASKS],
        max(0, len(worked) - m.MAX_TASKS),
        habits[: m.MAX_HABITS],
        max(0, len(habits) - m.MAX_HABITS),
    )


def _entry(session: Session) -> m.Entry:
    minutes = minutes_of(session.active_ms)
    spent = by_share(session.active_ms, _clean(session.outline.applications))
    steps = _steps(session.steps)
    return m.Entry(
        session.id,
        session.state,
        session.rung,
        session.start_ms,
        session.end_ms,
        session.offset_s,
        session.active_ms,
        minutes,
        plain(session.title, m.MAX_TITLE),
        plain(session.summary, m.MAX_SUMMARY),
        session.workflow,
        _focus(session),
        divided(minutes, spent, m.MAX_APPLICATIONS),
        steps,
        len(session.steps) - len(steps),
        len(session.interruptions),
        tuple(_interruption(each) for each in session.interruptions[: m.MAX_INTERRUPTIONS]),
        session.awaited,
    )


def _focus(session: Session) -> Focus | None:
    """How attention was spent; None where nothing was read that could tell."""
    return None if session.rung is SessionRung.BOUNDARIES else session.outline.focus


def _steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The longest, in order."""
    longest = sorted(steps, key=lambda step: (step.start_ms - step.end_ms, step.start_ms))[: m.MAX_STEPS]
    return tuple(
        Step(step.start_ms, step.end_ms, plain(step.text, m.MAX_TITLE))
        for step in sorted(longest, key=lambda step: step.start_ms)
    )


def _interruption(each: Interruption) -> Interruption:
    return Interruption(each.start_ms, each.end_ms, plain(each.application, m.MAX_NAME))


def _clean(shares: Sequence[Share]) -> list[Share]:
    return [Share(plain(share.name, m.MAX_NAME), share.active_ms, share.part) for share in shares]


def _breaks(ours: Sequence[Session]) -> tuple[m.Break, ...]:
    """Stretches without a session that are longer than presence bridges."""
    found = []
    end_ms, offset_s = (ours[0].end_ms, ours[0].offset_s) if ours else (0, 0)
    for session in ours[1:]:
        if session.start_ms - end_ms > BREAK_MS:
            found.append(m.Break(end_ms, offset_s, session.start_ms, session.offset_s))
        if session.end_ms > end_ms:
            end_ms, offset_s = session.end_ms, session.offset_s
    return tuple(found)


def _interrupters(ours: Sequence[Session]) -> tuple[m.Interrupter, ...]:
    """By whom, the most frequent first."""
    times: Counter[str] = Counter()
    lasted: Counter[str] = Counter()
    for each in (glance for session in ours for glance in session.interruptions):
        name = plain(each.application, m.MAX_NAME)
        times[name] += 1
        lasted[name] += each.end_ms - each.start_ms
    ranked = sorted(times, key=lambda name: (-times[name], name))
    return tuple(m.Interrupter(name, times[name], lasted[name]) for name in ranked)


def _worked(tasks: Iterable[Task], ours: set[str]) -> tuple[m.Worked, ...]:
    """Tasks with a part in one of these sessions, the longest first."""
    found = []
    for task in tasks:
        parts = [part for part in task.parts if part.session in ours]
        if not parts:
            continue
        ms = sum(part.active_ms for part in parts)
        sessions = len({part.session for part in parts})
        title = plain(task.title, m.MAX_TITLE)
        found.append(m.Worked(task.id, title, task.state, ms, minutes_of(ms), task.active_ms, sessions))
    return tuple(sorted(found, key=lambda worked: (-worked.active_ms, worked.title, worked.task)))


def _habit(pattern: Pattern) -> m.Habit:
    steps = tuple(plain(step, m.MAX_TITLE) for step in pattern.steps[: m.MAX_HABIT_STEPS])
    more = ("…",) if len(pattern.steps) > len(steps) else ()
    last = pattern.examples[0]
    sessions = last.sessions[: m.MAX_HABIT_STEPS]
    return m.Habit((*steps, *more), pattern.days, pattern.times, _date(last.day), sessions)
