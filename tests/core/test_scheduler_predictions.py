"""Predictions that refuse are put to the test: who is refused teaches nothing."""

from glimpsed.core import effects as do
from glimpsed.core import events as was
from glimpsed.core.admission import DOUBTED_AFTER
from glimpsed.core.predict import Sample
from machine_deadlines import learnt, refusal
from machine_world import World


def refusals(world: World) -> int:
    """How many questions are refused, one after the other, until one is taken on."""
    count = 0
    while world.machine.queue.questions() == []:
        world.answers.clear()
        if not refusal(world, 9.0):
            return count
        count += 1
        assert count < 100, "for ever"
    return count


def answer(world: World, took_s: float | None) -> None:
    """What was asked last is answered after so long, None: not in time."""
    run = world.reach(do.StartInference)
    if took_s is None:
        world.tell(was.JobRefused(run.job.id, "deadline", "the answer would come too late"))
    else:
        ms = round(took_s * 1000)
        took = Sample(0, 0, 100, encode_ms=0, prefill_ms=0, generate_ms=ms)
        world.tell(was.AnswerMade(run.job.id, "42", run.model, took))
    world.settle()


def test_a_prediction_that_refuses_everything_is_put_to_the_test():
    world = learnt()
    assert refusals(world) == DOUBTED_AFTER


def test_one_that_was_wrong_refuses_nothing_more():
    world = learnt()
    refusals(world)
    for _ in range(10):
        answer(world, 1.0)
        assert refusals(world) == 0
    answer(world, 1.0)
    world.answers.clear()
    assert refusal(world, 2.0) == "", "it has learnt meanwhile"


def test_one_that_was_right_is_believed_again():
    world = learnt()
    refusals(world)
    answer(world, None)
    assert refusals(world) == DOUBTED_AFTER


def test_what_expires_before_it_is_begun_has_the_prediction_believed_again():
    world = learnt()
    world.describe("runs")
    refusals(world)
    world.now += 20.0
    world.tell(was.TimePassed())
    world.settle()
    assert refusals(world) == DOUBTED_AFTER


def test_who_is_late_before_it_begins_is_refused_whatever_is_doubted():
    world = learnt()
    for _ in range(DOUBTED_AFTER + 1):
        world.answers.clear()
        assert refusal(world, -1.0)
