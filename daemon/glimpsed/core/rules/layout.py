"""What the arrangement of text gives away: menus, grids, prompts, line numbers, address bars, dialogs.

Rules of this file: pure. Each function finds one structure and returns it, or None; none of them knows what
it will be used for.
"""

import re
from collections.abc import Collection
from itertools import accumulate, pairwise

import msgspec

from glimpsed.core.rules.folding import fold, folded, shape, shapes
from glimpsed.core.rules.index import MENU_WEIGHT, MENUS, in_a_bar
from glimpsed.core.rules.known.clients import CHAT_LISTS, INBOX, MAILBOXES, OUTBOX, SENT
from glimpsed.core.rules.screen import Line, Row, Screen, runs

_TLD = (
    "com|org|net|io|dev|edu|gov|ai|app|co|uk|de|fr|nl|eu|us|ca|au|jp|cn|in|ch|at|it|es|se|no|fi|dk|be|pl|br|info|"
    "me|tv|xyz|cloud|page|so|be|wiki|site|online|tech|example|test|local|internal|localhost"
)
URL = re.compile(
    r"(?:(?:https?|ftp|file|chrome|edge|brave|about|view-source)(?:://|:(?=[a-z]))[^\s\"'<>()\[\]{},]+"
    rf"|(?<![@\w./\\-])(?:[a-z0-9](?:[a-z0-9-]{{0,62}})\.){{1,5}}(?:{_TLD})(?![\w.(-])(?::\d{{2,5}})?(?:/[^\s\"'<>()]*)?"
    r"|(?<![\w.@])(?:localhost|127\.0\.0\.1)(?::\d{2,5})(?:/[^\s\"'<>()]*)?)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^[hbn]\w?[tf]{1,2}p(s?)\s?[:;.]\s?/{1,2}(?=\w)", re.IGNORECASE)
"""The beginning of an address, as it is misread: `bttps;//`."""
_ADDRESS_LEAD = re.compile(r"^(?:not secure|nicht sicher|secure|[^\w/]|[a-z0-9©®](?=\W))*\s*", re.IGNORECASE)
_PROMPTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:\([\w.-]{1,40}\)\s?)?[\w.-]{1,32}@[\w.-]{1,64}\s?:\s?[~/][^$#%]{0,100}[$#%]\s?(?P<command>.*)$",
        r"^\[[\w.-]{1,32}@[\w.-]{1,64}\s[^\]]{1,80}\]\s?[$#]\s?(?P<command>.*)$",
        r"^(?:\([\w.-]{1,40}\)\s?)?[\w.-]{1,32}@[\w.-]{1,64}\s[~\w./-]{1,80}\s?%\s?(?P<command>.*)$",
        r"^(?:\([\w.-]{1,40}\)\s?)?PS\s?[A-Z]:\\[^>]{0,120}>\s?(?P<command>.*)$",
        r"^[A-Z]:\\[^>|]{0,120}>\s?(?P<command>.*)$",
        "^[\u276f\u279cλ]\\s*(?P<command>.*)$",
    )
)
_DOLLAR = re.compile(r"^\$\s(?P<command>[a-z./].*)$")
_CELL = re.compile(r"^[A-Z]{1,3}[1-9]\d{0,5}(?::[A-Z]{1,3}[1-9]\d{0,5})?$")
_NUMBER = re.compile(r"^\d{1,5}$")
_CODE = re.compile(
    r"[{};:)]$|^(?:def|class|import|from|return|if|for|let|const|fn|func|function|public|private|#include|//|#)\b"
)
_BUTTONS = folded(
    "OK|Cancel|Apply|Close|Yes|No|Save|Don't Save|Discard|Discard changes|Reset|Help|Open|Browse...|Continue|"
    "Abort|Ignore|Retry|Accept|Decline|Allow|Deny|Delete|Replace|Replace All|Skip|Next|Back|Finish|Save As|"
    "Export|Print|Insert|Keep Current Format!|Not now|Block|Create|Rename|Install|Select|Add|Confirm|Got it|"
    "Abbrechen|Speichern|Schließen|Annuler|Enregistrer|Fermer|Cancelar|Guardar|Aceptar|Annulla"
)
_DECISIVE = folded(
    "OK|Cancel|Don't Save|Discard|Discard changes|Apply|Abort|Deny|Decline|Yes|"
    "Abbrechen|Annuler|Cancelar|Annulla"
)
_DIALOG_TITLES = folded(
    "Format Cells|Save As|Open File|Save File|Print|Find and Replace|Find & Replace|Preferences|Options|"
    "Properties|Paste Special|Insert Function|Sort|Page Setup|Page Style|Paragraph|Character|Insert Table|"
    "Export Image|Export Image as PNG|Scale Image|New Image|Create a New Image|Hyperlink|Insert Hyperlink|"
    "Save Document?|Save Changes?|Confirm Save As|Unsaved Changes|Authentication Required|Error|Warning|"
    "Question|Keep Current Format?|Function Wizard|Data Validation|Validity|Text Import|Chart Type|"
    "Simple Preferences|Open Media|Convert|Select a folder|Open Folder|Save Workspace|Word Count|Styles"
)
_CLOSE = frozenset("\u00d7xX\u2715\u2716\u2a2f")
_MENU_ITEMS = frozenset(MENU_WEIGHT) | folded(
    "Datei|Bearbeiten|Ansicht|Einfügen|Format|Extras|Werkzeuge|Optionen|Fenster|Hilfe|"
    "Fichier|Édition|Affichage|Insertion|Outils|Fenêtre|Aide|"
    "Archivo|Edición|Editar|Insertar|Formato|Herramientas|Ventana|Ayuda|"
    "Modifica|Visualizza|Inserisci|Strumenti|Finestra|Aiuto|Arquivo|Exibir|Inserir|Ferramentas|Janela|Ajuda|"
    "Ablage|Darstellung|Gehe zu|Lesezeichen|Présentation|Visualización|Vista|"
    "Bestand|Bewerken|Beeld|Weergave|Invoegen|Opmaak|Extra|Venster|"
    "Arkiv|Redigera|Visa|Infoga|Verktyg|Fönster|Hjälp|Fil|Rediger|Vis|Indsæt|Funktioner|Værktøjer|Vindue|Hjælp|"
    "Plik|Edycja|Widok|Wstaw|Narzędzia|Okno|Pomoc|Soubor|Úpravy|Zobrazit|Vložit|Nástroje|Nápověda|"
    "Filer|Oversigt|Formater|Tabel|Anbring|Historik|Bogmærker|Postkasse|Sett inn|Verktøy|Vindu|Hjelp|"
    "Innehåll|Bokmärken|Tiedosto|Arkisto|Muokkaa|Näytä|Näkymä|Muotoile|Muotoilu|Työkalut|Ikkuna|Ohje|"
    "Fájl|Szerkesztés|Nézet|Beszúrás|Eszközök|Ablak|Súgó|Dosya|Düzenle|Görünüm|Araçlar|Pencere|Yard\u0131m|"
    "Fișier|Editare|Vizualizare|Inserare|Instrumente|Fereastră|Ajutor|Файл|Правка|Вставка|Сервис|Справка|"
    "Αρχείο|Επεξεργασία|Προβολή|Εισαγωγή|Εργαλεία|Παράθυρο|Βοήθεια|Súbor|Upraviť|Zobraziť|Vložiť|Pomocník|"
    "Ficheiro|Edição|Visualização|Inserção|Formatação|Archief|Wijzig|Voeg in|Formátum|Datoteka|Uredi|"
    "Uređivanje|Prikaz|Umetni|Oblikovanje|Alati|Prozor|Pomoć|Urejanje|Pogled|Vstavi|Orodja|Pomoč|Formát|Redigeerimine|"
    "Lisamine|Tööriistad|Rediģēt|Palīdzība|Keisti|Rodymas|Įrankiai|Pagalba|Fitxer|Visualitza|Insereix|"
    "Meeting|Réunion|Reunión|Reunião|Riunione|Vergadering|Möte|Møde|Spotkanie"
)
"""Words of menu bars; those in languages of which no application's bar is known tell that it is one."""
_LAST_MENU = shapes(
    "Help|Hilfe|Aide|Ayuda|Aiuto|Ajuda|Hjälp|Hjælp|Hjelp|Pomoc|Nápověda|Ohje|Súgó|Yard\u0131m|Ajutor|Справка|"
    "Βοήθεια|Pomocník|Pomoć|Pomoč|Pagalba|Palīdzība"
)
"""With which menu bars end."""
_MENU_SHAPES = frozenset(map(shape, _MENU_ITEMS)) | shapes("Ver|Voir")
"""The shapes of these, and of some too short to be found in words that run together."""
_MAILBOXES, _INBOX = tuple(map(shapes, MAILBOXES)), shapes(INBOX)
_SENT = shapes(f"{SENT}|{OUTBOX}")
_CHAT_LISTS = tuple(
    (tuple(map(shapes, always)), tuple(map(shapes, others)), least) for always, others, least in CHAT_LISTS
)
_Places = tuple[frozenset[str], ...]
_MANY_MAILBOXES, _COLUMNS = 3, 8
_COUNT = re.compile(r"[\s(\[]*\d{1,6}[)\]]?$")
"""How many are unread, after the name of a place, from which they are perhaps not told: Inkorgen15."""
_PLACE = 40
"""Letters of a line that may be the name of a place, with what is counted after it."""
_SAID = re.compile(r"^\[?\d?\d:\d\d(?::\d\d)?\]? ?<[@+%&~ ]?(?P<who>[\w\[\]{}|^-]{1,30})> ")
_LEVELS = folded("trace|debug|info|notice|warn|warning|error|err|crit|critical|fatal|alert|emerg")
_MANY_SAID, _SPEAKERS = 3, 2
_MIN_MENU = 3
_STRANGE, _OTHERS = 0.5, 0.15
"""What weighs against an application's menu: a word that no known one has, for it may be an item that was
misread; and at least, however common it is, an item that others have."""
_BAR_GAP = 6.0
"""Heights of a line that lie between two items of a bar, at most."""
_LONGEST_MENU = 120
_LONGEST_WORD = 20
_CONSECUTIVE = 5


class Menu(msgspec.Struct, frozen=True):
    """A menu bar: its items, folded, the lines they stand in, and how many other words stand there."""

    items: frozenset[str]
    lines: Row
    strange: int


class Dialog(msgspec.Struct, frozen=True):
    """A dialog in front of a window; `title` and `question` are empty when they could not be told."""

    title: str
    question: str


def find_menus(screen: Screen) -> list[Menu]:
    """Rows that consist of menu items, wherever their window lies."""
    found = []
    for row in screen.rows:
        read = [(line, _segmented(line.folded, _MENU_ITEMS)) for line in row]
        kept = tuple(line for line, items in read if items)
        places = {id(line): at for at, line in enumerate(row)}
        bars = runs(row, _BAR_GAP)
        ends = [end for bar, end in zip(bars, accumulate(map(len, bars)), strict=True) for _ in bar]
        for run in runs(kept, _BAR_GAP):
            items = frozenset(item for line, some in read if line in run for item in some)
            if len(items) >= _MIN_MENU:
                found.append(Menu(items, run, _strange(run, row, places, ends)))
    return found


def _strange(run: Row, row: Row, places: dict[int, int], ends: list[int]) -> int:
    """How many words are among the items of a menu bar, or follow them up to the last menu, and are none."""
    first, end = places[id(run[0])], ends[places[id(run[-1])]]
    until = next((at for at in range(first, end) if shape(row[at].folded) in _LAST_MENU), end)
    own = frozenset(map(id, run))
    return sum(_is_word(line) and id(line) not in own for line in row[first:until])


def _is_word(line: Line) -> bool:
    return len(line.text) > 1 and line.text.replace(" ", "").isalpha()


def is_menu(line: Line) -> bool:
    """Whether a line consists of items of a menu bar, in any language."""
    return bool(_segmented(line.folded, _MENU_ITEMS))


def reads_as_menu(line: Line) -> bool:
    """Whether a line consists of items of a menu bar, or may be one of them, misread."""
    return is_menu(line) or shape(line.folded) in _MENU_SHAPES


def menu_fit(menu: Menu, application: str) -> float:
    """How well a menu bar is that of `application`, 0..1; common items (`File`) say little."""
    expected = MENUS.get(application, frozenset())
    shared = sum(MENU_WEIGHT[item] for item in menu.items & expected)
    others = sum(max(_OTHERS, MENU_WEIGHT.get(item, 0.0)) for item in menu.items - expected)
    weight = shared + others + _STRANGE * menu.strange
    precision = shared / weight if weight else 0.0
    recall = len(menu.items & expected) / max(1, len(expected))
    telling = min(1.0, 0.4 + shared)
    return (0.6 * precision + 0.4 * recall) * telling if len(menu.items & expected) >= _MIN_MENU else 0.0


def is_bars_name(line: Line) -> bool:
    """Whether a line names an application in the bar of the desktop, though it may read as an address.

    That is the very first line: an address stands below tabs, or below a title.
    """
    return line.top <= 1.5 * line.height and in_a_bar(line.text) is not None


def find_address(screen: Screen) -> tuple[Line, str] | None:
    """The line that is a browser's address bar, and the address in it."""
    for row in screen.rows:
        for line in row:
            if not screen.within_top(line, 0.24) or len(line.text) > 300:  # noqa: PLR2004 - bounds the search
                continue
            bare = _SCHEME.sub(r"http\1://", _ADDRESS_LEAD.sub("", line.text))
            match = URL.match(bare)
            alone = match and len(bare) - match.end() <= 3  # noqa: PLR2004 - a star, a reader icon
            if match and alone and not is_bars_name(line):
                return line, match.group().rstrip("/.")
    return None


def find_commands(screen: Screen) -> tuple[int, list[str]]:
    """How many shell prompts there are, and the commands after them, in order. Bare `$` shows no prompt."""
    prompts, commands = 0, []
    for line in screen.lines:
        match = next((m for pattern in _PROMPTS if (m := pattern.match(line.text))), None)
        prompts += match is not None
        match = match or _DOLLAR.match(line.text)
        command = match["command"].strip(" █▌_|[]") if match else ""
        if len(command) > 1:
            commands.append(command)
    return prompts, commands


def has_grid(screen: Screen) -> bool:
    """Column letters in a row, with rows numbered down a side: a spreadsheet."""
    for row in screen.rows:
        letters = [line.text for line in row if len(line.text) == 1 and "A" <= line.text <= "Z"]
        rising = all(0 < ord(b) - ord(a) <= 3 for a, b in pairwise(letters))  # noqa: PLR2004
        if len(letters) >= 4 and rising and letters[0] <= "F":  # noqa: PLR2004 - a few columns
            return len(letters) >= 6 or _numbered(screen)  # noqa: PLR2004 - then they need no rows
    return False


def has_numbered_code(screen: Screen) -> bool:
    """Numbers down the side of lines that look like code."""
    return _numbered(screen) and sum(bool(_CODE.search(line.text)) for line in screen.lines) >= 4  # noqa: PLR2004


def has_mailboxes(screen: Screen, *, sent: bool = False) -> bool:
    """An inbox and two other places where mail lies, one below the other; one of what was sent, if asked for.

    Much else on the web has drafts and a trash.
    """
    short = _short(screen)
    if _listed(short, (_INBOX,), _MAILBOXES) < _MANY_MAILBOXES:
        return False
    return not sent or any(name in _SENT for _, name in short)


def has_chats(screen: Screen) -> bool:
    """Chats, channels or rooms, and other places that their programs have, one below the other."""
    short = _short(screen)
    return any(_listed(short, always, others) >= least for always, others, least in _CHAT_LISTS)


def has_talk(screen: Screen) -> bool:
    """What several people said, as a log shows it that is no program's own: `12:31 <ann> hi`."""
    said = [fold(match["who"]) for line in screen.lines if (match := _SAID.match(line.text))]
    return len(said) >= _MANY_SAID and len(frozenset(said) - _LEVELS) >= _SPEAKERS


def _short(screen: Screen) -> list[tuple[Line, str]]:
    """The lines that may name a place, and what they would name."""
    return [(line, _uncounted(line)) for line in screen.lines if len(line.text) <= _PLACE]


def _listed(short: list[tuple[Line, str]], always: _Places, others: _Places) -> int:
    """How many places are named by whole lines in one column; 0 without all of those `always` there."""
    places = {*always, *others}
    names = frozenset[str]().union(*places)
    found = [(line, name) for line, name in short if name in names]
    columns = [line for line, name in found if name in always[0]][:_COLUMNS]
    return max((_named_below(found, always, places, line) for line in columns), default=0)


def _uncounted(line: Line) -> str:
    """The shape of a line without what is counted after it."""
    counted = line.text[-1] in "0123456789)]"
    return shape(fold(_COUNT.sub("", line.text)) if counted else line.folded)


def _named_below(
    found: list[tuple[Line, str]], always: _Places, places: Collection[frozenset[str]], first: Line
) -> int:
    near = 2 * first.height
    column = {name: line.top for line, name in found if abs(line.left - first.left) <= near}
    if any(names.isdisjoint(column) for names in always):
        return 0
    rows = {round(top / first.height) for top in column.values()}
    return min(len(rows), sum(not names.isdisjoint(column) for names in places))


def find_cell(screen: Screen) -> str:
    """The reference in a spreadsheet's name box, such as `D2` or `D2:D30`; empty if there is none."""
    for line in screen.lines:
        if screen.within_top(line, 0.35) and line.left < 0.2 * screen.width and _CELL.match(line.text):
            return line.text
    return ""


def find_dialog(screen: Screen) -> Dialog | None:
    """A dialog, known by its row of buttons; the lowest such row decides."""
    for row in reversed(screen.rows):
        buttons = [line for line in row if _segmented(line.folded, _BUTTONS)]
        words = {word for line in buttons for word in _segmented(line.folded, _BUTTONS)}
        if len(words) > 1 and words & _DECISIVE and not screen.within_top(row[0], 0.1):
            return Dialog(_dialog_title(screen, buttons), _question(screen, buttons))
    return None


def _dialog_title(screen: Screen, buttons: list[Line]) -> str:
    left, right, top = buttons[0].left, buttons[-1].right, buttons[0].top
    reach = 0.35 * screen.width
    above = [
        row for row in reversed(screen.rows) if row[0].bottom < top and not screen.within_top(row[0], 0.06)
    ]
    for row in reversed(above):
        for line in row:
            if line.folded in _DIALOG_TITLES and left - reach <= line.left <= right:
                return line.text
    corners = ((row[i - 1], row[i]) for row in above for i in range(1, len(row)) if row[i].text in _CLOSE)
    beside = (title for title, close in corners if -close.height <= close.right - right <= reach)
    return next((title.text[:60] for title in beside if len(title.text) > len("xX")), "")


def _question(screen: Screen, buttons: list[Line]) -> str:
    near = (
        line
        for line in screen.lines
        if 0 < buttons[0].top - line.top < 0.3 * screen.height and line.left < buttons[-1].right
    )
    asked = next((line for line in near if line.text.endswith("?") and len(line.text) > 3), None)  # noqa: PLR2004
    if asked is None:
        return ""
    begun = next((line.text for line in screen.lines if _continues(line, asked)), "")
    return f"{begun} {asked.text}".strip()


def _continues(line: Line, below: Line) -> bool:
    """Whether a sentence runs from `line` into the line `below` it."""
    beneath = 0 < below.top - line.top <= 2.2 * line.height and abs(below.left - line.left) <= 2 * line.height
    return beneath and len(line.text) > len(below.text) and line.text[-1] not in ".?!:"


def _numbered(screen: Screen) -> bool:
    """Five or more consecutive numbers below each other, at one side."""
    columns: dict[int, list[Line]] = {}
    for line in screen.lines:
        if _NUMBER.match(line.text):
            for edge in {line.right // 12, line.right // 12 + 1}:
                columns.setdefault(edge, []).append(line)
    return any(_counts_up([int(n.text) for n in sorted(c, key=lambda n: n.top)]) for c in columns.values())


def _counts_up(numbers: list[int]) -> bool:
    steps = [b - a for a, b in pairwise(numbers)]
    return sum(0 < step <= 2 for step in steps) >= max(_CONSECUTIVE, 0.8 * len(steps))  # noqa: PLR2004 - one unread


def _segmented(folded: str, vocabulary: frozenset[str]) -> tuple[str, ...]:
    """Cut a line into words of `vocabulary`, which OCR may have run together; nothing if it holds more."""
    words: list[str] = []
    at = skipped = 0
    while at < len(folded) <= _LONGEST_MENU and skipped <= 1 + len(words) // 4:
        size = next((n for n in range(_LONGEST_WORD, 0, -1) if folded[at : at + n] in vocabulary), 0)
        if size:
            words.append(folded[at : at + size])
        skipped += not size
        at += size or 1
    return tuple(words) if folded and at >= len(folded) and 2 * skipped <= len(folded) - skipped else ()
