"""Where a screen names its applications: title bars, the macOS menu bar, the GNOME top bar, file names.

Rules of this file: pure. A name counts by where it stands: the same words are a title in the first row and
prose in the middle of a page.
"""

import re
from collections.abc import Iterable

import msgspec

from glimpsed.core.rules.files import files_in, mended
from glimpsed.core.rules.folding import fold, folded, split
from glimpsed.core.rules.index import BARS, PROCESSES, in_a_bar, named, of_a_form, of_bar
from glimpsed.core.rules.known import Application
from glimpsed.core.rules.layout import is_menu, reads_as_menu
from glimpsed.core.rules.screen import Line, Row, Screen, runs

_SEPARATOR = re.compile(
    r"\s*[—\u2013|·•:]+\s*|\s+[-~]+\s*|\s*-+\s+|-(?=[A-Z])"
    r"|\s(?<=\s20[0-4]\d\s)(?=\S.{0,120}\.(?:dwg|dxf|dwt|rvt|rfa|ipt|iam|idw|nw[cdf])\b)"
)
"""Where titles are cut; the last is for `Autodesk AutoCAD 2024 a.dwg`, which puts nothing between the two."""
_DASH = re.compile(r"\s[-_~\u2013\u2014]\s|[-\u2013\u2014]\s\[")
_PANEL = re.compile(r"\d:\d\d|%")
_CLOCK = re.compile(r"\d:\d\d")
_READ_AS_CLOCK = re.compile(
    r"(?:^|\s)(?=\S*\d\S*\d)[0-2OoIlZ]?[\dOoIlSZB][:;][0-5OoIlSZ][\dOoIlSZB](?=\s?[AaPp][Mm]$|$)"
)
"""What is read for a clock: 1O:06, 09;36. Cells and lists look like it, so only a desktop's row has it."""
_DOTTED = re.compile(r"^(?:\D{0,12}\d{1,2}\.?\D{0,16}(?:\d{1,2}\.?)?\s)?(?:[01]?\d|2[0-3])[.,h][0-5]\d$")
"""A clock as in Danish, Finnish, Italian or French, alone or after a date: other numbers look like it."""
_SHELL_TITLE = re.compile(r"^[\w.-]{1,32}@[\w.-]{1,64}\s?:\s?[~/][^$#]{0,120}$")
_ACTIVITIES = folded(
    "Activities|Aktivitäten|Activités|Actividades|Attività|Atividades|Activiteiten|Aktiviteter|Aktiviteetit|"
    "Toiminnot|Podgląd|Činnosti"
)
_FIRST_MENUS = split(
    "File Edit|Ablage Bearbeiten|Datei Bearbeiten|Fichier \u00c9dition|"
    "Fichier Modifier|Archivo Edici\u00f3n|File Modifica|Arquivo Editar|Archief Wijzig|Arkiv Redigera|"
    "Ficheiro Edi\u00e7\u00e3o|Ficheiro Editar|Arkiv Rediger|Plik Edycja"
)
"""The first two menus after an application's name, in several languages."""
_AFTER_MAC_NAME = (*_FIRST_MENUS, *split("Shell Edit|Edit View"))
_MAC_NAME, _MAC_MENUS = 30, 3
_APPLE = 2
"""Letters that are read for the apple before it, at most."""
_CLOCKS_EDGE = 0.8
_APART = 1.6
"""Heights of a line between two texts, at least, that are not one."""
_NAME_IN_BAR = re.compile("|".join(_AFTER_MAC_NAME))
_TOP = 0.13
_BAR = 0.045
_FIRST = 0.07
_LONG_NAME = 10
_LONG_TITLE = 200
_MIDDLE, _WIDE = 0.1, 0.5
"""How far a title on macOS is from the middle of the screen, and how wide, in parts of the screen."""
_NO_NAME = re.compile(
    r"[.,;:?!]$|\d+ ?(?:/|of|von|sur|de|di|van|av|af|z|ze|iz) ?\d+"
    r"|^(?:search|such|recherch|buscar|cerca|pesquis|procur|zoek|s\u00f6k|s\u00f8[gk]|hae\b|szuka|hled|h\u013eada|keres|"
    r"ara\b|caut|pretra|i[s\u0161][c\u010d]|otsi|mekl|ie[s\u0161]k|\u043f\u043e\u0438\u0441\u043a|"
    r"\u043f\u043e\u0448\u0443\u043a|\u03b1\u03bd\u03b1\u03b6)",
    re.IGNORECASE,
)
"""What is no document's name: prose, a counter of pages, a field to search in."""
_MAX_CUTS = 5
_DASHES = 3
"""So many dashes at most until a name ends: it may have some itself (PHOTO-PAINT 2024 (64-Bit))."""

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
        for run in (*((line,) for line in row), *(r for r in runs(row, _APART) if len(r) > 1)):
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


def title_at_top(menus: Iterable[Row], screen: Screen, bar: Line | None = None) -> str:
    """The title of a window that does not name its application, or one that is not known.

    It lies at the top, is one line, and is a file's name, or has two parts that a dash parts, as `Document -
    Program`: the first row below the desktop's panel, or the line above the uppermost menu bar. Below `bar`,
    the name in the menu bar of macOS, it may be any name, for windows there do not say whose they are.
    """
    top = _first_row(screen)
    text = " ".join(line.text for line in top)
    if top and (_has_two_parts(text) or _is_file(text) or (bar and _is_named_on_mac(screen, bar, top, text))):
        return text
    for menu in sorted(menus, key=lambda menu: menu[0].top):
        row = next(row for row in screen.rows if menu[0] in row)
        first = next(bar[0] for bar in runs(row, 6.0) if menu[0] in bar)  # of all items, known ones or not
        for line in reversed(screen.lines):
            if screen.within_top(line, _TOP) and _is_above(line, first) and _has_two_parts(line.text):
                return line.text
    return ""


def _first_row(screen: Screen) -> Row:
    """The first row below the desktop's panel, if it lies where titles do and is of one piece."""
    top = next((row for row in screen.rows if not _is_panel(row)), ())
    alone = top and screen.within_top(top[0], _FIRST) and len(runs(top, _APART)) == 1
    return top if alone else ()


def _is_named_on_mac(screen: Screen, bar: Line, top: Row, text: str) -> bool:
    """Whether a row of one piece below a menu bar is the name of a window's document: `Minutes of June`.

    It stands in the middle, as titles there do: what stands at the sides is of tool bars and notifications.
    """
    left, right = top[0].left, top[-1].right
    middle = abs(left + right - screen.width) <= 2 * _MIDDLE * screen.width
    narrow = right - left <= _WIDE * screen.width
    says = sum(map(str.isalpha, text)) > 1 and not _NO_NAME.search(text)
    return top[0].top >= bar.bottom and middle and narrow and says and not any(map(reads_as_menu, top))


def _is_panel(row: Row) -> bool:
    """Whether it is of the desktop: with a clock, a load, or the name by which GNOME's begins."""
    clock = any(_may_be_clock(line) for line in row[1:]) and len(runs(row, _APART)) > 1
    return clock or any(_PANEL.search(line.text) or line.folded in _ACTIVITIES for line in row)


def _is_file(text: str) -> bool:
    name = mended(text).rstrip(" *\u25cf\u2022")
    return len(text) <= _LONG_TITLE and any(name.endswith(file) for file in files_in(name))


def _has_two_parts(text: str) -> bool:
    if len(text) > _LONG_TITLE or _PANEL.search(text) or (cut := _DASH.search(text)) is None:
        return False
    return sum(map(str.isalnum, text[: cut.start()])) > 1 and sum(map(str.isalpha, text[cut.end() :])) > 1


def parts(title: str) -> list[str]:
    """Cut a title where title bars put separators."""
    return [part.strip() for part in _SEPARATOR.split(title) if part.strip()]


def in_mac_bar(screen: Screen) -> Line | None:
    """The name with which a macOS menu bar begins, of whatever application: `Tropy File Edit ... 09:13`.

    Its menus follow, in any language, one of the first two perhaps unread, and a clock.
    """
    bar = _top_row(screen)
    for index, line in enumerate(bar[:2]):
        after = bar[index + 1 :]
        named = sum(map(str.isalpha, line.text)) > 1 and len(line.text) <= _MAC_NAME
        if named and not _PANEL.search(line.text) and line.left < _TOP * screen.width:
            clock = any(_CLOCK.search(other.text) for other in after[2:]) or _ends_in_clock(screen, bar)
            menus = [other for other in after if is_menu(other)]
            first = index == 0 or len(bar[0].text) <= _APPLE
            own = (first and of_bar(line.folded)) or not reads_as_menu(line)
            listed = len(menus) >= _MAC_MENUS and menus[0] in after[:2] and own
            if clock and (listed or "".join(other.folded for other in after[:2]).startswith(_FIRST_MENUS)):
                return line
    return None


def _ends_in_clock(screen: Screen, bar: list[Line]) -> bool:
    """Whether the last of a bar may be a clock, where macOS has its clock: at the very right."""
    return bar[-1].right > _CLOCKS_EDGE * screen.width and _may_be_clock(bar[-1])


def _may_be_clock(line: Line) -> bool:
    """Whether it reads like a clock with a dot, or like a misread one."""
    return _DOTTED.match(line.text) is not None or _READ_AS_CLOCK.search(line.text) is not None


def _top_row(screen: Screen) -> list[Line]:
    """What stands side by side at the very top, from the left."""
    top = [line for line in screen.lines if screen.within_top(line, _BAR)]
    first = min(top, key=lambda line: line.middle, default=None)
    row = [line for line in top if first and line.middle - first.middle <= first.height]
    return sorted(row, key=lambda line: line.left)


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
    cuts = [cut for cut in _SEPARATOR.finditer(text) if cut.group() != "-" or _may_part(text, cut.start())]
    cuts = [*cuts[:1], *cuts[1:][-_MAX_CUTS:]]
    for cut in cuts:
        app = named(text[cut.end() :])
        long = app is not None and len(text) - cut.end() >= _LONG_NAME and ":" not in cut.group()
        if app and cut.start() and (strong or long):
            return Title(app, text, text[: cut.start()], line, _SUFFIX if strong else _ELSEWHERE, strong)
    return None if not strong or any(part in menus for part in run) else _without_a_suffix(line, text, cuts)


def _may_part(text: str, at: int) -> bool:
    """Whether a dash within a word may be one that lost its spaces: not in labels such as `S-ANNO-NOTES`."""
    return any(map(str.islower, text[:at]))


def _without_a_suffix(line: Line, text: str, cuts: list[re.Match[str]]) -> Title | None:
    """A title at the top that names an application before the document, alone, or by its form."""
    if found := of_a_form(text):
        return Title(found[0], text, found[1], line, _PREFIX, strong=True)
    alone = named(text)
    for cut in sorted(cuts[:_DASHES], key=lambda cut: cut.group() == "-"):  # within a word it parts least
        held = text[cut.end() :]  # `Kate - [list.txt]` also reads like a name with something in brackets
        if (held.startswith("[") or not alone) and (app := named(text[: cut.start()])):
            return Title(app, text, held, line, _PREFIX, strong=True)
    return Title(alone, text, "", line, _BARE, strong=True) if alone else None


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
    bar = _top_row(screen)
    found = _in_mac_bar(bar) or _in_gnome_bar(bar, 0.45 * screen.width)
    if not found and (line := in_mac_bar(screen)) and (app := in_a_bar(line.text)):
        found = app, line
    return [Title(found[0], "", "", found[1], _BAR_NAME, strong=False)] if found else []


def _in_mac_bar(bar: list[Line]) -> tuple[Application, Line] | None:
    """`Safari File Edit View ...`: the leftmost name is the application in front."""
    text = "".join(line.folded for line in bar)[:120]
    ends = [match.start() for match in _NAME_IN_BAR.finditer(text)]
    names = (text[at:end] for end in reversed(ends) for at in range(3))  # an apple may be read before it
    return next(((app, bar[0]) for name in names if (app := of_bar(name))), None)


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
