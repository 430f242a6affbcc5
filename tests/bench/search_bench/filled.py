"""A database with any number of shots, as the daemon would have left it, made in minutes.

Rules of this file: rows are written in bulk, since a commit for each shot would take days; what they hold is
what the store's own functions write, and the index is made by the store's own.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import msgspec

from glimpsed.core.model import TextLine
from glimpsed.store import lines, pictures, ranking, search
from glimpsed.store.db import FILE_NAME
from glimpsed.store.writer import Writer
from search_bench import worked
from search_bench.corpus import Corpus, Screen
from store_samples import open_database

BEGAN_MS = 1_600_000_000_000
EVERY_MS = 10_000
BATCH = 2000
TILES = 510
DESCRIBED = 3
"""Every so manieth picture was described by a model, too."""

_PICTURE = "INSERT INTO picture (n, sha256, width, height, format, size) VALUES (?, ?, 1920, 1080, 'png', ?)"
_TILES = "INSERT INTO tiles (picture, digests) VALUES (?, ?)"
_SHOT = """
INSERT INTO shot (id, picture, source, path, identity, taken_ms, taken_offset_s, taken_origin, added_ms,
                  changed_tiles, application_key, rung)
VALUES (?, ?, 'screenshots', ?, ?, ?, 7200, 'file_name', ?, ?, ?, 'ocr')"""
_RUNGS = """
UPDATE shot SET rung = 'vision' WHERE picture IN (SELECT picture FROM result WHERE rung = 'vision')"""
_JOB = """
INSERT INTO job (id, kind, picture, urgency, state, deaths, interruptions, failures, put_off,
                 created_ms, ended_ms, model)
VALUES (?, ?, ?, 'normal', 'done', 0, 0, 0, 0, ?, ?, ?)"""
_TEXT = "INSERT INTO picture_text (picture, engine, texts) VALUES (?, 'rapidocr', ?)"
_PLACES = "INSERT INTO picture_places (picture, places) VALUES (?, ?)"
_RESULT = """
INSERT INTO result (id, picture, job, rung, current, application, application_key, application_type,
                    window_title, activity, task, summary, confidence, created_ms, model, prompt_version,
                    schema_version, timings)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'coding', ?, ?, 0.5, ?, ?, ?, 1, ?)"""
_ENTITY = "INSERT INTO entity (result, position, kind, text) VALUES (?, ?, 'file', ?)"


class Filled(msgspec.Struct, frozen=True):
    """What was made: characters of text as bytes, and how long the index and the sessions took."""

    shots: int
    pictures: int
    text_bytes: int
    rows_s: float
    index_s: float
    sessions: int
    sessions_s: float


def fill(directory: Path, shots: int, seed: int = 1) -> Filled:
    """Make the database in a directory that has none."""

    async def make() -> None:
        await open_database(directory).close()

    asyncio.run(make())
    cx = apsw.Connection(str(directory / FILE_NAME))
    cx.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; PRAGMA cache_size = -200000")
    ranking.register(cx)
    begun = time.monotonic()
    many, size = _rows(cx, shots, seed)
    rows_s, begun = time.monotonic() - begun, time.monotonic()
    cx.execute(_RUNGS)
    search.rebuild(cx)
    _index(cx)
    cx.execute("ANALYZE")
    index_s, begun = time.monotonic() - begun, time.monotonic()
    sessions = worked.tell(directory / FILE_NAME, EVERY_MS)
    sessions_s = time.monotonic() - begun
    cx.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    cx.close()
    return Filled(shots, many, size, round(rows_s, 1), round(index_s, 1), sessions, round(sessions_s, 1))


def _index(cx: apsw.Connection) -> None:
    more = True
    while more:
        with cx:
            more = search.fill(Writer(cx, BEGAN_MS), 200)


def _rows(cx: apsw.Connection, shots: int, seed: int) -> tuple[int, int]:
    corpus, seen = Corpus(seed), random.Random(seed)
    screens = corpus.screens()
    many = size = 0
    shown: dict[str, int] = {}
    for first in range(0, shots, BATCH):
        with cx:
            for number, screen in enumerate(islice(screens, min(BATCH, shots - first)), first):
                at = BEGAN_MS + number * EVERY_MS
                picture = shown.get(screen.title) if screen.same else None
                if picture is None:
                    many += 1
                    picture = shown[screen.title] = many
                    size += _picture(_Sighting(cx, picture, number, at, screen, corpus, seen))
                path = b"/home/ada/Pictures/Screenshots/Screenshot from %d.png" % at
                seen_as = f"{10_000_000 + number}:{180_000 + number % 999}:{at}000000"
                cx.execute(
                    _SHOT,
                    (
                        *(_id(at, number), picture, path, seen_as, at, at + 400),
                        *(seen.randint(0, TILES), screen.application.casefold()),
                    ),
                )
            _let_go_of_tiles(cx)
        if first % 100_000 == 0:
            sys.stderr.write(f"{first} shots\n")
        if len(shown) > 10_000:
            shown.clear()
    return many, size


def _let_go_of_tiles(cx: apsw.Connection) -> None:
    """As the daemon does now and then."""
    after = 0
    while after := pictures.let_go(Writer(cx, BEGAN_MS), after, 100):
        pass


class _Sighting(NamedTuple):
    cx: apsw.Connection
    picture: int
    number: int
    at: int
    screen: Screen
    corpus: Corpus
    seen: random.Random

    def id(self, sort: int = 0) -> str:
        return _id(self.at, self.number, sort)


def _picture(new: _Sighting) -> int:
    """A picture with all that is known of it; the bytes of its text."""
    chance, at = new.corpus.chance, new.at
    sha = sha256(str(new.picture).encode()).hexdigest()
    new.cx.execute(_PICTURE, (new.picture, sha, 180_000 + new.number % 999))
    new.cx.execute(_TILES, (new.picture, chance.randbytes(TILES * 4)))
    described = new.number % DESCRIBED == 0
    for sort, (kind, model) in enumerate((("read", None), ("describe", "minicpm"))[: 1 + described], 1):
        new.cx.execute(_JOB, (new.id(sort), kind, sha, at + 400, at + 2000, model))
    read = tuple(_line(new.seen, place, text) for place, text in enumerate(new.screen.lines))
    kept = lines.encode(read)
    new.cx.execute(_TEXT, (new.picture, kept.texts))
    new.cx.execute(_PLACES, (new.picture, kept.places))
    new.cx.executemany(_RESULT, list(_results(new, described=described)))
    result = new.cx.last_insert_rowid()
    named = chance.sample(new.screen.lines, 4)
    new.cx.executemany(_ENTITY, [(result, place, text[:40]) for place, text in enumerate(named)])
    return sum(len(text.encode()) + 1 for text in new.screen.lines)


def _line(seen: random.Random, place: int, text: str) -> TextLine:
    """A line as it is read: no box is quite where the line before it would have it, nor as sure."""
    left, top = 64 + place % 3 * 200 + seen.randint(-2, 2), 30 + place * 16 + seen.randint(-2, 2)
    return TextLine(
        text, (left, top, 8 * len(text) + seen.randint(-6, 6), seen.randint(13, 17)), 1 - seen.random() ** 3
    )


def _results(new: _Sighting, *, described: bool) -> Iterator[tuple[Any, ...]]:
    rungs: list[tuple[str, str | None, str | None]] = [("minimum", None, None), ("ocr", None, None)]
    rungs += [("vision", "minicpm", "screen-1")] if described else []
    screen, line = new.screen, new.corpus.line
    for sort, (rung, model, version) in enumerate(rungs):
        said = rung != "minimum"
        yield (
            *(new.id(sort + 4), new.picture, new.id(sort) if sort else None, rung, rung == rungs[-1][0]),
            *((screen.application, screen.application.casefold()) if said else ("", "")),
            *((screen.kind, screen.title) if said else ("unknown", "")),
            *(line(5) if said else "", line(25) if rung == "vision" else ""),
            *(new.at, model, version, '{"run":5400}'),
        )


def _id(at: int, number: int, sort: int = 0) -> str:
    """As long and as ordered as a UUIDv7."""
    random_part = sha256(b"%d-%d" % (number, sort)).hexdigest()
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7{random_part[:3]}-8{random_part[3:6]}-{random_part[6:18]}"
