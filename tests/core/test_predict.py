"""How long a call will take: tables for what is learnt of what, properties for what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.predict import Predictor, Sample

EYES = ("eyes", "CPU", "screen")


def sample(encoded=0, new=0, written=0, *, costs=(0, 0, 0)):
    """A call of so much work, at these milliseconds a unit."""
    work = (encoded, new, written)
    return Sample(*work, *(units * cost for units, cost in zip(work, costs, strict=True)))


def test_a_call_like_those_before_takes_as_long():
    predictor = Predictor()
    for _ in range(5):
        predictor.learn(*EYES, Sample(9, 800, 400, 32_000, 24_000, 20_000))
    assert predictor.predicted_s(*EYES) == pytest.approx(76.0)


def test_nothing_is_predicted_of_what_nothing_was_learnt_of():
    predictor = Predictor()
    assert predictor.predicted_s(*EYES) is None
    assert predictor.load_s("eyes", "CPU") is None
    predictor.learn(*EYES, sample(9, 800, 400, costs=(3000, 30, 50)))
    assert predictor.predicted_s("eyes", "CPU", "ask") is None
    assert predictor.predicted_s("eyes", "CUDA0", "screen") is None
    assert predictor.predicted_s("spare", "CPU", "screen") is None
    assert predictor.load_s("eyes", "CPU") is None


def test_costs_are_of_a_device_and_amounts_of_a_role():
    predictor = Predictor()
    predictor.learn("eyes", "CPU", "screen", sample(9, 800, 400, costs=(3000, 30, 50)))
    predictor.learn("eyes", "CUDA0", "ask", sample(1, 10, 20, costs=(100, 1, 10)))
    assert predictor.predicted_s("eyes", "CUDA0", "screen") == pytest.approx(0.9 + 0.8 + 4.0)
    assert predictor.predicted_s("eyes", "CPU", "ask") == pytest.approx(3.0 + 0.3 + 1.0)


def test_without_encodes_nothing_is_learnt_of_what_they_cost():
    predictor = Predictor()
    predictor.learn("eyes", "CPU", "ask", sample(0, 20, 100, costs=(0, 30, 50)))
    assert predictor.predicted_s("eyes", "CPU", "ask") == pytest.approx(5.6)
    predictor.learn("eyes", "CUDA0", "screen", sample(9, 800, 400, costs=(100, 1, 10)))
    assert predictor.predicted_s("eyes", "CPU", "screen") is None  # the pictures are not thought to be free
    for _ in range(50):
        predictor.learn("eyes", "CUDA0", "ask", sample(0, 20, 100, costs=(0, 1, 10)))
    assert predictor.predicted_s("eyes", "CUDA0", "screen") == pytest.approx(0.9 + 0.8 + 4.0)


def test_pictures_that_are_mostly_known_are_predicted_to_be():
    predictor = Predictor()
    predictor.learn(*EYES, sample(9, 800, 400, costs=(3000, 30, 50)))
    for _ in range(40):
        predictor.learn(*EYES, sample(1, 300, 400, costs=(3000, 30, 50)))
    assert predictor.predicted_s(*EYES) == pytest.approx(3.0 + 9.0 + 20.0, rel=0.01)


def test_the_overhead_of_short_questions_does_not_pass_for_the_price_of_long_prompts():
    predictor = Predictor()
    predictor.learn(*EYES, Sample(0, 1000, 1, 0, 1000, 10))
    predictor.learn("eyes", "CPU", "ask", Sample(0, 5, 1, 0, 100, 10))  # twenty times as much a token
    assert predictor.predicted_s(*EYES) < 1.2


def test_what_is_recent_counts_most():
    predictor = Predictor()
    for ms in (10_000, 10_000, 1000, 1000, 1000, 1000):
        predictor.loaded("eyes", "CUDA0", ms)
    assert 1.0 < predictor.load_s("eyes", "CUDA0") < 5.5
    assert predictor.load_s("eyes", "CPU") is None


def test_a_call_that_took_no_time_is_predicted_to_take_none():
    predictor = Predictor()
    predictor.learn(*EYES, sample())
    assert predictor.predicted_s(*EYES) == 0.0
    predictor.learn(*EYES, sample(9, 800, 400))
    predictor.loaded("eyes", "CPU", 0)
    assert (predictor.predicted_s(*EYES), predictor.load_s("eyes", "CPU")) == (0.0, 0.0)


def test_time_that_went_into_no_work_is_not_the_price_of_any():
    predictor = Predictor()
    predictor.learn(*EYES, sample(9, 800, 400, costs=(3000, 30, 50)))
    predictor.learn("eyes", "CPU", "ask", Sample(0, 0, 0, 500, 500, 500))
    assert predictor.predicted_s(*EYES) == pytest.approx(27.0 + 24.0 + 20.0)


units, ms = st.integers(0, 5) | st.integers(0, 10_000), st.integers(0, 10**8)
samples = st.builds(Sample, units, units, units, ms, ms, ms)
work = st.tuples(st.integers(1, 20), st.integers(1, 5000), st.integers(1, 2000))
costs = st.tuples(st.integers(0, 10_000), st.integers(0, 1000), st.integers(0, 1000))


@given(st.lists(st.tuples(st.sampled_from(["screen", "ask"]), samples), min_size=1, max_size=40))
def test_a_prediction_lies_between_the_best_and_the_worst_of_what_was_seen(history):
    predictor = Predictor()
    for role, each in history:
        predictor.learn("eyes", "CPU", role, each)
    for role in {role for role, _ in history}:
        seen = [each.work for of, each in history if of == role]
        prices = [[ms / n for n, ms in kind if n] for kind in zip(*(s.work for _, s in history), strict=True)]
        amounts = [[n for n, _ in kind] for kind in zip(*seen, strict=True)]
        low, high = (
            sum(pick(amount) * pick(price, default=0) for amount, price in zip(amounts, prices, strict=True))
            for pick in (min, max)
        )
        predicted_ms = 1000 * predictor.predicted_s("eyes", "CPU", role)
        assert low * (1 - 1e-9) <= predicted_ms <= high * (1 + 1e-9)


@given(st.lists(samples, max_size=20), work, costs)
def test_whatever_was_before_constant_calls_are_predicted_as_they_are(before, work, costs):
    predictor = Predictor()
    for each in before:
        predictor.learn(*EYES, each)
    steady = sample(*work, costs=costs)
    for _ in range(200):
        predictor.learn(*EYES, steady)
    took_s = sum(ms for _, ms in steady.work) / 1000
    assert predictor.predicted_s(*EYES) == pytest.approx(took_s, rel=1e-6, abs=1e-3)


@given(st.lists(work, min_size=1, max_size=30), costs)
def test_constant_costs_are_learnt_whatever_the_amounts(amounts, costs):
    predictor = Predictor()
    for each in amounts:
        predictor.learn("eyes", "CPU", "screen", sample(*each, costs=costs))
    predictor.learn("eyes", "CUDA0", "ask", sample(1, 1, 1, costs=(1, 1, 1)))
    assert predictor.predicted_s("eyes", "CPU", "ask") == pytest.approx(sum(costs) / 1000)


@given(st.lists(ms, min_size=1, max_size=30))
def test_a_load_is_predicted_between_the_quickest_and_the_slowest(loads):
    predictor = Predictor()
    for each in loads:
        predictor.loaded("eyes", "CPU", each)
    slack = 1e-9 * max(loads)
    assert min(loads) - slack <= 1000 * predictor.load_s("eyes", "CPU") <= max(loads) + slack
