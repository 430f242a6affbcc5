"""How soon a search is answered in a large store, and what that takes on the disk: run it, it prints tables.

A database of `--shots` shots is made, of text that goes on from screen to screen (`search_bench.corpus`), and
kept where `--in` says so, to be asked again. The bounds are for a million shots on two cores.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import apsw
import msgspec
from daemon_bench.figures import load, percentiles, table, verdicts
from search_bench.filled import BEGAN_MS, EVERY_MS, fill

from glimpsed.core.model import Rung
from glimpsed.core.searching import parse
from glimpsed.core.sessions.model import Session, SessionState
from glimpsed.core.words import cut
from glimpsed.store import counts, found, found_sessions, jobs, lines, results, sessions, shots
from glimpsed.store.db import FILE_NAME, Database
from glimpsed.store.found_sessions import FoundSession
from store_samples import accept, open_database, result, text

INDEX_OF_TEXT = 0.8
ELSE_BYTES = 2048
DAY_MS = 86_400_000
_NEW = 10_000_000
_INDEXES = ("search", "session_search")

Case = tuple[float, list[Callable[[apsw.Connection], Any]]]
"""A bound in milliseconds, and what is asked."""


def main() -> None:
    """Make or find the store, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=20_000)
    parser.add_argument(
        "--in", dest="place", type=Path, help="a directory: the store is made there, and kept"
    )
    parser.add_argument("--asked", type=int, default=200, help="questions of each sort")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        place = options.place or Path(passing)
        made = _made(place, options.shots)
        figures = asyncio.run(measured(place, options, made))
    sys.stdout.write(
        json.dumps(figures, indent=1) + "\n" if options.json else "\n".join([*told(figures), ""])
    )


def _made(place: Path, wanted: int) -> dict[str, Any]:
    kept = place / f"made-{wanted}.json"
    if not kept.exists():
        place.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(msgspec.json.encode(fill(place, wanted)))
    made: dict[str, Any] = json.loads(kept.read_bytes())
    return made


async def measured(place: Path, options: argparse.Namespace, made: dict[str, Any]) -> dict[str, Any]:
    """All figures."""
    before = load()
    db = open_database(place)
    try:
        rare, common = await db.search(lambda cx: _words(cx, options.asked))
        within = await db.search(lambda cx: _sessions(cx, options.asked // 4))
        cases = _cases(made["shots"], (rare, common), within, options.asked)
        asked = {}
        for name, (target, questions) in cases.items():
            asked[name] = percentiles([await _timed(db, each) for each in questions], target, "p95")
        sizes = _sizes(place / FILE_NAME)  # reads all of it, so after what is asked
        written = await _written(db)
    finally:
        await db.close()
    return {
        "made": made,
        "sizes": sizes,
        "asked": asked,
        "written": written,
        "before": before,
        "after": load(),
    }


async def _timed(db: Database, question: Callable[[apsw.Connection], Any]) -> float:
    begun = time.perf_counter()
    await db.search(question)
    return (time.perf_counter() - begun) * 1000


def _cases(
    made: int, words: tuple[list[tuple[str, str]], list[str]], some_sessions: list[Session], asked: int
) -> dict[str, Case]:
    rare, common = words
    chance = random.Random(7)
    ends = BEGAN_MS + made * EVERY_MS

    def search(words: str, **wanted: Any) -> Callable[[apsw.Connection], Any]:
        query, only = parse(words), found.Filter(**wanted)

        def look(cx: apsw.Connection) -> list[FoundSession]:
            rows = found.search(cx, query, only, None, 20).rows
            return found_sessions.grouped(rows, found_sessions.search(cx, query, only, 20))

        return look

    def worked(**wanted: Any) -> Callable[[apsw.Connection], Any]:
        return lambda cx: sessions.sessions(cx, sessions.Filter(**wanted), None, 50)

    def page(**wanted: Any) -> Callable[[apsw.Connection], Any]:
        return lambda cx: shots.shots(cx, shots.Filter(**wanted), None, 50)

    def day() -> dict[str, int]:
        since = chance.randrange(BEGAN_MS, ends)
        return {"since_ms": since, "until_ms": since + DAY_MS}

    some = rare[: max(1, asked // 4)]
    return {
        "two words, the rarer in 1 % at most": (50, [search(f"{a} {b}") for a, b in rare]),
        "a rare word": (50, [search(b) for _, b in rare]),
        "the commonest word": (500, [search(common[0])] * 20),
        "the two commonest words": (500, [search(" ".join(common[:2]))] * 20),
        "the commonest as a phrase": (500, [search('"' + " ".join(common[:2]) + '"')] * 20),
        "the commonest word on some day": (500, [search(common[0], **day()) for _ in some]),
        "... within an hour": (
            500,
            [search(common[0], since_ms=(at := day()["since_ms"]), until_ms=at + DAY_MS // 24) for _ in some],
        ),
        "... of an application": (500, [search(common[0], application="slack") for _ in some]),
        "a rare word without a common one": (500, [search(f"{b} -{common[0]}") for _, b in some]),
        "... in a session": (500, [search(common[0], session=session) for session in some_sessions]),
        "a word of every other session": (500, [search("editing")] * 20),
        "a word of sessions and a rare one": (50, [search(f"coding {b}") for _, b in some]),
        "three letters and *": (500, [search(f"{b[:3]}*") for _, b in some]),
        "nothing": (50, [search("qqqqq zzzzz")] * 20),
        "shots": (5, [page()] * asked),
        "shots until some time": (5, [page(until_ms=day()["until_ms"]) for _ in range(asked)]),
        "shots of an application": (5, [page(application="slack", until_ms=day()["until_ms"]) for _ in some]),
        "shots of an application that is not there": (5, [page(application="nobody")] * 20),
        "shots of a rung that is not there": (5, [page(rung="reused")] * 20),
        "shots of a rung": (5, [page(rung="vision", until_ms=day()["until_ms"]) for _ in some]),
        "sessions": (5, [worked()] * asked),
        "sessions until some time": (5, [worked(until_ms=day()["until_ms"]) for _ in range(asked)]),
        "sessions of a kind": (5, [worked(workflow="coding", until_ms=day()["until_ms"]) for _ in some]),
        "sessions of a kind that is not there": (5, [worked(workflow="meeting")] * 20),
    }


def _words(cx: apsw.Connection, asked: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Pairs of words of one screen, the second in 1 % of the pictures at most; the two commonest words."""
    chance = random.Random(5)
    last = cx.execute("SELECT max(n) FROM picture").get
    pairs: list[tuple[str, str]] = []
    rows: dict[str, int] = {}

    def known(word: str) -> int:
        if word not in rows:
            rows[word] = cx.execute("SELECT count(*) FROM search WHERE search MATCH ?", (f'"{word}"',)).get
        return rows[word]

    while len(pairs) < asked:
        kept = cx.execute("SELECT texts FROM picture_text WHERE picture = ?", (chance.randint(1, last),)).get
        words = cut(" ".join(lines.texts(kept))).plain
        pair = sorted(chance.sample(words, 2), key=known, reverse=True)
        if pair[0] != pair[1] and known(pair[1]) <= last // 100:
            pairs.append((pair[0], pair[1]))
    return pairs, sorted(rows, key=known, reverse=True)[:2]


def _sessions(cx: apsw.Connection, asked: int) -> list[Session]:
    """Some sessions, and one at least."""
    chance = random.Random(6)
    ids = [each for (each,) in cx.execute("SELECT id FROM session")]
    some = [sessions.get(cx, each) for each in chance.sample(ids, max(1, min(asked, len(ids))))]
    return [each for each in some if each is not None]


async def _written(db: Database) -> dict[str, dict[str, float]]:
    """How long it takes, index and all, until a new shot and its text are committed: a commit for each."""
    accepted, read = [], []
    first = _NEW + (await db.read(counts.counts)).shots  # a store that was kept has those of the last time
    for number in range(first, first + 300):
        begun = time.perf_counter()
        await db.write(lambda w, n=number: accept(w, n, n))
        accepted.append((time.perf_counter() - begun) * 1000)
        await db.write(lambda w, n=number: jobs.start(w, f"read-{n}", None))
        said, words = result(f"ocr-{number}", number, Rung.OCR, "Slack"), text("some words " * 200)
        begun = time.perf_counter()
        await db.write(lambda w, n=number, s=said, t=words: results.finish_read(w, f"read-{n}", t, s))
        read.append((time.perf_counter() - begun) * 1000)
    return {
        "a shot": percentiles(accepted, 50, "p95"),
        "its text": percentiles(read, 50, "p95"),
        "a session": percentiles(await _told(db), 50, "p95"),
    }


async def _told(db: Database) -> list[float]:
    """How long it takes until what is told of a session is otherwise."""
    (whole,) = (await db.read(lambda cx: sessions.sessions(cx, sessions.Filter(), None, 1))).rows
    times = []
    for number in range(300):
        now = msgspec.structs.replace(whole, shots=number + 1, state=SessionState.OPEN)
        begun = time.perf_counter()
        await db.write(lambda w, s=now: sessions.put(w, s))
        times.append((time.perf_counter() - begun) * 1000)
    return times


def _sizes(file: Path) -> dict[str, int]:
    """Bytes of each table and index, and of the file; the parts of an index for searching are one."""
    cx = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    sizes: dict[str, int] = {}
    for name, size in cx.execute("SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE"):
        whole = next((index for index in _INDEXES if name.startswith(f"{index}_")), name)
        sizes[whole] = sizes.get(whole, 0) + size
    cx.close()
    return {**sizes, "file": file.stat().st_size}


def told(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    made, sizes = figures["made"], figures["sizes"]
    text_bytes, many = made["text_bytes"], made["shots"]
    pictures = made["pictures"]
    yield f"{many} shots of {pictures} pictures; {text_bytes / pictures:.0f} bytes of text each"
    yield f"rows made in {made['rows_s']:.0f} s, the index in {made['index_s']:.0f} s"
    yield f"{made['sessions']} sessions made in {made['sessions_s']:.0f} s, index and all"
    yield from table(figures["asked"])
    yield from verdicts(figures["asked"], "p95")
    yield "milliseconds until committed:"
    yield from table(figures["written"])
    yield "bytes a shot:"
    for name, size in sorted(sizes.items(), key=lambda each: -each[1]):
        yield f"  {name:<32}{size / many:>10.1f}"
    yield f"  {'(the text itself, in UTF-8)':<32}{text_bytes / many:>10.1f}"
    index = sum(sizes[each] for each in _INDEXES)
    of_text = index / text_bytes
    yield f"the index is {of_text:.2f} of the text: {_verdict(of_text, INDEX_OF_TEXT)}"
    rest = (sizes["file"] - index - text_bytes) / many
    yield f"everything but index and text: {rest:.0f} bytes a shot: {_verdict(rest, ELSE_BYTES)}"
    yield f"{figures['before']} before, {figures['after']} after"


def _verdict(figure: float, target: float) -> str:
    return f"target {target:g}: " + ("reached" if figure <= target else "missed")


if __name__ == "__main__":
    main()
