"""What is missing is given, or said to be gone; never something in between."""

from types import SimpleNamespace

import pytest

from glimpsed.api import events as handler
from glimpsed.core.errors import RequestError
from glimpsed.store import events
from glimpsed.wire.messages import EventsRequest
from store_samples import with_database


class PrunedAfterEveryRead:
    """A database in which much is let go as soon as somebody has looked."""

    def __init__(self, db):
        self._db = db

    async def read(self, fn):
        found = await self._db.read(fn)
        await self._db.write(lambda w: events.prune(w, 3))
        return found


def test_what_is_let_go_while_somebody_asks_leaves_no_gap(tmp_path):
    async def body(db):
        await db.write(lambda w: [w.event("daemon.started", {"pid": n}) for n in range(10)])
        context = SimpleNamespace(store=PrunedAfterEveryRead(db))
        reply = await handler.handle(context, EventsRequest(id="1", since=2))
        assert [event.seq for event in reply.events] == list(range(3, 11))
        assert (reply.oldest, reply.latest) == (1, 10)
        with pytest.raises(RequestError, match="seq_expired"):
            await handler.handle(context, EventsRequest(id="2", since=2))
        reply = await handler.handle(context, EventsRequest(id="3", since=7, limit=2))
        assert ([event.seq for event in reply.events], reply.oldest, reply.latest) == ([8, 9], 8, 10)

    with_database(tmp_path, body)
