"""Sessions kept up to date: what comes into the store is placed, and what that changes is written.

Rules of this file: the store is the truth, and this holds copies of parts of it (`_Window`), which can be
thrown away at any time. Up to where everything is placed is written last; so a crash repeats work, which then
changes nothing, and loses none. Cutting is done beside the event loop.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import msgspec

from glimpsed.core.sessions.keeping import kept, owners, withdrawn, within
from glimpsed.core.sessions.model import Session, SessionState, Sighting, Signal
from glimpsed.core.sessions.settings import BREAK_MS, COUNTED_MS, HOUR_MS, Settings
from glimpsed.core.sessions.tracking import Changes, Sessions
from glimpsed.core.tasks.evidence import gather
from glimpsed.core.tasks.model import Evidence
from glimpsed.core.tasks.model import Settings as TaskSettings
from glimpsed.host.clock import new_id, now_ms, slept_s
from glimpsed.store import sessions, sightings, tasks
from glimpsed.store.db import Database
from glimpsed.store.sightings import Region
from glimpsed.store.writer import StoredEvent, Writer

BATCH = 500
"""Shots, and as many results, that are looked at together."""

APART_MS = HOUR_MS
"""Shots farther apart than this are placed on their own: what lies between them need not be looked at."""

MOST_WINDOWS = 2
"""Copies that are held: of today, and of where old screenshots are being read."""

MOST_ADDED = 6_000
"""Shots that come into a copy until it is made anew, from where it must begin: those of a long day."""

LOOK_S = 5.0
"""Seconds between looks at whether the machine slept, and whether a session has ended."""

IDLE_S = 600.0
"""Seconds without anything new after which no copy is held."""

_NEWS = frozenset(("shot.added", "shot.read", "shot.described"))


_Changed = tuple[Session, tuple[Evidence, ...]]
"""A session that is another than it was, and what it says of tasks."""


class _Window:
    """Sessions of one stretch of time, cut anew as shots come into it."""

    def __init__(self, region: Region, settings: Settings, stored: Iterable[Session]) -> None:
        self.region = region
        self._stored = {session.id: session for session in stored}
        self._settings = settings
        self._shown: dict[str, Sighting] = {}
        self._cut: Sessions | None = None
        self._at_first = 0

    @property
    def full(self) -> bool:
        """Whether so much has come into it that it should be made anew."""
        return len(self._shown) > MOST_ADDED + self._at_first

    def covers(self, region: Region) -> bool:
        """Whether it holds all that decides about a region."""
        mine = self.region
        begins = mine.from_ms is None or (
            region.from_ms is not None
            and region.kept_ms is not None
            and mine.kept_ms is not None
            and region.from_ms >= mine.from_ms
            and region.kept_ms >= mine.kept_ms
        )
        ends = mine.until_ms is None or (region.until_ms is not None and region.until_ms <= mine.until_ms)
        return begins and ends

    def overlaps(self, region: Region) -> bool:
        """Whether it and a region have a time in common."""
        return _begins_in(self.region, region) and _begins_in(region, self.region)

    def add(self, seen: list[Sighting], noticed: Iterable[Signal], now: int) -> list[_Changed]:
        """Place shots; the sessions that are others than the stored ones now, in order."""
        self._shown |= {each.shot: each for each in seen}
        if self._cut is None:
            self._at_first = len(seen)
            known = owners(self._stored.values(), seen)
            self._cut = Sessions(self._settings, known)
        changes = self._cut.add(seen, noticed, name=new_id, now_ms=now)
        return [(session, self._evidence(session)) for session in self._different(changes)]

    def _evidence(self, session: Session) -> tuple[Evidence, ...]:
        """What a session says of tasks, once it is over."""
        if session.state is not SessionState.CLOSED:
            return ()
        return gather(session, within(session, self._shown.values()))

    def _different(self, changes: Changes) -> Iterator[Session]:
        found = dict((*changes.opened, *changes.revised, *changes.closed))
        now = [kept(session, stretch, self._shown) for session, stretch in found.items()]
        gone = [withdrawn(self._stored[i]) for i in changes.withdrawn if i in self._stored]
        for session in (*gone, *now):
            if session.boundary.at_ms < (self.region.kept_ms or session.boundary.at_ms):
                continue  # what comes before it is not known here
            if session != _as_first(self._stored.get(session.id)):
                yield session

    def written(self, session: Session) -> None:
        """A session is in the store as this."""
        self._stored[session.id] = session


def _begins_in(one: Region, other: Region) -> bool:
    """Whether one region begins before another ends."""
    return one.from_ms is None or other.until_ms is None or one.from_ms <= other.until_ms


def _as_first(session: Session | None) -> Session | None:
    """A stored session as it would be told anew."""
    return None if session is None else msgspec.structs.replace(session, version=1, told=None)


class Chronicle:
    """Places shots in sessions."""

    def __init__(
        self,
        store: Database,
        settings: Settings,
        of_tasks: TaskSettings = TaskSettings(),  # noqa: B008 - frozen
        *,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        """Nothing was looked at yet; `loads` counts how often a copy was made."""
        self.loads = 0
        self._store = store
        self._settings = settings
        self._of_tasks = of_tasks
        self._clock = clock
        self._news = asyncio.Event()
        self._news.set()
        self._windows: list[_Window] = []
        self._open: dict[str, Session] = {}
        self._begun = False

    def heard(self, committed: Iterable[StoredEvent]) -> None:
        """Something was committed."""
        if any(event.type in _NEWS for event in committed):
            self._news.set()

    async def keep(self) -> None:
        """Place what comes, for ever."""
        loop, asleep, last = asyncio.get_running_loop(), slept_s(), 0.0
        while True:
            if self._news.is_set():
                self._news.clear()
                while await self.take_in():
                    last = loop.time()
            elif self._over(self._clock()):
                await self.take_in()
            if loop.time() - last > IDLE_S:
                self._windows.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._news.wait()
            asleep = await self._notice_sleep(asleep)

    async def take_in(self) -> bool:
        """Place some of what is new, and end what is over; whether there may be more to place."""
        if not self._begun:
            self._open, self._begun = (
                {each.id: each for each in await self._store.read(sessions.still_open)},
                True,
            )
        news = await self._store.read(lambda cx: sightings.news(cx, *sessions.taken_in(cx), BATCH))
        now = self._clock()
        for shots in _clusters(news.shots):
            await self._place(shots, now)
        for session in self._over(now):
            await self._place(((session.last_ms, session.last_shot),), now)
        if news.shots:
            await self._store.write(
                partial(sessions.remember_taken_in, shot_n=news.shot_n, result_n=news.result_n)
            )
        return bool(news.shots)

    def _over(self, now: int) -> list[Session]:
        """Open sessions that nothing was seen of for so long that they may be over."""
        return [each for each in self._open.values() if now - each.last_ms > BREAK_MS]

    async def _place(self, shots: Sequence[tuple[int, str]], now: int) -> None:
        """Place shots, given by time and id and in order, and write what is otherwise now."""
        low_ms, high_ms = shots[0][0], shots[-1][0]
        region = await self._store.read(partial(sightings.region, low_ms=low_ms, high_ms=high_ms))
        window = next((each for each in self._windows if each.covers(region)), None)
        if window is None or window.full:
            window, seen, noticed = await self._load(region)
        else:
            seen = await self._store.read(partial(sightings.of, shots=[shot for _, shot in shots]))
            noticed = []
        others = [each for each in self._windows if each is not window and not each.overlaps(window.region)]
        self._windows = [*others[len(others) - MOST_WINDOWS + 1 :], window]
        changed = await asyncio.to_thread(window.add, seen, noticed, now)
        if changed:
            await self._write(window, changed)

    async def _load(self, region: Region) -> tuple[_Window, list[Sighting], list[Signal]]:
        """A copy of a region with nothing in it yet, and what belongs into it."""
        self.loads += 1
        times = (region.from_ms, region.until_ms)
        return await self._store.read(
            lambda cx: (
                _Window(region, self._settings, sessions.around(cx, *times)),
                sightings.between(cx, *times),
                sightings.signals(cx, *times),
            )
        )

    async def _write(self, window: _Window, changed: Sequence[_Changed]) -> None:
        def write(w: Writer) -> list[Session]:
            put = [sessions.put(w, session) for session, _ in changed]
            for session, evidence in changed:
                tasks.place(w, session.id, evidence, new_id=new_id, settings=self._of_tasks)
            return put

        for session in await self._store.write(write):
            window.written(session)
            if session.state is SessionState.OPEN:
                self._open[session.id] = session
            else:
                self._open.pop(session.id, None)

    async def _notice_sleep(self, before_s: float) -> float:
        """Keep that the machine slept since it had slept for `before_s` in all; what it has by now."""
        asleep_s, now = slept_s(), self._clock()
        ms = round((asleep_s - before_s) * 1000)
        if ms > COUNTED_MS:
            await self._store.write(partial(_slept, from_ms=now - ms, until_ms=now))
            self._windows.clear()
        return asleep_s


def _slept(w: Writer, from_ms: int, until_ms: int) -> None:
    sightings.noticed(w, (Signal(from_ms, "slept"), Signal(until_ms, "woke")))
    w.event("machine.slept", {"from_ms": from_ms, "until_ms": until_ms})


def _clusters(shots: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    """Shots in order, parted where they are far apart."""
    begin = 0
    for index in range(1, len(shots) + 1):
        if index == len(shots) or shots[index][0] - shots[index - 1][0] > APART_MS:
            yield shots[begin:index]
            begin = index
