"""One message of every kind, with every field set: what golden frames hold and the test daemon answers."""

import wire_sample_day
from glimpsed.wire import days
from glimpsed.wire import messages as m
from glimpsed.wire import scheduling as d
from glimpsed.wire import searching as s
from glimpsed.wire import sessions as w
from glimpsed.wire import tasks as t
from glimpsed.wire import views as v
from glimpsed.wire.codec import error_reply
from glimpsed.wire.errors import ErrorCode
from session_views import FOUND_SESSION, SESSION
from task_views import PARTS, TASK, TASK_ID

SHOT_ID = "0199a2f0-0000-7000-8000-000000000001"
JOB_ID = "0199a2f0-0000-7000-8000-000000000002"
EPOCH = "0199a2f0-0000-7000-8000-00000000000e"
PICTURE = "a3" * 32

RESULT = v.ResultView(
    id="0199a2f0-0000-7000-8000-000000000003",
    rung="vision",
    application="Visual Studio Code",
    application_type="code_editor",
    window_title="server.py - shop",
    activity="coding",
    task="Editing server.py",
    summary="A Python file with a request handler is open.",
    entities=[v.EntityView("file", "server.py"), v.EntityView("url", "https://example.org/ä")],
    confidence=0.75,
    model="minicpm",
    prompt_version="screen-1",
    schema_version=1,
    created_ms=1_763_632_803_000,
    timings={"load": 1200, "run": 5400},
    why="a model looked at the picture",
    reused_from="0199a2f0-0000-7000-8000-000000000005",
)

JOB = v.JobView(
    id=JOB_ID,
    kind="ask",
    state="done",
    picture=PICTURE,
    shot=SHOT_ID,
    model="minicpm",
    deaths=1,
    urgency="interactive",
    created_ms=1_763_632_800_500,
    ended_ms=1_763_632_809_000,
    error=None,
    answer="Three files are open.",
    failures=1,
    deadline_ms=1_763_632_860_000,
)

SHOT = v.ShotView(
    id=SHOT_ID,
    picture=PICTURE,
    source="screenshots",
    path="/home/ada/Pictures/editor.png",
    taken_at_ms=1_763_632_800_000,
    taken_offset_s=3600,
    taken_from="file_name",
    added_ms=1_763_632_800_400,
    width=1280,
    height=800,
    format="PNG",
    bytes=104_857,
    changed_tiles=12,
    tiles=260,
    result=RESULT,
    awaiting=["vision"],
    jobs=[JOB],
)

LINES = [
    v.LineView("def handle(request):", 120, 64, 310, 18, 0.99),
    v.LineView("    return 200", 120, 84, 200, 18, 0.5),
]

FOUND = v.FoundView(
    shot=SHOT,
    score=7.25,
    times=3,
    sightings=[v.SightingView(shot=SHOT_ID, taken_at_ms=1_763_632_800_000)],
    matches=[
        v.MatchView(
            field="text",
            text="def handle(request):",
            marks=[v.MarkView(4, 10)],
            box=v.BoxView(120, 64, 310, 18),
        ),
        v.MatchView(
            field="said", text="A Python file with a request handler is open.", marks=[v.MarkView(24, 31)]
        ),
    ],
    session="0199a2f0-0000-7000-8000-000000000006",
)

REJECTION = v.RejectionView(
    id="0199a2f0-0000-7000-8000-000000000004",
    source="screenshots",
    path="/home/ada/Pictures/notes.png",
    code="not_an_image",
    detail="the file is no PNG, JPEG or WebP",
    seen_ms=1_763_632_700_000,
    times=2,
)

STAGES = [
    d.StageView(name="file_to_ocr", count=34, p50_ms=1151, p95_ms=2943, p99_ms=3071),
    d.StageView(name="decode", count=30, p50_ms=4095, p95_ms=6143, p99_ms=6655),
]

STATUS = m.StatusReply(
    version="0.1.0",
    pid=4711,
    started_ms=1_763_632_000_000,
    uptime_s=3723,
    mode="vision_only",
    paths=v.PathsView(
        data="/home/ada/.local/share/glimpsed", runtime="/run/user/1000/glimpsed", config="/c.toml"
    ),
    sources=[
        v.SourceView(
            name="screenshots",
            kind="folder",
            path="/home/ada/Pictures",
            state="watching",
            detail="",
            last_scan_ms=1_763_632_700_000,
            files_seen=34,
        )
    ],
    ocr=v.OcrView(engine="rapidocr", state="ready", code="", detail=""),
    models=[
        v.ModelView(
            name="minicpm",
            file="/m.gguf",
            mmproj="/p.gguf",
            roles=["screen", "ask"],
            state="ready",
            code="",
            detail="",
            hint="",
            pid=4712,
        )
    ],
    queue=v.QueueView(read=1, describe=2, ask=0, files=3),
    running=[v.RunningView(job=JOB_ID, kind="describe", model="minicpm", elapsed_ms=3200)],
    counts=v.CountsView(
        shots=33, pictures=32, rejected=1, results={"ocr": 32, "vision": 30}, jobs={"done": 62}
    ),
    rejected={"not_an_image": 1},
    store=v.StoreView(path="/s.db", bytes=1_048_576, wal_bytes=4096, epoch=EPOCH, schema=1),
    spool=v.SpoolView(files=2, bytes=204_800, max_bytes=2_147_483_648),
    seq=512,
    profile="constrained_16gb",
    slot=d.SlotView(
        activity="running",
        model="minicpm",
        role="screen",
        job=JOB_ID,
        elapsed_ms=3200,
        predicted_ms=5400,
        shot=SHOT_ID,
        path="/home/ada/Pictures/editor.png",
    ),
    residents=[
        d.ResidentView(
            model="minicpm",
            gpu_bytes=6_442_450_944,
            main_bytes=1_288_490_189,
            measured=True,
            context=8192,
            kv_type="q8_0",
            projector_on_gpu=True,
            changed=["context 8192 instead of 16384"],
            unload_in_ms=240_000,
        )
    ],
    gpu_room=15_032_385_536,
    gpu_used=6_442_450_944,
    main_room=25_769_803_776,
    main_used=1_288_490_189,
    waiting=[
        d.WaitingView(urgency="interactive", kind="ask", jobs=1, oldest_ms=2100),
        d.WaitingView(urgency="normal", kind="describe", jobs=2, oldest_ms=63_000),
    ],
    deferred=5,
    put_off=4,
    next_try_in_ms=570_000,
    breakers=[
        d.BreakerView(
            model="minicpm", role="ask", sort="health", state="open", calls=4, failures=3, probe_in_ms=21_000
        )
    ],
    yielding=["another process uses the GPU"],
    alarms=[d.AlarmView(name="oldest_wait", detail="a job has waited for 3720 s")],
    missing={"ask": "minicpm: its breaker is open: 3 of 4 calls failed"},
    rungs_last_hour={"ocr": 32, "vision": 30},
    stages=STAGES,
    calls=d.CallsView(calls=34, errors=3, retries=1, encoded=120, reused=480),
)

CALLS = d.CallStatsView(
    model="minicpm",
    role="screen",
    calls=34,
    outcomes={"ok": 30, "died": 1, "malformed": 2, "cancelled": 1},
    errors=3,
    retries=1,
    encoded=120,
    reused=480,
    prompt_tokens=68_000,
    kept_tokens=40_800,
    output_tokens=12_000,
    forced_tokens=4000,
    steps=8500,
    total_ms=183_600,
)

CANDIDATE = d.CandidateView(
    name="minicpm",
    file="/m.gguf",
    roles={"screen": 10, "ask": 0},
    quantisation="Q4_K_M",
    gpu_bytes=6_442_450_944,
    main_bytes=1_288_490_189,
    measured=True,
    state="ready",
    resident=True,
    code="",
    detail="",
    hint="",
    keep_alive_s=300.0,
)

SELECTIONS = [
    d.SelectionView(
        role="screen",
        model="minicpm",
        why="it has the highest priority",
        verdicts=[
            d.VerdictView(model="minicpm", chosen=True, why="priority 10, Q4_K_M"),
            d.VerdictView(model="large", chosen=False, why="needs 30.0 GiB of a GPU, and 14.0 GiB are there"),
        ],
    ),
    d.SelectionView(role="session", model=None, why="no model has this role", verdicts=[]),
]

EVENT = m.Event(
    seq=512,
    at_ms=1_763_632_803_001,
    type="shot.described",
    body={"shot": SHOT_ID, "picture": PICTURE, "job": JOB_ID, "rung": "vision"},
)
WELCOME = m.Event(seq=512, at_ms=1_763_632_804_000, type=m.WELCOME, body={"epoch": EPOCH})

REQUESTS: tuple[m.Request, ...] = (
    m.HelloRequest(id="1", client="golden"),
    m.StatusRequest(id="2"),
    m.SubmitRequest(id="3", path=b"/home/ada/caf\xe9.png", deadline_s=90.0),
    m.ShotRequest(id="4", shot=SHOT_ID, text=True, history=True),
    m.ShotsRequest(
        id="5",
        since_ms=1_763_600_000_000,
        until_ms=1_763_700_000_000,
        application="Visual Studio Code",
        rung="vision",
        source="screenshots",
        rejected=False,
        limit=20,
        cursor="c1",
        session=SESSION.id,
    ),
    s.SearchRequest(
        id="14",
        words='"def handle" -café',
        since_ms=1_763_600_000_000,
        until_ms=1_763_700_000_000,
        application="Visual Studio Code",
        kind="code_editor",
        limit=10,
        cursor="c1",
        session=SESSION.id,
    ),
    w.SessionRequest(id="15", session=SESSION.id, shot=SHOT_ID, history=True),
    w.SessionsRequest(
        id="16",
        since_ms=1_763_600_000_000,
        until_ms=1_763_700_000_000,
        workflow="coding",
        limit=10,
        cursor="c1",
    ),
    t.TasksRequest(
        id="17",
        state="done",
        since_ms=1_763_600_000_000,
        until_ms=1_763_700_000_000,
        limit=20,
        cursor="c1",
    ),
    t.TaskRequest(id="18", task=TASK_ID),
    days.DayRequest(id="19", date="2026-03-02"),
    days.ReportRequest(id="20", date="yesterday", format="html"),
    m.JobRequest(id="6", job=JOB_ID),
    m.CancelRequest(id="7", job=JOB_ID),
    m.AskRequest(id="8", shot=SHOT_ID, question="How many files are open?", deadline_s=20.5),
    m.EventsRequest(id="9", since=511, limit=10),
    m.ModelsRequest(id="10"),
    m.StatsRequest(id="11", days=7),
    m.ShutdownRequest(id="12"),
    m.DoctorRequest(id="13"),
)

REPLIES: tuple[m.Reply, ...] = (
    m.HelloReply(id="1", protocol=(1, 1), daemon="0.1.0", epoch=EPOCH, pid=4711, seq=512),
    STATUS,
    m.SubmitReply(id="3", shot=SHOT, new=True),
    m.ShotReply(id="4", shot=SHOT, lines=LINES, results=[RESULT], session=SESSION.id),
    m.ShotsReply(id="5", shots=[SHOT], rejections=[REJECTION], next="c2"),
    s.SearchReply(id="14", found=[FOUND], next="c2", pending=12, sessions=[FOUND_SESSION]),
    w.SessionReply(
        id="15",
        session=SESSION,
        earlier=[w.EarlierView(until_ms=1_763_640_000_000, session=SESSION)],
        in_tasks=[w.InTaskView(id=TASK_ID, title="#481 Router", state="open")],
    ),
    w.SessionsReply(id="16", sessions=[SESSION], next="c2"),
    t.TasksReply(id="17", tasks=[TASK], next="c2"),
    t.TaskReply(id="18", task=TASK, parts=PARTS),
    days.DayReply(id="19", day=wire_sample_day.DAY),
    days.ReportReply(id="20", date="2026-03-02", format="html", text=wire_sample_day.DOCUMENT),
    m.JobReply(id="6", job=JOB),
    m.CancelReply(id="7", job=JOB),
    m.AskReply(id="8", job=JOB),
    m.EventsReply(id="9", events=[EVENT], latest=512, oldest=1),
    m.ModelsReply(id="10", profile="constrained_16gb", models=[CANDIDATE], selections=SELECTIONS),
    m.StatsReply(
        id="11",
        days=7,
        since_ms=1_763_078_400_000,
        calls=[CALLS],
        stages=STAGES,
        rungs={"ocr": 32, "vision": 30},
    ),
    m.ShutdownReply(id="12"),
    m.DoctorReply(
        id="13", checks=[v.CheckView(name="ocr", ok=False, detail="no engine", hint="install one")]
    ),
    error_reply(ErrorCode.NOT_FOUND, "there is no such shot"),
)
