"""A day as a client gets it: the sessions that are kept of it, today by the daemon's clock, within bounds."""

import datetime as dt
from types import SimpleNamespace

import msgspec
import pytest

import day_samples as d
from glimpsed.api import day, report
from glimpsed.api.days import day_view
from glimpsed.config import SessionsConfig
from glimpsed.core.days import html, markdown
from glimpsed.core.days.day import date_at
from glimpsed.core.errors import RequestError
from glimpsed.core.sessions.model import SessionState
from glimpsed.core.tasks.model import Evidence, Part
from glimpsed.core.tasks.names import Name, NameKind
from glimpsed.host.clock import now_ms, offset_at
from glimpsed.store import sessions, tasks
from glimpsed.wire import codec
from glimpsed.wire.days import MAX_REPLY, DayReply, DayRequest, DayView, ReportReply, ReportRequest
from glimpsed.wire.errors import BadMessageError
from glimpsed.wire.version import MAGIC
from store_samples import accept, with_database

replace = msgspec.structs.replace


def context(db, day_start="04:00"):
    return SimpleNamespace(store=db, config=SimpleNamespace(sessions=SessionsConfig(day_start)))


async def keep(db, made):
    """Keep sessions, each of one shot that there is."""

    def put(w):
        for number, session in enumerate(made, 1):
            shot = accept(w, number, 1).shot.id
            boundary = replace(session.boundary, shot=shot)
            sessions.put(w, replace(session, boundary=boundary, last_shot=shot))

    await db.write(put)


def today(day_start_ms=d.START_MS):
    at_ms = now_ms()
    return date_at(at_ms, offset_at(at_ms), day_start_ms)


def test_a_day_is_the_sessions_that_are_kept_of_it(tmp_path):
    async def body(db):
        before = d.work("23:00", 30, d.Workflow.CODING, "before", d.CODE, number=90, date=dt.date(2026, 3, 1))
        after = d.work("04:00", 30, d.Workflow.CODING, "after", d.CODE, number=91, date=d.LATER)
        gone = d.work("21:00", 30, d.Workflow.CODING, "x", d.CODE, number=92, state=SessionState.WITHDRAWN)
        await keep(db, [*d.ordinary(), before, after, gone])
        reply = await day.handle(context(db), DayRequest(id="1", date="2026-03-02"))
        assert reply.day == day_view(d.made(d.ordinary()))
        assert [entry.title for entry in reply.day.entries][:2] == ["Messages: Thunderbird", "Coding: shop"]
        late = await day.handle(context(db, "09:30"), DayRequest(id="1", date="2026-03-02"))
        titles = [entry.title for entry in late.day.entries]
        assert (titles[0], titles[-1], len(titles)) == ("Various: various", "Coding: after", 9)

    with_database(tmp_path, body)


def test_a_day_has_the_tasks_of_its_sessions_and_the_habits_up_to_it(tmp_path):
    """Mail and then code on four mornings, the same task on two of them."""

    async def body(db):
        made = []
        for number in range(4):
            date = d.DATE - dt.timedelta(3 - number)
            mail = ("09:00", 20, d.Workflow.COMMUNICATION, "mail", {"Thunderbird": 1.0})
            code = ("09:30", 60, d.Workflow.CODING, "shop", d.CODE)
            made += [d.work(*what, number=2 * number + i, date=date) for i, what in enumerate((mail, code))]
        await keep(db, made)
        ids = iter(("task-1", "task-2"))

        def place(w):
            for session in (made[1], made[7]):
                part = Part(session.id, session.start_ms, session.end_ms, 50 * d.MINUTE)
                said = Evidence(part, (Name(NameKind.NUMBER, "", "#42", d.HOUR),), "Round half up", None)
                tasks.place(w, session.id, (said,), new_id=lambda: next(ids))

        await db.write(place)
        reply = await day.handle(context(db), DayRequest(id="1", date="2026-03-02"))
        (task,) = reply.day.tasks
        assert (task.task, task.active_ms, task.total_ms, task.sessions) == (
            *("task-1", 50 * d.MINUTE, 100 * d.MINUTE, 1),
        )
        (habit,) = reply.day.habits
        assert (len(habit.steps), habit.days, habit.times) == (2, 4, 4)
        assert (habit.last, habit.sessions) == ("2026-03-02", [made[6].id, made[7].id])
        earlier = await day.handle(context(db), DayRequest(id="1", date="2026-03-01"))
        assert (earlier.day.tasks, earlier.day.habits[0].days) == ([], 3)
        assert earlier.day.habits[0].last == "2026-03-01"

    with_database(tmp_path, body)


def test_sessions_from_the_other_side_of_the_earth_are_found(tmp_path):
    async def body(db):
        made = [
            d.session(when, 10, number=number, offset_s=offset_s)
            for number, (when, offset_s) in enumerate(
                (("04:00", 14 * 3600), ("27:59", 14 * 3600), ("04:00", -12 * 3600), ("27:59", -12 * 3600))
            )
        ]
        await keep(db, made)
        reply = await day.handle(context(db), DayRequest(id="1", date="2026-03-02"))
        assert reply.day.sessions == 4

    with_database(tmp_path, body)


@pytest.mark.parametrize("asked", ["today", "yesterday"])
def test_today_and_yesterday_are_those_of_the_daemon(tmp_path, asked):
    async def body(db):
        before = today()
        reply = await day.handle(context(db), DayRequest(id="1", date=asked))
        back = dt.timedelta(asked == "yesterday")
        assert dt.date.fromisoformat(reply.day.date) in (before - back, today() - back)
        assert (reply.day.over, reply.day.entries) == (asked == "yesterday", [])

    with_database(tmp_path, body)


@pytest.mark.parametrize("date", ["2026-02-30", "0000-01-01", "2026-13-01"])
@pytest.mark.parametrize("verb", [(day, DayRequest), (report, ReportRequest)], ids=["day", "report"])
def test_a_date_that_there_is_not(tmp_path, verb, date):
    async def body(db):
        with pytest.raises(RequestError, match="bad_request"):
            await verb[0].handle(context(db), verb[1](id="1", date=date))

    with_database(tmp_path, body)


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_are(tmp_path, date):
    async def body(db):
        reply = await day.handle(context(db), DayRequest(id="1", date=date))
        assert (reply.day.date, reply.day.sessions) == (date, 0)

    with_database(tmp_path, body)


@pytest.mark.parametrize(
    "fields", [{"date": "2026-3-2"}, {"date": "2026-03-02T"}, {"date": "now"}, {"date": 1}]
)
def test_what_is_no_date_is_no_request(fields):
    body = msgspec.msgpack.encode({"v": 1, "id": "1", "type": "day", **fields})
    with pytest.raises(BadMessageError) as caught:
        codec.decode_request([MAGIC, body])
    assert caught.value.code == "bad_request"


def test_a_report_is_the_day_as_a_document(tmp_path):
    async def body(db):
        await keep(db, d.ordinary())
        made = d.made(d.ordinary())
        replies = {
            kind: await report.handle(context(db), ReportRequest(id="1", date="2026-03-02", format=kind))
            for kind in ("json", "markdown", "html")
        }
        assert replies["html"].text == html.page(made)
        assert replies["markdown"].text == markdown.page(made)
        assert msgspec.json.decode(replies["json"].text, type=DayView) == day_view(made)
        assert {reply.date for reply in replies.values()} == {"2026-03-02"}
        for kind, reply in replies.items():
            assert reply.format == kind
            assert reply.text.endswith("\n")
            assert all(line.isprintable() for line in reply.text.split("\n"))

    with_database(tmp_path, body)


def test_the_worst_day_is_within_bounds():
    made = d.made(*d.worst(1000))
    replies = [DayReply(day=day_view(made))]
    replies += [
        ReportReply(date="2026-03-02", format=kind, text=write(made))
        for kind, write in (("json", report._json), ("markdown", markdown.page), ("html", html.page))
    ]
    sizes = [len(codec.encode_reply(reply, "1")[1]) for reply in replies]
    assert all(size <= MAX_REPLY for size in sizes), sizes
    assert min(sizes) > MAX_REPLY / 20, "it is a bad day indeed"
