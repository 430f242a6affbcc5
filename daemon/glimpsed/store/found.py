"""What the index finds, a page at a time.

Rules of this file: no page may take long, however common the words are. So the best come first among the
newest `CHUNK` pictures that match, then the best of the next, and so on: what a page shows is ranked, and
nothing that matches is left out. Pictures that come while somebody pages are not in the pages that follow;
one that is described meanwhile may move.
"""

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

import apsw
import msgspec

from glimpsed.core.errors import RequestError
from glimpsed.core.matching import Passage, best, passage
from glimpsed.core.model import TextLine
from glimpsed.core.searching import Query
from glimpsed.core.sessions.model import Session
from glimpsed.store import ranking, results, sessions, shots, tags
from glimpsed.store.page import LARGEST, Page, bounds
from glimpsed.store.shots import ShotRow

CHUNK = 5000
"""Matches that are ranked against each other."""

SAMPLE = 1000
"""Rows after which a word counts as common; how common is told from how close these lie."""

SIGHTINGS = 10
"""Most sightings of a picture that a result names."""

LINES = 3
"""Most lines of a picture that a result shows."""

_EXTENT = "SELECT extent(search) FROM search WHERE search MATCH ? LIMIT 1"
_NEWEST = "SELECT max(n) FROM picture"
_DENSITY = """
SELECT count(*), min(n) FROM (
  SELECT rowid AS n FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?)"""
_RANKED = """
SELECT rowid, relevance(search, {figures}) FROM search
WHERE search MATCH ? AND rowid <= ?{those} ORDER BY rowid DESC LIMIT ?"""
# The plus has them looked up among what matches; each for itself would be a search of its own.
_THOSE = " AND +rowid IN (SELECT picture FROM shot WHERE taken_ms >= ? AND taken_ms < ?{within})"
_TAKEN = "SELECT (SELECT min(taken_ms) FROM shot), (SELECT max(taken_ms) FROM shot)"
_SEEN = """
SELECT id, taken_ms FROM shot WHERE picture = ? AND taken_ms >= ? AND taken_ms < ?{within}
ORDER BY taken_ms DESC LIMIT ?"""
_TIMES = "SELECT count(*) FROM shot WHERE picture = ? AND taken_ms >= ? AND taken_ms < ?{within}"
_WITHIN = " AND (taken_ms, id) >= (?, ?) AND (taken_ms, id) <= (?, ?)"

_Int = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


class Filter(msgspec.Struct, frozen=True):
    """Which pictures: seen at `since_ms` <= taken < `until_ms`, of this application and kind; None takes all.

    `application` (in any case) and `kind` of application are those of the current result; with `session` they
    were seen in it.
    """

    since_ms: int | None = None
    until_ms: int | None = None
    application: str | None = None
    kind: str | None = None
    session: Session | None = None

    @property
    def stretch(self) -> tuple[int, int]:
        """From when until before when."""
        since, until = bounds(self.since_ms, self.until_ms)
        if self.session is None:
            return since, until
        return max(since, self.session.boundary.at_ms), min(until, self.session.last_ms + 1)


class Match(msgspec.Struct, frozen=True):
    """Where something stands: in `field`, and if that is the text, on this line of it."""

    field: str
    passage: Passage
    line: TextLine | None = None


class Found(msgspec.Struct, frozen=True):
    """A picture that was found: its latest sighting and the times of some of them, latest first.

    `session` is the one that the latest is in, None while it is in none.
    """

    row: ShotRow
    score: float
    sightings: tuple[tuple[str, int], ...]
    times: int
    matches: tuple[Match, ...]
    session: Session | None


class _Position(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ends: after the picture `n`, of this score, of the chunk that begins at `top`.

    `mean` and `weights` are what the scores of all pages rest on.
    """

    top: _Int
    mean: Annotated[float, msgspec.Meta(ge=1)]
    weights: list[float]
    score: float
    n: _Int


_POSITION = msgspec.json.Decoder(_Position)


class _Hit(msgspec.Struct, frozen=True):
    """A picture that fits: where it is in the order, and its latest sightings."""

    top: int
    score: float
    n: int
    sightings: tuple[tuple[str, int], ...]


def search(cx: apsw.Connection, query: Query, wanted: Filter, cursor: str | None, limit: int) -> Page[Found]:
    """Pictures that fit, in the order of this file. Raises `RequestError` on a cursor that is not ours."""
    at = _start(cx, query) if cursor is None else _decoded(cursor, sum(map(len, query.looked_up)))
    asked = expression(cx, query, wanted)
    if at is None or asked is None:
        return Page((), None)
    hits = list(islice(_hits(cx, asked, at, wanted), limit + 1))
    rows = tuple(_found(cx, hit, query, wanted) for hit in hits[:limit])
    if len(hits) <= limit:
        return Page(rows, None)
    last = hits[limit - 1]
    return Page(rows, _encoded(_Position(last.top, at.mean, at.weights, last.score, last.n)))


def expression(cx: apsw.Connection, query: Query, wanted: Filter) -> str | None:
    """What FTS5 is asked, in the index of pictures or of sessions; None when nothing can fit."""
    tagged = []
    if wanted.application is not None:
        tagged.append(f'"{tags.of_application(wanted.application.casefold())}"')
    if wanted.kind is not None:
        tagged.append(f'"{tags.of_kind(wanted.kind)}"')
    if any(limit is not None for limit in (wanted.since_ms, wanted.until_ms, wanted.session)):
        stretch = " OR ".join(f'"{tag}"' for tag in _days(cx, wanted))
        if not stretch:
            return None
        tagged.append(f"({stretch})")
    return query.expression(*tagged)


def _start(cx: apsw.Connection, query: Query) -> _Position | None:
    """Before the first result, with the figures that all pages rest on; None when no word is anywhere."""
    looked_up = query.looked_up
    extents = (cx.execute(_EXTENT, (phrase,)).get for either in looked_up for phrase in either)
    extent = next((each for each in extents if each is not None), None)
    if extent is None:
        return None
    pictures, mean = map(float, extent.split())
    newest = cx.execute(_NEWEST).get
    weights: list[float] = []
    for either in looked_up:
        # Whatever a single one counts, the order is the same.
        rows = sum(_rows(cx, phrase, newest, pictures) for phrase in either) if len(looked_up) > 1 else 0.0
        weights += [ranking.weight(rows, pictures)] * len(either)
    return _Position(newest, max(1.0, mean), weights, math.inf, LARGEST)


def _rows(cx: apsw.Connection, phrase: str, newest: int, pictures: float) -> float:
    """How many pictures have a phrase: counted, or if they are many, told from the newest of them."""
    if phrase.endswith("*"):  # its words would have to be gathered once more
        return min(SAMPLE, pictures)
    count, oldest = cx.execute(_DENSITY, (phrase, SAMPLE)).get
    return float(count) if count < SAMPLE else pictures * min(1.0, SAMPLE / (newest - oldest + 1))


def _days(cx: apsw.Connection, wanted: Filter) -> Iterator[str]:
    """The tags of a stretch of time, as far as anything was taken in it."""
    since, until = wanted.stretch
    first, last = cx.execute(_TAKEN).get
    if first is None or since > last or until <= first:
        return iter(())
    return tags.of_stretch(max(since, first) // tags.DAY_MS, min(until - 1, last) // tags.DAY_MS)


def _hits(cx: apsw.Connection, expression: str, at: _Position, wanted: Filter) -> Iterator[_Hit]:
    those, seen = _those(wanted)
    ranked = _RANKED.format(figures=", ".join("?" * (1 + len(at.weights))), those=those)
    top, after = at.top, (-at.score, -at.n)
    while True:
        bindings = (at.mean, *at.weights, expression, top, *seen, CHUNK)
        chunk: list[Any] = cx.execute(ranked, bindings).fetchall()
        for minus_score, minus_n in sorted((-score, -n) for n, score in chunk):
            if (minus_score, minus_n) > after and (hit := _hit(cx, top, -minus_score, -minus_n, wanted)):
                yield hit
        if len(chunk) < CHUNK:
            return
        top, after = chunk[-1][0] - 1, (-math.inf, 0)


def _hit(cx: apsw.Connection, top: int, score: float, n: int, wanted: Filter) -> _Hit | None:
    """A picture with its sightings; None when it was not seen in the time that is asked for."""
    within, bounds = _bounds(wanted)
    seen: Any = cx.execute(_SEEN.format(within=within), (n, *bounds, SIGHTINGS)).fetchall()
    return _Hit(top, score, n, tuple(seen)) if seen else None


def _found(cx: apsw.Connection, hit: _Hit, query: Query, wanted: Filter) -> Found:
    row = shots.shot(cx, hit.sightings[0][0])
    if row is None:
        raise RuntimeError("a sighting is no shot")
    times = len(hit.sightings)
    if times == SIGHTINGS:
        within, bounds = _bounds(wanted)
        times = cx.execute(_TIMES.format(within=within), (hit.n, *bounds)).get
    session = sessions.of_shot(cx, row.shot.taken_at.ms, row.shot.id)
    return Found(row, hit.score, hit.sightings, times, _matches(cx, row, query), session)


def _matches(cx: apsw.Connection, row: ShotRow, query: Query) -> tuple[Match, ...]:
    """Why it was found: what was said of it, and the lines of its text that show most of the words."""
    said = row.result.description
    named = [(each.text, "names") for each in said.entities]
    told = [(said.window_title, "title"), (said.application, "title"), *named]
    told += [(said.task, "said"), (said.summary, "said")]
    matches = [Match(field, found) for text, field in told if (found := passage(text, query.terms)).marks]
    text = results.text(cx, row.picture.sha256)
    lines = () if text is None else text.lines
    shown = best(((place, passage(line.text, query.terms)) for place, line in enumerate(lines)), LINES)
    return (*(Match("text", found, lines[place]) for place, found in shown), *matches)


def _those(wanted: Filter) -> tuple[str, tuple[int | str, ...]]:
    """As `_bounds`, of pictures: what was seen in a day at most is known sooner than what was said of it."""
    since, until = wanted.stretch
    if until - since > tags.DAY_MS:
        return "", ()
    within, bounds = _bounds(wanted)
    return _THOSE.format(within=within), bounds


def _bounds(wanted: Filter) -> tuple[str, tuple[int | str, ...]]:
    """What holds of sightings beside their time, and the bindings of both."""
    session = wanted.session
    if session is None:
        return "", wanted.stretch
    ends = (session.boundary.at_ms, session.boundary.shot, session.last_ms, session.last_shot)
    return _WITHIN, (*wanted.stretch, *ends)


def _encoded(position: _Position) -> str:
    return urlsafe_b64encode(msgspec.json.encode(position)).decode()


def _decoded(cursor: str, phrases: int) -> _Position:
    """The position in a cursor, which may be anything. Raises `RequestError` `bad_request`."""
    try:
        position = _POSITION.decode(urlsafe_b64decode(cursor))
    except (ValueError, msgspec.DecodeError):
        position = None
    if position is None or len(position.weights) != phrases:
        raise RequestError("bad_request", "the cursor is not one that this search gave out")
    return position
