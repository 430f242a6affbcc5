"""Sessions kept up to date: what comes into the store is placed, and what that changes is written.

Rules of this file: the store is the truth, and windows are copies of parts of it. Up to where everything is
placed is written last; so a crash repeats work, which then changes nothing, and loses none. Cutting is done
beside the event loop.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import structlog

from glimpsed.core.errors import StoreError
from glimpsed.core.model import Job
from glimpsed.core.sessions.model import Session, SessionState, Sighting, Signal
from glimpsed.core.sessions.settings import BREAK_MS, COUNTED_MS, DAY_MS, HOUR_MS, MINUTE_MS, Settings
from glimpsed.core.tasks.evidence import gather
from glimpsed.core.tasks.model import Settings as TaskSettings
from glimpsed.host.clock import new_id, now_ms, slept_s
from glimpsed.store import sessions, sightings, tasks, telling
from glimpsed.store.db import Database
from glimpsed.store.sightings import Region
from glimpsed.store.writer import StoredEvent, Writer
from glimpsed.window import Changed, Window, is_beside

log = structlog.get_logger()

BATCH = 500
"""Shots, and as many results, that are looked at together."""

APART_MS = HOUR_MS
"""Shots farther apart than this are placed on their own: what lies between them need not be looked at."""

MOST_WINDOWS = 2
"""Copies that are held: of today, and of where old screenshots are being read."""

LOOK_S = 5.0
"""Seconds between looks at whether the machine slept, and whether a session has ended."""

IDLE_S = 600.0
"""Seconds without anything new after which no copy is held."""

PATIENCE_MS = HOUR_MS
"""How long a session that is over waits for what is awaited of its shots while none of it comes."""

TOLD_BACK_MS = 7 * DAY_MS
"""How far back sessions are put to a model that were over before there was one."""

TOLD_AT_ONCE = 20
"""Sessions that a model is asked about together: as many again follow."""

_NEWS = frozenset(("shot.added", "shot.read", "shot.described", "session.judged", "session.summarised"))
WAIT_MS = 2 * MINUTE_MS
"""How long a shot is not placed because it is about to be read or described."""

_AWAITED = frozenset(("read", "describe"))
_FAILED = frozenset(("job.failed", "job.cancelled", "job.poisoned"))


class Chronicle:
    """Places shots in sessions."""

    def __init__(
        self,
        store: Database,
        settings: Settings,
        of_tasks: TaskSettings = TaskSettings(),  # noqa: B008 - frozen
        *,
        clock: Callable[[], int] = now_ms,
        wait_ms: int = WAIT_MS,
        more: Callable[[], bool] = lambda: False,
        tells: Callable[[], bool] = lambda: False,
        ask: Callable[[tuple[Job, ...]], None] = lambda _: None,
    ) -> None:
        """Nothing was looked at yet; `loads` counts how often a copy was made.

        As long as there are `more` files that were seen and are no shots yet, sessions are not over. Where a
        model `tells` of sessions, the jobs for it are handed to `ask`, once they are in the store.
        """
        self.loads = 0
        self._store = store
        self._settings = settings
        self._of_tasks = of_tasks
        self._clock = clock
        self._wait_ms = wait_ms
        self._more = more
        self._tells = tells
        self._ask = ask
        self._news = asyncio.Event()
        self._news.set()
        self._failed: set[str] = set()
        self._later: dict[tuple[int, str], int] = {}
        self._windows: list[Window] = []
        self._open: dict[str, Session] = {}
        self._changed_ms: dict[str, int] = {}
        self._begun = False

    @property
    def comparisons(self) -> int:
        """Screens that were compared with others so far, in the copies that are held."""
        return sum(window.comparisons for window in self._windows)

    def heard(self, committed: Iterable[StoredEvent]) -> None:
        """Something was committed."""
        for event in committed:
            if event.type in _FAILED and event.body.get("kind") in _AWAITED:
                self._failed.add(event.body["picture"])
                self._news.set()
            elif event.type in _NEWS:
                self._news.set()

    async def keep(self) -> None:
        """Place what comes, for ever."""
        loop, asleep, last = asyncio.get_running_loop(), slept_s(), 0.0
        while True:
            asleep = await self._notice_sleep(asleep)
            if self._news.is_set() or self._over(self._clock()) or self._is_due(self._clock()):
                self._news.clear()
                if await self.take_in():
                    last = loop.time()
                    self._news.set()
            if self._tells():
                await self.have_told()
            if loop.time() - last > IDLE_S:
                self._windows.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._news.wait()

    async def take_in(self) -> bool:
        """Place some of what is new, and end what is over; whether there may be more to place."""
        now = self._clock()
        if not self._begun:
            self._begun = True
            self._remember(await self._store.read(sessions.still_open), now)
            placed_ms = await self._store.read(sessions.latest_ms)
            self._later = dict.fromkeys(await self._store.read(partial(sightings.after, ms=placed_ms)), now)
        news = await self._store.read(lambda cx: sightings.news(cx, sessions.taken_in(cx), BATCH))
        failed, self._failed = self._failed, set()
        shots = {*news.shots, *await self._store.read(partial(sightings.shots_of, pictures=failed))}
        for some in _clusters(sorted(await self._ripe(shots, now))):
            await self._place_or_pass(some, now)
        for session in self._over(now):
            await self._place((session.last,), now)
        for session_id in dict.fromkeys(news.sessions):
            await self._place_told(session_id)
        if news.shots or news.sessions:
            await self._store.write(partial(sessions.remember_taken_in, rows=news.rows))
        return bool(news.shots)

    async def have_told(self) -> None:
        """Queue jobs for a model, for sessions that are over and that it was not asked about."""
        since = self._clock() - TOLD_BACK_MS
        untold = await self._store.read(partial(telling.untold, since_ms=since, limit=TOLD_AT_ONCE))
        if not untold:
            return

        def queue(w: Writer) -> tuple[Job, ...]:
            jobs = (telling.wanted(w, session, new_id()) for session in untold)
            return tuple(job for job in jobs if job is not None)

        if jobs := await self._store.write(queue):
            self._ask(jobs)

    def _over(self, now: int) -> list[Session]:
        """Open sessions that nothing was seen of for so long that they may be over.

        One of which more is awaited is among them when nothing came for long.
        """
        more = self._more()
        return [
            each
            for each in self._open.values()
            if now - each.last_ms > BREAK_MS
            and (self._is_late(each, now) or not (more or each.awaited or self._has_coming(each, now)))
        ]

    def _has_coming(self, session: Session, now: int) -> bool:
        return any(is_beside(session.start_ms, session.end_ms, at_ms) for at_ms in self._coming(now))

    def _coming(self, now: int) -> list[int]:
        """The times of shots that were left for later, but for those from the future."""
        return [at_ms for at_ms, _ in self._later if at_ms <= now]

    def _is_due(self, now: int) -> bool:
        """Whether a shot is to be placed that was left for later."""
        return any(due_ms <= now for due_ms in self._later.values())

    async def _ripe(self, shots: set[tuple[int, str]], now: int) -> set[tuple[int, str]]:
        """Those of the shots, and of the ones left for later, that are to be placed now.

        One from the future waits for its time, and one that is about to be read or described for that: what
        changes once it is placed costs what comes after it in its unbroken presence.
        """
        about = await self._store.read(partial(sightings.awaited, shots=shots))
        for shot in shots:
            due_ms = now + self._wait_ms if shot in about else now
            self._later[shot] = max(shot[0], min(due_ms, self._later.get(shot, due_ms)))
        ripe = {shot for shot, due_ms in self._later.items() if due_ms <= now}
        for shot in ripe:
            del self._later[shot]
        return ripe

    def _is_late(self, session: Session, now: int) -> bool:
        return now - self._changed_ms[session.id] > PATIENCE_MS

    async def _place_or_pass(self, shots: Sequence[tuple[int, str]], now: int) -> None:
        """Place shots; should that fail over what they show, say so and go on without them.

        What fails once fails again, and a daemon that cannot start for it would be worse.
        """
        try:
            await self._place(shots, now)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug in how screens are understood
            # Neither what the error says nor where it was raised: both may quote a screen.
            log.warning("sessions.not_placed", shots=[shot for _, shot in shots], error=type(error).__name__)
            self._windows.clear()

    async def _place(self, shots: Sequence[tuple[int, str]], now: int) -> None:
        """Place shots, given by time and id and in order, and write what is otherwise now."""
        low_ms, high_ms = shots[0][0], shots[-1][0]
        around = partial(sightings.region, low_ms=low_ms, high_ms=high_ms, settings=self._settings)
        region = await self._store.read(around)
        window = next((each for each in self._windows if each.region.covers(region)), None)
        verdicts = partial(telling.verdicts, from_ms=low_ms, until_ms=high_ms)
        if window is None or window.full:
            window, seen, noticed = await self._load(region, now)
            verdicts = partial(telling.verdicts, from_ms=region.from_ms, until_ms=region.until_ms)
        else:
            seen = await self._store.read(partial(sightings.of, shots=[shot for _, shot in shots]))
            noticed = []
        others = [each for each in self._windows if each is not window and not each.overlaps(window.region)]
        self._windows = [*others[len(others) - MOST_WINDOWS + 1 :], window]
        late = {each.id for each in self._open.values() if self._is_late(each, now)}
        said = await self._store.read(verdicts)
        changed = await asyncio.to_thread(
            window.add,
            *(seen, noticed, said),
            now_ms=now,
            more=self._more(),
            coming=self._coming(now),
            given_up=late,
        )
        if changed:
            await self._write(window, changed, now)

    async def _load(self, region: Region, now: int) -> tuple[Window, list[Sighting], list[Signal]]:
        """A copy of a region with nothing in it yet, and what belongs into it."""
        self.loads += 1
        times = (region.from_ms, now if region.until_ms is None else min(now, region.until_ms))
        return await self._store.read(
            lambda cx: (
                Window(
                    region,
                    self._settings,
                    stored=sessions.around(cx, *times),
                    earlier=sightings.earlier(cx, region.from_ms, self._settings),
                ),
                sightings.between(cx, *times),
                sightings.signals(cx, *times),
            )
        )

    async def _write(self, window: Window, changed: Sequence[Changed], now: int) -> None:
        def write(w: Writer) -> list[Session]:
            put = [sessions.put(w, session) for session, _ in changed]
            for session, evidence in changed:
                if session.state is SessionState.CLOSED:
                    tasks.place(w, session.id, evidence, new_id=new_id, settings=self._of_tasks)
            for session, _ in changed:
                if session.state is SessionState.WITHDRAWN:  # last, so that what goes on finds its task
                    tasks.withdraw(w, session.id, settings=self._of_tasks)
            return put

        written = await self._store.write(write)
        for session in written:
            window.written(session)
        self._remember(written, now)

    def _remember(self, written: Iterable[Session], now: int) -> None:
        for session in written:
            self._open.pop(session.id, None)
            self._changed_ms.pop(session.id, None)
            if session.state is SessionState.OPEN:
                self._open[session.id], self._changed_ms[session.id] = session, now

    async def _place_told(self, session_id: str) -> None:
        """Have tasks know what a model told of a session."""
        session = await self._store.read(partial(sessions.get, session_id=session_id))
        if session is None or session.state is not SessionState.CLOSED:
            return
        seen = await self._store.read(partial(sightings.within, first=session.first, last=session.last))
        said = await asyncio.to_thread(gather, session, seen)
        place = partial(
            tasks.place, session=session_id, evidence=said, new_id=new_id, settings=self._of_tasks
        )
        await self._store.write(place)

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
