"""Every result says why it is of its rung, and what keeps a better one away."""

import pytest

from glimpsed.api.reasons import why
from glimpsed.core.model import Job, JobKind, JobState, Rung

EVERY = frozenset(JobKind)
READS = frozenset({JobKind.READ})
NOBODY = {"screen": "no model has the role screen"}


def job(kind, state=JobState.QUEUED, error=None):
    return Job(f"{kind}", kind, "a", 0, state=state, error=error)


@pytest.mark.parametrize("rung", [Rung.VISION, Rung.REUSED])
def test_the_best_rungs_explain_themselves(rung):
    failed = [job(JobKind.DESCRIBE, JobState.FAILED, "run_limit: it took too long")]
    assert why(rung, failed, frozenset(), NOBODY)
    assert why(rung, failed, frozenset(), NOBODY) == why(rung, [], EVERY, {})


@pytest.mark.parametrize(
    ("jobs", "possible", "missing", "said"),
    [
        ([job(JobKind.DESCRIBE)], EVERY, {}, "its description waits for its turn"),
        ([job(JobKind.DESCRIBE, JobState.RUNNING)], EVERY, {}, "its description is being made"),
        (
            [job(JobKind.DESCRIBE, JobState.DEFERRED)],
            EVERY,
            {},
            "its description waits until the queue is shorter",
        ),
        *(
            (
                [job(JobKind.DESCRIBE, state)],
                READS,
                {"screen": "eyes: its breaker is open"},
                "its description cannot be had at present: eyes: its breaker is open",
            )
            for state in (JobState.QUEUED, JobState.DEFERRED)
        ),
        (
            [job(JobKind.DESCRIBE, JobState.FAILED, "deadline: it would take 9 s")],
            EVERY,
            {},
            "its description failed: deadline: it would take 9 s",
        ),
        (
            [job(JobKind.DESCRIBE, JobState.POISONED, "two children died")],
            EVERY,
            {},
            "its description was given up: two children died",
        ),
        (
            [job(JobKind.DESCRIBE, JobState.CANCELLED, "on request")],
            EVERY,
            {},
            "its description was cancelled: on request",
        ),
        ([], READS, NOBODY, "its description cannot be had: no model has the role screen"),
        ([], EVERY, {}, "its description was not asked for"),
    ],
)
def test_an_ocr_result_says_what_became_of_its_description(jobs, possible, missing, said):
    assert why(Rung.OCR, [job(JobKind.READ, JobState.DONE), *jobs], possible, missing) == said


def test_the_lowest_rung_says_what_became_of_both():
    jobs = [job(JobKind.READ, JobState.FAILED, "vanished: the file is gone"), job(JobKind.DESCRIBE)]
    said = why(Rung.MINIMUM, jobs, frozenset(), {})
    assert said == "its description cannot be had at present; its text failed: vanished: the file is gone"


def test_a_question_explains_nothing():
    jobs = [job(JobKind.READ), job(JobKind.ASK, JobState.FAILED, "died: signal 6")]
    assert why(Rung.MINIMUM, jobs, READS, NOBODY) == (
        "its description cannot be had: no model has the role screen; its text waits for its turn"
    )
