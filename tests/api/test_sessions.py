"""What clients are shown of sessions."""

from types import SimpleNamespace

import msgspec
import pytest

from glimpsed.api import session as one
from glimpsed.api import sessions as several
from glimpsed.api import shots as listed
from glimpsed.api.context import Context
from glimpsed.core.errors import RequestError
from glimpsed.core.model import Rung
from glimpsed.core.sessions.model import Outline, SessionState, Telling, Workflow
from glimpsed.core.sessions.told import Judged
from glimpsed.core.tasks.model import Settings
from glimpsed.store import jobs, sessions, tasks, telling
from glimpsed.wire.messages import ShotsRequest
from glimpsed.wire.sessions import JudgedView, SessionRequest, SessionsRequest, ShareView, StepView
from store_samples import accept, result, session, shot, with_database
from task_samples import DAY, evidence


class Seen(SimpleNamespace):
    """As much of a context as these handlers look at."""

    session = Context.session
    shot = Context.shot


def three(w):
    """Shots 1 to 9 in three sessions, of which the second is another kind of work and the last goes on."""
    for number in range(1, 10):
        accept(w, number, number)
    sessions.put(w, session("first", 1, 3))
    outline = Outline("Meeting: Zoom", workflow=Workflow.MEETING)
    sessions.put(w, session("second", 4, 6, outline=outline))
    sessions.put(w, session("third", 7, 9, state=SessionState.OPEN))


def asked(tmp_path, *checks):
    async def body(db):
        await db.write(three)
        for check in checks:
            await check(Seen(store=db, prospects=None), db)

    with_database(tmp_path, body)


def test_a_page_is_the_latest_first_and_the_next_goes_on(tmp_path):
    async def check(context, _db):
        page = await several.handle(context, SessionsRequest(id="1", limit=2))
        assert [each.id for each in page.sessions] == ["third", "second"]
        assert [each.state for each in page.sessions] == ["open", "closed"]
        rest = await several.handle(context, SessionsRequest(id="1", limit=2, cursor=page.next))
        assert ([each.id for each in rest.sessions], rest.next) == (["first"], None)

    asked(tmp_path, check)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"since_ms": shot(4, 4).taken_at.ms}, ["third", "second"]),
        ({"until_ms": shot(4, 4).taken_at.ms}, ["first"]),
        ({"workflow": "meeting"}, ["second"]),
        ({"workflow": "meeting", "since_ms": shot(7, 7).taken_at.ms}, []),
        ({"workflow": "nonsense"}, []),
    ],
)
def test_sessions_are_filtered_by_time_and_kind(tmp_path, wanted, found):
    async def check(context, _db):
        page = await several.handle(context, SessionsRequest(id="1", **wanted))
        assert [each.id for each in page.sessions] == found

    asked(tmp_path, check)


def test_a_cursor_of_somebody_else_is_refused(tmp_path):
    async def check(context, _db):
        with pytest.raises(RequestError, match="bad_request"):
            await several.handle(context, SessionsRequest(id="1", cursor="x"))

    asked(tmp_path, check)


def test_a_session_is_shown_whole(tmp_path):
    async def check(context, _db):
        shown = (await one.handle(context, SessionRequest(id="1", session="first"))).session
        kept = session("first", 1, 3)
        assert (shown.title, shown.summary, shown.rung) == (kept.title, kept.summary, "rules")
        assert (shown.first_shot, shown.last_shot, shown.shots) == ("shot-000001", "shot-000003", 3)
        assert shown.applications == [ShareView("Éditeur", 60_000, 1.0)]
        assert shown.steps == [StepView(kept.start_ms, kept.end_ms, "model.py")]
        assert shown.reasons == ["first"]
        assert (shown.model, shown.tasks, shown.efficiency) == (None, [], ""), "no model told anything"

    asked(tmp_path, check)


def test_what_nothing_was_read_of_says_so():
    bare = several.session_view(session("bare", 1, 3, outline=Outline("Various")), None)
    assert bare.rung == "boundaries"


def test_what_a_model_told_is_shown_with_its_name():
    told = Telling(
        "Rewrote the parser",
        "It was rewritten.",
        Workflow.CODING,
        tasks=("Parser",),
        model="llama",
        claims=9,
        dropped=2,
        prompt_version="7",
    )
    shown = several.session_view(session("told", 1, 3, told=told), None)
    assert (shown.rung, shown.model, shown.prompt_version) == ("model", "llama", "7")
    assert (shown.title, shown.tasks) == ("Rewrote the parser", ["Parser"])
    assert (shown.claims, shown.dropped, shown.judged) == (9, 2, None)


def judged(w, session_id, number, *, begins, prompt="b1"):
    """A model answers whether `session_id` begins at a shot."""
    about = shot(number, number)
    said = Judged(about.id, about.taken_at.ms, begins=begins, confidence=0.62, prompt_version=prompt)
    job = telling.wanted(w, session_id, f"judge-{number}")
    jobs.start(w, job.id, "llama")
    telling.finish(w, job, said, "llama", f"after-{number}")


def test_what_a_model_said_of_a_beginning_is_shown_with_it(tmp_path):
    def write(w):
        judged(w, "first", 1, begins=True)
        judged(w, "second", 5, begins=True)

    async def check(context, db):
        await db.write(write)
        page = await several.handle(context, SessionsRequest(id="1"))
        shown = {each.id: each.judged for each in page.sessions}
        verdict = JudgedView(shot="shot-000001", begins=True, confidence=0.62, model="llama")
        assert shown == {"third": None, "second": None, "first": verdict}, "not one within a session"
        await db.write(lambda w: sessions.put(w, session("first", 1, 2)))
        reply = await one.handle(context, SessionRequest(id="1", session="first", history=True))
        assert [reply.session.judged, reply.earlier[0].session.judged] == [verdict] * 2
        assert reply.session.reasons == ["first"], "the reasons of rules stand beside it"

    asked(tmp_path, check)


def test_where_nobody_was_asked_no_verdict_is_shown(tmp_path):
    async def check(context, db):
        await db.write(lambda w: judged(w, "first", 1, begins=True, prompt=""))
        assert (await one.handle(context, SessionRequest(id="1", session="first"))).session.judged is None

    asked(tmp_path, check)


def test_a_session_names_its_tasks_also_without_a_model(tmp_path):
    names = iter(("t-import", "t-shop"))

    def write(w):
        said = [evidence(0, "#481", minutes=20), evidence(0, "@shop", minutes=50)]
        there = [msgspec.structs.replace(each, part=part(each.part)) for each in said]
        tasks.place(w, "first", there, new_id=lambda: next(names), settings=Settings(10**9 * DAY))

    def part(kept):
        return msgspec.structs.replace(kept, session="first")

    async def check(context, db):
        await db.write(write)
        shown = await one.handle(context, SessionRequest(id="1", session="first"))
        assert [(each.title, each.state) for each in shown.in_tasks] == [("shop", "open"), ("#481", "open")]
        assert {each.id for each in shown.in_tasks} == {"t-import", "t-shop"}
        assert (await one.handle(context, SessionRequest(id="1", session="second"))).in_tasks == []

    asked(tmp_path, check)


def test_a_session_is_found_by_a_shot_in_it(tmp_path):
    async def check(context, db):
        found = await one.handle(context, SessionRequest(id="1", shot="shot-000005"))
        assert found.session.id == "second"
        await db.write(lambda w: accept(w, 10, 10))
        with pytest.raises(RequestError, match="in no session yet"):
            await one.handle(context, SessionRequest(id="1", shot="shot-000010"))
        with pytest.raises(RequestError, match="no shot"):
            await one.handle(context, SessionRequest(id="1", shot="nothing"))

    asked(tmp_path, check)


@pytest.mark.parametrize("wanted", [{}, {"session": "first", "shot": "shot-000001"}])
def test_just_one_of_both_is_named(tmp_path, wanted):
    async def check(context, _db):
        with pytest.raises(RequestError, match="bad_request"):
            await one.handle(context, SessionRequest(id="1", **wanted))

    asked(tmp_path, check)


def test_history_is_what_it_was_before(tmp_path):
    async def check(context, db):
        await db.write(lambda w: sessions.put(w, session("first", 1, 2)))
        without = await one.handle(context, SessionRequest(id="1", session="first"))
        assert (without.session.version, without.earlier) == (2, None)
        shown = await one.handle(context, SessionRequest(id="1", session="first", history=True))
        assert [(each.session.version, each.session.shots) for each in shown.earlier] == [(1, 3)]
        await db.write(lambda w: sessions.put(w, session("first", 1, 2, state=SessionState.WITHDRAWN)))
        gone = await one.handle(context, SessionRequest(id="1", session="first"))
        assert gone.session.state == "withdrawn"

    asked(tmp_path, check)


def test_a_session_that_is_none(tmp_path):
    async def check(context, _db):
        with pytest.raises(RequestError, match="not_found"):
            await one.handle(context, SessionRequest(id="1", session="none"))
        with pytest.raises(RequestError, match="not_found"):
            await listed.handle(context, ShotsRequest(id="1", session="none"))

    asked(tmp_path, check)


def test_the_shots_of_a_session_a_page_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(listed, "shot_view", lambda row, _prospects: row.shot.id)

    async def check(context, db):
        again = msgspec.structs.replace(shot(3, 3), id="shot-000003-again")
        await db.write(lambda w: listed_again(w, again))
        page = await listed.handle(context, ShotsRequest(id="1", session="first", limit=2))
        assert page.shots == ["shot-000003", "shot-000002"], "not the one of the same time that is not in it"
        rest = await listed.handle(context, ShotsRequest(id="1", session="first", limit=2, cursor=page.next))
        assert (rest.shots, rest.next) == (["shot-000001"], None)

    def listed_again(w, again):
        from glimpsed.store import shots  # noqa: PLC0415 - the module under test has the name
        from store_samples import opened  # noqa: PLC0415 - as above

        minimum = result("minimum-20", 20, Rung.MINIMUM)
        other = msgspec.structs.replace(again, path=b"/again.png", picture=minimum.picture)
        shots.accept(w, other, opened(20), minimum, ())

    asked(tmp_path, check)
