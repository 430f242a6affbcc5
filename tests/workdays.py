"""Scripted workdays with known truth, small enough to read, to hold the cutting of sessions against.

A person goes to and fro between the windows of a piece of work (see `workday_personas`). A day is a plan of
pieces, breaks and glances; what it makes is shots, signals, and where sessions truly begin.
"""

import random
from dataclasses import dataclass, field

import msgspec

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.model import Entity, EntityKind
from glimpsed.core.sessions.model import Sighting, Signal
from workday_personas import (
    ACCOUNTANT,
    DESIGNER,
    DEVELOPER,
    MAIL,
    SLACK,
    STUDENT,
    SUPPORT,
    WHATSAPP,
    WRITER,
    Window,
)

START_MS = 1_794_902_400_000  # a morning at eight, UTC
SECOND = 1000
MINUTE = 60 * SECOND


PERSONAS = {
    "developer": DEVELOPER,
    "writer": WRITER,
    "accountant": ACCOUNTANT,
    "student": STUDENT,
    "support": SUPPORT,
    "designer": DESIGNER,
}


def zoom(topic):
    return Window(
        "Zoom",
        Kind.VIDEO_CONFERENCE,
        f"Zoom Meeting - {topic}",
        "mute video participants share screen reactions leave recording",
    )


@dataclass
class Day:
    """Shots, signals, and the shots with which sessions begin."""

    shots: list[Sighting] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


class Script:
    """Makes a day step by step, at `pace` seconds a shot; `misread` of the words come out wrong."""

    def __init__(self, seed, pace=20, misread=0.04, untitled=0.08, monitors=1):
        self.random = random.Random(seed)
        self.pace, self.misread, self.untitled, self.monitors = pace, misread, untitled, monitors
        self.now = START_MS
        self.day = Day()
        self.last = {}

    def work(self, windows, minutes, glances=()):
        """One session: to and fro between `windows`, now and then a glance at one of `glances`."""
        begin, until = self.now, self.now + minutes * MINUTE
        self.day.truth.append(f"s{len(self.day.shots):05}")
        next_glance = self.now + self.random.uniform(4, 12) * MINUTE if glances else until
        window = windows[0]
        while self.now < until:
            if self.now > next_glance and self.now + 3 * MINUTE < until:
                glance = self.random.choice(glances)
                self._look(glance, self.now + self.random.uniform(15, 110) * SECOND)
                next_glance = self.now + self.random.uniform(5, 15) * MINUTE
            stay = self.random.choice((20, 40, 60, 120, 240, 480)) * SECOND
            self._look(window, min(until, self.now + stay))
            others = [w for w in windows if w is not window] or [window]
            window = windows[0] if self.random.random() < 0.4 else self.random.choice(others)
        self.day.spans.append((begin, self.now))

    def side_by_side(self, left, right, minutes, share=0.4):
        """One session on the left screen; moments after a `share` of its shots, `right` has changed, too."""
        begin, until = self.now, self.now + minutes * MINUTE
        self.day.truth.append(f"s{len(self.day.shots):05}")
        while self.now < until:
            self._shot(self.random.choice(left), "left")
            if self.random.random() < share:
                self.now += 1 * SECOND
                self._shot(self.random.choice(right), "right")
            self.now += int(self.pace * SECOND * self.random.uniform(0.7, 1.3))
        self.day.spans.append((begin, self.now))

    def glance(self, window, seconds):
        """A look at something else for a moment."""
        self._look(window, self.now + seconds * SECOND)

    def away(self, minutes, kind=None):
        """Nobody is there; `kind` is the signal that tells, if any."""
        if kind:
            self.day.signals.append(Signal(self.now + 1000, kind))
        self.now += int(minutes * MINUTE)
        if kind == "locked":
            self.day.signals.append(Signal(self.now - 1000, "unlocked"))

    def _look(self, window, until):
        while self.now < until:
            self._shot(window, "")
            if self.monitors > 1 and self.random.random() < 0.5:
                self.now += 1 * SECOND
                self._shot(SLACK, "right")
            self.now += int(self.pace * SECOND * self.random.uniform(0.7, 1.3))

    def _shot(self, window, source):
        words = window.words.split()
        shown = self.random.sample(words, max(3, int(len(words) * self.random.uniform(0.5, 0.9))))
        clock = f"{self.now // 3_600_000 % 24}:{self.now // 60_000 % 60:02}"
        text = [self._read(word) for word in shown]
        lines = (
            *(" ".join(text[i : i + 3]) for i in range(0, len(text), 3)),
            "File Edit View Help",
            clock,
            "32F Cloudy",
        )
        title = "" if self.random.random() < self.untitled else self._title(window.title)
        entities = (Entity(EntityKind.URL, window.url),) if window.url and title else ()
        shot = f"s{len(self.day.shots):05}"
        kind = window.kind
        self.day.shots.append(
            Sighting(
                shot, self.now, 3600, source, window.application, kind, title, entities=entities, text=lines
            )
        )

    def _title(self, title):
        spinner = self.random.choice(("", "", "● ", "* ", "(2) "))
        return spinner + (self._read(title) if self.random.random() < self.misread else title)

    def _read(self, word):
        if self.random.random() >= self.misread:
            return word
        at = self.random.randrange(len(word))
        return word[:at] + self.random.choice("lo1i0rnce") + word[at + 1 :]


def workday(persona, seed, **how):
    """A day of a persona: pieces of work in a row, glances, a meeting, a coffee, lunch."""
    pieces = PERSONAS[persona]
    script = Script(f"{persona}{seed}", **how)
    glances = [SLACK, WHATSAPP, MAIL] if persona != "support" else [WHATSAPP, SLACK]
    names = list(pieces)
    previous = None
    for number in range(9):
        name = script.random.choice([n for n in names if n != previous])
        script.work(pieces[name], script.random.uniform(12, 55), () if name == "mails" else glances)
        previous = name
        if number == 3:
            script.away(42, "locked")
        elif script.random.random() < 0.2:
            script.work([zoom("weekly")], script.random.uniform(15, 40))
            previous = None
        elif script.random.random() < 0.15:
            script.away(script.random.uniform(7, 15), script.random.choice(("idle", None)))
            previous = None
    return script.day


def sleepless(days, every_s, signals=0.02):
    """Two pieces of work again and again without a pause, with signs of presence where shots are rare.

    `signals` is the chance, at each shot, that the screen is left or locked for a while.
    """
    chance, made = random.Random(days), Script(1, misread=0.0, untitled=0.0)
    made.work(DEVELOPER["ledger"], 40)
    made.work(DEVELOPER["website"], 40)
    shown, day = made.day.shots, Day()
    for number in range(days * 86_400 // every_s):
        at_ms = START_MS + number * every_s * SECOND
        seen = shown[(number // 20 * 20 + number % 7) % len(shown)]
        day.shots.append(msgspec.structs.replace(seen, shot=f"shot-{number}", at_ms=at_ms))
        day.signals += [
            Signal(at_ms + ms, "present") for ms in range(2 * MINUTE, every_s * SECOND, 2 * MINUTE)
        ]
        if chance.random() < signals:
            left = at_ms + chance.randrange(every_s * SECOND)
            day.signals += [Signal(left, chance.choice(("idle", "locked")))]
            day.signals += [Signal(left + chance.choice((20, 90, 900)) * SECOND, "unlocked")]
    return day


def matches(day, stretches):
    """True and found boundaries, and those of both that agree within one shot."""
    index = {shot.shot: number for number, shot in enumerate(day.shots)}
    true = sorted(index[shot] for shot in day.truth[1:])
    found = sorted(index[s.boundary.shot] for s in stretches[1:])
    left = list(found)
    hits = 0
    for place in true:
        near = min(left, key=lambda f: abs(f - place), default=None)
        if near is not None and abs(near - place) <= 1:
            hits += 1
            left.remove(near)
    return len(true), len(found), hits
