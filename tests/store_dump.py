"""Write a database of today's schema as SQL: the fixture that every later version must open.

    PYTHONPATH=daemon python tests/store_dump.py

Run once, when a new schema version is finished; a fixture of a released version is never written again.
"""

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import apsw.shell

from glimpsed.core.fit import Measurement
from glimpsed.core.histogram import Stage
from glimpsed.core.model import Rung
from glimpsed.core.reuse import repeat
from glimpsed.core.sessions.model import Signal, Telling
from glimpsed.core.sessions.told import Judged, Note, Objected, PartTold, WholeTold
from glimpsed.store import (
    calls,
    jobs,
    measurements,
    rejections,
    results,
    sessions,
    sightings,
    stages,
    tasks,
    telling,
)
from glimpsed.store.db import FILE_NAME
from store_samples import accept, ask_job, call, rejection, result, session, sha, text, with_database
from task_samples import evidence


def fill(w):
    """Three shots, two of one picture that everything was done for, one whose reading was interrupted.

    The latter says what was said of the former, and a question about it waits for better times.
    """
    for number, content in ((1, 1), (2, 1), (3, 3)):
        accept(w, number, content)
    jobs.start(w, "read-1", None)
    results.finish_read(w, "read-1", text(), result("read-result-1", 1, Rung.OCR, "Éditeur"))
    jobs.start(w, "describe-1", "minicpm")
    results.finish_describe(w, "describe-1", result("describe-result-1", 1, Rung.VISION, "Éditeur"))
    jobs.add(w, ask_job("question-1", 1, "shot-000001"))
    jobs.start(w, "question-1", "minicpm")
    results.finish_ask(w, "question-1", "A file.", "minicpm")
    jobs.start(w, "read-3", None)
    rejections.reject(w, rejection(1))
    measurements.keep(w, sha(1), "context=4096", Measurement({"CPU": 5}, 7))
    described = result("describe-result-1", 1, Rung.VISION)
    results.reuse(w, repeat(described, "reused-result-3", sha(3), w.now_ms))
    jobs.add(w, ask_job("question-3", 3, "shot-000003"))
    jobs.defer(w, ["question-3"])
    calls.record(w, call("call-1", at_ms=w.now_ms, job="describe-1"))
    stages.observe(w, Stage.DECODE, 1234)
    sessions.put(w, session("session-1", 1, 2))
    sessions.put(w, session("session-1", 1, 3))
    sightings.noticed(w, (Signal(w.now_ms, "slept"),))
    said = evidence(1, "#481", "#481 Router", done="Closed")
    tasks.place(w, said.part.session, [said], new_id=lambda: "task-1")
    tell(w)


def tell(w):
    """One session is told, and another is to be."""
    sessions.put(w, session("session-2", 2, 3))
    job, _ = (telling.wanted(w, f"session-{n}", f"tell-{n}") for n in (1, 2))
    at = sha(9)
    steps = (
        Judged("shot-000001", 1, begins=False, confidence=0.5),
        PartTold(at, Note("It."), "1"),
        Objected(at, "It is empty."),
        WholeTold(sha(8), "session-1", 2, Telling("It", "It was."), "1"),
    )
    for number, step in enumerate(steps):
        jobs.start(w, job.id, "llama")
        (job,) = telling.finish(w, job, step, "llama", f"tell-1-{number}") or (job,)


def dump(path):
    """The database as SQL, without what says where and when it was made."""
    cx = apsw.Connection(str(path))
    version = cx.pragma("user_version")
    cx.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (f"epoch-of-v{version}",))
    out = io.StringIO()
    apsw.shell.Shell(stdout=out, db=cx).process_command(".dump")
    cx.close()
    lines = [line for line in out.getvalue().splitlines() if not line.startswith(("--", "ANALYZE", "DROP"))]
    return version, "\n".join(line for line in lines if line.strip()) + "\n"


def main():
    with TemporaryDirectory() as directory:

        async def body(db):
            await db.write(fill)

        with_database(Path(directory), body)
        version, sql = dump(Path(directory) / FILE_NAME)
    target = Path(__file__).parent / "data" / f"store_v{version}.sql"
    target.write_text(sql, "utf-8")
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()
