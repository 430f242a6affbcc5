"""The figures: tables with known values, and what must hold of any segmentation."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.segmentation import pk, windowdiff

from eval.day import TrueSession, Truth
from eval.metrics import (
    answer,
    boundary_scores,
    bounded,
    doubted,
    figures,
    groups,
    labels,
    marks,
    matched,
    starts,
    task_recall,
    time_errors,
    unsupported,
    window,
)
from glimpsed.core.sessions.model import Boundary, Doubt, Reason, Stretch

lengths = st.lists(st.integers(1, 9), min_size=2, max_size=12)


def session_of(sizes):
    return [number for number, size in enumerate(sizes) for _ in range(size)]


def truth_of(session, tasks=None, aside=()):
    sessions = tuple(TrueSession(0, 60_000, 60_000, str(number)) for number in dict.fromkeys(session))
    boundaries = tuple((at, at) for at in starts(session))
    tasks = tuple(tasks or map(str, session))
    return Truth(
        tuple(session), tasks, tuple(at in aside for at in range(len(session))), boundaries, sessions
    )


def stretches_of(session, active_ms=60_000):
    made = []
    for number in dict.fromkeys(session):
        shots = tuple(str(at) for at, its in enumerate(session) if its == number)
        made.append(Stretch(Boundary(shots[0], 0, (Reason.TOPIC,), 1.0), 0, 0, active_ms, shots))
    return made


@pytest.mark.parametrize(
    ("true", "found", "expected"),
    [
        ([5], [5], (1, 1, 1)),
        ([5], [6], (1, 1, 1)),
        ([5], [4], (1, 1, 1)),
        ([5], [7], (0, 0, 0)),
        ([5], [4, 6], (0.5, 1, 2 / 3)),
        ([5, 6], [5], (1, 0.5, 2 / 3)),
        ([5, 7], [6], (1, 0.5, 2 / 3)),
        ([5, 7], [6, 8], (1, 1, 1)),
        ([5], [], (0, 0, 0)),
        ([], [5], (0, 1, 0)),
        ([], [], (1, 1, 1)),
    ],
)
def test_boundaries_within_one_shot(true, found, expected):
    assert boundary_scores([(at, at) for at in true], found) == pytest.approx(expected)


def test_a_glance_between_two_sessions_may_belong_to_either():
    assert boundary_scores([(5, 9)], [7])[2] == 1
    assert boundary_scores([(5, 9)], [4])[2] == 1
    assert boundary_scores([(5, 9)], [3])[2] == 0
    assert boundary_scores([(5, 9)], [5, 9])[0] == 0.5, "but not to both"


@given(lengths)
def test_what_is_perfect_has_the_best_of_each_figure(sizes):
    session = session_of(sizes)
    its = figures(truth_of(session), stretches_of(session), [str(at) for at in range(len(session))])
    assert [its[name] for name in ("precision", "recall", "f1", "tasks")] == [1, 1, 1, 1]
    assert its["pk"] == its["windowdiff"] == 0
    assert its["time_error_bounded"] == its["time_error"] == its["time_error_all"] == 0


@given(lengths, st.data())
def test_figures_keep_their_bounds_whatever_is_said(sizes, data):
    session = session_of(sizes)
    found = sorted(data.draw(st.lists(st.integers(0, 5), min_size=len(session), max_size=len(session))))
    its = figures(truth_of(session), stretches_of(found), [str(at) for at in range(len(session))])
    for name in ("precision", "recall", "f1", "pk", "windowdiff", "tasks"):
        assert 0 <= its[name] <= 1
    assert its["pk"] <= its["windowdiff"]


@given(lengths)
def test_a_boundary_too_many_costs_precision_and_one_too_few_recall(sizes):
    session = session_of(sizes)
    true = [(at, at) for at in starts(session)]
    fewer = boundary_scores(true, starts(session)[1:])
    assert fewer[1] == pytest.approx(1 - 1 / len(true))
    more = boundary_scores(true, [*starts(session), len(session) + 5])
    assert more[0] == pytest.approx(len(true) / (len(true) + 1))
    assert more[1] == 1


@pytest.mark.parametrize(
    ("true", "found", "wide", "expected"),
    [
        # Windows of two places: 0001000, 0000100 and 0000000 differ in two, and in two, of six.
        ([4, 4], [5, 3], 2, (2 / 6, 2 / 6)),
        ([4, 4], [8], 2, (2 / 6, 2 / 6)),
        # One boundary against two within a window: Pk does not see it, WindowDiff does.
        ([4, 4], [3, 1, 4], 2, (1 / 6, 2 / 6)),
    ],
)
def test_pk_and_windowdiff_of_nltk_are_those_of_the_papers(true, found, wide, expected):
    reference, said = marks(session_of(true)), marks(session_of(found))
    assert (pk(reference, said, wide), windowdiff(reference, said, wide)) == pytest.approx(expected)


def test_marks_and_window():
    assert marks(session_of([2, 3, 1])) == "01001"
    assert starts(session_of([2, 3, 1])) == [2, 5]
    assert window(session_of([10, 10])) == 5
    assert window(session_of([1, 1])) == 1


def test_a_shot_in_two_stretches_or_in_none_is_refused():
    stretches = stretches_of([0, 0, 1])
    assert labels(stretches, ["0", "1", "2"]) == [0, 0, 1]
    with pytest.raises(ValueError, match="in no stretch"):
        labels(stretches, ["0", "1", "2", "3"])
    with pytest.raises(ValueError, match="in two"):
        labels([*stretches, stretches[0]], ["0", "1", "2"])


def test_sessions_match_that_share_most_of_what_they_have():
    assert matched([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1]) == [(0, 0), (1, 1)]
    assert matched([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0]) == [], "half is not most"


def test_sessions_are_bounded_that_begin_and_end_alike():
    assert bounded([(3, 3), (6, 8)], session_of([4, 3, 2])) == [(0, 0), (1, 1), (2, 2)]
    assert bounded([(3, 3), (6, 6)], session_of([3, 6])) == [(0, 0)], "a merged one is neither"
    assert bounded([(3, 3)], session_of([3, 4, 2])) == [(0, 0)]
    assert bounded([], session_of([9])) == [(0, 0)]
    assert bounded([(1, 1)], session_of([1, 1])) == [(0, 0), (1, 1)], "none in two pairs"


def test_time_errors():
    sessions = [TrueSession(0, 0, 100, "a"), TrueSession(0, 0, 300, "b")]
    assert time_errors(sessions, [90, 320], [(0, 0), (1, 1)]) == pytest.approx((30 / 400, 30 / 400))
    assert time_errors(sessions, [400], []) == (None, 2.0), "400 missed and 400 that never were"
    found = [(0, 0), (1, 2)]
    assert time_errors(sessions, [100, 100, 190], found) == pytest.approx((110 / 400, 210 / 400))


def test_tasks_are_recalled_when_a_group_is_mostly_about_them():
    tasks = [*"aaaa", "", "", *"bbbb", *"cccc", "d"]
    truth = truth_of([0] * 6 + [1] * 4 + [2] * 5, tasks, aside=(4, 5))
    perfect = groups(truth.session)
    assert task_recall(truth, perfect) == 1, "d is too short to be asked for"
    assert task_recall(truth, [set(range(10)), set(range(10, 15))]) == pytest.approx(1 / 3), (
        "a and b are equal"
    )
    assert task_recall(truth, [{0, 1}, {6, 7, 8}]) == pytest.approx(1 / 3), "half of a visit is not most"
    assert task_recall(truth, []) == 0


def test_tasks_within_a_session_can_be_told_by_groups_that_are_no_sessions():
    truth = truth_of([0] * 8, [*"aaaabbbb"])
    assert task_recall(truth, [set(range(8))]) == 0
    assert task_recall(truth, [{0, 1, 2, 3}, {4, 5, 6, 7}]) == 1


def test_claims_need_evidence():
    evidence = ["posting.py - ledger-api", "Reject dup1icate postings"]
    assert unsupported(["posting.py", "Ledger API", "duplicate"], evidence) == 0
    assert unsupported(["posting.py", "kubernetes"], evidence) == 0.5
    assert unsupported(["Nachricht"], ["Kröger - Nachricht"]) == 0, "r and n are no m across a dash"
    assert unsupported([], evidence) is None
    assert unsupported(["  "], evidence) is None


def test_doubts_are_judged_by_what_is_wrong():
    """Of ten and ten shots, two hours in all, parted at 4 instead of 10."""
    session = session_of([10, 10])
    truth = msgspec.structs.replace(
        truth_of(session), sessions=(TrueSession(0, 0, 3_600_000, "a"), TrueSession(0, 0, 3_600_000, "b"))
    )
    shots = [str(at) for at in range(20)]

    def told(*places):
        first, second = stretches_of(session_of([4, 16]))
        doubts = tuple(Doubt(str(at), 0, 0.5) for at in places)
        return doubted(truth, [first, msgspec.structs.replace(second, doubts=doubts)], shots)

    assert told() == {"doubts": 0, "doubted": 0, "doubted_rightly": None}
    assert told(4) == {"doubts": 0.5, "doubted": 0.5, "doubted_rightly": 1}
    assert told(4, 9, 15) == {"doubts": 1.5, "doubted": 1, "doubted_rightly": 2 / 3}


@pytest.mark.parametrize(
    ("at", "expected"), [(2, False), (4, False), (5, None), (8, None), (9, True), (11, True), (12, None)]
)
def test_who_answers_says_nothing_where_a_person_would_not(at, expected):
    assert answer(truth_of(session_of([10, 10])), [str(n) for n in range(20)], str(at)) is expected
