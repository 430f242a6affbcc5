"""Things that the text of a screen names: files, addresses, commands, errors, repositories, people's mail.

Rules of this file: pure; only what is written on the screen, mended where OCR is known to err in a way that
has one reading (`.xIsx`). Each text once, the telling kinds first, at most 20 in all.
"""

import re
from collections.abc import Iterable, Iterator

from glimpsed.core.model import Entity, EntityKind
from glimpsed.core.rules.files import file_named, files_in
from glimpsed.core.rules.folding import fold
from glimpsed.core.rules.layout import URL, is_bars_name
from glimpsed.core.rules.screen import Screen

MAX_ENTITIES = 20
MAX_TEXT = 200
_MAX_OF_A_KIND = 6

_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,12}(?![\w@])"
)
_REPOSITORY = re.compile(
    r"(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)[/:]\s?([\w.-]{1,60}/[\w.-]{1,80})",
    re.IGNORECASE,
)
_NO_OWNERS = frozenset(
    ("features", "topics", "search", "settings", "orgs", "about", "login", "explore", "users")
)
_ERROR = re.compile(
    r"(?:^(?!\s*(?:except|raise|catch|class)\b).{0,200}\b[A-Z]\w{2,40}(?:Error|Exception)\s?:(?=[^:])|^\s*(?:E\s+)?(?:error|fatal|panic|failed)\b\s?[:\[]|"
    r"\berror(?:\[E\d+\])?: |\bFAILED\b|command not found|No such file or directory|Permission denied|"
    r"Segmentation fault|Traceback \(most recent|Connection refused|npm ERR!|cannot find module|"
    r"Access is denied|undefined reference|has stopped working|is not responding|crashed)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])")


def find_entities(screen: Screen, document: str, address: str, commands: Iterable[str]) -> tuple[Entity, ...]:
    """At most 20 things, and at most 6 of a kind, in the order of `EntityKind`'s usefulness, each once."""
    own = (line for line in screen.lines if not screen.in_taskbar(line))
    texts = [line.text for line in own if not is_bars_name(line)]
    file = file_named(document)
    named = (name for text in texts for name in files_in(text))
    found: list[tuple[EntityKind, Iterator[str]]] = [
        (EntityKind.FILE, iter([file])) if file else (EntityKind.DOCUMENT, iter([document])),
        (EntityKind.URL, iter([address])),
        (EntityKind.ERROR_MESSAGE, (text for text in texts if _ERROR.search(text) and len(text) > 8)),  # noqa: PLR2004
        (EntityKind.COMMAND, iter(list(dict.fromkeys(commands))[-_MAX_OF_A_KIND:])),
        (EntityKind.FILE, (name for name in named if not file.endswith(f" {name}"))),
        (EntityKind.REPOSITORY, (name for text in texts for name in _repositories(text))),
        (EntityKind.URL, (m.group().rstrip("/.,;:") for text in texts for m in URL.finditer(text))),
        (EntityKind.EMAIL_ADDRESS, (m.group() for text in texts for m in _EMAIL.finditer(text))),
        (EntityKind.DATE, (m.group() for text in texts for m in _DATE.finditer(text))),
    ]
    return _bounded((kind, text) for kind, every in found for text in every)


def first_error(entities: Iterable[Entity]) -> str:
    """The first error among `entities`; empty if there is none."""
    return next((e.text for e in entities if e.kind is EntityKind.ERROR_MESSAGE), "")


def _bounded(candidates: Iterable[tuple[EntityKind, str]]) -> tuple[Entity, ...]:
    kept: dict[str, Entity] = {}
    counts: dict[EntityKind, int] = {}
    for kind, text in candidates:
        text = text.strip()[:MAX_TEXT].strip()  # noqa: PLW2901 - the same text, bounded
        key = fold(text)
        if key and key not in kept and counts.get(kind, 0) < _MAX_OF_A_KIND and len(kept) < MAX_ENTITIES:
            kept[key] = Entity(kind, text)
            counts[kind] = counts.get(kind, 0) + 1
    return tuple(kept.values())


def _repositories(text: str) -> Iterator[str]:
    for match in _REPOSITORY.finditer(text):
        name = match[1].removesuffix(".git").rstrip(".")
        if name.partition("/")[0].lower() not in _NO_OWNERS:
            yield name
