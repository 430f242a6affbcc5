"""Lexicon: what each word of a screen tells, by how many of the other pages seen before it have it too.

Rules of this file: pure; it learns from the screens of a day in order, and what it says of one depends on
those before it and on itself alone. Menus, side bars, names of colleagues and the jargon of a trade are on
every page, and drown what tells one piece of work from another; no list can name them all. So words are
weighed by inverse document frequency. A document is a *page*: a window's document or address, or, where it
has no name, what has most of its words. The pages that are compared count for nothing in it: what two of
three pages share is no less theirs for that. A word on most other pages of one site or application is drawn
by it, or is of the trade, and tells little there however rare it is elsewhere; one on nearly all of them
tells nothing.

One screen shows a few of its page's words, some of them misread. So what a page was seen to hold more than
once of late is its too: two pages of one matter that happen to show different parts of it are known for what
they are. Messages are no such page, for they go from one thing to the next. Pages between which somebody goes
to and fro again and again are *taken in turns*: that is how one piece of work looks on several.
"""

from collections import Counter
from copy import copy
from itertools import chain, pairwise
from math import log, sqrt

import msgspec

from glimpsed.core.sessions.identity import Face, Work, same_document

_ONE_PAGE, _NAMELESS = 0.75, 0.65
"""Part of a screen's words from which it is taken for a page without a name that was seen: two of one matter
mostly share less. Of a screen without a name less will do: a new page would make its words common."""

_RECENT = 12
_OWN = 2
"""Pages that are compared, and so count for nothing."""

_SEEN, _PAGES = 0.1, 1.0
"""Added to how often a word was seen, and on how many pages: of a new word a tenth is thought."""

_FLOOR, _ALIKE, _DOUBT = 0.08, 0.12, 0.04
"""Cosines of two pages: below the floor they may share words by chance, and `_DOUBT` lower none that tells;
from `_ALIKE` above it they are of one matter. Two pages of one mostly have 0.1 to 0.5, of two 0 to 0.05."""

_RICH, _SEVERAL = 10, 4
"""Terms with which a page tells that it is about something else, and shared ones that tell that it is not."""

_DRAWN, _SITES_PAGES = 0.8, 3
"""Part of the other pages of a site, and how many there must be, on which its furniture is."""

_LOOKS, _OFTEN = 4, 2
"""How many of a page's last looks are remembered, and on how many of them a word is that was not misread."""


_VISITS, _TURNS = 16, 3
"""How many visits to pages are remembered, and how often two of these follow each other that are in turns."""


class _Page:
    """What is known of one; they are numbered. Parts are replaced, never changed: copies share them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.names: frozenset[str] = frozenset()
        self.terms: frozenset[str] = frozenset()
        self.words: frozenset[str] = frozenset()
        self._looks: tuple[frozenset[str], ...] = ()
        self._seen = Counter[str]()

    def __copy__(self) -> "_Page":
        other = _Page(self.number)
        other.__dict__ |= self.__dict__
        return other

    def look(self, terms: frozenset[str]) -> None:
        """Remember what it shows, if that has changed."""
        if self._looks and self._looks[-1] == terms:
            return
        self._looks = (*self._looks, terms)
        self._seen = self._seen.copy()
        self._seen.update(terms)
        if len(self._looks) > _LOOKS:
            self._seen.subtract(self._looks[0])
            self._looks = self._looks[1:]

    @property
    def lasting(self) -> frozenset[str]:
        """What it was seen to hold more than once of late; at first, all of it."""
        least = _OFTEN if len(self._looks) > _OFTEN else 1
        return frozenset(term for term, count in self._seen.items() if count >= least)


class _Site:
    """Pages of a site or an application, and on how many of them words are."""

    def __init__(self) -> None:
        self.pages = 0
        self.count = Counter[str]()

    def __copy__(self) -> "_Site":
        other = _Site()
        other.pages, other.count = self.pages, self.count.copy()
        return other


class Shown(msgspec.Struct, frozen=True, eq=False):
    """A face, and what its terms tell: squared `weights` of each as shared with another page, `norm` of all.

    They are those of its page, too. `telling` are those that tell anything; `titled` is what words of its
    title tell. It is of the page `page`, and `turns` are those that this was taken in turns with. Of two the
    later one by `number` is to be asked.
    """

    face: Face
    number: int = 0
    telling: frozenset[str] = frozenset()
    weights: dict[str, float] = {}
    norm: float = 0.0
    page: int = 0
    turns: frozenset[int] = frozenset()
    titled: dict[str, float] = {}


class Lexicon:
    """The words of the pages so far."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._named: dict[object, _Page] = {}
        self._recent: dict[frozenset[str], list[_Page]] = {}
        self._sites: dict[frozenset[str], _Site] = {}
        self._pages = 0
        self._shown = 0
        self._count = Counter[str]()
        self._titled = Counter[str]()
        self._visits: tuple[int, ...] = ()
        self.digest = 0
        """The same for two that learnt the same, and in this process alone."""

    def __copy__(self) -> "Lexicon":
        """One that goes on from here on its own."""
        every = {*self._named.values(), *chain.from_iterable(self._recent.values())}
        pages = {page: copy(page) for page in every}
        other = Lexicon()
        other.__dict__ |= self.__dict__ | {
            "_named": {key: pages[page] for key, page in self._named.items()},
            "_recent": {key: [pages[page] for page in some] for key, some in self._recent.items()},
            "_sites": {key: copy(site) for key, site in self._sites.items()},
            "_count": self._count.copy(),
            "_titled": self._titled.copy(),
        }
        return other

    def shown(self, face: Face) -> Shown:
        """Learn a screen, and say what its terms tell."""
        self._shown += 1
        self.digest = hash((self.digest, face))
        if not face.terms:
            return Shown(face, self._shown)
        page = self._page(face)
        fresh = face.terms - page.terms
        page.terms |= fresh
        page.look(face.terms)
        self._count.update(fresh)
        self._titled.update(face.words - page.words)
        page.words |= face.words
        site = self._site(face)
        site.count.update(fresh)
        held = face.terms if Work.TALK in face.works else face.terms | page.lasting
        counts = {term: (self._count[term], site.count[term]) for term in held}
        told = {count: self._told(count, site, _OWN) ** 2 for count in set(counts.values())}
        weights = {term: told[count] for term, count in counts.items() if told[count]}
        squares = {count: self._told(count, site, 1) ** 2 for count in told}
        norm = sqrt(sum([squares[count] for count in counts.values()]))
        turns = self._turns(page)
        titled = {word: self._told_by_title(word) for word in face.words}
        return Shown(face, self._shown, frozenset(weights), weights, norm, page.number, turns, titled)

    def _turns(self, page: _Page) -> frozenset[int]:
        """Visit a page; those that it was taken in turns with of late."""
        if self._visits[-1:] != (page.number,):
            self._visits = (*self._visits[1 - _VISITS :], page.number)
        pairs = (pair for pair in pairwise(self._visits) if page.number in pair)
        often = Counter(a if b == page.number else b for a, b in pairs)
        return frozenset(other for other, times in often.items() if times >= _TURNS)

    def _told(self, count: tuple[int, int], site: _Site, own: int) -> float:
        """What a word tells that is on so many pages, here and at its site, `own` of them those compared."""
        everywhere, here = count
        others = site.pages - _OWN
        if others >= _SITES_PAGES and here >= _OWN + _DRAWN * others:
            return 0.0
        told = _rarity(everywhere, self._pages, own)
        return min(told, _rarity(here, site.pages, own)) if others > 0 else told

    def _told_by_title(self, word: str) -> float:
        """What a word of a title tells (0..1), by how many other pages have it in theirs."""
        sure = min(1.0, max(0, self._pages - _OWN) / _SITES_PAGES)
        return sure * _rarity(self._titled[word], self._pages, _OWN) / _rarity(0, self._pages, _OWN)

    def _site(self, face: Face) -> _Site:
        return self._sites.setdefault(face.hosts or face.applications, _Site())

    def _page(self, face: Face) -> _Page:
        """The page that a screen shows, perhaps a new one."""
        names = face.documents or face.places
        key = (face.applications, names)
        page = self._named.get(key) or self._known(face, names) or self._new(face)
        if names:
            self._named[key] = page
            page.names |= names
        return page

    def _known(self, face: Face, names: frozenset[str]) -> _Page | None:
        """One of its application's last pages: of a name that is like its own, or with most of its words.

        Two names that are not alike are two pages, whatever an application draws on both.
        """
        recent = self._recent.get(face.applications, [])
        if names and (found := next((page for page in recent if same_document(names, page.names)), None)):
            return found
        alike = {page: len(face.terms & page.lasting) for page in recent if not (names and page.names)}
        best = max(alike, key=lambda page: alike[page], default=None)
        least = (_ONE_PAGE if names else _NAMELESS) * len(face.terms)
        return best if best and alike[best] >= least else None

    def _new(self, face: Face) -> _Page:
        self._pages += 1
        page = _Page(self._pages)
        self._site(face).pages += 1
        recent = self._recent.setdefault(face.applications, [])
        recent.append(page)
        del recent[:-_RECENT]
        return page


def _rarity(count: int, pages: int, own: int) -> float:
    elsewhere = max(0, count - own) + _SEEN
    return max(0.0, log((max(0, pages - own) + _PAGES) / elsewhere))


def in_turns(a: Shown, b: Shown) -> bool:
    """Whether two screens are of pages that were taken in turns when the later one was seen."""
    early, late = (a, b) if a.number < b.number else (b, a)
    return early.page in late.turns


def titled(a: Shown, b: Shown) -> float:
    """How much the words tell that two titles share: from 1 on, they are of one matter."""
    later = a if a.number > b.number else b
    return sum(later.titled.get(word, 0.0) for word in a.face.words & b.face.words)


def compared(a: Shown, b: Shown) -> tuple[float, float]:
    """How much words say that two screens are of one matter, and how much that they are not (0..1)."""
    if not a.norm or not b.norm:
        return 0.0, 0.0
    both = a.telling & b.telling
    weights = b.weights if a.number < b.number else a.weights
    shared = sum(map(weights.__getitem__, both)) / (a.norm * b.norm)
    if shared >= _FLOOR:
        return min(1.0, len(both) / _SEVERAL) * min(1.0, (shared - _FLOOR) / _ALIKE), 0.0
    fewest = min(len(a.face.terms), len(b.face.terms))
    return 0.0, min(1.0, fewest / _RICH) * min(1.0, (_FLOOR - shared) / _DOUBT)
