"""Names: what a piece of work is known by, so that it is known again another day.

Rules of this file: pure and total. A number belongs to its project, as far as one is known, a document to its
application, unless it is a page; two readings of one name are one name.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec

from glimpsed.core.rules.folding import fold
from glimpsed.core.sessions.identity import same_document

_NUMBER = re.compile(r"#\d{2,8}\b|\b[A-Z]{2,8}-\d{1,6}\b")
_IN_ADDRESS = re.compile(
    r"/(?:tickets?|issues?|pulls?|merge_requests|cases?|bugs?|incidents?|requests?|browse|work_?items?)/(?:edit/|view/)?"
    r"(?:#?(\d{2,8})|([A-Z]{2,8}-\d{1,6}))(?![\w-])"
)
_STANDARDS = re.compile(r"(?:UTF|ISO|SHA|RFC|COVID|GPT|DIN|EN|IEC|IEEE|CVE|PEP|USB|RS|MD|AES|RSA)-\d+")
_TOLD_APART = frozenset("23456789")
_END = 3
_COMPARED = 200
"""Names that are compared with each other: a screen full of nonsense must not take an hour."""


class NameKind(StrEnum):
    """What a name is of, the strongest first: with a number, a project tells no more what the work was.

    A page is named by its address; its title is a document's name, as any.
    """

    NUMBER = "number"
    PROJECT = "project"
    DOCUMENT = "document"
    PAGE = "page"


STRONG = (NameKind.NUMBER, NameKind.PROJECT)
"""What says by itself which work it was; others say so together."""


class Name(msgspec.Struct, frozen=True):
    """One name, as it was read, and for how long something that has it was in front.

    `owner` is what it is unique in, folded; it is empty where it is unique by itself.
    """

    kind: NameKind
    owner: str
    text: str
    active_ms: int = 0

    @property
    def key(self) -> str:
        """The same for two readings that differ in nothing but look-alikes."""
        return f"{self.kind}\n{self.owner}\n{_folded(self.text)}"

    @property
    def near(self) -> tuple[str, str] | None:
        """Two names that are readings of one have one of these in common; None if only the same will do."""
        if self.kind is NameKind.NUMBER:
            return None
        digits, head, tail = _ends(self.text)
        begin = f"{self.kind}\n{self.owner}\n{digits}\n"
        return f"{begin}^{head}", f"{begin}${tail}"

    def is_same(self, other: "Name") -> bool:
        """Whether the two are readings of one name."""
        if self.kind is not other.kind or self.owner != other.owner:
            return False
        a, b = _folded(self.text), _folded(other.text)
        if a == b or self.kind is NameKind.NUMBER:
            return a == b
        (digits, *ends), (others, *other_ends) = _ends(self.text), _ends(other.text)
        if digits != others or all(x != y for x, y in zip(ends, other_ends, strict=True)):
            return False  # as nearly all
        return same_document(frozenset((a,)), frozenset((b,)))


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=16384)
def _ends(text: str) -> tuple[str, str, str]:
    """The digits that are not read for letters, and both ends: what readings of one name agree in."""
    folded = _folded(text)
    return "".join(c for c in folded if c in _TOLD_APART), folded[:_END], folded[-_END:]


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of tickets and their like in a text, each once; names of standards are none."""
    found = dict.fromkeys(_NUMBER.findall(text))
    return tuple(number for number in found if not _STANDARDS.fullmatch(number))


def number_in(address: str) -> str:
    """The number of a ticket or its like that an address leads to, as it is written in titles."""
    found = _IN_ADDRESS.search(address)
    return "" if not found else found[2] or f"#{found[1]}"


def is_unique(number: str) -> bool:
    """Whether a number says itself what gave it out, as `ABC-12` does and `#12` does not."""
    return not number.startswith("#")


def gathered(names: Iterable[Name]) -> tuple[Name, ...]:
    """Readings of one name put together under that of most time; the longest first, 200 at most."""
    exact: dict[str, list[Name]] = {}
    for name in names:
        exact.setdefault(name.key, []).append(name)
    found: list[Name] = []
    for each in sorted((_together(same) for same in exact.values()), key=order)[:_COMPARED]:
        where = next((n for n, known in enumerate(found) if known.is_same(each)), None)
        if where is None:
            found.append(each)
        else:
            total = found[where].active_ms + each.active_ms
            found[where] = msgspec.structs.replace(found[where], active_ms=total)
    return tuple(sorted(found, key=order))


def order(name: Name) -> tuple[int, str, str]:
    """What names are sorted by: time, then text."""
    return -name.active_ms, name.key, name.text


def _together(same: Sequence[Name]) -> Name:
    """Names of one key as one, spelt as it mostly was."""
    spent: dict[str, int] = {}
    for name in same:
        spent[name.text] = spent.get(name.text, 0) + name.active_ms
    text = min(spent, key=lambda text: (-spent[text], text))
    return Name(same[0].kind, same[0].owner, text, sum(spent.values()))
