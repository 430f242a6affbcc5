"""What a status says of models and their work, in words: for `status`, which is brief, and for `top`.

Rules of this file: pure; views in, text out, one subject a function. What is empty is left out by the caller.
"""

from collections.abc import Sequence

from glimpse_client.cli import output
from glimpsed.wire.messages import StatusReply
from glimpsed.wire.scheduling import BreakerView, CallsView, ResidentView, SlotView, StageView, WaitingView

_GIB = 2**30
LATELY = "since yesterday, UTC"
"""From when on a status tells of stages."""

_DOES = {"read": "to read", "describe": "to describe", "ask": "asked", "session": "to tell of sessions"}
_WORKS = {"screen": "describes", "ask": "answers a question about", "session": "tells of"}
_ABOUT = {"session": "a session"}
_ID_END = 12  # characters of an id: ids of one time begin alike


def slot(view: SlotView) -> str:
    """What is done with a model now, and for how long."""
    if view.model is None:
        return view.activity
    role = f" ({view.role})" if view.role else ""
    predicted = "" if view.predicted_ms is None else f" of about {output.duration(view.predicted_ms)}"
    return f"{view.activity} {view.model}{role} for {output.duration(view.elapsed_ms)}{predicted}"


def job(view: SlotView) -> list[tuple[str, str, str]]:
    """What it is done for, by the end of the job's id as JSON and logs have it whole; nothing for no job."""
    if view.job is None:
        return []
    what = output.name_of(view.path) if view.path else _ABOUT.get(view.role or "", "a screenshot")
    return [("job", view.job[-_ID_END:], f"{_WORKS.get(view.role or '', 'works on')} {what}")]


def memory(used: int, room: int) -> str:
    """Memory in use, of what there is for models; no `room` says that nobody knows."""
    of = f" of {room / _GIB:.1f}" if room else ""
    return f"{used / _GIB:.1f}{of} GiB"


def needs(gpu_bytes: int, main_bytes: int, *, measured: bool) -> str:
    """What a model takes."""
    gpu = f"{gpu_bytes / _GIB:.1f} GiB of a GPU, " if gpu_bytes else ""
    return f"{gpu}{main_bytes / _GIB:.1f} GiB of main memory ({'measured' if measured else 'expected'})"


def resident(view: ResidentView) -> str:
    """A model in memory: what it takes, how it was loaded, and until when it stays."""
    taken = needs(view.gpu_bytes, view.main_bytes, measured=view.measured)
    parts = [taken, f"context {view.context}", view.kv_type, *view.changed]
    if view.unload_in_ms is not None:
        parts.append(f"leaves in {output.duration(view.unload_in_ms)}")
    return ", ".join(parts)


def waiting(view: WaitingView) -> str:
    """Jobs that wait, and the age of the oldest."""
    what = _DOES.get(view.kind, view.kind)
    return f"{view.jobs} {what}, the oldest for {output.duration(view.oldest_ms)}"


def breaker(view: BreakerView) -> str:
    """A breaker that is not closed: why, and when it is tried again."""
    again = "" if view.probe_in_ms is None else f", tried again in {output.duration(view.probe_in_ms)}"
    return f"{view.role} ({view.sort}) {view.state}: {view.failures} of {view.calls} calls failed{again}"


def calls(view: CallsView) -> str:
    """Attempts at models, with the share that failed, that came again, and that the cache saved."""
    looked = view.encoded + view.reused
    return (
        f"{view.calls}, {view.errors} failed ({output.share(view.errors, view.calls)}), "
        f"{view.retries} tried again ({output.share(view.retries, view.calls)}), "
        f"cache hits {output.share(view.reused, looked)}"
    )


def stages(views: Sequence[StageView], since: str = "") -> list[tuple[str, ...]]:
    """How long stages took, as a table with a head that says `since` when; empty when none was timed."""
    rows = [(v.name, f"{v.count}", *map(output.duration, (v.p50_ms, v.p95_ms, v.p99_ms))) for v in views]
    return [(f"stage {since}".strip(), "count", "p50", "p95", "p99"), *rows] if rows else []


def troubles(status: StatusReply) -> list[tuple[str, str, str]]:
    """What a person should know of: alarms, breakers that are open, roles that nobody serves, what yields.

    A role that no model is meant for is not missed.
    """
    meant = {role for model in status.models for role in model.roles}
    return [
        *(("alarm", alarm.name, alarm.detail) for alarm in status.alarms),
        *(("breaker", view.model, breaker(view)) for view in status.breakers if view.state != "closed"),
        *(("missing", role, why) for role, why in sorted(status.missing.items()) if role in meant),
        *(("yields", "", why) for why in status.yielding),
    ]


def queued(status: StatusReply) -> list[tuple[str, str, str]]:
    """Who waits, by urgency."""
    rows = [("waiting", view.urgency, waiting(view)) for view in status.waiting]
    if status.deferred:
        rows.append(("deferred", "", f"{status.deferred} until the queue is shorter"))
    if status.put_off:
        rows.append(("put off", "", _put_off(status.put_off, status.next_try_in_ms)))
    return rows


def _put_off(jobs: int, next_try_in_ms: int | None) -> str:
    again = "" if next_try_in_ms is None else f", next try in {output.duration(next_try_in_ms)}"
    return f"{jobs} that something stood in the way of{again}"
