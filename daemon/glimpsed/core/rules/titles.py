"""Where a screen names its applications: title bars, the macOS menu bar, the GNOME top bar, file names.

Rules of this file: pure. A name counts by where it stands: the same words are a title in the first row and
prose in the middle of a page.
"""

import re
from collections.abc import Iterable

import msgspec

from glimpsed.core.rules.folding import fold, folded
from glimpsed.core.rules.index import BARS, PROCESSES, named
from glimpsed.core.rules.known import Application
from glimpsed.core.rules.screen import Line, Row, Screen, runs

_SEPARATOR = re.compile(r"\s*[—\u2013|·•:]+\s*|\s+[-~]+\s*|\s*-+\s+|-(?=[A-Z])")
_DASH = re.compile(r"\s[-\u2013\u2014]\s|[-\u2013\u2014]\s\[")
_PANEL = re.compile(r"\d:\d\d|%")
_SHELL_TITLE = re.compile(r"^[\w.-]{1,32}@[\w.-]{1,64}\s?:\s?[~/][^$#]{0,120}$")
_ACTIVITIES = folded("Activities|Aktivitäten|Activités|Actividades|Attività|Atividades")
_AFTER_MAC_NAME = ("f11eed1t", "shell", "she11ed1t", "ed1tv1ew")
_TOP = 0.13
_BAR = 0.045
_LONG_NAME = 10
_LONG_TITLE = 200
_MAX_CUTS = 5

_SUFFIX, _PREFIX, _BARE, _ELSEWHERE, _BAR_NAME = 5.0, 2.5, 1.6, 2.0, 6.0
"""What a name is worth: after a document's, before it, alone; in the middle of the screen; in a menu bar."""


class Title(msgspec.Struct, frozen=True):
    """A name found on the screen; `strong` when it stands where title bars are."""

    application: Application
    text: str
    document: str
    line: Line
    weight: float
    strong: bool


def find_titles(screen: Screen, menus: frozenset[Line], address: Line | None) -> list[Title]:
    """Every place that names an application, top to bottom. `menus` are lines that belong to menu bars.

    A name right above an address bar is a tab of that browser, unless it is a browser's own.
    """
    found: list[Title] = []
    for row in screen.rows:
        for run in (*((line,) for line in row), *(r for r in runs(row, 1.6) if len(r) > 1)):
            title = _in_run(screen, run, menus)
            if title and any(other.line in run for other in found):
                continue
            if title:
                found.append(_as_tab(screen, title, address))
    return [*_in_top_bar(screen), *found]


def shell_title(screen: Screen) -> Line | None:
    """A title bar of the form `user@host: folder`, as shells set it."""
    tops = (line for line in screen.lines if screen.within_top(line, _TOP))
    return next((line for line in tops if _SHELL_TITLE.match(line.text)), None)


def title_above(menus: Iterable[Row], screen: Screen) -> str:
    """The title bar above the uppermost menu bar, of a window whose application is not known.

    It lies at the top, is one line, and has two parts that a dash parts, as `Document - Program`; a panel of
    the desktop has none, or shows a clock or a load as well.
    """
    for menu in sorted(menus, key=lambda menu: menu[0].top):
        row = next(row for row in screen.rows if menu[0] in row)
        first = next(bar[0] for bar in runs(row, 6.0) if menu[0] in bar)  # of all items, known ones or not
        for line in reversed(screen.lines):
            if screen.within_top(line, _TOP) and _is_above(line, first) and _has_two_parts(line.text):
                return line.text
    return ""


def _has_two_parts(text: str) -> bool:
    if len(text) > _LONG_TITLE or _PANEL.search(text) or (cut := _DASH.search(text)) is None:
        return False
    return all(sum(map(str.isalpha, part)) > 1 for part in (text[: cut.start()], text[cut.end() :]))


def parts(title: str) -> list[str]:
    """Cut a title where title bars put separators."""
    return [part.strip() for part in _SEPARATOR.split(title) if part.strip()]


def in_file_name(file_name: str) -> Application | None:
    """The application that a screenshot tool put into the file's name (Android, ShareX), if any."""
    words = [fold(word) for word in re.split(r"[^A-Za-z]+", file_name.rpartition(".")[0])]
    return next((PROCESSES[word] for word in words if word in PROCESSES), None)


def _in_run(screen: Screen, run: Row, menus: frozenset[Line]) -> Title | None:
    line = run[0]
    if screen.in_taskbar(line):
        return None
    text = " ".join(part.text for part in run)
    strong = screen.within_top(line, _TOP) or _above_a_menu(line, menus)
    cuts = list(_SEPARATOR.finditer(text))
    cuts = [*cuts[:1], *cuts[1:][-_MAX_CUTS:]]
    for cut in cuts:
        app = named(text[cut.end() :])
        long = app is not None and len(text) - cut.end() >= _LONG_NAME
        if app and cut.start() and (strong or long):
            return Title(app, text, text[: cut.start()], line, _SUFFIX if strong else _ELSEWHERE, strong)
    if not strong or any(part in menus for part in run):
        return None
    if app := named(text):
        return Title(app, text, "", line, _BARE, strong)
    if cuts and (app := named(text[: cuts[0].start()])):
        return Title(app, text, text[cuts[0].end() :], line, _PREFIX, strong)
    return None


def _above_a_menu(line: Line, menus: frozenset[Line]) -> bool:
    return any(_is_above(line, menu) for menu in menus)


def _is_above(line: Line, menu: Line) -> bool:
    return 0 < menu.top - line.top <= 4 * line.height and abs(menu.left - line.left) < 15 * line.height


def _as_tab(screen: Screen, title: Title, address: Line | None) -> Title:
    if address is None or title.application.kind.value == "web_browser":
        return title
    above = 0 <= address.top - title.line.top <= max(0.09 * screen.height, 4 * title.line.height)
    return msgspec.structs.replace(title, weight=1.0, strong=False) if above else title


def _in_top_bar(screen: Screen) -> list[Title]:
    bar = [line for line in screen.lines if screen.within_top(line, _BAR)]
    bar.sort(key=lambda line: line.left)
    found = _in_mac_bar(bar) or _in_gnome_bar(bar, 0.45 * screen.width)
    return [Title(found[0], "", "", found[1], _BAR_NAME, strong=False)] if found else []


def _in_mac_bar(bar: list[Line]) -> tuple[Application, Line] | None:
    """`Safari File Edit View ...`: the leftmost name is the application in front."""
    text = "".join(line.folded for line in bar)[:120]
    for name, app in sorted(BARS.items(), key=lambda item: -len(item[0])):
        at = text.find(name)
        if 0 <= at <= 2 and text[at + len(name) :].startswith(_AFTER_MAC_NAME):  # noqa: PLR2004 - an apple
            return app, bar[0]
    return None


def _in_gnome_bar(bar: list[Line], limit: float) -> tuple[Application, Line] | None:
    """`Activities  Firefox Web Browser`: the name beside it is the application in front."""
    for i, line in enumerate(bar):
        if line.folded in _ACTIVITIES:
            beside = [other for other in bar[i + 1 :] if other.left < limit]
            return next(((BARS[other.folded], other) for other in beside if other.folded in BARS), None)
        whole = next((a for a in _ACTIVITIES if line.folded.startswith(a)), None)
        if whole and (app := BARS.get(line.folded[len(whole) :])):
            return app, line
    return None
