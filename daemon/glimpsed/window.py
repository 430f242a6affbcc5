"""Copies of parts of the store, in which sessions are cut anew as shots come.

Rules of this file: a copy holds all that decides about the sessions of its time, and can be thrown away at
any time. It tells what is otherwise than in the store; it writes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from glimpsed.core.sessions.keeping import kept, owners, withdrawn, within
from glimpsed.core.sessions.model import Session, SessionState, Sighting, Signal, Stretch
from glimpsed.core.sessions.settings import BREAK_MS, Settings
from glimpsed.core.sessions.tracking import Changes, Sessions
from glimpsed.core.tasks.evidence import gather
from glimpsed.core.tasks.model import Evidence
from glimpsed.host.clock import new_id
from glimpsed.store.sightings import Region

MOST_ADDED = 6_000
"""Shots that come into a copy until it is made anew, from where it must begin: those of a long day."""

Changed = tuple[Session, tuple[Evidence, ...]]
"""A session that is another than it was, and what it says of tasks."""


class Window:
    """Sessions of one stretch of time, cut anew as shots come into it."""

    def __init__(
        self, region: Region, settings: Settings, stored: Iterable[Session], earlier: Iterable[Sighting]
    ) -> None:
        """`stored` are sessions of the region, `earlier` what was seen before it on its first day."""
        self.region = region
        self._earlier = tuple(earlier)
        self._stored = {session.id: session for session in stored}
        self._settings = settings
        self._shown: dict[str, Sighting] = {}
        self._cut: Sessions | None = None
        self._at_first = 0

    @property
    def full(self) -> bool:
        """Whether so much has come into it that it should be made anew."""
        return len(self._shown) > MOST_ADDED + self._at_first

    @property
    def comparisons(self) -> int:
        """Screens that were compared with others so far."""
        return 0 if self._cut is None else self._cut.comparisons

    def overlaps(self, region: Region) -> bool:
        """Whether it and a region have a time in common."""
        return _begins_in(self.region, region) and _begins_in(region, self.region)

    def add(
        self,
        seen: Sequence[Sighting],
        noticed: Iterable[Signal] = (),
        verdicts: Mapping[str, bool] | None = None,
        *,
        now_ms: int,
        more: bool = False,
        coming: Collection[int] = (),
        given_up: Collection[str] = (),
    ) -> list[Changed]:
        """Place shots; the sessions that are others than the stored ones now, in order.

        As long as `more` shots may come from anywhere none is closed, nor one beside which shots of the times
        `coming` are; but for those that are `given_up`.
        """
        self._shown |= {each.shot: each for each in seen}
        if self._cut is None:
            self._at_first = len(seen)
            self._cut = Sessions(self._settings, owners(self._stored.values(), seen), self._earlier)
            self._earlier = ()
        changes = self._cut.add(seen, noticed, name=new_id, verdicts=verdicts or {}, now_ms=now_ms)
        waits = partial(self._waits, more=more, coming=coming, given_up=given_up)
        return [(each, self._evidence(each)) for each in self._different(self._cut, changes, waits)]

    def _evidence(self, session: Session) -> tuple[Evidence, ...]:
        """What a session says of tasks, once it is over."""
        if session.state is not SessionState.CLOSED:
            return ()
        return gather(session, within(session, self._shown.values()))

    def _different(
        self, cut: Sessions, changes: Changes, waits: Callable[[str, Stretch], bool]
    ) -> Iterator[Session]:
        goes_on = {i for i, stored in self._stored.items() if stored.state is SessionState.OPEN}
        found = {i: stretch for i, stretch in cut.sessions if i in goes_on}
        found |= dict((*changes.opened, *changes.revised, *changes.closed))
        gone = [withdrawn(self._stored[i]) for i in changes.withdrawn if i in self._stored]
        now = (kept(i, its, self._shown, waits=waits(i, its)) for i, its in found.items())
        for session in (*now, *gone):
            if not self.region.keeps(session.boundary.at_ms):
                continue  # what comes before it, or of it, is not known here
            if not _says_the_same(session, self._stored.get(session.id)):
                yield session

    def _waits(
        self,
        session_id: str,
        stretch: Stretch,
        *,
        more: bool,
        coming: Collection[int],
        given_up: Collection[str],
    ) -> bool:
        """Whether a session goes on, whatever its screens say, for the sake of what is still to come."""
        if session_id in given_up:
            return False
        if more or any(self._shown[shot].awaited for shot in stretch.shots):
            return True
        return any(is_beside(stretch.start_ms, stretch.end_ms, at_ms) for at_ms in coming)

    def written(self, session: Session) -> None:
        """A session is in the store as this."""
        self._stored[session.id] = session


def is_beside(start_ms: int, end_ms: int, at_ms: int) -> bool:
    """Whether a shot of a time may belong to a session of these times."""
    return start_ms - BREAK_MS <= at_ms <= end_ms + BREAK_MS


def _begins_in(one: Region, other: Region) -> bool:
    """Whether one region begins before another ends."""
    return one.from_ms is None or other.until_ms is None or one.from_ms <= other.until_ms


def _says_the_same(session: Session, stored: Session | None) -> bool:
    """Whether a session is what it was; one that is over is so until something else is known of it."""
    if stored is None:
        return False
    was = msgspec.structs.replace(stored, version=1, told=None)
    if stored.state is SessionState.CLOSED and session.state is SessionState.OPEN:
        session = msgspec.structs.replace(session, state=stored.state, awaited=stored.awaited)
    return session == was
