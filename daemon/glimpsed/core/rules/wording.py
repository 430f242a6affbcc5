"""Activity, task and summary in plain words, from what was found on the screen.

Rules of this file: pure; nothing is said that is not visible, nobody is supposed to be behind it, and every
text is one line of bounded length.
"""

from glimpsed.core.model import Activity
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.files import file_named, files_in
from glimpsed.core.rules.folding import fold, folded
from glimpsed.core.rules.index import LABELS
from glimpsed.core.rules.layout import Dialog, has_mailboxes
from glimpsed.core.rules.recognise import Sighting
from glimpsed.core.rules.screen import Line, Screen

MAX_TASK = 200
MAX_SUMMARY = 400
_QUOTED = 70
_BODY = (0.18, 0.88)
"""Between title, menu and tool bars above and status bar and tabs below."""

_ACTIVITY: dict[Kind, Activity] = {
    Kind.CODE_EDITOR: Activity.CODING,
    Kind.TERMINAL: Activity.RUNNING_COMMANDS,
    Kind.WEB_BROWSER: Activity.READING,
    Kind.SPREADSHEET: Activity.DATA_ANALYSIS,
    Kind.WORD_PROCESSOR: Activity.WRITING,
    Kind.PRESENTATION: Activity.WRITING,
    Kind.EMAIL: Activity.COMMUNICATION,
    Kind.CHAT: Activity.COMMUNICATION,
    Kind.VIDEO_CONFERENCE: Activity.MEETING,
    Kind.CALENDAR: Activity.PLANNING,
    Kind.NOTES: Activity.WRITING,
    Kind.PROJECT_MANAGEMENT: Activity.PLANNING,
    Kind.FILE_MANAGER: Activity.FILE_MANAGEMENT,
    Kind.DOCUMENT_VIEWER: Activity.READING,
    Kind.IMAGE_EDITOR: Activity.DESIGNING,
    Kind.DESIGN: Activity.DESIGNING,
    Kind.MEDIA_PLAYER: Activity.WATCHING,
    Kind.DATABASE_CLIENT: Activity.DATA_ANALYSIS,
    Kind.SETTINGS: Activity.CONFIGURATION,
    Kind.SYSTEM: Activity.ADMINISTRATION,
    Kind.OTHER: Activity.OTHER,
    Kind.UNKNOWN: Activity.UNKNOWN,
}
_PROSE = frozenset({"txt", "md", "markdown", "rst", "adoc", "org", "tex", "odt", "rtf", "doc", "docx"})
_DEBUGGING = folded("Traceback (most recent call last)|CALL STACK|Paused on breakpoint")
_REVIEW = folded("Files changed|Review changes|Merge request|Pull request")
_PREFERENCES = folded("Search settings|Setting Found|Settings Found|Commonly Used")

_TASK: dict[Activity, tuple[str, str]] = {
    Activity.CODING: ("Editing {}", "Editing code"),
    Activity.DEBUGGING: ("Debugging {}", "Debugging"),
    Activity.CODE_REVIEW: ("Reviewing {}", "Reviewing code"),
    Activity.RUNNING_COMMANDS: ("Running {}", "Working at a command line"),
    Activity.READING: ("Reading {}", "Reading"),
    Activity.RESEARCH: ("Looking up {}", "Looking something up"),
    Activity.WRITING: ("Writing {}", "Writing"),
    Activity.DATA_ANALYSIS: ("Working on {}", "Working on data"),
    Activity.COMMUNICATION: ("Messages: {}", "Reading and writing messages"),
    Activity.MEETING: ("Meeting: {}", "In a meeting"),
    Activity.PLANNING: ("Planning: {}", "Planning"),
    Activity.PRESENTING: ("Presenting {}", "Presenting"),
    Activity.DESIGNING: ("Working on {}", "Working on a picture"),
    Activity.WATCHING: ("Playing {}", "Watching or listening"),
    Activity.FILE_MANAGEMENT: ("Browsing files in {}", "Browsing files"),
    Activity.CONFIGURATION: ("Changing settings: {}", "Changing settings"),
    Activity.ADMINISTRATION: ("Looking after the system: {}", "Looking after the system"),
}


def activity_of(screen: Screen, sighting: Sighting) -> Activity:
    """What is being done, by the kind of application and a few telling words on the screen."""
    kind = sighting.application.kind
    if kind is Kind.SYSTEM and sighting.application.name == "Desktop":
        return Activity.IDLE
    if kind in (Kind.CODE_EDITOR, Kind.WEB_BROWSER) and any(p in screen.blob for p in _PREFERENCES):
        return Activity.CONFIGURATION
    if kind in (Kind.CODE_EDITOR, Kind.TERMINAL) and any(p in screen.blob for p in _DEBUGGING):
        return Activity.DEBUGGING
    reviewing = "/pull/" in sighting.address or "/merge_requests/" in sighting.address
    if reviewing or (kind is Kind.WEB_BROWSER and sum(p in screen.blob for p in _REVIEW) > 1):
        return Activity.CODE_REVIEW
    if kind in (Kind.CODE_EDITOR, Kind.NOTES) and (files := files_in(sighting.document)):
        # A plain editor holds a shopping list today and a script tomorrow: the file's name says which.
        return Activity.WRITING if files[0].rpartition(".")[2].lower() in _PROSE else Activity.CODING
    page = kind is Kind.WEB_BROWSER
    return _on_a_page(screen, sighting) if page else sighting.application.activity or _ACTIVITY[kind]


def _on_a_page(screen: Screen, sighting: Sighting) -> Activity:
    """What is done on a page of a site, or of no known one, by what it lists."""
    if sighting.site:
        return sighting.site.activity
    return Activity.COMMUNICATION if has_mailboxes(screen, sent=True) else Activity.READING


def document_of(screen: Screen, sighting: Sighting, activity: Activity) -> str:
    """The file, page or conversation in front: from the title, else the file that tabs and paths repeat."""
    if sighting.document:
        named = file_named(sighting.document) if sighting.application.kind is not Kind.WEB_BROWSER else ""
        return named or sighting.document
    if sighting.application.kind is not Kind.CODE_EDITOR or activity is Activity.CONFIGURATION:
        return ""
    heads = [line.text for line in screen.lines if screen.within_top(line, 0.2)]
    names = [name.replace("\\", "/").rpartition("/")[2] for text in heads for name in files_in(text)]
    return max(names, key=names.count, default="")


def task_of(activity: Activity, sighting: Sighting, document: str, cell: str, dialog: Dialog | None) -> str:
    """One line: what is being done, to what, in which application; a dialog in front comes first."""
    command = sighting.commands[-1] if sighting.commands else ""
    subject = command if activity is Activity.RUNNING_COMMANDS else document or sighting.address
    about, alone = _TASK.get(activity, ("{}", ""))
    task = about.format(_short(subject, 110)) if subject else alone
    if cell and activity is Activity.DATA_ANALYSIS:
        task += f", {_cells(cell)}"
    name = sighting.application.name
    if task and name:
        task += f" in {name}"
    task = task or name
    if dialog:
        words = _dialog_words(dialog).removeprefix("a ")
        task = f"{words[0].upper()}{words[1:]}: {task}"
    return _short(task.strip(": "), MAX_TASK)


def summary_of(
    screen: Screen, sighting: Sighting, *, document: str, cell: str, dialog: Dialog | None, error: str
) -> str:
    """One sentence: application, document, what is in front, and a few words as they stand on the screen."""
    app = sighting.application
    kind = "" if app.kind is Kind.UNKNOWN else app.kind.value.replace("_", " ").capitalize()
    clauses = [(app.name or kind or "A window") + (f" with {_short(document, 100)}" if document else "")]
    if sighting.site and sighting.site.name != app.name:
        clauses.append(f"on {sighting.site.name}")
    if cell:
        clauses.append(f"{_cells(cell)} selected")
    if dialog:
        clauses.append(f"{_dialog_words(dialog)} in front")
    if error:
        clauses.append(f"an error reading “{_short(error, _QUOTED)}”")
    elif app.kind is Kind.TERMINAL and sighting.commands:
        clauses.append(f"last command “{_short(sighting.commands[-1], _QUOTED)}”")
    if words := _salient(screen, app.name, document):
        clauses.append("showing " + ", ".join(f"“{_short(word, _QUOTED)}”" for word in words))
    return _short(", ".join(clauses), MAX_SUMMARY - 1) + "."


def _cells(reference: str) -> str:
    return f"cells {reference}" if ":" in reference else f"cell {reference}"


def _dialog_words(dialog: Dialog) -> str:
    if dialog.title:
        return f"{_short(dialog.title, 60)} dialog"
    return f"a dialog “{_short(dialog.question, _QUOTED)}”" if dialog.question else "a dialog"


def _salient(screen: Screen, application: str, document: str) -> list[str]:
    """Up to three of the largest texts in the body of the window, in reading order; no buttons, no bars."""
    body = [line for line in screen.lines if _BODY[0] < line.middle / screen.height < _BODY[1]]
    furniture = LABELS.get(application, frozenset())
    telling = [
        n for n in body if _is_telling(n) and n.folded not in fold(document) and n.folded not in furniture
    ]
    distinct = {line.folded: line for line in reversed(telling)}
    largest = sorted(distinct.values(), key=lambda line: (-(line.height // 4), line.top, line.left))[:3]
    return [line.text for line in sorted(largest, key=lambda line: (line.top, line.left))]


def _is_telling(line: Line) -> bool:
    return len(line.text) > 4 and sum(c.isalpha() for c in line.text) > 0.6 * len(line.text)  # noqa: PLR2004


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
