"""Tasks as a client sees them."""

from itertools import count
from types import SimpleNamespace

import pytest

from glimpsed.api import task, tasks
from glimpsed.core.errors import RequestError
from glimpsed.core.tasks.model import Settings
from glimpsed.store import tasks as store
from glimpsed.wire import tasks as wire
from store_samples import with_database
from task_samples import DAY, HOUR, begin, evidence, session_id

LONG = Settings(abandoned_after_ms=10_000 * DAY)


def fill(w):
    """A project in two sessions, a ticket that is closed, and a report that was left."""
    numbers = count(1)
    for number, said in (
        (0, [evidence(0, "Report on apples.odt")]),
        (5, [evidence(5, "@shop")]),
        (6, [evidence(6, "@shop", minutes=30), evidence(6, "#481", "#481 Router", done="Status: Closed")]),
    ):
        store.place(w, session_id(number), said, new_id=lambda: f"task-{next(numbers)}", settings=LONG)
    store.sweep(w, begin(6), Settings(abandoned_after_ms=2 * DAY))


async def listed(db, **wanted):
    return await tasks.handle(SimpleNamespace(store=db), wire.TasksRequest(id="1", **wanted))


async def shown(db, name):
    return await task.handle(SimpleNamespace(store=db), wire.TaskRequest(id="1", task=name))


def test_a_task_says_where_it_stands_and_why(tmp_path):
    async def body(db):
        await db.write(fill)
        first = await listed(db, limit=2)
        rest = await listed(db, limit=2, cursor=first.next)
        assert [(each.title, each.state, each.sessions) for each in (*first.tasks, *rest.tasks)] == [
            ("#481 Router", "done", 1),
            ("shop", "open", 2),
            ("Report on apples.odt", "abandoned", 1),
        ]
        assert rest.next is None
        done, shop, left = (*first.tasks, *rest.tasks)
        assert [(proof.session, proof.text) for proof in done.proofs] == [(session_id(6), "Status: Closed")]
        assert shop.proofs == []
        assert [proof.at_ms for proof in left.proofs] == [begin(0) + HOUR]

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"state": "open"}, ["shop"]),
        ({"state": "abandoned", "since_ms": begin(1)}, []),
        ({"since_ms": begin(6) + HOUR}, ["#481 Router"]),
        ({"until_ms": begin(6)}, ["Report on apples.odt"]),
    ],
)
def test_filters(tmp_path, wanted, titles):
    async def body(db):
        await db.write(fill)
        assert [each.title for each in (await listed(db, **wanted)).tasks] == titles

    with_database(tmp_path, body)


@pytest.mark.parametrize("wanted", [{"state": "finished"}, {"state": ""}, {"cursor": "x"}])
def test_what_cannot_be_asked_is_said(tmp_path, wanted):
    async def body(db):
        await db.write(fill)
        with pytest.raises(RequestError, match="bad_request"):
            await listed(db, **wanted)

    with_database(tmp_path, body)


def test_one_task_has_its_parts(tmp_path):
    async def body(db):
        await db.write(fill)
        reply = await shown(db, "task-2")
        assert (reply.task.title, reply.task.active_ms, reply.task.sessions) == ("shop", 3 * HOUR // 2, 2)
        assert [(part.session, part.start_ms, part.active_ms) for part in reply.parts] == [
            (session_id(5), begin(5), HOUR),
            (session_id(6), begin(6), HOUR // 2),
        ]
        with pytest.raises(RequestError, match="not_found"):
            await shown(db, "task-9")

    with_database(tmp_path, body)


def test_of_very_many_parts_the_latest_are_shown(tmp_path):
    async def body(db):
        def much(w):
            for number in range(wire.MAX_PARTS + 5):
                said = [evidence(number, "@shop", minutes=5)]
                store.place(w, session_id(number), said, new_id=lambda: "task", settings=LONG)

        await db.write(much)
        reply = await shown(db, "task")
        assert (reply.task.sessions, len(reply.parts)) == (wire.MAX_PARTS + 5, wire.MAX_PARTS)
        assert reply.parts[-1].session == session_id(wire.MAX_PARTS + 4)

    with_database(tmp_path, body)
