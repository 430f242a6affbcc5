"""Records and databases for the tests of the store and of those who use it.

Rules of this file: everything follows from small numbers, so that a test says what it means by a number.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from glimpsed.core.model import (
    Activity,
    ApplicationType,
    Description,
    Entity,
    EntityKind,
    FileIdentity,
    Job,
    JobKind,
    OpenedFile,
    Picture,
    PictureText,
    Rejection,
    Result,
    Rung,
    Shot,
    TakenAt,
    TextLine,
    TimeOrigin,
)
from glimpsed.core.reuse import Rect
from glimpsed.core.sessions.model import (
    Boundary,
    Focus,
    Outline,
    Reason,
    Session,
    SessionState,
    Share,
    Step,
    Workflow,
)
from glimpsed.store import shots
from glimpsed.store.calls import Call
from glimpsed.store.db import Database
from glimpsed.store.writer import Writer

FOLDER = "screenshots"


class Clock:
    """A clock that tells another millisecond every time."""

    def __init__(self, start: int = 1_700_000_000_000) -> None:
        self._ticks: Iterator[int] = itertools.count(start)

    def __call__(self) -> int:
        return next(self._ticks)


def open_database(directory: Path) -> Database:
    return Database.open(directory, new_id=lambda: "the-epoch", now_ms=Clock())


@asynccontextmanager
async def database(directory: Path) -> AsyncIterator[Database]:
    db = open_database(directory)
    try:
        yield db
    finally:
        await db.close()


def with_database(directory: Path, body: Callable[[Database], Awaitable[None]]) -> None:
    """Run `body` on a database that is closed afterwards."""

    async def main() -> None:
        async with database(directory) as db:
            await body(db)

    asyncio.run(main())


def sha(content: int) -> str:
    return sha256(str(content).encode()).hexdigest()


def identity(version: int) -> FileIdentity:
    return FileIdentity(
        device=2**64 - 1, inode=2**63 + version, size=1000 + version, mtime_ns=2**63 + version
    )


def picture(content: int, *, like: int | None = None) -> Picture:
    """Distinct bytes that differ from all others in every tile, but from those of content `like` in none."""
    tile = (content if like is None else like).to_bytes(4, "big")
    return Picture(sha(content), 1920, 1080, "png", 1000 + content, tile * 510)


def opened(content: int, version: int = 0, *, like: int | None = None) -> OpenedFile:
    return OpenedFile(picture(content, like=like), identity(version))


def shot(number: int, content: int, *, path: bytes | None = None, source: str = FOLDER) -> Shot:
    """Shot `number` of picture `content`; a higher number was taken later."""
    where = b"/shots/%d-\xff.png" % number if path is None else path
    taken = TakenAt(1_600_000_000_000 + number * 1000, 7200, TimeOrigin.FILE_NAME)
    return Shot(f"shot-{number:06}", sha(content), source, where, taken, 1_700_000_000_000 + number)


def result(name: str, content: int, rung: Rung, application: str = "") -> Result:
    described = Description(
        application=application,
        application_type=ApplicationType.CODE_EDITOR,
        window_title="model.py",
        activity=Activity.CODING,
        task="Editing model.py",
        summary="An editor.",
        entities=(Entity(EntityKind.FILE, "model.py"), Entity(EntityKind.URL, "https://example.org")),
        confidence=0.5,
    )
    model = "minicpm" if rung is Rung.VISION else None
    return Result(name, sha(content), rung, described, 1_700_000_000_000, model, "1", timings={"ocr": 7})


def session(name: str, first: int, last: int, **other: Any) -> Session:
    """A session from shot `first` to shot `last`, in its first version."""
    begin, end = shot(first, first), shot(last, last)
    boundary = Boundary(begin.id, begin.taken_at.ms, (Reason.FIRST,), 0.98)
    outline = Outline(
        "Coding: glimpsed",
        "Coding for 1 min in glimpsed.",
        Workflow.CODING,
        Focus.FOCUSED,
        applications=(Share("Éditeur", 60_000, 1.0),),
        projects=(Share("glimpsed", 60_000, 1.0),),
        steps=(Step(begin.taken_at.ms, end.taken_at.ms, "model.py"),),
    )
    plain = Session(
        name,
        1,
        SessionState.CLOSED,
        boundary,
        start_ms=begin.taken_at.ms,
        end_ms=end.taken_at.ms,
        offset_s=7200,
        active_ms=60_000,
        shots=last - first + 1,
        last_shot=end.id,
        last_ms=end.taken_at.ms,
        outline=outline,
    )
    return msgspec.structs.replace(plain, **other)


def call(name: str, **other: object) -> Call:
    """A call of the model minicpm that went well."""
    figures = {
        field: place
        for place, field in enumerate(Call.__struct_fields__)
        if field.endswith(("_ms", "_tokens", "_bytes")) or field in {"encoded", "reused", "steps"}
    }
    plain = Call(name, 0, None, "screen", "minicpm", "CUDA0", "3", "ok")
    hashes = {"prompt_sha256": sha(1), "reply_sha256": sha(2)}
    return msgspec.structs.replace(plain, **{**figures, **hashes, **other})


def read_job(content: int) -> Job:
    return Job(f"read-{content}", JobKind.READ, sha(content), 1_700_000_000_000)


def describe_job(content: int) -> Job:
    return Job(f"describe-{content}", JobKind.DESCRIBE, sha(content), 1_700_000_000_000)


def ask_job(name: str, content: int, about: str) -> Job:
    return Job(name, JobKind.ASK, sha(content), 1_700_000_000_000, shot=about, question="What is open?")


def as_said(job_id: str, **what: Any) -> Job:
    """A job as whoever decided says that it is now: only the id and what is said matter."""
    return Job(job_id, JobKind.DESCRIBE, sha(0), 0, **what)


def text(words: str = "def main():") -> PictureText:
    return PictureText((TextLine(words, (10, 20, 300, 14), 0.98),), "rapidocr")


def rejection(number: int, code: str = "not_an_image", *, seen_ms: int | None = None) -> Rejection:
    seen = 1_700_000_000_000 + number if seen_ms is None else seen_ms
    path = b"/shots/bad-%d.png" % number
    return Rejection(f"rejection-{number}", FOLDER, path, code, "it is a text file", seen, identity(number))


def accept(
    w: Writer,
    number: int,
    content: int,
    version: int = 0,
    *,
    like: int | None = None,
    ignore: Sequence[Rect] = (),
    **where: Any,
) -> shots.Accepted:
    """Accept a shot with the two jobs that a picture gets."""
    return shots.accept(
        w,
        shot(number, content, **where),
        opened(content, version, like=like),
        result(f"minimum-{number}", content, Rung.MINIMUM),
        (read_job(content), describe_job(content)),
        ignore=ignore,
    )
