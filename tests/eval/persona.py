"""A persona: what one person's desktop and days are like, read from a TOML file. README.md explains each key.

Rules of this file: values and their checks; a key that is not known, a placeholder that is not, and a name
that nothing answers to are errors that name the file.
"""

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).parent / "personas"
PLACEHOLDER = re.compile(r"\{([a-zA-Z]+)\}")
KNOWN = frozenset(
    ("w", "W", "n", "m", "name", "time", "date", "file", "document", "matter", "unread", "busy", "star")
)
LEAST_WORDS, LEAST_SAID = 100, 40
"""Distinct words of a matter and of a meeting, at least: with fewer, its text would not mean anything."""

Layout = Literal["editor", "terminal", "browser", "sheet", "page", "chat", "mail", "call", "canvas"]
Leaving = Literal["lock", "idle", "sleep", "nothing"]
Range = tuple[float, float]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all that stands in a persona's file."""


class Desktop(Record):
    """What is on the screen whatever the window: `style` says where clock, title bars and task bar are."""

    style: Literal["gnome", "windows", "mac", "tiling"]
    clock: str = "%H:%M"
    size: tuple[int, int] = (1920, 1080)
    monitors: Literal[1, 2] = 1
    offset_h: float = 1.0
    dst: bool = True


class Capture(Record):
    """How screenshots come: `signals` false is a folder of a screenshot tool, which tells nothing else."""

    signals: bool = True
    every_s: Range = (10, 60)
    late: float = 0.015
    idle_after_s: float = 300


class Misreading(Record):
    """What OCR does to lines: the share of letters confused, and of lines dropped, merged and cut."""

    confused: float = 0.006
    dropped: float = 0.04
    merged: float = 0.05
    cut: float = 0.02


class Habits(Record):
    """How the days go. Times are local; what is a range is drawn from it, short ones oftener."""

    start: str = "09:00"
    end: str = "17:30"
    lunch: str = "12:20"
    lunch_min: Range = (28, 55)
    stretch_min: Range = (14, 85)
    dwell_s: Range = (12, 260)
    glances_per_hour: float = 5
    glance_s: Range = (5, 110)
    peeks_per_hour: float = 0.4
    leaves_per_hour: float = 0.35
    breaks: float = 0.3
    leaving: dict[Leaving, float] = msgspec.field(
        default_factory=lambda: {"lock": 5, "idle": 3, "sleep": 1, "nothing": 2}
    )
    missing_title: float = 0.04
    popups: float = 0.03
    textless: float = 0.01
    beside: float = 0.12
    days: int = 1
    weekend: bool = False


class App(Record):
    """An application: where it draws what. `lines` are what its documents consist of."""

    id: str
    layout: Layout
    title: str
    title_bar: bool = True
    bar: str = ""
    menu: tuple[str, ...] = ()
    side: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    changes: float = 0.6


class Matter(Record):
    """What is worked at: a project, a case, a meeting, a kind of mail. `documents` are by application.

    With `bundle_min` each of its documents is a task of its own, that long, and a run of them one session.
    With `at` it is a meeting: at that time, on a share of the days.
    """

    id: str
    title: str
    words: str
    documents: dict[str, tuple[str, ...]]
    weights: dict[str, float] = {}
    minutes: Range | None = None
    share: float = 1.0
    bundle_min: Range | None = None
    at: str = ""
    days: float = 1.0


class Aside(Record):
    """What is glanced at: chat, mail, a messenger. Some of its messages are about what is being worked at."""

    app: str
    documents: tuple[str, ...]
    words: str
    share: float = 1.0


class Persona(Record, dict=True, kw_only=True):
    """One person. `tuned`: glimpsed's settings and rules were changed by looking at its figures."""

    name: str
    about: str
    tuned: bool
    desktop: Desktop
    capture: Capture = Capture()
    misreading: Misreading = Misreading()
    habits: Habits = Habits()
    common: str = ""
    people: tuple[str, ...]
    app: tuple[App, ...]
    matter: tuple[Matter, ...]
    aside: tuple[Aside, ...]

    @cached_property
    def apps(self) -> dict[str, App]:
        """Applications by their id."""
        return {app.id: app for app in self.app}


def load(path: Path) -> Persona:
    """The persona in a file; raises ValueError with the file's name and what is wrong."""
    try:
        persona = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Persona)
        _check(persona)
    except (ValueError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    return persona


def everybody(folder: Path = FOLDER) -> list[Persona]:
    """All personas of a folder, by name."""
    return sorted((load(path) for path in folder.glob("*.toml")), key=lambda persona: persona.name)


def _check(persona: Persona) -> None:
    if not persona.aside:
        raise ValueError("nothing is glanced at: an [[aside]] is missing")
    if sum(not matter.at for matter in persona.matter) < 2:
        raise ValueError("fewer than two matters that are no meetings: nothing would ever be switched")
    for matter in persona.matter:
        _check_matter(matter)
    used = [name for matter in persona.matter for name in matter.documents]
    for name in [*used, *(aside.app for aside in persona.aside)]:
        if name not in persona.apps:
            raise ValueError(f"no application has the id {name!r}")
    for app in persona.app:
        for text in (app.title, *app.side, *app.status, *app.lines):
            if unknown := set(PLACEHOLDER.findall(text)) - KNOWN:
                raise ValueError(f"{app.id} has placeholders that are not known: {sorted(unknown)}")


def _check_matter(matter: Matter) -> None:
    least = LEAST_SAID if matter.at else LEAST_WORDS
    if (count := len(set(matter.words.split()))) < least:
        raise ValueError(f"{matter.id} has {count} words, and needs {least}")
    if not matter.documents or not all(matter.documents.values()):
        raise ValueError(f"{matter.id} has an application without documents")
