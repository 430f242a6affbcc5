"""The ladders of fallbacks, as data: what leads to which rung, best first.

Rules of this file: pure. A picture has its `minimum` result from the moment it is accepted, and a session its
`boundaries` from the moment it is seen, so every ladder ends in an answer.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from glimpsed.core.model import Job, JobKind, Rung

REACHED_BY: tuple[tuple[Rung, JobKind | None], ...] = (
    (Rung.VISION, JobKind.DESCRIBE),
    (Rung.REUSED, JobKind.DESCRIBE),
    (Rung.OCR, JobKind.READ),
    (Rung.MINIMUM, None),
)
"""The rungs of a shot and the job that leads there, best first; the last is part of accepting it."""

SESSION_RUNGS = ("model", "rules", "boundaries")
"""The rungs of a session, best first: told by a model, by rules, or no more than where it began and ended."""

MODES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"screen", "session"}), "dual"),
    (frozenset({"screen"}), "vision_only"),
    (frozenset({"session"}), "text_only"),
)
"""What the daemon can do with the roles that are served, in a word: the first row that they cover."""


def awaiting(jobs: Iterable[Job], possible: frozenset[JobKind]) -> tuple[Rung, ...]:
    """Rungs that are still planned for a picture with these jobs, best first.

    `possible` are the kinds of job that can be done as things stand (an engine is there, a model loads).
    """
    open_kinds = {job.kind for job in jobs if not job.state.ended} & possible
    return tuple(rung for rung, kind in REACHED_BY if kind in open_kinds and rung is not Rung.REUSED)


def mode(served: AbstractSet[str], *, reads: bool) -> str:
    """The best that the daemon can do at present; `served` are the roles that have a model."""
    found = next((word for roles, word in MODES if roles <= served), "")
    return found or ("ocr_only" if reads else "minimum")
