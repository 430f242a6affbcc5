"""What a model is given of a session: looks at windows, and the text that newly appeared in each.

Rules of this file: pure and total. Only what changed is material: a screen that shows what its window showed
when it was last seen adds nothing but time, and nobody's absence is in it. Lines are cleaned and still to be
quoted. Nothing is left out silently: what does not fit says that it was shortened.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from glimpsed.core.model import Activity, EntityKind, Rung
from glimpsed.core.roles.excerpt import LINE_CHARS, one_line
from glimpsed.core.rules.folding import alike, fold
from glimpsed.core.sessions.identity import Label, label
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.settings import COUNTED_MS, DAY_MS, MINUTE_MS

INDENT = "  "
"""Before a line that belongs to a look. What is on a screen begins with no space, and cannot pass for one."""

_LEAST = 3
"""Letters and digits of a line that may say something."""

_COMPARED = 16
"""Lines of a beginning or an end that a new one is compared with, where a screen has many alike."""

_OF_A_MODEL = (Rung.VISION, Rung.REUSED)


class Entry(msgspec.Struct, frozen=True):
    """A look at one window, or a note on a part of the session: `lines` of material, the head first.

    `change`: what is new against the entry before it, 2 another application, 1 another document, 0 neither.
    `name` is unlike all others.
    """

    name: str
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    change: int = 0


def clock(ms: int, offset_s: int) -> str:
    """The time of day on the wall: `09:05`."""
    minutes = (ms + offset_s * 1000) % DAY_MS // MINUTE_MS
    return f"{minutes // 60:02}:{minutes % 60:02}"


def entries(sightings: Sequence[Sighting]) -> list[Entry]:
    """The looks of a session; `sightings` are in order."""
    looks: list[_Look] = []
    last: dict[tuple[str, str, str], _Lines] = {}
    for seen in sightings:
        if seen.activity is Activity.IDLE or not (seen.text or seen.application or seen.window_title):
            continue
        its = label(seen)
        window = (seen.source, fold(its.application), fold(its.document))
        text = _Lines(seen.text)
        new = text.without(last.get(window))
        last[window] = text
        if looks and looks[-1].window == window and not new:
            looks[-1].until = seen.at_ms
            continue
        looks.append(_Look(seen, its, window, new, seen.at_ms))
    found = []
    for before, look, after in zip([None, *looks], looks, [*looks[1:], None], strict=False):
        end_ms = look.until + COUNTED_MS
        found.append(look.entry(before, end_ms if after is None else min(end_ms, after.seen.at_ms)))
    return found


def shortened(entry: Entry, tokens: Sequence[int], most: int) -> Entry:
    """An entry of `most` tokens at most; `tokens` are those of its lines.

    The last lines go, and it says so.
    """
    room = most - _MARK_TOKENS
    kept = 0
    while kept < len(tokens) and tokens[kept] <= room:
        room -= tokens[kept]
        kept += 1
    left_out = len(entry.lines) - kept
    if not left_out:
        return entry
    mark = f"{INDENT}(shortened: {left_out} more lines did not fit)"
    return msgspec.structs.replace(entry, lines=(*entry.lines[:kept], mark))


_MARK_TOKENS = 32
"""More than the mark of a shortened entry takes."""


class _Look(msgspec.Struct):
    seen: Sighting
    label: Label
    window: tuple[str, str, str]
    new: list[str]
    until: int

    def entry(self, before: "_Look | None", end_ms: int) -> Entry:
        seen = self.seen
        times = f"[{clock(seen.at_ms, seen.offset_s)}-{clock(end_ms, seen.offset_s)}]"
        lines = [" ".join((times, "; ".join(self._facts()))).strip()]
        lines += [INDENT + piece for line in self.new for piece in _wrapped(line)]
        return Entry(seen.shot, seen.at_ms, end_ms, tuple(lines), self._change(before))

    def _facts(self) -> Iterator[str]:
        seen, its = self.seen, self.label
        address = next((e.text for e in seen.entities if e.kind is EntityKind.URL), "")
        title = one_line(seen.window_title, LINE_CHARS)
        document = "" if fold(its.document) in fold(title) else its.document
        shown = seen.task if seen.rung in _OF_A_MODEL else ""
        names = ("", "title: ", "document: ", "project: ", "address: ", "shows: ")
        for name, said in zip(
            names, (its.application, title, document, its.project, address, shown), strict=True
        ):
            if fact := one_line(said, LINE_CHARS):
                yield name + fact

    def _change(self, before: "_Look | None") -> int:
        if before is None or before.window[1] != self.window[1]:
            return 2
        return int(before.window[2] != self.window[2])


class _Lines:
    """The lines of a screen, and what they are looked up by."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._folded: dict[str, str] = {}
        self._near: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            key = fold(line)
            if len(key) >= _LEAST and key not in self._folded:
                self._folded[key] = line
                self._near["^" + key[:3]].append(key)
                self._near["$" + key[-3:]].append(key)

    def without(self, before: "_Lines | None") -> list[str]:
        """The lines of this one that `before` has not, nor a misread one like it."""
        return [line for key, line in self._folded.items() if before is None or not before.has(key, line)]

    def has(self, key: str, line: str) -> bool:
        """Whether it has a line or a misread one; where a figure is another, the line is."""
        if key in self._folded:
            return True
        begins, ends = (self._near.get(edge, []) for edge in ("^" + key[:3], "$" + key[-3:]))
        digits = _digits(line)
        return any(
            _digits(self._folded[other]) == digits and alike(key, other)
            for other in (*begins[:_COMPARED], *ends[:_COMPARED])
        )


def _digits(line: str) -> list[str]:
    return [char for char in line if char.isdigit()]


def _wrapped(line: str) -> Iterator[str]:
    """A line in pieces of at most `LINE_CHARS` characters."""
    clean = one_line(line, len(line))
    cuts = [*range(0, len(clean), LINE_CHARS), len(clean)]
    yield from (clean[a:b] for a, b in pairwise(cuts))
