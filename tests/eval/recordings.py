"""Real pictures: a folder of ordered folders, each of one task, read by glimpsed's own reader and rules.

Rules of this file: nothing but content may tell where one ends, so clocks and dates are painted over before
a picture is read, and pictures follow each other at an even pace whatever folder they are from. What was read
is kept outside the repository, by content.
"""

import asyncio
import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from PIL import Image

from eval.camera import seen
from eval.day import Stream, TrueSession, Truth
from glimpsed.core.model import PictureText, TextLine
from glimpsed.core.rules import describe
from glimpsed.reader.process import Reader
from glimpsed.reader.settings import ReaderSettings

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glimpsed-eval"
PACE_MS = 60_000
"""A minute, the most that counts as presence between two: what a recording shows lasts as long as it may."""
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_START_MS = int(dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC).timestamp() * 1000)
_PAD = 4
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?"
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
WHEN = re.compile(
    r"\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s?[ap]\.?m\b\.?|(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
    r"|\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b"
    rf"|\b(?:{_DAY},?\s)?\d{{1,2}}\.?\s{_MONTH}(?:\s(?:19|20)\d\d)?\b"
    rf"|\b(?:{_DAY},?\s)?{_MONTH}\s\d{{1,2}}(?:,?\s(?:19|20)\d\d)?\b",
    re.IGNORECASE,
)
"""Times of day and dates, as panels, task bars and pages write them."""

Box = tuple[int, int, int, int]


class Read(msgspec.Struct, frozen=True):
    """A picture as it was read: its text, and its size in pixels."""

    text: PictureText
    width: int
    height: int


def folders(root: Path) -> dict[str, list[Path]]:
    """Pictures of each folder below `root`, in the order of their names, numbers as numbers."""
    made = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        pictures = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]
        if pictures:
            made[folder.name] = sorted(pictures, key=lambda path: _natural(path.name))
    return made


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def when_boxes(text: PictureText) -> list[Box]:
    """Where times and dates stand, as (left, top, right, bottom) in pixels: the parts of lines they take."""
    return [box for line in text.lines for box in _boxes(line)]


def _boxes(line: TextLine) -> Iterator[Box]:
    left, top, width, height = line.box
    one = width / max(1, len(line.text))
    for match in WHEN.finditer(line.text):
        begin, end = match.span()
        edges = (left + begin * one - one, left + end * one + one)
        yield (
            max(left, int(edges[0])) - _PAD,
            top - _PAD,
            min(left + width, int(edges[1])) + _PAD,
            top + height + _PAD,
        )


def blanked(text: PictureText) -> PictureText:
    """The text without times and dates: what painting over left of them, if anything."""
    lines = (TextLine(WHEN.sub("", line.text).strip(), line.box, line.confidence) for line in text.lines)
    return PictureText(tuple(line for line in lines if line.text), text.engine)


def read_all(paths: Sequence[Path], cache: Path) -> dict[Path, Read]:
    """Every picture's text, with times and dates painted over in the picture and gone from the text."""
    cache.mkdir(parents=True, exist_ok=True)
    known = {path: _kept(cache, path) for path in paths}
    if any(read is None for read in known.values()):
        asyncio.run(_read_missing([path for path, read in known.items() if read is None], cache))
    return {path: read for path in paths if (read := _kept(cache, path))}


def _entry(cache: Path, path: Path) -> Path:
    return cache / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.json"


def _kept(cache: Path, path: Path) -> Read | None:
    entry = _entry(cache, path)
    return msgspec.json.decode(entry.read_bytes(), type=Read) if entry.exists() else None


async def _read_missing(paths: Sequence[Path], cache: Path) -> None:
    with TemporaryDirectory() as directory:
        reader = Reader(ReaderSettings(spool=directory))
        try:
            for path in paths:
                read = await _read(reader, path, Path(directory))
                _entry(cache, path).write_bytes(msgspec.json.encode(read))
        finally:
            await reader.stop()


async def _read(reader: Reader, path: Path, directory: Path) -> Read:
    """Read it, paint over what tells the time, and read it again."""
    opened = await reader.open_file(os.fsencode(path), spool=False)
    first = (await reader.read_text(opened.picture.sha256, os.fsencode(path), 120.0)).text
    boxes = when_boxes(first)
    if boxes:
        path = painted(path, boxes, directory / "painted.png")
        again = await reader.open_file(os.fsencode(path), spool=False)
        first = (await reader.read_text(again.picture.sha256, os.fsencode(path), 120.0)).text
    return Read(blanked(first), opened.picture.width, opened.picture.height)


def painted(path: Path, boxes: Sequence[Box], to: Path) -> Path:
    """A copy of a picture in which boxes have the colour that is at their left edge."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    for left, top, right, bottom in boxes:
        edges = (max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom))
        if edges[0] < edges[2] and edges[1] < edges[3]:
            picture.paste(picture.getpixel((edges[0], edges[1])), edges)
    picture.save(to)
    return to


def streams(root: Path, cache: Path = CACHE, orders: int = 6, seed: int = 1) -> list[Stream]:
    """The recordings joined in `orders` orders by chance; raises ValueError if there are fewer than two."""
    found = folders(root)
    if len(found) < 2:
        raise ValueError(f"{root} has fewer than two folders of pictures")
    read = read_all([path for paths in found.values() for path in paths], cache)
    made = []
    for number in range(orders):
        names = sorted(found)
        Random(f"{seed}/{number}").shuffle(names)
        made.append(joined({name: [read[path] for path in found[name]] for name in names}, number))
    return made


def joined(recordings: dict[str, list[Read]], number: int) -> Stream:
    """One recording after the other, a picture a minute."""
    sightings = []
    session: list[int] = []
    task: list[str] = []
    for index, (name, pictures) in enumerate(recordings.items()):
        for read in pictures:
            at_ms = _START_MS + PACE_MS * len(sightings)
            said = describe(read.text, read.width, read.height)
            shot = seen(read.text, read.height, said, at_ms=at_ms, offset=0, source="folder")
            sightings.append(msgspec.structs.replace(shot, shot=f"shot-{len(sightings):06}"))
            session.append(index)
            task.append(name)
    starts = [at for at in range(len(session)) if at == 0 or session[at] != session[at - 1]]
    ends = [*starts[1:], len(session) - 1]
    times = [(sightings[a].at_ms, sightings[b].at_ms) for a, b in zip(starts, ends, strict=True)]
    sessions = tuple(TrueSession(a, b, b - a, name) for (a, b), name in zip(times, recordings, strict=True))
    boundaries = tuple((at, at) for at in starts[1:])
    truth = Truth(tuple(session), tuple(task), (False,) * len(session), boundaries, sessions)
    return Stream("recordings", number, tuple(sightings), (), truth)
