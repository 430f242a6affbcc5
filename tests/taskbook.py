"""Tasks kept in memory, as the store keeps them: what placing means, without a database.

Rules of this file: plain and slow; every task is read for every session.
"""

from itertools import count

import msgspec

from glimpsed.core.tasks.evidence import gather
from glimpsed.core.tasks.model import Evidence, Settings, Task
from glimpsed.core.tasks.names import Name
from glimpsed.core.tasks.placing import Known, kind_of, place
from glimpsed.core.tasks.telling import told


def summed(names) -> tuple[Name, ...]:
    """Equal names once, with the time of all."""
    spent: dict[Name, int] = {}
    for name in names:
        bare = msgspec.structs.replace(name, active_ms=0)
        spent[bare] = spent.get(bare, 0) + name.active_ms
    return tuple(msgspec.structs.replace(name, active_ms=ms) for name, ms in spent.items())


class Taskbook:
    """All tasks, each as its evidence by session."""

    def __init__(self, settings: Settings = Settings()) -> None:  # noqa: B008 - frozen
        self.settings = settings
        self.evidence: dict[str, dict[str, Evidence]] = {}
        self._ids = count(1)

    def add(self, session, sightings) -> None:
        """Place a session, perhaps anew."""
        self.place(session.id, gather(session, sightings))

    def place(self, session: str, evidence) -> None:
        """Place what a session says, perhaps anew."""
        was = {task: each.pop(session) for task, each in self.evidence.items() if session in each}
        known = [
            Known(
                task,
                kind_of(name for other in each.values() for name in other.names),
                summed(name for other in each.values() for name in other.names),
                was[task].names if task in was else (),
            )
            for task, each in self.evidence.items()
        ]
        for placed in place(evidence, known):
            task = placed.task or f"task-{next(self._ids):04}"
            self.evidence.setdefault(task, {})[session] = placed.evidence
        self.evidence = {task: each for task, each in self.evidence.items() if each}

    def withdraw(self, session: str) -> None:
        """Take back what a session said."""
        self.place(session, ())

    def tasks(self, now_ms: int) -> dict[str, Task]:
        """Every task, by id."""
        return {
            task: told(task, list(each.values()), now_ms, self.settings)
            for task, each in sorted(self.evidence.items())
        }
