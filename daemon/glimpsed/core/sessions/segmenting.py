"""Sessions from sightings and signals: presence, then what the screens say within it.

Rules of this file: pure and total; any order, any times, any text. `segment` is the meaning of the layer, and
`tracking` does the same piece by piece.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from operator import eq, is_
from typing import TypeVar

import msgspec

from glimpsed.core.sessions.attention import interruptions, visits
from glimpsed.core.sessions.boundaries import confidence, reasons
from glimpsed.core.sessions.cutting import Cutter
from glimpsed.core.sessions.doubts import doubts, judged, prices
from glimpsed.core.sessions.identity import Face, face, label
from glimpsed.core.sessions.lexicon import Lexicon, Shown
from glimpsed.core.sessions.marks import Marks
from glimpsed.core.sessions.model import Boundary, Reason, Sighting, Signal, Stretch
from glimpsed.core.sessions.moments import Look, Moment, moments
from glimpsed.core.sessions.outline import outline
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.settings import DAY_MS, Settings

T = TypeVar("T")

_FORCED = 0.98
"""How sure a boundary is that absence, a lock or the day's start made: clocks and signals err seldom."""


UNJUDGED: Mapping[str, bool] = {}
"""No verdicts."""


class Bout(msgspec.Struct, frozen=True):
    """Sightings in order with no break among them, and why they begin. Only content can part them."""

    sightings: tuple[Sighting, ...]
    reasons: tuple[Reason, ...]
    start_ms: int
    end_ms: int
    over: bool


class Cut:
    """How far a bout was cut, so that later only what changed costs anything, and what comes after it.

    Nobody says what changed. What words tell depends on the looks so far, that day's earlier ones included,
    where sessions begin on the moments and prices so far: what is the same from the first one on still holds.
    `words` are those of all these looks.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.shown: list[Shown] = []
        self.cutter = Cutter()
        self.settled: list[Stretch] = []
        self.comparisons = 0
        self._opening: object = None
        self._looks: Sequence[Look] = ()
        self.words = Lexicon()
        self._lexicons = Marks(Lexicon())
        self._before = self.words.digest
        self._prices: Sequence[float] = ()
        self._cutters = Marks(Cutter())

    def open(self, opening: object) -> None:
        """How the bout begins, beside its looks."""
        if opening != self._opening:
            self._opening = opening
            self.settled.clear()

    def follow(self, words: Lexicon) -> None:
        """What was learnt before the bout."""
        if words.digest != self._before:
            self._before, self.words, self._lexicons = words.digest, copy(words), Marks(copy(words))
            self._looks = ()
            self.shown.clear()

    def learn(self, looks: Sequence[Look]) -> None:
        """Have `shown` be of these looks: other ones, by identity, from the first change on."""
        begin, same = len(self._looks), _same(self._looks, looks, is_)
        if same < begin:
            begin, self.words = self._lexicons.back(same)
            del self.shown[same:]
        for index in range(begin, len(looks)):
            shown = self.words.shown(looks[index].face)
            if index >= same:
                self.shown.append(shown)
            self._lexicons.reach(index + 1, len(looks), self.words)
        self._looks = looks

    def settle(self, pieces: Sequence[Moment], cost: Sequence[float], final: int) -> Cutter:
        """Have `cutter` hold the moments that are `final`; gives another that holds them all."""
        same = min(_same(self.cutter.moments, pieces, eq), _same(self._prices, cost, eq), final)
        if same < len(self.cutter.moments):
            _, self.cutter = self._cutters.back(same)
            del self.settled[sum(begin < self.cutter.settled for begin in self.cutter.begins()) :]
        started = self.cutter.comparisons
        for index in range(len(self.cutter.moments), final):
            self.cutter.push(pieces[index], cost[index], settle=True)
            self._cutters.reach(index + 1, final, self.cutter)
        self._prices = cost[:final]
        cutter = copy(self.cutter)
        for index in range(final, len(pieces)):
            cutter.push(pieces[index], cost[index], settle=False)
        self.comparisons += cutter.comparisons - started
        return cutter


def segment(
    sightings: Iterable[Sighting],
    signals: Iterable[Signal] = (),
    settings: Settings = Settings(),  # noqa: B008 - frozen
    *,
    verdicts: Mapping[str, bool] = UNJUDGED,
    now_ms: int | None = None,
) -> tuple[Stretch, ...]:
    """All sessions, in order; each sighting is in exactly one. Presence without any shot makes no session.

    `verdicts` say of shots whether another piece of work begins there; of others than `sightings` they say
    nothing. `now_ms` is the time up to which nothing else was noticed; without it, that of the last shot or
    signal. Two sightings with one id are both kept.
    """
    seen = ordered(sightings)
    if not seen:
        return ()
    presence = Presence((s.at_ms for s in seen), signals)
    faces: dict[Face, Face] = {}
    found, words, last = list[Stretch](), Lexicon(), seen[0]
    for bout in bouts(seen, presence, settings, now_ms=now_ms):
        so_far = Cut()
        so_far.follow(words_of_day(words, last, bout.sightings[0], settings))
        found += cut(bout, presence, [look(s, faces) for s in bout.sightings], so_far, verdicts)
        words, last = so_far.words, bout.sightings[-1]
    return tuple(found)


def words_of_day(words: Lexicon, last: Sighting, first: Sighting, settings: Settings) -> Lexicon:
    """What is known of words when `first` is seen, from all up to `last`: what was learnt on that day."""
    return Lexicon() if is_later_day(last, first, settings) else words


def ordered(sightings: Iterable[Sighting]) -> list[Sighting]:
    """In the order that everything here is in: by time, then by id."""
    return sorted(sightings, key=lambda s: (s.at_ms, s.shot))


def look(sighting: Sighting, faces: dict[Face, Face]) -> Look:
    """A sighting as it is compared; equal faces become one, in `faces`."""
    shown = face(sighting)
    return Look(sighting.at_ms, sighting.source, faces.setdefault(shown, shown), label(sighting))


def bouts(
    seen: Sequence[Sighting],
    presence: Presence,
    settings: Settings,
    *,
    before: Sighting | None = None,
    after: Sighting | None = None,
    now_ms: int | None = None,
) -> Iterator[Bout]:
    """Sightings parted where presence breaks and where a day begins.

    `before` is the one before them, and `after` one with which the next day begins.
    """
    begin = 0
    why = _parted(before, seen[0], presence, settings) if before else (Reason.FIRST,)
    every = [*seen, *([after] if after else ())]
    for index in range(1, len(seen) + 1):
        following = every[index] if index < len(every) else None
        parted = _parted(seen[index - 1], following, presence, settings) if following else ()
        if index < len(seen) and not parted:
            continue
        last = seen[index - 1].at_ms
        start = seen[begin].at_ms if why == (Reason.DAY,) else presence.start_ms(seen[begin].at_ms)
        end = following.at_ms if following and parted == (Reason.DAY,) else presence.end_ms(last)
        over = following is not None or presence.over(last, now_ms)
        yield Bout(tuple(seen[begin:index]), why, start, end, over)
        begin, why = index, parted


def cut(
    bout: Bout, presence: Presence, looks: Sequence[Look], so_far: Cut, verdicts: Mapping[str, bool]
) -> list[Stretch]:
    """The sessions of a bout; those that only late shots and verdicts can change are settled.

    `so_far` is what an earlier call left for a bout with the same first sighting.
    """
    said = judged(bout.sightings, verdicts)
    before_ms = presence.active_ms(looks[0].at_ms) - presence.active_ms(bout.start_ms)
    so_far.open((bout.reasons, bout.start_ms, before_ms))
    so_far.learn(looks)
    pieces, final = moments(looks, so_far.shown, presence, bout.end_ms)
    cost = prices(pieces, said)
    cutter = so_far.settle(pieces, cost, final)
    begins = cutter.begins()
    found = list(so_far.settled)
    for number in range(len(found), len(begins)):
        settled = begins[number] < so_far.cutter.settled
        stretch = _stretch(bout, presence, (pieces, looks), begins, number)
        if settled or bout.over:
            edge = (begins[number], (*begins, len(pieces))[number + 1])
            unsure = doubts(pieces, bout.sightings, said, edge, stretch.boundary.confidence)
            stretch = msgspec.structs.replace(stretch, settled=True, doubts=unsure)
        if settled:
            so_far.settled.append(stretch)
        found.append(stretch)
    return found


def _same(known: Sequence[T], given: Sequence[T], alike: Callable[[T, T], bool]) -> int:
    """How many are the same, from the first one on."""
    every = enumerate(map(alike, known, given))
    return next((index for index, same in every if not same), min(len(known), len(given)))


def _stretch(
    bout: Bout,
    presence: Presence,
    shown: tuple[Sequence[Moment], Sequence[Look]],
    begins: Sequence[int],
    number: int,
) -> Stretch:
    pieces, looks = shown
    begin = begins[number]
    until = begins[number + 1] if number + 1 < len(begins) else len(pieces)
    last = until == len(pieces)
    first = pieces[begin].looks[0] if number else 0
    shots = bout.sightings[first : None if last else pieces[until].looks[0]]
    start = shots[0].at_ms if number else bout.start_ms
    end = bout.end_ms if last else bout.sightings[pieces[until].looks[0]].at_ms
    boundary = Boundary(shots[0].shot, shots[0].at_ms, bout.reasons, _FORCED)
    if number:
        edge = (begins[number - 1], begin, until)
        boundary = Boundary(shots[0].shot, shots[0].at_ms, reasons(pieces, *edge), confidence(pieces, *edge))
    own = pieces[begin:until]
    every = visits(own, looks, end)
    glances = interruptions(every)
    return Stretch(
        boundary,
        start,
        end,
        presence.active_ms(end) - presence.active_ms(start),
        tuple(seen.shot for seen in shots),
        glances,
        outline=outline(own, looks, every, glances),
    )


def _parted(before: Sighting, after: Sighting, presence: Presence, settings: Settings) -> tuple[Reason, ...]:
    """Why the two are not in one bout; empty if they are. A day begins with somebody who is there."""
    absence = presence.break_before(before.at_ms, after.at_ms)
    there = after.at_ms <= presence.end_ms(after.at_ms)
    day = there and is_later_day(before, after, settings)
    return (*(absence.reasons if absence else ()), *((Reason.DAY,) if day else ()))


def is_later_day(before: Sighting, after: Sighting, settings: Settings) -> bool:
    """Whether a day begins between two sightings, as the clocks on the wall showed it."""
    day = partial(day_of, day_start_ms=settings.day_start_ms)
    return day(after.at_ms, after.offset_s) > day(before.at_ms, before.offset_s)


def day_of(at_ms: int, offset_s: int, day_start_ms: int) -> int:
    """The day that a time belongs to, `offset_s` seconds east of UTC, counted from 1970."""
    return (at_ms + offset_s * 1000 - day_start_ms) // DAY_MS
