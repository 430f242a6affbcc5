"""Paths and addresses: which project a path lies in, and which place an address is.

Rules of this file: pure and total. A project is the first folder of a path that a person named for what is in
it, below those that everybody has. Folders of the system are the machine's, whatever is being done there.
"""

import re
from itertools import pairwise

import msgspec

from glimpsed.core.rules.files import files_in
from glimpsed.core.rules.folding import fold, folded, shape

PATH = re.compile(
    r"(?<![\w:/.~])(?:~|/(?:home|Users|root|srv|opt|var|mnt|media|data|work)\b|[A-Za-z]:)[/\\][^\s'\"<>|$#:;,)\]]+"
)
_PROMPT = re.compile(r"[\w.-]{1,32}@[\w.-]{1,64}\s?:\s?(?P<path>[~/][^\s$#]{0,120})\s?[$#%]")
_SPLIT = re.compile(r"[/\\]+")
_HOME = re.compile(
    r"(?:~|/(?:home|Users)/[^/]+|/root|[A-Za-z]:(?:[/\\]+Users[/\\]+[^/\\]+)?|(?=/))", re.IGNORECASE
)
_OWNING = folded("github.com|gitlab.com|codeberg.org|bitbucket.org")
_CONTAINERS = folded(
    "src|code|projects|project|work|works|repos|repo|git|dev|development|workspace|workspaces|"
    "documents|dokumente|desktop|downloads|documentos|source|go|github|github.com|gitlab.com|"
    "codeberg.org|bitbucket.org|ideaprojects|pycharmprojects|webstormprojects|sites|www|srv|mnt|"
    "media|home|users|opt|var|data|onedrive|dropbox|google drive|nextcloud|clients|customers|kunden|"
    "shared|share|my documents|eigene dateien|local|lib|tmp|etc|usr|log|bin|config|cache"
)
_CONTAINER_SHAPES = frozenset(map(shape, _CONTAINERS))
_SYSTEM = frozenset(map(shape, folded("etc|var|usr|proc|sys|boot|lib|bin|sbin|tmp|run")))
_SERVED = shape(fold("www"))
_FORGES = ("github.", "gitlab.", "codeberg.", "bitbucket.", "gitea.", "git.", "forgejo.")
_NO_OWNERS = frozenset(
    ("features", "topics", "search", "settings", "orgs", "login", "explore", "notifications")
)
_ADDRESS = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?(?P<host>[\w.-]+(?::\d{2,5})?)(?P<path>/[^?#\s]*)?(?:\?(?P<query>[^#\s]*))?",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:^|&)(?:v|id|pid|doc|article|topic|issue|ticket|case)=([^&]+)", re.IGNORECASE)
_KEPT = 4


class Place(msgspec.Struct, frozen=True):
    """Where an address leads: its host, the place on it as one text, and a project if it is a forge's."""

    host: str = ""
    place: str = ""
    project: str = ""


def project_of(path: str) -> str:
    """The project that `path` lies in; empty if no folder tells, or if the path has no root."""
    home = _HOME.match(path)
    if not home:
        return ""
    names = [name for name in _SPLIT.split(path[home.end() :]) if any(map(str.isalnum, name))]
    if names and files_in(names[-1]):
        names.pop()
    shapes = [shape(fold(name)) for name in names]
    if not home.group() and shapes[:1] and shapes[0] in _SYSTEM and shapes[1:2] != [_SERVED]:
        return ""
    for before, name in pairwise(("", *names)):
        if (
            not name.startswith(".")
            and shape(fold(name)) not in _CONTAINER_SHAPES
            and fold(before) not in _OWNING
        ):
            return name
    return ""


def prompts(lines: tuple[str, ...]) -> list[str]:
    """The folders that shell prompts in `lines` stand in, the last one last."""
    return [match["path"] for line in lines if "@" in line for match in _PROMPT.finditer(line[:200])]


def place_of(address: str) -> Place:
    """Where an address leads; empty if it is none."""
    match = _ADDRESS.match(address.strip())
    if not match or ("." not in match["host"] and ":" not in match["host"]):
        return Place()
    host = match["host"].lower()
    steps = [step for step in (match["path"] or "").split("/") if step]
    page = _PAGE.search(match["query"] or "")
    which = f"?{page[1].lower()}" if page else ""
    place = "/".join([host, *(step.lower() for step in steps[:_KEPT])]) + which if steps or which else ""
    forge = any(host.startswith(name) or f".{name}" in f".{host}" for name in _FORGES)
    owned = forge and len(steps) > 1 and steps[0].lower() not in _NO_OWNERS
    return Place(host, place, steps[1].removesuffix(".git") if owned else "")
