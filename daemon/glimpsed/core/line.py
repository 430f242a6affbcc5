"""Ids that stand in line by time: who is first, who is last, and anybody may leave.

Rules of this file: pure. Joining, leaving and asking who is first or last take at most the logarithm of the
line's length, averaged over its use; nothing here walks a whole line but to tidy one that is mostly gone.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

Place = tuple[float, int]
"""A time, and a number that tells those of one time apart."""

Entry = tuple[float, int, str]
"""A place and who has it."""

_SLACK = 16


class Line:
    """Two heaps over the same entries. Who leaves stays in them until at the top, where nobody is gone."""

    def __init__(self) -> None:
        self.first: Entry | None = None
        """Who has stood longest."""
        self._entries: dict[str, Entry] = {}
        self._first: list[Entry] = []
        self._last: list[tuple[float, int, Entry]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, who: object) -> bool:
        return who in self._entries

    def __iter__(self) -> Iterator[str]:
        """Everybody, in no order."""
        return iter(self._entries)

    def time_of(self, who: str) -> float | None:
        """The time of somebody's place, None when they are not in it."""
        entry = self._entries.get(who)
        return None if entry is None else entry[0]

    def join(self, who: str, place: Place) -> None:
        """Somebody who is not in it takes their place."""
        time, number = place
        entry = (time, number, who)
        self._entries[who] = entry
        most = 2 * len(self._entries) + _SLACK
        if len(self._first) >= most:
            self._first = list(self._entries.values())
            heapify(self._first)
        else:
            heappush(self._first, entry)
        self.first = self._first[0]
        if len(self._last) >= most:
            self._last = [(-e[0], -e[1], e) for e in self._entries.values()]
            heapify(self._last)
        else:
            heappush(self._last, (-time, -number, entry))

    def leave(self, who: str) -> bool:
        """Somebody is gone; False when they were not in it."""
        entry = self._entries.pop(who, None)
        if entry is None:
            return False
        if entry is self.first or entry is self._last[0][2]:
            self._tidy()
        return True

    @property
    def last(self) -> Entry | None:
        """Who came last."""
        return self._last[0][2] if self._last else None

    def until(self, time: float) -> list[str]:
        """Those whose time has come, the first first."""
        if self.first is None or self.first[0] > time:
            return []
        found: list[Entry] = []
        while self._first and self._first[0][0] <= time:
            found.append(heappop(self._first))
        found = [entry for entry in found if not self._is_gone(entry)]
        for entry in found:
            heappush(self._first, entry)
        self._tidy()
        return [who for _, _, who in found]

    def _tidy(self) -> None:
        while self._first and self._is_gone(self._first[0]):
            heappop(self._first)
        self.first = self._first[0] if self._first else None
        while self._last and self._is_gone(self._last[0][2]):
            heappop(self._last)

    def _is_gone(self, entry: Entry) -> bool:
        return self._entries.get(entry[2]) is not entry
