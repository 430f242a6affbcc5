"""What a person looks for, as an expression for SQLite's FTS5.

Rules of this file: pure. Whatever is typed means something or is refused with a sentence; nothing of it
reaches FTS5 but words between quotation marks, which words have none of. `words` all have to be there; a
word with a `*` at its end stands for all that begin with it; `"a phrase"` for these words in this order;
`-word` and `-"a phrase"` for what must not be there; `title:word` for a word in that field alone.
"""

import re
from collections.abc import Iterable

import msgspec

from glimpsed.core.errors import RequestError
from glimpsed.core.words import RUN, SIZE, cut, grams, name

FIELDS = ("text", "title", "names", "said")
"""Where words are, as columns of the index: on the screen, in the application's and the window's name, among
the things named, in task and summary."""

MOST_TERMS = 32
EVEN = 60
"""How even places in an order count: the higher, the more it matters in how many orders something is."""

SHORTEST_PREFIX = 3
"""Characters before a `*` that has a meaning: two letters begin too many words to gather in time."""

_TERM = re.compile(
    rf'(?P<without>-(?=[^\s-]))?(?:(?P<field>{"|".join(FIELDS)}):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
_QUOTES = str.maketrans("\u201c\u201d\u201e\u00ab\u00bb", '"' * 5)
_NAME = re.compile(r"\W*(\w+)\W*")


class Term(msgspec.Struct, frozen=True):
    """One thing to look for: `words` next to each other, and every one of `runs`.

    With `prefix` the last word may go on. `inside` may be in an identifier instead, anywhere; empty when that
    was not meant. `field` is one of `FIELDS`, None for all of them.
    """

    words: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    prefix: bool = False
    inside: str = ""
    field: str | None = None

    @property
    def looked_up(self) -> list[list[str]]:
        """What it looks up in the index: one of the expressions in each list has to match."""
        return [*([self._alternatives] if self.words else []), *([_part(run)] for run in self.runs)]

    @property
    def expression(self) -> str:
        """All of it as one expression."""
        every = (f"({' OR '.join(either)})" for either in self.looked_up)
        return f"({' AND '.join(every)})"

    @property
    def _alternatives(self) -> list[str]:
        within = f"{self.field} : " if self.field else ""
        exact = f'{within}"{" ".join(self.words)}"{" *" if self.prefix else ""}'
        return [exact, _part(self.inside)] if self.inside else [exact]


class Query(msgspec.Struct, frozen=True):
    """Everything that was asked for: pictures with all `terms` and with none of `without`."""

    terms: tuple[Term, ...]
    without: tuple[Term, ...] = ()

    @property
    def looked_up(self) -> list[list[str]]:
        """As of each term; all in one row they are in the order in which FTS5 counts phrases."""
        return [either for term in self.terms for either in term.looked_up]

    def expression(self, *more: str) -> str:
        """The query for FTS5, and what else has to hold, each an expression."""
        wanted = " AND ".join([*(term.expression for term in self.terms), *more])
        if not self.without:
            return wanted
        return f"({wanted}) NOT ({' OR '.join(term.expression for term in self.without)})"


def parse(text: str) -> Query:
    """Read what a person typed. Raises `RequestError` `bad_request` when there is nothing to look for."""
    found: dict[bool, dict[Term, None]] = {True: {}, False: {}}
    for typed in _TERM.finditer(text.translate(_QUOTES)):
        without = typed["without"] is not None
        term = _term(typed["phrase"], typed["word"], typed["field"], without=without)
        if term is not None:
            found[without][term] = None
    if not found[False]:
        raise RequestError("bad_request", "there is no word to look for: letters or digits, outside of -word")
    if len(found[False]) + len(found[True]) > MOST_TERMS:
        raise RequestError("bad_request", f"these are more than {MOST_TERMS} words to look for")
    return Query(tuple(found[False]), tuple(found[True]))


def fused(orders: Iterable[Iterable[str]]) -> list[str]:
    """Several orders of ids, each the best first, as one: by reciprocal rank fusion.

    An id is worth 1 / (60 + its place) in each; what is worth the same keeps the order in which it came.
    """
    worth: dict[str, float] = {}
    for order in orders:
        for place, each in enumerate(dict.fromkeys(order), 1):
            worth[each] = worth.get(each, 0.0) + 1 / (EVEN + place)
    return sorted(worth, key=lambda each: -worth[each])


def _term(phrase: str | None, word: str | None, field: str | None, *, without: bool) -> Term | None:
    words = cut(phrase or "" if word is None else word)
    plain = _stripped(words.plain)
    if not plain and not words.runs:
        return None
    field = field and field.lower()
    if word is None or not plain:
        return Term(plain, words.runs, field=field)
    prefix = word.endswith("*") and len(plain[-1]) >= SHORTEST_PREFIX and words.plain[-1] != RUN
    named = _NAME.fullmatch(word)
    inside = name(named[1]) if named and not words.runs and not without and field is None else ""
    return Term(plain, words.runs, prefix, inside if len(inside) >= SIZE else "", field)


def _stripped(plain: tuple[str, ...]) -> tuple[str, ...]:
    """Without the places of runs at either end: whatever may stand beside a word."""
    kept = [at for at, word in enumerate(plain) if word != RUN]
    return plain[kept[0] : kept[-1] + 1] if kept else ()


def _part(run: str) -> str:
    """A run, or what is in a name, wherever it begins."""
    whole = grams(run)
    if len(run) < SIZE:
        return f'"{whole[0]}" *'
    return f'"{" ".join(whole[: len(run) - SIZE + 1])}"'
