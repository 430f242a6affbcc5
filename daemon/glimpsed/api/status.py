"""`status`: how everything is."""

import asyncio
import os
from pathlib import Path

from glimpsed import __version__
from glimpsed.api import scheduling
from glimpsed.api.context import Context
from glimpsed.api.views import path_text
from glimpsed.core.model import JobKind
from glimpsed.core.places import ModelState
from glimpsed.host.clock import now_ms, uptime_s
from glimpsed.wire import views as v
from glimpsed.wire.messages import StatusReply, StatusRequest


async def handle(context: Context, _request: StatusRequest) -> StatusReply:
    """Gather the parts."""
    now = now_ms()
    in_slot = context.machine.queue.get(context.machine.scheduler.slot.job or "")
    went = await context.looks.statistics(context.store, uptime_s(), now, in_slot)
    figures = context.store.tally
    overview = context.machine.overview(uptime_s())
    found = figures.counts
    return StatusReply(
        version=__version__,
        pid=os.getpid(),
        started_ms=context.started_ms,
        uptime_s=max(0, now - context.started_ms) // 1000,
        mode=overview.mode,
        paths=_paths(context),
        sources=_sources(context),
        ocr=_ocr(context),
        models=[_model(context, state) for state in context.machine.casting.models],
        queue=_queue(context),
        running=_running(context),
        counts=v.CountsView(
            shots=found.shots,
            pictures=found.pictures,
            rejected=sum(figures.rejected.values()),
            results={rung.value: n for rung, n in found.results.items()},
            jobs={state.value: n for state, n in found.jobs.items()},
        ),
        rejected=figures.rejected,
        store=_store(context),
        spool=v.SpoolView(
            files=context.spool.files, bytes=context.spool.bytes, max_bytes=context.spool.max_bytes
        ),
        seq=figures.seq,
        profile=overview.profile,
        slot=scheduling.slot_view(overview.slot, went.subject),
        residents=scheduling.resident_views(overview),
        gpu_room=overview.gpu_room,
        gpu_used=sum(resident.gpu for resident in overview.residents),
        main_room=overview.main_room,
        main_used=sum(resident.main for resident in overview.residents),
        waiting=scheduling.waiting_views(overview),
        deferred=overview.deferred,
        put_off=overview.put_off,
        next_try_in_ms=scheduling.next_try_in_ms(overview),
        breakers=scheduling.breaker_views(overview),
        yielding=list(overview.yielding),
        alarms=scheduling.alarm_views(overview),
        missing=overview.missing,
        rungs_last_hour={rung.value: n for rung, n in went.rungs.items()},
        stages=scheduling.stage_views(went.stages),
        calls=scheduling.calls_view(went.calls),
    )


def _paths(context: Context) -> v.PathsView:
    paths, file = context.paths, context.config_file
    return v.PathsView(data=str(paths.data), runtime=str(paths.runtime), config=str(file) if file else None)


def _sources(context: Context) -> list[v.SourceView]:
    return [
        v.SourceView(
            name=name,
            kind="folder",
            path=path_text(os.fsencode(context.config.sources[name].path)),
            state=state.state,
            detail=state.detail,
            last_scan_ms=state.last_scan_ms,
            files_seen=state.files_seen,
        )
        for name, state in context.states.items()
    ]


def _ocr(context: Context) -> v.OcrView:
    reader, engine = context.machine.reading.reader, context.config.ocr.engine
    if engine == "none":
        return v.OcrView(engine=engine, state="off", code="", detail="switched off in the configuration")
    if reader.code:
        return v.OcrView(engine=engine, state="unavailable", code=reader.code, detail=reader.detail)
    state = "ready" if reader.probed and "reader" in context.pids() else "idle"
    return v.OcrView(engine=engine, state=state, code="", detail="")


def _model(context: Context, state: ModelState) -> v.ModelView:
    config = context.config.models[state.name]
    return v.ModelView(
        name=state.name,
        file=str(config.file),
        mmproj=str(config.mmproj) if config.mmproj else None,
        roles=list(state.roles),
        state=context.machine.model_state(state.name),
        code=state.code,
        detail=state.detail or context.over_its_limit(state.name),
        hint=state.hint,
        pid=context.pids().get(state.name),
    )


def _queue(context: Context) -> v.QueueView:
    machine = context.machine
    waiting = {kind: machine.queue.waiting(kind) for kind in JobKind}
    return v.QueueView(
        read=waiting[JobKind.READ],
        describe=waiting[JobKind.DESCRIBE],
        ask=waiting[JobKind.ASK],
        files=len(machine.reading.intake),
        session=waiting[JobKind.SESSION],
    )


def _running(context: Context) -> list[v.RunningView]:
    machine, now = context.machine, asyncio.get_running_loop().time()
    slot = machine.scheduler.slot
    rows = []
    for job_id, since in context.running_since.items():
        job = machine.queue.get(job_id)
        if job is not None:
            model = slot.model if slot.job == job_id else None
            elapsed_ms = round((now - since) * 1000)
            rows.append(v.RunningView(job=job_id, kind=job.kind, model=model, elapsed_ms=elapsed_ms))
    return rows


def _store(context: Context) -> v.StoreView:
    path = context.store.path
    return v.StoreView(
        path=str(path),
        bytes=_size(path),
        wal_bytes=_size(Path(f"{path}-wal")),
        epoch=context.store.epoch,
        schema=context.store.schema_version,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
