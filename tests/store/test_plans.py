"""No question that is asked often reads a whole table, in an empty database or in a full one."""

import apsw
import msgspec
import pytest

from glimpsed.core.fit import Measurement
from glimpsed.core.histogram import Stage
from glimpsed.core.model import JobKind, JobState, Rung, Urgency
from glimpsed.core.reuse import repeat
from glimpsed.core.searching import parse
from glimpsed.core.sessions.model import Signal, Telling
from glimpsed.core.sessions.settings import Settings
from glimpsed.core.sessions.told import Judged, Note, Objected, PartTold, WholeTold
from glimpsed.store import (
    calls,
    counts,
    events,
    found,
    found_sessions,
    jobs,
    measurements,
    pictures,
    ranking,
    rejections,
    results,
    search,
    sessions,
    shots,
    sightings,
    stages,
    tasks,
    telling,
)
from store_samples import (
    FOLDER,
    accept,
    as_said,
    ask_job,
    call,
    database,
    identity,
    rejection,
    result,
    session,
    sha,
    shot,
    text,
    with_database,
)
from task_samples import begin, evidence, session_id


def told(w, first):
    """A session is told in every sort of step."""
    at, name = f"{first:064x}", f"session-{first}"
    steps = (
        Judged(shot(first, first).id, first, begins=True, confidence=0.5),
        Objected(at, "why"),
        PartTold(at, Note("It."), "1"),
        WholeTold(at, name, 2, Telling("It."), "1"),
    )
    job = telling.wanted(w, name, f"{name}-0")
    for number, step in enumerate(steps, 1):
        jobs.start(w, job.id, "llama")
        (job,) = telling.finish(w, job, step, "llama", f"{name}-{number}") or (job,)


async def use_everything(db, first):
    """Every function of the store at least once, from shot `first` on."""

    def write(w):
        accept(w, first, first)
        accept(w, first + 1, first)
        accept(w, first + 2, first + 2, path=shot(first, first).path)
        jobs.start(w, f"read-{first}", None)
        results.finish_read(w, f"read-{first}", text(), result(f"r{first}", first, Rung.OCR, "Calc"))
        jobs.start(w, f"describe-{first}", "m")
        results.finish_describe(w, f"describe-{first}", result(f"v{first}", first, Rung.VISION))
        jobs.add(w, ask_job(f"q{first}", first, shot(first, first).id))
        jobs.start(w, f"q{first}", "m")
        results.finish_ask(w, f"q{first}", "Calc.", "m")
        jobs.start(w, f"read-{first + 2}", None)
        jobs.requeue(w, as_said(f"read-{first + 2}", deaths=1))
        jobs.start(w, f"read-{first + 2}", None)
        jobs.restore(w, poison_after=1)
        jobs.end(w, f"describe-{first + 2}", JobState.CANCELLED)
        rejections.reject(w, rejection(first))
        rejections.reject(w, rejection(first))
        rejections.forgive(w)
        measurements.keep(w, sha(first), "context=4096", Measurement({"CPU": first}, first))
        wait(w, first)
        calls.record(w, call(f"call-{first}"))
        calls.interrupt(w)
        calls.prune(w, 100)
        stages.observe(w, Stage.LOAD, first)
        stages.prune(w)
        pictures.let_go(w, 0, 5)
        whole = session(f"session-{first}", first, first + 2)
        sessions.put(w, whole)
        sessions.put(w, msgspec.structs.replace(whole, shots=1))
        sessions.remember_taken_in(w, sightings.Rows(first, first))
        sightings.noticed(w, (Signal(first, "present"),))
        for use in (told, work):
            use(w, first)
        search.drop(w, first + 9)
        search.rebuild(w.cx)
        search.fill(w, 5)
        events.prune(w, 100)

    await db.write(write)
    ms = shot(first, first).taken_at.ms
    for wanted in (
        shots.Filter(),
        shots.Filter(since_ms=0, until_ms=ms),
        shots.Filter(application="calc"),
        shots.Filter(rung="vision"),
        shots.Filter(source=FOLDER),
        shots.Filter(0, ms, "calc", "ocr", FOLDER),
    ):
        page = await db.read(lambda cx, wanted=wanted: shots.shots(cx, wanted, None, 1))
        if page.next:
            await db.read(lambda cx, wanted=wanted, page=page: shots.shots(cx, wanted, page.next, 1))
    for query in (
        lambda cx: shots.known(cx, FOLDER, [(b"/x", identity(1))]),
        lambda cx: shots.shot(cx, shot(first, first).id),
        shots.newest,
        lambda cx: shots.latest_of(cx, sha(first)),
        lambda cx: shots.is_shot(cx, FOLDER, b"/x"),
        lambda cx: shots.paths_of(cx, sha(first)),
        lambda cx: rejections.rejections(cx, None, 5),
        lambda cx: rejections.rejections(cx, None, 5, since_ms=0, until_ms=ms),
        lambda cx: rejections.rejections(cx, None, 5, source=FOLDER),
        lambda cx: rejections.rejections(cx, None, 5, since_ms=0, until_ms=ms, source=FOLDER),
        lambda cx: jobs.job(cx, f"read-{first}"),
        jobs.owed,
        lambda cx: results.results(cx, sha(first)),
        lambda cx: results.text(cx, sha(first)),
        lambda cx: measurements.find(cx, sha(first), "context=4096"),
        lambda cx: shots.reusable(cx, sha(first + 4), {}),
        sessions.taken_in,
        sessions.still_open,
        sessions.latest_ms,
        sessions.unplaced,
        lambda cx: sightings.after(cx, ms),
        lambda cx: sightings.shots_of(cx, [sha(first)]),
        lambda cx: sightings.awaited(cx, [(ms, shot(first, first).id)]),
        lambda cx: sessions.get(cx, f"session-{first}"),
        lambda cx: sessions.versions(cx, f"session-{first}"),
        lambda cx: sessions.sessions(cx, sessions.Filter(), None, 1),
        lambda cx: sessions.sessions(cx, sessions.Filter(0, ms, "coding"), None, 1),
        lambda cx: sessions.between(cx, 0, ms + 1),
        lambda cx: sessions.around(cx, None, None),
        lambda cx: sessions.of_shot(cx, ms, shot(first, first).id),
        lambda cx: sightings.news(cx, sightings.Rows(), 5),
        lambda cx: sightings.region(cx, ms, ms, Settings()),
        lambda cx: sightings.between(cx, None, None),
        lambda cx: sightings.earlier(cx, ms, Settings()),
        lambda cx: sightings.of(cx, [shot(first, first).id]),
        lambda cx: sightings.within(cx, (ms, shot(first, first).id), (ms + 1, "")),
        lambda cx: sightings.signals(cx, None, None),
        lambda cx: telling.notes(cx, ["a"]),
        lambda cx: telling.objection(cx, "a"),
        lambda cx: telling.is_judged(cx, "a"),
        lambda cx: telling.judgements(cx, None, None),
        lambda cx: telling.judgements_of(cx, [shot(first, first).id, "a", "b"]),
        lambda cx: telling.is_tried(cx, session(f"session-{first}", first, first)),
        lambda cx: telling.untold(cx, 0, 5),
        lambda cx: calls.recent(cx, "minicpm", 5),
        lambda cx: calls.summary(cx, 0),
        lambda cx: stages.counts(cx, 0),
        lambda cx: stages.days(cx, 0),
        lambda cx: events.since(cx, 1, 5),
        lambda cx: tasks.task(cx, f"task-{first}"),
        lambda cx: tasks.between(cx, begin(first), begin(first + 1)),
        lambda cx: tasks.of_session(cx, session_id(first), 5),
        events.bounds,
    ):
        await db.read(query)
    for wanted in (
        tasks.Filter(),
        tasks.Filter("open"),
        tasks.Filter("done", 0, ms),
        tasks.Filter(None, 0, ms),
    ):
        page = await db.read(lambda cx, wanted=wanted: tasks.page(cx, wanted, None, 1))
        if page.next:
            await db.read(lambda cx, wanted=wanted, page=page: tasks.page(cx, wanted, page.next, 1))
    await find(db, first, ms)


async def find(db, first, ms):
    """Every way of looking for something, in the time until `ms` or in the session of shot `first`."""
    of_session = found.Filter(session=session(f"session-{first}", first, first + 2))
    for words, wanted in (
        ("def main", found.Filter()),
        ('"def main" mod* -what title:model', found.Filter(0, ms + 1, "calc", "code_editor")),
        ("coding", found.Filter(0, ms + 1, "éditeur")),
        ("coding", of_session),
    ):
        asked = parse(words)
        await db.search(lambda cx, q=asked, f=wanted: found.search(cx, q, f, None, 1))
        told = await db.search(lambda cx, q=asked, f=wanted: found_sessions.search(cx, q, f, 1))
        assert bool(told) is (words == "coding")
    await db.search(lambda cx: found.search(cx, parse("main"), of_session, None, 1))
    await db.search(search.pending)


def work(w, first):
    """Tasks that are told, told anew, and gone."""
    names = iter(f"task-{first + number}" for number in range(9))
    for number in (first, first + 1, first):
        said = [evidence(number, f"#{first}", done="Closed"), evidence(number, f"Report {number}.odt")]
        tasks.place(w, session_id(number), said, new_id=lambda: next(names))
    tasks.withdraw(w, session_id(first + 1))
    tasks.sweep(w, begin(first + 99))


def wait(w, first):
    """Every way out of a line, and what spares a picture its place in one."""
    about = shot(first, first).id
    for number in (1, 2):
        jobs.add(w, ask_job(f"w{number}-{first}", first, about))
    jobs.defer(w, [f"w1-{first}"])
    jobs.rank(w, [as_said(f"w2-{first}", urgency=Urgency.BACKGROUND)])
    jobs.recall(w, 1)
    jobs.end(w, f"w1-{first}", JobState.FAILED, "code: why")
    jobs.revive(w, JobKind.ASK, frozenset(["code"]), 5)
    jobs.release(w)
    accept(w, first + 3, first + 3, like=first)
    accept(w, first + 4, first + 4)
    jobs.start(w, f"describe-{first + 4}", "m")
    again = repeat(result(f"v{first}", first, Rung.VISION), f"again-{first}", sha(first + 4), w.now_ms)
    assert results.finish_reused(w, f"describe-{first + 4}", again)


async def plans_of(db, use):
    """The plan of every statement that `use` runs, by statement."""
    ran = set()

    def listen(cx):
        cx.trace_v2(apsw.SQLITE_TRACE_STMT, lambda event: ran.add(event["sql"]))

    await db.write(lambda w: listen(w.cx))
    await db.read(listen)
    await db.search(listen)
    await use(db)
    await db.write(lambda w: w.cx.trace_v2(0))
    other = apsw.Connection(str(db.path))
    ranking.register(other)
    plans = {}
    for sql in ran:
        if " tally " in sql:
            continue  # a dozen rows in memory, and of the writer's connection alone
        if "'main'.'search_" in sql or "'main'.'session_search_" in sql:
            continue  # FTS5's own
        if sql.lstrip().split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            rows = other.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))
            plans[sql] = [row[3] for row in rows]
    other.close()
    return plans


def scans(plans):
    return {
        sql: steps for sql, plan in plans.items() if (steps := [step for step in plan if reads_much(step)])
    }


def reads_much(step):
    """All of a table, or all jobs of a kind, which is half of them."""
    return step.endswith(" job_once (kind=?)") or (step.startswith("SCAN") and not step.startswith(SMALL))


SMALL = (
    *("SCAN CONSTANT ROW", "SCAN sqlite_sequence", "SCAN (subquery-"),
    *("SCAN search VIRTUAL TABLE INDEX 0:M", "SCAN search VIRTUAL TABLE INDEX 192:M"),
    "SCAN session_search VIRTUAL TABLE INDEX 192:M",
    *("SCAN search VIRTUAL TABLE INDEX 0:=", "SCAN session_search VIRTUAL TABLE INDEX 0:="),
)
"""What does not grow with the store, and what FTS5 looks up."""


@pytest.mark.parametrize("full", [False, True])
def test_every_question_is_answered_by_an_index(tmp_path, full):
    async def fill(db):
        def write(w):
            for number in range(1500):
                accept(w, number, number)
                if number % 3:
                    jobs.start(w, f"read-{number}", None)
                    app = "Calc" if number % 7 else "Code"
                    results.finish_read(
                        w, f"read-{number}", text(), result(f"ocr-{number}", number, Rung.OCR, app)
                    )

        await db.write(write)
        await db.write(lambda w: w.cx.execute("ANALYZE") and None)

    async def body(db):
        if full:
            await fill(db)
            await db.close()
            async with database(tmp_path) as analysed:
                await check(analysed)
        else:
            await check(db)

    async def check(db):
        plans = await plans_of(db, lambda db: use_everything(db, 5000))
        assert len(plans) > 70, "the statements were not heard"
        assert scans(plans) == {}

    with_database(tmp_path, body)


def test_counting_reads_indexes_only(tmp_path):
    async def body(db):
        async def use(db):
            await db.read(counts.counts)
            await db.read(rejections.counts)
            await db.read(lambda cx: results.rungs_since(cx, 0))

        plans = [plan for sql, plan in (await plans_of(db, use)).items() if "count(*)" in sql]
        assert len(plans) == 6
        for plan in plans:
            (step,) = [step for step in plan if step != "USE TEMP B-TREE FOR GROUP BY"]
            assert "USING COVERING INDEX" in step

    with_database(tmp_path, body)
