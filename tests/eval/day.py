"""A scripted day as glimpsed would see it: shots, read by the real rules, signals, and beside them the truth.

Rules of this file: everything follows from persona and seed. What a segmenter is given is `sightings` and
`signals`, nothing else. README.md says what is true.
"""

from collections import Counter
from random import Random
from typing import Any

import msgspec

from eval import calendar_of, camera
from eval.persona import Persona
from eval.plan import Absence, Plan, Span, day
from glimpsed.core.sessions.model import Sighting, Signal

_FAR_S = 300


class TrueSession(msgspec.Struct, frozen=True):
    """A session as it was: its times, how long somebody was there, and what it was about."""

    start_ms: int
    end_ms: int
    active_ms: int
    task: str


class Truth(msgspec.Struct, frozen=True):
    """What is so of each shot, and of the whole.

    `session` and `task` have an entry for each shot; a task is empty for interruptions. `boundaries` are, for
    each session but the first, the first and the last shot that may be said to begin it: more than one when
    only a glance lies between two sessions, since nobody could say whose that was.
    """

    session: tuple[int, ...]
    task: tuple[str, ...]
    aside: tuple[bool, ...]
    boundaries: tuple[tuple[int, int], ...]
    sessions: tuple[TrueSession, ...]


class Stream(msgspec.Struct, frozen=True):
    """What a segmenter is given, and the truth. `counts` says how often which difficulty occurs."""

    name: str
    seed: int
    sightings: tuple[Sighting, ...]
    signals: tuple[Signal, ...]
    truth: Truth
    counts: Counter[str] = Counter()


def stream(persona: Persona, seed: int, *, described: bool = True) -> Stream:
    """The days of a persona; the same arguments give the same days.

    With `described` false the rules are left out, which take most of the time: shots have their text alone.
    """
    rng = Random(f"{persona.name}/{seed}")
    base_s, dst = int(3600 * persona.desktop.offset_h), persona.desktop.dst
    date = calendar_of.first_date(rng, weekend=persona.habits.weekend)
    start_ms = calendar_of.midnight_ms(date, base_s, dst=dst)
    plan = _days(persona, rng, date, start_ms)
    roll = camera.Camera(persona, seed, start_ms, described=described).taken(plan)
    roll.sort()
    counts = roll.counts + _planned(plan)
    offsets = {sighting.offset_s for sighting in roll.sightings}
    counts["dst_change"] += len(offsets) - 1
    truth = _truth(roll, plan, start_ms, lambda at: calendar_of.offset_s(at, base_s, dst=dst))
    days = {calendar_of.local_day(each.at_ms, each.offset_s) for each in roll.sightings}
    counts["day_start"] += len(days) - 1
    return Stream(persona.name, seed, tuple(roll.sightings), tuple(roll.signals), truth, counts)


def _days(persona: Persona, rng: Random, date, start_ms: int) -> Plan:
    base_s, dst = int(3600 * persona.desktop.offset_h), persona.desktop.dst
    plan = day(persona, rng)
    for number in range(1, persona.habits.days):
        ms = calendar_of.midnight_ms(date.fromordinal(date.toordinal() + number), base_s, dst=dst)
        after = day(persona, rng, len(plan.stays), (ms - start_ms) / 1000)
        night = Absence(plan.stays[-1].end, after.stays[0].start, rng.choice(("sleep", "lock")), ends=True)
        plan = Plan(
            plan.stays + after.stays, plan.spans + after.spans, (*plan.absences, night, *after.absences)
        )
    return plan


def _planned(plan: Plan) -> Counter[str]:
    counts = Counter({"sessions": len(plan.stays)})
    for span in plan.spans:
        counts["glance"] += span.what == "aside"
        counts["peek"] += span.what == "peek"
    for absence in plan.absences:
        counts["break" if absence.ends else "short_leave"] += 1
    counts["meeting"] = sum(bool(stay.matter.at) for stay in plan.stays)
    return counts


def _truth(roll: "camera.Roll", plan: Plan, start_ms: int, offset: Any) -> Truth:
    """Sessions are stays, and a stay that goes on past the start of a day is two."""

    def key(stay: int, at_ms: int) -> tuple[int, int]:
        return stay, calendar_of.local_day(at_ms, offset(at_ms))

    keys = [key(take.stay, shot.at_ms) for take, shot in zip(roll.takes, roll.sightings, strict=True)]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(keys))}
    session = tuple(numbers[each] for each in keys)
    active = Counter[tuple[int, int]]()
    edges: dict[tuple[int, int], tuple[int, int]] = {}
    for span in plan.spans:
        for start, end in _cut(span, start_ms, offset):
            its = key(span.stay, start)
            active[its] += end - start
            edges[its] = (edges.get(its, (start, 0))[0], end)
    sessions = tuple(TrueSession(*edges[its], active[its], plan.stays[its[0]].matter.id) for its in numbers)
    boundaries = tuple(
        (_earliest(roll, session, at), at) for at in range(1, len(session)) if session[at] != session[at - 1]
    )
    task = tuple(take.task for take in roll.takes)
    return Truth(session, task, tuple(take.aside for take in roll.takes), boundaries, sessions)


def _cut(span: Span, start_ms: int, offset: Any) -> list[tuple[int, int]]:
    """Times of a span in milliseconds, in two where a day starts within it."""
    start, end = (start_ms + int(1000 * at) for at in (span.start, span.end))
    first, last = (calendar_of.local_day(at, offset(at)) for at in (start, end))
    if first == last:
        return [(start, end)]
    middle = last * calendar_of.DAY_MS + 4 * 3_600_000 - 1000 * offset(end)
    return [(start, middle), (middle, end)] if start < middle < end else [(start, end)]


def _earliest(roll: "camera.Roll", session: tuple[int, ...], at: int) -> int:
    """The first shot of the glances right before a boundary, if nobody was away in between."""
    first = at
    while first > 1 and roll.takes[first - 1].aside and session[first - 1] == session[at - 1]:
        gap_s = (roll.sightings[first].at_ms - roll.sightings[first - 1].at_ms) / 1000
        if gap_s > _FAR_S and not roll.takes[first - 1].unattended:
            break
        first -= 1
    return first
