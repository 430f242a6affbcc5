"""Tasks as they are kept: what placing means, told and found again."""

import asyncio
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glimpsed.core.errors import RequestError
from glimpsed.core.tasks.model import Part, Settings, TaskState
from glimpsed.core.tasks.telling import LEFT, told
from glimpsed.store import events, tasks
from store_samples import database, with_database
from task_samples import DAY, HOUR, begin, evidence, groups, session_id
from taskbook import Taskbook

LONG = Settings(abandoned_after_ms=10_000 * DAY)
"""For tests that are not about neglect: the clock of their databases is their own."""


def ids():
    numbers = count(1)
    return lambda: f"task-{next(numbers):04}"


def placed(db, number, *every, new_id, settings=LONG):
    return db.write(lambda w: tasks.place(w, session_id(number), every, new_id=new_id, settings=settings))


async def heard(db, since=0):
    """Events of tasks, as `what: task`."""
    found = await db.read(lambda cx: events.since(cx, since, 1000))
    return [f"{event.type.removeprefix('task.')}: {event.body['task']}" for event in found]


async def every_task(db):
    rows = (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 200))).rows
    return {row.id: await db.read(lambda cx, row=row: tasks.task(cx, row.id)) for row in rows}


def test_a_session_joins_the_task_that_it_belongs_to(tmp_path):
    async def body(db):
        new_id = ids()
        assert await placed(db, 0, evidence(0, "@shop"), new_id=new_id) == ("task-0001",)
        assert await placed(db, 2, evidence(2, "@shop", minutes=30), new_id=new_id) == ("task-0001",)
        assert await placed(db, 1, evidence(1, "#481"), evidence(1, "@shop"), new_id=new_id) == (
            "task-0001",
            "task-0002",
        )
        task = await db.read(lambda cx: tasks.task(cx, "task-0001"))
        assert (task.title, task.state, task.proofs) == ("shop", TaskState.OPEN, ())
        assert [part.session for part in task.parts] == [session_id(n) for n in (0, 1, 2)]
        assert (task.first_ms, task.last_ms, task.active_ms) == (
            begin(0),
            begin(2) + HOUR // 2,
            5 * HOUR // 2,
        )
        assert await heard(db) == [
            "opened: task-0001",
            "revised: task-0001",
            "revised: task-0001",
            "opened: task-0002",
        ]

    with_database(tmp_path, body)


def test_the_same_again_is_no_event_and_changes_nothing(tmp_path):
    async def body(db):
        new_id = ids()
        said = [
            evidence(0, "#481", "#481 Router", wording="Answer #481", done="Closed"),
            evidence(0, "@shop"),
        ]
        await placed(db, 0, *said, new_id=new_id)
        before, told_before = await every_task(db), await heard(db)
        await placed(db, 0, *said, new_id=new_id)
        assert (await every_task(db), await heard(db)) == (before, told_before)

    with_database(tmp_path, body)


def test_a_withdrawn_session_leaves_nothing(tmp_path):
    async def body(db):
        new_id = ids()
        await placed(db, 0, evidence(0, "@shop"), new_id=new_id)
        before = await every_task(db)
        await placed(db, 1, evidence(1, "@shop"), evidence(1, "#481", done="Closed"), new_id=new_id)
        await db.write(lambda w: tasks.withdraw(w, session_id(1), settings=LONG))
        assert await every_task(db) == before
        await db.write(lambda w: tasks.withdraw(w, session_id(0), settings=LONG))
        await db.write(lambda w: tasks.withdraw(w, session_id(7), settings=LONG))
        assert await every_task(db) == {}
        assert (await heard(db))[-3:] == [
            "revised: task-0001",
            "withdrawn: task-0002",
            "withdrawn: task-0001",
        ]
        left = "SELECT (SELECT count(*) FROM task_part) + (SELECT count(*) FROM task_key)"
        assert await db.read(lambda cx: cx.execute(left).get) == 0

    with_database(tmp_path, body)


def test_done_and_seen_again(tmp_path):
    async def body(db):
        new_id = ids()
        await placed(db, 0, evidence(0, "#481", done="Status: Closed"), new_id=new_id)
        task = await db.read(lambda cx: tasks.task(cx, "task-0001"))
        assert task.state is TaskState.DONE
        assert [(proof.session, proof.text) for proof in task.proofs] == [(session_id(0), "Status: Closed")]
        await placed(db, 1, evidence(1, "#481"), new_id=new_id)
        task = await db.read(lambda cx: tasks.task(cx, "task-0001"))
        assert (task.state, task.proofs) == (TaskState.OPEN, ())
        await placed(db, 1, evidence(1, "#481", done="Merged"), new_id=new_id)
        assert await heard(db) == [
            "opened: task-0001",
            "done: task-0001",
            "reopened: task-0001",
            "done: task-0001",
        ]

    with_database(tmp_path, body)


def test_what_is_not_seen_for_long_is_abandoned_until_it_is(tmp_path):
    async def body(db):
        new_id, soon = ids(), Settings(abandoned_after_ms=2 * DAY)
        await placed(db, 0, evidence(0, "@shop"), new_id=new_id)
        await placed(db, 0, evidence(0, "@shop"), evidence(0, "#481", done="Closed"), new_id=new_id)
        last = begin(0) + HOUR

        def sweep(at):
            return db.write(lambda w: tasks.sweep(w, at, soon))

        assert await sweep(last + 2 * DAY) == 0
        assert await sweep(last + 2 * DAY + 1) == 1
        task = await db.read(lambda cx: tasks.task(cx, "task-0001"))
        assert (task.state, task.proofs[0].at_ms, task.proofs[0].text) == (TaskState.ABANDONED, last, LEFT)
        assert (await db.read(lambda cx: tasks.task(cx, "task-0002"))).state is TaskState.DONE
        assert await sweep(last + 9 * DAY) == 0, "it is told once"
        assert await sweep(last + DAY) == 1, "the clock was wrong"
        await sweep(last + 9 * DAY)
        await placed(db, 8, evidence(8, "@shop"), new_id=new_id)
        assert [each for each in await heard(db) if each.endswith("1")] == [
            "opened: task-0001",
            "abandoned: task-0001",
            "reopened: task-0001",
            "abandoned: task-0001",
            "reopened: task-0001",
        ]

    with_database(tmp_path, body)


def test_an_old_session_that_comes_late_makes_no_open_task(tmp_path):
    async def body(db):
        await placed(db, -60, evidence(-60, "@shop"), new_id=ids(), settings=Settings())
        assert await heard(db) == ["opened: task-0001", "abandoned: task-0001"]

    with_database(tmp_path, body)


def test_pages_are_by_when_a_task_was_seen_last(tmp_path):
    async def body(db):
        new_id = ids()
        for number in (3, 1, 2, 0):
            done = "Closed" if number % 2 else ""
            await placed(db, number, evidence(number, f"#48{number}", done=done), new_id=new_id)

        async def pages(limit=200, **wanted):
            found, cursor = [], None
            while True:
                page = await db.read(lambda cx, at=cursor: tasks.page(cx, tasks.Filter(**wanted), at, limit))
                found += [row.title for row in page.rows]
                cursor = page.next
                if cursor is None:
                    return found

        assert (
            await pages() == await pages(limit=1) == await pages(limit=3) == ["#483", "#482", "#481", "#480"]
        )
        assert await pages(limit=1, state="done") == ["#483", "#481"]
        assert await pages(since_ms=begin(1), until_ms=begin(3)) == ["#482", "#481"]
        assert await pages(state="open", since_ms=begin(1)) == ["#482"]
        assert await pages(until_ms=-(2**70)) == []
        with pytest.raises(RequestError, match="bad_request"):
            await db.read(lambda cx: tasks.page(cx, tasks.Filter(), "x", 5))
        (row,) = (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 1))).rows
        assert (row.sessions, row.proofs[0].text) == (1, "Closed")

    with_database(tmp_path, body)


def test_what_was_worked_at_between_two_times_with_the_time_in_it(tmp_path):
    async def body(db):
        new_id = ids()
        await placed(db, 0, evidence(0, "@shop"), new_id=new_id)
        await placed(db, 1, evidence(1, "@shop", minutes=20), evidence(1, "#481", minutes=40), new_id=new_id)

        async def between(since, until):
            found = await db.read(lambda cx: tasks.between(cx, since, until))
            return [(task.title, [part.session for part in task.parts]) for task in found]

        assert await between(begin(1), begin(2)) == [("#481", [session_id(1)]), ("shop", [session_id(1)])]
        assert await between(begin(0) + HOUR - 1, begin(1)) == [("shop", [session_id(0)])]
        assert await between(begin(0) + HOUR, begin(1)) == []
        assert await between(-(2**80), 2**80) == [
            ("shop", [session_id(0), session_id(1)]),
            ("#481", [session_id(1)]),
        ]
        (shop,) = await db.read(lambda cx: tasks.between(cx, begin(0), begin(0) + 1))
        assert shop.active_ms == 80 * 60_000, "the task's own time is all of it"
        assert shop.parts == (Part(session_id(0), begin(0), begin(0) + HOUR, HOUR),)

    with_database(tmp_path, body)


def test_a_read_name_leads_to_its_task_however_many_there_are(tmp_path):
    async def body(db):
        new_id = ids()

        def fill(w):
            for number in range(300):
                said = evidence(number, f"Report of {number * 7919} apples.odt", "hub.example/x")
                tasks.place(w, session_id(number), [said], new_id=new_id, settings=LONG)

        await db.write(fill)
        before = await every_task(db)
        read = [evidence(999, "Report 0f 79190 app1es.odt")]
        (found,) = await placed(db, 999, *read, new_id=new_id)
        assert session_id(10) in [part.session for part in before[found].parts]

    with_database(tmp_path, body)


def test_placing_reads_a_bounded_number_of_tasks(tmp_path):
    """A page that everything leads to leads to the newest tasks alone."""

    async def body(db):
        new_id = ids()

        def fill(w):
            for number in range(3 * tasks.CANDIDATES):
                names = (f"#{5000 + number}", (f"#{5000 + number} page", 10), ("hub.example/x", 60_000))
                tasks.place(w, session_id(number), [evidence(number, *names)], new_id=new_id, settings=LONG)

        await db.write(fill)
        read = []

        def watched(w):
            w.cx.set_row_trace(lambda _, row: read.append(row) or row)
            try:
                tasks.place(w, "s", [evidence(999, "hub.example/x")], new_id=new_id, settings=LONG)
            finally:
                w.cx.set_row_trace(None)

        await db.write(watched)
        assert tasks.CANDIDATES <= len(read) <= 6 * tasks.CANDIDATES

    with_database(tmp_path, body)


NAMES = ["#11", "#12", "@shop", "@kit", "alpha report.odt", "a1pha report.odt", "gamma.pdf", "w.example/a"]
PIECES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES[4:]), st.integers(1, 60), st.booleans()),
    max_size=3,
)
STEPS = st.lists(st.tuples(st.integers(0, 4), PIECES), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_store_does_what_placing_means(tmp_path_factory, steps):
    """Sessions come, come anew and go: the store and the book have the same tasks of the same parts."""

    async def main():
        async with database(tmp_path_factory.mktemp("tasks")) as db:
            book, new_id = Taskbook(LONG), ids()
            for number, pieces in steps:
                said = [
                    evidence(
                        number, *dict.fromkeys((head, other)), minutes=minutes, done="Closed" if done else ""
                    )
                    for head, other, minutes, done in pieces
                ]
                book.place(session_id(number), said)
                await placed(db, number, *said, new_id=new_id)
            kept = await every_task(db)
            of_book = {task: list(each) for task, each in book.evidence.items()}
            assert groups({task: [p.session for p in kept[task].parts] for task in kept}) == groups(of_book)
            assert sorted(
                map(str, (told("", list(e.values()), 0, LONG) for e in book.evidence.values()))
            ) == sorted(str(told_as(task)) for task in kept.values())

    asyncio.run(main())


def told_as(task):
    return type(task)("", *(getattr(task, field) for field in task.__struct_fields__[1:]))
