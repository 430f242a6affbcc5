"""Which profile a machine gets, and that every row is usable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.fit import GIB, MIB
from glimpsed.core.profiles import PROFILES, detect

ORDER = list(PROFILES)


@pytest.mark.parametrize(
    ("name", "cards"),
    [
        ("development", []),
        ("development", [4096]),
        ("development", [4096, 4096]),
        ("constrained_6gb", [6144]),
        ("constrained_6gb", [5754]),  # 6 GiB, less what correcting errors takes
        ("constrained_6gb", [8192]),
        ("constrained_6gb", [12_288]),
        ("constrained_16gb", [16_376]),
        ("constrained_16gb", [15_079]),
        ("balanced_24gb", [24_564]),
        ("balanced_24gb", [23_028]),
        ("balanced_24gb", [48_000]),
        ("multi_gpu_2x16gb", [16_376, 16_376]),
        ("multi_gpu_2x16gb", [24_564, 15_079, 2048]),
        ("balanced_24gb", [24_564, 8192]),
        ("generous_96gb", [97_871]),
        ("generous_96gb", [97_871, 97_871]),
        ("multi_gpu_2x16gb", [49_140, 49_140]),
    ],
)
def test_known_machines_by_what_their_drivers_say(name, cards):
    assert detect([mib * MIB for mib in cards]).name == name


@given(st.lists(st.integers(0, 200 * GIB), max_size=4), st.integers(0, 200 * GIB))
def test_another_gpu_never_makes_a_machine_smaller_and_their_order_is_nothing(totals, another):
    found = detect(totals)
    assert found == detect(totals[::-1])
    assert ORDER.index(found.name) <= ORDER.index(detect([*totals, another]).name)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_row_is_consistent(profile):
    assert profile.residents >= 1
    assert 512 <= profile.smallest_context <= profile.context
    assert profile.gpus * profile.min_gpu <= profile.budget
    assert len(set(profile.quantisations)) == len(profile.quantisations) > 0
    assert profile.keep_alive_s > 0


def test_a_machine_of_the_size_that_a_row_is_named_for_has_that_profile():
    for name, profile in PROFILES.items():
        if profile.gpus:
            assert detect([profile.budget // profile.gpus] * profile.gpus).name == name
