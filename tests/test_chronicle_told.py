"""What follows from sessions: tasks, what is waited for, and what a model is asked and says."""

import msgspec

from chronicled import (
    LATER,
    MINUTE,
    PLAIN,
    apart,
    chronicle,
    everything,
    plain,
    put,
    stored,
    told,
    two_works,
    wanted,
)
from glimpsed.chronicle import WAIT_MS, Chronicle
from glimpsed.core.model import Job, JobKind, JobState
from glimpsed.core.sessions.keeping import kept
from glimpsed.core.sessions.model import SessionState, Telling
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import DAY_MS, HOUR_MS, WINDOW, Settings
from glimpsed.core.sessions.told import Judged
from glimpsed.store import jobs, sessions, tasks, telling
from store_samples import sha, with_database
from stored_sightings import accepted, read
from workday_personas import DEVELOPER
from workdays import Script, workday


def test_what_was_worked_at_in_two_sessions_is_one_task_and_follows_what_becomes_of_them(tmp_path):
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"], 40)
    script.away(30)
    script.work(DEVELOPER["ledger"], 40)
    seen, _ = apart(script.day)
    half = next(n for n, each in enumerate(seen) if each.at_ms > seen[0].at_ms + 45 * MINUTE)

    async def body(db):
        await put(db, list(enumerate(seen))[:half])
        await everything(chronicle(db))
        (before,) = (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 9))).rows
        assert "ledger" in before.title
        await put(db, list(enumerate(seen))[half:])
        await everything(chronicle(db))
        (row,) = (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 9))).rows
        task = await db.read(lambda cx: tasks.task(cx, row.id))
        assert row.id == before.id
        assert [part.session for part in task.parts] == [session.id for session in await stored(db)]
        assert task.active_ms > 60 * MINUTE
        pause = range(seen[half - 1].at_ms + MINUTE, seen[half].at_ms, MINUTE)
        found = [msgspec.structs.replace(seen[0], shot=f"found-{at}", at_ms=at) for at in pause]
        await put(db, enumerate(found, 1000))
        await everything(chronicle(db))
        (session,) = await stored(db)
        task = await db.read(lambda cx: tasks.task(cx, row.id))
        assert [part.session for part in task.parts] == [session.id], "the other is withdrawn"

    with_database(tmp_path, body)


def test_a_session_that_goes_on_says_nothing_of_tasks_yet(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        await put(db, list(enumerate(seen))[: len(seen) // 2])
        await everything(chronicle(db, now=seen[len(seen) // 2].at_ms))
        assert (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 9))).rows == ()

    with_database(tmp_path, body)


def test_a_session_is_over_once_its_shots_are_read(tmp_path):
    """Old files that are read one after the other make one version, and not one for each that is read."""
    seen, _ = two_works(minutes=10)

    async def body(db):
        keeper = chronicle(db)
        await db.write(lambda w: [accepted(w, n, each) for n, each in enumerate(seen)] and None)
        await everything(keeper)
        assert {each.state for each in await stored(db)} == {SessionState.OPEN}
        for number, each in enumerate(seen):
            await db.write(lambda w, n=number, e=each: read(w, n, e))
            await everything(keeper)
        found = await stored(db)
        assert {(each.state, each.version, each.awaited) for each in found} == {(SessionState.CLOSED, 1, 0)}
        assert [plain(each) for each in found] == wanted(seen)

    with_database(tmp_path, body)


def test_a_shot_that_cannot_be_read_keeps_no_session_open(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        keeper = chronicle(db)
        db.on_events(keeper.heard)
        await put(db, list(enumerate(seen))[1:])
        await db.write(lambda w: accepted(w, 0, seen[0]))
        await everything(keeper)
        first, *_ = await stored(db)
        assert (first.state, first.awaited) == (SessionState.OPEN, 1)
        await db.write(lambda w: jobs.end(w, "read-0", JobState.FAILED, "no text"))
        await everything(keeper)
        first, *_ = await stored(db)
        assert (first.state, first.awaited) == (SessionState.CLOSED, 0)

    with_database(tmp_path, body)


def test_nothing_is_waited_for_beyond_an_hour_in_which_nothing_comes(tmp_path):
    seen, _ = two_works(minutes=10)
    now = [LATER]

    async def body(db):
        keeper = Chronicle(db, Settings(), clock=lambda: now[0], wait_ms=0)
        await put(db, list(enumerate(seen))[1:])
        await db.write(lambda w: accepted(w, 0, seen[0]))
        await everything(keeper)
        now[0] += 59 * MINUTE
        await everything(keeper)
        assert (await stored(db))[0].state is SessionState.OPEN
        now[0] += 2 * MINUTE
        await everything(keeper)
        first, *_ = await stored(db)
        assert (first.state, first.awaited, first.version) == (SessionState.CLOSED, 1, 1)
        await everything(keeper)
        assert (await stored(db))[0] == first
        await db.write(lambda w: read(w, 0, seen[0]))
        await everything(keeper)
        late, *_ = await stored(db)
        assert (late.id, late.state, late.awaited, late.version) == (first.id, SessionState.CLOSED, 0, 2)

    with_database(tmp_path, body)


def test_what_a_model_says_of_a_boundary_is_heeded_across_restarts(tmp_path):
    """A yes at a shot in the middle of a session parts it, a later no does not come."""
    seen, _ = apart(workday("developer", 3, pace=60))

    async def body(db):
        await put(db, enumerate(seen))
        keeper = chronicle(db)
        await everything(keeper)
        doubtful = [each for each in await stored(db) if each.doubts]
        assert doubtful, "the day has doubts"
        doubt = doubtful[0].doubts[-1]
        begins = doubt.shot != doubtful[0].boundary.shot
        judged = Judged(doubt.shot, doubt.at_ms, begins, doubt.confidence, "1")
        await db.write(lambda w: telling._keep(w, judged, "llama"))
        await everything(keeper)
        at_once = segment(seen, now_ms=LATER, verdicts={doubt.shot: begins})
        shown = {each.shot: each for each in seen}
        assert [plain(each) for each in await stored(db)] == [kept("", each, shown) for each in at_once]
        again = await told(db)
        await everything(chronicle(db))
        assert await told(db) == again

    with_database(tmp_path, body)


def test_a_model_is_asked_about_what_is_over_and_once(tmp_path):
    seen, _ = two_works(minutes=10)
    asked = []

    async def body(db):
        await put(db, enumerate(seen))
        now = seen[-1].at_ms + HOUR_MS
        keeper = Chronicle(db, Settings(), clock=lambda: now, wait_ms=0, tells=lambda: True, ask=asked.extend)
        await everything(keeper)
        await keeper.have_told()
        over = await stored(db)
        assert sorted(job.session for job in asked) == sorted(each.id for each in over)
        await keeper.have_told()
        assert len(asked) == len(over)
        old = Chronicle(db, Settings(), clock=lambda: now + 8 * DAY_MS, ask=asked.extend)
        await old.have_told()
        assert len(asked) == len(over), "what is long over is left alone"

    with_database(tmp_path, body)


def test_a_folder_that_is_read_file_by_file_makes_one_version(tmp_path):
    """As it comes in a first scan: a file is accepted, then read, then the next one is accepted."""
    seen, _ = two_works(minutes=10)
    more = [True]

    async def body(db):
        keeper = Chronicle(db, Settings(), clock=lambda: LATER, wait_ms=0, more=lambda: more[0])
        for number, each in enumerate(seen):
            await db.write(lambda w, n=number, e=each: accepted(w, n, e))
            await everything(keeper)
            await db.write(lambda w, n=number, e=each: read(w, n, e))
            await everything(keeper)
        assert {each.state for each in await stored(db)} == {SessionState.OPEN}
        more[0] = False
        await everything(keeper)
        found = await stored(db)
        assert {(each.state, each.version) for each in found} == {(SessionState.CLOSED, 1)}
        assert [plain(each) for each in found] == wanted(seen)

    with_database(tmp_path, body)


def test_a_closed_session_that_more_comes_of_is_reopened_and_closed_once(tmp_path):
    seen, _ = two_works(pause=30, minutes=20)
    late = list(enumerate(seen))[5:12]

    async def body(db):
        keeper = chronicle(db)
        await put(db, [each for each in enumerate(seen) if each not in late])
        await everything(keeper)
        (task, *_) = (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 9))).rows
        await db.write(lambda w: [accepted(w, *each) for each in late] and None)
        await everything(keeper)
        for each in late:
            await db.write(lambda w, each=each: read(w, *each))
            await everything(keeper)
        first, *_ = await stored(db)
        assert (first.state, first.version, first.awaited) == (SessionState.CLOSED, 2, 0)
        kinds = [kind for kind, body in await told(db) if body["session"] == first.id]
        assert kinds.count("session.closed") == 2
        now = {row.id for row in (await db.read(lambda cx: tasks.page(cx, tasks.Filter(), None, 9))).rows}
        assert task.id in now, "a task is the same while its session is open again"

    with_database(tmp_path, body)


def test_that_more_is_awaited_of_a_closed_session_is_no_news_of_it(tmp_path):
    """A model appears, and old pictures are to be described: what was told holds until one is."""
    seen, _ = two_works(minutes=10)

    async def body(db):
        await put(db, enumerate(seen))
        await everything(chronicle(db))
        before = await stored(db)
        await db.write(lambda w: sessions.tell(w, before[0].id, 1, Telling("A title", "What was done.")))
        await db.write(lambda w: jobs.add(w, Job("again", JobKind.DESCRIBE, sha(0), 0)))
        near = msgspec.structs.replace(seen[-1], shot="near", at_ms=seen[-1].at_ms + MINUTE)
        await put(db, [(5000, near)])
        await everything(chronicle(db))
        first, *_ = await stored(db)
        assert (first.version, first.told.title, first.state) == (1, "A title", SessionState.CLOSED)

    with_database(tmp_path, body)


def test_a_job_that_ended_badly_bars_the_version_that_it_was_about(tmp_path):
    seen, _ = two_works(pause=30, minutes=10)
    late = len(seen) // 4
    asked = []

    async def body(db):
        await put(db, [each for each in enumerate(seen) if each[0] != late])
        now = seen[-1].at_ms + HOUR_MS
        keeper = Chronicle(db, Settings(), clock=lambda: now, wait_ms=0, tells=lambda: True, ask=asked.extend)
        await everything(keeper)
        await keeper.have_told()
        first, *_ = await stored(db)
        for job in asked:
            await db.write(lambda w, job=job: jobs.end(w, job.id, JobState.FAILED, "context_overflow: x"))
        count = len(asked)
        await keeper.have_told()
        assert len(asked) == count, "it would end as it did"
        await put(db, [(late, seen[late])])
        await everything(keeper)
        await keeper.have_told()
        assert [job.session for job in asked[count:]] == [first.id]

    with_database(tmp_path, body)


def test_a_question_that_fails_looks_at_no_session_again(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        keeper = chronicle(db)
        db.on_events(keeper.heard)
        await db.write(lambda w: [accepted(w, *each) for each in enumerate(seen)] and None)
        await everything(keeper)
        loads = keeper.loads
        await db.write(
            lambda w: jobs.add(w, Job("q", JobKind.ASK, sha(0), 0, shot=seen[0].shot, question="?"))
        )
        await db.write(lambda w: jobs.end(w, "q", JobState.FAILED, "deadline: x"))
        await everything(keeper)
        assert keeper.loads == loads

    with_database(tmp_path, body)


def test_a_shot_is_placed_once_it_is_read_at_the_cost_of_what_it_brings(tmp_path):
    """Not before, since what changes later costs all of the unbroken presence; in the end all the same."""
    seen, _ = two_works(minutes=90)
    now = [0]

    async def body(db):
        keeper = Chronicle(db, Settings(), clock=lambda: now[0])
        db.on_events(keeper.heard)
        costs = []
        for number, each in enumerate(seen):
            now[0], before = each.at_ms + 1000, keeper.comparisons
            await db.write(lambda w, n=number, e=each: accepted(w, n, e))
            await everything(keeper)
            assert keeper.comparisons == before
            if number < len(seen) - 1:
                await db.write(lambda w, n=number, e=each: read(w, n, e))
                await everything(keeper)
                costs.append(keeper.comparisons - before)
        assert max(costs[-30:]) <= WINDOW
        placed = sum(session.shots for session in await stored(db))
        assert placed == len(seen) - 1, "the last one is not read"
        now[0] += WAIT_MS
        await everything(keeper)
        assert sum(session.shots for session in await stored(db)) == len(seen)

    with_database(tmp_path, body)


def test_what_was_left_for_later_is_placed_after_a_restart(tmp_path):
    seen, _ = two_works(minutes=10)

    async def body(db):
        keeper = Chronicle(db, Settings(), clock=lambda: seen[-1].at_ms)
        await put(db, list(enumerate(seen))[:-1])
        await everything(keeper)
        await db.write(lambda w: accepted(w, len(seen) - 1, seen[-1]))
        await everything(keeper)
        assert sum(session.shots for session in await stored(db)) == len(seen) - 1
        await everything(Chronicle(db, Settings(), clock=lambda: seen[-1].at_ms))
        assert sum(session.shots for session in await stored(db)) == len(seen)

    with_database(tmp_path, body)


def test_a_session_is_not_over_while_a_shot_beside_it_is_about_to_be_read(tmp_path):
    """The first of its files may be the last that is taken in."""
    seen, _ = two_works(pause=30, minutes=10)
    now = [LATER]

    async def body(db):
        keeper = Chronicle(db, Settings(), clock=lambda: now[0])
        await db.write(lambda w: accepted(w, 0, seen[0]))
        await put(db, list(enumerate(seen))[1:])
        await everything(keeper)
        await db.write(lambda w: accepted(w, 1000, msgspec.structs.replace(seen[0], shot="late")))
        await everything(keeper)
        first, second = await stored(db)
        assert (first.state, second.state) == (SessionState.OPEN, SessionState.CLOSED)
        await db.write(lambda w: (read(w, 0, seen[0]), read(w, 1000, seen[0])))
        await everything(keeper)
        first, second = await stored(db)
        assert (first.state, first.version, second.version) == (SessionState.CLOSED, 1, 1)

    with_database(tmp_path, body)
