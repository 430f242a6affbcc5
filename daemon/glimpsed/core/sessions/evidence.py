"""What was really seen in a session, and whether something that is said of it was.

Rules of this file: pure and total. Text is compared as two readings of one screen agree on it: folded, and
with one wrong character in eight where a name is long enough for that, but no other digit.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from glimpsed.core.model import Activity
from glimpsed.core.rules.folding import alike, fold
from glimpsed.core.sessions.claims import forms, seen_of, telling_words
from glimpsed.core.sessions.identity import label
from glimpsed.core.sessions.material import clock
from glimpsed.core.sessions.model import Sighting, Workflow
from glimpsed.core.sessions.outline import workflow_of
from glimpsed.core.sessions.settings import COUNTED_MS, DAY_MS, MINUTE_MS

_WHOLE_WORDS = 3
"""Letters and digits of a name that may be part of any word, so that it must be one by itself."""

_FUZZY = 8
"""Letters and digits of a name of which one may be misread."""

_NEAR = 64
_LONGEST = 120
_DIGITS = frozenset("23456789")  # but for those that letters look like


class Evidence:
    """The sightings of a session, or of a part of it, to be asked about; they are in order."""

    def __init__(self, sightings: Sequence[Sighting], *, end_ms: int = 0, active_ms: int = 0) -> None:
        """It ends at `end_ms`, or a minute after the last sighting; `active_ms` is the presence in it."""
        self.start_ms = sightings[0].at_ms if sightings else 0
        self.end_ms = max(end_ms, sightings[-1].at_ms + COUNTED_MS if sightings else 0)
        self._times = [seen.at_ms for seen in sightings]
        self._shifts = [seen.offset_s for seen in sightings]
        self._workflows = Counter(workflow_of(label(seen)) for seen in sightings)
        self._spans = {self.end_ms - self.start_ms, active_ms} - {0}
        texts: set[str] = set()
        names: dict[str, set[str]] = {"applications": set(), "documents": set(), "projects": set()}
        spent: dict[tuple[str, str], int] = defaultdict(int)
        for seen, after in zip_longest(sightings, sightings[1:]):
            its = label(seen)
            texts.update(seen.text)
            texts.update(
                (seen.application, its.application, seen.window_title, its.document, its.project, seen.task)
            )
            texts.update(entity.text for entity in seen.entities)
            lasts = COUNTED_MS if after is None else min(COUNTED_MS, after.at_ms - seen.at_ms)
            told = (("applications", its.application), ("documents", its.document), ("projects", its.project))
            for kind, name in told:
                if name:
                    names[kind].add(fold(name))
                    spent[kind, fold(name)] += lasts
            if seen.activity is not Activity.UNKNOWN:
                spent["activity", seen.activity] += lasts
        self.counts = {kind: len(found) for kind, found in names.items()}
        self._spans |= set(spent.values())
        self._index(texts)

    def _index(self, texts: Iterable[str]) -> None:
        folded = {text: fold(text) for text in texts}
        self._text = "\n".join(sorted(set(folded.values())))
        words = {fold(word) for text in texts for word in text.split()}
        units = words | {key for key in folded.values() if len(key) <= _LONGEST}
        self._words = words | units
        self._forms = forms(texts)
        self._edges: dict[str, list[str]] = defaultdict(list)
        for unit in sorted(units):
            if len(unit) >= _FUZZY:
                self._edges["^" + unit[:3]].append(unit)
                self._edges["$" + unit[-3:]].append(unit)

    def has(self, name: str) -> bool:
        """Whether a name was seen."""
        key = fold(name)
        if len(key) <= _WHOLE_WORDS:
            return not key or key in self._words
        if key in self._text:
            return True
        if len(key) < _FUZZY:
            return False
        begins, ends = (self._edges.get(edge, []) for edge in ("^" + key[:3], "$" + key[-3:]))
        digits = [char for char in key if char in _DIGITS]
        return any(
            [char for char in unit if char in _DIGITS] == digits and alike(key, unit)
            for unit in (*begins[:_NEAR], *ends[:_NEAR])
        )

    def has_number(self, number: str) -> bool:
        """Whether a number stands on a screen, with other signs between its digits or without."""
        return fold(number) in self._words or f"\n{fold(number)}\n" in f"\n{self._text}\n"

    def has_span(self, ms: int) -> bool:
        """Whether something lasted about so long: the session, or what was in front in it."""
        return any(abs(span - ms) <= max(2 * MINUTE_MS, 0.15 * span) for span in self._spans)

    def has_count(self, count: int, kind: str) -> bool:
        """Whether there were about so many of a kind; of a kind that nobody counted, any number is wrong."""
        known = self.counts.get(kind)
        return known is not None and abs(known - count) <= max(1, known // 5)

    def may_be(self, kind: Workflow) -> bool:
        """Whether it may have been work of a kind: where most screens tell theirs, one of them is of it."""
        told = self._workflows.total() - self._workflows[None]
        return kind is Workflow.MIXED or kind in self._workflows or 2 * told < self._workflows.total()

    def is_about(self, claim: str, *, names: int = 0) -> bool:
        """Whether at least half of the words that tell what a claim is about were seen, in some form.

        One is needed; as such count the `names` of it that were seen and are not among its words any more.
        """
        words = telling_words(claim)
        known = names + sum(1 for _ in seen_of(words, self._forms))
        return known > 0 and 2 * known >= names + len(words)

    def may_be_about(self, kind: str) -> bool:
        """Whether a kind of work may have been done: one of its words was seen, or it has hardly any."""
        words = telling_words(kind)
        return len(words) < 3 or any(seen_of(words, self._forms))  # noqa: PLR2004

    def at(self, said: str) -> int | None:
        """When the clock on the wall showed `HH:MM`, the minute's beginning; None if it never did.

        Where it did twice, as in a night when clocks are set back, the first time.
        """
        hours, minutes = said.split(":")[:2]
        day_ms = (int(hours) * 60 + int(minutes)) * MINUTE_MS
        found = []
        for offset_s in dict.fromkeys(self._shifts):
            first = self.start_ms + offset_s * 1000
            at = first - first % DAY_MS + day_ms - offset_s * 1000
            while at < self.start_ms - 2 * MINUTE_MS + 1:
                at += DAY_MS
            if at <= self.end_ms + MINUTE_MS:
                found.append(at)
        return min(found, default=None)

    def clock(self, ms: int) -> str:
        """What the clock on the wall showed then."""
        index = bisect_right(self._times, ms) - 1
        return clock(ms, self._shifts[max(index, 0)] if self._shifts else 0)
