"""A session in a store, and a fake model that tells of it: replies, and a world in which it is asked."""

import asyncio
import json

import msgspec

from glimpsed.config import Config, ModelConfig, OcrConfig
from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.model import ApplicationType
from glimpsed.core.sessions.model import Boundary, Reason, Session, SessionState, Sighting
from glimpsed.host.clock import new_id
from glimpsed.store import sessions, telling
from performing import performing
from stored_sightings import accepted, read
from workdays import MINUTE, START_MS

PAGES = [("Visual Studio Code", ApplicationType.CODE_EDITOR, "invoice.py - shop - Visual Studio Code")] * 5
PAGES += [("Mozilla Firefox", ApplicationType.WEB_BROWSER, "Invoice dates - Mozilla Firefox")] * 5


def shots(count=10, start=0):
    return [
        Sighting(
            f"s{start + n:04}",
            START_MS + (start + n) * MINUTE,
            3600,
            "screens",
            *PAGES[(start + n) % len(PAGES)],
            text=(f"invoice number {start + n} has no date", f"line {(start + n) * 7} of the import"),
        )
        for n in range(count)
    ]


def session(seen, name="session-1", **other):
    first, last = seen[0], seen[-1]
    begins = Boundary(first.shot, first.at_ms, (Reason.FIRST,), 1.0)
    minutes = len(seen) * MINUTE
    plain = Session(
        name, 1, SessionState.CLOSED, begins, first.at_ms, last.at_ms + MINUTE, 3600, minutes, len(seen),
        last.shot, last.at_ms,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **other)


def keep(w, seen, **other):
    for number, each in enumerate(seen, int(seen[0].shot[1:]) + 1):
        accepted(w, number, each)
        read(w, number, each)
    sessions.put(w, session(seen, **other))


def part_reply(**changes):
    said = {
        "steps": [{"start": "09:00", "end": "09:05", "text": "Edited invoice.py"}],
        "summary": "Looked into invoices without a date.",
        "tasks": ["Invoice import"],
    }
    return json.dumps(said | changes, separators=(",", ":"))


def whole_reply(**changes):
    said = {
        "summary": "Looked into invoices without a date in invoice.py.",
        "title": "Invoices without a date",
        "workflow": "coding",
        "activities": ["reading code"],
        "tasks": ["Invoice import"],
        "efficiency": "",
        "recommendations": [],
    }
    return json.dumps(said | changes)


FALSE_PART = part_reply(steps=[{"start": "12:00", "end": "13:00", "text": "Edited invoice.py"}])
FALSE_WHOLE = whole_reply(title="Trip to Rome", summary="The user booked a flight.")


def telling_world(tmp_path, body, *replies, seen=None, context=8192, **other):
    """Run `body` with a model that gives these replies, and a store with a session of these sightings."""

    async def main():
        file = tmp_path / "script.json"
        steps = [{"reply": reply} for reply in replies] or [{"sample": True}]
        file.write_text(json.dumps({"steps": steps, "vision": False}))
        model = ModelConfig(file=file, backend="fake", role="session", context=context)
        async with performing(
            tmp_path, Config(models={"llama": model}, ocr=OcrConfig(engine="none"))
        ) as world:
            await world.load("llama")
            await world.store.write(lambda w: keep(w, seen or shots(), **other))
            await body(world)

    asyncio.run(main())


async def step(world, job, *, of=was.SessionStepMade):
    """One step of a job, and the jobs for the next."""
    made = await world.done(do.StartInference(job, "llama"), of)
    ended = await world.done(do.FinishSessionStep(job, made.step, "llama"), was.JobEnded)
    return made, ended.then


async def told(world, most=50):
    """Every step until nothing is left; the session then."""
    job = await world.store.write(lambda w: telling.wanted(w, "session-1", new_id()))
    made = []
    while job is not None and len(made) < most:
        each, then = await step(world, job)
        made.append(each.step)
        job = then[0] if then else None
    return made, await world.store.read(lambda cx: sessions.get(cx, "session-1"))
