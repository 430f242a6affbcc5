"""Notes on parts of a session: as material for what sums them up, and as rules make them.

Rules of this file: pure and total.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from glimpsed.core.roles.excerpt import one_line
from glimpsed.core.sessions.identity import label
from glimpsed.core.sessions.material import INDENT, Entry
from glimpsed.core.sessions.model import Sighting, Step
from glimpsed.core.sessions.told import Note

MAX_STEPS = 8
"""Steps of a note by rules, the longest."""

_LONGEST_TEXT = 120


def entry(key: str, note: Note, start_ms: int, end_ms: int, clock: Callable[[int], str]) -> Entry:
    """A note as material; `clock` says what the clock on the wall showed."""
    lines = [f"[{clock(start_ms)}-{clock(end_ms)}] part of the session"]
    lines += [INDENT + note.summary] if note.summary else []
    lines += [f"{INDENT}{clock(step.start_ms)}-{clock(step.end_ms)} {step.text}" for step in note.steps]
    lines += [f"{INDENT}task: {task}" for task in note.tasks]
    return Entry(key, start_ms, end_ms, tuple(lines))


def by_rules(looks: Iterable[Entry], seen: Mapping[str, Sighting]) -> Note:
    """A note on a part that no model told of: what was in front, the longest; `seen` by shot."""
    return Note(steps=_longest(Step(look.start_ms, look.end_ms, _words(seen[look.name])) for look in looks))


def together(notes: Iterable[Note]) -> Note:
    """A note on notes that no model summed up: their longest steps."""
    return Note(steps=_longest(step for note in notes for step in note.steps))


def _words(seen: Sighting) -> str:
    its = label(seen)
    return one_line(its.task or its.document or its.application, _LONGEST_TEXT)


def _longest(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The longest steps in order; those that follow each other and say the same are one."""
    joined: list[Step] = []
    for step in steps:
        if joined and joined[-1].text == step.text:
            joined[-1] = Step(joined[-1].start_ms, max(joined[-1].end_ms, step.end_ms), step.text)
        elif step.text:
            joined.append(step)
    longest: Sequence[Step] = sorted(joined, key=lambda step: (step.start_ms - step.end_ms, step.start_ms))
    return tuple(sorted(longest[:MAX_STEPS], key=lambda step: step.start_ms))
