"""Window titles: what of them stays the same while a person does the same thing.

Rules of this file: pure and total. Counters, clocks, progress, spinners, marks of unsaved work, and the names
of applications and profiles are dropped; what is left is the document, and the project where a title has one.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.files import files_in, mended
from glimpsed.core.rules.folding import fold, folded
from glimpsed.core.rules.index import MORE_PAGES, TITLES, named, site_called
from glimpsed.core.rules.known import Application
from glimpsed.core.sessions.places import PATH, project_of

_LONGEST = 300
_CUT_SHORT, _LOST = 5, 5
"""Letters that are left of an application's name at the end of a title, and those that are lost, at most."""
_DROPPED = re.compile(
    r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\ue000-\uf8ff\u2800-\u28ff]"  # invisible; braille spinners
    r"|[(\[]\s*(?:\d{1,5}\+?|[*●•])\s*[)\]](?=\s|$)"  # (3), [12]
    r"|\b\d{1,4}\+?\s(?:new|unread|neue?|ungelesene?|nouveaux?|non\slus?)\b(?:\s(?:items?|messages?|notifications?|mails?))?"
    r"|\s@\s?\d{1,5}(?:[.,]\d+)?\s?%.{0,60}$"  # how large a picture is shown, and in what colours
    r"|\s(?:al?|bei|\u00e0|en|em|p\u00e5|bij|w)\s\d{1,5}(?:[.,]\d+)?\s?%\s\(.{0,60}$"
    r"|\b\d{1,3}(?:[.,]\d+)?\s?%(?!\w)|\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?\b"
    r"|\b\d{2,4}[x\u00d7]\d{2,4}(?=\s*(?:$|[-\u2013\u2014|)\]]))"  # of a terminal or a picture
    r"|\b(?:page|slide|seite|folie)\s\d+(?:\s(?:of|von|/)\s\d+)?"
    r"|[\[(](?:administrator|admin|read-only|schreibgesch\u00fctzt|modified|unsaved|saved|private browsing|"
    r"incognito|inprivate|workspace|not responding|"
    r"keine r\u00fcckmeldung|ssh:[^\])]*|wsl:[^\])]*|dev container[^\])]*)[\])]",
    re.IGNORECASE,
)
_EDGES = " \t*●•○◦✱✳✶✻✽✢◐◓◑◒◴◷◶◵…!+~-—\u2013|·:"
_CUT = re.compile(r"\s+[-~]{1,2}\s+|\s*[—\u2013|·•]+\s*|\s+-{1,2}(?=\w)|(?<=\w)-{1,2}\s+")
_HELD_WITHIN = re.compile(r"^\[([^\[\]]*?)[\s*]*\]$")
"""A window within a window: `SOLIDWORKS - [bracket.SLDPRT *]`."""
_SHELL = re.compile(r"^(?P<who>[\w.-]{1,32}@[\w.-]{1,64})\s?:\s?(?P<path>[~/][^$#]{0,160})$")
_HELD = re.compile(r"^(?P<file>.{1,120}?)\s\((?P<folder>[^()]{1,120})\)$")
_NOISE = folded(
    "saved|edited|unsaved|autosaved|saved to this pc|personal|work|privat|profile 1|profile 2|default|"
    "compatibility mode|protected view|read only|last edit was seconds ago|channel|dm|zsh|bash|fish|sh"
)
_STATES = folded(
    "saved to my mac|auf meinem mac gespeichert|enregistré sur mon mac|guardado en mi mac|salvato nel mac|"
    "salvato sul mac|guardado no meu mac|opgeslagen op mijn mac|gespeichert|bearbeitet|enregistré|modifié|"
    "guardado|editado|salvato|modificato|opgeslagen|bewerkt|gemt|sparat|redigerad|lagret|zapisano|tallennettu"
)
"""What is said of a document after its name."""
_PROFILES = folded(
    "geschäftlich|persönlich|professionnel|travail|trabajo|lavoro|pessoal|trabalho|persoonlijk|werk|jobbet|"
    "arbete|arbejde|personligt|jobb|työ|osobiste|kişisel"
)
"""What a browser's profiles are called, right before its own name."""
_BLANK = folded(
    "new tab|neuer tab|nouvel onglet|start page|home|startseite|untitled|unbenannt|untitled 1|welcome|blank|"
    "about:blank|loading|desktop|search|settings|inbox|posteingang|google|document1|book1|"
    "presentation1|new document"
)


class Title(msgspec.Struct, frozen=True):
    """A window's title without what changes: `document` as shown; project and application if it names them.

    `subject` is the document without the last part of several in a browser, where sites put their names.
    """

    document: str = ""
    project: str = ""
    application: str = ""
    subject: str = ""
    kind: Kind = Kind.UNKNOWN


@lru_cache(maxsize=8192)
def normalised(title: str, kind: Kind) -> Title:
    """What `title` says of a window of this kind; a kind that is unknown is taken from the title."""
    text = _DROPPED.sub(" ", MORE_PAGES.sub("", mended(title[:_LONGEST])))
    text = " ".join(text.split()).strip(_EDGES)
    if shell := _SHELL.match(text):
        return Title(project=project_of(shell["path"]), kind=Kind.TERMINAL)
    names, parts = [], []
    every = [part for each in _CUT.split(text) if (part := each.strip(_EDGES))]
    for index, part in enumerate(every):
        if app := named(part) or (_cut_short(part, kind) if index and index == len(every) - 1 else None):
            names.append(app)
        elif fold(part) not in _NOISE | _said_at(every, index, kind) and site_called(part) is None:
            parts.append(_HELD_WITHIN.sub(r"\1", part))
    app = names[-1] if names else None
    kind = app.kind if app and kind is Kind.UNKNOWN else kind
    document, project = _read(parts, kind)
    subject = " ".join(parts[:-1]) if kind is Kind.WEB_BROWSER and len(parts) > 1 else document
    return Title(document, project, app.name if app else "", subject, kind)


def _said_at(parts: Sequence[str], index: int, kind: Kind) -> frozenset[str]:
    """What at this place is no name: a state after a document, a profile before the browser.

    Editors have the names of projects there.
    """
    if not index or kind is Kind.CODE_EDITOR:
        return frozenset()
    after = named(parts[index + 1]) if index + 2 == len(parts) else None
    return _STATES | _PROFILES if after and after.kind is Kind.WEB_BROWSER else _STATES


def _cut_short(part: str, kind: Kind) -> Application | None:
    """The one application of this kind of whose name the last letters are missing, as tabs show it."""
    read = fold(part)
    if len(read) < _CUT_SHORT:
        return None
    longer = (app for name, app in TITLES.items() if name.startswith(read) and len(name) - len(read) <= _LOST)
    found = {app.name: app for app in longer if app.kind is kind}
    return next(iter(found.values())) if len(found) == 1 else None


def is_blank(document: str) -> bool:
    """Whether a document's name says nothing: any window may have it."""
    return not fold(document) or fold(document) in _BLANK


def _read(parts: list[str], kind: Kind) -> tuple[str, str]:
    """Document and project among the parts of a title."""
    inside = next((project_of(m.group()) for part in parts if (m := PATH.search(part))), "")
    held = _HELD.match(parts[0]) if parts else None
    if held and files_in(held["file"]):
        return held["file"], inside or held["folder"].rstrip("/").rpartition("/")[2]
    if kind is Kind.TERMINAL:
        return "", inside
    if kind is not Kind.CODE_EDITOR:
        return " - ".join(parts), inside
    files = [part for part in parts if files_in(part)]
    others = [part for part in parts if part not in files and not is_blank(part)]
    return (files or parts or [""])[0], inside or (others[-1] if others and len(parts) > 1 else "")
