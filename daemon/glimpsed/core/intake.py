"""Files on their way to become shots: which is complete, which is opened next, which has failed too often.

Rules of this file: pure. A file is known by source and path while it is here, and it is here once, however
often it is seen. It leaves by a committed shot or a committed rejection. Something seen of it while it is
being opened is remembered and looked into afterwards, because it may have changed in between.
"""

from collections.abc import Iterator
from enum import IntEnum

import msgspec

from glimpsed.core.events import FileKey
from glimpsed.core.model import FileIdentity
from glimpsed.core.refusals import PASSING_FOR_FILES
from glimpsed.core.seen import FileSeen
from glimpsed.core.stable import Stability, Verdict

MAX_DEATHS = 2
"""Reader deaths after which a file is set aside."""


class Lane(IntEnum):
    """Which files are opened first."""

    SUBMITTED = 0
    EVENT = 1
    SCAN = 2


class _File(msgspec.Struct):
    lane: Lane
    identity: FileIdentity | None
    complete_at: float  # when it was first taken for complete
    tickets: list[str] = []
    late: list[str] = []
    opening: bool = False
    deaths: int = 0
    again: FileSeen | None = None


class Intake:
    """The files between being seen and being committed."""

    def __init__(self) -> None:
        self._stability = Stability()
        self._files: dict[FileKey, _File] = {}
        self._lanes: dict[Lane, dict[FileKey, None]] = {lane: {} for lane in Lane}

    def __len__(self) -> int:
        """How many files are on their way, those that may still be being written included."""
        return len(self._stability) + len(self._files)

    def seen(self, event: FileSeen, now: float) -> bool:
        """A source saw a file; True when it is gone already."""
        key = (event.source, event.path)
        file = self._files.get(key)
        if file is not None and file.opening:
            file.again = event
            return False
        lane = Lane.SCAN if event.origin == "scan" else Lane.EVENT
        return self._judge(key, lane, event.identity, settled=event.settled, now=now)

    def looked(self, key: FileKey, identity: FileIdentity | None, now: float) -> bool:
        """A file that was not complete was looked at again; True when it is gone."""
        if key in self._files:
            return False  # it was seen once more, or handed in, while we looked
        return self._judge(key, Lane.EVENT, identity, settled=False, now=now)

    def submitted(self, key: FileKey, ticket: str, now: float) -> None:
        """A person handed in a file and waits; they say that it is complete."""
        file = self._admit(key, Lane.SUBMITTED, None, now)
        # What is being opened may be what was there before; whoever comes now means what is there now.
        (file.late if file.opening else file.tickets).append(ticket)

    def due(self, now: float) -> list[FileKey]:
        """Files to look at again now."""
        return self._stability.due(now)

    def next_due(self) -> float | None:
        """When the next file is to be looked at again."""
        return self._stability.next_due()

    @property
    def waits(self) -> bool:
        """Whether some file is to be opened."""
        return any(self._lanes.values())

    def take(self, lane: Lane) -> FileKey | None:
        """The next file to open out of a lane; it counts as being opened from here on."""
        key = next(iter(self._lanes[lane]), None)
        if key is not None:
            del self._lanes[lane][key]
            self._files[key].opening = True
        return key

    def refused(self, key: FileKey, code: str, now: float) -> bool:
        """The reader refused the file: True when that is final, False when it is looked at again later."""
        file = self._files[key]
        if code == "truncated" and not file.tickets and self._stability.retry(key, now):
            for ticket in self._files.pop(key).late:
                self.submitted(key, ticket, now)
            return False
        return True

    def died(self, key: FileKey) -> bool:
        """The reader died over the file: True when it shall not be tried again."""
        file = self._files[key]
        file.deaths += 1
        if file.deaths >= MAX_DEATHS:
            return True
        file.opening = False
        file.tickets += file.late
        file.late = []
        if file.tickets:
            file.lane = Lane.SUBMITTED
        self._lanes[file.lane][key] = None
        return False

    def refused_as(self, key: FileKey, code: str) -> FileIdentity | None:
        """The identity that this refusal holds for; None when the file is to be tried whenever it is seen."""
        return None if code in PASSING_FOR_FILES else self._files[key].identity

    def committed(self, key: FileKey, now: float) -> list[str]:
        """The file is a shot or a rejection now: the tickets that wait for it.

        What was seen or handed in meanwhile is looked into from here on. That it was seen to be gone needs
        no looking into: a shot stays one, and a rejection says why it was none.
        """
        file = self._files.pop(key)
        self._stability.forget(key)
        again = file.again
        if again is not None and again.identity is not None and again.identity != file.identity:
            self.seen(again, now)
        for ticket in file.late:
            self.submitted(key, ticket, now)
        return file.tickets

    def opened(self, key: FileKey, identity: FileIdentity) -> None:
        """The reader saw this identity; what was seen meanwhile is compared with it."""
        self._files[key].identity = identity

    def complete_at(self, key: FileKey) -> float:
        """When the file was first taken for complete, since it was seen or handed in."""
        return self._files[key].complete_at

    def lane(self, key: FileKey) -> Lane:
        """How the file was found."""
        return self._files[key].lane

    def waiting(self, key: FileKey) -> list[str]:
        """The tickets of those who handed the file in."""
        return self._files[key].tickets

    def tickets(self) -> Iterator[str]:
        """Every ticket that waits for a file."""
        for file in self._files.values():
            yield from file.tickets
            yield from file.late

    def _judge(
        self, key: FileKey, lane: Lane, identity: FileIdentity | None, *, settled: bool, now: float
    ) -> bool:
        verdict = self._stability.seen(key, identity, settled=settled, now=now)
        if verdict is Verdict.READY:
            self._admit(key, lane, identity, now)
        if verdict is not Verdict.GONE or key in self._files:
            return False
        self._files[key] = _File(lane, None, now, opening=True)  # until its rejection is committed
        return True

    def _admit(self, key: FileKey, lane: Lane, identity: FileIdentity | None, now: float) -> _File:
        file = self._files.get(key)
        if file is None:
            file = self._files[key] = _File(lane, identity, now)
        elif not file.opening:
            self._lanes[file.lane].pop(key, None)
            file.lane = min(file.lane, lane)
        if not file.opening:
            self._lanes[file.lane][key] = None
        return file
