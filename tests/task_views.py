"""A task as clients see it, with every field set: a part of `wire_samples`."""

from glimpsed.wire.tasks import PartView, ProofView, TaskView

TASK_ID = "0199a2f0-0000-7000-8000-000000000010"
SESSION_ID = "0199a2f0-0000-7000-8000-000000000012"

TASK = TaskView(
    id=TASK_ID,
    title="#512 Reject duplicate postings",
    state="done",
    first_ms=1_763_632_000_000,
    last_ms=1_763_719_300_000,
    active_ms=2_700_000,
    sessions=2,
    proofs=[ProofView(at_ms=1_763_719_200_000, session=SESSION_ID, text="Pull request merged")],
)

PARTS = [
    PartView(
        session="0199a2f0-0000-7000-8000-000000000011",
        start_ms=1_763_632_000_000,
        end_ms=1_763_634_100_000,
        active_ms=1_800_000,
    ),
    PartView(session=SESSION_ID, start_ms=1_763_718_400_000, end_ms=1_763_719_300_000, active_ms=900_000),
]
