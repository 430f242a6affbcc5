"""Moments: what a stretch of presence shows, piece by piece, each with its weight.

Rules of this file: pure. A shot that shows what the one before it from the same source showed, or of which
nothing is known, is no moment of its own: it is presence. Shots within `MOMENT_MS` are one look at several
screens. Of several screens that is worked at where most changes: what stands on another is often of the work
before. What changes there is beside the work, and no moment either. What stays on the screen for longer than
a minute is cut into pieces of a minute, so that it weighs what it lasted, wherever shots fell.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp

import msgspec

from glimpsed.core.sessions.affinity import affinity, is_another_call
from glimpsed.core.sessions.identity import Face, Label, Work, same_document
from glimpsed.core.sessions.lexicon import Shown
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.settings import BESIDE_MS, BRIEF_MS, CHANGES_MS, GLANCE_MS, MINUTE_MS, MOMENT_MS

_BESIDE = frozenset((Work.TALK, Work.LEISURE))
_BEFORE = 8
_PARTED = -0.1
"""What new pages in any work have in common; what has less is something else."""

_MORE = 1.5
"""How much more a screen changes that is worked at: where a page stands beside a text, both change alike."""

_BY_ITSELF = 0.1
"""What a change of the same page counts: logs change by themselves, windows are changed by hand."""

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
    grows = end_ms - looks[grouped[-1][0]].at_ms < MOMENT_MS  # the last one may show more yet
    sure = 0
    for group, end in zip(grouped, ends, strict=True):
        faces = tuple(shown[index] for index in group)
        talk = _is_talk(faces)
        sure = glance[0] if glance else len(made)
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
    known = min(known, _show_calls(made, sure if grows else len(made)))
    if beside:  # it may turn out to be what was done
        known = min(known, _ended(made, presence.active_ms(looks[beside[0]].at_ms) - zero))
    if not glance or _is_long(made, glance):
        return made, known
    if glance[0]:  # the last look before leaving, as far as is known
        _weightless(made, glance)
    return made, min(final, known)


def _show_calls(made: list[Moment], sure: int) -> int:
    """What is shown between two looks at one call, within `BRIEF_MS`, is shown in it: nobody left in between.

    Gives how many pieces no later look at a call can change; those from `sure` on may show more yet.
    """
    last, told = None, None
    for index, piece in enumerate(made):
        if not any(Work.MEETING in shown.face.works for shown in piece.faces):
            continue
        if last is not None and last + 1 < index and _goes_on(made[last], piece):
            for between in range(last + 1, index):
                made[between] = msgspec.structs.replace(made[between], faces=_in_a_call(made[between].faces))
        last = index
        told = index if index < sure else told
    if told is None or (made[-1].end - made[told].end) * MINUTE_MS > BRIEF_MS:
        return sure
    return told + 1


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
    screens = _Screens()
    told, beside = list[int](), list[int]()
    for index, look in enumerate(looks):
        if screens.show(look) == look.face or (index and look.face.is_blank):
            continue
        screens.change(look)
        if index and screens.is_beside(look):
            beside.append(index)
            continue
        told += [other for other in beside if looks[other].source == look.source]
        beside.clear()
        told += [index] if index else []
    return told, beside


class _Screens:
    """What each screen shows, and how much it changed of late: work is where most changes."""

    def __init__(self) -> None:
        self._shown: dict[str, Face] = {}
        self._changed: dict[str, int] = {}
        self._changes: dict[str, float] = {}
        self._at_ms = 0

    def show(self, look: Look) -> Face | None:
        """What the screen of a shot showed before it."""
        return self._shown.get(look.source)

    def change(self, look: Look) -> None:
        """Take a shot that shows something else than its screen did."""
        fade = exp(min(0, self._at_ms - look.at_ms) / CHANGES_MS)
        self._changes = {source: changes * fade for source, changes in self._changes.items()}
        counts = _BY_ITSELF if self._is_same_window(look) else 1.0
        self._changes[look.source] = self._changes.get(look.source, 0.0) + counts
        self._shown[look.source], self._changed[look.source] = look.face, look.at_ms
        self._at_ms = look.at_ms

    def _is_same_window(self, look: Look) -> bool:
        """Whether it shows the same page as before, in which something has changed."""
        face, before = look.face, self._shown.get(look.source, Face())
        if face.documents or before.documents:
            return same_document(face.documents, before.documents)
        return face.applications == before.applications

    def is_beside(self, look: Look) -> bool:
        """Whether what it shows is beside what is done on another screen.

        Chat and music are beside a call, and beside work on a screen that changes more; work is beside what
        changes much more.
        """
        if _lasts(look.face):
            return False
        talks = not _is_work(look.face)
        changes = self._changes[look.source] * (1.0 if talks else _MORE)
        return any(
            (talks and _lasts(face))
            or (
                self._changes[source] > changes
                and look.at_ms - self._changed[source] < BESIDE_MS
                and (_is_work(face) or not talks)
            )
            for source, face in self._shown.items()
        )


def _is_work(face: Face) -> bool:
    return not face.works <= _BESIDE


def _lasts(face: Face) -> bool:
    """Whether it is work though nothing moves on the screen."""
    return Work.MEETING in face.works
