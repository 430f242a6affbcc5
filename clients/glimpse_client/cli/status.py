"""`glimpse status`: how everything is."""

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpsed.wire.messages import StatusReply


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
    queue, counts, store = status.queue, status.counts, status.store
    rows = [
        *(_source(s.name, s.state, s.path, s.detail) for s in status.sources),
        ("ocr", status.ocr.engine, _state(status.ocr.state, status.ocr.detail)),
        *(("model", m.name, _state(m.state, m.detail, m.hint)) for m in status.models),
        (
            "queue",
            "",
            f"{queue.files} files, {queue.read} to read, {queue.describe} to describe, {queue.ask} asked",
        ),
        *(
            ("running", r.kind, f"{r.model or ''} for {r.elapsed_ms / 1000:.1f} s".strip())
            for r in status.running
        ),
        (
            "shots",
            "",
            f"{counts.shots}, {counts.pictures} different pictures, {counts.rejected} files rejected",
        ),
        ("results", "", _counted(counts.results)),
        ("rejected", "", _counted(status.rejected)),
        ("store", "", f"{store.path}, {output.size(store.bytes + store.wal_bytes)}"),
        ("spool", "", f"{status.spool.files} pictures, {output.size(status.spool.bytes)}"),
    ]
    output.table([row for row in rows if row[2]])


def _source(name: str, state: str, path: str, detail: str) -> tuple[str, str, str]:
    return ("source", name, _state(f"{state} {path}", detail))


def _state(*parts: str) -> str:
    return ": ".join(part for part in parts if part)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
