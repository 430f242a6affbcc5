"""Whose turn it is: a table for each rule. Descriptions are `A`'s, questions are `B`'s."""

import pytest

from glimpsed.core.model import Job, JobKind, Urgency
from glimpsed.core.turn import ALLOWANCE_S, Head, Turn

MODELS = {JobKind.DESCRIBE: "A", JobKind.ASK: "B"}
KINDS = {model: kind for kind, model in MODELS.items()}
INTERACTIVE, CRITICAL, HIGH, NORMAL, LOW, BACKGROUND = Urgency


def head(name, urgency=NORMAL, arrival=0.0):
    """A job of the model that its name begins with."""
    job = Job(name, KINDS[name[0]], f"picture of {name}", 0, urgency=urgency)
    return Head(job, arrival, arrival + ALLOWANCE_S[urgency])


def granted(turn, heads, here="A", now=1000.0, *, background=True, most=100):
    """The order in which these go, and the swaps it takes, in a memory that holds one model."""
    waiting, order, swaps = list(heads), [], 0
    while len(order) < most and (chosen := turn.choose(waiting, MODELS, {here}, now, background=background)):
        if MODELS[chosen.job.kind] != here:
            here, swaps = MODELS[chosen.job.kind], swaps + 1
            continue
        turn.granted(chosen.job, now)
        waiting.remove(chosen)
        order.append(chosen.job.id)
    return order, swaps


def row(names, **more):
    """Jobs that came one second after the other."""
    return [head(name, arrival=float(n), **more) for n, name in enumerate(names)]


@pytest.mark.parametrize(
    ("heads", "order"),
    [
        ([head("A1", NORMAL), head("A2", INTERACTIVE, 900.0)], ["A2", "A1"]),
        ([head("A1", INTERACTIVE, 2.0), head("A2", INTERACTIVE, 1.0)], ["A2", "A1"]),
        ([head("A1", LOW), head("A2", CRITICAL), head("A3", HIGH)], ["A2", "A3", "A1"]),
        ([head("A1", NORMAL, 0.0), head("A2", HIGH, 530.0)], ["A2", "A1"]),
        ([head("A1", NORMAL, 0.0), head("A2", HIGH, 990.0)], ["A2", "A1"]),  # however long it has waited
        ([head("A1", BACKGROUND, -90_000.0), head("A2", LOW, 1.0)], ["A2", "A1"]),
        ([head("B1", NORMAL, 2.0), head("A1", NORMAL, 1.0)], ["A1", "B1"]),
    ],
)
def test_a_person_comes_first_then_who_is_most_urgent_then_who_came_first(heads, order):
    assert granted(Turn(), heads)[0] == order


def test_a_b_a_b_becomes_a_a_b_b():
    assert granted(Turn(), row(["A1", "B1", "A2", "B2"])) == (["A1", "A2", "B1", "B2"], 1)


def test_what_fits_beside_the_resident_model_needs_no_swap_and_keeps_the_order():
    turn, order, waiting = Turn(), [], row(["A1", "B1", "A2", "B2"])
    while chosen := turn.choose(waiting, MODELS, {"A", "B"}, 0.0, background=True):
        turn.granted(chosen.job, 0.0)
        waiting.remove(chosen)
        order.append(chosen.job.id)
    assert order == ["A1", "B1", "A2", "B2"]


def test_a_higher_class_swaps_at_once():
    heads = [head("A1"), head("A2", CRITICAL), head("B1", INTERACTIVE, 900.0)]
    assert granted(Turn(), heads, most=1) == (["B1"], 1)
    heads = [head("A1", BACKGROUND), head("B1", NORMAL, 900.0)]
    assert granted(Turn(), heads, most=1) == (["B1"], 1)


def test_a_higher_rank_of_the_same_class_does_not():
    heads = [head("A1", LOW), head("B1", CRITICAL)]
    assert granted(Turn(), heads) == (["A1", "B1"], 1)


@pytest.mark.parametrize("age", [0.0, 30_000.0])
def test_background_work_keeps_nobody_from_their_model_however_old_it_is(age):
    heads = [head("A1", BACKGROUND, -age), head("B1", NORMAL)]
    assert granted(Turn(), heads) == (["B1", "A1"], 2)


def test_a_backlog_that_is_overdue_costs_what_is_new_one_turn_in_twenty_one():
    turn, order = Turn(), []
    for n in range(63):
        heads = [head(f"A{n}", CRITICAL, 1000.0 + n), head(f"B{n}", BACKGROUND, -90_000.0)]
        chosen = turn.choose(heads, MODELS, {"A", "B"}, 1000.0 + n, background=True)
        turn.granted(chosen.job, 1000.0 + n)
        assert turn.lifted == (chosen is heads[1])
        order += [n] if turn.lifted else []
    assert order == [20, 41, 62]


def test_the_backlog_goes_past_a_person_no_oftener_than_people_are_promised():
    turn = Turn()
    for n in range(21):  # so that it would be its turn
        heads = [head(f"A{n}", CRITICAL, 1000.0), head("B1", BACKGROUND, -90_000.0)]
        turn.granted(heads[0].job, 1000.0)
    heads = [head("A99", INTERACTIVE, 1000.0), head("B1", BACKGROUND, -90_000.0)]
    assert turn.choose(heads, MODELS, {"A", "B"}, 1000.0, background=True) is heads[0]


def test_which_turns_are_those_of_the_overdue_alone_is_told():
    turn, old = Turn(), head("A1", BACKGROUND, -90_000.0)
    assert turn.choose([old], MODELS, {"A"}, 1000.0, background=True) is old
    turn.granted(old.job, 1000.0)
    assert not turn.lifted, "nobody else waited"


def test_background_work_of_another_model_waits_for_what_is_like_it():
    heads = [head("A1", BACKGROUND, 1.0), head("B1", BACKGROUND, 0.0)]
    assert granted(Turn(), heads) == (["A1", "B1"], 1)


def test_who_needs_a_swap_is_passed_over_as_often_as_the_quantum_says():
    heads = row(["B1", *(f"A{n}" for n in range(1, 30))])
    order, swaps = granted(Turn(quantum_jobs=3), heads)
    assert order[:4] == ["A1", "A2", "A3", "B1"]
    assert (len(order), swaps) == (30, 2)


def test_who_needs_a_swap_is_passed_over_as_long_as_the_quantum_says():
    turn, waiting = Turn(quantum_s=300.0), row(["B1", *(f"A{n}" for n in range(1, 9))])
    for now in (1000.0, 1150.0, 1299.0):
        chosen = turn.choose(waiting, MODELS, {"A"}, now, background=True)
        assert chosen.job.id.startswith("A")
        turn.granted(chosen.job, now)
        waiting.remove(chosen)
    assert turn.choose(waiting, MODELS, {"A"}, 1300.0, background=True).job.id == "B1"


def test_a_model_does_what_it_was_loaded_for_though_something_came_in_between():
    turn = Turn(quantum_jobs=1)
    waiting = [head("B1"), head("A1", arrival=1.0), head("A2", arrival=2.0)]
    assert granted(turn, waiting, most=1) == (["A1"], 0)
    del waiting[1]
    assert turn.choose(waiting, MODELS, {"A"}, 1000.0, background=True).job.id == "B1"
    waiting.append(head("A0", CRITICAL, -1.0))
    assert granted(turn, waiting, here="B")[0] == ["B1", "A0", "A2"]


def test_but_not_before_a_person():
    turn, waiting = Turn(), [head("B1")]
    assert turn.choose(waiting, MODELS, {"A"}, 0.0, background=True).job.id == "B1"
    waiting.append(head("A0", INTERACTIVE, 1.0))
    assert granted(turn, waiting, here="B", most=1) == (["A0"], 1)


def test_a_stream_of_people_leaves_one_turn_in_twenty_to_the_overdue():
    turn, order = Turn(), []
    for n in range(60):
        heads = [head(f"A{n}", INTERACTIVE, float(n)), head(f"B{len(order)}", LOW, -9000.0)]
        chosen = turn.choose(heads, MODELS, {"A", "B"}, 100.0, background=True)
        turn.granted(chosen.job, 100.0)
        if chosen is heads[1]:
            order.append(n)
    assert order == [19, 39, 59]


def test_a_stream_of_people_leaves_no_turn_to_who_is_not_overdue():
    turn = Turn()
    for n in range(60):
        heads = [head(f"A{n}", INTERACTIVE, float(n)), head("B1", LOW, 0.0)]
        chosen = turn.choose(heads, MODELS, {"A", "B"}, 100.0, background=True)
        assert chosen is heads[0]
        turn.granted(chosen.job, 100.0)


def test_the_turn_of_the_overdue_is_worth_a_swap_at_once():
    turn = Turn(one_in=1)
    heads = [head("A1", INTERACTIVE, 1.0), head("A2"), head("B1", LOW, -9000.0)]
    assert turn.choose(heads, MODELS, {"A"}, 100.0, background=True).job.id == "B1"


def test_background_work_is_held_back_even_when_it_is_overdue():
    heads = [head("A1", BACKGROUND, -90_000.0), head("A2", LOW, 999.0)]
    assert granted(Turn(), heads, background=False) == (["A2"], 0)


def test_what_no_model_can_do_is_left_alone():
    turn = Turn()
    heads = [head("B1", INTERACTIVE), head("A1")]
    assert turn.choose(heads, {JobKind.DESCRIBE: "A"}, {"A"}, 0.0, background=True).job.id == "A1"
    assert turn.choose(heads, {}, {"A"}, 0.0, background=True) is None
    assert turn.choose([], MODELS, {"A"}, 0.0, background=True) is None


def test_nothing_is_here_so_the_first_is_worth_a_load():
    assert Turn().choose(row(["B1", "A1"]), MODELS, set(), 0.0, background=True).job.id == "B1"


def test_asking_again_gives_the_same_answer():
    turn, waiting = Turn(quantum_jobs=2), row(["B1", "A1", "A2", "A3"])
    while waiting:
        here = {"A"} if len(waiting) % 2 else {"B"}
        first, second = (turn.choose(waiting, MODELS, here, 0.0, background=True) for _ in range(2))
        assert first is second
        turn.granted(first.job, 0.0)
        waiting.remove(first)
