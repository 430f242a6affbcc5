"""Islands: what was noticed, parted wherever nobody was there for long, so that each can be done anew alone.

Rules of this file: pure. An island is a run of signs of presence with no gap over `BREAK_MS`, and the signals
up to the next one. Where presence never breaks, a day's first shot begins one, unless somebody was away just
before: a screenshot a minute, day and night, must not make a year one island. A shot while the person is idle
begins none, for it may be no sign of presence. What an island means depends on itself, on how the ones before
it ended, and on what was learnt of words in those of its day.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from glimpsed.core.sessions.lexicon import Lexicon
from glimpsed.core.sessions.model import Sighting, Signal, Stretch
from glimpsed.core.sessions.moments import Look
from glimpsed.core.sessions.presence import BACK, Presence
from glimpsed.core.sessions.segmenting import Cut, bouts, cut, is_later_day, ordered, words_of_day
from glimpsed.core.sessions.settings import BREAK_MS, COUNTED_MS, Settings

_TAIL_MS = BREAK_MS + COUNTED_MS
"""How far back in an island anything can say why it ended."""


class Island:
    """Signs of presence without a long gap, and the sessions in it.

    `cuts` say how far it was cut, or what it is made of: each is of what begins with a shot. `words` are all
    of its day up to its end.
    """

    def __init__(self, sightings: Iterable[Sighting] = (), signals: Iterable[Signal] = ()) -> None:
        """Both are in order."""
        self.sightings = list(sightings)
        self.signals = list(signals)
        self.stretches: list[Stretch] = []
        self.comparisons = 0
        self.cuts: Mapping[str, Cut] = {}
        self.words = Lexicon()

    @property
    def ticks(self) -> list[int]:
        """When somebody was seen to be there."""
        return sorted({s.at_ms for s in self.sightings} | {s.at_ms for s in self.signals if s.kind in BACK})

    @property
    def idle_ms(self) -> int | None:
        """Since when the person is idle at its end; None: is not."""
        return idle_since(self.signals)

    @property
    def is_told(self) -> bool:
        """Whether a signal says that somebody is there when it begins."""
        return any(s.kind in BACK and s.at_ms == self.ticks[0] for s in self.signals)

    @property
    def last_ms(self) -> int:
        """The last thing noticed in it, or after it and before the next."""
        return max(seen[-1].at_ms for seen in (self.sightings, self.signals) if seen)

    def is_followed_by(self, other: "Island") -> bool:
        """Whether nothing but the day's start is between this and the next one."""
        return other.ticks[0] - self.ticks[-1] <= BREAK_MS

    def append(self, sightings: Sequence[Sighting], signals: Sequence[Signal]) -> None:
        """Go on with what comes later than all of it; both are in order."""
        self.sightings += sightings
        self.signals += signals

    def redo(
        self,
        before: Sequence["Island"],
        looks: Mapping[str, Look],
        settings: Settings,
        verdicts: Mapping[str, bool],
        *,
        now_ms: int | None,
        next_day: Sighting | None = None,
    ) -> None:
        """Cut it into sessions; `before` are the islands before it, the last one last.

        `next_day` is the shot that the next island begins with, if it is the day's start that parts them.
        """
        self.stretches = []
        cuts = dict[str, Cut]()
        known, self.cuts = self.cuts, cuts
        if not self.sightings:
            return
        shots, signals = before[-1].tail() if before else ([], [])
        seen = next((island for island in reversed(before) if island.sightings), None)
        last = seen.sightings[-1] if seen else self.sightings[0]
        words = seen.words if seen else Lexicon()
        times = [*shots, *(s.at_ms for s in self.sightings), *([next_day.at_ms] if next_day else ())]
        presence = Presence(times, [*signals, *self.signals])
        parted = partial(bouts, before=last if seen else None, after=next_day, now_ms=now_ms)
        for bout in parted(self.sightings, presence, settings):
            first = bout.sightings[0].shot
            so_far = cuts[first] = known.get(first) or Cut()
            self.comparisons -= so_far.comparisons
            shown = [looks[seen.shot] for seen in bout.sightings]
            so_far.follow(words_of_day(words, last, bout.sightings[0], settings))
            self.stretches += cut(bout, presence, shown, so_far, verdicts)
            self.comparisons += so_far.comparisons
            words, last = so_far.words, bout.sightings[-1]
        self.words = words

    def tail(self) -> tuple[list[int], list[Signal]]:
        """The end of it, as far as it can say why it ended."""
        ticks, idle = self.ticks, self.idle_ms
        last = ticks[-1] if idle is None else max((tick for tick in ticks if tick <= idle), default=ticks[0])
        return (
            [tick for tick in ticks if tick >= last - _TAIL_MS],
            [signal for signal in self.signals if signal.at_ms >= last - _TAIL_MS],
        )


def idle_since(signals: Iterable[Signal]) -> int | None:
    """Since when the person is idle, after all of these signals; None: is not."""
    told = sorted((s.at_ms, s.kind == "idle") for s in signals if s.kind == "idle" or s.kind in BACK)
    back = max((n for n, (_, idle) in enumerate(told) if not idle), default=-1)
    return told[back + 1][0] if back + 1 < len(told) else None


def islands(
    sightings: Iterable[Sighting],
    signals: Iterable[Signal],
    settings: Settings,
    before: Island | None = None,
) -> tuple[list[Island], Island]:
    """All islands in order, and what belongs to the one before them, or comes before the first."""
    adrift = Island()
    found: list[Island] = []
    last = before.ticks[-1] if before else 0
    idle = before is not None and before.idle_ms is not None
    events: list[tuple[int, int, Sighting | Signal]] = [(s.at_ms, 1, s) for s in ordered(sightings)]
    events += [
        (s.at_ms, 0 if s.kind in BACK else 2, s) for s in sorted(signals, key=lambda s: (s.at_ms, s.kind))
    ]
    for at, rank, event in sorted(events, key=lambda e: e[:2]):
        known = bool(found) or before is not None
        idle = idle and rank > 0
        if rank <= 1:
            so_far = found[-1:] or [each for each in (before, adrift) if each]
            if not known or (not idle and (at - last > BREAK_MS or _parts(so_far, event, settings))):
                found.append(Island())
            last = at
        into = found[-1] if found else adrift
        if isinstance(event, Sighting):
            into.append([event], [])
        else:
            into.append([], [event])
            idle = idle or (known and event.kind == "idle")
    return found, adrift


def _parts(before: Sequence[Island], event: Sighting | Signal, settings: Settings) -> bool:
    """Whether an island begins with a shot because a day does; else it would go on with `before`, in pieces.

    What came before must be told by the tail of one island alone, so nobody may have been away in it.
    """
    seen = [each for island in before for each in island.sightings[-1:]]
    if not seen or not isinstance(event, Sighting) or not is_later_day(seen[-1], event, settings):
        return False
    begin = min(island.ticks[0] for island in before if island.ticks)
    since = event.at_ms - max(begin, _away_ms([each for island in before for each in island.signals]))
    return event.at_ms > seen[-1].at_ms and since > 2 * _TAIL_MS


def _away_ms(signals: Iterable[Signal]) -> int:
    """When anything was last told of somebody's being away, or back."""
    last, idle = 0, False
    for signal in sorted(signals, key=lambda s: s.at_ms):
        if idle or signal.kind != "present":
            last = signal.at_ms
        idle = signal.kind == "idle" or (idle and signal.kind not in BACK)
    return last
