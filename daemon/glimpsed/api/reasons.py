"""Why a result is of its rung and of no better one, in words for a person.

Rules of this file: pure, and never stored: it follows from what is owed of the picture and what is possible
as things stand. What is said of an error is the job's own, which never carries text from a screen.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from glimpsed.core.ladder import REACHED_BY
from glimpsed.core.model import Job, JobKind, JobState, Rung
from glimpsed.core.places import ROLE

SUPERSEDED = "it is not the latest of the best rung"
"""Of a result that is kept as history."""


class Prospects(NamedTuple):
    """What can be had as things stand.

    `possible` are the kinds of job that can be done, `missing` says by role why no model serves it; `put_off`
    gives for a job's id the seconds until it is tried again, None for one that is not put off.
    """

    possible: frozenset[JobKind]
    missing: Mapping[str, str]
    put_off: Callable[[str], float | None]


_REACHED = {
    Rung.VISION: "a model looked at the picture",
    Rung.REUSED: "nothing that counts changed since a picture that a model described",
}

_SOUGHT = {JobKind.DESCRIBE: "its description", JobKind.READ: "its text"}

_STANDS = {
    JobState.DEFERRED: "waits until the queue is shorter",
    JobState.QUEUED: "waits for its turn",
    JobState.RUNNING: "is being made",
    JobState.FAILED: "failed",
    JobState.POISONED: "was given up",
    JobState.CANCELLED: "was cancelled",
}
"""What the state of a job means for who waits for it; one that is done needs no words."""


_PUT_OFF = "was put off, since its file was away or something else stood in the way; it is tried again in"


def why(rung: Rung, jobs: Iterable[Job], prospects: Prospects) -> str:
    """Why a picture with these jobs is on this rung, and on no better one, as things stand."""
    if rung in _REACHED:
        return _REACHED[rung]
    owed = {job.kind: job for job in jobs}
    better = dict.fromkeys(kind for above, kind in REACHED_BY if above.rank < rung.rank and kind in _SOUGHT)
    reasons = (_hindrance(kind, owed.get(kind), prospects) for kind in better)
    return "; ".join(reason for reason in reasons if reason)


def _hindrance(kind: JobKind, job: Job | None, prospects: Prospects) -> str:
    """Why a kind of job has led nowhere, or not yet; empty when it has."""
    what, reason = _SOUGHT[kind], prospects.missing.get(ROLE.get(kind, ""), "")
    if job is None:
        return f"{what} cannot be had: {reason}" if reason else f"{what} was not asked for"
    if job.state in (JobState.QUEUED, JobState.DEFERRED) and kind not in prospects.possible:
        return f"{what} cannot be had at present: {reason}".removesuffix(": ")
    if job.state not in _STANDS:
        return ""
    if job.state is JobState.QUEUED and (wait_s := prospects.put_off(job.id)) is not None:
        return f"{what} {_PUT_OFF} {max(1, math.ceil(wait_s / 60))} min"
    return f"{what} {_STANDS[job.state]}" + (f": {job.error}" if job.error else "")
