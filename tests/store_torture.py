"""A daemon's worth of writes, to be killed: accepts and finishes pictures and says what was acknowledged.

    python store_torture.py DIRECTORY FIRST

Prints `accepted <n>`, `read <n>` and `described <n>` after the store said so, for n = FIRST, FIRST + 1, ...
Leaves now and then a job running, so that there is something to restore.
"""

import asyncio
import itertools
import random
import sys
from pathlib import Path

from glimpsed.core.model import JobKind, Rung
from glimpsed.store import jobs, results
from store_samples import accept, open_database, result, text

WORKERS = 4


def say(what, number):
    sys.stdout.write(f"{what} {number}\n")
    sys.stdout.flush()


async def finish(db, job):
    """Do one job; one time in eight, die over it as far as the store can see."""
    number = int(job.id.rpartition("-")[2])
    if not await db.write(lambda w: jobs.start(w, job.id, None)) or random.random() < 1 / 8:
        return
    if job.kind is JobKind.READ:
        said = result(f"ocr-{number}", number, Rung.OCR, "Calc")
        done = await db.write(lambda w: results.finish_read(w, job.id, text(), said))
    else:
        said = result(f"vision-{number}", number, Rung.VISION, "Calc")
        done = await db.write(lambda w: results.finish_describe(w, job.id, said))
    if done:
        say("read" if job.kind is JobKind.READ else "described", number)


async def work(db, numbers):
    for number in numbers:
        accepted = await db.write(lambda w, number=number: accept(w, number, number))
        say("accepted", number)
        for job in accepted.jobs:
            await finish(db, job)


async def main():
    db = open_database(Path(sys.argv[1]))
    queued, *_ = await db.write(jobs.restore)
    for job in queued:
        await finish(db, job)
    numbers = itertools.count(int(sys.argv[2]))
    await asyncio.gather(*(work(db, numbers) for _ in range(WORKERS)))


if __name__ == "__main__":
    asyncio.run(main())
