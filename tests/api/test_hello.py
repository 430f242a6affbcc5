"""Who asks is in the log, for who wants to know."""

from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from glimpsed.api import hello
from glimpsed.wire.messages import HelloRequest
from store_samples import with_database


@pytest.mark.parametrize(
    ("client", "logged"),
    [
        ("glimpse 0.1", "glimpse 0.1"),
        ("\x1b]0;owned\x07\r\n\u202eeb", "\ufffd]0;owned\ufffd\ufffd\ufffd\ufffdeb"),
        ("x" * 200, "x" * 64),
        ("", ""),
    ],
)
def test_the_asking_program_is_logged_for_debugging(tmp_path, client, logged):
    async def body(db):
        with capture_logs() as log:
            reply = await hello.handle(SimpleNamespace(store=db), HelloRequest(id="1", client=client))
        assert log == [{"event": "client.hello", "client": logged, "log_level": "debug"}]
        assert (reply.epoch, reply.seq) == (db.epoch, 0)

    with_database(tmp_path, body)
