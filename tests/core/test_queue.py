"""The queue's order, what it keeps out of its lines, and how much looking a decision takes."""

import pytest

from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.queue import PUT_OFF_S, JobQueue
from glimpsed.core.turn import ALLOWANCE_S
from queue_checks import validate
from queue_samples import drained, job, pair, queue_of

RANKS = [Urgency.CRITICAL, Urgency.HIGH, Urgency.NORMAL, Urgency.LOW, Urgency.BACKGROUND]


# -- order


def test_who_waits_comes_first_then_who_is_due_first():
    queue = queue_of(
        job(1), job(2), job(4, urgency=Urgency.INTERACTIVE), job(3, JobKind.ASK, Urgency.INTERACTIVE)
    )
    assert drained(queue) == ["j3", "j4", "j1", "j2"]


def test_the_first_of_each_line_is_offered_with_its_times():
    queue = queue_of(job(2), job(1), *(job(10 + n, urgency=u) for n, u in enumerate(RANKS)))
    found = {head.job.urgency: head for head in queue.heads()}
    assert list(found) == RANKS
    assert found[Urgency.NORMAL].job.id == "j1"
    assert found[Urgency.LOW].arrival == 13.0
    assert all(head.due == head.arrival + ALLOWANCE_S[urgency] for urgency, head in found.items())


def test_a_job_is_as_old_after_a_restart_as_before():
    queue = JobQueue()
    queue.add([job(40), job(10)], now=5.0, wall_ms=100_000)
    assert [(head.job.id, head.arrival) for head in queue.heads()] == [("j10", 5.0 - 90)]


def test_a_clock_that_was_set_back_makes_no_job_from_the_future():
    queue = JobQueue()
    queue.add([job(500)], now=5.0, wall_ms=100_000)
    assert [head.arrival for head in queue.heads()] == [5.0]


def test_jobs_of_one_moment_keep_their_order():
    queue = JobQueue()
    queue.add([job(n) for n in (5, 3, 4)], now=0.0, wall_ms=0)
    assert drained(queue) == ["j5", "j3", "j4"]


def test_one_that_is_known_is_left_as_it_is():
    queue = queue_of(job(1))
    queue.start("j1")
    queue.add([job(1)], 0.0, 0)
    assert queue.get("j1").state is JobState.RUNNING
    validate(queue)


def test_a_job_that_died_waits_behind_its_peers_and_is_a_death_older():
    queue = queue_of(job(1), job(2))
    queue.start("j1")
    assert queue.requeue("j1", 100.0, 100_000, died=True).deaths == 1
    queue.start("j2")
    assert queue.requeue("j2", 100.0, 100_000, failed=True).failures == 1
    assert drained(queue) == ["j1", "j2"]


def test_a_job_that_was_stopped_for_another_keeps_its_place_and_is_no_older():
    queue = queue_of(job(1), job(2))
    queue.start("j1")
    again = queue.wait_again("j1")
    assert (again.deaths, again.failures, again.state) == (0, 0, JobState.QUEUED)
    assert drained(queue) == ["j1", "j2"]


def test_expediting_a_picture_moves_its_waiting_jobs_ahead_behind_those_who_waited_before():
    asked = job(3, JobKind.ASK, Urgency.INTERACTIVE)
    queue = queue_of(job(1), job(0, picture="mine"), job(2, picture="mine"), asked)
    queue.expedite("mine", 100.0, 100_000)
    queue.expedite("mine", 200.0, 200_000)
    validate(queue)
    assert drained(queue) == ["j3", "j0", "j2", "j1"]


def test_a_job_that_runs_for_a_person_keeps_its_age_when_another_one_wants_it_too():
    queue = JobQueue()
    queue.add([Job("a", JobKind.DESCRIBE, "p", 0, Urgency.INTERACTIVE)], 10.0, 5_000)
    queue.start("a")
    assert queue.expedite("p", 50.0, 50_000) == []
    queue.wait_again("a")
    assert queue.heads()[0].arrival == 5.0


def test_a_deferred_job_that_is_wanted_without_a_deadline_has_none_any_more():
    queue = JobQueue(1)
    late = Job("a", JobKind.DESCRIBE, "p", 0, Urgency.LOW, deadline_ms=9_000)
    queue.add([late, Job("b", JobKind.DESCRIBE, "q", 0)], 0.0, 0)
    assert queue.is_deferred("a")
    queue.add([Job("a", JobKind.DESCRIBE, "p", 0, Urgency.INTERACTIVE)], 1.0, 1_000)
    assert queue.waits("a")
    assert queue.next_deadline is None


def test_demoting_leaves_what_runs_and_what_is_of_another_kind():
    queue = queue_of(
        job(1),
        job(2, urgency=Urgency.CRITICAL),
        job(3, urgency=Urgency.INTERACTIVE),
        job(4, JobKind.READ),
        job(5),
        job(6, JobKind.ASK),
    )
    queue.start("j5")
    demoted = queue.demote(JobKind.DESCRIBE, 100.0, 100_000)
    validate(queue)
    assert [(j.id, j.urgency) for j in demoted] == [
        ("j1", Urgency.BACKGROUND),
        ("j2", Urgency.BACKGROUND),
        ("j3", Urgency.BACKGROUND),
    ]
    assert queue.requeue("j5", 100.0, 100_000).urgency is Urgency.NORMAL
    assert queue.next_read(Urgency.NORMAL).id == "j4"


def test_a_read_is_taken_by_urgency_or_by_when_it_is_due():
    queue = queue_of(job(2, JobKind.READ), job(1, JobKind.READ), job(99, JobKind.READ, Urgency.CRITICAL))
    assert queue.next_read(Urgency.INTERACTIVE) is None
    assert queue.next_read(Urgency.NORMAL).id == "j1"
    assert queue.next_read(Urgency.NORMAL, Urgency.CRITICAL).id == "j99"


# -- what a description waits for


def test_a_description_waits_for_its_text_and_keeps_its_place():
    queue = queue_of(*pair(1), job(50))
    assert [head.job.id for head in queue.heads()] == ["j50"]
    queue.start("j10")
    queue.ending("j10")
    assert [head.job.id for head in queue.heads()] == ["j50"]
    queue.ended("j10")
    validate(queue)
    assert drained(queue) == ["j11", "j50"]


def test_a_description_does_not_wait_where_no_text_can_be_read():
    queue = queue_of(*pair(1))
    queue.reads_possible = False
    assert [head.job.id for head in queue.heads()] == ["j11"]
    queue.reads_possible = True
    assert not list(queue.heads())


def test_a_description_does_not_wait_for_a_read_that_was_put_off_until_that_waits_again():
    queue = queue_of(*pair(1))
    queue.start("j10")
    queue.put_off("j10", 100.0, 100_000)
    assert not queue.owes_text("p1")
    assert [head.job.id for head in queue.heads()] == ["j11"]
    queue.resume(queue.next_resume())
    validate(queue)
    assert not list(queue.heads())


def test_a_picture_owes_until_its_last_job_has_ended():
    queue = queue_of(job(1, JobKind.READ, picture="p"), job(2, picture="p"))
    assert queue.owes_text("p")
    queue.ended("j1")
    assert not queue.owes_text("p")
    assert queue.owes("p")
    queue.ended("j2")
    assert not queue.owes("p")


# -- putting off


def test_a_job_that_is_put_off_waits_longer_each_time_and_is_given_up_in_the_end():
    queue = queue_of(job(1))
    now, waits = 0.0, []
    queue.start("j1")
    while queue.put_off("j1", now, round(now * 1000)):
        validate(queue)
        queue.resume(queue.next_resume() - 1)
        assert queue.waiting(JobKind.DESCRIBE) == 0
        waits.append(queue.next_resume() - now)
        now = queue.next_resume()
        queue.resume(now)
        assert queue.start("j1").deaths == 0
    assert waits == list(PUT_OFF_S)


def test_a_job_that_is_put_off_is_done_at_once_when_a_person_waits():
    queue = queue_of(job(1))
    queue.start("j1")
    queue.put_off("j1", 0.0, 0)
    queue.expedite("p1", 1.0, 1_000)
    assert queue.next_resume() is None
    assert drained(queue) == ["j1"]


# -- deadlines


def test_a_deadline_is_told_on_the_clock_of_the_machine_as_long_as_the_job_waits():
    queue = queue_of(job(1, deadline_ms=130_000), job(2, deadline_ms=120_000), job(3))
    assert queue.next_deadline == 120.0
    assert queue.expired(119.0) == []
    assert queue.expired(130.0) == queue.expired(130.0) == ["j2", "j1"]
    queue.start("j2")
    assert queue.next_deadline == 130.0
    queue.requeue("j2", 125.0, 125_000)
    assert queue.expired(125.0) == ["j2"]
    queue.ending("j2")
    queue.ending("j1")
    assert queue.next_deadline is None


def test_a_deadline_passes_while_a_job_is_put_off():
    queue = queue_of(job(1, deadline_ms=130_000))
    queue.start("j1")
    queue.put_off("j1", 100.0, 100_000)
    assert queue.expired(131.0) == ["j1"]
    queue.ending("j1")
    validate(queue)
    assert queue.expired(131.0) == []


def test_a_description_that_is_wanted_longer_has_the_later_deadline_wherever_it_waits():
    jobs = [Job(f"j{n}", JobKind.DESCRIBE, "p", 0, deadline_ms=130_000) for n in range(3)]
    queue = queue_of(*jobs, Job("read", JobKind.READ, "p", 0), job(9, picture="p", deadline_ms=None))
    queue.start("j1")
    queue.start("j2")
    queue.put_off("j2", 100.0, 100_000)
    queue.widen("p", 120_000)
    assert queue.next_deadline == 130.0
    queue.widen("p", 140_000)
    validate(queue)
    assert queue.next_deadline == 140.0
    assert sorted(queue.expired(140.0)) == ["j0", "j2"]
    assert [queue.is_reprieved(f"j{n}") for n in range(3)] == [False, True, False]
    queue.widen("p", None)
    validate(queue)
    assert queue.next_deadline is None
    assert [queue[f"j{n}"].deadline_ms for n in (0, 1, 2, 9)] == [None] * 4
    queue.wait_again("j1")
    assert not queue.is_reprieved(queue.start("j1").id)


# -- overflow


def test_what_is_too_much_is_the_newest_of_the_lowest_urgency():
    low = [job(n, urgency=Urgency.LOW) for n in (1, 3, 2)]
    queue = queue_of(*low, max_jobs=3)
    over = queue.add([job(90), job(91)], 100.0, 100_000)
    assert [(j.id, j.state) for j in over] == [("j3", JobState.DEFERRED), ("j2", JobState.DEFERRED)]
    validate(queue)
    assert queue.owes("p3")
    assert queue.is_deferred("j3")
    assert queue.get("j3").state is JobState.DEFERRED
    assert queue.deferred == 2
    assert queue.waiting(JobKind.DESCRIBE) == 3


def test_what_waits_for_its_text_is_counted_and_can_be_deferred():
    queue = queue_of(*pair(1), *pair(2), max_jobs=1)
    assert queue.is_deferred("j21")
    queue.ended("j10")
    assert drained(queue) == ["j11"]


def test_a_question_is_never_deferred():
    queue = queue_of(*(job(n, JobKind.ASK, Urgency.LOW) for n in range(3)), job(5), max_jobs=2)
    assert [queue.is_deferred(f"j{n}") for n in (0, 1, 2, 5)] == [False, False, False, True]
    assert sorted(queue.questions()) == ["j0", "j1", "j2"]


def test_there_is_room_for_deferred_jobs_when_half_of_the_lines_is_empty():
    queue = queue_of(*(job(n) for n in range(9)), max_jobs=4)
    assert (queue.deferred, queue.recallable) == (5, 0)
    queue.ended("j0")
    assert queue.recallable == 0
    queue.ended("j1")
    assert queue.recallable == 2
    for number in (2, 3):
        queue.start(f"j{number}")
        queue.put_off(f"j{number}", 100.0, 100_000)
    assert queue.recallable == 2
    queue.ended("j2")
    queue.ended("j8")
    queue.ended("j7")
    queue.ended("j6")
    assert queue.recallable == queue.deferred == 2


@pytest.mark.parametrize("max_jobs", [1, 2, 3])
def test_all_that_is_deferred_comes_back_in_the_end(max_jobs):
    jobs = [job(n) for n in range(10)]
    queue = queue_of(*jobs, max_jobs=max_jobs)
    order = drained(queue)
    while queue.recallable:
        away = [j for j in jobs if queue.is_deferred(j.id)][: queue.recallable]
        assert not queue.add(away, 100.0, 100_000)
        validate(queue)
        order += drained(queue)
    assert order == [j.id for j in jobs]


def test_what_is_deferred_from_the_start_is_owed_and_can_end():
    queue = queue_of(job(1, state=JobState.DEFERRED))
    assert not list(queue.heads())
    assert queue.next_deadline is None
    assert queue.owes("p1")
    queue.ending("j1")
    queue.add([job(1)], 100.0, 100_000)  # it was on its way back
    validate(queue)
    assert not list(queue.heads())
    assert queue.ended("j1").picture == "p1"
    assert not queue.owes("p1")
    assert len(queue) == 0


# -- what is shown


def test_the_lines_are_told_by_urgency_with_the_age_of_their_oldest():
    queue = queue_of(*pair(1), job(30, urgency=Urgency.LOW), job(20, urgency=Urgency.LOW))
    queue.add([job(95, JobKind.ASK, Urgency.INTERACTIVE)], 100.0, 100_000)
    assert queue.lines(110.0) == [
        (Urgency.INTERACTIVE, JobKind.ASK, 1, 15.0),
        (Urgency.NORMAL, JobKind.READ, 1, 100.0),
        (Urgency.NORMAL, JobKind.DESCRIBE, 1, 99.0),
        (Urgency.LOW, JobKind.DESCRIBE, 2, 90.0),
    ]
