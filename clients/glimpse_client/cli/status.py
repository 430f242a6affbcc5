"""`glimpse status`: how everything is."""

import click

from glimpse_client.cli import options, output, wording
from glimpse_client.client import Client
from glimpsed.wire.messages import StatusReply

Row = tuple[str, str, str]


@click.command()
@options.as_json
def command(*, as_json: bool) -> None:
    """How everything is: sources, models, queue, counts."""
    with Client() as client:
        status = client.status()
    if as_json:
        output.say_json(**output.fields_of(status))
    else:
        _show(status)


def _show(status: StatusReply) -> None:
    uptime = f"{status.uptime_s // 3600} h {status.uptime_s // 60 % 60} min"
    output.say(f"glimpsed {status.version}, pid {status.pid}, up {uptime}, mode {status.mode}")
    rows = [*_surroundings(status), *_work(status), *wording.troubles(status), *_kept(status)]
    output.table([row for row in rows if row[2]])
    output.table(wording.stages(status.stages, wording.LATELY))


def _surroundings(status: StatusReply) -> list[Row]:
    return [
        *(("source", s.name, _state(f"{s.state} {s.path}", s.detail)) for s in status.sources),
        ("ocr", status.ocr.engine, _state(status.ocr.state, status.ocr.detail)),
        *(("model", m.name, _state(m.state, m.detail, m.hint)) for m in status.models),
    ]


def _work(status: StatusReply) -> list[Row]:
    queue = status.queue
    waits = f"{queue.files} files, {queue.read} to read, {queue.describe} to describe, {queue.ask} asked"
    waits += f", {output.number(queue.session, 'session')} to tell"
    return [
        ("queue", "", waits),
        *wording.queued(status),
        *(
            ("running", r.kind, f"{r.model or ''} for {output.duration(r.elapsed_ms)}".strip())
            for r in status.running
            if r.job != status.slot.job
        ),
        ("slot", "", wording.slot(status.slot) if status.models else ""),
        *wording.job(status.slot),
        *(("resident", view.model, wording.resident(view)) for view in status.residents),
        ("memory", status.profile, _memory(status)),
        ("calls", "last hour", wording.calls(status.calls) if status.calls.calls else ""),
    ]


def _memory(status: StatusReply) -> str:
    if not status.models:
        return ""
    rooms = [("of GPUs", status.gpu_used, status.gpu_room), ("of main", status.main_used, status.main_room)]
    told = [f"{wording.memory(used, room)} {what}" for what, used, room in rooms if used or room]
    return ", ".join(told)


def _kept(status: StatusReply) -> list[Row]:
    counts, store, spool = status.counts, status.store, status.spool
    held = f"{counts.shots}, {counts.pictures} different pictures, {counts.rejected} files rejected"
    return [
        ("shots", "", held),
        ("results", "", output.counted(counts.results)),
        ("results", "last hour", output.counted(status.rungs_last_hour)),
        ("rejected", "", output.counted(status.rejected)),
        ("store", "", f"{store.path}, {output.size(store.bytes + store.wal_bytes)}"),
        ("spool", "", f"{spool.files} pictures, {output.size(spool.bytes)}"),
    ]


def _state(*parts: str) -> str:
    return ": ".join(part for part in parts if part)
