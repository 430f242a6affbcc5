"""The ladder of fallbacks, as data: which job leads to which rung, best first.

Rules of this file: pure. A picture has its `minimum` result from the moment it is accepted, so every ladder
ends in an answer.
"""

from collections.abc import Iterable

from glimpsed.core.model import Job, JobKind, Rung

REACHED_BY: tuple[tuple[Rung, JobKind], ...] = (
    (Rung.VISION, JobKind.DESCRIBE),
    (Rung.OCR, JobKind.READ),
)
"""The rungs that a job can lead to, best first."""


def awaiting(jobs: Iterable[Job], possible: frozenset[JobKind]) -> tuple[Rung, ...]:
    """Rungs that are still planned for a picture with these jobs, best first.

    `possible` are the kinds of job that can be done as things stand (an engine is there, a model loads).
    """
    open_kinds = {job.kind for job in jobs if not job.state.ended} & possible
    return tuple(rung for rung, kind in REACHED_BY if kind in open_kinds)


def mode(possible: frozenset[JobKind]) -> str:
    """The best that the daemon can do at present, in a word."""
    for rung, kind in REACHED_BY:
        if kind in possible:
            return "vision" if rung is Rung.VISION else "ocr_only"
    return "minimum"
