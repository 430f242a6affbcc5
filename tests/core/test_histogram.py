"""Lengths by bucket: what a bucket holds, and what can be said of many."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.histogram import bucket, quantile, upper

lengths = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("ms", "number", "most"),
    [
        (-5, 0, 0),
        (0, 0, 0),
        (31, 31, 31),
        (32, 32, 33),
        (33, 32, 33),
        (34, 33, 35),
        (63, 47, 63),
        (64, 48, 67),
        (1000, 111, 1023),
        (86_400_000, 372, 88_080_383),
    ],
)
def test_a_length_falls_into_its_bucket(ms, number, most):
    assert bucket(ms) == number
    assert upper(number) == most


@given(lengths)
def test_a_bucket_is_at_most_a_sixteenth_wide(ms):
    assert ms <= upper(bucket(ms)) <= ms + ms // 16


@given(st.integers(0, 600))
def test_buckets_leave_no_gap_and_do_not_overlap(number):
    assert bucket(upper(number)) == number
    assert bucket(upper(number) + 1) == number + 1


@given(st.lists(lengths, min_size=1, max_size=200), st.integers(1, 100))
def test_a_quantile_is_the_true_one_or_a_sixteenth_more(measured, percent):
    true = sorted(measured)[-(-percent * len(measured) // 100) - 1]
    said = quantile(Counter(bucket(ms) for ms in measured), percent / 100)
    assert said is not None
    assert true <= said <= true + true // 16


@pytest.mark.parametrize("counts", [{}, {7: 0}])
def test_of_nothing_nothing_is_said(counts):
    assert quantile(counts, 0.5) is None


def test_of_a_hundred_the_seventh_is_seven_per_cent():
    assert quantile(dict.fromkeys(range(1, 32), 1) | {200: 69}, 0.07) == 7
