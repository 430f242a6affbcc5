"""Every result says why it is of its rung, and what keeps a better one away."""

import pytest

from glimpsed.api.reasons import Prospects, why
from glimpsed.core.model import Job, JobKind, JobState, Rung

EVERY = frozenset(JobKind)
READS = frozenset({JobKind.READ})
NOBODY = {"screen": "no model has the role screen"}


def as_things_stand(possible, missing, put_off=None):
    return Prospects(possible, missing, (put_off or {}).get)


def job(kind, state=JobState.QUEUED, error=None):
    return Job(f"{kind}", kind, "a", 0, state=state, error=error)


@pytest.mark.parametrize("rung", [Rung.VISION, Rung.REUSED])
def test_the_best_rungs_explain_themselves(rung):
    failed = [job(JobKind.DESCRIBE, JobState.FAILED, "run_limit: it took too long")]
    said = why(rung, failed, as_things_stand(frozenset(), NOBODY))
    assert said
    assert said == why(rung, [], as_things_stand(EVERY, {}))


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
    prospects = as_things_stand(possible, missing)
    assert why(Rung.OCR, [job(JobKind.READ, JobState.DONE), *jobs], prospects) == said


@pytest.mark.parametrize(("wait_s", "minutes"), [(-1.0, 1), (3.0, 1), (60.0, 1), (599.0, 10)])
def test_a_job_that_is_put_off_does_not_wait_for_its_turn(wait_s, minutes):
    jobs = [job(JobKind.READ), job(JobKind.DESCRIBE)]
    said = why(Rung.MINIMUM, jobs, as_things_stand(EVERY, {}, {"read": wait_s}))
    assert said == (
        "its description waits for its turn; its text was put off, since its file was away or something else "
        f"stood in the way; it is tried again in {minutes} min"
    )


def test_what_cannot_be_had_at_all_is_not_said_to_be_put_off():
    jobs = [job(JobKind.DESCRIBE)]
    said = why(Rung.OCR, jobs, as_things_stand(READS, NOBODY, {"describe": 9.0}))
    assert said == "its description cannot be had at present: no model has the role screen"


def test_the_lowest_rung_says_what_became_of_both():
    jobs = [job(JobKind.READ, JobState.FAILED, "vanished: the file is gone"), job(JobKind.DESCRIBE)]
    said = why(Rung.MINIMUM, jobs, as_things_stand(frozenset(), {}))
    assert said == "its description cannot be had at present; its text failed: vanished: the file is gone"


def test_a_question_explains_nothing():
    jobs = [job(JobKind.READ), job(JobKind.ASK, JobState.FAILED, "died: signal 6")]
    assert why(Rung.MINIMUM, jobs, as_things_stand(READS, NOBODY)) == (
        "its description cannot be had: no model has the role screen; its text waits for its turn"
    )
