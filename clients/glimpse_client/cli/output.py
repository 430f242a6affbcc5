"""What `glimpse` prints, and how.

Rules of this file: every line that reaches a terminal is made here, and made harmless: control, format and
bidirectional characters become spaces. JSON is ASCII, so its text cannot command a terminal either.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import click
import msgspec

from glimpsed.wire.messages import Reply, ShotReply
from glimpsed.wire.views import JobView, ResultView, ShotView

SCHEMA = 1
"""Version of the shape of `--json` output: grows when a script could break."""

_ENVELOPE = ("v", "id", "ok", "type")
_KIB = 1024
_MINUTE_MS = 60_000
_LONGEST_NAME = 60  # characters; a name may have 255, and a table is as wide as its longest


def clean(text: str) -> str:
    """`text` in one line without anything that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def say(line: str = "", colour: str | None = None) -> None:
    """Print a line of data; coloured on a terminal, unless `NO_COLOR` is set."""
    plain = colour is None or not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    print(clean(line) if plain else click.style(clean(line), fg=colour), flush=True)


def talk(line: str) -> None:
    """Print a line for a person, beside the data."""
    print(clean(line), file=sys.stderr, flush=True)


def say_json(**fields: Any) -> None:
    """Print one JSON object in one line."""
    print(json.dumps({"schema": SCHEMA, **msgspec.to_builtins(fields)}), flush=True)


def fields_of(reply: Reply) -> dict[str, Any]:
    """What a reply says, without its envelope."""
    fields: dict[str, Any] = msgspec.to_builtins(reply)
    return {name: value for name, value in fields.items() if name not in _ENVELOPE}


def shot_fields(reply: ShotReply) -> dict[str, Any]:
    """As `fields_of`, and the lines once more as one `text`."""
    text = None if reply.lines is None else "\n".join(line.text for line in reply.lines)
    return {**fields_of(reply), "text": text}


def table(rows: list[tuple[str, ...]]) -> None:
    """Print rows with their columns aligned; the last column is free."""
    rows = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        say("  ".join([*padded, row[-1]]).rstrip())


def name_of(path: str) -> str:
    """Last part of a path, its middle left out when it is very long."""
    name = path.rpartition("/")[2] or path
    if len(name) <= _LONGEST_NAME:
        return name
    half = _LONGEST_NAME // 2
    return f"{name[:half]}…{name[-half:]}"


def moment(ms: int) -> str:
    """Date and time of day here."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(ms / 1000))


def clock(ms: int) -> str:
    """Time of day here, HH:MM:SS."""
    return time.strftime("%H:%M:%S", time.localtime(ms / 1000))


def taken(shot: ShotView) -> str:
    """When it was taken, on the wall clock of then."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(shot.taken_at_ms / 1000 + shot.taken_offset_s))


def size(count: int) -> str:
    """Bytes for a person."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB"):
        if amount < _KIB:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _KIB
    return f"{amount:.1f} GiB"


def duration(ms: float) -> str:
    """A length of time for a person."""
    seconds = ms / 1000
    if seconds < 1:
        return f"{ms:.0f} ms"
    for length, unit in ((60, "s"), (60, "min"), (48, "h")):
        if seconds < length:
            return f"{seconds:.1f} {unit}"
        seconds /= 60 if unit != "h" else 24
    return f"{seconds:.1f} days"


def presence(ms: int) -> str:
    """Time for which somebody was there; what is below a minute tells no more than that."""
    return "<1 min" if ms < _MINUTE_MS else duration(ms)


def number(count: int, one: str) -> str:
    """A number of things, such as `1 session`."""
    return f"{count} {one}{'' if count == 1 else 's'}"


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, `-` of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def counted(counts: Mapping[str, int]) -> str:
    """Counts by name in one line, without those that are zero."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)


def headline(result: ResultView) -> str:
    """A result in one line: what it is, what is done there, and where the answer came from."""
    said = [result.application or result.application_type, result.activity, result.task]
    return " · ".join(part for part in said if part and part != "unknown") or "nothing recognised"


def provenance(result: ResultView) -> str:
    """The rung, its confidence, and the model if there was one."""
    by = f" by {result.model}" if result.model else ""
    return f"{result.rung}{by}, confidence {result.confidence:.2f}"


def job_line(job: JobView) -> str:
    """A job in one line."""
    error = f": {job.error}" if job.error else ""
    return f"{job.kind} {job.state}{error}"


def show_shot(reply: ShotReply) -> None:
    """Print a shot as a block: file, result, what is still to come, and the text if it was asked for."""
    shot, result = reply.shot, reply.shot.result
    rows = [
        ("file", shot.path),
        ("taken", f"{taken(shot)} (from {shot.taken_from})"),
        *([("session", reply.session)] if reply.session else []),
        ("picture", f"{shot.width}x{shot.height} {shot.format}, {size(shot.bytes)}"),
        ("application", f"{result.application or '-'} ({result.application_type})"),
        ("window", result.window_title or "-"),
        ("activity", result.activity),
        ("task", result.task or "-"),
        ("summary", result.summary or "-"),
        *(("names", f"{entity.kind} {entity.text}") for entity in result.entities),
        ("result", provenance(result)),
        *([("why", result.why)] if result.why else []),
        *(("job", job_line(job)) for job in shot.jobs),
    ]
    if shot.awaiting:
        rows.append(("awaiting", ", ".join(shot.awaiting)))
    earlier = [old for old in reply.results or () if old.id != result.id]
    rows += [("earlier", f"{provenance(old)}: {headline(old)}") for old in earlier]
    say(f"shot {shot.id}")
    table([("", *row) for row in rows])
    if reply.lines is not None:
        say()
        for line in reply.lines:
            say(line.text)
