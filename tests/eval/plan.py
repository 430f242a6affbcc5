"""A day as it is lived: what is in front when, and when nobody is there. The truth is made here.

Rules of this file: nothing of screens or of what can be seen; seconds since the day's local midnight, as they
pass. What is decided about doubtful cases stands in README.md under "Truth".
"""

import math
from collections.abc import Iterator
from random import Random
from typing import Literal

import msgspec

from eval.persona import Aside, Leaving, Matter, Persona, Range

_FILL_MIN = 12
"""Less than this before a fixed point of the day is no stretch of its own: what was lasts until then."""

_BREAK_MIN = (7, 22)
_LEAVE_S = (30, 190)
_PEEK_S = (10, 80)
_PARTING, _PARTING_AFTER_S = 0.12, 600
_SAME_AGAIN, _LOOKS = 0.5, 0.5
_LOOK_S, _CALM_S, _LEAST_S = (12, 40), (120, 900), 5

Named = tuple[str, str]
"""Application and document."""

What = Literal["work", "aside", "peek"]


class Span(msgspec.Struct, frozen=True):
    """A window in front; `stay` numbers sessions, and `what` other than work is an interruption."""

    start: float
    end: float
    stay: int
    what: What
    app: str
    document: str
    matter: Matter | Aside
    task: str


class Absence(msgspec.Struct, frozen=True):
    """Nobody there. `ends` says that it ends a session; short ones do not."""

    start: float
    end: float
    leaving: Leaving
    ends: bool


class Stay(msgspec.Struct, frozen=True):
    """A true session."""

    start: float
    end: float
    matter: Matter


class Plan(msgspec.Struct, frozen=True):
    """All of a day, in order."""

    stays: tuple[Stay, ...]
    spans: tuple[Span, ...]
    absences: tuple[Absence, ...]


def seconds(clock: str) -> float:
    """Seconds since midnight of `HH:MM`."""
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)


def drawn(rng: Random, bounds: Range) -> float:
    """Something within `bounds`, evenly on a logarithmic scale."""
    low, high = bounds
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def day(persona: Persona, rng: Random, first_stay: int = 0, start_s: float = 0) -> Plan:
    """One day; `first_stay` numbers its first session, `start_s` is added to all times."""
    planner = _Planner(persona, rng)
    planner.fill()
    inner = [
        each
        for number, stay in enumerate(planner.stays)
        for each in planner.inside(stay, first_stay + number)
    ]
    absences = [*planner.absences, *(each for each in inner if isinstance(each, Absence))]
    return Plan(
        tuple(_later(each, start_s) for each in planner.stays),
        tuple(_later(each, start_s) for each in inner if isinstance(each, Span)),
        tuple(_later(each, start_s) for each in sorted(absences, key=lambda each: each.start)),
    )


def _later(each, start_s):
    return msgspec.structs.replace(each, start=each.start + start_s, end=each.end + start_s)


def _after(begin: float, clock: str) -> float:
    at = seconds(clock)
    return at if at >= begin else at + 86_400


class _Planner:
    """One person's day while it is planned."""

    def __init__(self, persona: Persona, rng: Random) -> None:
        self._persona = persona
        self._habits = persona.habits
        self._rng = rng
        self.stays: list[Stay] = []
        self.absences: list[Absence] = []

    def fill(self) -> None:
        """Sessions and what lies between them, from the first to the end of the day."""
        now = seconds(self._habits.start) + self._rng.uniform(-1200, 1200)
        for start, end, meeting in self._fixed():
            while start - now >= 60 * _FILL_MIN:
                now = self._stay(now, start)
            if now < start:
                self._until(now, start)
            now = max(now, start)
            if meeting is not None:
                self.stays.append(Stay(now, end, meeting))
            elif end > start:
                self.absences.append(Absence(now, end, self._leaving(), ends=True))
            now = max(now, end)

    def _fixed(self) -> list[tuple[float, float, Matter | None]]:
        """Meetings and lunch (None) in order, none over another, and the day's end as one of no length."""
        rng, begin = self._rng, seconds(self._habits.start)
        lunch = _after(begin, self._habits.lunch) + rng.uniform(-900, 900)
        wanted: list[tuple[float, float, Matter | None]] = [
            (lunch, lunch + 60 * drawn(rng, self._habits.lunch_min), None)
        ]
        for matter in self._persona.matter:
            if matter.at and rng.random() < matter.days:
                at = _after(begin, matter.at) + rng.choice((0, 0, 60, 120, -60))
                wanted.append((at, at + 60 * drawn(rng, matter.minutes or (25, 60)), matter))
        kept: list[tuple[float, float, Matter | None]] = []
        for each in sorted(wanted, key=lambda one: one[0]):
            if not kept or each[0] >= kept[-1][1]:
                kept.append(each)
        end = _after(begin, self._habits.end) + rng.uniform(-1500, 1500)
        return [*(each for each in kept if each[1] < end), (end, end, None)]

    def _until(self, now: float, start: float) -> None:
        """Too short a time for a stretch: what was, work or absence, lasts until `start`."""
        before = self.stays if self.stays and self.stays[-1].end == now else self.absences
        if before:
            before[-1] = msgspec.structs.replace(before[-1], end=start)

    def _stay(self, now: float, limit: float) -> float:
        """Add one stay and what comes after it, all before `limit`; when that ends."""
        matter = self._next(now)
        length = 60 * drawn(self._rng, matter.minutes or self._habits.stretch_min)
        end = now + length if limit - now - length >= 60 * _FILL_MIN else limit
        self.stays.append(Stay(now, end, matter))
        if end == limit or self._rng.random() >= self._habits.breaks:
            return end
        back = min(end + 60 * drawn(self._rng, _BREAK_MIN), limit)
        self.absences.append(Absence(end, back, self._leaving(), ends=True))
        return back

    def _next(self, now: float) -> Matter:
        """What to go on with: after a break often the same again, else something else."""
        last = self.stays[-1] if self.stays else None
        if last and last.end < now and not last.matter.at and self._rng.random() < _SAME_AGAIN:
            return last.matter
        matters = [matter for matter in self._persona.matter if not matter.at]
        others = [matter for matter in matters if not last or matter is not last.matter]
        return self._rng.choices(others, [matter.share for matter in others])[0]

    def _leaving(self) -> Leaving:
        return self._rng.choices(list(self._habits.leaving), list(self._habits.leaving.values()))[0]

    def inside(self, stay: Stay, number: int) -> Iterator[Span | Absence]:
        """Windows of the matter, one after the other, and what comes between; the first is always work."""
        now, document, worked = stay.start, ("", ""), False
        last = self._parting(stay, number)
        stay = msgspec.structs.replace(stay, end=last.start) if last else stay
        while now < stay.end:
            if worked and (other := self._between(stay, now, number)):
                yield other
                now, worked = other.end, False
                continue
            document = self._window(stay.matter, document)
            document = self._called(stay.matter, document, number, begins=now == stay.start)
            until = min(now + self._dwell(stay.matter), stay.end)
            until = stay.end if stay.end - until < _LEAST_S else until
            yield from self._work(stay, number, document, now, until)
            now, worked = until, True
        if last:
            yield last

    def _parting(self, stay: Stay, number: int) -> Span | None:
        """A last glance, which some end a stretch with: whose it is, nobody could say."""
        if self._rng.random() >= _PARTING or stay.end - stay.start < _PARTING_AFTER_S:
            return None
        glance = self._glance(stay, stay.end, number)
        return msgspec.structs.replace(glance, start=2 * stay.end - glance.end, end=stay.end)

    def _work(self, stay: Stay, number: int, document: Named, now: float, until: float) -> Iterator[Span]:
        """A window; or one case of a bundle: its document, and looks at its other applications."""
        matter, task = stay.matter, stay.matter.id
        if not matter.bundle_min:
            yield Span(now, until, number, "work", *document, matter, task)
            return
        task = f"{task}/{document[1]}"
        others = [name for name in matter.documents if name != document[0]]
        while now < until:
            end = min(now + drawn(self._rng, self._habits.dwell_s), until)
            yield Span(now, end, number, "work", *document, matter, task)
            now = end
            if others and until - now > _LOOK_S[0] and self._rng.random() < _LOOKS:
                app = self._rng.choice(others)
                end = min(now + self._rng.uniform(*_LOOK_S), until)
                page = self._rng.choice(matter.documents[app])
                yield Span(now, end, number, "work", app, page, matter, task)
                now = end

    def _window(self, matter: Matter, last: Named) -> Named:
        """What is in front next: of a bundle, another document of its first application."""
        names = list(matter.documents)
        weights = [matter.weights.get(name, 1.0) for name in names]
        name = names[0] if matter.bundle_min else self._rng.choices(names, weights)[0]
        documents = matter.documents[name]
        if name == last[0] and len(documents) > 1:
            documents = tuple(each for each in documents if each != last[1])
        return name, self._rng.choice(documents)

    def _called(self, matter: Matter, document: Named, number: int, *, begins: bool) -> Named:
        """A meeting begins with its call, which has one name; other windows come as they do."""
        calls = [name for name in matter.documents if self._persona.apps[name].layout == "call"]
        if not matter.at or not calls or not (begins or document[0] in calls):
            return document
        call = document[0] if document[0] in calls else calls[0]
        names = matter.documents[call]
        return call, names[number % len(names)]

    def _dwell(self, matter: Matter) -> float:
        if matter.bundle_min:
            return 60 * drawn(self._rng, matter.bundle_min)
        calm = self._persona.apps[next(iter(matter.documents))].layout == "call"
        return drawn(self._rng, _CALM_S if calm else self._habits.dwell_s)

    def _between(self, stay: Stay, now: float, number: int) -> Span | Absence | None:
        """A glance, a peek, a minute away, or nothing: at most one of them after each window."""
        habits = self._habits
        mean_h = math.sqrt(habits.dwell_s[0] * habits.dwell_s[1]) / 3600
        chance = self._rng.random()
        for rate, make in (
            (habits.glances_per_hour, self._glance),
            (habits.peeks_per_hour, self._peek),
            (habits.leaves_per_hour, self._leave),
        ):
            share = min(0.4, rate * mean_h)
            if chance < share:
                made = make(stay, now, number)
                return made if made.end <= stay.end else None
            chance -= share
        return None

    def _glance(self, _stay: Stay, now: float, number: int) -> Span:
        aside = self._rng.choices(self._persona.aside, [each.share for each in self._persona.aside])[0]
        end = now + drawn(self._rng, self._habits.glance_s)
        return Span(now, end, number, "aside", aside.app, self._rng.choice(aside.documents), aside, "")

    def _peek(self, stay: Stay, now: float, number: int) -> Span:
        others = [matter for matter in self._persona.matter if not matter.at and matter is not stay.matter]
        matter = self._rng.choice(others)
        end = now + drawn(self._rng, _PEEK_S)
        return Span(now, end, number, "peek", *self._window(matter, ("", "")), matter, "")

    def _leave(self, _stay: Stay, now: float, _number: int) -> Absence:
        return Absence(now, now + drawn(self._rng, _LEAVE_S), "nothing", ends=False)
