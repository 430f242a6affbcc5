"""What replies say of models and their work: the slot, who is in memory, who waits, how it went.

Rules of this file: as in `views`. Memory is in bytes.
"""

from msgspec import Struct


class SlotView(Struct, kw_only=True, frozen=True):
    """What is done with a model now, one thing at a time; `predicted_ms` is None when nothing was learnt.

    `activity` is `idle`, `loading`, `running`, `probing` or `unloading`. `shot` is what the job is about, the
    latest of its picture, and `path` its file; both are None until they were looked up.
    """

    activity: str = "idle"
    model: str | None = None
    role: str | None = None
    job: str | None = None
    elapsed_ms: int = 0
    predicted_ms: int | None = None
    shot: str | None = None
    path: str | None = None


class ResidentView(Struct, kw_only=True, frozen=True):
    """A model in memory, with what is counted for it; `changed` says what was made smaller to have it fit.

    `unload_in_ms` is when it is taken back if nothing comes, None while it works and when it is kept forever.
    """

    model: str
    gpu_bytes: int
    main_bytes: int
    measured: bool
    context: int
    kv_type: str
    projector_on_gpu: bool
    changed: list[str]
    unload_in_ms: int | None = None


class WaitingView(Struct, kw_only=True, frozen=True):
    """Jobs of one urgency and kind that wait for their turn, and the age of the oldest."""

    urgency: str
    kind: str
    jobs: int
    oldest_ms: int


class BreakerView(Struct, kw_only=True, frozen=True):
    """A circuit breaker. `sort` is `health` or `format`, `state` is `closed`, `open` or `half_open`.

    `calls` and `failures` are those of its window; `probe_in_ms` is when it tries again, None
    while that is not planned.
    """

    model: str
    role: str
    sort: str
    state: str
    calls: int
    failures: int
    probe_in_ms: int | None = None


class AlarmView(Struct, kw_only=True, frozen=True):
    """A threshold that is passed."""

    name: str
    detail: str


class StageView(Struct, kw_only=True, frozen=True):
    """How long a stage took: within `p95_ms` 95 of 100 came to their end. At most a sixteenth too large."""

    name: str
    count: int
    p50_ms: int
    p95_ms: int
    p99_ms: int


class CallsView(Struct, kw_only=True, frozen=True):
    """Attempts at models. `errors` are failures of the model.

    `retries` are attempts at a job that a model had failed or died over before, however often. `encoded` are
    parts of pictures that an encoder looked at, `reused` those that it knew already.
    """

    calls: int = 0
    errors: int = 0
    retries: int = 0
    encoded: int = 0
    reused: int = 0


class CallStatsView(Struct, kw_only=True, frozen=True):
    """Attempts at one model in one role, by `outcomes`; the rest as in a Calls.

    Counts are of tokens: `kept_tokens` of `prompt_tokens` were not evaluated again, `forced_tokens` of
    `output_tokens` were not chosen, and `steps` evaluations wrote them.
    """

    model: str
    role: str
    calls: int
    outcomes: dict[str, int]
    errors: int
    retries: int
    encoded: int
    reused: int
    prompt_tokens: int
    kept_tokens: int
    output_tokens: int
    forced_tokens: int
    steps: int
    total_ms: int


class CandidateView(Struct, kw_only=True, frozen=True):
    """A configured model as selection sees it; `roles` have their priorities, larger first.

    `gpu_bytes` and `main_bytes` are what it takes, `measured` or else expected; None when its files do not
    say. `keep_alive_s` is how long it stays in memory when nothing comes, None when that is forever.
    """

    name: str
    file: str
    roles: dict[str, int]
    quantisation: str
    gpu_bytes: int | None = None
    main_bytes: int | None = None
    measured: bool = False
    state: str
    resident: bool
    code: str
    detail: str
    hint: str
    keep_alive_s: float | None = None


class VerdictView(Struct, kw_only=True, frozen=True):
    """What selection says of one model for one role."""

    model: str
    chosen: bool
    why: str


class SelectionView(Struct, kw_only=True, frozen=True):
    """Which model a role has now, None when none, and why; a verdict on every model that was considered."""

    role: str
    model: str | None = None
    why: str
    verdicts: list[VerdictView]
