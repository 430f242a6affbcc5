"""Things that the text of a screen names: files, addresses, commands, errors, repositories, people's mail.

Rules of this file: pure; only what is written on the screen, mended where OCR is known to err in a way that
has one reading (`.xIsx`). Each text once, the telling kinds first, at most 20 in all.
"""

import re
from collections.abc import Iterable, Iterator

from glimpsed.core.model import Entity, EntityKind
from glimpsed.core.rules.folding import fold
from glimpsed.core.rules.layout import URL
from glimpsed.core.rules.screen import Screen

MAX_ENTITIES = 20
MAX_TEXT = 200
_MAX_OF_A_KIND = 6

_LISTED = (
    "py|pyi|ipynb|js|mjs|cjs|jsx|ts|tsx|vue|svelte|html|htm|css|scss|less|json|jsonl|yaml|yml|toml|"
    "ini|cfg|conf|env|lock|md|rst|txt|log|csv|tsv|xml|sql|db|sqlite|sh|bash|zsh|fish|ps1|bat|cmd|c|h|"
    "cc|cpp|hpp|cxx|rs|go|java|kt|kts|scala|rb|php|pl|lua|r|jl|swift|m|dart|ex|exs|erl|hs|clj|lisp|"
    "el|vim|tex|bib|odt|ods|odp|odg|odb|doc|docx|xls|xlsx|xlsm|ppt|pptx|pdf|epub|rtf|png|jpg|jpeg|"
    "gif|svg|webp|bmp|tif|tiff|xcf|psd|ai|kra|blend|ico|mp3|mp4|mkv|avi|mov|webm|wav|flac|ogg|zip|"
    "tar|gz|bz2|xz|7z|rar|deb|rpm|exe|msi|dll|so|whl|jar|apk|iso|img|gguf|proto|tf|diff|patch"
)
_EXTENSIONS = tuple(_LISTED.split("|"))
_SPELLED = {fold(ext): ext for ext in reversed(_EXTENSIONS)}
_FILE = re.compile(
    r"(?<![\w@./\\~-])(?P<stem>(?:[A-Za-z]:\\|~?/|\.{1,2}/)?(?:[\w.+-]+[/\\])*[\w+-][\w.+-]*)\.(?P<ext>[A-Za-z][\w|]{0,5})"
    r"(?![\w(/\\]|\.\w)"
)
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


def mended(text: str) -> str:
    """Spell known file extensions right where OCR took one letter for its twin (`xIsx`, `htm1`)."""
    return _FILE.sub(lambda m: f"{m['stem']}.{_extension(m['ext']) or m['ext']}", text)


def files_in(text: str) -> list[str]:
    """File names and paths in `text` that have a known extension."""
    return [f"{m['stem']}.{ext}" for m in _FILE.finditer(text) if (ext := _extension(m["ext"]))]


def find_entities(screen: Screen, document: str, address: str, commands: Iterable[str]) -> tuple[Entity, ...]:
    """At most 20 things, and at most 6 of a kind, in the order of `EntityKind`'s usefulness, each once."""
    texts = [line.text for line in screen.lines if not screen.in_taskbar(line)]
    document_kind = EntityKind.FILE if files_in(document) else EntityKind.DOCUMENT
    found: list[tuple[EntityKind, Iterator[str]]] = [
        (document_kind, iter(files_in(document) or [document])),
        (EntityKind.URL, iter([address])),
        (EntityKind.ERROR_MESSAGE, (text for text in texts if _ERROR.search(text) and len(text) > 8)),  # noqa: PLR2004
        (EntityKind.COMMAND, iter(list(dict.fromkeys(commands))[-_MAX_OF_A_KIND:])),
        (EntityKind.FILE, (name for text in texts for name in files_in(text))),
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


def _extension(read: str) -> str | None:
    if read.lower() in _EXTENSIONS:
        return read
    return _SPELLED.get(fold(read)) if len(read) > 2 else None  # noqa: PLR2004 - too short to mend


def _repositories(text: str) -> Iterator[str]:
    for match in _REPOSITORY.finditer(text):
        name = match[1].removesuffix(".git").rstrip(".")
        if name.partition("/")[0].lower() not in _NO_OWNERS:
            yield name
