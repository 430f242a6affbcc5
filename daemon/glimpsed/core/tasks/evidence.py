"""Evidence: what a session says of pieces of work, each with its part of the session and its names.

Rules of this file: pure and total; only what was seen is evidence. A session is at one matter as a rule, so
what has no name of its own belongs to what was being worked at. Several projects in one session are several
pieces of work, and so are several numbered things one after the other, as tickets are.
"""

from collections.abc import Iterable, Sequence

import msgspec

from glimpsed.core.rules.files import files_in
from glimpsed.core.rules.folding import fold
from glimpsed.core.sessions.identity import Work
from glimpsed.core.sessions.model import Session, Sighting
from glimpsed.core.sessions.settings import BREAK_MS, MINUTE_MS
from glimpsed.core.tasks.endings import Page, done, pages
from glimpsed.core.tasks.model import Evidence, Part
from glimpsed.core.tasks.names import STRONG, Name, NameKind, gathered
from glimpsed.core.tasks.shown import Piece, pieces

LEAST_MS = MINUTE_MS // 2
"""Time that is evidence of work at anything at all."""

_CASE_MS, _CASE_SHOTS = 45_000, 2
"""What a numbered thing takes at least: a number that is misread once is none."""

_PROJECT_MS, _PROJECT_PART = 10 * MINUTE_MS, 0.1
"""What a project takes of a session to be one that was worked at, either of them."""

_NAME_MS, _NAME_PART, _NAMES = 15_000, 0.04, 12
"""What a document takes to be one that the work is known by, both of them: else it was looked at."""

_MOSTLY = 0.5
"""Part of the time in a project from which a numbered thing in it is what was worked at."""

_NAMED = 0.25
"""Part of the time that documents account for, where they alone say what it was."""

_TELLING = 4
"""Letters that a name has at least for a model's wording to be recognised by it."""


class Told(msgspec.Struct, frozen=True):
    """Evidence, and the shots that it was told from."""

    evidence: Evidence
    pieces: tuple[Piece, ...]


def gather(session: Session, sightings: Sequence[Sighting]) -> tuple[Evidence, ...]:
    """What the session says of each piece of work, in order of time; `sightings` are its shots."""
    return tuple(each.evidence for each in told(session, sightings))


def told(session: Session, sightings: Sequence[Sighting]) -> tuple[Told, ...]:
    """As `gather`, with the shots."""
    shown, said = pieces(session, sightings), pages(sightings)
    owners = _owners(shown)
    works: dict[str, list[Piece]] = {}
    for piece, owner in zip(shown, owners, strict=True):
        works.setdefault(owner.key if owner else "", []).append(piece)
    by_key = {owner.key: owner for owner in owners if owner}
    found = [
        Told(evidence, tuple(own))
        for key, own in works.items()
        if (evidence := _evidence(session, own, by_key.get(key), said))
    ]
    return tuple(sorted(found, key=lambda e: (e.evidence.part.start_ms, e.evidence.names[0].key)))


def _evidence(
    session: Session, own: Sequence[Piece], owner: Name | None, said: Sequence[Page]
) -> Evidence | None:
    active_ms = sum(piece.active_ms for piece in own)
    names = _names(own, owner, active_ms)
    if active_ms < LEAST_MS or not names:
        return None
    worded = session.told.tasks if session.told else ()
    wording = next((each for each in worded if _tells_of(each, names[0])), "")
    part = Part(session.id, own[0].at_ms, max(piece.until_ms for piece in own), active_ms)
    return Evidence(part, names, wording, done(session.id, names[0], said))


def _names(own: Sequence[Piece], owner: Name | None, active_ms: int) -> tuple[Name, ...]:
    """The names of a piece of work, the one that says what it is first; none if nothing tells."""
    if owner is None:
        named = sum(piece.active_ms for piece in own if piece.names)
        return _documents(own) if named >= _NAMED * active_ms else ()
    if owner.kind is NameKind.PROJECT:
        numbers = gathered(name for piece in own if (name := piece.named(NameKind.NUMBER)))
        if not numbers or numbers[0].active_ms < _MOSTLY * active_ms:
            # Files of an editor are named alike everywhere.
            foreign = [piece for piece in own if piece.work is not Work.CODE]
            return (_of(own, owner), *_documents(foreign))
        owner = numbers[0]
    numbered = [piece for piece in own if (name := piece.named(NameKind.NUMBER)) and name.is_same(owner)]
    return (_of(own, owner), *_documents(numbered))


def _of(own: Iterable[Piece], owner: Name) -> Name:
    spent = sum(p.active_ms for p in own if (name := p.named(owner.kind)) and name.is_same(owner))
    return msgspec.structs.replace(owner, active_ms=spent)


def _documents(own: Iterable[Piece]) -> tuple[Name, ...]:
    """The documents, then the pages, that were there long enough to be known by."""
    own = list(own)
    least = max(_NAME_MS, _NAME_PART * sum(piece.active_ms for piece in own))
    names = [name for piece in own for name in piece.names if name.kind not in STRONG]
    found = [name for name in gathered(names) if name.active_ms >= least]
    documents = [name for name in found if name.kind is NameKind.DOCUMENT]
    return (*documents[:_NAMES], *(name for name in found if name.kind is NameKind.PAGE))[: 2 * _NAMES]


def _owners(shown: Sequence[Piece]) -> list[Name | None]:
    """The project or the number that each piece belongs to; None where documents alone tell."""
    own = _own(shown)
    owners: list[Name | None] = []
    last, since_ms = None, 0
    for piece, name in zip(shown, own, strict=True):
        since_ms = 0 if name else since_ms + piece.active_ms
        last = name or last
        owners.append(last if _goes_on(last, since_ms) else None)
    first = next((name for name in own if name), None)
    before = next((n for n, name in enumerate(own) if name), 0)
    if _goes_on(first, sum(piece.active_ms for piece in shown[:before])):
        owners[:before] = [first] * before
    return owners


def _goes_on(owner: Name | None, since_ms: int) -> bool:
    """Whether what has no name goes on with what was worked at so long ago: a ticket is left soon."""
    return owner is not None and (owner.kind is NameKind.PROJECT or since_ms <= BREAK_MS)


def _own(shown: Sequence[Piece]) -> list[Name | None]:
    """The project, else the number, that each piece itself names, of those that count."""
    whole = sum(piece.active_ms for piece in shown)
    every = gathered(name for piece in shown if (name := piece.named(NameKind.PROJECT)))
    projects = [each for each in every if each.active_ms >= min(_PROJECT_MS, _PROJECT_PART * whole)]
    found = [_known(piece.named(NameKind.PROJECT), projects) for piece in shown]
    rest = [piece for piece, project in zip(shown, found, strict=True) if project is None]
    numbers = [name for piece in rest if (name := piece.named(NameKind.NUMBER))]
    shots = [name.key for name in numbers]
    cases = [
        name
        for name in gathered(numbers)
        if name.active_ms >= _CASE_MS and shots.count(name.key) >= _CASE_SHOTS
    ]
    return [
        project or _known(piece.named(NameKind.NUMBER), cases)
        for piece, project in zip(shown, found, strict=True)
    ]


def _known(name: Name | None, among: Iterable[Name]) -> Name | None:
    return next((each for each in among if name and each.is_same(name)), None)


def _tells_of(wording: str, name: Name) -> bool:
    """Whether a wording names it: with its number, or its name without the ending of a file."""
    stem = name.text.rpartition(".")[0] if files_in(name.text) else name.text
    folded = fold(stem)
    return len(folded) >= _TELLING and folded in fold(wording)
