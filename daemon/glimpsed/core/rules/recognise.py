"""Which application a screen shows: every cue adds to a score, the best score wins.

Rules of this file: pure, deterministic, and no application's name: what is particular to one stands in the
table. A window in front hides what it covers, so its own furniture (menu, side bar, status bar) is complete
while that of windows behind it is not: counting cues finds the front window. Of two title bars the lower one
is in front if its window shows furniture of its own, for a title bar seen inside another window lies on it.
"""

import re
from collections import Counter

import msgspec

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.files import file_named, mended
from glimpsed.core.rules.folding import fold, folded, lettered, shape
from glimpsed.core.rules.index import (
    BARS,
    CUES,
    FURNISHED,
    LABELS,
    MARKS,
    MENUS,
    TITLES,
    in_a_bar,
    site_at,
    site_named,
)
from glimpsed.core.rules.known import APPLICATIONS, Application
from glimpsed.core.rules.known.websites import Website
from glimpsed.core.rules.layout import (
    Menu,
    find_address,
    find_commands,
    find_menus,
    has_chats,
    has_grid,
    has_mailboxes,
    has_numbered_code,
    has_talk,
    menu_fit,
)
from glimpsed.core.rules.screen import Line, Screen
from glimpsed.core.rules.titles import (
    Title,
    find_titles,
    in_file_name,
    in_mac_bar,
    parts,
    shell_title,
    title_at_top,
)

_CLAIM = 1.9
"""Least score at which an application is named at all."""

_MENU, _CUE, _LABEL, _MAX_CUES, _MAX_LABELS = 3.0, 2.0, 0.4, 4.5, 2.4
_FRONT = 2.5
_FRONT_NEEDS = 1.2
_ADDRESS, _GRID, _PROMPT, _CODE, _LISTS = 2.5, 2.0, 1.6, 1.9, 2.0
_NO_LABELS: frozenset[str] = frozenset()
_DESKTOP = folded("Recycle Bin|Papierkorb|Corbeille|Trash|Home|This PC")
_HARDLY_ANY, _FEW_LINES = 12, 30
_SENTENCE = re.compile(r"^\w+,?(?: \w+,?){3,}[.?!]$")
"""What is on pages, and not among the icons of a desktop."""

_SHORT, _SHORT_IN_BAR = 5, 4
"""Letters of a name that may be misread, if it is of the right kind: Exccl; in a bar, Moil."""

_BY_NAME = {app.name: app for app in APPLICATIONS}
_GENERIC = {
    Kind.WEB_BROWSER: Application("", Kind.WEB_BROWSER),
    Kind.SPREADSHEET: Application("", Kind.SPREADSHEET),
    Kind.CODE_EDITOR: Application("", Kind.CODE_EDITOR),
    Kind.EMAIL: Application("", Kind.EMAIL),
    Kind.CHAT: Application("", Kind.CHAT),
    Kind.TERMINAL: _BY_NAME["Terminal"],  # what most of them call themselves
}
"""What is seen when the layout tells the kind and nothing tells the name."""

_NAMED_ALONE = frozenset(
    (
        Kind.WORD_PROCESSOR,
        Kind.SPREADSHEET,
        Kind.PRESENTATION,
        Kind.DOCUMENT_VIEWER,
        Kind.DESIGN,
        Kind.EMAIL,
    )
)
"""Kinds of windows that macOS names by the document alone; of others the first row may be anything."""

_LISTING = (Kind.EMAIL, Kind.CHAT)
_KINDS = {
    extension: kind
    for kind, extensions in (
        (Kind.WORD_PROCESSOR, "docx doc odt rtf"),
        (Kind.SPREADSHEET, "xlsx xls xlsm ods"),
        (Kind.PRESENTATION, "pptx ppt odp"),
        (Kind.DOCUMENT_VIEWER, "pdf djvu"),
    )
    for extension in extensions.split()
}
"""Of a file in a window's title, what the window is whoever made its program."""
_OF_KIND = {
    kind: {shape(name): app for name, app in TITLES.items() if app.kind is kind and len(name) >= _SHORT}
    for kind in set(_KINDS.values())
}

_BARS_OF_KIND = {
    (app.kind, shape(lettered(name))): app for name, app in BARS.items() if len(name) >= _SHORT_IN_BAR
}

_NOTHING = Application("", Kind.UNKNOWN)
_DESKTOP_ITSELF = Application("Desktop", Kind.SYSTEM)


class Sighting(msgspec.Struct, frozen=True):
    """The application in front and what its window says of itself."""

    application: Application
    title: str
    document: str
    address: str
    site: Website | None
    commands: tuple[str, ...]
    certainty: float


def recognise(screen: Screen, file_name: str) -> Sighting:
    """Find the application in front. Its name is empty where only its kind can be told."""
    menus = find_menus(screen)
    address = find_address(screen)
    in_menus = frozenset(line for menu in menus for line in menu.lines)
    titles = find_titles(screen, in_menus, address[0] if address else None)
    prompts, commands = find_commands(screen)
    named = in_mac_bar(screen)
    strange = named if named and not in_a_bar(named.text) else None
    furniture = _furniture(screen, [menu for menu in menus if not (strange and _is_beside(strange, menu))])
    structures = _structures(screen, prompts, addressed=address is not None)
    scores = _scores(furniture, structures, _title_scores(titles, furniture))
    app, score = _best(scores, frozenset(title.application for title in titles))
    if score < _CLAIM:
        app = _fallback(screen, file_name)
    title = next((t for t in _front_first(titles) if t.application == app), None)
    text, document = _words(screen, app, title, menus, named)
    if not app.name:
        app = _by_file(text, app)
    if not app.name and named:
        called = shape(lettered(fold(named.text)))
        app = _BARS_OF_KIND.get((app.kind, called), Application(named.text, app.kind))
    site = _site(address[1] if address else "", title) if app.kind is Kind.WEB_BROWSER else None
    if site and not app.name:
        app = Application(site.name, Kind.WEB_BROWSER)
    return Sighting(
        app,
        text,
        document,
        address[1] if address and app.kind is Kind.WEB_BROWSER else "",
        site,
        tuple(commands),
        _certainty(app, title, score),
    )


def _is_beside(line: Line, menu: Menu) -> bool:
    """Whether a menu bar is that of the application which a line names, at its left."""
    return abs(menu.lines[0].middle - line.middle) <= line.height


def _furniture(screen: Screen, menus: list[Menu]) -> dict[str, float]:
    """Score of each application that has any, by its menu bar, its phrases and its labels."""
    best = {name: max(menu_fit(menu, name) for menu in menus) for name in MENUS} if menus else {}
    top = max(best.values(), default=0.0)
    scores = {}
    for name in FURNISHED:
        cues = sum(cue in screen.blob for cue in CUES.get(name, ()))
        cues += sum(mark in screen.raw for mark in MARKS.get(name, ()))
        labels = len(LABELS.get(name, _NO_LABELS) & screen.whole)
        fit = best.get(name, 0.0)
        menu = fit if fit > 0.8 * top else 0.0
        supported = min(_MAX_LABELS, _LABEL * labels) if labels > 1 or cues else 0.0
        scores[name] = _MENU * menu + min(_MAX_CUES, _CUE * cues) + supported
    return scores


def _structures(screen: Screen, prompts: int, *, addressed: bool) -> dict[Kind, float]:
    """What the layout says of the kind alone."""
    found: dict[Kind, float] = {}
    if addressed:
        found[Kind.WEB_BROWSER] = _ADDRESS
    if has_grid(screen):
        found[Kind.SPREADSHEET] = _GRID
    if prompts or shell_title(screen):
        found[Kind.TERMINAL] = _PROMPT + 0.4 * min(prompts, 4) + (1.0 if shell_title(screen) else 0.0)
    if has_numbered_code(screen):
        found[Kind.CODE_EDITOR] = _CODE
    if not found and has_mailboxes(screen):
        return {Kind.EMAIL: _LISTS}
    if not found and (has_chats(screen) or has_talk(screen)):
        return {Kind.CHAT: _LISTS}
    return found


def _scores(
    furniture: dict[str, float], structures: dict[Kind, float], titles: dict[str, float]
) -> dict[Application, float]:
    """Total of every application that anything speaks for; a structure also supports each of its kind.

    What programs for mail or chat list alike supports only those that more than such a list speaks for.
    """
    scores = {_GENERIC[kind]: score for kind, score in structures.items()}
    for app in APPLICATIONS:
        own = furniture.get(app.name, 0.0) + titles.get(app.name, 0.0)
        told = app.kind not in _LISTING or app.name in titles or own >= _CLAIM
        if own:
            scores[app] = own + (structures.get(app.kind, 0.0) if told else 0.0)
    return scores


def _best(scores: dict[Application, float], titled: frozenset[Application]) -> tuple[Application, float]:
    """The one with the best score; of a suite, its program that more speaks for (`LibreOffice` in a bar).

    Of several that no title names, and that draw the same, what may be said of all: their kind.
    """
    score = max(scores.values(), default=0.0)
    best = [app for app, its in scores.items() if its == score]
    if len(best) != 1 and titled.isdisjoint(best):
        return _in_common(best), score
    app = next((app for app in best if app in titled), best[0])
    told = (other for other, its in scores.items() if app.kind is Kind.OTHER and its >= _CLAIM)
    programs = (other for other in told if other.name.startswith(f"{app.name} "))
    return max(programs, key=lambda other: scores[other], default=app), score


def _in_common(apps: list[Application]) -> Application:
    """The kind that most of them are of."""
    kind, count = Counter(app.kind for app in apps).most_common(1)[0] if apps else (Kind.UNKNOWN, 0)
    return Application("", kind) if 2 * count > len(apps) else _NOTHING


def _title_scores(titles: list[Title], furniture: dict[str, float]) -> dict[str, float]:
    scores: dict[str, float] = {}
    above: set[str] = set()
    for title in titles:
        name = title.application.name
        covers = title.strong and above - {name} and furniture.get(name, 0.0) >= _FRONT_NEEDS
        scores[name] = max(scores.get(name, 0.0), title.weight + (_FRONT if covers else 0.0))
        if title.strong:
            above.add(name)
    return scores


def _front_first(titles: list[Title]) -> list[Title]:
    return sorted((t for t in titles if t.text), key=lambda t: (-t.weight, -t.line.top))


def _fallback(screen: Screen, file_name: str) -> Application:
    """When nothing reaches the claim: the file's name, or a desktop without windows."""
    if app := in_file_name(file_name):
        return app
    icons, lines = len(screen.whole & _DESKTOP), len(screen.lines)
    bare = (icons and lines < _HARDLY_ANY) or (icons > 1 and lines < _FEW_LINES)
    is_page = bare and any(_SENTENCE.search(line.text) for line in screen.lines)
    return _DESKTOP_ITSELF if bare and not is_page else _NOTHING


def _by_file(title: str, app: Application) -> Application:
    """What a window is whose title is a file's name alone, or that and a fitting program's, misread."""
    file = file_named(title)
    kind = _KINDS.get(file.rpartition(".")[2]) if file and mended(title).startswith(file) else None
    if kind is None or app.kind not in (kind, Kind.UNKNOWN):
        return app
    if mended(title) == file:
        return Application("", kind)
    return _OF_KIND[kind].get(shape(fold(parts(title)[-1])), app)


def _words(
    screen: Screen, app: Application, title: Title | None, menus: list[Menu], bar: Line | None
) -> tuple[str, str]:
    """Window title and document; of a title that names no application the parts cannot be told apart.

    The name in `bar`, the menu bar of macOS, is no window's title.
    """
    if title is not None and title.document:
        return title.text, _bare(title.document)
    if app.kind is Kind.TERMINAL:
        line: Line | None = shell_title(screen)
        return (line.text, "") if line else ("", "")
    bare = title.text if title is not None and title.line != bar else ""
    if app.kind in (Kind.WEB_BROWSER, Kind.SYSTEM):
        return bare, ""
    above = bar if app.kind in _NAMED_ALONE else None
    return title_at_top((menu.lines for menu in menus), screen, above) or bare, ""


def _bare(document: str) -> str:
    """A document without the signs of unsaved work and the brackets of a window within a window."""
    bare = document.strip(" *●•-—\u2013|·")
    whole = bare.startswith("[") and bare.find("]") == len(bare) - 1
    return bare[1:-1].strip(" *●•") if whole else bare


def _site(address: str, title: Title | None) -> Website | None:
    """The web application that the address or the page's title names."""
    if site := site_at(address):
        return site
    return site_named(title.document, parts(title.document)) if title else None


def _certainty(app: Application, title: Title | None, score: float) -> float:
    """How sure the application is; the formula stands at `describe`."""
    if app.kind is Kind.UNKNOWN:
        return 0.1
    if title is not None and title.strong and title.weight > _CLAIM:
        return 0.95
    if score < _CLAIM:
        return 0.2
    named = bool(app.name)
    return min(0.8 if named else 0.5, (0.2 if named else 0.1) + 0.1 * score)
