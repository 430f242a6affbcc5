"""Where on a screen, and in what was said of it, that stands which a person looked for.

Rules of this file: pure. It shows why something was found and decides nothing: the index has found it. Words
are cut as the index cuts them, so that what is marked is what was found.
"""

import re
from collections.abc import Iterable

import msgspec

from glimpsed.core.searching import Term
from glimpsed.core.words import RUN, cut, names, spaced

WIDTH = 160
"""Most characters of a passage that are shown."""

_CHUNK = re.compile(r"\S+")
_LEAD = 40  # characters before the first mark of a passage that is cut

Mark = tuple[int, int]
"""Where a word begins and ends in a passage, in characters."""


class Passage(msgspec.Struct, frozen=True):
    """Some text, the `marks` in it in order, and which of the terms are in it whole, as their places."""

    text: str
    marks: tuple[Mark, ...] = ()
    whole: frozenset[int] = frozenset()


class _Piece(msgspec.Struct, frozen=True):
    """A word, a run or an identifier, and where it stands."""

    text: str
    mark: Mark


class _Pieces(msgspec.Struct, frozen=True):
    words: list[_Piece]
    runs: list[_Piece]
    names: list[_Piece]


def passage(text: str, terms: tuple[Term, ...]) -> Passage:
    """A text with the places of the terms in it, cut to what stands around the first of them.

    Where a term is in it as a whole only that is marked, else the single words of it.
    """
    if not _may_hold(text, terms):
        return Passage(text[:WIDTH])
    pieces = _pieces(text)
    marks: set[Mark] = set()
    whole = set()
    for place, term in enumerate(terms):
        if found := _found(pieces, term):
            whole.add(place)
            marks.update(found)
        else:
            marks.update(_parts(pieces, term))
    return _around(text, sorted(marks), frozenset(whole))


def best(passages: Iterable[tuple[int, Passage]], most: int) -> list[tuple[int, Passage]]:
    """The passages, each with its place, that show most of what was looked for; then the rest by place.

    A passage that shows nothing which those before it do not is among them only when there is room.
    """
    left = [(place, found) for place, found in passages if found.marks]
    left.sort(key=lambda each: (-len(each[1].whole), -len(each[1].marks), each[0]))
    chosen: list[tuple[int, Passage]] = []
    shown: set[int] = set()
    for new in (True, False):
        for each in left:
            if len(chosen) < most and each not in chosen and bool(each[1].whole - shown) is new:
                chosen.append(each)
                shown |= each[1].whole
    return chosen


def _may_hold(text: str, terms: tuple[Term, ...]) -> bool:
    """A quick no for the many lines that have nothing of it."""
    if not text.isascii():
        return True
    lowered = text.lower()
    return any(word in lowered for term in terms for word in term.words)


def _pieces(text: str) -> _Pieces:
    found = _Pieces([], [], [_Piece(*name) for name in names(text)])
    for chunk in _CHUNK.finditer(spaced(text)):
        words = cut(chunk[0])
        found.words.extend(_Piece(word, chunk.span()) for word in words.plain if word != RUN)
        found.runs.extend(_Piece(run, chunk.span()) for run in words.runs)
    return found


def _found(pieces: _Pieces, term: Term) -> set[Mark]:
    """Where a whole term stands; nothing when only a part of it is there."""
    by_part = [[_in_run(piece, run) for piece in pieces.runs if run in piece.text] for run in term.runs]
    if term.words:
        by_part.append(_phrases(pieces.words, term) + _inside(pieces, term))
    return {mark for marks in by_part for mark in marks} if all(by_part) else set()


def _parts(pieces: _Pieces, term: Term) -> set[Mark]:
    """Where the single words of a term stand."""
    words = {piece.mark for piece in pieces.words if piece.text in term.words}
    return words | {_in_run(piece, run) for run in term.runs for piece in pieces.runs if run in piece.text}


def _phrases(words: list[_Piece], term: Term) -> list[Mark]:
    wanted = [word for word in term.words if word != RUN]
    marks = []
    for at in range(len(words) - len(wanted) + 1):
        there = words[at : at + len(wanted)]
        last = there[-1].text.startswith(wanted[-1]) if term.prefix else there[-1].text == wanted[-1]
        if last and [piece.text for piece in there[:-1]] == wanted[:-1]:
            marks += [piece.mark for piece in there]
    return marks


def _inside(pieces: _Pieces, term: Term) -> list[Mark]:
    return [piece.mark for piece in pieces.names if term.inside and term.inside in piece.text]


def _in_run(piece: _Piece, run: str) -> Mark:
    """The part of a run's place where what was looked for is, if folding left each character in its place."""
    begins, ends = piece.mark
    at = piece.text.find(run)
    return (begins + at, begins + at + len(run)) if ends - begins == len(piece.text) else piece.mark


def _around(text: str, marks: list[Mark], whole: frozenset[int]) -> Passage:
    if len(text) <= WIDTH:
        return Passage(text, tuple(marks), whole)
    begins = max(0, min(marks[0][0] - _LEAD, len(text) - WIDTH)) if marks else 0
    kept = [(a - begins, min(b - begins, WIDTH)) for a, b in marks if a - begins < WIDTH]
    return Passage(text[begins : begins + WIDTH], tuple(kept), whole)
