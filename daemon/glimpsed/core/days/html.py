"""A day as one HTML file that needs nothing else: no network, no script.

Rules of this file: pure and stable: the same day is the same bytes. Every text goes through `_text`, which
escapes it; what comes from a screen is kept to its own direction of writing, too. Looks are in `style`.
"""

from collections.abc import Iterable, Sequence
from html import escape

from glimpsed.core.days import wording as say
from glimpsed.core.days.dividing import apportion
from glimpsed.core.days.model import Break, Day, Entry, Spent
from glimpsed.core.days.style import POLICY, STYLE
from glimpsed.core.days.timeline import timeline
from glimpsed.core.sessions.model import Focus, SessionRung

_RUNGS = {SessionRung.MODEL: "told by a model", SessionRung.BOUNDARIES: "only its times are known"}
_FOOT = "Times are on the wall clock of then. Durations are presence, rounded to minutes so that they add up."


def page(day: Day) -> str:
    """The file."""
    date = _text(say.long_date(day.date))
    return "".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n',
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{date}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
            f"<header>\n<p>Day report</p>\n<h1>{date}</h1>\n<p>{_text(say.overview(day))}</p>\n</header>\n",
            _body(day) if day.entries else "",
            f"<footer>{_FOOT}</footer>\n</main>\n</body>\n</html>\n",
        )
    )


def _body(day: Day) -> str:
    return "".join(
        (
            _facts(day),
            '<figure>\n<h2>Timeline</h2>\n<div tabindex="0" role="group" aria-label="Timeline">',
            f"{timeline(day)}</div>\n</figure>\n",
            '<div class="pair">\n',
            _division("Projects", "Project", day.projects),
            _division("Focus", "Focus", day.focus),
            _division("Activities", "Activity", day.activities),
            _division("Applications", "Application", day.applications),
            _interrupters(day) if day.interrupters else "",
            _habits(day) if day.habits else "",
            "</div>\n",
            _tasks(day) if day.tasks else "",
            _sessions(day),
        )
    )


def _text(text: str) -> str:
    return escape(text)


def _foreign(text: str) -> str:
    """What comes from a screen, whichever way it is written."""
    return f"<bdi>{escape(text)}</bdi>"


def _facts(day: Day) -> str:
    focused = sum(spent.active_ms for spent in day.focus if spent.name == Focus.FOCUSED)
    known = sum(spent.active_ms for spent in day.focus if spent.name)
    per_cent = f"{round(100 * focused / known)} %" if known else say.UNKNOWN
    whole = say.length(day.minutes) if known == day.active_ms else f"{say.lasted(known)} that is known"
    pauses = say.lasted(sum(each.end_ms - each.start_ms for each in day.breaks)) if day.breaks else ""
    most = day.interrupters[0] if day.interrupters else None
    often = f"most by {_foreign(say.by(most))}" if most else ""
    focused_for = f"{say.lasted(focused)} of {whole}" if focused else ""
    facts = (
        ("Active", say.length(day.minutes), f"in {say.counted(day.sessions, 'session')}"),
        ("Focused", per_cent, _text(focused_for)),
        ("Interruptions", str(day.interrupted), often),
        ("Breaks", str(len(day.breaks)), f"{pauses} in all" if pauses else ""),
    )
    rows = (
        f"<div><dt>{name}</dt><dd>{_text(value)}<small>{note}</small></dd></div>\n"
        for name, value, note in facts
    )
    return f'<dl class="facts">\n{"".join(rows)}</dl>\n'


def _table(heads: Sequence[tuple[str, str]], rows: Iterable[str], kind: str = "") -> str:
    """A table with these columns: (name, class)."""
    columns = "".join(f'<th scope="col"{_classed(looks)}>{_text(name)}</th>' for name, looks in heads)
    body = "".join(rows)
    return f"<table{_classed(kind)}>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _more(said: str) -> str:
    return f'<p class="none">{_text(said)}</p>\n' if said else ""


def _classed(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _section(name: str, body: str) -> str:
    return f"<section>\n<h2>{_text(name)}</h2>\n{body}</section>\n"


def _division(name: str, column: str, parts: Sequence[Spent]) -> str:
    most = max((spent.active_ms for spent in parts), default=0)
    shares = apportion(100, [spent.active_ms for spent in parts])
    rows = (
        f'<tr><th scope="row">{_foreign(say.named(spent))}</th>'
        f'<td class="share wide">{_share(spent, most)}</td>'
        f'<td class="number">{_text(say.length(spent.minutes))}</td>'
        f'<td class="number soft">{share} %</td></tr>\n'
        for spent, share in zip(parts, shares, strict=True)
    )
    heads = ((column, ""), ("", "share wide"), ("Time", "number"), ("Share", "number"))
    return _section(name, _table(heads, rows) if parts else '<p class="none">Nothing is known.</p>\n')


def _share(spent: Spent, most: int) -> str:
    width, kind = 100 * spent.active_ms / max(1, most), "fill" if spent.name else "rest"
    return (
        '<svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 8">'
        '<rect class="track" width="100" height="8" rx="1"/>'
        f'<rect class="{kind}" width="{width:.1f}" height="8" rx="1"/></svg>'
    )


def _sessions(day: Day) -> str:
    pauses = {pause.start_ms: pause for pause in day.breaks}
    rows = []
    for entry in day.entries:
        rows.append(_session(entry))
        if entry.end_ms in pauses:
            rows.append(_pause(pauses.pop(entry.end_ms)))
    heads = (("Time", "when"), ("Active", "number"), ("What", ""), ("Focus", "when wide"))
    return _section("Sessions", _table(heads, rows, "course") + _more(say.left_out(day)))


def _session(entry: Entry) -> str:
    used = ", ".join(_foreign(say.named(spent)) for spent in entry.applications if spent.name)
    notes = [f'<span class="tag {entry.workflow}">{say.called(entry.workflow)}</span>']
    notes += [used] if used else []
    notes += [say.counted(entry.interrupted, "interruption")] if entry.interrupted else []
    notes += [standing] if (standing := say.standing(entry)) else []
    notes += [_RUNGS[entry.rung]] if entry.rung in _RUNGS else []
    summary = f"<p>{_foreign(entry.summary)}</p>" if entry.summary else ""
    return (
        f'<tr><td class="when">{say.between(entry)}</td>'
        f'<td class="number">{_text(say.length(entry.minutes))}</td>'
        f'<td class="what"><strong>{_foreign(say.title(entry))}</strong><p>{" · ".join(notes)}</p>{summary}'
        f'{_steps(entry)}</td><td class="when wide">{say.focus(entry)}</td></tr>\n'
    )


def _steps(entry: Entry) -> str:
    if len(entry.steps) <= 1:
        return ""
    said = f"{len(entry.steps)} steps" + (
        f", {entry.more_steps} shorter ones not shown" if entry.more_steps else ""
    )
    steps = (
        f"<li>{say.clock(step.start_ms, entry.offset_s)} {_foreign(step.text)}</li>" for step in entry.steps
    )
    return f"<details><summary>{said}</summary><ol>{''.join(steps)}</ol></details>"


def _pause(pause: Break) -> str:
    long = say.lasted(pause.end_ms - pause.start_ms)
    when = f'<td class="when">{say.between(pause)}</td>'
    return f'<tr class="pause">{when}<td colspan="3">Break, {long}</td></tr>\n'


def _tasks(day: Day) -> str:
    rows = (
        f'<tr><th scope="row">{_foreign(task.title)}</th><td class="when">{say.called(task.state)}</td>'
        f'<td class="number wide">{task.sessions}</td>'
        f'<td class="number">{_text(say.length(task.minutes))}</td>'
        f'<td class="number soft wide">{_text(say.lasted(task.total_ms))}</td></tr>\n'
        for task in day.tasks
    )
    heads = (
        *(("Task", ""), ("State", "when"), ("Sessions", "number wide"), ("That day", "number")),
        ("In all", "number wide"),
    )
    return _section("Tasks", _table(heads, rows) + _more(say.not_shown(day.more_tasks, "other task")))


def _interrupters(day: Day) -> str:
    rows = (
        f'<tr><th scope="row">{_foreign(say.by(each))}</th><td class="number">{each.times}</td>'
        f'<td class="number soft">{_text(say.lasted(each.lasted_ms))}</td></tr>\n'
        for each in day.interrupters
    )
    heads = (("By", ""), ("Times", "number"), ("In all", "number"))
    more = say.not_shown(day.more_interrupters, "other application")
    return _section("Interruptions", _table(heads, rows) + _more(more))


def _habits(day: Day) -> str:
    rows = (
        f'<li>{" → ".join(map(_foreign, habit.steps))}<br><span class="soft">{say.often(habit)}</span></li>\n'
        for habit in day.habits
    )
    more = _more(say.not_shown(day.more_habits, "other pattern"))
    return _section("Patterns", f'<ul class="habit">\n{"".join(rows)}</ul>\n{more}')
