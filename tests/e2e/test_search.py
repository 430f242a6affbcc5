"""A daemon finds what it was given, and what an older version left it."""

from contextlib import closing

import apsw
import pytest

import drawn
from glimpse_client import Client
from glimpse_client.errors import RequestFailedError
from running_daemon import NO_OCR, RunningDaemon, until

FILES = 150


@pytest.mark.parametrize(
    "wanted",
    [
        {"words": ""},
        {"words": "x" * 1001},
        {"limit": 201},
        {"since_ms": -1},
        {"cursor": "mine"},
        {"words": "-x !"},
    ],
)
def test_what_is_out_of_bounds_is_refused(tmp_path, wanted):
    with RunningDaemon(tmp_path, NO_OCR) as daemon, daemon.client() as client:
        with pytest.raises(RequestFailedError, match="bad_request"):
            client.search(**{"words": "x", **wanted})
        assert client.search("x").found == []


def found(client: Client) -> set[str]:
    return {each.shot.id for each in client.search("firefox", limit=200).found}


def test_what_is_found_is_in_sessions_that_are_told_of_it(tmp_path):
    with RunningDaemon(tmp_path, NO_OCR) as daemon:
        for number in range(12):
            (daemon.shots / f"Firefox {number}.png").write_bytes(drawn.swatch(number))
        with daemon.client() as client:
            daemon.settled(client, shots=12)

            def placed():
                reply = client.search("firefox", limit=200)
                return reply if len(reply.found) == 12 and all(each.session for each in reply.found) else None

            reply = until(placed, what="sessions")
            assert {each.id for each in reply.sessions} == {each.session for each in reply.found}
            assert all(each.score is not None and "Firefox" in each.title for each in reply.sessions)
            for each in reply.sessions:
                inside = client.search("firefox", limit=200, session=each.id).found
                assert {one.shot.id for one in inside} == {
                    one.shot.id for one in reply.found if one.session == each.id
                }
                assert client.shot(inside[0].shot.id).session == each.id


def test_what_an_older_version_left_is_found_before_long(tmp_path):
    with RunningDaemon(tmp_path, NO_OCR) as daemon:
        for number in range(FILES):
            (daemon.shots / f"Firefox {number}.png").write_bytes(drawn.swatch(number))
        with daemon.client() as client:
            daemon.settled(client, shots=FILES)
            assert len(found(client)) == FILES
            assert client.search("firefox").pending == 0
        daemon.stop()
        with closing(apsw.Connection(str(daemon.data / "glimpsed.sqlite"))) as old:
            old.execute("DELETE FROM meta WHERE key LIKE 'search_%'")
        daemon.start()
        with daemon.client() as client:
            until(lambda: client.search("firefox").pending == 0, what="an index")
            assert len(found(client)) == FILES
            (check,) = (check for check in client.doctor().checks if check.name == "search")
            assert (check.ok, check.detail) == (True, "every picture can be found")
