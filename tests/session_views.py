"""A session as clients see it, in full and as it is found; every field is set."""

from glimpsed.wire import sessions as w
from glimpsed.wire import views as v

FOUND_SESSION = v.FoundSessionView(
    id="0199a2f0-0000-7000-8000-000000000006",
    title="Coding: shop",
    state="closed",
    start_ms=1_763_632_800_000,
    end_ms=1_763_636_400_000,
    offset_s=3600,
    active_ms=3_300_000,
    rung="model",
    score=2.5,
    matches=[
        v.MatchView(
            field="said", text="The request handler of the shop was rewritten.", marks=[v.MarkView(12, 19)]
        )
    ],
)

SESSION = w.SessionView(
    id="0199a2f0-0000-7000-8000-000000000006",
    version=2,
    state="closed",
    start_ms=1_763_632_800_000,
    end_ms=1_763_636_400_000,
    offset_s=3600,
    active_ms=3_300_000,
    shots=212,
    first_shot="0199a2f0-0000-7000-8000-000000000001",
    last_shot="0199a2f0-0000-7000-8000-000000000001",
    reasons=["absence", "identity"],
    confidence=0.98,
    judged=w.JudgedView(
        shot="0199a2f0-0000-7000-8000-000000000001", begins=True, confidence=0.62, model="llama3"
    ),
    rung="model",
    title="Coding: shop",
    summary="The request handler of the shop was rewritten.",
    workflow="coding",
    focus="interrupted",
    applications=[
        w.ShareView("Visual Studio Code", 2_500_000, 0.758),
        w.ShareView("Firefox", 800_000, 0.242),
    ],
    projects=[w.ShareView("shop", 3_000_000, 0.909)],
    documents=[w.ShareView("server.py", 2_000_000, 0.606)],
    activities=[w.ShareView("coding", 3_300_000, 1.0)],
    interruptions=[w.InterruptionView(1_763_633_000_000, 1_763_633_060_000, "Slack")],
    steps=[w.StepView(1_763_632_800_000, 1_763_634_000_000, "Editing server.py")],
    main_activities=["rewriting a handler"],
    tasks=["Rewrite the request handler"],
    efficiency="Few interruptions.",
    recommendations=["Mute chat while writing."],
    claims=20,
    dropped=3,
    model="llama3",
    prompt_version="session-1",
)
