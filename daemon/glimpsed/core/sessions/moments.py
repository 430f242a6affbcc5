"""Moments: what a stretch of presence shows, piece by piece, each with its weight.

Rules of this file: pure. A shot that shows what the one before it from the same source showed, or of which
nothing is known, is no moment of its own: it is presence. Shots within `MOMENT_MS` are one look at several
screens. Chat or music on one screen while there is work on another is beside the work, and no moment either.
What stays on the screen for longer than a minute is cut into pieces of a minute, so that it weighs what it
lasted, wherever shots fell.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from glimpsed.core.sessions.affinity import affinity, is_another_call
from glimpsed.core.sessions.identity import Face, Label, Work
from glimpsed.core.sessions.lexicon import Shown
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.settings import BESIDE_MS, BRIEF_MS, GLANCE_MS, MINUTE_MS, MOMENT_MS

_BESIDE = frozenset((Work.TALK, Work.LEISURE))
_BEFORE = 8
_PARTED = -0.1
"""What new pages in any work have in common; what has less is something else."""

_FACES = 4
"""Screens that are told apart at one moment; a burst of shots may show any number."""


class Look(msgspec.Struct, frozen=True):
    """A shot as it is compared with others, and as it is called."""

    at_ms: int
    source: str
    face: Face
    label: Label


class Moment(msgspec.Struct, frozen=True):
    """A piece of at most a minute: `clock` is its middle and `minutes` its length, both by presence.

    `faces` are what the screens show, mostly one, and `looks` the indices of those shots. `minutes` is what
    it weighs, and `active_ms` what it lasts: a glance weighs nothing. `begins` is false for a piece that goes
    on with the one before.
    """

    faces: tuple[Shown, ...]
    clock: float
    minutes: float
    active_ms: int
    looks: tuple[int, ...]
    begins: bool

    @property
    def begin(self) -> float:
        """When it begins, as `clock`."""
        return self.clock - self.active_ms / (2 * MINUTE_MS)

    @property
    def end(self) -> float:
        """When it ends, as `clock`."""
        return self.clock + self.active_ms / (2 * MINUTE_MS)


def moments(
    looks: Sequence[Look], shown: Sequence[Shown], presence: Presence, end_ms: int
) -> tuple[list[Moment], int]:
    """The pieces of `looks`, and how many of them nothing that comes in order will change.

    `looks` are in order and lie in one unbroken presence that goes on to `end_ms`.
    """
    made: list[Moment] = []
    glance: list[int] = []
    told, beside = _told(looks)
    grouped = list(_grouped(looks, told))
    ends = [looks[group[0]].at_ms for group in grouped[1:]] + [end_ms]
    zero = presence.active_ms(looks[0].at_ms)
    final, known = 0, None
    for group, end in zip(grouped, ends, strict=True):
        faces = tuple(shown[index] for index in group)
        talk = _is_talk(faces)
        if not talk:
            _pass_over(made, glance, faces)
            glance.clear()
            final = len(made)
        if known is None and end > presence.known_ms:  # how long it lasts is told by the next tick
            known = glance[0] if glance else len(made)
        begin = presence.active_ms(looks[group[0]].at_ms) - zero
        for piece in _pieces(begin, presence.active_ms(end) - zero, group, faces):
            if talk:
                glance.append(len(made))
            made.append(piece)
    known = len(made) - 1 if known is None else min(known, len(made) - 1)
    known = min(known, _show_calls(made))
    if beside:  # it may turn out to be what was done
        known = min(known, _ended(made, presence.active_ms(looks[beside[0]].at_ms) - zero))
    if not glance or _is_long(made, glance):
        return made, known
    if glance[0]:  # the last look before leaving, as far as is known
        _weightless(made, glance)
    return made, min(final, known)


def _show_calls(made: list[Moment]) -> int:
    """What is shown between two looks at one call, within `BRIEF_MS`, is shown in it: nobody left in between.

    Gives how many pieces no later look at a call can change.
    """
    last = None
    for index, piece in enumerate(made):
        if not any(Work.MEETING in shown.face.works for shown in piece.faces):
            continue
        if last is not None and last + 1 < index and _goes_on(made[last], piece):
            for between in range(last + 1, index):
                made[between] = msgspec.structs.replace(made[between], faces=_in_a_call(made[between].faces))
        last = index
    if last is None or (made[-1].end - made[last].end) * MINUTE_MS > BRIEF_MS:
        return len(made)
    return last + 1


def _goes_on(call: Moment, later: Moment) -> bool:
    """Whether a call may be the one that was seen before: nothing that is known tells the two apart."""
    if (later.begin - call.end) * MINUTE_MS > BRIEF_MS:
        return False
    pairs = [(a.face, b.face) for a in call.faces for b in later.faces]
    calls = [(a, b) for a, b in pairs if Work.MEETING in a.works and Work.MEETING in b.works]
    return any(_may_be_one(a.applications, b.applications) and not is_another_call(a, b) for a, b in calls)


def _may_be_one(a: frozenset[str], b: frozenset[str]) -> bool:
    return not a or not b or not a.isdisjoint(b)


@lru_cache(maxsize=4096)
def _in_a_call(faces: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """The same during a call; the same again for the same, as moments are compared by what they show."""
    return tuple(
        msgspec.structs.replace(shown, face=shown.face | Face(works=frozenset((Work.MEETING,))))
        for shown in faces
    )


def _ended(made: Sequence[Moment], at: int) -> int:
    """How many pieces were over at a time."""
    over = (piece.clock * MINUTE_MS + piece.active_ms / 2 <= at for piece in made)
    return next((index for index, is_over in enumerate(over) if not is_over), len(made))


def _pieces(begin: int, end: int, group: tuple[int, ...], faces: tuple[Shown, ...]) -> Iterator[Moment]:
    """A moment cut into minutes; one that lasts no time is one piece."""
    at = begin
    while at < end or at == begin:
        lasts = max(0, min(end - at, MINUTE_MS))
        yield Moment(faces, (at + lasts / 2) / MINUTE_MS, lasts / MINUTE_MS, lasts, group, at == begin)
        at += lasts or MINUTE_MS


def _is_talk(faces: tuple[Shown, ...]) -> bool:
    return all(each.face.works <= _BESIDE for each in faces)


def _pass_over(made: list[Moment], glance: list[int], after: tuple[Shown, ...]) -> None:
    """A glance weighs nothing if what comes after it goes on with what was before, or may well do.

    It is none if what comes after goes on with the glance rather than with that.
    """
    if not glance or _is_long(made, glance):
        return
    before = made[max(0, glance[0] - _BEFORE) : glance[0]]
    if before and _nearest(before, after) > max(_PARTED, _nearest([made[n] for n in glance], after)):
        _weightless(made, glance)


def _nearest(pieces: Sequence[Moment], after: tuple[Shown, ...]) -> float:
    """The most that any of them has in common with what comes after."""
    return max(affinity(a, b) for piece in pieces for a in piece.faces for b in after)


def _is_long(made: list[Moment], glance: list[int]) -> bool:
    return sum(made[index].minutes for index in glance) * MINUTE_MS > GLANCE_MS


def _weightless(made: list[Moment], glance: list[int]) -> None:
    for index in glance:
        made[index] = msgspec.structs.replace(made[index], minutes=0.0)


def _grouped(looks: Sequence[Look], told: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The shots that make each moment, one for each thing that the screens show."""
    group = [0]
    for index in told:
        look = looks[index]
        if look.at_ms - looks[group[0]].at_ms >= MOMENT_MS:
            yield tuple(group)
            group = [index]
        elif len(group) < _FACES and all(looks[other].face != look.face for other in group):
            group.append(index)
    yield tuple(group)


def _told(looks: Sequence[Look]) -> tuple[list[int], list[int]]:
    """The shots but the first that show something else, and at the end those beside the work so far.

    What was beside it and goes on once it has stood still for long was what was done from its first on.
    """
    shown: dict[str, Face] = {}
    changed: dict[str, int] = {}
    told, beside = list[int](), list[int]()
    for index, look in enumerate(looks):
        if shown.get(look.source) == look.face or (index and look.face.is_blank):
            continue
        shown[look.source], changed[look.source] = look.face, look.at_ms
        if index and _beside(look, shown, changed):
            beside.append(index)
            continue
        if not _is_work(look.face):
            told += beside
        beside.clear()
        told += [index] if index else []
    return told, beside


def _beside(look: Look, shown: dict[str, Face], changed: dict[str, int]) -> bool:
    """Whether it is chat or music beside work on another screen."""
    return look.face.works <= _BESIDE and any(
        source != look.source
        and _is_work(face)
        and (_lasts(face) or look.at_ms - changed[source] < BESIDE_MS)
        for source, face in shown.items()
    )


def _is_work(face: Face) -> bool:
    return not face.works <= _BESIDE


def _lasts(face: Face) -> bool:
    """Whether it is work though nothing moves on the screen."""
    return Work.MEETING in face.works
