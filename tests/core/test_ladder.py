"""Every ladder ends, and promises only what can still come."""

import pytest

from glimpsed.core.ladder import REACHED_BY, awaiting, mode
from glimpsed.core.model import Job, JobKind, JobState, Rung

EVERY = frozenset(JobKind)


def job(kind, state=JobState.QUEUED):
    return Job(f"{kind}", kind, "a", 0, state=state)


def test_the_best_rung_comes_first():
    assert awaiting([job(JobKind.READ), job(JobKind.DESCRIBE)], EVERY) == (Rung.VISION, Rung.OCR)


@pytest.mark.parametrize("state", [state for state in JobState if state.ended])
def test_a_job_that_ended_promises_nothing(state):
    assert awaiting([job(JobKind.READ, state)], EVERY) == ()


def test_a_job_that_cannot_be_done_at_present_promises_nothing():
    assert awaiting([job(JobKind.READ), job(JobKind.DESCRIBE)], frozenset({JobKind.READ})) == (Rung.OCR,)


def test_a_question_leads_to_no_rung():
    assert awaiting([job(JobKind.ASK)], EVERY) == ()


def test_rungs_that_jobs_lead_to_are_in_order_and_above_the_floor():
    ranks = [rung.rank for rung, _ in REACHED_BY]
    assert ranks == sorted(ranks)
    assert Rung.MINIMUM not in dict(REACHED_BY)


def test_the_mode_is_the_best_that_can_be_done():
    assert mode(EVERY) == "vision"
    assert mode(frozenset({JobKind.READ})) == "ocr_only"
    assert mode(frozenset()) == "minimum"
