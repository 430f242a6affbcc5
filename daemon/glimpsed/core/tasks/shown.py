"""What was in front in a session, piece by piece, as far as it may be work at something.

Rules of this file: pure and total. Chat, mail, music and what a session counts as interruptions are no task,
and their time is no task's. Presence is shared out among shots by how long each was in front; where several
screens show something at one moment, each has an equal part.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from glimpsed.core.model import ApplicationType, EntityKind
from glimpsed.core.rules.folding import alike, fold
from glimpsed.core.rules.known import APPLICATIONS
from glimpsed.core.sessions.identity import Label, Work, label
from glimpsed.core.sessions.model import Session, Sighting
from glimpsed.core.sessions.places import place_of
from glimpsed.core.sessions.settings import BESIDE_MS, MOMENT_MS
from glimpsed.core.tasks.names import Name, NameKind, is_unique, number_in, numbers_in

_NO_TASK = frozenset((Work.TALK, Work.LEISURE))
_WEB = (ApplicationType.WEB_BROWSER, ApplicationType.UNKNOWN)
_ANYBODYS = frozenset(
    ("search", "watch", "results", "home", "login", "signin", "dashboard", "index.html", "feed")
)
"""Last steps of addresses that lead anywhere."""
_TITLE = 120
_UNREAD = re.compile(r"^\(\d{1,5}\+?\)\s*")
_TALKING = (ApplicationType.CHAT, ApplicationType.EMAIL, ApplicationType.MEDIA_PLAYER)
_MESSENGERS = frozenset(fold(app.name) for app in APPLICATIONS if app.kind in _TALKING)
"""What a page is called that is nothing but messages, or music, whatever it was read as."""


class Piece(msgspec.Struct, frozen=True):
    """A shot that was in front from `at_ms` on, the presence in front of it, and the names that tell it.

    These are the number in its title or address, its project, document and page, as far as there are any.
    """

    at_ms: int
    until_ms: int
    active_ms: int
    shot: str
    work: Work
    names: tuple[Name, ...]

    def named(self, kind: NameKind) -> Name | None:
        """Its name of this kind."""
        return next((name for name in self.names if name.kind is kind), None)


def pieces(session: Session, sightings: Sequence[Sighting]) -> list[Piece]:
    """The shots of a session that may belong to a task, in order."""
    moments = list(_moments(sightings))
    begins = [moment[0][0].at_ms for moment in moments]
    ends = [max(a, b) for a, b in zip(begins, [*begins[1:], session.end_ms], strict=False)]
    whole = sum(end - begin for begin, end in zip(begins, ends, strict=True))
    scale = session.active_ms / whole if whole else 0.0
    found = []
    for moment, begin, end in zip(moments, begins, ends, strict=True):
        kept = [
            (seen, said)
            for seen, said in moment
            if said.work not in _NO_TASK and not _interrupts(session, seen.at_ms)
        ]
        active_ms = round((end - begin) * scale / len(kept)) if kept else 0
        found += [
            Piece(begin, end, active_ms, seen.shot, said.work, _names(seen, said, active_ms))
            for seen, said in kept
        ]
    return found


def number_of(seen: Sighting, said: Label) -> str:
    """The number of what is in front, by its title or its address; empty if it has none."""
    return next(iter(numbers_in(said.document)), "") or number_in(_address(seen, said))


def _address(seen: Sighting, said: Label) -> str:
    if said.kind not in _WEB:
        return ""
    return next((entity.text for entity in seen.entities if entity.kind is EntityKind.URL), "")


def _names(seen: Sighting, said: Label, active_ms: int) -> tuple[Name, ...]:
    number, address = number_of(seen, said), _address(seen, said)
    found: list[Name] = []
    if number:
        owner = "" if is_unique(number) else fold(said.project)
        found.append(Name(NameKind.NUMBER, owner, number, active_ms))
    if said.project:
        found.append(Name(NameKind.PROJECT, "", said.project, active_ms))
    document = _UNREAD.sub("", said.document) or _headed(seen.text, number)
    if document and not _is_messenger(document):
        owner = "" if said.kind in _WEB else fold(said.application)  # a page is one page in any browser
        found.append(Name(NameKind.DOCUMENT, owner, document, active_ms))
    place = place_of(address).place
    if place and place.rpartition("/")[2] not in _ANYBODYS:
        found.append(Name(NameKind.PAGE, "", place, active_ms))
    return tuple(found)


@lru_cache(maxsize=4096)
def _is_messenger(document: str) -> bool:
    read = fold(document)
    return any(alike(read, name) for name in _MESSENGERS)


def _headed(lines: Sequence[str], number: str) -> str:
    """What a page of this number is called where no title was read: a line that begins with it."""
    own = (line for line in lines if number and line.startswith(number) and len(line) <= _TITLE)
    return next((line for line in own if len(line) > len(number) and len(numbers_in(line)) == 1), "")


def _interrupts(session: Session, at_ms: int) -> bool:
    return any(each.start_ms <= at_ms < each.end_ms for each in session.interruptions)


def _moments(sightings: Sequence[Sighting]) -> Iterator[list[tuple[Sighting, Label]]]:
    """Shots that were read, those within `MOMENT_MS` together; chat beside work is left out."""
    worked: dict[str, int] = {}
    moment: list[tuple[Sighting, Label]] = []
    for seen in sorted(sightings, key=lambda each: (each.at_ms, each.shot)):
        if not (seen.application or seen.window_title or seen.text):
            continue
        said = label(seen)
        if said.work not in _NO_TASK:
            worked[seen.source] = seen.at_ms
        elif any(source != seen.source and seen.at_ms - at < BESIDE_MS for source, at in worked.items()):
            continue
        if moment and seen.at_ms - moment[0][0].at_ms >= MOMENT_MS:
            yield moment
            moment = []
        moment.append((seen, said))
    if moment:
        yield moment
