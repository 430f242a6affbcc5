"""The queue's order, and that it agrees with itself after anything."""

from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import Job, JobKind, JobState, Urgency
from glimpsed.core.queue import PUT_OFF_S, JobQueue


def job(number, kind=JobKind.DESCRIBE, urgency=Urgency.NORMAL, picture=None):
    return Job(f"j{number}", kind, picture or f"p{number}", number, urgency=urgency)


def drained(queue):
    order = []
    while found := queue.next_inference(frozenset(JobKind), lambda _: True):
        order.append(found.id)
        queue.start(found.id)
        queue.ended(found.id)
    return order


def test_who_waits_comes_first_then_who_waited_longest():
    queue = JobQueue()
    queue.add([job(1), job(2), job(3, urgency=Urgency.INTERACTIVE), job(4, JobKind.ASK, Urgency.INTERACTIVE)])
    assert drained(queue) == ["j4", "j3", "j1", "j2"]


def test_a_job_that_is_not_possible_is_passed_over_and_keeps_its_place():
    queue = JobQueue()
    queue.add([job(1), job(2)])
    assert queue.next_inference(frozenset(JobKind), lambda found: found.id != "j1").id == "j2"
    assert queue.next_inference(frozenset(JobKind), lambda _: True).id == "j1"
    assert queue.next_inference(frozenset({JobKind.ASK}), lambda _: True) is None


def test_a_job_that_died_waits_behind_its_peers_and_is_a_death_older():
    queue = JobQueue()
    queue.add([job(1), job(2)])
    queue.start("j1")
    assert queue.requeue("j1", died=True).deaths == 1
    assert drained(queue) == ["j2", "j1"]


def test_a_job_that_is_put_off_waits_longer_each_time_and_is_given_up_in_the_end():
    queue = JobQueue()
    queue.add([job(1)])
    now, waits = 0.0, []
    queue.start("j1")
    while queue.put_off("j1", now):
        queue.validate()
        queue.resume(queue.next_resume() - 1)
        assert queue.waiting(JobKind.DESCRIBE) == 0
        waits.append(queue.next_resume() - now)
        now = queue.next_resume()
        queue.resume(now)
        assert queue.start("j1").deaths == 0
    assert waits == list(PUT_OFF_S)


def test_a_job_that_is_put_off_is_done_at_once_when_a_person_waits():
    queue = JobQueue()
    queue.add([job(1)])
    queue.start("j1")
    queue.put_off("j1", 0.0)
    queue.expedite("p1")
    assert drained(queue) == ["j1"]
    assert queue.next_resume() is None


def test_a_picture_owes_until_its_last_job_has_ended():
    queue = JobQueue()
    queue.add([job(1, JobKind.READ, picture="p"), job(2, picture="p")])
    assert queue.owes_text("p")
    queue.ended("j1")
    assert not queue.owes_text("p")
    assert queue.owes("p")
    queue.ended("j2")
    assert not queue.owes("p")


def test_expediting_a_picture_moves_its_waiting_jobs_ahead():
    queue = JobQueue()
    queue.add([job(1), job(2), job(3, picture="mine")])
    queue.expedite("mine")
    assert drained(queue) == ["j3", "j1", "j2"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "start", "requeue", "put_off", "resume", "ending", "ended", "expedite"]),
        st.integers(0, 5),
    )
)


@given(STEPS)
def test_its_parts_agree_after_anything(steps):
    queue = JobQueue()
    for step, number in steps:
        found = queue.get(f"j{number}")
        if step == "add":
            queue.add([job(number, list(JobKind)[number % 3], picture=f"p{number % 2}")])
        elif step == "expedite":
            queue.expedite(f"p{number % 2}")
        elif step == "resume":
            queue.resume(number * 1000.0)
        elif found is None:
            continue
        elif step == "start" and found.state is JobState.QUEUED and not queue.is_ending(found.id):
            queue.start(found.id)
        elif step == "requeue" and found.state is JobState.RUNNING and not queue.is_ending(found.id):
            queue.requeue(found.id, died=False)
        elif step == "put_off" and found.state is JobState.RUNNING and not queue.is_ending(found.id):
            queue.put_off(found.id, 0.0)
        elif step in ("ending", "ended"):
            getattr(queue, step)(found.id)
        queue.validate()
