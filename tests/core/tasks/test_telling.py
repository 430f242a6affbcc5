"""What a task is called and where it stands, from what was placed into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glimpsed.core.sessions.settings import BREAK_MS
from glimpsed.core.tasks.model import Evidence, Proof, Settings, TaskState
from glimpsed.core.tasks.telling import LEFT, MAX_TITLE, told
from task_samples import DAY, HOUR, begin, evidence, session_id

SETTINGS = Settings()


def tell(*every, now=None, settings=SETTINGS):
    return told("t", every, begin(99) if now is None else now, settings)


def test_times_are_those_of_its_parts():
    task = tell(evidence(3, "@shop", minutes=30), evidence(1, "@shop"), now=begin(4))
    assert (task.first_ms, task.last_ms, task.active_ms) == (begin(1), begin(3) + HOUR // 2, 3 * HOUR // 2)
    assert [part.session for part in task.parts] == [session_id(1), session_id(3)]
    assert (task.state, task.proofs) == (TaskState.OPEN, ())


@pytest.mark.parametrize(
    ("every", "title"),
    [
        ([evidence(1, "@ledger-api", "Docs.pdf")], "ledger-api"),
        (
            [evidence(1, "#481", "#481 Router keeps blinking", "h.example/tickets/481")],
            "#481 Router keeps blinking",
        ),
        ([evidence(1, "#481", "h.example/tickets/481")], "#481"),
        ([evidence(1, "h.example/wiki")], "h.example/wiki"),
        ([evidence(1, ("Long.odt", HOUR), ("Short.odt", 60_000), ("h.example/x", 2 * HOUR))], "Long.odt"),
        ([evidence(1, "Budqet 2027.xlsx", minutes=5), evidence(2, "Budget 2027.xlsx")], "Budget 2027.xlsx"),
        ([evidence(1, "sheet.pdf"), evidence(2, "@algolab", "sheet.pdf", minutes=5)], "algolab"),
        ([evidence(1, "a.odt", wording="Write a"), evidence(2, "a.odt", minutes=5)], "Write a"),
        ([evidence(1, "a.odt", wording="Write a", minutes=5), evidence(2, "a.odt")], "a.odt"),
        ([evidence(1, "a\n b.odt")], "a b.odt"),
    ],
)
def test_a_title_is_what_most_of_the_time_says(every, title):
    assert tell(*every).title == title


def test_a_title_has_a_bound():
    assert len(tell(evidence(1, "x" * 1000)).title) == MAX_TITLE


def test_a_proof_in_what_was_seen_last_makes_it_done():
    done = evidence(2, "#481", done="Status: Closed")
    task = tell(evidence(1, "#481"), done)
    assert (task.state, task.proofs) == (
        TaskState.DONE,
        (Proof(done.part.end_ms, session_id(2), "Status: Closed"),),
    )


def test_work_that_goes_on_says_that_it_is_not():
    assert tell(evidence(1, "#481", done="Status: Closed"), evidence(2, "#481"), now=begin(3)).state == "open"
    done = evidence(1, "#481", done="Status: Closed")
    for after_ms, state in ((BREAK_MS, "done"), (BREAK_MS + 1, "open")):
        proof = Proof(done.part.end_ms - after_ms, session_id(1), "Status: Closed")
        assert tell(Evidence(done.part, done.names, "", proof), now=begin(2)).state == state


def test_what_is_not_seen_for_long_is_abandoned_with_when_it_was_seen_last():
    work = evidence(1, "@shop")
    last = work.part.end_ms
    assert tell(work, now=last + 14 * DAY).state == "open"
    task = tell(work, now=last + 14 * DAY + 1)
    assert (task.state, task.proofs) == (TaskState.ABANDONED, (Proof(last, session_id(1), LEFT),))
    assert (
        tell(work, now=last + 2 * DAY + 1, settings=Settings(abandoned_after_ms=2 * DAY)).state == "abandoned"
    )
    assert tell(evidence(1, "#481", done="Status: Closed"), now=begin(99)).state == "done", (
        "that is no neglect"
    )


def test_a_glance_that_is_no_work_does_not_make_it_false_that_a_task_was_left():
    """Screens may have shown it later for less than counts as evidence, so it is not said that none did."""
    (proof,) = tell(evidence(1, "@shop"), now=begin(99)).proofs
    assert proof.text == "last worked at then, and not again since"


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True), st.data())
def test_whatever_order_it_came_in(numbers, data):
    every = [
        evidence(n, "#481" if n % 2 else "#482", wording="w" * (n % 3), done="Closed" if n % 4 == 0 else "")
        for n in numbers
    ]
    now = begin(data.draw(st.integers(0, 60)))
    assert tell(*every, now=now) == tell(*data.draw(st.permutations(every)), now=now)
