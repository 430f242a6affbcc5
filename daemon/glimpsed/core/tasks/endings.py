"""Endings: whether something that was seen says that a piece of work is done.

Rules of this file: pure; conservative, for what is called done and is not is a false claim, and what is done
and still called open is a delay. A word like "done" counts only where it can mean nothing but this very piece
of work: beside its number, in a sentence on its own page, or in a sentence that names it. Buttons, menus,
wishes, conditions, and the states of others say nothing. What a model says is no proof.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from glimpsed.core.rules.files import files_in
from glimpsed.core.rules.folding import fold
from glimpsed.core.sessions.identity import label
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.tasks.model import Proof
from glimpsed.core.tasks.names import Name, NameKind, numbers_in
from glimpsed.core.tasks.shown import number_of

_LINES, _LONGEST = 400, 240
_LEAST_NAME = 6
"""Letters that a document's name has at least to be recognised in a sentence."""

_STATES = (
    "merged|closed|resolved|solved|done|fixed|completed?|erledigt|geschlossen|gel(?:\u00f6|oe)st|abgeschlossen|"
    "ferm\u00e9e?|r\u00e9solue?|termin\u00e9e?|cerrad[oa]|resuelt[oa]|completad[oa]"
)
_THINGS = r"(?:pull request|merge request|issue|ticket|case|bug|task|story|incident)"
_BADGE = rf"(?:{_STATES})"
_BEFORE = re.compile(rf"^\W{{0,3}}{_BADGE}\W{{0,2}}\s*[\]):\u2013|\u00b7-]\s*\W{{0,2}}$", re.IGNORECASE)
_LAST = re.compile(rf"(?:^|[\s\[(|\u00b7:\u2013-])(?P<state>{_BADGE})[\])]?$", re.IGNORECASE)
_OVER = "merged|closed|resolved|solved|completed"
_STATUS = r"^(?:status|state|zustand|statut|estado)(?: (?:is|changed to|set to))?\s?[:=]?\s?"
_SENTENCES = (
    re.compile(
        rf"^(?:this )?{_THINGS} (?:(?:has been|was|is|successfully) ){{0,2}}(?:{_OVER})(?: and closed)?"
        r"(?: by .{1,60})?(?: (?:on|at) .{1,40})?[.!]?$",
        re.IGNORECASE,
    ),
    re.compile(r"\bmerged (?:\d{1,4} commits? |commit [0-9a-f]{6,40} )into \S+", re.IGNORECASE),
    re.compile(
        r"^\S+ closed this(?: issue| pull request| ticket)?(?: as completed)?(?: .{0,40})?$", re.IGNORECASE
    ),
    re.compile(rf"{_STATUS}{_BADGE}[.!]?$", re.IGNORECASE),
)
_SENT = re.compile(
    r"\b(?:has been|have been|was|were|wurden?|a \u00e9t\u00e9|ha sido)\b(?: \w+ly)? "
    r"(?:submitted|sent|published|filed|delivered|transmitted|eingereicht|gesendet|ver\u00f6ffentlicht|"
    r"\u00fcbermittelt|envoy\u00e9e?|publi\u00e9e?|enviad[oa]|publicad[oa])\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\?|\b(?:not|n't|never|un|re|almost|nearly|mark|marked|move|moved|submit|set|transition|drag|click|press|"
    r"button|as|when|if|once|until|unless|before|after|to be|will|would|should|could|can|may|must|please|"
    r"duplicate|not planned|won't|wontfix|nicht|wenn|sobald|bis|wird|soll|bitte|als|pas|quand|si|no|cuando|"
    r"is|are|be|been|being|still|quite|yet|get|gets|need|needs|how|why|what|who|and|or)\b",
    re.IGNORECASE,
)
_AGAINST_SENTENCE = re.compile(
    r"\?|\b(?:not|never|will|would|should|could|can|may|must|when|if|once|until|unless|before|please|"
    r"nicht|wenn|sobald|bis|wird|pas|quand|si|cuando|automatically)\b",
    re.IGNORECASE,
)
_OPEN_AGAIN = re.compile(
    rf"\breopened this\b|{_STATUS}"
    r"(?:re-?opened|open|in progress|to ?do|pending|new|offen|in arbeit|ouverte?|abiert[oa])[.!]?$",
    re.IGNORECASE,
)
_MAY_SAY = re.compile(
    rf"\b(?:{_STATES}|submitted|sent|published|filed|delivered|transmitted|eingereicht|gesendet|open|new|offen|"
    r"ver\u00f6ffentlicht|\u00fcbermittelt|envoy\u00e9e?|publi\u00e9e?|enviad[oa]|publicad[oa]|re-?opened|pending|"
    r"in progress|to ?do|in arbeit|ouverte?|abiert[oa])\b",
    re.IGNORECASE,
)
_TAGGED = re.compile(
    rf"^\W{{0,2}}[\[(](?:{_STATES})[\])]|[\[(](?:{_STATES})[\])]\W{{0,2}}$|^(?:{_STATES}):\s", re.IGNORECASE
)


class Page(msgspec.Struct, frozen=True):
    """A screen that may say what is done: the document in front, its number, and the lines, spaces mended."""

    at_ms: int
    document: str
    number: str
    lines: tuple[str, ...]


def pages(sightings: Iterable[Sighting]) -> tuple[Page, ...]:
    """Those of a session's shots that may say that something is done, or not any more, in order."""
    found = []
    for seen in sorted(sightings, key=lambda each: (each.at_ms, each.shot)):
        lines = tuple(" ".join(line.split()) for line in seen.text[:_LINES] if len(line) <= _LONGEST)
        said = label(seen)
        if any(_MAY_SAY.search(line) for line in (said.document, *lines)):
            found.append(Page(seen.at_ms, said.document, fold(number_of(seen, said)), lines))
    return tuple(found)


def done(session: str, name: Name, seen: Iterable[Page]) -> Proof | None:
    """What of these pages in order was the last to say that `name` is done; None also if it was taken back.

    A project is never done: nothing on a screen says so of a whole project.
    """
    proof = None
    for page in seen if name.kind is not NameKind.PROJECT else ():
        own = name.kind is NameKind.NUMBER and page.number == fold(name.text)
        if own and any(_OPEN_AGAIN.search(line) for line in page.lines):
            proof = None
        elif said := _said(name, page, own=own):
            proof = Proof(page.at_ms, session, said)
    return proof


def _said(name: Name, page: Page, *, own: bool) -> str:
    """What a page says of it, empty if nothing."""
    if name.kind is NameKind.DOCUMENT:
        return next(_of_document(name, page.lines), "")
    if own and _TAGGED.search(page.document):
        return page.document
    beside = (line for line in page.lines if _beside(name, line))
    return next(beside, "") or (next(_on_its_page(name, page.lines), "") if own else "")


def _beside(name: Name, line: str) -> bool:
    """Whether a line is of this number alone, and a state stands at its end, or before it and set off."""
    numbers = numbers_in(line)
    if [fold(number) for number in numbers] != [fold(name.text)]:
        return False
    before, _, after = line.partition(numbers[0])
    if _BEFORE.search(before):
        return True
    last = _LAST.search(after)
    if not last or last["state"].islower() or _AGAINST.search(before):
        return False
    between = after[: last.start("state")]
    words = between.split()
    return not _AGAINST_SENTENCE.search(between) and not (words and _AGAINST.search(words[-1]))


def _on_its_page(name: Name, lines: Sequence[str]) -> Iterator[str]:
    """Sentences on its own page that say so, with no other number in them or next to them."""
    for index, line in enumerate(lines):
        if not any(sentence.search(line) for sentence in _SENTENCES) or _AGAINST_SENTENCE.search(line):
            continue
        around = " ".join(lines[max(0, index - 1) : index + 2])
        if all(fold(number) == fold(name.text) for number in numbers_in(around)):
            yield line


def _of_document(name: Name, lines: Iterable[str]) -> Iterator[str]:
    """Sentences that name a document and say that it was sent, submitted or published."""
    stem = fold(name.text.rpartition(".")[0] if files_in(name.text) else name.text)
    if len(stem) < _LEAST_NAME:
        return
    for line in lines:
        if stem in fold(line) and _SENT.search(line) and not _AGAINST_SENTENCE.search(line):
            yield line
