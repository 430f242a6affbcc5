"""The words of the session layer as types.

Rules of this file: values only, frozen, no behaviour beyond what follows from the value itself. Times are
milliseconds since 1970, UTC; durations are milliseconds.
"""

from enum import StrEnum
from typing import Literal

import msgspec

from glimpsed.core.model import Activity, ApplicationType, Entity, Rung


class Sighting(msgspec.Struct, frozen=True):
    """One shot as sessions see it: when, from where, and what its current result and its text say.

    `offset_s` is seconds east of UTC on the wall clock then. `text` is its lines, in reading order, but those
    of a `taskbar`, which names what is open whether it is worked at or not. What is not known is empty: a
    shot that was not read yet has neither text nor application. More of it is `awaited` where somebody is
    about to read or describe it.
    """

    shot: str
    at_ms: int
    offset_s: int = 0
    source: str = ""
    application: str = ""
    application_type: ApplicationType = ApplicationType.UNKNOWN
    window_title: str = ""
    activity: Activity = Activity.UNKNOWN
    task: str = ""
    entities: tuple[Entity, ...] = ()
    text: tuple[str, ...] = ()
    rung: Rung = Rung.MINIMUM
    awaited: bool = False
    taskbar: tuple[str, ...] = ()


SignalKind = Literal["present", "idle", "locked", "unlocked", "slept", "woke"]


class Signal(msgspec.Struct, frozen=True):
    """Something else that was noticed of the person or the machine.

    `present`: somebody looked, and nothing on the screen had changed that was worth a shot; it counts for
    presence as a shot does. The others are told where the system tells them.
    """

    at_ms: int
    kind: SignalKind


class Reason(StrEnum):
    """Why a session begins where it does."""

    FIRST = "first"
    ABSENCE = "absence"
    IDLE = "idle"
    LOCK = "lock"
    SLEEP = "sleep"
    DAY = "day"
    IDENTITY = "identity"
    TOPIC = "topic"


class Boundary(msgspec.Struct, frozen=True):
    """Where a session begins: at the sighting `shot`, for these reasons, and how sure that is (0..1)."""

    shot: str
    at_ms: int
    reasons: tuple[Reason, ...]
    confidence: float


class Interruption(msgspec.Struct, frozen=True):
    """A glance at something else within a session, from its first shot to the first one after it."""

    start_ms: int
    end_ms: int
    application: str


class Focus(StrEnum):
    """How attention was spent: `focus` says by what formula."""

    FOCUSED = "focused"
    SCATTERED = "scattered"
    INTERRUPTED = "interrupted"


class Workflow(StrEnum):
    """What kind of work a session was."""

    CODING = "coding"
    RESEARCH = "research"
    MEETING = "meeting"
    CONTENT_CREATION = "content_creation"
    COMMUNICATION = "communication"
    ADMINISTRATION = "administration"
    MIXED = "mixed"


class Share(msgspec.Struct, frozen=True):
    """Presence in front of something: `part` is its share (0..1) of a session's."""

    name: str
    active_ms: int
    part: float


class Step(msgspec.Struct, frozen=True):
    """One thing that was done, in one go."""

    start_ms: int
    end_ms: int
    text: str


class Outline(msgspec.Struct, frozen=True):
    """What a session was, told from what was seen alone; shares are the largest first."""

    title: str = ""
    summary: str = ""
    workflow: Workflow = Workflow.MIXED
    focus: Focus = Focus.FOCUSED
    applications: tuple[Share, ...] = ()
    activities: tuple[Share, ...] = ()
    projects: tuple[Share, ...] = ()
    documents: tuple[Share, ...] = ()
    steps: tuple[Step, ...] = ()


class Doubt(msgspec.Struct, frozen=True):
    """A place where a session begins, or does not, and rules hardly know which.

    It is the sighting `shot`; `confidence` is how sure they are that one begins there (0..1).
    """

    shot: str
    at_ms: int
    confidence: float


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of work as the screenshots alone tell it.

    `shots` are its sightings in order; `end_ms` is when its presence ends, which may be after its last shot;
    `active_ms` is the presence within it. `settled`: only a late shot or a verdict can still change where
    it ends; from then on its `doubts` are known, about its beginning and places within it.
    """

    boundary: Boundary
    start_ms: int
    end_ms: int
    active_ms: int
    shots: tuple[str, ...]
    interruptions: tuple[Interruption, ...] = ()
    settled: bool = False
    outline: Outline = Outline()
    doubts: tuple[Doubt, ...] = ()


class Telling(msgspec.Struct, frozen=True):
    """What a model told of a session; only what the screens bear out is left of it.

    Empty texts and lists: not told. `dropped` counts the claims that nothing supported, of `claims` in all.
    """

    title: str = ""
    summary: str = ""
    workflow: Workflow = Workflow.MIXED
    activities: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    tasks: tuple[str, ...] = ()
    efficiency: str = ""
    recommendations: tuple[str, ...] = ()
    claims: int = 0
    dropped: int = 0
    model: str = ""
    prompt_version: str = ""


class SessionRung(StrEnum):
    """Who told what a session was, best first; `boundaries`: nobody more than where it began and ended."""

    MODEL = "model"
    RULES = "rules"
    BOUNDARIES = "boundaries"


class SessionState(StrEnum):
    """Whether a session goes on, only a late shot can still change it, or it is part of others now."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Session(msgspec.Struct, frozen=True):
    """A session as it is kept: its `shots` are those from `boundary.shot` to `last_shot`, in order of time.

    More is `awaited` of so many of them. It counts its `version`s from 1; `offset_s` is seconds east of UTC
    on the wall clock where it begins. `told` is what a model said of this very version, None where none did;
    `doubts` are what it may be asked.
    """

    id: str
    version: int
    state: SessionState
    boundary: Boundary
    start_ms: int
    end_ms: int
    offset_s: int
    active_ms: int
    shots: int
    last_shot: str
    last_ms: int
    interruptions: tuple[Interruption, ...] = ()
    outline: Outline = Outline()
    told: Telling | None = None
    doubts: tuple[Doubt, ...] = ()
    awaited: int = 0

    @property
    def first(self) -> tuple[int, str]:
        """Its first shot, by time and id."""
        return self.boundary.at_ms, self.boundary.shot

    @property
    def last(self) -> tuple[int, str]:
        """Its last shot, by time and id."""
        return self.last_ms, self.last_shot

    @property
    def rung(self) -> SessionRung:
        """Who told what it was."""
        if self.told is not None:
            return SessionRung.MODEL
        seen = self.outline.applications or self.outline.documents or self.outline.projects
        return SessionRung.RULES if seen else SessionRung.BOUNDARIES

    @property
    def title(self) -> str:
        """Its title, a model's if there is one."""
        return (self.told.title if self.told else "") or self.outline.title

    @property
    def summary(self) -> str:
        """Its summary, a model's if there is one."""
        return (self.told.summary if self.told else "") or self.outline.summary

    @property
    def workflow(self) -> Workflow:
        """What kind of work it was."""
        return self.told.workflow if self.told else self.outline.workflow

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done one after the other."""
        return (self.told.steps if self.told else ()) or self.outline.steps
