"""When a file is complete: tables for what is said, properties for what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.model import FileIdentity
from glimpsed.core.stable import RETRY_DELAYS_S, Stability, Verdict

READY, WAIT, KNOWN, GONE = Verdict.READY, Verdict.WAIT, Verdict.KNOWN, Verdict.GONE


def file(version=0):
    return FileIdentity(device=1, inode=2, size=100 + version, mtime_ns=version)


A, B = file(0), file(1)
X, Y, Z, BUSY = (("folder", name) for name in (b"x.png", b"y.png", b"z.png", b"busy.png"))


@pytest.mark.parametrize(
    ("what", "looks"),
    [
        ("its writer closed it", [(0, A, True, READY), (0.1, A, True, KNOWN)]),
        ("two equal looks", [(0, A, False, WAIT), (0.9, A, False, WAIT), (1, A, False, READY)]),
        (
            "ready once",
            [(0, A, False, WAIT), (1, A, False, READY), (9, A, False, KNOWN), (9, A, True, KNOWN)],
        ),
        ("closed while it waits", [(0, A, False, WAIT), (0.1, A, True, READY)]),
        ("closed after it changed", [(0, A, False, WAIT), (0.1, B, True, READY)]),
        ("changed between looks", [(0, A, False, WAIT), (1, B, False, WAIT), (2, B, False, READY)]),
        ("overwritten later", [(0, A, True, READY), (5, B, False, WAIT), (6, B, False, READY)]),
        (
            "changed, and back",
            [(0, A, True, READY), (5, B, False, WAIT), (6, A, False, KNOWN), (7, A, True, KNOWN)],
        ),
        ("gone while it waits", [(0, A, False, WAIT), (1, None, False, GONE), (2, A, False, WAIT)]),
        ("gone, then the same again", [(0, A, True, READY), (1, None, False, GONE), (2, A, True, READY)]),
        (
            "its time lies in the future",
            [(0, file(2**62), False, WAIT), (1, file(2**62), False, READY)],
        ),
    ],
)
def test_says_when_a_file_is_ready(what, looks):
    stability = Stability(quiet_s=1.0)
    for now, identity, settled, verdict in looks:
        assert stability.seen(X, identity, settled=settled, now=now) is verdict, what


def test_a_retry_that_is_crowded_out_is_begun_afresh_by_the_next_scan():
    stability = Stability(quiet_s=1.0, capacity=2)
    assert stability.seen(X, A, settled=True, now=0) is READY
    assert stability.retry(X, now=0)
    for crowd in (Y, Z):
        stability.seen(crowd, A, settled=False, now=0)
    assert stability.seen(X, A, settled=True, now=20) is READY


def test_what_is_crowded_out_and_was_read_stays_known():
    stability = Stability(quiet_s=1.0, capacity=2)
    assert stability.seen(X, A, settled=True, now=0) is READY
    assert stability.seen(X, B, settled=False, now=0) is WAIT
    for crowd in (Y, Z):
        stability.seen(crowd, A, settled=False, now=0)
    assert stability.seen(X, A, settled=True, now=20) is KNOWN


def test_what_waits_is_due_and_what_is_ready_is_not():
    stability = Stability(quiet_s=1.0)
    assert stability.next_due() is None
    stability.seen(X, A, settled=False, now=0)
    stability.seen(Y, A, settled=False, now=0.5)
    stability.seen(Z, A, settled=True, now=0.5)
    assert stability.next_due() == 1.0
    assert stability.due(0.99) == []
    assert stability.due(1.0) == [X]
    assert stability.seen(X, A, settled=False, now=1.0) is READY
    assert stability.due(1.5) == [Y]
    stability.forget(Y)
    assert stability.next_due() is None


def test_a_look_that_never_came_comes_up_again_and_not_at_once():
    stability = Stability(quiet_s=1.0)
    stability.seen(X, A, settled=False, now=0)
    assert stability.due(1.0) == [X]
    assert stability.due(1.0) == []
    assert stability.next_due() == 2.0
    assert stability.due(2.0) == [X]


def test_a_path_is_due_once_even_when_it_changed_at_the_very_moment_it_was_due():
    stability = Stability(quiet_s=1.0)
    stability.seen(X, A, settled=False, now=0)
    assert stability.due(1.0) == [X]
    assert stability.seen(X, B, settled=False, now=1.0) is WAIT
    assert stability.due(2.0) == [X]


def test_a_refused_file_is_tried_again_after_each_delay_and_then_given_up():
    stability = Stability()
    now = 0.0
    assert stability.seen(X, A, settled=True, now=now) is READY
    for delay in RETRY_DELAYS_S:
        assert stability.retry(X, now)
        assert stability.next_due() == now + delay
        assert stability.seen(X, A, settled=True, now=now + delay / 2) is WAIT
        now += delay
        assert stability.due(now) == [X]
        assert stability.seen(X, A, settled=False, now=now) is READY
    assert not stability.retry(X, now)
    assert stability.next_due() is None
    assert stability.seen(X, A, settled=True, now=now + 300) is KNOWN


@pytest.mark.parametrize("settled", [True, False])
def test_a_refused_file_that_changes_starts_afresh(settled):
    stability = Stability()
    stability.seen(X, A, settled=True, now=0)
    for now in (0, 10, 20):
        assert stability.retry(X, now)
        stability.seen(X, A, settled=True, now=now + 9)
    assert not stability.retry(X, 30)
    if not settled:
        assert stability.seen(X, B, settled=False, now=30) is WAIT
    assert stability.seen(X, B, settled=settled, now=31) is READY
    for now in (40, 50, 60):
        assert stability.retry(X, now)
        assert stability.seen(X, B, settled=True, now=now + 9) is READY
    assert not stability.retry(X, 70)


def test_a_refusal_of_a_file_that_changed_meanwhile_is_not_the_end_of_it():
    stability = Stability()
    stability.seen(X, A, settled=True, now=0)
    stability.seen(X, B, settled=False, now=0.5)
    assert stability.retry(X, 0.6)
    assert stability.seen(X, B, settled=False, now=1.5) is READY


def test_a_refusal_of_a_file_nobody_knows_is_not_tried_again():
    assert not Stability().retry(X, 0)


def test_remembers_no_more_than_its_capacity():
    stability = Stability(capacity=100)
    for number in range(1000):
        stability.seen(("folder", b"w%d" % number), A, settled=False, now=0)
        stability.seen(("folder", b"r%d" % number), A, settled=True, now=0)
    for version in range(1000):
        stability.seen(BUSY, file(version), settled=False, now=version / 1000)
    assert len(stability.due(2)) == 100
    assert len(stability._reported) == 100
    assert len(stability._looks) <= 2 * 100 + 64


steps = st.lists(
    st.tuples(
        st.sampled_from([X, Y]),
        st.one_of(st.none(), st.integers(0, 3).map(file)),
        st.booleans(),
        st.floats(0, 3),
        st.booleans(),
    ),
    max_size=40,
)


@given(steps)
def test_no_path_is_ready_twice_for_one_identity_unless_it_was_gone_or_refused(history):
    stability, now, reported = Stability(quiet_s=1.0), 0.0, {}
    for key, identity, settled, pause, refused in history:
        now += pause
        verdict = stability.seen(key, identity, settled=settled, now=now)
        if verdict is GONE:
            reported.pop(key, None)
        if verdict is READY:
            assert reported.get(key) != identity
            reported[key] = identity
            if refused and stability.retry(key, now):
                reported[key] = None


@given(steps, st.floats(0.01, 5))
def test_a_file_that_stops_changing_is_ready_within_two_quiet_times(history, quiet_s):
    stability, now = Stability(quiet_s=quiet_s), 0.0
    for key, identity, settled, pause, _ in history:
        now += pause
        stability.seen(key, identity, settled=settled, now=now)
    last = file(99)
    stopped = now
    verdict = stability.seen(X, last, settled=False, now=now)
    while verdict is not READY:
        now = stability.next_due()
        assert now <= stopped + 2 * quiet_s
        for key in stability.due(now):
            found = stability.seen(key, last if key == X else None, settled=False, now=now)
            verdict = found if key == X else verdict


@given(st.lists(st.floats(0, 3), min_size=1, max_size=50))
def test_a_file_that_keeps_changing_is_never_ready_until_its_writer_says_so(pauses):
    stability, now = Stability(quiet_s=1.0), 0.0
    for version, pause in enumerate(pauses):
        now += pause
        assert stability.seen(X, file(version), settled=False, now=now) is WAIT
    assert stability.seen(X, file(len(pauses)), settled=True, now=now) is READY


@given(steps)
def test_whatever_waits_comes_up_again(history):
    stability, now = Stability(quiet_s=1.0), 0.0
    for key, identity, settled, pause, _ in history:
        now += pause
        verdict = stability.seen(key, identity, settled=settled, now=now)
        due = stability.due(now)
        assert len(due) == len(set(due))
        if verdict is WAIT:
            assert stability.next_due() is not None
            assert stability.next_due() > now
