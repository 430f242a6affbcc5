"""A day at a desk, as a list: what comes when, and how long each piece of work takes.

Rules of this file: everything follows from the seed, and what a job takes from its name alone, so that every
policy is given the same day. Times are seconds since midnight, durations are seconds.

The day fills the slot: a shot comes every five seconds, its description takes four and a half, and sessions
close once a minute. So a backlog grows while people work, and is worked off at lunch, in meetings and in the
evening. Where descriptions are much faster than shots come, there is no backlog, nothing to put together, and
a swap costs nobody anything: a machine that swaps when nothing is left for the model in memory then swaps
nearly as often as one that follows the order of arrival.
"""

import random
from dataclasses import dataclass, replace
from typing import Literal

from glimpsed.core.model import JobKind, Urgency

HOUR = 3600.0

WORK = ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))
MEETINGS = ((10.5 * HOUR, 11 * HOUR), (15 * HOUR, 16 * HOUR))

SHOT_EVERY_S, SHOT_IN_MEETING_S = 5.0, 30.0
RANKS = {
    "desk": Urgency.NORMAL,
    "pager": Urgency.CRITICAL,
    "terminal": Urgency.HIGH,
    "tablet": Urgency.LOW,
}
"""Sources, and how urgent what they see is; the desk has the shots of every five seconds."""

OTHERS_EVERY_S = {"pager": 900.0, "terminal": 180.0, "tablet": 120.0}
SESSION_EVERY_S = 60.0
"""How long people do one thing, on average, until the session of it closes."""

SESSION_JOBS = (Urgency.NORMAL, Urgency.NORMAL, Urgency.BACKGROUND)
"""What a session that closes asks of the other model: a title, a summary, and what can wait."""

IMPORTS = ((9.2 * HOUR, 300), (14 * HOUR, 300))
QUESTION_EVERY_S, HAND_IN_EVERY_S = 1200.0, 600.0
CRASH_AT = 9.4 * HOUR
CRASHES_AFTER_S = 1.0

EYES, WORDS = "eyes", "words"
DESCRIBE_S, ASK_S = 4.5, 4.0
LOAD_S = {EYES: 8.0, WORDS: 5.0}
UNLOAD_S = 1.0
LOOK_S = 0.001
STOP_S = 0.2
OPEN_S = 0.05
COMMIT_S = 0.002

SWAP_S = UNLOAD_S + sum(LOAD_S.values()) / 2
"""What it takes to have the other model in memory, on average of both."""

Sort = Literal["shot", "import", "hand_in", "session", "question"]


@dataclass(frozen=True)
class Arrival:
    """Something comes: a picture from a source, or work for the model of texts, which takes it `run_s`."""

    at: float
    name: str
    sort: Sort
    urgency: Urgency
    source: str = "desk"
    run_s: float = 0.0

    @property
    def kind(self) -> JobKind:
        """What it asks of the slot."""
        return JobKind.ASK if self.sort in ("session", "question") else JobKind.DESCRIBE


@dataclass(frozen=True)
class Served:
    """What became of a job: `ready` since the slot could have begun it, `begun` when it last did."""

    name: str
    kind: JobKind
    urgency: Urgency
    ready: float
    begun: float
    ended: float

    @property
    def wait_s(self) -> float:
        """How long it could have been begun, and was not, or was to no avail."""
        return self.begun - self.ready


def day(seed: int, until: float = 24 * HOUR, describe_s: float = DESCRIBE_S) -> list[Arrival]:
    """Everything that comes before `until`, in order; a description takes about `describe_s`."""
    chance = random.Random(seed)
    found = [*_desk(chance), *_others(chance), *_sessions(chance), *_imports(), *_people(chance)]
    mostly = {JobKind.DESCRIBE: describe_s, JobKind.ASK: ASK_S}
    timed = (replace(a, run_s=mostly[a.kind] * _spread(f"run {a.name}")) for a in found if a.at < until)
    return sorted(timed, key=lambda each: (each.at, each.name))


def read_s(name: str) -> float:
    """How long the reader reads the text of a picture."""
    return 1.1 * _spread(f"read {name}")


def model_of(kind: JobKind) -> str:
    """Who does it."""
    return EYES if kind is JobKind.DESCRIBE else WORDS


def _spread(name: str) -> float:
    return random.Random(name).lognormvariate(0, 0.25)


def _desk(chance: random.Random) -> list[Arrival]:
    found: list[Arrival] = []
    at = WORK[0][0]
    while at < WORK[-1][1]:
        if _is_within(at, WORK):
            found.append(Arrival(at + chance.random(), f"shot{len(found)}", "shot", Urgency.NORMAL))
        at += SHOT_IN_MEETING_S if _is_within(at, MEETINGS) else SHOT_EVERY_S
    return found


def _others(chance: random.Random) -> list[Arrival]:
    return [
        Arrival(at, f"{source}{number}", "shot", RANKS[source], source)
        for source, every in OTHERS_EVERY_S.items()
        for number, at in enumerate(_moments(chance, every))
    ]


def _sessions(chance: random.Random) -> list[Arrival]:
    return [
        Arrival(at, f"session{number}-{part}", "session", urgency)
        for number, at in enumerate(_moments(chance, SESSION_EVERY_S))
        for part, urgency in enumerate(SESSION_JOBS)
    ]


def _imports() -> list[Arrival]:
    return [
        Arrival(at, f"import{at:.0f}-{number}", "import", Urgency.BACKGROUND)
        for at, files in IMPORTS
        for number in range(files)
    ]


def _people(chance: random.Random) -> list[Arrival]:
    def ask(sort: Sort, every: float) -> list[Arrival]:
        moments = enumerate(_moments(chance, every))
        return [Arrival(at, f"{sort}{number}", sort, Urgency.INTERACTIVE) for number, at in moments]

    return ask("question", QUESTION_EVERY_S) + ask("hand_in", HAND_IN_EVERY_S)


def _moments(chance: random.Random, every: float) -> list[float]:
    """Moments of work, none of a meeting, so far apart on average."""
    found, at = [], WORK[0][0]
    while (at := at + chance.expovariate(1 / every)) < WORK[-1][1]:
        if _is_within(at, WORK) and not _is_within(at, MEETINGS):
            found.append(at)
    return found


def _is_within(at: float, spans: tuple[tuple[float, float], ...]) -> bool:
    return any(begin <= at < end for begin, end in spans)
