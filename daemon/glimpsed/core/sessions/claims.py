"""The words of a claim that tell what it is about, and in which form they are looked for on screens.

Rules of this file: pure and total. Words of letters tell something. Numbers, words that join others and
verbs that every account of work has tell nothing, for or against a claim; what applications draw, and what
code is written in, tells something only where a claim has no other word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from glimpsed.core.rules.folding import fold
from glimpsed.core.sessions.terms import COMMON, FURNITURE

STEM = 5
"""Letters by which two forms of a longer word are known for one."""

_LEAST = 3
_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SCRIPT = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]+")  # what joins words, and their endings
_ENDINGS = ("ings", "ing", "ed", "es", "s", "e")
_VERBS = """
add adjust analyse analyze apply arrange ask attend attempt begin browse build call change check choose clean
clear close collect comment compare complete configure consider continue correct create debug decide define
delete describe develop discuss do done draft edit end ensure evaluate examine experiment explore fail figure
fill find finish fix focus follow get give go handle help identify implement improve include inspect
investigate keep learn leave list look maintain make manage mend modify monitor move note open organise
organize pass perform plan prepare process proceed put reach read receive refactor refine relate remove rename
reopen reorganise reorganize repair repeat replace reply research resolve respond return review revise rework
rewrite rewrote rewritten run ran save search see send sent set show solve sort spend spent start stay stop
store study summarise summarize switch take talk test think track troubleshoot try tried update use used using
verify view visit watch work write written wrote began begun chose chosen did found gave given got held hold
kept led left made met meet saw seen shown taken thought took went began built put
activity application background detail different issue item matter multiple new other part piece several
session step task thing time topic various way
"""
_JOINING = """
a about all also an and any are around as at back be been before both but by each few for from had has have
her his how in into is it its just more most near next no nor not now of off on once one onto or our out over
own per she some such than that the their them then there these they this those three through to too two under
until up upon via was well were what when where which while who whose why will with within without yet you
das dem den der des die ein für ist mit und von les des une est pour dans del las los una por
"""
_CODE = """
bool break case catch char class const def elif else enum except false finally float func function int null
private public raise return self static str struct true try void
"""


def _base(word: str) -> str:
    """An English word without its ending, as far as spelling alone tells it."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = word[: -len(ending)]
            break
    word = word[:-1] if len(word) > _LEAST and word[-1] == word[-2] else word
    return word[:-1] + "y" if len(word) > _LEAST and word[-1] == "i" else word


def _listed(words: str) -> frozenset[str]:
    return frozenset(fold(_base(word)) for word in words.split())


_NEITHER = _listed(_VERBS) | _listed(_JOINING)
_DRAWN = FURNITURE | {fold(word) for word in _CODE.split()}


@lru_cache(maxsize=65536)
def _words(token: str) -> tuple[str, ...]:
    """The words of a run of letters and digits, in small letters and without accents; pairs of signs."""
    if script := _SCRIPT.findall(token):
        return tuple(run[at : at + 2] for run in script for at in range(max(1, len(run) - 1)))
    if _HIRAGANA.search(token):
        return ()
    plain = "".join(c for c in unicodedata.normalize("NFKD", token) if not unicodedata.combining(c))
    parts = (part.casefold() for part in _CAMEL.split(plain))
    return tuple(part for part in parts if len(part) >= _LEAST and _is_word(part))


def _is_word(text: str) -> bool:
    """Whether it is of letters, one in four of which may have been read as a digit."""
    return sum(char.isdigit() for char in text) <= len(text) // 4


def _forms(word: str) -> tuple[str, ...]:
    """What a word is known by: itself without its ending, and how it begins where it is long."""
    base = fold(_base(word))
    return (base, fold(word[:STEM])) if len(word) >= STEM else (base,)


def forms(texts: Iterable[str]) -> frozenset[str]:
    """What the words of screens are known by."""
    tokens = {token for text in texts for token in _TOKEN.findall(text)}
    return frozenset(form for token in tokens for word in _words(token) for form in _forms(word))


def telling_words(claim: str) -> frozenset[str]:
    """The words that tell what a claim is about; those that are drawn anyway only where no other does."""
    told, drawn = set[str](), set[str]()
    for word in (word for token in _TOKEN.findall(claim) for word in _words(token)):
        key = fold(word)
        if fold(_base(word)) not in _NEITHER and key not in COMMON:
            (drawn if key in _DRAWN else told).add(word)
    return frozenset(told or drawn)


def seen_of(words: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """Those of a claim's words that are among the forms of what was seen."""
    return (word for word in words if not known.isdisjoint(_forms(word)))
