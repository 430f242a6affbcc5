"""Tasks: what sessions say of them, and what they come to.

Rules of this file: a task's row says what `core.tasks.telling` says of its parts, in the write that changes
them; a task without parts is none. Nothing here reads all tasks: those that a session may belong to are found
by its names, the newest `CANDIDATES` of each name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import apsw
import msgspec

from glimpsed.core.sessions.settings import DAY_MS
from glimpsed.core.tasks.model import Evidence, Part, Proof, Settings, Task, TaskState
from glimpsed.core.tasks.names import Name, NameKind
from glimpsed.core.tasks.placing import Known
from glimpsed.core.tasks.placing import place as placing
from glimpsed.core.tasks.telling import LEFT, standing, title
from glimpsed.store import page as pages
from glimpsed.store.writer import Writer

CANDIDATES = 64
"""Most tasks that one name leads to, the newest."""

TITLED = 50
"""Readings of names that a title is chosen from, those that were there longest."""

SWEPT = 500
"""Most tasks that one sweep looks at."""

_LONGEST_MS = 2 * DAY_MS
"""More than any session lasts, since a day's start ends one."""

_ROW = "SELECT id, title, state, first_ms, last_ms, active_ms, sessions FROM task"
_BY_ID = f"{_ROW} WHERE id = ?"
_BY_SESSION = """
SELECT id, title, state, first_ms, last_ms, task.active_ms, sessions
FROM task_part JOIN task ON task.id = task_part.task
WHERE session = ? ORDER BY task_part.active_ms DESC, id LIMIT ?"""
_PAGE = f"{_ROW} WHERE {{where}} ORDER BY last_ms DESC, id DESC LIMIT ?"
_ADD = (
    "INSERT INTO task (id, title, state, first_ms, last_ms, active_ms, sessions) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_SET = """
UPDATE task SET title = ?, state = ?, first_ms = ?, last_ms = ?, active_ms = ?, sessions = ? WHERE id = ?"""
_DROP = "DELETE FROM task WHERE id = ?"

_OF_SESSION = """
SELECT task, start_ms, end_ms, active_ms, wording, names, task_proof.at_ms, task_proof.text
FROM task_part LEFT JOIN task_proof USING (task, session) WHERE session = ? ORDER BY task"""
_ADD_PART = """
INSERT INTO task_part (task, session, start_ms, end_ms, active_ms, wording, names)
VALUES (?, ?, ?, ?, ?, ?, ?)"""
_DROP_PART = "DELETE FROM task_part WHERE task = ? AND session = ?"
_ADD_PROOF = "INSERT INTO task_proof (task, session, at_ms, text) VALUES (?, ?, ?, ?)"
_DROP_PROOF = "DELETE FROM task_proof WHERE task = ? AND session = ?"

_ADD_KEY = """
INSERT INTO task_key (task, kind, owner, text, key, head, tail, active_ms, parts)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (task, kind, owner, text) DO UPDATE SET
  active_ms = active_ms + excluded.active_ms, parts = parts + 1"""
_TAKE_KEY = """
UPDATE task_key SET active_ms = active_ms - ?, parts = parts - 1
WHERE task = ? AND kind = ? AND owner = ? AND text = ?"""
_DROP_KEY = "DELETE FROM task_key WHERE task = ? AND kind = ? AND owner = ? AND text = ? AND parts = 0"
_LED_TO = tuple(
    f"SELECT task, kind, owner, text, active_ms FROM task_key WHERE {column} = ? "  # noqa: S608 - three names of ours
    f"ORDER BY task DESC LIMIT {CANDIDATES}"
    for column in ("key", "head", "tail")
)
_HAS_KIND = "SELECT EXISTS (SELECT 1 FROM task_key WHERE task = ? AND kind = ?)"
_LONGEST = """
SELECT kind, owner, text, active_ms FROM task_key WHERE task = ? AND kind = ?
ORDER BY active_ms DESC LIMIT ?"""

_SUMS = "SELECT min(start_ms), sum(active_ms), count(*) FROM task_part WHERE task = ?"
_LAST = """
SELECT session, start_ms, end_ms, active_ms, task_proof.at_ms, task_proof.text
FROM task_part LEFT JOIN task_proof USING (task, session)
WHERE task = ? ORDER BY end_ms DESC, session DESC LIMIT 1"""
_WORDINGS = "SELECT wording, sum(active_ms) FROM task_part WHERE task = ? GROUP BY wording"
_PARTS = """
SELECT session, start_ms, end_ms, active_ms FROM task_part WHERE task = ? ORDER BY start_ms, session"""
_PARTS_BETWEEN = """
SELECT task, session, start_ms, end_ms, active_ms FROM task_part
WHERE start_ms >= ? AND start_ms < ? AND end_ms > ? ORDER BY start_ms, task, session"""
_STALE = "SELECT id FROM task WHERE state = ? AND last_ms < ? ORDER BY last_ms, id LIMIT ?"
_FRESH = "SELECT id FROM task WHERE state = ? AND last_ms >= ? ORDER BY last_ms DESC, id DESC LIMIT ?"

_EVENTS = {
    TaskState.OPEN: "task.reopened",
    TaskState.DONE: "task.done",
    TaskState.ABANDONED: "task.abandoned",
}


class Filter(msgspec.Struct, frozen=True):
    """Which tasks: in this state, seen last at `since_ms` <= last < `until_ms`; None takes all."""

    state: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None


class TaskRow(msgspec.Struct, frozen=True):
    """A task without its parts, of which there is one for each of `sessions`."""

    id: str
    title: str
    state: TaskState
    first_ms: int
    last_ms: int
    active_ms: int
    sessions: int
    proofs: tuple[Proof, ...] = ()


def place(
    w: Writer,
    session: str,
    evidence: Sequence[Evidence],
    *,
    new_id: Callable[[], str],
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Have tasks hold what this session says (`core.tasks.evidence.gather`) instead of what it said before.

    Gives the ids of the tasks that it belongs to. The same again changes nothing, and is no event.
    """
    was = dict(_of_session(w.cx, session))
    for task_id, said in was.items():
        _take(w, task_id, said)
    now: dict[str, Evidence] = {}
    for placed in placing(evidence, _known(w.cx, evidence, was)):
        task_id = placed.task or _begin(w, new_id(), placed.evidence.part)
        now[task_id] = placed.evidence
        _put(w, task_id, placed.evidence)
    for task_id in sorted({*was, *now}):
        _retell(w, task_id, settings, changed=was.get(task_id) != now.get(task_id))
    return tuple(sorted(now))


def withdraw(w: Writer, session: str, *, settings: Settings = Settings()) -> None:  # noqa: B008 - frozen
    """The session is no more: what it said is taken out of tasks, and tasks of which nothing is left go."""
    place(w, session, (), new_id=_nothing_is_new, settings=settings)


def sweep(w: Writer, now_ms: int, settings: Settings = Settings()) -> int:  # noqa: B008 - frozen
    """Abandon open tasks that were not seen for long, some hundreds at a time; gives how many it looked at.

    Those that were abandoned by a clock that went ahead are open again.
    """
    since = now_ms - settings.abandoned_after_ms
    found = _ids(w.cx, _STALE, TaskState.OPEN, since, SWEPT)
    found += _ids(w.cx, _FRESH, TaskState.ABANDONED, since, SWEPT)
    for task_id in found:
        _retell(w, task_id, settings, changed=False, now_ms=now_ms)
    return len(found)


def task(cx: apsw.Connection, task_id: str) -> Task | None:
    """One task with all of its parts."""
    row: Any = cx.execute(_BY_ID, (task_id,)).fetchone()
    if row is None:
        return None
    parts: Any = cx.execute(_PARTS, (task_id,)).fetchall()
    return _whole(_row(cx, row), (Part(*part) for part in parts))


def of_session(cx: apsw.Connection, session: str, limit: int) -> list[TaskRow]:
    """The tasks that have a part in a session, those first that most of its time was spent on."""
    rows: Any = cx.execute(_BY_SESSION, (session, limit)).fetchall()
    return [_row(cx, row) for row in rows]


def page(cx: apsw.Connection, wanted: Filter, cursor: str | None, limit: int) -> pages.Page[TaskRow]:
    """Tasks, the last worked at first. Raises `RequestError` on a cursor that is not ours."""
    conditions: list[tuple[str, int | str | None]] = [
        ("state = ?", wanted.state),
        ("last_ms >= ?", None if wanted.since_ms is None else pages.clamped(wanted.since_ms)),
    ]
    asked = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join([*(condition for condition, _ in asked), "(last_ms, id) < (?, ?)"])
    bindings = (*(value for _, value in asked), *pages.behind(cursor, wanted.until_ms), limit + 1)
    rows: Any = cx.execute(_PAGE.format(where=where), bindings).fetchall()
    return pages.cut([_row(cx, row) for row in rows], limit, lambda last: (last.last_ms, last.id))


def between(cx: apsw.Connection, since_ms: int, until_ms: int) -> tuple[Task, ...]:
    """Tasks that were worked at in this time, each with its parts in it alone; most time in it first.

    A part is in it if some of it is; all else of a task is as of now.
    """
    bindings = (pages.clamped(since_ms - _LONGEST_MS), pages.clamped(until_ms), pages.clamped(since_ms))
    parts: dict[str, list[Part]] = {}
    rows: Any = cx.execute(_PARTS_BETWEEN, bindings).fetchall()
    for task_id, *part in rows:
        parts.setdefault(task_id, []).append(Part(*part))
    found = []
    for task_id, own in parts.items():
        row: Any = cx.execute(_BY_ID, (task_id,)).fetchone()
        found.append(_whole(_row(cx, row), own))
    return tuple(sorted(found, key=lambda each: (-sum(part.active_ms for part in each.parts), each.id)))


def _nothing_is_new() -> str:
    raise RuntimeError("what is withdrawn makes no task")


def _of_session(cx: apsw.Connection, session: str) -> Iterable[tuple[str, Evidence]]:
    """What it said so far, by task."""
    rows: Any = cx.execute(_OF_SESSION, (session,)).fetchall()
    for task_id, start, end, active, wording, names, at_ms, text in rows:
        proof = None if at_ms is None else Proof(at_ms, session, text)
        every = msgspec.json.decode(names, type=tuple[tuple[NameKind, str, str, int], ...])
        yield (
            task_id,
            Evidence(Part(session, start, end, active), tuple(Name(*each) for each in every), wording, proof),
        )


def _known(cx: apsw.Connection, evidence: Iterable[Evidence], was: Mapping[str, Evidence]) -> list[Known]:
    """Tasks that any of its names, or a reading like it, leads to, with these names; and those it was in."""
    found: dict[str, dict[Name, None]] = {task_id: {} for task_id in was}
    for name in (name for each in evidence for name in each.names):
        for sql, key in zip(_LED_TO, (name.key, *(name.near or ())), strict=False):
            rows: Any = cx.execute(sql, (key,)).fetchall()
            for task_id, kind, *row in rows:
                found.setdefault(task_id, {})[Name(NameKind(kind), *row)] = None
    return [
        Known(task_id, _kind(cx, task_id), tuple(names), was[task_id].names if task_id in was else ())
        for task_id, names in sorted(found.items())
    ]


def _kind(cx: apsw.Connection, task_id: str) -> NameKind:
    """What a task is, by the strongest of its names."""
    return next((kind for kind in NameKind if cx.execute(_HAS_KIND, (task_id, kind)).get), NameKind.PAGE)


def _ids(cx: apsw.Connection, sql: str, *bindings: int | str) -> list[str]:
    rows: Any = cx.execute(sql, bindings).fetchall()
    return [task_id for (task_id,) in rows]


def _shown_names(cx: apsw.Connection, task_id: str) -> tuple[Name, ...]:
    """The names of each kind that were there longest: what a title may be made of."""
    rows: list[Any] = []
    for kind in NameKind:
        rows += cx.execute(_LONGEST, (task_id, kind, TITLED)).fetchall()
    return tuple(Name(NameKind(kind), *row) for kind, *row in rows)


def _begin(w: Writer, task_id: str, part: Part) -> str:
    """A task of which nothing is told yet."""
    w.cx.execute(_ADD, (task_id, "", TaskState.OPEN, part.start_ms, part.end_ms, 0, 0))
    return task_id


def _put(w: Writer, task_id: str, evidence: Evidence) -> None:
    part = evidence.part
    said = [(name.kind, name.owner, name.text, name.active_ms) for name in evidence.names]
    names = msgspec.json.encode(said).decode()
    times = (part.start_ms, part.end_ms, part.active_ms)
    w.cx.execute(_ADD_PART, (task_id, part.session, *times, evidence.wording, names))
    if evidence.done is not None:
        w.cx.execute(_ADD_PROOF, (task_id, part.session, evidence.done.at_ms, evidence.done.text))
    for name in evidence.names:
        keys = (name.key, *(name.near or (None, None)))
        w.cx.execute(_ADD_KEY, (task_id, name.kind, name.owner, name.text, *keys, name.active_ms))


def _take(w: Writer, task_id: str, evidence: Evidence) -> None:
    """Take back what was put."""
    for name in evidence.names:
        w.cx.execute(_TAKE_KEY, (name.active_ms, task_id, name.kind, name.owner, name.text))
        w.cx.execute(_DROP_KEY, (task_id, name.kind, name.owner, name.text))
    w.cx.execute(_DROP_PROOF, (task_id, evidence.part.session))
    w.cx.execute(_DROP_PART, (task_id, evidence.part.session))


def _retell(w: Writer, task_id: str, settings: Settings, *, changed: bool, now_ms: int | None = None) -> None:
    """Have a task's row say what its parts come to, and tell what is different; `changed` if they are."""
    before: Any = w.cx.execute(_BY_ID, (task_id,)).fetchone()
    first_ms, active_ms, sessions = w.cx.execute(_SUMS, (task_id,)).get
    if not sessions:
        w.cx.execute(_DROP, (task_id,))
        w.event("task.withdrawn", {"task": task_id})
        return
    last, proof = _last(w.cx, task_id)
    stands = standing(last, proof, w.now_ms if now_ms is None else now_ms, settings)
    wordings: Any = w.cx.execute(_WORDINGS, (task_id,)).fetchall()
    called = title(_shown_names(w.cx, task_id), dict(wordings))
    after = (called, stands.state, first_ms, last.end_ms, active_ms, sessions)
    w.cx.execute(_SET, (*after, task_id))
    for kind in _what_happened(before, after, changed=changed):
        w.event(kind, {"task": task_id})


def _what_happened(before: Any, after: tuple[Any, ...], *, changed: bool) -> tuple[str, ...]:
    was_new, state, was = before[6] == 0, after[1], before[2]
    if was_new:
        return ("task.opened",) if state is TaskState.OPEN else ("task.opened", _EVENTS[state])
    if state != was:
        return (_EVENTS[state],)
    return ("task.revised",) if changed or before[1:] != after else ()


def _last(cx: apsw.Connection, task_id: str) -> tuple[Part, Proof | None]:
    """The part of a task that was seen last, and its proof."""
    row: Any = cx.execute(_LAST, (task_id,)).fetchone()
    session, start_ms, end_ms, active_ms, at_ms, text = row
    proof = None if at_ms is None else Proof(at_ms, session, text)
    return Part(session, start_ms, end_ms, active_ms), proof


def _row(cx: apsw.Connection, row: Any) -> TaskRow:
    task_id, called, state, *figures = row
    told = TaskRow(task_id, called, TaskState(state), *figures)
    if told.state is TaskState.OPEN:
        return told
    last, proof = _last(cx, task_id)
    if told.state is TaskState.ABANDONED or proof is None:
        proof = Proof(last.end_ms, last.session, LEFT)
    return msgspec.structs.replace(told, proofs=(proof,))


def _whole(row: TaskRow, parts: Iterable[Part]) -> Task:
    return Task(
        row.id, row.title, row.state, row.first_ms, row.last_ms, row.active_ms, tuple(parts), row.proofs
    )
