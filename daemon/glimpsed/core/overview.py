"""How the slot, its models and its queue stand, for whoever shows it.

Rules of this file: values only, as of one moment. Seconds are durations; bytes are bytes. Nothing here is for
deciding: what is read here may be over by the time it is looked at.
"""

from typing import Literal

import msgspec

from glimpsed.core.model import JobKind, Urgency

Activity = Literal["idle", "loading", "running", "probing", "unloading"]
"""What the slot does; it does one of these at a time."""


class SlotOverview(msgspec.Struct, frozen=True):
    """What the slot does now; `predicted_s` is None as long as nothing was learnt."""

    activity: Activity = "idle"
    model: str | None = None
    role: str | None = None
    job: str | None = None
    elapsed_s: float = 0.0
    predicted_s: float | None = None


class ResidentOverview(msgspec.Struct, frozen=True):
    """A model that is in memory, and how it was loaded.

    `gpu` and `main` are bytes that are counted for it, `changed` what was made smaller to have it fit,
    `unload_in_s` when it is taken back if nothing comes, None while it works and when it is kept forever.
    """

    model: str
    gpu: int
    main: int
    measured: bool
    context: int
    kv_type: str
    projector_on_gpu: bool
    changed: tuple[str, ...] = ()
    unload_in_s: float | None = None


class WaitingOverview(msgspec.Struct, frozen=True):
    """Jobs of one kind and urgency that wait, and how long the oldest of them has."""

    urgency: Urgency
    kind: JobKind
    jobs: int
    oldest_s: float


class BreakerOverview(msgspec.Struct, frozen=True):
    """A circuit breaker: `sort` is `health` or `format`; `calls` and `failures` are those of its window.

    `probe_in_s` is None while no probe is planned: also when the model waits for somebody to want it.
    """

    model: str
    role: str
    sort: str
    state: str
    calls: int
    failures: int
    probe_in_s: float | None = None


class AlarmOverview(msgspec.Struct, frozen=True):
    """A threshold that is passed."""

    name: str
    detail: str


class Overview(msgspec.Struct, frozen=True):
    """All of it. Room is in bytes, what models may take in all; 0 if nobody knows.

    `put_off` jobs wait until what stood in their way has passed; the first is tried again in `next_try_s`.
    """

    mode: str
    profile: str
    slot: SlotOverview
    residents: tuple[ResidentOverview, ...]
    gpu_room: int
    main_room: int
    waiting: tuple[WaitingOverview, ...]
    deferred: int
    put_off: int
    next_try_s: float | None
    breakers: tuple[BreakerOverview, ...]
    yielding: tuple[str, ...]
    alarms: tuple[AlarmOverview, ...]
    missing: dict[str, str]
    """Why a role is not served at present, by role; roles that are served are not in it."""
