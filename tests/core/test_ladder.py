"""Every ladder ends, and promises only what can still come."""

import pytest

from glimpsed.core.ladder import REACHED_BY, SESSION_RUNGS, awaiting, mode
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


def test_every_rung_is_in_its_order_and_the_last_needs_no_job():
    assert [rung for rung, _ in REACHED_BY] == list(Rung)
    assert [rung for rung, kind in REACHED_BY if kind is None] == [Rung.MINIMUM]
    assert SESSION_RUNGS == ("model", "rules", "boundaries")


@pytest.mark.parametrize(
    ("served", "reads", "word"),
    [
        ({"screen", "session", "ask"}, True, "dual"),
        ({"screen", "ask"}, True, "vision_only"),
        ({"screen"}, False, "vision_only"),
        ({"session"}, True, "text_only"),
        ({"ask"}, True, "ocr_only"),
        (set(), True, "ocr_only"),
        (set(), False, "minimum"),
    ],
)
def test_the_mode_is_the_best_that_can_be_done(served, reads, word):
    assert mode(served, reads=reads) == word
