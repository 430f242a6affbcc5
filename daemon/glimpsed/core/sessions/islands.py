"""Islands: what was noticed, parted wherever nobody was there for long, so that each can be done anew alone.

Rules of this file: pure. An island is a run of signs of presence with no gap over `BREAK_MS`, and the signals
up to the next one. What it means depends on itself, and on how the ones before it ended.
"""

from collections.abc import Iterable, Mapping, Sequence

from glimpsed.core.sessions.model import Sighting, Signal, Stretch
from glimpsed.core.sessions.moments import Look
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.segmenting import Cut, bouts, cut, ordered
from glimpsed.core.sessions.settings import BREAK_MS, COUNTED_MS, Settings

_BACK = ("present", "unlocked")
_TAIL_MS = BREAK_MS + COUNTED_MS
"""How far back in an island anything can say why it ended."""


class Island:
    """Signs of presence without a long gap, and the sessions in it."""

    def __init__(self, sightings: Iterable[Sighting] = (), signals: Iterable[Signal] = ()) -> None:
        """Both are in order."""
        self.sightings = list(sightings)
        self.signals = list(signals)
        self.stretches: list[Stretch] = []
        self.comparisons = 0
        self._cuts: dict[str, Cut] = {}
        self._before: object = None

    @property
    def ticks(self) -> list[int]:
        """When somebody was seen to be there."""
        return sorted({s.at_ms for s in self.sightings} | {s.at_ms for s in self.signals if s.kind in _BACK})

    @property
    def last_ms(self) -> int:
        """The last thing noticed in it, or after it and before the next."""
        return max(seen[-1].at_ms for seen in (self.sightings, self.signals) if seen)

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
        now_ms: int | None,
    ) -> None:
        """Cut it into sessions; `before` are the islands before it, the last one last."""
        self.stretches = []
        if not self.sightings:
            return
        shots, signals = before[-1].tail() if before else ([], [])
        previous = next((i.sightings[-1] for i in reversed(before) if i.sightings), None)
        if self._before != (before_it := (shots, signals, previous)):
            self._before = before_it
            self._cuts.clear()
        presence = Presence([*shots, *(s.at_ms for s in self.sightings)], [*signals, *self.signals])
        for bout in bouts(self.sightings, presence, settings, before=previous, now_ms=now_ms):
            so_far = self._cuts.setdefault(bout.sightings[0].shot, Cut())
            self.comparisons -= so_far.comparisons
            shown = [looks[seen.shot] for seen in bout.sightings]
            self.stretches += cut(bout, presence, shown, so_far, verdicts)
            self.comparisons += so_far.comparisons

    def tail(self) -> tuple[list[int], list[Signal]]:
        """The end of it, as far as it can say why it ended."""
        ticks = self.ticks
        return (
            [tick for tick in ticks if tick >= ticks[-1] - _TAIL_MS],
            [signal for signal in self.signals if signal.at_ms >= ticks[-1] - _TAIL_MS],
        )


def islands(sightings: Iterable[Sighting], signals: Iterable[Signal]) -> tuple[list[Island], list[Signal]]:
    """All islands in order, and the signals before the first."""
    adrift: list[Signal] = []
    found: list[Island] = []
    last = 0
    events: list[tuple[int, int, Sighting | Signal]] = [(s.at_ms, 1, s) for s in ordered(sightings)]
    events += [
        (s.at_ms, 0 if s.kind in _BACK else 2, s) for s in sorted(signals, key=lambda s: (s.at_ms, s.kind))
    ]
    for at, rank, event in sorted(events, key=lambda e: e[:2]):
        if rank <= 1:
            if not found or at - last > BREAK_MS:
                found.append(Island())
            last = at
        elif not found:
            adrift.append(event)  # type: ignore[arg-type]  # rank 2 is a signal
            continue
        found[-1].append(*(([event], []) if isinstance(event, Sighting) else ([], [event])))
    return found, adrift
