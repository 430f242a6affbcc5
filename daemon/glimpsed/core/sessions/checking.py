"""Holds what a model says of a session against what was seen in it.

Rules of this file: pure and total. Each step, sentence, task and activity is a claim. One that names a file,
an address, an application, a person or a number that was not seen, a time out of bounds, or a duration or a
count that the timeline contradicts, is dropped and counted; so is one that is mostly about what was not seen,
or that speaks of a doer instead of what was done. A kind of work may be named in other words than screens
have, and advice in any. Where too little is left, or bounds are false, the reply is refused, and why is said
in words that a model can mend it by.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import chain

from glimpsed.core.sessions.claims import telling_words
from glimpsed.core.sessions.evidence import Evidence
from glimpsed.core.sessions.model import Step, Telling, Workflow
from glimpsed.core.sessions.naming import Named, named, sentences
from glimpsed.core.sessions.settings import MINUTE_MS
from glimpsed.core.sessions.told import Note, PartSaid, Refused, SaidStep, WholeSaid

MAX_STEPS = 24
"""Steps of a session that are kept, the longest, as with those that rules make."""

_NOTHING_LEFT = "{} is empty, or nothing of it is borne out by the material"

_MOST_SAID = 3
"""Faults that a model is told of at a time."""

_DOER = re.compile(
    r"(?:^|[.;:,]\s|\b(?:and|as|while|when|where|that|which|by|for|before|after|then)\s)"
    r"(?:the|this|an?)\s(?:user|person|individual|operator|employee|worker|developer|author)\b"
    r"(?!['\u2019]s\s|\s(?:guide|guides|manual|interface|table|settings|account|accounts|stories|story|id)\b)"
    r"|^users?\s(?!guide|manual|interface|table|settings|account|stor|id\b)"
    r"|\b(?:they|he|she|we|you)\b|(?<![\w-])I(?=\s[a-z])",
    re.IGNORECASE,
)
_OWN_WORDS = re.compile(r"[\"“”`][^\"“”`]*[\"“”`]|(?<!\w)'[^']*'(?!\w)")


class Says(Enum):
    """What a claim says, and so how much of it must be on screens: what was done, a kind of work, advice."""

    DONE = auto()
    KIND = auto()
    ADVICE = auto()


def checked_part(said: PartSaid, seen: Evidence, *, last: bool) -> Note | Refused:
    """What of a reply about a part is borne out. With `last` a step with false bounds costs itself alone."""
    found = _Claims(seen)
    steps = _in_bounds(said.steps, seen, found)
    if found.out_of_bounds and not last:
        return Refused(found.said())
    summary = found.text(said.summary, "summary")
    tasks = found.each(said.tasks, "a task")
    if not summary:
        found.fault(_NOTHING_LEFT.format("summary"))
    if not summary or found.is_too_much:
        return Refused(found.said())
    return Note(summary, steps, tasks, found.claims, found.dropped)


def checked_whole(
    said: WholeSaid, seen: Evidence, notes: Iterable[Note], rules: Workflow = Workflow.MIXED
) -> Telling | Refused:
    """What of a reply about a session is borne out, with the steps of the notes on its parts.

    `rules` is the kind of work that it was by rules, which stands where no screen was of what is said.
    """
    found, notes = _Claims(seen), tuple(notes)
    summary = found.text(said.summary, "summary")
    title = found.text(said.title, "title").rstrip(".")
    telling = Telling(
        title=title,
        summary=summary,
        workflow=said.workflow if found.may_be(said.workflow) else rules,
        activities=found.each(said.activities, "an activity", Says.KIND),
        steps=_together(notes),
        tasks=found.each(said.tasks, "a task"),
        efficiency=found.text(said.efficiency, "efficiency", Says.ADVICE),
        recommendations=found.each(said.recommendations, "a recommendation", Says.ADVICE),
        claims=found.claims + sum(note.claims for note in notes),
        dropped=found.dropped + sum(note.dropped for note in notes),
    )
    for name, kept in (("summary", summary), ("title", title)):
        if not kept:
            found.fault(_NOTHING_LEFT.format(name))
    return Refused(found.said()) if not (summary and title) or found.is_too_much else telling


def fault_of(sentence: str, seen: Evidence, says: Says = Says.DONE) -> str:
    """What is wrong with a claim, as a phrase; empty where nothing is."""
    if _DOER.search(_OWN_WORDS.sub(" ", sentence)):
        return "speaks of somebody; say what was done"
    its = named(sentence)
    if fault := next(chain(_unseen(its, seen), _contradicted(its, seen)), ""):
        return fault
    return "" if _is_borne_out(sentence, its, seen, says) else "is about nothing that is in the material"


def _is_borne_out(sentence: str, its: Named, seen: Evidence, says: Says) -> bool:
    """Whether enough of a claim was seen, of which all that it names was."""
    if says is Says.ADVICE:
        return True
    if says is Says.KIND:
        return bool(its.names or its.applications) or seen.may_be_about(sentence)
    for name in (*its.names, *its.applications):
        sentence = sentence.replace(name, " ")
    telling = [name for name in its.names if "#" in name or any(char.isalpha() for char in name)]
    names = sum(max(1, len(telling_words(name))) for name in telling)
    return seen.is_about(sentence, names=names + len(its.applications))


def _unseen(its: Named, seen: Evidence) -> Iterator[str]:
    """What of a claim's names and numbers was not seen."""
    yield from (f'names "{name}", which was not seen' for name in its.applications if not seen.has(name))
    yield from (f'names "{name}", which is not in the material' for name in its.names if not seen.has(name))
    for number in its.numbers:
        if not seen.has_number(number):
            yield f'says "{number}", which is not in the material'


def _contradicted(its: Named, seen: Evidence) -> Iterator[str]:
    """What of a claim's times, durations and counts the timeline does not bear out."""
    for ms, words in its.durations:
        if not seen.has_span(ms) and not seen.has(words):
            yield f'says "{words}", which the times do not bear out'
    for count, kind in its.counts:
        if not seen.has_count(count, kind) and not seen.has_number(str(count)):
            yield f"counts {count} {kind}, there were {seen.counts.get(kind, 0)}"
    for said in its.times:
        if seen.at(said) is None and not seen.has(said):
            yield f'says "{said}", which is not within the times of the material'


class _Claims:
    """The claims of a reply, and what was wrong with them."""

    def __init__(self, seen: Evidence) -> None:
        self._seen = seen
        self.claims, self.dropped = 0, 0
        self.faults: list[str] = []
        self.out_of_bounds = False

    @property
    def is_too_much(self) -> bool:
        """Whether most of what is claimed is not borne out."""
        return 2 * self.dropped > self.claims

    def holds(self, claim: str, where: str, says: Says = Says.DONE) -> bool:
        """Count a claim, and whether it is borne out."""
        self.claims += 1
        why = fault_of(claim, self._seen, says)
        if why:
            self.drop(f'{where}: "{claim}" {why}')
        return not why

    def drop(self, fault: str) -> None:
        """A claim is not borne out."""
        self.dropped += 1
        self.fault(fault)

    def misplaced(self, fault: str) -> None:
        """A claim has bounds that are false."""
        self.out_of_bounds = True
        self.drop(fault)

    def fault(self, what: str) -> None:
        """Something is wrong."""
        self.faults.append(what)

    def may_be(self, kind: Workflow) -> bool:
        """Count the kind of work as a claim, and whether it is borne out."""
        self.claims += 1
        if not self._seen.may_be(kind):
            self.drop(f"workflow: no screen was of {kind}")
        return self._seen.may_be(kind)

    def text(self, said: str, where: str, says: Says = Says.DONE) -> str:
        """The sentences of a text that are borne out."""
        return " ".join(each for each in sentences(said) if self.holds(each, where, says))

    def each(self, said: Iterable[str], where: str, says: Says = Says.DONE) -> tuple[str, ...]:
        """Those of several that are borne out."""
        return tuple(each for each in said if self.holds(each, where, says))

    def said(self) -> str:
        """What was wrong, for a model: the last of it first, which says why the reply was not taken."""
        return "; ".join([*self.faults[-1:], *self.faults[:-1]][:_MOST_SAID]) + "."


def _in_bounds(said: Iterable[SaidStep], seen: Evidence, found: _Claims) -> tuple[Step, ...]:
    """The steps that are borne out, in order, and none over another; a minute counts for nothing."""
    kept: list[Step] = []
    for number, step in enumerate(said, 1):
        where = f"step {number}"
        begin, end = seen.at(step.start), seen.at(step.end)
        after = kept[-1].end_ms if kept else seen.start_ms
        found.claims += 1
        if begin is None or end is None:
            bounds = f"{seen.clock(seen.start_ms)}-{seen.clock(seen.end_ms)}"
            found.misplaced(f"{where} ({step.start}-{step.end}) is not within {bounds}")
        elif end < begin:
            found.misplaced(f"{where} ends at {step.end}, before it begins at {step.start}")
        elif begin < after - MINUTE_MS:
            found.misplaced(f"{where} begins at {step.start}, before the step before it has ended")
        elif why := fault_of(step.text, seen):
            found.drop(f'{where}: "{step.text}" {why}')
        else:
            begin_ms = min(max(begin, after), seen.end_ms)
            until_ms = end if end > begin else end + MINUTE_MS
            kept.append(Step(begin_ms, max(begin_ms, min(until_ms, seen.end_ms)), step.text))
    return tuple(kept)


def _together(notes: Iterable[Note]) -> tuple[Step, ...]:
    """The steps of all parts: those that say the same are one, and the longest stay where there are many."""
    steps: list[Step] = []
    for step in (step for note in notes for step in note.steps):
        if steps and steps[-1].text == step.text:
            steps[-1] = Step(steps[-1].start_ms, max(steps[-1].end_ms, step.end_ms), step.text)
        else:
            steps.append(step)
    longest = sorted(steps, key=lambda step: (step.start_ms - step.end_ms, step.start_ms))[:MAX_STEPS]
    return tuple(sorted(longest, key=lambda step: step.start_ms))
