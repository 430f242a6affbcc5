"""The camera: what is on the screens when, and which of it becomes a shot, a signal or nothing.

Rules of this file: as glimpsed does it. At a switch of windows a shot; then every so often one if anything
changed, and otherwise a sign that somebody was there. Without signals it is a screenshot tool that saves a
picture every so often, changed or not, and says nothing else.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

import msgspec

from eval import calendar_of, screens
from eval.misread import Misreader
from eval.persona import Aside, Matter, Persona
from eval.plan import Absence, Plan, Span, drawn
from eval.screens import Window
from eval.writing import Document
from glimpsed.core.model import Description, PictureText, Rung, TextLine
from glimpsed.core.rules import describe
from glimpsed.core.rules.screen import parted
from glimpsed.core.sessions.model import Sighting, Signal, SignalKind

_UNATTENDED = 0.35
_SAME_MATTER, _ASIDE = 0.65, 0.25
_SECOND_CHANGES = {"work": 0.5, "aside": 0.25, "peek": 0.06}


class Take(msgspec.Struct, frozen=True):
    """What is true of one shot."""

    stay: int
    task: str
    aside: bool
    unattended: bool = False


class Roll:
    """All that was taken."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.sightings: list[Sighting] = []
        self.takes: list[Take] = []
        self.signals: list[Signal] = []
        self.counts: Counter[str] = Counter()

    def sort(self) -> None:
        """By time; ids follow the times, as those of glimpsed do."""
        order = sorted(range(len(self.sightings)), key=lambda index: self.sightings[index].at_ms)
        ordered = (self.sightings[index] for index in order)
        self.takes = [self.takes[index] for index in order]
        self.sightings = [
            msgspec.structs.replace(each, shot=f"shot-{number:06}") for number, each in enumerate(ordered)
        ]
        self.signals.sort(key=lambda signal: signal.at_ms)


class Camera:
    """Takes one script. Times are seconds after `start_ms`."""

    def __init__(self, persona: Persona, seed: int, start_ms: int, *, described: bool = True) -> None:
        """Everything follows from persona and seed; what is not described has its text alone."""
        self._describe = describe if described else lambda *_: Description()
        self._persona = persona
        self._seed = f"{persona.name}/{seed}"
        self._rng = Random(f"{self._seed}/camera")
        self._counters = Random(f"{self._seed}/counters")
        self._start_ms = start_ms
        self._reader = Misreader(persona.misreading, self._seed)
        self._documents: dict[tuple[str, str, str], Document] = {}
        self._recent: dict[int, list[tuple[str, str]]] = {}
        self._second: Span | None = None
        self._tabs = [
            screens.split_title(title)[0]
            for matter in persona.matter
            for name, titles in matter.documents.items()
            for title in titles
            if persona.apps[name].layout == "browser"
        ]
        self.roll = Roll()

    def taken(self, plan: Plan) -> Roll:
        """Everything that is seen of a plan."""
        before: Span | None = None
        for span in plan.spans:
            if span.what == "aside":
                self._document(span).about = plan.stays[span.stay].matter.words.split()
            self._span(span)
            if before and before.stay != span.stay:
                self.roll.counts["same_application"] += before.app == span.app
            before = span
        for absence in plan.absences:
            self._absence(absence, plan)
        self.roll.counts.update(self._reader.counts)
        return self.roll

    def _span(self, span: Span) -> None:
        titled = self._chance("missing_title", self._persona.habits.missing_title)
        other = self._other(span) if self._rng.random() < self._persona.habits.beside else None
        self._recent.setdefault(span.stay, []).append((span.app, span.document))
        low, high = self._persona.capture.every_s
        at, first = span.start + min(self._rng.uniform(0.3, 1.0), 0.6 * (span.end - span.start)), True
        while at < span.end - 0.2 or first:
            changed = first or self._rng.random() < self._persona.apps[span.app].changes
            if changed:
                self._document(span).work()
            if changed or not self._persona.capture.signals:
                self._shot(span, at, titled=not titled, other=other)
                self._look_aside(span, at)
            else:
                self._signal(at, "present")
            self.roll.counts["unchanged"] += not changed
            at, first = at + self._rng.uniform(low, high), False

    def _shot(self, span: Span, at: float, *, titled: bool, other: Span | None = None, **more) -> None:
        at_ms = self._start_ms + int(1000 * at)
        desktop = self._persona.desktop
        offset = calendar_of.offset_s(at_ms, int(3600 * desktop.offset_h), dst=desktop.dst)
        window = self._window(span)
        lines = screens.body(window, desktop, titled=titled)
        if other is not None:
            self.roll.counts["beside"] += 1
            right = screens.body(self._window(other), desktop, titled=True, part=0.4)
            lines = screens.beside(lines, right, desktop.size[0])
        lines = screens.cover(lines, self._popup())
        names = [each.title for each in self._open(span)]
        lines += screens.panel(desktop, window, calendar_of.moment(at_ms, offset), names)
        source = more.pop("source", "screen-1" if desktop.monitors > 1 else "screen")
        aside = span.what != "work" or more.get("unattended", False)
        self.roll.takes.append(Take(more.pop("stay", span.stay), "" if aside else span.task, aside, **more))
        self.roll.sightings.append(self._sighting(at_ms, offset, source, lines))
        self._count_title(window)

    def _sighting(self, at_ms: int, offset: int, source: str, lines: list[TextLine]) -> Sighting:
        """What glimpsed makes of it: nothing yet, nothing at all, or what was read and what the rules say."""
        if self._chance("late", self._persona.capture.late):
            return Sighting("", at_ms, offset, source)
        if self._chance("textless", self._persona.habits.textless):
            lines = []
        text = self._reader.read(lines, at_ms)
        width, height = self._persona.desktop.size
        said = self._describe(text, width, height)
        return seen(text, height, said, at_ms=at_ms, offset=offset, source=source)

    def _window(self, span: Span) -> Window:
        app = screens.furnished(self._persona.apps[span.app], span.document, self._counters)
        name, address = screens.split_title(span.document)
        matter = span.matter.title if isinstance(span.matter, Matter) else ""
        tabs = self._open_tabs(span) if app.layout == "browser" else ()
        return Window(
            app, screens.title_of(app, name, matter, self._rng), address, self._document(span), tabs
        )

    def _open_tabs(self, span: Span) -> Sequence[str]:
        """Pages that are open besides, of whatever matter; they stay open as long as the session lasts."""
        return Random(f"{self._seed}/{span.stay}").sample(self._tabs, min(3, len(self._tabs)))

    def _document(self, span: Span) -> Document:
        whose = span.matter.id if isinstance(span.matter, Matter) else span.matter.app
        key = (whose, span.app, span.document)
        if key not in self._documents:
            app = self._persona.apps[span.app]
            seed = "/".join((self._seed, *key))
            self._documents[key] = Document(self._persona, app, span.matter, span.document, seed)
        return self._documents[key]

    def _open(self, span: Span) -> Sequence[Window]:
        """Windows that a task bar names: what was in front lately, of this and of other matters."""
        if self._persona.desktop.style != "windows":
            return ()
        recent = list(dict.fromkeys(pair for pairs in self._recent.values() for pair in pairs[-2:]))[-6:]
        app = self._persona.apps
        doc = self._document(span)
        return [Window(app[a], screens.split_title(d)[0], "", doc) for a, d in recent]

    def _other(self, span: Span) -> Span | None:
        """Another window of the same matter, to be seen beside this one."""
        recent = [pair for pair in self._recent.get(span.stay, ()) if pair != (span.app, span.document)]
        if not recent or span.what != "work":
            return None
        app, document = self._rng.choice(recent)
        return msgspec.structs.replace(span, app=app, document=document)

    def _popup(self) -> list[TextLine]:
        """A notification, now and then: of a message, or of something else that is worked at."""
        if not self._chance("popup", self._persona.habits.popups):
            return []
        about = self._rng.choice([*self._persona.aside, *self._persona.matter])
        words = about.words.split()
        texts = [self._rng.choice(self._persona.people), " ".join(self._rng.choices(words, k=5))]
        app = self._persona.apps[about.app if isinstance(about, Aside) else self._persona.aside[0].app]
        return screens.popup(self._persona.desktop, app.bar or app.id.capitalize(), texts)

    def _look_aside(self, span: Span, at: float) -> None:
        """The second monitor, moments later, if anything changed there."""
        if self._persona.desktop.monitors == 1 or span.what != "work":
            return
        if self._second is None or self._second.end < at or self._is_over(self._second, span):
            self._second = self._on_second(span, at)
        second = self._second
        same = second.matter is span.matter
        what = "work" if same else "aside" if isinstance(second.matter, Aside) else "peek"
        second = msgspec.structs.replace(second, what=what, task=span.task if same else "")
        if self._rng.random() < _SECOND_CHANGES[what]:
            self._document(second).work()
            self.roll.counts["second_monitor"] += 1
            # Both are of the same moment: it is never so late that the next window is in front already.
            later = min(at + self._rng.uniform(0.1, 1.5), at + 0.9 * (span.end - at))
            self._shot(second, later, titled=True, source="screen-2", stay=span.stay)

    def _is_over(self, second: Span, span: Span) -> bool:
        """Whether the second monitor has a call whose meeting is over: nobody sees one that has ended."""
        return self._persona.apps[second.app].layout == "call" and second.matter is not span.matter

    def _on_second(self, span: Span, at: float) -> Span:
        """What is on the second monitor: mostly the same matter, else a messenger or what is left over."""
        chance = self._rng.random()
        end = at + drawn(self._rng, (150, 1200))
        if chance < _SAME_MATTER or chance > _SAME_MATTER + _ASIDE:
            others = [each for each in self._persona.matter if not each.at]
            matter = span.matter if chance < _SAME_MATTER else self._rng.choice(others)
            app = self._rng.choice(list(matter.documents))
            return Span(at, end, span.stay, "work", app, self._rng.choice(matter.documents[app]), matter, "")
        aside = self._rng.choice(self._persona.aside)
        return Span(at, end, span.stay, "aside", aside.app, self._rng.choice(aside.documents), aside, "")

    def _absence(self, absence: Absence, plan: Plan) -> None:
        """What the system tells of it; and a screen that goes on changing while nobody is there."""
        start, end = absence.start, absence.end
        idle = start + self._persona.capture.idle_after_s
        match absence.leaving:
            case "lock":
                self._signal(start + 1, "locked")
                if end - start > 1800 and self._rng.random() < 0.4:
                    self._signal(start + 600, "slept")
                    self._signal(end - 6, "woke")
                self._signal(end - 1.5, "unlocked")
            case "sleep":
                self._signal(start + self._rng.uniform(1, 60), "slept")
                self._signal(end - 2, "woke")
            case "idle" if idle < end - 30:
                self._signal(idle, "idle")
                self._unattended(idle, end, plan)
                self._signal(end, "present")

    def _unattended(self, start: float, end: float, plan: Plan) -> None:
        span = max((span for span in plan.spans if span.end <= start), key=lambda span: span.end)
        if self._persona.capture.signals and self._rng.random() < _UNATTENDED:
            for at in sorted(self._rng.uniform(start + 20, end - 20) for _ in range(self._rng.randint(1, 4))):
                self._document(span).work()
                self.roll.counts["unattended"] += 1
                self._shot(span, at, titled=True, unattended=True)

    def _signal(self, at: float, kind: SignalKind) -> None:
        if self._persona.capture.signals:
            self.roll.counts[kind] += 1
            self.roll.signals.append(Signal(self._start_ms + int(1000 * at), kind))

    def _chance(self, what: str, share: float) -> bool:
        happens = self._rng.random() < share
        self.roll.counts[what] += happens
        return happens

    def _count_title(self, window: Window) -> None:
        self.roll.counts["spinner"] += any(spinner in window.title for spinner in screens.SPINNERS)
        self.roll.counts["unread"] += "{unread}" in window.app.title and "(" in window.title
        self.roll.counts["unsaved"] += "{star}" in window.app.title and window.title[:1] in "●*•"


def seen(
    text: PictureText, height: int, said: Description, *, at_ms: int, offset: int, source: str
) -> Sighting:
    """A shot that was read and described."""
    lines, taskbar = parted(text.lines, height)
    return Sighting(
        "",
        at_ms,
        offset,
        source,
        said.application,
        said.application_type,
        said.window_title,
        said.activity,
        said.task,
        said.entities,
        lines,
        Rung.OCR,
        taskbar=taskbar,
    )
