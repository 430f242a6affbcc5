"""A queue that is made of what the store kept stands as the one before it did."""

import msgspec

from glimpsed.core.queue import PUT_OFF_S, JobQueue
from queue_checks import validate
from queue_samples import drained, job, pair, queue_of


def test_a_job_that_was_moved_stands_where_it_stood_after_a_restart():
    queue = queue_of(job(1), job(2), job(3))
    queue.start("j1")
    moved = queue.requeue("j1", 100.0, 100_000, died=True)
    again = JobQueue()
    again.add([moved, job(2), job(3)], now=5.0, wall_ms=110_000)
    assert drained(again) == drained(queue) == ["j2", "j3", "j1"]


def test_a_job_that_was_put_off_still_is_after_a_restart_and_is_given_up_as_soon():
    queue = queue_of(job(1))
    queue.start("j1")
    for pause_s in PUT_OFF_S:
        again = queue.put_off("j1", 50.0, 100_000)
        queue = JobQueue()
        queue.add([again], now=7.0, wall_ms=120_000)
        validate(queue)
        assert queue.next_resume() == 7.0 + pause_s - 20
        queue.resume(7.0 + pause_s - 20)
        queue.start("j1")
    assert queue.put_off("j1", 50.0, 100_000) is None


def test_a_job_whose_time_has_come_while_the_machine_was_off_waits_like_any_other():
    queue = queue_of(job(1, put_off=3, resumes_ms=99_999))
    assert queue.next_resume() is None
    assert drained(queue) == ["j1"]


def test_a_clock_that_was_set_back_puts_no_job_off_for_longer_than_ever():
    queue = queue_of(job(1, put_off=1, resumes_ms=10**12))
    assert queue.next_resume() == 100.0 + PUT_OFF_S[-1]


def test_a_read_that_was_put_off_before_a_restart_is_not_waited_for():
    read, describe = pair(1)[::-1]
    queue = queue_of(msgspec.structs.replace(read, put_off=1, resumes_ms=200_000), describe)
    assert [head.job.id for head in queue.heads()] == ["j11"]
