"""What models tell of sessions, in a real database: each step and the job for the next one are one write."""

import msgspec
import pytest

from glimpsed.core.model import JobKind, JobState, Urgency
from glimpsed.core.sessions.model import Doubt, SessionRung, SessionState, Step, Telling, Workflow
from glimpsed.core.sessions.told import Judged, Note, Objected, PartTold, WholeTold
from glimpsed.store import jobs, sessions, telling
from store_samples import accept, session, shot, with_database

KEY, OTHER = "a" * 64, "b" * 64
NOTE = Note("Fixed it.", (Step(1, 2, "Fixed"),), ("Ticket",), 3, 1)
TOLD = Telling(title="Fixing", summary="Fixed it.", workflow=Workflow.COMMUNICATION, claims=4, dropped=1)


def closed(w, name="session-1", first=1, last=2, **other):
    return sessions.put(w, session(name, first, last, **other))


def ready(w):
    for number in (1, 2, 3):
        accept(w, number, number)
    closed(w)


def run(w, job):
    assert jobs.start(w, job.id, "llama")
    return job


def finish(w, job, step, next_id):
    return telling.finish(w, run(w, job), step, "llama", next_id)


def whole(version=1, told=TOLD):
    return WholeTold(KEY, "session-1", version, told, "p1")


def test_a_session_is_told_step_by_step_and_then_no_more(tmp_path):
    async def body(db):
        said = []
        db.on_events(lambda noted: said.extend((each.type, each.body) for each in noted))
        await db.write(ready)
        first = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        assert (first.kind, first.picture, first.session) == (JobKind.SESSION, "", "session-1")
        assert first.urgency is Urgency.BACKGROUND
        assert await db.write(lambda w: telling.wanted(w, "session-1", "j2")) is None, "it is queued"
        doubt = Judged(
            "shot-000001", shot(1, 1).taken_at.ms, begins=True, confidence=0.4, prompt_version="b1"
        )
        (second,) = await db.write(lambda w: finish(w, first, doubt, "j2"))
        (third,) = await db.write(lambda w: finish(w, second, Objected(KEY, "wrong"), "j3"))
        assert await db.read(lambda cx: telling.objection(cx, KEY)) == "wrong"
        (fourth,) = await db.write(lambda w: finish(w, third, PartTold(KEY, NOTE, "p1"), "j4"))
        assert await db.read(lambda cx: telling.objection(cx, KEY)) == ""
        assert await db.read(lambda cx: telling.notes(cx, [OTHER, KEY])) == {KEY: NOTE}
        assert await db.write(lambda w: finish(w, fourth, whole(), "j5")) == ()
        assert await db.write(lambda w: telling.wanted(w, "session-1", "j6")) is None, "it is told"
        kept = await db.read(lambda cx: sessions.get(cx, "session-1"))
        assert (kept.told, kept.version, kept.rung) == (TOLD, 1, SessionRung.MODEL)
        found = await db.read(
            lambda cx: sessions.sessions(cx, sessions.Filter(workflow="communication"), None, 9)
        )
        assert [each.id for each in found.rows] == ["session-1"], "it is found by what it was told to be"
        words = "SELECT count(*) FROM session_search WHERE session_search MATCH 'title:fixing'"
        assert await db.read(lambda cx: cx.execute(words).get) == 1, "it is found by the words of a model"
        (judgement,) = await db.read(lambda cx: telling.judgements(cx, None, None))
        assert (judgement.judged, judgement.model) == (doubt, "llama")
        assert ("session.judged", {"shot": "shot-000001", "begins": True}) in said
        assert ("session.summarised", {"session": "session-1", "version": 1}) in said
        assert ("job.done", {"job": "j4", "kind": "session", "session": "session-1"}) in said
        started = {"job": "j4", "kind": "session", "session": "session-1", "model": "llama"}
        assert ("job.started", started) in said
        row = await db.read(lambda cx: jobs.job(cx, "j4"))
        assert (row.job.state, row.job.model, row.job.picture) == (JobState.DONE, "llama", "")

    with_database(tmp_path, body)


def test_what_changed_meanwhile_is_told_anew(tmp_path):
    async def body(db):
        await db.write(ready)
        first = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        await db.write(lambda w: run(w, first))
        await db.write(lambda w: closed(w, last=3))
        (second,) = await db.write(lambda w: telling.finish(w, first, whole(1), "llama", "j2"))
        kept = await db.read(lambda cx: sessions.get(cx, "session-1"))
        assert (kept.version, kept.told) == (2, None), "what was said of an older version is not said of this"
        assert await db.write(lambda w: finish(w, second, whole(2), "j3")) == ()
        await db.write(lambda w: closed(w, last=2))
        kept = await db.read(lambda cx: sessions.get(cx, "session-1"))
        assert (kept.version, kept.told) == (3, None)
        assert (await db.read(lambda cx: sessions.versions(cx, "session-1")))[0].session.told == TOLD
        assert await db.read(lambda cx: telling.untold(cx, 0, 9)) == ["session-1"]

    with_database(tmp_path, body)


def test_what_is_told_holds_as_long_as_nothing_but_doubts_changes(tmp_path):
    async def body(db):
        await db.write(ready)
        first = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        await db.write(lambda w: finish(w, first, whole(), "j2"))
        doubts = (Doubt("shot-000002", 1, 0.4),)
        await db.write(lambda w: closed(w, doubts=doubts))
        kept = await db.read(lambda cx: sessions.get(cx, "session-1"))
        assert (kept.version, kept.told, kept.doubts) == (1, TOLD, doubts)
        await db.write(lambda w: closed(w, doubts=doubts, active_ms=1))
        kept = await db.read(lambda cx: sessions.get(cx, "session-1"))
        assert (kept.version, kept.told) == (2, None)

    with_database(tmp_path, body)


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.WITHDRAWN])
def test_only_what_is_closed_is_told(tmp_path, state):
    async def body(db):
        await db.write(lambda w: [accept(w, n, n) for n in (1, 2)])
        await db.write(lambda w: closed(w, state=state))
        assert await db.write(lambda w: telling.wanted(w, "session-1", "j1")) is None
        assert await db.write(lambda w: telling.wanted(w, "nobody", "j1")) is None
        assert await db.read(lambda cx: telling.untold(cx, 0, 9)) == []

    with_database(tmp_path, body)


def test_what_is_given_up_is_not_tried_again_in_that_version(tmp_path):
    async def body(db):
        await db.write(ready)
        first = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        assert await db.write(lambda w: finish(w, first, whole(told=None), "j2")) == ()
        assert await db.write(lambda w: telling.wanted(w, "session-1", "j2")) is None
        assert await db.read(lambda cx: telling.untold(cx, 0, 9)) == []
        assert (await db.read(lambda cx: sessions.get(cx, "session-1"))).rung is SessionRung.RULES
        await db.write(lambda w: closed(w, last=3))
        assert await db.write(lambda w: telling.wanted(w, "session-1", "j2")) is not None

    with_database(tmp_path, body)


def test_the_untold_are_the_newest_that_nobody_was_asked_about(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, n, n) for n in range(1, 9)])
        await db.write(lambda w: [closed(w, f"s{n}", n, n) for n in range(1, 9)])
        queued, failed = await db.write(lambda w: [telling.wanted(w, f"s{n}", f"j{n}") for n in (8, 5)])
        await db.write(lambda w: jobs.end(w, failed.id, JobState.FAILED, "malformed: it"))
        assert queued.session == "s8"
        since = shot(3, 3).taken_at.ms
        assert await db.read(lambda cx: telling.untold(cx, since, 9)) == ["s7", "s6", "s4", "s3"]
        assert await db.read(lambda cx: telling.untold(cx, since, 2)) == ["s7", "s6"]

    with_database(tmp_path, body)


def test_a_session_has_one_open_job_also_when_failed_ones_are_revived(tmp_path):
    async def body(db):
        await db.write(ready)
        first = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        await db.write(lambda w: jobs.end(w, first.id, JobState.FAILED, "malformed: it", failed=True))
        second = await db.write(lambda w: telling.wanted(w, "session-1", "j2"))
        await db.write(lambda w: jobs.end(w, second.id, JobState.FAILED, "malformed: it", failed=True))
        revive = lambda w: jobs.revive(w, JobKind.SESSION, frozenset(["malformed"]), 3)  # noqa: E731
        (revived,) = await db.write(revive)
        assert revived.session == "session-1"
        assert await db.write(revive) == []
        assert await db.write(lambda w: telling.wanted(w, "session-1", "j3")) is None

    with_database(tmp_path, body)


def test_the_store_takes_a_job_up_again_and_owes_no_picture_for_it(tmp_path):
    async def body(db):
        await db.write(ready)
        before = await db.read(jobs.owed)
        job = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        await db.write(lambda w: run(w, job))
        assert await db.read(jobs.owed) == before
        queued, _, deferred = await db.write(lambda w: jobs.restore(w, limit=0))
        again = next(each for each in queued if each.session)
        assert again == msgspec.structs.replace(job, interruptions=1, model="llama")
        assert "j1" not in dict(deferred)

    with_database(tmp_path, body)


def test_a_step_of_a_job_that_does_not_run_changes_nothing(tmp_path):
    async def body(db):
        await db.write(ready)
        job = await db.write(lambda w: telling.wanted(w, "session-1", "j1"))
        step = PartTold(KEY, NOTE, "p")
        assert await db.write(lambda w: telling.finish(w, job, step, "llama", "j2")) == ()
        assert await db.read(lambda cx: telling.notes(cx, [KEY])) == {}

    with_database(tmp_path, body)
