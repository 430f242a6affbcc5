"""What counts as a word: how text from a screen, and what people look for in it, become what an index holds.

Rules of this file: pure, and the same for both sides, so that what is found depends on nothing else. Case,
accents, width and ligatures are folded away. Scripts without spaces between words (CJK, Thai, Khmer, ...)
are kept as whole *runs*, of which an index holds *grams*: three characters from each place on, so that any
part of a run can be found. Identifiers (`snake_case`, `camelCase`) have grams beside their words.
Private-use characters mark what is no word, and never come out of a text.
"""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

RULES = 1
"""Grows whenever text becomes other words than before: an index of older rules is made anew."""

LONGEST = 64
"""Characters of a word that count."""

GRAM, JOINT, TAG, RUN = "\ue000", "\ue001", "\ue002", "\ue003"
"""Marks: begins a gram; an underscore in one; begins a tag (see `store.search`); a run among the words."""

SIZE = 3
"""Characters of a gram; what is shorter is found as the beginning of one."""

_UNSEGMENTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u3105-\u312f\u3131-\u318e"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd]+"
)
_INNER = re.compile(r"[a-z][A-Z]|[^\W_]_[^\W_]")
_NAME = re.compile(rf"\b\w{{4,{LONGEST}}}\b")
_DIACRITICS = range(0x300, 0x370)
_SPACE = ord(" ")
_KEPT = "LNM"  # letters, numbers, and marks, which in many scripts are vowels
_REMEMBERED = 0x10000  # most that occurs is below; a screen full of other things must not fill the memory


class _Folding(dict[int, int | None]):
    """A table for `str.translate`, filled as characters come: all but letters, numbers and marks is space."""

    def __init__(self, *, accents: bool) -> None:
        super().__init__()
        self._accents = accents

    def __missing__(self, point: int) -> int | None:
        folded: int | None = point if unicodedata.category(chr(point))[0] in _KEPT else _SPACE
        if point in _DIACRITICS and not self._accents:
            folded = None
        if point < _REMEMBERED:
            self[point] = folded
        return folded


_SPACED = _Folding(accents=True)
_FOLDED = _Folding(accents=False)


class Words(msgspec.Struct, frozen=True):
    """`plain`: the words in order, `RUN` where runs stand; `runs`: those of scripts without spaces."""

    plain: tuple[str, ...]
    runs: tuple[str, ...]


def spaced(text: str) -> str:
    """The text, character for character, with a space for everything that is in no word."""
    return text.translate(_SPACED)


def cut(text: str) -> Words:
    """What an index holds of a text, and what somebody who types that text looks for."""
    folded = _folded(text)
    if folded.isascii():
        return Words(tuple(word[:LONGEST] for word in folded.split()), ())
    plain: list[str] = []
    runs: list[str] = []
    for word in folded.split():
        at = 0
        for run in _UNSEGMENTED.finditer(word):
            plain += [word[at : run.start()][:LONGEST], RUN]
            runs.append(run[0])
            at = run.end()
        plain.append(word[at : at + LONGEST])
    return Words(tuple(word for word in plain if word), tuple(runs))


def names(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The identifiers of a text that are of several words, as `name` gives them, and where they stand."""
    for found in _NAME.finditer(text):
        if _INNER.search(found[0]):
            yield name(found[0]), found.span()


def name(identifier: str) -> str:
    """An identifier, or a part of one, as its grams are made of it; empty when nothing is left of it."""
    return JOINT.join(word for part in identifier.split("_") if (word := "".join(cut(part).plain)))


def grams(run: str) -> list[str]:
    """Every gram of a run or a name: from each character on; the last ones are shorter."""
    return [f"{GRAM}{run[at : at + SIZE]}" for at in range(len(run))]


def _folded(text: str) -> str:
    if text.isascii():
        return text.translate(_SPACED).lower()
    # Symbols go first: the sign of a trade mark would become two letters of the word before it.
    canonical = unicodedata.normalize("NFKD", spaced(text)).casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", canonical).translate(_FOLDED))
