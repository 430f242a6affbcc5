"""What `glimpse search` shows."""

import msgspec
import pytest

import wire_samples
from answering import Answering
from glimpsed.wire.searching import SearchReply, SearchRequest
from running_glimpse import as_json, glimpse, said

replace = msgspec.structs.replace


@pytest.fixture
def daemon():
    with Answering() as daemon:
        yield daemon


def test_search_says_what_was_found_where_and_how_often(daemon):
    text = said(glimpse(daemon.directory, "search", '"def handle"', "-café", "title:x", "--app", "Code"))
    for part in ("Visual Studio Code", "(3 times)", "at 120,64: def handle(request):", "said: A Python file"):
        assert part in text
    heading, told, picture, *_ = text.splitlines()
    assert heading == f"2025-11-20 11:00-12:00  Coding: shop  {wire_samples.SESSION.id}"
    assert told == "    said: The request handler of the shop was rewritten."
    assert picture.startswith(f"  2025-11-20 11:00:00  {wire_samples.SHOT_ID}  "), "under its session"
    asked = daemon.requests[0]
    assert (asked.words, asked.application, asked.limit) == ('"def handle" -café title:x', "Code", 20)
    more = (
        "--kind",
        "chat",
        "--session",
        "abc",
        "--since",
        "2025-11-20T10:00Z",
        "--until",
        "2h",
        "--limit",
        "5",
        "--cursor",
        "c",
    )
    fields = as_json(glimpse(daemon.directory, "search", "word", *more, "--cursor", "c", "--json"))
    assert (fields["next"], fields["pending"], fields["found"][0]["matches"][0]["box"]) == (
        *("c2", 12),
        [120, 64, 310, 18],
    )
    asked = daemon.requests[1]
    assert (asked.kind, asked.since_ms, asked.limit, asked.cursor) == ("chat", 1_763_632_800_000, 5, "c")
    assert (asked.session, fields["sessions"][0]["score"]) == ("abc", 2.5)
    assert fields["found"][0]["session"] == fields["sessions"][0]["id"]
    talk = glimpse(daemon.directory, "search", "word").stderr
    assert b"up to 12 older screenshots are not indexed yet" in talk
    assert b"there is more" in talk
    daemon.answers[SearchRequest] = lambda _: SearchReply(found=[])
    nothing = glimpse(daemon.directory, "search", "word")
    assert (nothing.returncode, nothing.stderr) == (0, b"nothing was found\n")


def test_search_shows_sessions_without_pictures_and_pictures_without_a_session_last(daemon):
    one = wire_samples.FOUND_SESSION
    two = replace(one, id="two", matches=[], score=None)
    inside, outside = replace(wire_samples.FOUND, session="two"), replace(wire_samples.FOUND, session=None)
    bare = [replace(each, matches=[], times=1) for each in (outside, inside, outside)]
    daemon.answers[SearchRequest] = lambda _: SearchReply(found=bare, sessions=[one, two])
    ran = glimpse(daemon.directory, "search", "word")
    assert [line[:5].rstrip("2") for line in said(ran).splitlines()] == [
        *("2025-", "    s", "2025-", "  20", "2025-", "2025-")
    ]
    assert b"nothing was found" not in ran.stderr
    daemon.answers[SearchRequest] = lambda _: SearchReply(found=[], sessions=[one])
    assert glimpse(daemon.directory, "search", "word").stderr == b""
