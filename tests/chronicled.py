"""A store with shots of made days in it, and a chronicle that places them.

Rules of this file: what should be is what `segment` says of all shots at once.
"""

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager

import msgspec

from glimpsed.chronicle import Chronicle
from glimpsed.core.model import Rung
from glimpsed.core.sessions.keeping import kept
from glimpsed.core.sessions.segmenting import segment
from glimpsed.core.sessions.settings import Settings
from glimpsed.store import events, sessions
from stored_sightings import accepted, read
from workday_personas import DEVELOPER
from workdays import Script

PLAIN = {"misread": 0.0, "untitled": 0.0}
MINUTE = 60_000
LATER = 1 << 45
"""After everything."""


def apart(made):
    """The shots of a made day, as OCR describes them, and its signals."""
    seen = [msgspec.structs.replace(each, rung=Rung.OCR) for each in made.shots]
    return [msgspec.structs.replace(each, source="folder") for each in seen], list(made.signals)


def two_works(pause=0, minutes=40):
    script = Script(1, **PLAIN)
    script.work(DEVELOPER["ledger"], minutes)
    if pause:
        script.away(pause)
    script.work(DEVELOPER["website"], minutes)
    return apart(script.day)


def chronicle(db, now=LATER):
    return Chronicle(db, Settings(), clock=lambda: now, wait_ms=0)


@asynccontextmanager
async def keeping(db, keeper):
    """A chronicle that is kept; gives an event for each sort of thing that is told."""
    told_of = defaultdict(asyncio.Event)

    def published(committed):
        keeper.heard(committed)
        for event in committed:
            told_of[event.type].set()

    db.on_events(published)
    task = asyncio.create_task(keeper.keep())
    try:
        async with asyncio.timeout(60):
            yield told_of
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def everything(keeper):
    while await keeper.take_in():
        pass


async def put(db, numbered):
    def write(w):
        for number, seen in numbered:
            accepted(w, number, seen)
            read(w, number, seen)

    await db.write(write)


async def stored(db):
    return await db.read(lambda cx: sessions.around(cx, None, None))


async def told(db):
    return [
        (e.type, e.body)
        for e in await db.read(lambda cx: events.since(cx, 0, 100_000))
        if "session" in e.type
    ]


def plain(session):
    return msgspec.structs.replace(session, id="", version=1)


def wanted(seen, noticed=(), now=LATER):
    shown = {each.shot: each for each in seen}
    return [kept("", stretch, shown) for stretch in segment(seen, noticed, now_ms=now)]
