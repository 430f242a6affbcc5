"""The table of applications, folded once and turned round for looking up.

Rules of this file: built at import from data alone, never changed afterwards.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from glimpsed.core.rules.folding import alike, fold, folded, lettered, shape, split
from glimpsed.core.rules.known import APPLICATIONS, Application
from glimpsed.core.rules.known.websites import WEBSITES, Website

_FUZZY_LENGTH, _SHAPED_LENGTH = 8, 6
"""Shorter names are compared exactly: one character more or less makes another word of them. In a bar, where
nothing else may stand, they may be misread."""

_UNREAD = re.compile(r"^\([\dBOSl]{1,4}\+?\)\s*(?=\S)")
"""What is unread, before a name: (2) WhatsApp."""

MORE_PAGES = re.compile(
    r"\s(?:and \d+ more (?:pages?|tabs?)|und \d+ weitere Seiten?|et \d+ autres? pages?|y \d+ p.ginas? m.s|"
    r"e altr[ea] \d+ pagin[ae]|e mais \d+ p.ginas?|en nog \d+ pagina\S{0,2}|och \d+ (?:sida|sidor) till|"
    r"og \d+ (?:andre|flere) sider|ja \d+ muuta? sivua?|(?:i|oraz) jeszcze \d+ stron[ay]?|"
    r"a \d+ dal\S+ str.n\w+|és további \d+ oldal|ve \d+ sayfa daha)(?=\s*(?:$|[-\u2013\u2014]))",
    re.IGNORECASE,
)
"""What Edge says of its other tabs, after a page's title: `and 5 more pages`."""

_LONGEST = 80
"""A longer text is no name, whatever follows the name in it."""

_TAIL = re.compile(
    r"(?:\s*[\[(<][^\[\]()<>]{0,40}[\])>]|\s+(?:[vVrRX]|SP|SR)?\d[\d.]*[a-z]?|-\d+\.\d[\d.]*|(?:\s+[-—\u2013_□\u00d7xX✕❐]){1,4}|\.{2,3}|…)$"
)
"""What may follow a name in a title bar: (Administrator), a version (2024 SP3.0, R2024a), window buttons."""

_YEAR = re.compile(r"20[0-4]\d$")
"""With which a name may end in a bar: `AutoCAD 2025`."""


TITLES: dict[str, Application] = {
    name: app for app in reversed(APPLICATIONS) for name in (fold(app.name), *split(app.titles))
}
BARS: dict[str, Application] = TITLES | {
    name: app for app in reversed(APPLICATIONS) for name in split(app.bar or app.name)
}
_SHAPED_BARS = {shape(lettered(name)): app for name, app in BARS.items() if len(name) >= _SHAPED_LENGTH}
_SHAPED_TITLES = {shape(name): app for name, app in TITLES.items() if len(name) >= _FUZZY_LENGTH}
MENUS: dict[str, frozenset[str]] = {app.name: folded(app.menu) for app in APPLICATIONS if app.menu}
CUES: dict[str, tuple[str, ...]] = {app.name: split(app.cues) for app in APPLICATIONS if app.cues}
MARKS: dict[str, tuple[str, ...]] = {
    app.name: tuple(app.marks.split("|")) for app in APPLICATIONS if app.marks
}
PROCESSES: dict[str, Application] = {fold(app.process): app for app in APPLICATIONS if app.process}
LABELS: dict[str, frozenset[str]] = {app.name: folded(app.labels) for app in APPLICATIONS if app.labels}
_FORMS = tuple((re.compile(app.form), app) for app in APPLICATIONS if app.form)
_ANY_FORM = re.compile("|".join(app.form.replace("(?P<document>", "(?:") for app in APPLICATIONS if app.form))
FURNISHED: frozenset[str] = frozenset((*MENUS, *CUES, *MARKS, *LABELS))
"""The names of those that are known by more than their titles: for the others no screen is looked through."""

_SITE_TITLES: dict[str, Website] = {
    name: site for site in reversed(WEBSITES) for name in (fold(site.name), *split(site.titles))
}

_SHARED = Counter(item for menu in MENUS.values() for item in menu)
MENU_WEIGHT: dict[str, float] = {item: 1 / (1 + count) for item, count in _SHARED.items()}
"""How much an item says about the application: `File` next to nothing, `Playback` half, for there are more
applications than these."""


_NEARLY: dict[tuple[str, int], list[str]] = defaultdict(list)
"""Names that may be misread, by their length and their first or last three characters: see `alike`."""

for _name in TITLES:
    if len(_name) >= _FUZZY_LENGTH:
        _NEARLY["^" + _name[:3], len(_name)].append(_name)
        _NEARLY["$" + _name[-3:], len(_name)].append(_name)


def named(text: str) -> Application | None:
    """The application that `text` names and nothing else, as title bars spell it; None if there is none."""
    text = _UNREAD.sub("", text.strip())
    if len(text) > _LONGEST:
        return None
    folded = whole = fold(text)
    while folded not in TITLES and (tail := _TAIL.search(text)):
        text = text[: tail.start()].rstrip()
        folded = fold(text)
    if folded in TITLES:
        return TITLES[folded]
    if folded != whole and (found := _SHAPED_TITLES.get(shape(whole))):
        return found
    near = _nearly(folded) if len(folded) >= _FUZZY_LENGTH else ()
    return next((TITLES[name] for name in near if alike(name, folded)), None)


def in_a_bar(text: str) -> Application | None:
    """The application that a menu bar or a panel names so, perhaps with the year of its version."""
    name = fold(text)
    return of_bar(name) or named(text) or _SHAPED_BARS.get(shape(lettered(name)))


def of_bar(name: str) -> Application | None:
    """The same of a folded name, as it is spelled."""
    return BARS.get(name) or BARS.get(_YEAR.sub("", name))


def _nearly(folded: str) -> list[str]:
    """The names that `folded` may be with a few characters misread."""
    near = len(folded) // _FUZZY_LENGTH
    ends = ("^" + folded[:3], "$" + folded[-3:])
    keys = ((end, length) for end in ends for length in range(len(folded) - near, len(folded) + near + 1))
    return [name for key in keys if key in _NEARLY for name in _NEARLY[key]]


def of_a_form(text: str) -> tuple[Application, str] | None:
    """The application whose title bars are of the form of `text`, and the document in it."""
    if not _ANY_FORM.search(text):
        return None
    matches = ((app, match) for form, app in _FORMS if (match := form.search(text)))
    return next(((app, match.groupdict().get("document") or "") for app, match in matches), None)


def site_at(address: str) -> Website | None:
    """The web application at `address`, the one with the longest name of its host and path."""
    bare = (address.partition("://")[2] or address).lower().removeprefix("www.")
    hits = [(len(place), site) for place, site in _PLACES if _is_at(bare, place)]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def site_named(title: str, parts: Iterable[str]) -> Website | None:
    """The web application that a page's title names in one of its parts, the last one, or by its form."""
    named = [site for part in parts if (site := site_called(MORE_PAGES.sub("", _UNREAD.sub("", part))))]
    return named[-1] if named else next((site for form, site in _SITE_FORMS if form.search(title)), None)


def site_called(name: str) -> Website | None:
    """The web application of a name, which may be misread if it is long."""
    read = fold(name)
    return _SITE_TITLES.get(read) or _SHAPED_SITES.get(shape(read))


_SHAPED_SITES = {shape(name): site for name, site in _SITE_TITLES.items() if len(name) >= _FUZZY_LENGTH}
_SITE_FORMS = [(re.compile(site.form), site) for site in WEBSITES if site.form]
_PLACES = [(place, site) for site in WEBSITES for place in site.hosts.split("|") if place]


def _is_at(address: str, place: str) -> bool:
    """Whether `address` is on the host of `place`, or below it, and below its path."""
    host, _, path = address.partition("/")
    wanted, _, below = place.partition("/")
    if wanted.startswith("="):
        return host == wanted[1:] and path.startswith(below)
    return (host == wanted or host.endswith("." + wanted)) and path.startswith(below)
