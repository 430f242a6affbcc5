"""Which folders are watched, and which of them are really one.

Rules of this file: folders are compared by what they really are, links followed; nothing is opened.
"""

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from glimpsed.config.settings import FolderConfig

SAME, INSIDE = "is the same folder as", "lies inside"


def overlaps(sources: Mapping[str, FolderConfig]) -> Iterator[tuple[str, str, str]]:
    """Sources whose files another one sees, too: the name, `SAME` or `INSIDE`, the other's name."""
    real = {name: Path(os.path.realpath(folder.path)) for name, folder in sources.items()}
    for one, two in itertools.combinations(sources, 2):
        if real[one] == real[two]:
            yield two, SAME, one
        elif sources[one].recursive and real[two].is_relative_to(real[one]):
            yield two, INSIDE, one
        elif sources[two].recursive and real[one].is_relative_to(real[two]):
            yield one, INSIDE, two


def named(folders: Sequence[Path]) -> dict[str, FolderConfig]:
    """Sources that are named as their folders; one that is given twice is one."""
    distinct: dict[str, Path] = {}
    for folder in folders:
        distinct.setdefault(os.path.realpath(folder.expanduser()), folder.expanduser())
    sources: dict[str, FolderConfig] = {}
    for folder in distinct.values():
        path = Path(os.path.normpath(folder.absolute()))
        stem = os.fsencode(path.name).decode("utf-8", "replace") or "root"
        names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
        sources[next(name for name in names if name not in sources)] = FolderConfig(path=path)
    return sources
