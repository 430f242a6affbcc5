"""Sightings as they come into a store: accepted first, read later.

Rules of this file: what the store says of a shot afterwards is the sighting that was put into it.
"""

from glimpsed.core.model import (
    Description,
    Job,
    JobKind,
    PictureText,
    Result,
    Rung,
    Shot,
    TakenAt,
    TextLine,
    TimeOrigin,
)
from glimpsed.core.sessions.model import Sighting
from glimpsed.store import jobs, results, shots
from glimpsed.store.writer import Writer
from store_samples import identity, picture, sha


def accepted(w: Writer, number: int, seen: Sighting) -> None:
    """A file becomes a shot of a picture of its own, which nobody has read yet."""
    taken = TakenAt(seen.at_ms, seen.offset_s, TimeOrigin.FILE_NAME)
    shot = Shot(seen.shot, sha(number), seen.source, b"/%d.png" % number, taken, 0)
    minimum = Result(f"minimum-{number}", sha(number), Rung.MINIMUM, Description(), 0)
    read = Job(f"read-{number}", JobKind.READ, sha(number), 0)
    shots.accept(w, shot, shots.OpenedFile(picture(number), identity(number)), minimum, (read,))


def read(w: Writer, number: int, seen: Sighting) -> None:
    """The picture is read, and described by what stands on it."""
    jobs.start(w, f"read-{number}", None)
    lines = tuple(TextLine(text, (0, 20 * at, 300, 14), 0.9) for at, text in enumerate(seen.text))
    said = Description(
        seen.application,
        seen.application_type,
        seen.window_title,
        seen.activity,
        seen.task,
        entities=seen.entities,
    )
    result = Result(f"ocr-{number}", sha(number), Rung.OCR, said, 0)
    results.finish_read(w, f"read-{number}", PictureText(lines, "rapidocr"), result)
