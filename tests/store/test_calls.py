"""What models were asked is on record, and can be added up."""

from glimpsed.store import calls
from store_samples import accept, call, with_database


def test_a_call_comes_back_to_the_letter_and_the_newest_first(tmp_path):
    kept = [
        call("c1", job="describe-1", retry=True),
        call("c2", at_ms=-5, outcome="died", code="model_died", prompt_version="", reply_sha256=""),
        call("c3", model="gemma"),
    ]

    async def record(db):
        await db.write(lambda w: accept(w, 1, 1))
        await db.write(lambda w: [calls.record(w, each) for each in kept])

    async def look(db):
        assert await db.read(lambda cx: calls.recent(cx, "minicpm", 9)) == [kept[1], kept[0]]
        assert await db.read(lambda cx: calls.recent(cx, "minicpm", 1)) == [kept[1]]
        assert await db.read(lambda cx: calls.recent(cx, "gemma", 9)) == [kept[2]]
        assert await db.read(lambda cx: calls.recent(cx, "none", 9)) == []

    with_database(tmp_path, record)
    with_database(tmp_path, look)


def test_calls_are_added_up_by_model_and_role_from_a_time_on(tmp_path):
    async def body(db):
        def record(w):
            calls.record(w, call("old", at_ms=9))
            calls.record(w, call("a", at_ms=10, encoded=1, reused=2, total_ms=100))
            calls.record(w, call("b", at_ms=11, encoded=3, outcome="died", retry=True))
            calls.record(w, call("c", at_ms=12, outcome="died"))
            calls.record(w, call("d", at_ms=12, role="ask"))
            calls.record(w, call("e", at_ms=12, model="gemma"))

        await db.write(record)
        found = await db.read(lambda cx: calls.summary(cx, 10))
        assert [(each.model, each.role, each.calls) for each in found] == [
            ("gemma", "screen", 1),
            ("minicpm", "ask", 1),
            ("minicpm", "screen", 3),
        ]
        plain, screen = call("plain"), found[-1]
        assert screen.outcomes == {"ok": 1, "died": 2}
        assert (screen.retries, screen.encoded) == (1, 4 + plain.encoded)
        assert screen.reused == 2 + 2 * plain.reused
        assert screen.total_ms == 100 + 2 * plain.total_ms
        for figure in ("prompt_tokens", "kept_tokens", "output_tokens", "forced_tokens", "steps"):
            assert getattr(screen, figure) == 3 * getattr(plain, figure) > 0
        assert await db.read(lambda cx: calls.summary(cx, 13)) == []

    with_database(tmp_path, body)


def test_a_call_that_ended_is_brought_up_to_date_where_it_stands(tmp_path):
    async def body(db):
        runs = call("first", at_ms=5, outcome="running", reply_sha256="")
        await db.write(lambda w: [calls.record(w, each) for each in (runs, call("second"))])
        ended = call("first", at_ms=9, code="died", outcome="died")
        await db.write(lambda w: calls.record(w, ended))
        assert await db.read(lambda cx: calls.recent(cx, "minicpm", 9)) == [call("second"), ended]

    with_database(tmp_path, body)


def test_what_still_runs_after_a_start_was_interrupted(tmp_path):
    async def body(db):
        done, runs = call("done", at_ms=1), call("runs", at_ms=2, outcome="running")
        await db.write(lambda w: [calls.record(w, each) for each in (done, runs)])
        assert [each.outcomes for each in await db.read(lambda cx: calls.summary(cx, 0))] == [{"ok": 1}]
        assert await db.write(calls.interrupt) == 1
        assert await db.write(calls.interrupt) == 0
        assert await db.read(lambda cx: calls.recent(cx, "minicpm", 9)) == [
            call("runs", at_ms=2, outcome="interrupted"),
            done,
        ]
        (summary,) = await db.read(lambda cx: calls.summary(cx, 0))
        assert summary.outcomes == {"ok": 1, "interrupted": 1}

    with_database(tmp_path, body)


def test_calls_that_run_are_among_those_that_are_kept(tmp_path):
    async def body(db):
        await db.write(lambda w: [calls.record(w, call(f"c{n}", outcome="running")) for n in range(10)])
        assert await db.write(lambda w: calls.prune(w, 2)) == 8
        await db.write(lambda w: calls.record(w, call("c0")))
        assert [each.id for each in await db.read(lambda cx: calls.recent(cx, "minicpm", 9))] == [
            "c0",
            "c9",
            "c8",
        ]

    with_database(tmp_path, body)


def test_the_latest_calls_are_kept(tmp_path):
    async def body(db):
        assert await db.write(lambda w: calls.prune(w, 5)) == 0
        await db.write(lambda w: [calls.record(w, call(f"c{n}")) for n in range(10)])
        assert await db.write(lambda w: calls.prune(w, 10)) == 0
        assert await db.write(lambda w: calls.prune(w, 3)) == 7
        left = await db.read(lambda cx: calls.recent(cx, "minicpm", 99))
        assert [each.id for each in left] == ["c9", "c8", "c7"]
        assert await db.write(lambda w: calls.prune(w, 0)) == 3
        await db.write(lambda w: calls.record(w, call("again")))
        assert await db.write(lambda w: calls.prune(w, 1)) == 0

    with_database(tmp_path, body)
