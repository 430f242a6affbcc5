"""A list by application or rung goes by the pictures' current results, whenever they come."""

from glimpsed.core.model import Rung
from glimpsed.store import jobs, results, shots
from store_samples import accept, result, text, with_database


async def listed(db, application=None, rung=None):
    wanted = shots.Filter(application=application, rung=rung)
    page = await db.read(lambda cx: shots.shots(cx, wanted, None, 10))
    return [int(row.shot.id[-6:]) for row in page.rows]


def read(w, content, application):
    jobs.start(w, f"read-{content}", None)
    results.finish_read(w, f"read-{content}", text(), result(f"r{content}", content, Rung.OCR, application))


def describe(w, content, application):
    jobs.start(w, f"describe-{content}", "m")
    results.finish_describe(
        w, f"describe-{content}", result(f"v{content}", content, Rung.VISION, application)
    )


def test_all_sightings_follow_the_best_result_and_no_worse_one(tmp_path):
    async def body(db):
        await db.write(lambda w: [accept(w, 1, 1), accept(w, 2, 1), accept(w, 3, 3)])
        assert await listed(db, "") == [3, 2, 1]
        await db.write(lambda w: read(w, 1, "Calc"))
        assert (await listed(db, "CALC"), await listed(db, "")) == ([2, 1], [3])
        await db.write(lambda w: describe(w, 1, "Éditeur"))
        await db.write(lambda w: accept(w, 4, 1) and None)
        assert (await listed(db, "éDITEUR"), await listed(db, "calc")) == ([4, 2, 1], [])
        await db.write(lambda w: describe(w, 3, "Éditeur"))
        await db.write(lambda w: read(w, 3, "Calc"))
        assert (await listed(db, "éditeur"), await listed(db, "calc")) == ([4, 3, 2, 1], [])
        assert (await listed(db, rung="vision"), await listed(db, rung="ocr")) == ([4, 3, 2, 1], [])
        await db.write(lambda w: accept(w, 5, 5, like=1) and None)
        assert await listed(db, "éditeur") == [5, 4, 3, 2, 1], "what was said of one before goes for it, too"
        assert (await listed(db, rung="reused"), await listed(db, rung="minimum")) == ([5], [])

    with_database(tmp_path, body)
