"""What holds of sessions whatever they were made of."""

from itertools import pairwise


def assert_sound(found, shots):
    assert sorted(shot for s in found for shot in s.shots) == sorted(s.shot for s in shots)
    for earlier, later in pairwise(found):
        assert earlier.end_ms <= later.start_ms
    for stretch in found:
        assert 0 <= stretch.active_ms <= stretch.end_ms - stretch.start_ms
        assert stretch.boundary.shot == stretch.shots[0]
        assert stretch.boundary.reasons
        assert 0 <= stretch.boundary.confidence <= 1
        assert all(
            stretch.start_ms <= i.start_ms <= i.end_ms <= stretch.end_ms for i in stretch.interruptions
        )
