"""Sessions kept up to date as shots come, late ones too, and under ids that stay.

Rules of this file: pure; ids are given from outside. What it holds is at any time what `segment` says of all
that was added, whatever order it came in; what comes in order costs what it brings; what comes late, or is
seen anew, costs about what comes after it on that day, for its words tell what those after it are worth.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from glimpsed.core.sessions.identity import Face, face
from glimpsed.core.sessions.islands import Island, idle_since, islands
from glimpsed.core.sessions.model import Sighting, Signal, Stretch
from glimpsed.core.sessions.moments import Look
from glimpsed.core.sessions.segmenting import UNJUDGED, look, ordered, words_of_day
from glimpsed.core.sessions.settings import BREAK_MS, Settings

_NEVER = 1 << 62

_IN_HAND = 2
"""The last islands, of which it is kept how far they were cut: that holds many copies of what was learnt."""


class Changes(msgspec.Struct, frozen=True):
    """What became of sessions, by id and in order of time.

    A session that is new and settled is in `opened` and `closed`; a closed one may still be revised by a late
    shot, and a `withdrawn` one is part of others now.
    """

    opened: tuple[tuple[str, Stretch], ...] = ()
    revised: tuple[tuple[str, Stretch], ...] = ()
    closed: tuple[tuple[str, Stretch], ...] = ()
    withdrawn: tuple[str, ...] = ()


class Sessions:
    """All sessions, by id."""

    def __init__(
        self,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        known: Mapping[str, str] | None = None,
        earlier: Iterable[Sighting] = (),
    ) -> None:
        """`known` says which session each shot was in, of sessions that have ids from before, in order.

        What words tell was learnt from what was seen `earlier` on the day of the first shot that is added.
        """
        self._settings = settings
        self._owner: dict[str, str] = dict(known or {})
        self._began = {session: shot for shot, session in reversed(self._owner.items())}
        self._named: dict[str, Stretch] = {}
        self._islands: list[Island] = []
        self._past = _learnt(ordered(earlier), settings)
        self._adrift: list[Signal] = []
        self._shots: dict[str, Sighting] = {}
        self._verdicts: dict[str, bool] = {}
        self._looks = dict[str, Look]()
        self._faces = dict[Face, Face]()
        self._dropped = 0

    @property
    def sessions(self) -> tuple[tuple[str, Stretch], ...]:
        """Every session and its id, in order."""
        found = [stretch for island in self._islands for stretch in island.stretches]
        return tuple((self._owner[stretch.shots[0]], stretch) for stretch in found)

    @property
    def comparisons(self) -> int:
        """Moments that were compared with others so far: the work that was done."""
        return self._dropped + sum(island.comparisons for island in self._islands)

    def add(
        self,
        sightings: Iterable[Sighting] = (),
        signals: Iterable[Signal] = (),
        *,
        name: Callable[[], str],
        verdicts: Mapping[str, bool] = UNJUDGED,
        now_ms: int | None = None,
    ) -> Changes:
        """Take what was seen and noticed; a shot that is known is seen anew, as after a better description.

        `name` gives a new id each time; `now_ms` is the time up to which nothing else was noticed. `verdicts`
        say of shots whether another piece of work begins there, the last one of each counts; that of a shot
        that is not known is kept until it comes.
        """
        fresh = {seen.shot: seen for seen in sightings if self._shots.get(seen.shot) != seen}
        replaced = {shot for shot in fresh if shot in self._shots}
        times = [self._shots[shot].at_ms for shot in replaced]
        self._shots |= fresh
        self._looks |= {shot: look(seen, self._faces) for shot, seen in fresh.items()}
        low, high = self._put(ordered(fresh.values()), list(signals), replaced, times)
        said = {shot: begins for shot, begins in verdicts.items() if self._verdicts.get(shot) is not begins}
        self._verdicts |= said
        if judged := [self._shots[shot].at_ms for shot in said if shot in self._shots]:
            first, last = self._around(min(judged), max(judged))
            low, high = min(low, first), max(high, last)
        return self._name(self._redo(low, high, now_ms), name)

    def forget(self, before_ms: int) -> None:
        """Let go of what was over before `before_ms`, all but the last of it.

        A shot that comes late from then makes sessions anew: what is to be revised must be added again, in
        another `Sessions` with `known`.
        """
        seen = [n for n, island in enumerate(self._islands) if island.sightings]
        kept = max((n for n in seen if self._islands[n].last_ms < before_ms), default=0)
        gone, self._islands = self._islands[:kept], self._islands[kept:]
        self._past = gone[max((n for n in seen if n < kept), default=0) :] or self._past
        for island in gone:
            self._dropped += island.comparisons
            for shot in (each.shot for each in island.sightings):
                del self._shots[shot], self._looks[shot]
                self._verdicts.pop(shot, None)
                session = self._owner.pop(shot)
                self._named.pop(session, None)
                self._began.pop(session, None)
        self._faces = {shown.face: shown.face for shown in self._looks.values()}

    def _put(
        self, fresh: list[Sighting], signals: list[Signal], replaced: set[str], times: list[int]
    ) -> tuple[int, int]:
        """Put things into islands; what to do anew: those changed, and the one before (is it over?)."""
        count = len(self._islands)
        times = sorted([*times, *(seen.at_ms for seen in fresh), *(signal.at_ms for signal in signals)])
        if not times:
            return count, count
        if not replaced and self._comes_last(fresh, signals, times[0]):
            self._append(fresh, signals)
            return count - 1, len(self._islands)
        low, high = self._around(times[0], times[-1])
        before = self._islands[low - 1] if low else None
        signals += () if before else self._adrift
        high = self._idle_from(low, high, signals)
        pool = self._islands[low:high]
        for island in pool:
            fresh += [seen for seen in island.sightings if seen.shot not in replaced]
            signals += island.signals
            self._dropped += island.comparisons
        found, adrift = islands(fresh, signals, self._settings, before)
        cuts = {shot: so_far for island in pool for shot, so_far in island.cuts.items()}
        for island in found:
            island.cuts = cuts
        if before:
            before.append(adrift.sightings, adrift.signals)
        else:
            self._adrift = adrift.signals
        self._islands[low:high] = found
        return max(0, low - 1), low + len(found)

    def _comes_last(self, fresh: Sequence[Sighting], signals: Sequence[Signal], first_ms: int) -> bool:
        if not self._islands:
            return False
        last = self._islands[-1]
        told = signals or (last.signals and last.signals[-1].at_ms == first_ms)
        if told and first_ms == last.last_ms:  # shots and signals of one time have an order of their own
            return False
        in_order = not fresh or not last.sightings or ordered([fresh[0], last.sightings[-1]])[1] is fresh[0]
        return first_ms >= last.last_ms and in_order

    def _append(self, fresh: Sequence[Sighting], signals: Sequence[Signal]) -> None:
        last = self._islands[-1]
        found, adrift = islands(fresh, signals, self._settings, last)
        last.append(adrift.sightings, adrift.signals)
        self._islands += found

    def _around(self, first_ms: int, last_ms: int) -> tuple[int, int]:
        """The islands that what was noticed between two times may belong to, say the end of, or join."""
        begins = [island.ticks[0] for island in self._islands]
        low = max(0, bisect_left(begins, first_ms) - 1)
        return low, max(low, bisect_right(begins, last_ms + BREAK_MS))

    def _idle_from(self, low: int, high: int, signals: Sequence[Signal]) -> int:
        """`high`, or further: what comes after signals that leave the person idle is no island of its own."""
        while high < len(self._islands) and not self._islands[high].is_told:
            told = [*signals, *(signal for island in self._islands[low:high] for signal in island.signals)]
            if idle_since(told) is None:
                break
            high += 1
        return high

    def _redo(self, low: int, high: int, now_ms: int | None) -> list[Stretch]:
        """Cut islands anew, and the next one with shots as well, for it may begin otherwise.

        So are those after it as long as what their words tell is something else, on that day.
        """
        last = len(self._islands) - 1
        index, done = max(0, min(low, last)), list[Stretch]()
        now = max((island.last_ms for island in self._islands[-1:]), default=0) if now_ms is None else now_ms
        while index <= last:
            island = self._islands[index]
            before, known = [*self._past, *self._islands[:index]], island.words.digest
            island.redo(
                *(before, self._looks, self._settings, self._verdicts),
                now_ms=now if index == last else _NEVER,
                next_day=self._next_day(index),
            )
            done += island.stretches
            index += 1
            if index > high and island.sightings and island.words.digest == known:
                break
        for island in self._islands[:-_IN_HAND]:
            island.cuts = {}
        return done

    def _next_day(self, index: int) -> Sighting | None:
        """The shot that the island after one begins with, if nothing but the day's start is between them."""
        these = self._islands[index : index + 2]
        return these[1].sightings[0] if len(these) > 1 and these[0].is_followed_by(these[1]) else None

    def _name(self, found: Sequence[Stretch], name: Callable[[], str]) -> Changes:
        """Give every session the id of the one that it was, and say what is different."""
        old = {self._owner[shot] for stretch in found for shot in stretch.shots if shot in self._owner}
        ids = self._same(found, old)
        opened, revised, closed = [], [], []
        for stretch, known in zip(found, ids, strict=True):
            session = known or name()
            was = self._named.get(session)
            self._named[session] = stretch
            self._began[session] = stretch.boundary.shot
            self._owner |= dict.fromkeys(stretch.shots, session)
            if known is None:
                opened.append((session, stretch))
            elif was != stretch:
                revised.append((session, stretch))
            if stretch.settled and not (was and was.settled):
                closed.append((session, stretch))
        gone = sorted(old - set(ids))
        for session in gone:
            self._named.pop(session, None)
            self._began.pop(session, None)
        return Changes(tuple(opened), tuple(revised), tuple(closed), tuple(gone))

    def _same(self, found: Sequence[Stretch], old: set[str]) -> list[str | None]:
        """The id of each session: of the one that began with its first shot, else shares most with it."""
        began = {self._began[session]: session for session in old}
        ids = [began.get(stretch.boundary.shot) for stretch in found]
        left = old - set(ids)
        for index, stretch in enumerate(found):
            shared = Counter(i for shot in stretch.shots if (i := self._owner.get(shot)) in left)
            if ids[index] is None and shared:
                ids[index] = min(shared, key=lambda i: (-shared[i], i))
                left.discard(ids[index] or "")
        return ids


def _learnt(seen: Sequence[Sighting], settings: Settings) -> list[Island]:
    """An island that stands for what was seen before: what was learnt from it, and the last of it."""
    if not seen:
        return []
    island = Island(seen[-1:])
    for last, each in zip([seen[0], *seen], seen, strict=False):
        island.words = words_of_day(island.words, last, each, settings)
        island.words.shown(face(each))
    return [island]
