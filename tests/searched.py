"""Screens in a store, and what is found of them."""

import msgspec

from glimpsed.core.model import Description, PictureText, Rung, TextLine
from glimpsed.core.searching import parse
from glimpsed.store import found, jobs, results, search
from store_samples import accept, result

EMPTY = Description()


def say(w, number, *lines, **said):
    """Picture `number` was read, and this is what the rules say of it."""
    jobs.start(w, f"read-{number}", None)
    read = tuple(TextLine(line, (10, 20 * at, 300, 14), 0.9) for at, line in enumerate(lines))
    told = msgspec.structs.replace(
        result(f"ocr-{number}", number, Rung.OCR), description=msgspec.structs.replace(EMPTY, **said)
    )
    assert results.finish_read(w, f"read-{number}", PictureText(read, "rapidocr"), told)


def show(w, number, *lines, **said):
    accept(w, number, number)
    say(w, number, *lines, **said)


def describe(w, number, **said):
    jobs.start(w, f"describe-{number}", "m")
    described = msgspec.structs.replace(EMPTY, **said)
    told = result(f"vision-{number}", number, Rung.VISION)
    assert results.finish_describe(
        w, f"describe-{number}", msgspec.structs.replace(told, description=described)
    )


async def page(db, words, cursor=None, limit=20, **wanted):
    query, only = parse(words), found.Filter(**wanted)
    return await db.search(lambda cx: found.search(cx, query, only, cursor, limit))


async def hits(db, words, **wanted):
    """The numbers of the shots that are found, the best first."""
    return [int(row.row.shot.id[-6:]) for row in (await page(db, words, limit=200, **wanted)).rows]


async def filled(db, most=2):
    while await db.write(lambda w: search.fill(w, most)):
        pass
