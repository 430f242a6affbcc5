"""Affinity: how much speaks for two screens being one piece of work, and how much against it, from -1 to 1.

Rules of this file: pure and total; symmetric. Evidence for one work (the same project, document, place, kind
of work, words that tell) adds up as independent chances do: p = 1 - (1-p1)(1-p2)... What then remains is
against it: a little where nothing is known, much where they differ in what one piece of work has only one of:
affinity = p - (1-p) * against.
"""

from glimpsed.core.rules.folding import lettered, shape
from glimpsed.core.sessions.identity import Face, Work
from glimpsed.core.sessions.identity import same_document as is_same
from glimpsed.core.sessions.lexicon import Shown, compared, in_turns, titled

_PROJECT, _DOCUMENT, _PLACE, _HOST = 0.95, 0.9, 0.8, 0.35
"""Two screens of one project are one work nearly always; of one host, which may be anything, seldom."""

_WORK = {
    Work.CODE: 0.3,
    Work.OFFICE: 0.15,
    Work.DESIGN: 0.25,
    Work.TALK: 0.4,
    Work.MEETING: 0.85,
    Work.LEISURE: 0.4,
}
_BY_CONTENT = frozenset((Work.OFFICE, Work.DESIGN))
_APART = {Work.TALK: 0.5, Work.MEETING: 0.0, Work.LEISURE: 0.0}
"""Part of that which is lost where words differ, all of it in other kinds: calls are one whatever they are
about, and messages may be about anything."""

_APPLICATION, _MENTION, _WORDS, _TITLED, _SERIES, _TERMS, _TURNS = 0.1, 0.6, 0.5, 0.6, 0.5, 0.9, 0.6

_NOTHING = 0.08
"""Against, where nothing is known for or against: new pages turn up in any work."""

_PROJECTS, _MEETING, _TALK, _WORKS, _DOCUMENTS, _TOPIC, _NUMBERS = 0.85, 0.6, 0.3, 0.3, 0.35, 0.4, 0.12
_LIST, _CASES = 0.25, 0.2
"""For, where two cases are of one list, and the part that is left of what their different words tell: cases
done one after the other are one work."""
_ELSEWHERE, _FULL = 0.3, 24
"""Against, where words differ from one application to another, and the terms from which that tells fully: an
editor and a manual seldom share any, but screens full of words do."""

_CALL = frozenset((Work.MEETING,))
_GENERIC_HOSTS = frozenset(
    (
        "google.com",
        "bing.com",
        "duckduckgo.com",
        "github.com",
        "youtube.com",
        "stackoverflow.com",
        "wikipedia.org",
    )
)


def affinity(one: Shown, other: Shown) -> float:
    """How much speaks for the two being one piece of work (1), or two (-1)."""
    a, b = one.face, other.face
    same_document = is_same(a.documents, b.documents)
    same_project = not a.projects.isdisjoint(b.projects)
    same_words, other_words = compared(one, other)
    disjoint = 0.0 if same_document or same_project else other_words
    two_calls = not same_document and is_another_call(a, b)
    two_cases = _numbered_apart(a, b)
    same = {"same_document": same_document, "same_project": same_project, "two_cases": two_cases}
    against = _against(a, b, two_calls=two_calls, **same)
    apart = 1.0 if two_calls else 1.0 - _TERMS * same_words  # any two show the same people and buttons
    if not two_calls and not two_cases:  # what else their titles share is a pattern
        apart *= 1.0 - _WORDS * _overlap(a.words, b.words)
        apart *= 1.0 - _TITLED * min(1.0, titled(one, other))
        apart *= 1.0 - (0.0 if a.series.isdisjoint(b.series) else _SERIES)
    if two_cases:
        apart *= 1.0 - _LIST
    if in_turns(one, other):
        apart *= 1.0 - _TURNS
    apart *= 1.0 - _names(a, b, disjoint, **same)
    if not against:
        apart *= 1.0 - _kind(a, b, disjoint)
    against = max(against, _topic(a, b) * disjoint * (_CASES if two_cases else 1.0))
    return (1.0 - apart) - apart * max(_NOTHING, against)


def _names(
    a: Face, b: Face, disjoint: float, *, same_project: bool, same_document: bool, two_cases: bool
) -> float:
    """The chance that what they share by name makes them one."""
    apart = 1.0
    if same_project:
        apart *= 1.0 - _PROJECT
    elif not a.projects.isdisjoint(b.terms) or not b.projects.isdisjoint(a.terms):
        apart *= 1.0 - _MENTION
    if same_document:
        apart *= 1.0 - _DOCUMENT
    if not a.places.isdisjoint(b.places):
        apart *= 1.0 - _PLACE
    elif not (a.hosts & b.hosts) <= _GENERIC_HOSTS and not two_cases:
        apart *= 1.0 - _HOST * (1.0 - disjoint)
    return 1.0 - apart


def _kind(a: Face, b: Face, disjoint: float) -> float:
    """The chance that being of one kind makes them one: less where content decides, and differs."""
    apart = 1.0 if a.applications.isdisjoint(b.applications) else 1.0 - _APPLICATION * (1.0 - disjoint)
    for work in a.works & b.works:
        apart *= 1.0 - _WORK.get(work, 0.0) * (1.0 - _APART.get(work, 1.0) * disjoint)
    return 1.0 - apart


def _topic(a: Face, b: Face) -> float:
    """How much different words speak against one work."""
    if not a.applications.isdisjoint(b.applications) or a.works & b.works & _BY_CONTENT:
        return _TOPIC
    return _ELSEWHERE * min(1.0, min(len(a.terms), len(b.terms)) / _FULL)


def _against(
    a: Face, b: Face, *, same_document: bool, same_project: bool, two_calls: bool, two_cases: bool
) -> float:
    """The first that holds of what speaks against their being one, the strongest first."""
    left, right = a.works - {Work.ANY}, b.works - {Work.ANY}
    works_apart = bool(left and right and left.isdisjoint(right))
    one_talks = (Work.TALK in left) != (Work.TALK in right)
    by_content = bool(left & right & _BY_CONTENT)
    if same_document:
        return 0.0
    found = (
        (_PROJECTS, bool(a.projects and b.projects and not same_project)),
        (_MEETING, (Work.MEETING in left) != (Work.MEETING in right)),
        (_TALK, works_apart and one_talks),
        (_WORKS, works_apart),
        (_TALK / 2, one_talks),
        (_MEETING, two_calls),
        (_NUMBERS, not same_project and two_cases),
        (_DOCUMENTS, not same_project and by_content and bool(a.documents and b.documents)),
    )
    return next((weight for weight, holds in found if holds), 0.0)


def is_another_call(a: Face, b: Face) -> bool:
    """Whether two calls have names, neither the other's with more to it, as a small window of a call has.

    What is shown during a call is of other kinds of work besides, and has the name of something else.
    """
    if not a.works == b.works == _CALL:
        return False
    names = [[_read(document.rpartition("\n")[2]) for document in face.documents] for face in (a, b)]
    return all(names) and not any(x in y or y in x for x in names[0] for y in names[1])


def _read(name: str) -> str:
    """A name of a call as it may be read in a title bar: 5 for S, 8 for B."""
    return shape(lettered(name))


def _numbered_apart(a: Face, b: Face) -> bool:
    """Whether one site, or one application without sites, shows two of the things that it numbers alike."""
    if not a.numbers or not b.numbers or not a.numbers.isdisjoint(b.numbers):
        return False
    if _lists(a).isdisjoint(_lists(b)):
        return False
    if a.hosts or b.hosts:
        return not a.hosts.isdisjoint(b.hosts)
    return not a.applications.isdisjoint(b.applications)


def _lists(face: Face) -> frozenset[str]:
    """The lists that its numbers are of: what is left of them without digits."""
    return frozenset("".join(c for c in number if not c.isdigit()) for number in face.numbers)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(2, min(len(a), len(b)))
