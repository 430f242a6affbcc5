"""Moments: what a stretch of presence shows, piece by piece, each with its weight.

Rules of this file: pure. A shot that shows what the one before it from the same source showed, or of which
nothing is known, is no moment of its own: it is presence. Shots within `MOMENT_MS` are one look at several
screens. Of several screens one is worked at: that on which most windows are changed, or typed in. What
stands on another is often of the work before; it is no moment until the work has stood still for long. What
stays on the screen for longer than a minute is cut into pieces of a minute, so that it weighs what it lasted,
wherever shots fell.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp

import msgspec

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.sessions.affinity import affinity, is_another_call
from glimpsed.core.sessions.identity import Face, Label, Work, same_document
from glimpsed.core.sessions.lexicon import Shown
from glimpsed.core.sessions.presence import Presence
from glimpsed.core.sessions.settings import (
    BESIDE_MS,
    BRIEF_MS,
    CHANGES_MS,
    GLANCE_MS,
    MINUTE_MS,
    MOMENT_MS,
    PARTED,
)

_BESIDE = frozenset((Work.TALK, Work.LEISURE))
_BEFORE = 8
_MORE, _TYPED = 1.5, 0.5
"""How much more is done on a screen that is worked at: of a page beside a text, both change alike; and what a
change within a window counts, where it is typed in. Logs and dashboards change by themselves."""

_TYPED_IN = frozenset(
    (
        Kind.CODE_EDITOR,
        Kind.WORD_PROCESSOR,
        Kind.SPREADSHEET,
        Kind.PRESENTATION,
        Kind.NOTES,
        Kind.IMAGE_EDITOR,
        Kind.DESIGN,
    )
)

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
    until = looks[beside[0]].at_ms if beside else end_ms  # a moment as late as that may show more yet
    sure = None
    for group, end in zip(grouped, ends, strict=True):
        faces = tuple(shown[index] for index in group)
        talk = _is_talk(faces)
        if sure is None and until - looks[group[0]].at_ms < MOMENT_MS:
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
    known = min(known, _show_calls(made, len(made) if sure is None else sure))
    if beside:  # it may turn out to be what was done
        over = _ended(made, presence.active_ms(looks[beside[0]].at_ms) - zero)
        known = min(known, over)
        if glance and not _is_long(made, [index for index in glance if index < over]):
            known = min(known, glance[0])
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
    if before and _nearest(before, after) > max(PARTED, _nearest([made[n] for n in glance], after)):
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
        if screens.shows(look) or (index and look.face.is_blank):
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
    """What each screen shows, and how much was done on it of late."""

    def __init__(self) -> None:
        self._shown: dict[str, Look] = {}
        self._done: dict[str, float] = {}
        self._at_ms = 0

    def shows(self, look: Look) -> bool:
        """Whether the screen of a shot showed the same before it."""
        before = self._shown.get(look.source)
        return before is not None and before.face == look.face

    def change(self, look: Look) -> None:
        """Take a shot that shows something else than its screen did."""
        fade = exp(min(0, self._at_ms - look.at_ms) / CHANGES_MS)
        self._done = {source: done * fade for source, done in self._done.items()}
        self._done[look.source] = self._done.get(look.source, 0.0) + self._by_hand(look)
        self._shown[look.source] = look
        self._at_ms = look.at_ms

    def _by_hand(self, look: Look) -> float:
        """How much a change says that somebody works there: messages and songs come by themselves."""
        if not _is_work(look.face):
            return 0.0
        before = self._shown.get(look.source)
        if before is None or not _is_same_window(before.face, look.face):
            return 1.0
        return _TYPED if look.label.kind in _TYPED_IN else 0.0

    def is_beside(self, look: Look) -> bool:
        """Whether what it shows is beside what is done on another screen that changed just now.

        Chat and music are beside a call, and beside work where more is done than on their screen; work is
        beside a screen on which much more is done.
        """
        if _lasts(look.face):
            return False
        talks = not _is_work(look.face)
        done = self._done[look.source]
        least = done if talks else _MORE * done + _TYPED
        return any(
            (talks and _lasts(other.face))
            or (
                self._done[source] > least
                and look.at_ms - other.at_ms < BESIDE_MS
                and (_is_work(other.face) or not talks)
            )
            for source, other in self._shown.items()
            if source != look.source
        )


def _is_same_window(a: Face, b: Face) -> bool:
    """Whether two screens show one page, of which something may have changed."""
    if a.documents or b.documents:
        return same_document(a.documents, b.documents)
    return a.applications == b.applications


def _is_work(face: Face) -> bool:
    return not face.works <= _BESIDE


def _lasts(face: Face) -> bool:
    """Whether it is work though nothing moves on the screen."""
    return Work.MEETING in face.works
